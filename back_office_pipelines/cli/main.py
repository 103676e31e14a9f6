"""Entry of `back-office`: finds the named command and turns our errors into one sentence and an exit code.

Exit codes: 0 done, 1 done but something was refused, 2 wrong usage or broken configuration, 3 a run failed.

Only the command that was named is imported: `extract` starts without the database, and no command waits for another's
libraries. `app` is the whole application, made when something asks for it.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import typer

from back_office_pipelines.errors import BackOfficeError

MODULES: Mapping[str, str] = {
    "run": "run",
    "up": "up",
    "extract": "extract",
    "worklist": "worklist",
    "decide": "decide",
    "release": "release",
    "dagster": "up",
    "audit": "audit",
    "automation": "automation",
    "memory": "memory",
    "channels": "channels",
    "dictionary": "dictionary",
    "db": "database",
    "sample": "sample",
}
"""Module of each command, in the order of `--help`; one that has an `app` of its own is a group of commands."""
PASSED_ON = {"dagster": {"allow_extra_args": True, "ignore_unknown_options": True}}
"""Settings of commands that hand their arguments on to another program."""


def application(names: Iterable[str] = MODULES) -> typer.Typer:
    """Return the application with some of its commands."""
    found = typer.Typer(
        name="back-office",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    found.callback(help="A controlled back office as a data pipeline.")(_root)
    for name in names:
        module = import_module(f"back_office_pipelines.cli.{MODULES[name]}")
        if hasattr(module, "app"):
            found.add_typer(module.app, name=name)
        else:
            found.command(name, context_settings=PASSED_ON.get(name))(getattr(module, name))
    return found


def _root() -> None:
    """Keep a single command a command of the application, not the application itself."""


def __getattr__(name: str) -> Any:
    if name == "app":
        return application()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> None:
    """Run the command line."""
    named = sys.argv[1:2]
    try:
        application(named if named and named[0] in MODULES else MODULES)()
    except BackOfficeError as problem:
        from back_office_pipelines.cli.console import err  # noqa: PLC0415  it opens offices, which few commands do

        err.print(str(problem), markup=False)
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()

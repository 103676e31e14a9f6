"""Entry of `back-office`: registers every command and turns our errors into one sentence and an exit code.

Exit codes: 0 done, 1 done but something was refused, 2 wrong usage or broken configuration, 3 a run failed.
"""

import sys

import typer

from back_office_pipelines.cli import (
    audit,
    automation,
    channels,
    database,
    decide,
    dictionary,
    extract,
    release,
    run,
    sample,
    up,
    worklist,
)
from back_office_pipelines.cli.console import err
from back_office_pipelines.errors import BackOfficeError

app = typer.Typer(
    name="back-office",
    help="A controlled back office as a data pipeline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("up")(up.up)
app.command("extract")(extract.extract)
app.command("worklist")(worklist.worklist)
app.command("decide")(decide.decide)
app.command("release")(release.release)
app.command("dagster", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(up.dagster)
app.add_typer(audit.app, name="audit")
app.add_typer(automation.app, name="automation")
app.add_typer(channels.app, name="channels")
app.add_typer(dictionary.app, name="dictionary")
app.add_typer(database.app, name="db")
app.add_typer(sample.app, name="sample")


def main() -> None:
    """Run the command line."""
    try:
        app()
    except BackOfficeError as problem:
        err.print(str(problem), markup=False)
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()

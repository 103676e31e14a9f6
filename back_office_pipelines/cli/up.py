"""`back-office up` and `back-office dagster …`: Dagster's own commands with the settings in place."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from back_office_pipelines.cli.console import opened_office, out
from back_office_pipelines.settings import load_settings

WORKSPACE = "workspace.yaml"


def up(
    port: Annotated[int, typer.Option(help="Port of Dagit on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address Dagit listens on.")] = "127.0.0.1",
) -> None:
    """Start the database if needed, then Dagit and the daemon; Ctrl-C ends all of it."""
    out.print(f"Dagit: http://{host}:{port}")
    workspace = str(load_settings().dagster_home / WORKSPACE)
    raise typer.Exit(_dagster(["dev", "--workspace", workspace, "--host", host, "--port", str(port)]))


def dagster(context: typer.Context) -> None:
    """Run any Dagster command on this back office, for example `back-office dagster run list`."""
    raise typer.Exit(_dagster(context.args))


def _dagster(arguments: Sequence[str]) -> int:
    with opened_office():
        command = [sys.executable, "-m", "dagster", *arguments]
        process = subprocess.Popen(command)  # noqa: S603 - our own interpreter and the user's own arguments
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()

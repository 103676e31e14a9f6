"""`back-office up` and `back-office dagster …`: Dagster's own commands with the settings in place."""

import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated

import typer

from back_office_pipelines.cli.console import opened_office, out
from back_office_pipelines.errors import UsageError
from back_office_pipelines.settings import load_settings

WORKSPACE = "workspace.yaml"
DAGSTER = (sys.executable, "-W", "ignore:Function `dev_command` is superseded", "-m", "dagster")
"""`dagster dev` advises another program, `dg dev`, which is no dependency of ours; every other warning stays."""
AUTOMATION = ("sensor", "schedule")
"""What Dagster runs by itself, once started; it stays started until somebody stops it in Dagit."""


def up(
    port: Annotated[int, typer.Option(help="Port of Dagit on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address Dagit listens on.")] = "127.0.0.1",
    automatic: Annotated[bool, typer.Option("--automatic", help="Start all sensors and schedules first.")] = False,
) -> None:
    """Start the database if needed, then Dagit and the daemon; Ctrl-C ends all of it."""
    refuse_taken_port(host, port)
    workspace = str(load_settings().dagster_home / WORKSPACE)
    with opened_office():  # one for all: the embedded server must outlive the first child
        for kind in AUTOMATION if automatic else ():
            if code := _child([kind, "start", "--start-all", "--workspace", workspace]):
                raise typer.Exit(code)
        out.print(f"Dagit: http://{host}:{port} in a few seconds (Ctrl-C ends it)")
        raise typer.Exit(_child(["dev", "--workspace", workspace, "--host", host, "--port", str(port)]))


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on.

    Raises:
        UsageError: somebody does, or the address is none of this machine.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise UsageError(
                f"port {port} of {host}", problem.strerror or str(problem), "name another with --port"
            ) from None


def dagster(context: typer.Context) -> None:
    """Run any Dagster command on this back office, for example `back-office dagster run list`."""
    with opened_office():
        raise typer.Exit(_child(context.args))


def _child(arguments: Sequence[str]) -> int:
    """Run Dagster as a child that ends with us: both ways of asking us to stop are passed on as its own Ctrl-C."""
    children: list[subprocess.Popen[bytes]] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for child in children:
            child.send_signal(signal.SIGINT)

    # Handlers come first: a signal that a shell made us ignore would be ignored by the child as well.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children.append(subprocess.Popen([*DAGSTER, *arguments]))  # noqa: S603 - user's own words
    return children[0].wait()

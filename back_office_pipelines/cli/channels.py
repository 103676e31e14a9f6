"""`back-office channels`: the declared channels, collecting from them, and the HTTP endpoint."""

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from back_office_pipelines.chain.collection import collect as collect_channels
from back_office_pipelines.chain.collection import declared_channels, folder_of, rests
from back_office_pipelines.cli.console import as_of_or_now, err, opened_office, out
from back_office_pipelines.cli.up import refuse_taken_port
from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.errors import SettingsError
from back_office_pipelines.intake.channels.declaration import FILE_NAME, Channel, Http, chosen
from back_office_pipelines.intake.channels.tokens import open_doors, source_of
from back_office_pipelines.settings import Settings, load_settings, read_env_file

app = typer.Typer(help="Channels that end in the inbox.", no_args_is_help=True)


@app.callback()
def channels() -> None:
    """List and collect channels, and serve the HTTP endpoint."""


@app.command("list")
def list_channels() -> None:
    """Show the declared channels and whether each can be used."""
    settings = load_settings()
    contracts = load_contracts(settings.dictionaries, settings.lanes)
    declared = declared_channels(settings, contracts)
    if not declared:
        out.print(f"No channels: {settings.dictionaries / FILE_NAME} declares none.", markup=False)
        return
    table = Table("channel", "kind", "lane", "client", "from", "state", box=box.SIMPLE_HEAD)
    for one in declared:
        state = "rests: its lane is not in use" if rests(contracts, one) else _state(settings, one)
        table.add_row(one.name, one.terms.kind, one.terms.lane, one.terms.client, escape(one.place), state)
    out.print(table)


@app.command("collect")
def collect(
    channel: Annotated[list[str] | None, typer.Option("--channel", help="Only this one; repeat for several.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Leave what came later; default now.")] = None,
) -> None:
    """Put what lies in the channels into the inbox; `run` does the same before it registers."""
    moment = as_of_or_now(as_of)
    with opened_office() as office:
        declared = declared_channels(office.settings, office.contracts)
        collected = collect_channels(office, chosen(declared, channel), moment)
    for address in collected.taken:
        out.print(f"taken {address}", markup=False)
    for place in collected.waiting:
        out.print(f"waits {place}", markup=False)
    for came, place in collected.later:
        out.print(f"came later {place} ({iso(came)})", markup=False)
    out.print(f"{len(collected.taken)} taken, {len(collected.waiting)} not complete yet.")
    for problem in collected.problems:
        err.print(str(problem), markup=False)
    if collected.problems:
        raise typer.Exit(1)


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(help="Port of the endpoint on this machine.")] = 8410,
    host: Annotated[
        str, typer.Option(help="Address it listens on; anything but loopback needs TLS before it.")
    ] = "127.0.0.1",
) -> None:
    """Serve the HTTP endpoint until Ctrl-C; TLS is the business of a proxy before it."""
    from back_office_pipelines.cli.serving import endpoint_of, server_of  # noqa: PLC0415 - a web server takes its time

    refuse_taken_port(host, port)
    with opened_office() as office:
        server = server_of(endpoint_of(office, _environment()), host, port)
        for number in (signal.SIGINT, signal.SIGTERM):
            # The server ends well at the first, then raises it again for whoever was there before: nobody, but us.
            signal.signal(number, _end)
        out.print(f"Endpoint: http://{host}:{port}/v1/batches/<lane> (Ctrl-C ends it)", markup=False)
        server.run()


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame


def _environment() -> dict[str, str]:
    return read_env_file(Path(".env")) | dict(os.environ)


def _state(settings: Settings, channel: Channel) -> str:
    """Return whether a channel can be used."""
    terms = channel.terms
    if not isinstance(terms, Http):
        return "ready" if folder_of(settings, terms.folder).is_dir() else "its folder is not there"
    try:
        open_doors([channel], _environment(), settings.data)
    except SettingsError as problem:
        return f"{problem.thing} {problem.culprit}"
    return f"ready, {source_of(terms)}"

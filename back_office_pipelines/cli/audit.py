"""`back-office audit`: evidence."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from back_office_pipelines.chain.history import as_json, history, told
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.cli.console import err, opened_office, out
from back_office_pipelines.clock import iso
from back_office_pipelines.ledger.entries import Entry

app = typer.Typer(help="Evidence: the ledger and what it stands for.", no_args_is_help=True)


class Format(StrEnum):
    """How a history is written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def audit() -> None:
    """Work on the evidence of the back office."""


@app.command("verify")
def verify() -> None:
    """Check the ledger's chain and checkpoints, and every lake and vault file it names.

    Where Dagster's own history differs from an intact ledger, that is told and no failure: it may be deleted.
    """
    with opened_office() as office:
        problems = verify_office(office)
        entries = len(office.ledger.entries())
        notices = [] if problems else _disagreements(office)
    for problem in problems:
        err.print(problem, markup=False)
    for notice in notices:
        out.print(f"Notice: {notice}", markup=False)
    out.print(f"{entries} ledger entries and the files they name: {len(problems)} problems.")
    if problems:
        raise typer.Exit(1)


def _disagreements(office: Office) -> list[str]:
    from back_office_pipelines.cli.jobs import dagster_disagreements  # noqa: PLC0415 - Dagster takes seconds to import

    return dagster_disagreements(office)


@app.command("history")
def show_history(
    subject: Annotated[str, typer.Argument(metavar="LANE/BATCH|RECORD_ID", help="A batch or a record.")],
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.TABLE,
) -> None:
    """Print everything the ledger holds on a batch or record: registration, runs, stages, decisions, publications."""
    with opened_office() as office:
        entries = history(office, subject)
    if form is Format.JSON:
        typer.echo(json.dumps([as_json(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_lines(entries)))


def _lines(entries: list[Entry]) -> list[str]:
    """Return a table with a line an entry; what was done stands last, so that long lines break nothing."""
    rows = [("seq", "kind", "as_of", "recorded_at", "actor", "did")]
    rows += [(str(one.seq), one.kind, iso(one.as_of), iso(one.recorded_at), one.actor, told(one)) for one in entries]
    shown = [[_visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)][:-1]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]) for row in shown]


def _visible(text: str) -> str:
    """Return text that cannot steer a terminal: names and reasons are written by others."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)

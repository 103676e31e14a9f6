"""`back-office audit`: evidence."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from back_office_pipelines.chain.history import as_json, as_lines, history, subject_named
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.replay import Replayed, replay_batch
from back_office_pipelines.chain.sealed import files_gone
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.cli.console import err, opened_office, out
from back_office_pipelines.clock import iso

app = typer.Typer(help="Evidence: the ledger and what it stands for.", no_args_is_help=True)


Subject = Annotated[
    str,
    typer.Argument(
        metavar="LANE/BATCH|RECORD_ID",
        help="A batch or a record; the lane may be left out where one only has the batch.",
    ),
]


class Format(StrEnum):
    """How a history is written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def audit() -> None:
    """Work on the evidence of the back office."""


@app.command("verify")
def verify() -> None:
    """Check the ledger's chain and checkpoints, and every file it names: lake, vault, deliveries, evidence pages.

    Where Dagster's own history differs from an intact ledger, that is told and no failure: it may be deleted.
    """
    with opened_office() as office:
        problems = verify_office(office)
        entries = office.ledger.count()
        notices = [] if problems else [*_disagreements(office), *files_gone(office)]
    for problem in problems:
        err.print(problem, markup=False)
    for notice in notices:
        out.print(f"Notice: {notice}", markup=False)
    out.print(f"{entries} ledger entries and the files they name: {len(problems)} problems.")
    if problems:
        raise typer.Exit(1)


@app.command("replay")
def replay(subject: Subject) -> None:
    """Compute every materialization of a batch again from what it saw then, and compare hashes; nothing is written.

    A record stands for its batch: it is a batch that is computed.
    """
    with opened_office() as office:
        key, _ = subject_named(office, subject)
        replayed = replay_batch(office, *key)
    for one in replayed:
        for line in _replay_lines(one):
            out.print(line, markup=False)
    verdicts = [one.verdict for one in replayed]
    same, differ = verdicts.count("same"), verdicts.count("differs")
    out.print(
        f"{len(replayed)} materializations of {'/'.join(key)}: {same} same, {differ} differ, "
        f"{len(replayed) - same - differ} cannot be replayed.",
        markup=False,
    )
    if same < len(replayed):
        raise typer.Exit(1)


def _replay_lines(one: Replayed) -> list[str]:
    """Return what is told of one materialization: a line, and one more for everything that is not as it was."""
    compared = f"tables: {one.tables}" if one.tables else "no table, its counts"
    lines = [f"entry {one.seq}: {one.stage} as of {iso(one.as_of)}: {one.verdict} ({compared})"]
    if one.other_code:
        lines.append(f"  made by code version {one.code_version}, this is another")
    if one.obstacle is not None:
        lines.append(f"  {one.obstacle}")
    for difference in one.differences:
        lines.append(f"  {difference.thing}: expected {difference.expected}; found {difference.found}")
        if difference.detail:
            lines.append(f"    {difference.detail}")
    return lines


def _disagreements(office: Office) -> list[str]:
    from back_office_pipelines.cli.jobs import dagster_disagreements  # noqa: PLC0415 - Dagster takes seconds to import

    return dagster_disagreements(office)


@app.command("history")
def show_history(
    subject: Subject,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.TABLE,
) -> None:
    """Print everything the ledger holds on a batch or record: registration, runs, stages, decisions, publications."""
    with opened_office() as office:
        entries = history(office, subject)
    if form is Format.JSON:
        typer.echo(json.dumps([as_json(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(as_lines(entries)))

"""`back-office worklist`: open exceptions with everything needed to decide."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from back_office_pipelines.chain.decided import decisions_until
from back_office_pipelines.chain.office import Office
from back_office_pipelines.cli.console import opened_office, out
from back_office_pipelines.cli.run import checked_lanes
from back_office_pipelines.errors import UsageError
from back_office_pipelines.review.workbook import write_xlsx
from back_office_pipelines.review.worklist import TIER_ORDER, as_csv, as_json, worklist_rows
from back_office_pipelines.storage.files import SHARED, write_text


class Format(StrEnum):
    """How the worklist is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def worklist(
    lane: Annotated[list[str] | None, typer.Option("--lane", help="Only this lane; repeat for several.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.CSV,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write; needed for xlsx, else standard output.")
    ] = None,
) -> None:
    """List open exceptions, highest tier first; filled in, the file goes back through `decide`."""
    if form is Format.XLSX and to is None:
        raise UsageError("worklist as xlsx", "no file is named", "add --out worklist.xlsx")
    with opened_office() as office:
        rows = open_worklist(office, checked_lanes(office, lane))
    if form is Format.XLSX and to is not None:
        write_xlsx(rows, to)
    else:
        text = as_json(rows) if form is Format.JSON else as_csv(rows)
        if to is None:
            typer.echo(text, nl=False)
            return
        write_text(to, text, SHARED)
    out.print(f"{len(rows)} open exceptions written to {to}", markup=False)


def open_worklist(office: Office, lanes: frozenset[str] | None) -> list[dict[str, str]]:
    """Return the worklist over all batches, highest tier first, then the oldest, a record's exceptions together."""
    snapshot = office.snapshot()
    dictionaries = office.bound_dictionaries()
    rows = [
        row
        for key, batch in snapshot.batches.items()
        if lanes is None or batch.lane in lanes
        for row in worklist_rows(
            snapshot.rows(key, "validated", "exceptions"),
            snapshot.rows(key, "intake", "documents"),
            snapshot.rows(key, "extracted", "field_values"),
            dictionaries[batch.dictionary_fingerprint],
            snapshot.rows(key, "validated", "approvals"),
            decisions_until(snapshot.decisions_of(key)),
        )
    ]
    return sorted(rows, key=lambda row: (TIER_ORDER[row["tier"]], row["opened_at"], row["document"], row["record"]))

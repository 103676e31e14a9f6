"""What Dagit shows of a materialization: numbers it can plot, hashes to compare, the worst reasons as a table."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.ledger.state import Batch, Materialization
from back_office_pipelines.measures.registry import Measure
from back_office_pipelines.reports.batch_page import ControlTotal, control_totals
from back_office_pipelines.review.worklist import TIER_ORDER, open_reasons
from back_office_pipelines.values.markdown import markdown_table, markdown_text

TOP_REASONS = 10
DECIMALS = 4
"""Of figures that are shown; tables keep them as they were computed."""
ROLLED_UP = ("client", "entity", "lane", "priority")
SINGLE_FIGURE_KEY = ("period", "period_start", *ROLLED_UP)
"""Key of the measures that have one row a period and grain, whose figures can be plotted."""


def made_metadata(made: Materialization) -> dict[str, Any]:
    """Return the metadata every materialization carries.

    A worklist has no table; its rows are the exceptions that are open. A batch of lane `_intake` is one problem, of
    which most counts say nothing.
    """
    rows = max((written.rows for written in made.writes.values()), default=made.counts.get("open_exceptions", 0))
    return {
        **{name: count for name, count in made.counts.items() if count or made.lane != INTAKE_LANE},
        "dagster/partition_row_count": rows,
        "as_of": iso(made.as_of),
        "dictionary_fingerprint": made.dictionary_fingerprint,
        "code_version": made.code_version,
        **({"tables": dg.MetadataValue.md(_tables(made))} if made.writes else {}),
    }


def batch_metadata(batch: Batch) -> dict[str, Any]:
    """Return what a batch's manifest said of it, for the materialization that took it in."""
    return {
        "client": batch.client,
        "entity": batch.entity,
        "channel": batch.channel,
        "priority": batch.priority,
        "received_at": iso(batch.received_at),
        "delivery": batch.delivery,
        **({} if batch.declared_documents is None else {"declared_documents": batch.declared_documents}),
        "dictionary_version": batch.dictionary_version,
    }


def worklist_metadata(worklist: Path, page: Path) -> dict[str, Any]:
    """Return where the file lies that people fill in, how it comes back, and where the evidence page lies."""
    return {
        "worklist": dg.MetadataValue.path(str(worklist.resolve())),
        "decide_with": f"{_command()} decide {worklist}",
        "evidence_page": dg.MetadataValue.path(str(page.resolve())),
    }


def _command() -> str:
    """Return how a person calls the product where it runs: as the README does, from the folder it was installed in."""
    installed = Path(sys.prefix) / "bin" / "back-office"
    here = Path.cwd()
    return str(installed.relative_to(here) if installed.is_relative_to(here) else installed)


def split_metadata(
    asset: str, made: Materialization, batch: Batch, exceptions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the metadata of one side of the split."""
    records = made.counts["records"]
    share = {"accepted_share": round(made.counts["accepted"] / records, DECIMALS)} if records else {}
    totals = totals_table(control_totals(batch.control_totals, exceptions))
    return {
        **_of_the_whole(batch, exceptions),
        "worst_reasons": dg.MetadataValue.md(worst_reasons(exceptions)),
        **({} if batch.lane == INTAKE_LANE else {"control_totals": dg.MetadataValue.md(totals)}),
        **share,
        **made_metadata(made),
        "dagster/partition_row_count": made.counts["accepted" if asset == "accepted" else "exceptions"],
    }


def _of_the_whole(batch: Batch, exceptions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is wrong with the batch itself, and, of a problem of the inbox, in which inbox it was seen."""
    rows = [
        tuple(markdown_text(row[name]) for name in ("reason_code", "observed", "expected"))
        for row in exceptions
        if row["subject_kind"] == "batch" and row["state"] != "resolved"
    ]
    told = "\n".join(markdown_table(("reason", "found", "wanted"), sorted(rows)[:TOP_REASONS]))
    return {
        **({"what_is_wrong": dg.MetadataValue.md(told)} if rows else {}),
        **({"inbox": batch.inbox} if batch.inbox else {}),
    }


def worst_reasons(exceptions: Iterable[Mapping[str, Any]]) -> str:
    """Return the reasons of unresolved exceptions as a markdown table: highest tier first, then the most frequent."""
    pending = open_reasons(exceptions)
    if not pending:
        return "No open exceptions."
    ranked = sorted(pending.items(), key=lambda item: (TIER_ORDER[item[0][1]], -item[1], item[0]))[:TOP_REASONS]
    rows = [(*reason, count) for reason, count in ranked]
    return "\n".join(markdown_table(("reason", "tier", "owner", "open"), rows, {"open"}))


def totals_table(totals: Sequence[ControlTotal]) -> str:
    """Return the totals the manifest declared and what the records add up to, as a markdown table."""
    if not totals:
        return "The manifest declares none."
    columns = ("currency", "amount", "declared", "records add up to")
    rows = [(one.currency, one.field, one.declared, one.found or "the same") for one in totals]
    return "\n".join(markdown_table(columns, rows, columns[2:]))


def _tables(made: Materialization) -> str:
    rows = [(name, written.rows, f"`{written.hash[:16]}…`") for name, written in sorted(made.writes.items())]
    return "\n".join(markdown_table(("table", "rows", "content hash"), rows, {"rows"}))


def measure_metadata(warehouse: Path, measure: Measure, rows: int, version: int, as_of: datetime) -> dict[str, Any]:
    """Return the metadata of a published measure: figures of one week over everything, as plottable numbers.

    That is the newest week that is complete and whose figures are not too thin (`small_n`); where there is none, the
    newest that is not too thin; else the newest. So what is plotted does not jump because a week has just begun.

    Args:
        warehouse: the published file.
        measure: which one.
        rows: how many rows it has.
        version: number of the publication.
        as_of: moment of the publication.
    """
    metadata: dict[str, Any] = {"dagster/row_count": rows, "warehouse_version": version, "sql_hash": measure.sql_hash}
    if measure.table.key != SINGLE_FIGURE_KEY:
        return metadata
    grain = " AND ".join(f"{name} = 'all'" for name in ROLLED_UP)
    query = (
        f"SELECT *, period_start + INTERVAL 7 DAY <= $day AS complete FROM measures.{measure.name} "  # noqa: S608
        f"WHERE period = 'week' AND {grain} ORDER BY complete AND NOT small_n DESC, small_n, period_start DESC LIMIT 1"
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(query, {"day": as_of.date()})
        names = [column[0] for column in found.description or ()]
        row = found.fetchone()
    if row is None:
        return metadata
    figures = dict(zip(names, row, strict=True))
    state = "complete" if figures.pop("complete") else "not over yet"
    metadata["figures_of"] = f"week from {figures['period_start']}, {state}, n = {figures['n']}"
    shown = {name: _shown(value) for name, value in figures.items()}
    return metadata | {name: value for name, value in shown.items() if isinstance(value, int | float | str)}


def _shown(figure: Any) -> Any:
    if isinstance(figure, float):
        return round(figure, DECIMALS)
    return str(figure) if isinstance(figure, date) else figure

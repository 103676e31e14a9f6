"""What Dagit shows of a materialization: numbers it can plot, hashes to compare, the worst reasons as a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from back_office_pipelines.clock import iso
from back_office_pipelines.ledger.state import Batch, Materialization
from back_office_pipelines.measures.registry import Measure
from back_office_pipelines.reports.batch_page import ControlTotal, control_totals
from back_office_pipelines.review.worklist import TIER_ORDER, open_reasons
from back_office_pipelines.values.markdown import markdown_table

TOP_REASONS = 10
ROLLED_UP = ("client", "entity", "lane", "priority")
SINGLE_FIGURE_KEY = ("period", "period_start", *ROLLED_UP)
"""Key of the measures that have one row a period and grain, whose figures can be plotted."""


def made_metadata(made: Materialization) -> dict[str, Any]:
    """Return the metadata every materialization carries."""
    return {
        **made.counts,
        "dagster/partition_row_count": max((written.rows for written in made.writes.values()), default=0),
        "as_of": iso(made.as_of),
        "dictionary_fingerprint": made.dictionary_fingerprint,
        "code_version": made.code_version,
        "tables": dg.MetadataValue.md(_tables(made)),
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
        "decide_with": f"back-office decide {worklist}",
        "evidence_page": dg.MetadataValue.path(str(page.resolve())),
    }


def split_metadata(
    asset: str, made: Materialization, batch: Batch, exceptions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the metadata of one side of the split."""
    records = made.counts["records"]
    share = {"accepted_share": made.counts["accepted"] / records} if records else {}
    return {
        "worst_reasons": dg.MetadataValue.md(worst_reasons(exceptions)),
        "control_totals": dg.MetadataValue.md(totals_table(control_totals(batch.control_totals, exceptions))),
        **share,
        **made_metadata(made),
        "dagster/partition_row_count": made.counts["accepted" if asset == "accepted" else "exceptions"],
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


def measure_metadata(warehouse: Path, measure: Measure, rows: int, version: int) -> dict[str, Any]:
    """Return the metadata of a published measure: its newest monthly figures over everything, as plottable numbers."""
    metadata: dict[str, Any] = {"dagster/row_count": rows, "warehouse_version": version, "sql_hash": measure.sql_hash}
    grain = " AND ".join(f"{name} = 'all'" for name in ROLLED_UP)
    query = (
        f"SELECT * FROM measures.{measure.name} WHERE period = 'month' AND {grain} ORDER BY period_start DESC LIMIT 1"  # noqa: S608
    )
    if measure.table.key != SINGLE_FIGURE_KEY:
        return metadata
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        row = found.fetchone()
    figures = dict(zip(names, row, strict=True)) if row is not None else {}
    shown = {name: str(value) if isinstance(value, date) else value for name, value in figures.items()}
    return metadata | {name: value for name, value in shown.items() if isinstance(value, int | float | str)}

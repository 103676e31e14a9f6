"""What Dagit shows of a materialization: numbers it can plot, hashes to compare, the worst reasons as a table."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from back_office_pipelines.clock import iso
from back_office_pipelines.ledger.state import Materialization

TOP_REASONS = 10


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


def split_metadata(asset: str, made: Materialization, exceptions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the metadata of one side of the split."""
    metadata = made_metadata(made)
    records = made.counts["records"]
    rows = made.counts["accepted"] if asset == "accepted" else made.counts["exceptions"]
    metadata["dagster/partition_row_count"] = rows
    if records:
        metadata["accepted_share"] = made.counts["accepted"] / records
    metadata["worst_reasons"] = dg.MetadataValue.md(worst_reasons(exceptions))
    return metadata


def worst_reasons(exceptions: Iterable[Mapping[str, Any]]) -> str:
    """Return the most frequent reasons among unresolved exceptions as a markdown table."""
    pending = Counter((row["reason_code"], row["tier"], row["owner"]) for row in exceptions if row["state"] != "resolved")
    if not pending:
        return "No open exceptions."
    ranked = sorted(pending.items(), key=lambda item: (-item[1], item[0]))[:TOP_REASONS]
    lines = ["| reason | tier | owner | open |", "|---|---|---|---:|"]
    lines += [f"| {code} | {tier} | {owner} | {count} |" for (code, tier, owner), count in ranked]
    return "\n".join(lines)


def _tables(made: Materialization) -> str:
    lines = ["| table | rows | content hash |", "|---|---:|---|"]
    lines += [f"| {name} | {written.rows} | `{written.hash[:16]}…` |" for name, written in sorted(made.writes.items())]
    return "\n".join(lines)

"""The evidence page of a batch: what came in, what failed and why, who decided, and the hashes that stand for it.

What belongs here: rows of the lake to one page. What does not: computing any of them, and where the page is kept
(`chain/steps`). The page is one file without links to the outside, so that it can be handed on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from back_office_pipelines.clock import iso
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.review.worklist import document_of, open_reasons
from back_office_pipelines.validation.batch_rules import control_total_rule

Row = Mapping[str, Any]
MOST_ROWS = 500
"""Rows of a list that the page shows; it says where the rest is."""
TEMPLATE = "batch_page.html"


@dataclass(frozen=True)
class BatchEvidence:
    """What the page of a batch is made of.

    Attributes:
        batch: its registration.
        as_of: moment for which it tells.
        documents: rows of `documents`.
        extractions: rows of `extractions`.
        record_states: rows of `record_states`.
        exceptions: rows of `exceptions`.
        approvals: rows of `approvals`.
        decisions: what people decided: `decided_at`, `actor`, `role`, `action`, `target`, `field`, `value`, `reason`.
        hashes: content hash by `stage.table` of everything in force.
    """

    batch: Batch
    as_of: datetime
    documents: Sequence[Row]
    extractions: Sequence[Row]
    record_states: Sequence[Row]
    exceptions: Sequence[Row]
    approvals: Sequence[Row]
    decisions: Sequence[Row]
    hashes: Mapping[str, str]


@dataclass(frozen=True)
class ControlTotal:
    """A declared total and what the records add up to.

    Attributes:
        found: what they add up to; None where it is the declared sum to the cent.
    """

    currency: str
    field: str
    declared: str
    found: str | None


def batch_page(evidence: BatchEvidence) -> str:
    """Return the page as HTML."""
    read = {row["document_id"]: row for row in evidence.extractions}
    paths = {row["document_id"]: row["path"] for row in evidence.documents}
    return _template().render(
        batch=evidence.batch,
        as_of=evidence.as_of,
        most=MOST_ROWS,
        top_documents=sum(row["member"] is None for row in evidence.documents),
        documents=[{**row, **read.get(row["document_id"], _UNREAD)} for row in evidence.documents],
        states=sorted(Counter(row["state"] for row in evidence.record_states).items()),
        totals=control_totals(evidence.batch.control_totals, evidence.exceptions),
        reasons=sorted(open_reasons(evidence.exceptions).items(), key=lambda item: (-item[1], item[0])),
        exceptions=[{**row, "path": paths.get(document_of(row), "")} for row in evidence.exceptions],
        approvals=evidence.approvals,
        decisions=evidence.decisions,
        hashes=sorted(evidence.hashes.items()),
    )


_UNREAD = {"status": "not read yet", "reason_code": None, "document_class": None, "pages": None, "records": None}


def control_totals(declared: Mapping[str, Mapping[str, str]], exceptions: Iterable[Row]) -> list[ControlTotal]:
    """Return every total the manifest declared beside what the records add up to.

    Args:
        declared: exact sums by currency and field.
        exceptions: of the batch; a total without one is met to the cent.
    """
    found = {
        (row["rule"], row["field"]): row["observed"]
        for row in exceptions
        if row["reason_code"] == "CONTROL_TOTAL" and row["resolution"] != "superseded"
    }
    return [
        ControlTotal(currency, field, total, found.get((control_total_rule(currency), field)))
        for currency, totals in sorted(declared.items())
        for field, total in sorted(totals.items())
    ]


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["iso"] = iso
    return environment.from_string(text)

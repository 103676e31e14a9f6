"""The truth about a document: the records a faultless reader would find in it, in canonical text (DESIGN 7.3).

What belongs here: which fields a medium shows. What does not: the values (`fields`). The truth of a document with a
fault is what it says, wrong as that is, plus the reason code that has to come of it.
"""

import json
from collections.abc import Iterator
from typing import Any

from back_office_pipelines.samples.bill import Bill, bills_of
from back_office_pipelines.samples.fields import Values, canonical, header_values, line_values
from back_office_pipelines.samples.model import Batch, Document, Story
from back_office_pipelines.samples.pdf import paper_of
from back_office_pipelines.samples.printed import print_bill, shows_amount_due

LANE = "ap_invoices"
CREDIT_NOTE = "381"


def truth_of(batch: Batch, document: Document, story: Story) -> dict[str, Any]:
    """Return the truth about one document as JSON content."""
    bills = bills_of(document, story)
    return {
        "lane": LANE,
        "batch_id": batch.batch_id,
        "file": document.file,
        "kind": document.kind,
        "document_class": "credit_note" if bills[0].invoice.type == CREDIT_NOTE else "invoice",
        "language": bills[0].invoice.language,
        "fault": _fault(document),
        "records": list(_records(document, bills, story)),
    }


def to_json(content: dict[str, Any]) -> bytes:
    """Write JSON for people: indented, letters as they are."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _fault(document: Document) -> dict[str, str] | None:
    fault = document.fault
    if fault is None:
        return None
    return {"field": fault.field, "reason_code": fault.reason_code, "explanation": fault.explanation}


def _records(document: Document, bills: tuple[Bill, ...], story: Story) -> Iterator[dict[str, Any]]:
    ordinal = 0
    for parent, bill in enumerate(bills, start=1):
        yield _record("invoice", parent, None, _header_shown(document, bill))
        for line in _lines_shown(document, bill, story):
            ordinal += 1
            yield _record("line", ordinal, parent, line)


def _record(record_type: str, ordinal: int, parent: int | None, values: Values) -> dict[str, Any]:
    fields = {name: canonical(name, value) for name, value in values.items()}
    return {"record_type": record_type, "ordinal": ordinal, "parent": parent, "fields": fields}


def _header_shown(document: Document, bill: Bill) -> Values:
    values = header_values(bill)
    if document.csv is not None:
        return {name: value for name, value in values.items() if name in document.csv.columns}
    if document.kind == "pdf" and not shows_amount_due(bill, paper_of(bill)):
        values.pop("amount_due")
    return values


def _lines_shown(document: Document, bill: Bill, story: Story) -> list[Values]:
    lines = line_values(bill)
    if document.csv is not None:
        if document.csv.grain == "invoice":
            return []
        return [{name: value for name, value in line.items() if name in document.csv.columns} for line in lines]
    return _lines_on_paper(bill, story) if document.kind == "pdf" else list(lines)


def _lines_on_paper(bill: Bill, story: Story) -> list[Values]:
    """Return what the item table shows: its columns, units in words, details as part of the description."""
    paper = paper_of(bill)
    columns: set[str] = set(paper.columns)
    shown: list[Values] = []
    for line, row in zip(line_values(bill), print_bill(bill, paper, story).rows, strict=True):
        words: Values = {"description": " ".join([row.cells["description"], *row.detail]), "unit": row.cells["unit"]}
        shown.append({name: value for name, value in {**line, **words}.items() if name in columns})
    return shown

"""The worklist: every open exception with what a person needs to decide it, in the shape of a decisions file.

Grain: one row an unresolved exception. The columns of a decisions file stand first and are empty but for the target,
so that the same file, filled in, goes back through `decide`. A hold for comparing shows what is to be compared. As a
workbook it is dressed for people in `workbook`.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary, Reason
from back_office_pipelines.intake.redelivery import shown_path
from back_office_pipelines.review.critical import CriticalValue, CriticalValues
from back_office_pipelines.review.lines import REQUIRED_COLUMNS
from back_office_pipelines.review.moves import allowed_acts
from back_office_pipelines.validation.approvals import progress
from back_office_pipelines.validation.automation import HOLD
from back_office_pipelines.validation.gates import gate_of
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.states import EXCEPTIONS, can, position

Row = Mapping[str, Any]
KNOWN_COLUMNS = (
    "lane", "batch_id", "document", "record", "about", "rule", "reason_title", "observed", "expected", "tier",
    "owner", "state", "state_since", "escalation", "opened_at", "may", "playbook", "page", "raw", "confidence",
    "approvals",
)  # fmt: skip
COLUMNS = (*REQUIRED_COLUMNS, *KNOWN_COLUMNS)
BETWEEN_ACTS = " | "
"""What stands between the acts of column `may`."""
_NUMBER = re.compile(r"-[\d.,\s]+")
TIER_ORDER = {"high": 0, "medium": 1, "low": 2}


def worklist_rows(
    exceptions: Iterable[Row],
    documents: Iterable[Row],
    field_values: Iterable[Row],
    dictionary: Dictionary,
    approvals: Iterable[Row] = (),
    decisions: Iterable[Decision] = (),
) -> list[dict[str, str]]:
    """Return the worklist of one batch: highest tier first, a record's exceptions together.

    Args:
        exceptions: rows of `exceptions`.
        documents: rows of `documents`, for the file's path and the member inside it.
        field_values: rows of `field_values`, for the place of the value on its page.
        dictionary: gives titles, allowed actions and playbooks.
        approvals: rows of `approvals`.
        decisions: on the batch; what people corrected stands in the place of what was read.
    """
    field_values = list(field_values)
    paths = {row["document_id"]: shown_path(row) for row in documents}
    values = {(row["record_id"], row["field"]): row for row in field_values}
    pending = [row for row in exceptions if row["state"] != "resolved"]
    pending.sort(key=lambda row: (TIER_ORDER[row["tier"]], str(row["record_id"] or row["document_id"]), row["field"]))
    given: dict[str, list[Row]] = {}
    for approval in approvals:
        given.setdefault(approval["exception_id"], []).append(approval)
    critical = CriticalValues(dictionary, field_values, decisions)
    rows = [_row(row, paths, values.get((row["subject_id"], row["field"])), dictionary) for row in pending]
    for row, cells in zip(pending, rows, strict=True):
        gate = gate_of(dictionary, row["rule"])
        cells["approvals"] = progress(given.get(row["exception_id"], []), gate) if gate else ""
        if row["rule"] == HOLD:
            cells.update(_to_compare(row, critical.of(str(row["record_id"]))))
    return rows


def _row(row: Row, paths: Mapping[str, str], value: Row | None, dictionary: Dictionary) -> dict[str, str]:
    reason = dictionary.reasons[row["reason_code"]]
    found = value or {}
    cells = dict.fromkeys(COLUMNS, "") | {
        "target": row["exception_id"],
        "field": row["field"],
        "reason_code": row["reason_code"],
        "lane": row["lane"],
        "batch_id": row["batch_id"],
        "document": paths.get(document_of(row), ""),
        "record": row["record_id"] or "",
        "about": row["subject_kind"],
        "rule": row["rule"],
        "reason_title": reason.title,
        "observed": row["observed"],
        "expected": row["expected"],
        "tier": row["tier"],
        "owner": row["owner"],
        "state": row["state"],
        "state_since": iso(row["state_since"]),
        "escalation": str(row["escalation"]),
        "opened_at": iso(row["opened_at"]),
        "may": BETWEEN_ACTS.join(_may(row, reason)),
        "playbook": reason.playbook,
        "page": str(found.get("page") or ""),
        "raw": found.get("raw", ""),
        "confidence": f"{found['confidence']:.4f}" if found else "",
    }
    return {name: cells[name] for name in COLUMNS}


def _to_compare(row: Row, critical: Sequence[CriticalValue]) -> dict[str, str]:
    """Return the cells that show what a hold is to be compared with: every critical value, and its page.

    The exception itself says the same words whatever is corrected, so that an acceptance covers the whole record.
    """
    pages = sorted({one.page for one in critical if one.page is not None})
    told = "; ".join(one.told for one in critical)
    return {"observed": f"{row['observed']}: {told}", "page": ", ".join(map(str, pages))}


def open_reasons(exceptions: Iterable[Row]) -> Counter[tuple[str, str, str]]:
    """Return how many unresolved exceptions there are by reason code, tier and owner."""
    return Counter((row["reason_code"], row["tier"], row["owner"]) for row in exceptions if row["state"] != "resolved")


def document_of(exception: Row) -> str:
    """Return the id of the document an exception is about; empty for one about a batch."""
    return str(exception["document_id"] or (exception["record_id"] or "").split("-")[0])


def _may(row: Row, reason: Reason) -> list[str]:
    """Return what may be decided now: what the reason allows as far as the state does."""
    return [act for act in allowed_acts(reason) if can(EXCEPTIONS, position(row), act)]


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the worklist as CSV text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue()


def as_json(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the worklist as a JSON list."""
    return json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n"


def harmless(cell: str) -> str:
    """Keep text from documents from being run as a formula by a spreadsheet program; a negative number is none."""
    formula = cell.startswith(("=", "+", "@", "\t", "\r")) or (cell.startswith("-") and not _NUMBER.fullmatch(cell))
    return f"'{cell}" if formula else cell

"""One awkward little world used by many tests: a dictionary, a batch, and rows as extraction leaves them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import Contracts, load_contracts
from back_office_pipelines.intake.registration import Binding
from back_office_pipelines.ledger.claims import Ask, Claim, Held
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Validated, ValidationInput, validate

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

GOOD = {
    "invoice_number": "R-1",
    "issue_date": "2026-11-02",
    "due_date": "2026-12-02",
    "currency": "EUR",
    "seller_name": "Kupfer & Söhne",
    "net_total": "100.00",
    "tax_total": "19.00",
    "gross_total": "119.00",
    "amount_due": "119.00",
}


@cache
def contracts() -> Contracts:
    return load_contracts(ROOT / "field_dictionaries")


def dictionary() -> Dictionary:
    return contracts().latest("ap_invoices")


def batch(**changes: Any) -> Batch:
    given: dict[str, Any] = {
        "lane": "ap_invoices",
        "batch_id": "b1",
        "delivery": 1,
        "client": "northwind",
        "entity": "northwind-us",
        "channel": "email",
        "priority": "standard",
        "received_at": NOON - HOUR,
        "registered_at": NOON,
        "intake_sequence": 1,
        "declared_documents": None,
        "control_totals": {},
        "checksums": {},
        "dictionary_version": dictionary().version,
        "dictionary_fingerprint": dictionary().fingerprint,
        "folder_fingerprint": "f",
        "automation": {"threshold": "0.95", "audited": "300", "entry": "1"},
    }
    return Batch(**(given | changes))


def record_row(
    document: str, record_type: str = "invoice", ordinal: int = 1, parent: str | None = None
) -> dict[str, Any]:
    return {
        "lane": "ap_invoices",
        "batch_id": "b1",
        "record_id": f"{document}-{record_type}-{ordinal}",
        "document_id": document,
        "record_type": record_type,
        "parent_record_id": parent,
        "ordinal": ordinal,
        "source_row": None,
    }


def value_rows(
    record: Mapping[str, Any], values: Mapping[str, str | None], confidence: float = 1.0
) -> list[dict[str, Any]]:
    """Rows of `field_values`; a value of None is a text that could not be read."""
    place = dict.fromkeys(("page", "x0", "top", "x1", "bottom"))
    return [
        {
            **{name: record[name] for name in ("lane", "batch_id", "record_id", "document_id", "record_type")},
            "field": name,
            "raw": "???" if value is None else value,
            "value": value,
            "problem": "FORMAT" if value is None else None,
            "detail": "no reading" if value is None else None,
            "confidence": confidence,
            **place,
            "method": "xml",
        }
        for name, value in values.items()
    ]


def nobody_else(claims: Sequence[Claim]) -> list[Held]:
    """Answer that no key is held by anybody else."""
    del claims
    return []


def nothing_pinned(client: str, tables: Mapping[str, Any], received_at: datetime) -> dict[str, Any]:
    """Bind a batch to no reference table."""
    del client, tables, received_at
    return {}


nothing_bound = Binding(nothing_pinned)


def validated(
    records: list[dict[str, Any]],
    values: list[dict[str, Any]],
    *,
    decisions: list[Decision] | None = None,
    seen: int = 0,
    before: Validated | None = None,
    as_of: datetime = NOON,
    findings: list[dict[str, Any]] | None = None,
    of: Batch | None = None,
    ask: Ask = nobody_else,
    reference: Mapping[str, Any] | None = None,
    under: Dictionary | None = None,
) -> Validated:
    """Run the stage on rows; the first `seen` decisions were taken into account by the validation before."""
    return validate(
        ValidationInput(
            batch=of or batch(),
            dictionary=under or dictionary(),
            as_of=as_of,
            findings=findings or [],
            records=records,
            field_values=values,
            decisions=[replace(one, seen=at < seen) for at, one in enumerate(decisions or [])],
            previous_exceptions=before.exceptions if before else [],
            previous_states=before.record_states if before else [],
            reference=reference or {},
            ask=ask,
            previous_waits=before.client_waits if before else [],
            previous_approvals=before.approvals if before else [],
        )
    )

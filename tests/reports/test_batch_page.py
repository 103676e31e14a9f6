"""The evidence page: everything given stands on it once, and text from documents can do nothing there."""

from dataclasses import replace
from typing import Any

from lxml import html

from back_office_pipelines.reports.batch_page import MOST_ROWS, BatchEvidence, batch_page, control_totals
from tests.scenario import NOON, batch

DOCUMENT = {"document_id": "d1", "path": "a <b>.pdf", "member": None, "role": "document", "content_hash": "ab" * 32}
READ = {
    "document_id": "d1", "status": "ok", "reason_code": None, "document_class": "invoice", "pages": 2, "records": 1,
}  # fmt: skip
FAILED: dict[str, Any] = {
    "document_id": None, "record_id": None, "subject_id": "ap_invoices/b1", "rule": "control_total_EUR",
    "field": "gross_total",
    "reason_code": "CONTROL_TOTAL", "tier": "high", "owner": "supervisor", "observed": "<script>alert(1)</script>",
    "expected": "119.00 EUR", "state": "open", "resolution": None, "opened_at": NOON,
}  # fmt: skip
DECIDED = {
    "decided_at": NOON, "actor": "ada", "role": "clerk", "action": "correct", "target": "x1", "field": "currency",
    "value": "EUR", "reason": "as printed",
}  # fmt: skip
EVIDENCE = BatchEvidence(
    batch=batch(control_totals={"EUR": {"gross_total": "119.00", "net_total": "100.00"}}, declared_documents=1),
    as_of=NOON,
    documents=[DOCUMENT],
    extractions=[READ],
    record_states=[{"state": "held"}, {"state": "held"}, {"state": "accepted"}],
    exceptions=[FAILED],
    approvals=[
        {
            "record_id": "d1-invoice-1",
            "rule": "gate.high_value",
            "approver": "grace",
            "role": "approver",
            "decided_at": NOON,
            "holds": False,
            "ended_at": NOON,
            "ended_because": "ada changed gross_total",
        },
    ],
    decisions=[DECIDED],
    hashes={"intake.documents": "cd" * 32},
)


def words(evidence: BatchEvidence) -> str:
    return " ".join(" ".join(html.fromstring(batch_page(evidence)).itertext()).split())


def test_what_is_given_stands_on_the_page() -> None:
    said = words(EVIDENCE)
    for expected in (
        "Batch ap_invoices/b1", "1 delivered, 1 declared the same", "1 accepted, 2 held", "a <b>.pdf", "ok invoice 2 1",
        "EUR gross_total 119.00 <script>alert(1)</script>", "EUR net_total 100.00 the same",
        "CONTROL_TOTAL high supervisor 1", "d1-invoice-1 gate.high_value grace (approver)",
        ": ada changed gross_total", "ada (clerk) correct x1 currency EUR as printed",
        f"intake.documents {'cd' * 32}", "audit replay ap_invoices/b1",
    ):  # fmt: skip
        assert expected in said, expected


def test_text_of_documents_stays_text() -> None:
    page = html.fromstring(batch_page(EVIDENCE))
    assert page.xpath("//script | //b | //@src | //@href") == []


def test_a_document_not_read_yet_and_a_wrong_count_are_told() -> None:
    said = words(replace(EVIDENCE, batch=replace(EVIDENCE.batch, declared_documents=3), extractions=[]))
    assert "1 delivered, 3 declared differs" in said
    assert "a <b>.pdf not read yet" in said


def test_long_lists_are_cut_with_a_word() -> None:
    many = [DOCUMENT | {"document_id": f"d{number}", "path": f"{number}.pdf"} for number in range(MOST_ROWS + 7)]
    said = words(replace(EVIDENCE, documents=many))
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 7}; all stand in controls.documents" in said
    assert f"{MOST_ROWS}.pdf" not in said


def test_a_total_that_differed_once_and_is_met_now_is_the_same() -> None:
    totals = {"EUR": {"gross_total": "119.00"}}
    (before,) = control_totals(totals, [FAILED])
    (after,) = control_totals(totals, [FAILED | {"resolution": "superseded"}])
    assert (before.found, after.found) == (FAILED["observed"], None)

"""The evidence page: everything given stands on it once, and text from documents can do nothing there."""

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from back_office_pipelines.reports.batch_page import MOST_ROWS, BatchEvidence, batch_page, control_totals
from back_office_pipelines.validation.model import Decision
from tests.scenario import HOUR, NOON, batch, dictionary, record_row, value_rows

DOCUMENT = {"document_id": "d1", "path": "a <b>.eml", "member": None, "role": "container", "content_hash": "ab" * 32}
FIRST = DOCUMENT | {"document_id": "d2", "member": "first.pdf", "role": "document"}
SECOND = FIRST | {"document_id": "d3", "member": "second.pdf"}
READ = {
    "document_id": "d2", "status": "ok", "reason_code": None, "document_class": "invoice", "pages": 2, "records": 1,
}  # fmt: skip
RECORD = {"record_id": "d2-invoice-1", "record_type": "invoice", "document_id": "d2", "parent_record_id": None}
FAILED: dict[str, Any] = {
    "exception_id": "x0", "subject_kind": "batch", "document_id": None, "record_id": None,
    "subject_id": "ap_invoices/b1", "rule": "control_total_EUR", "field": "gross_total",
    "reason_code": "CONTROL_TOTAL", "tier": "high", "owner": "supervisor", "observed": "<script>alert(1)</script>",
    "expected": "119.00 EUR", "state": "open", "resolution": None, "opened_at": NOON, "resolved_at": None,
}  # fmt: skip
ENDED = FAILED | {
    "exception_id": "x1", "subject_kind": "record", "document_id": "d2", "record_id": "d2-invoice-1",
    "subject_id": "d2-invoice-1", "rule": "currency_known", "field": "currency", "reason_code": "CODE_UNKNOWN",
    "observed": "EURO", "expected": "ISO 4217", "state": "resolved", "resolution": "corrected",
    "resolved_at": NOON + HOUR,
}  # fmt: skip
DECIDED = Decision(
    "correct", NOON + HOUR, "d2-invoice-1", "d2-invoice-1", "x1", "currency", "EUR", "as printed", actor="ada",
    role="clerk", shown={"x1": {"observed": "EURO", "expected": "ISO 4217"}},
)  # fmt: skip
RELEASED = {
    "record_id": "d2-invoice-1", "revision": 1, "released_at": NOON + 2 * HOUR,
    "delivery_file": "northwind/ap_invoices/b1/1/invoice.csv",
}  # fmt: skip
PRINTED = {
    "invoice_number": "GOOD-1", "issue_date": "2026-11-02", "currency": "EURO", "seller_name": "Muster <GmbH>",
    "gross_total": "119.00",
}  # fmt: skip
VALUES = [
    {**row, "page": 2, "confidence": 0.99}
    for row in value_rows(record_row("d2") | {"record_id": "d2-invoice-1"}, PRINTED)
]
ACCEPTED = {"record_id": "d2-invoice-1", "revision": 1, "field": "invoice_number", "value": "GOOD-1"}
EVIDENCE = BatchEvidence(
    batch=batch(control_totals={"EUR": {"gross_total": "119.00", "net_total": "100.00"}}, declared_documents=1),
    dictionary=dictionary(),
    as_of=NOON + 3 * HOUR,
    documents=[SECOND, FIRST, DOCUMENT],
    extractions=[READ],
    field_values=VALUES,
    records=[RECORD],
    record_states=[
        {"record_id": "d2-invoice-1", "revision": 1, "state": "accepted"},
        {"record_id": "d3-invoice-1", "revision": 1, "state": "accepted"},
        {"record_id": "d3-invoice-2", "revision": 1, "state": "held"},
    ],
    accepted_values=[ACCEPTED],
    exceptions=[FAILED, ENDED],
    approvals=[
        {
            "record_id": "d2-invoice-1",
            "rule": "gate.high_value",
            "approver": "grace",
            "role": "approver",
            "decided_at": NOON,
            "holds": False,
            "ended_at": NOON,
            "ended_because": "ada changed gross_total",
        },
    ],
    releases=[RELEASED],
    decisions=[DECIDED],
    hashes={"intake.documents": "cd" * 32},
)


def words(evidence: BatchEvidence) -> str:
    return " ".join(" ".join(html.fromstring(batch_page(evidence)).itertext()).split())


def table(evidence: BatchEvidence, title: str) -> list[list[str]]:
    """Rows of the table below a heading, without its head."""
    (found,) = html.fromstring(batch_page(evidence)).xpath(f"//h2[text()='{title}']/following-sibling::table[1]")
    return [[" ".join(" ".join(cell.itertext()).split()) for cell in row] for row in found.xpath("./tr")]


def test_what_is_given_stands_on_the_page() -> None:
    said = words(EVIDENCE)
    for expected in (
        "Batch ap_invoices/b1", "1 delivered, 1 declared the same", "1 accepted, 1 held, 1 released",
        "EUR gross_total 119.00 <script>alert(1)</script>", "EUR net_total 100.00 the same",
        "CONTROL_TOTAL high supervisor 1", "a <b>.eml » first.pdf d2-invoice-1 gate.high_value grace (approver)",
        ": ada changed gross_total", f"intake.documents {'cd' * 32}", "audit replay ap_invoices/b1",
    ):  # fmt: skip
        assert expected in said, expected


def test_documents_stand_in_the_order_of_their_places() -> None:
    rows = table(EVIDENCE, "Documents")
    assert [row[0] for row in rows] == ["a <b>.eml", "a <b>.eml » first.pdf", "a <b>.eml » second.pdf"]
    assert rows[1][1:5] == ["ok", "invoice", "2", "1"]


def test_an_exception_tells_where_it_is_and_who_decided_it() -> None:
    assert table(EVIDENCE, "Exceptions") == [
        [
            "CONTROL_TOTAL x0", "ap_invoices/b1 gross_total", "<script>alert(1)</script>", "119.00 EUR",
            "2026-11-20T12:00:00Z supervisor", "open", "nobody yet",
        ],
        [
            "CODE_UNKNOWN x1", "a <b>.eml » first.pdf currency d2-invoice-1", "EURO", "ISO 4217",
            "2026-11-20T12:00:00Z supervisor", "corrected 2026-11-20T13:00:00Z",
            "ada (clerk): correct currency = EUR, “as printed” 2026-11-20T13:00:00Z",
        ],
    ]  # fmt: skip


def test_a_decision_tells_what_was_shown_when_it_was_made_whatever_the_exception_shows_now() -> None:
    accepted = replace(
        DECIDED, action="override", exception_id="x0", subject_id=None, record_id=None, field=None, value=None,
        shown={"x0": {"observed": "413992.70 EUR", "expected": "119.00 EUR"}},
    )  # fmt: skip
    older = replace(accepted, shown={}, decided_at=NOON)
    evidence = replace(EVIDENCE, decisions=[older, accepted])
    assert [row[5] for row in table(evidence, "Decisions of people")] == [
        "not kept", "413992.70 EUR expected 119.00 EUR",
    ]  # fmt: skip
    told = table(evidence, "Exceptions")[0][6]
    assert "it showed 413992.70 EUR, expected 119.00 EUR 2026-11-20T13:00:00Z" in told
    assert told.count("it showed") == 1


def test_each_record_tells_its_critical_values_in_force_and_their_pages() -> None:
    held = replace(EVIDENCE, accepted_values=[], releases=[])
    assert table(held, "Records")[0] == [
        "a <b>.eml » first.pdf d2-invoice-1", "accepted", "GOOD-1 p. 2", "2026-11-02 p. 2", "EUR corrected",
        "Muster <GmbH> p. 2", "none", "119.00 p. 2",
    ]  # fmt: skip
    assert table(EVIDENCE, "Records")[0][2:4] == ["GOOD-1 p. 2", "none"]
    titles = ["Invoice number", "Issue date", "Currency", "Seller", "Seller IBAN", "Gross total"]
    (head,) = html.fromstring(batch_page(EVIDENCE)).xpath("//h2[text()='Records']/following-sibling::table[1]/thead")
    assert [cell.text_content() for cell in head.iter("th")] == ["Document, record", "State", *titles]
    assert [row[1] for row in table(EVIDENCE, "Records")] == ["released", "accepted", "held"]


def test_what_the_dictionary_calls_personal_is_not_handed_on() -> None:
    contract = dictionary()
    header = contract.records["invoice"]
    private = {
        name: spec.model_copy(update={"sensitivity": "personal"})
        for name, spec in header.fields.items()
        if name in {"seller_name", "currency"}
    }
    records = contract.records | {"invoice": header.model_copy(update={"fields": {**header.fields, **private}})}
    page = replace(EVIDENCE, dictionary=contract.model_copy(update={"records": records}), accepted_values=[])
    said = words(page)
    assert "Muster" not in said
    assert "EURO" not in said
    assert "not shown: personal p. 2" in said
    assert "correct currency = not shown: personal" in said
    assert "GOOD-1 p. 2" in said


def test_a_decision_names_document_field_and_exception() -> None:
    whole = Decision("return", NOON, "d3-invoice-1", "d3-invoice-1", actor="zoe", role="supervisor", reason="no order")
    on_batch = Decision("triage", NOON, actor="zoe", role="supervisor")
    rows = table(replace(EVIDENCE, decisions=[DECIDED, whole, on_batch]), "Decisions of people")
    assert [row[1:] for row in rows] == [
        ["zoe (supervisor)", "return", "a <b>.eml » second.pdf d3-invoice-1", "", "", "", "no order"],
        ["zoe (supervisor)", "triage", "ap_invoices/b1", "", "", "", ""],
        [
            "ada (clerk)", "correct", "a <b>.eml » first.pdf currency d2-invoice-1", "CODE_UNKNOWN x1",
            "EURO expected ISO 4217", "EUR", "as printed",
        ],
    ]  # fmt: skip


def test_what_was_released_stands_with_its_delivery() -> None:
    assert table(EVIDENCE, "Deliveries") == [
        ["a <b>.eml » first.pdf d2-invoice-1", "1", "2026-11-20T14:00:00Z", RELEASED["delivery_file"]]
    ]
    assert "Nothing was released so far." in words(replace(EVIDENCE, releases=[]))


@given(st.permutations([SECOND, FIRST, DOCUMENT]), st.permutations([FAILED, ENDED]))
def test_the_page_is_the_same_in_whatever_order_its_rows_come(documents: Any, exceptions: Any) -> None:
    assert batch_page(replace(EVIDENCE, documents=documents, exceptions=exceptions)) == batch_page(EVIDENCE)


def test_text_of_documents_stays_text() -> None:
    page = html.fromstring(batch_page(EVIDENCE))
    assert page.xpath("//script | //b | //@src | //@href") == []


def test_whatever_people_and_files_say_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>&amp;\"'"
    said = replace(DECIDED, actor=evil, role=evil, value=evil, reason=evil, field=evil)
    everywhere = replace(
        EVIDENCE,
        documents=[FIRST | {"path": evil, "member": evil}],
        exceptions=[ENDED | dict.fromkeys(("observed", "expected", "reason_code", "owner", "resolution"), evil)],
        releases=[RELEASED | {"delivery_file": evil}],
        decisions=[said],
    )
    text = batch_page(everywhere)
    assert re.findall('<img|&amp;"', text) == []
    assert text.count("&lt;img src=x onerror=alert(1)&gt;&amp;amp;&#34;&#39;") > 12


def test_a_document_not_read_yet_and_a_wrong_count_are_told() -> None:
    said = words(replace(EVIDENCE, batch=replace(EVIDENCE.batch, declared_documents=3), extractions=[]))
    assert "1 delivered, 3 declared differs" in said
    assert "a <b>.eml not read yet" in said


def test_long_lists_are_cut_with_a_word() -> None:
    many = [DOCUMENT | {"document_id": f"d{number}", "path": f"{number:04}.pdf"} for number in range(MOST_ROWS + 7)]
    said = words(replace(EVIDENCE, documents=many))
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 7}; all stand in controls.documents" in said
    assert f"{MOST_ROWS:04}.pdf" not in said


def test_a_total_that_differed_once_and_is_met_now_is_the_same() -> None:
    totals = {"EUR": {"gross_total": "119.00"}}
    (before,) = control_totals(totals, [FAILED])
    (after,) = control_totals(totals, [FAILED | {"resolution": "superseded"}])
    assert (before.found, after.found) == (FAILED["observed"], None)

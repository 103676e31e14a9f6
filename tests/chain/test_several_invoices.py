"""One file with several invoices through the whole chain: counts, totals, duplicates, places, replay."""

from collections.abc import Callable
from pathlib import Path

import pytest

from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.intake.identity import record_id
from tests.chain.office import LANE, SmallOffice, open_small_office, rows
from tests.extraction.documents import pdf
from tests.extraction.test_several import TITLE, bill
from tests.scenario import NOON

pytestmark = pytest.mark.server
STACK = pdf(bill("A-1", "119.00"), bill("A-2", "59.00"), bill("A-3", "20.50"), sizes=TITLE)


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path) -> SmallOffice:
    return open_small_office(new_database("several"), tmp_path)


def test_a_stack_of_invoices_is_one_document_of_three_records(small: SmallOffice) -> None:
    totals = '{GBP: {gross_total: "198.50"}}'
    (small.deliver("b1", {}, document_count=1, control_totals=totals) / "stack.pdf").write_bytes(STACK)
    (small.deliver("b2", {}, document_count=1) / "again.pdf").write_bytes(pdf(bill("A-2", "59.00"), sizes=TITLE))
    small.register()
    small.run(NOON)

    first, second = rows(small, "intake", "documents")
    (told, _) = rows(small, "extracted", "extractions")
    assert (told["document_id"], told["records"], told["pages"]) == (first["document_id"], 3, 3)
    records = [row for row in rows(small, "extracted", "extracted_records") if row["batch_id"] == "b1"]
    assert [row["record_id"] for row in records] == [record_id(first["document_id"], "invoice", at) for at in (1, 2, 3)]
    values = rows(small, "extracted", "field_values")
    pages = {
        row["record_id"]: row["page"] for row in values if row["batch_id"] == "b1" and row["field"] == "gross_total"
    }
    assert [pages[row["record_id"]] for row in records] == [1, 2, 3]

    exceptions = rows(small, "validated", "exceptions")
    codes = {(row["batch_id"], row["reason_code"]) for row in exceptions}
    assert not codes & {("b1", "DOCUMENT_COUNT"), ("b1", "CONTROL_TOTAL"), ("b1", "DUPLICATE_RECORD")}
    assert ("b2", "DUPLICATE_RECORD") in codes
    (double,) = (row for row in exceptions if row["reason_code"] == "DUPLICATE_RECORD")
    assert record_id(first["document_id"], "invoice", 2) in double["observed"] + double["expected"]
    assert double["subject_id"] == record_id(second["document_id"], "invoice", 1)
    assert {one.verdict for one in replay_batch(small.office, LANE, "b1")} == {"same"}

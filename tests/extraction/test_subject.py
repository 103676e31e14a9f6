"""Letters that say in a sentence what they are."""

import pytest

from tests.extraction.documents import Placed, extracted, pdf

BODY: Placed = (
    (50, 60, "Bighorn Sports Radio Network"), (50, 90, "September 3, 2024"), (350, 300, "Gross"), (480, 300, "$300.00"),
    (50, 250, "Sponsorship"), (200, 250, "No."), (50, 265, "Opening billboard"), (200, 265, "12"),
    (300, 265, "12 games"), (50, 280, "Pregame feature"),
    (200, 280, "12"), (300, 280, "12 games"),
)  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "Invoice SN24-0317 - 2024 football season sponsorship on behalf of Wapiti Federal Savings",
        "Invoice No. SN24-0317, for the 2024 football season sponsorship of Wapiti Federal Savings",
    ],
)
def test_a_letter_begins_with_what_it_is_and_its_number(sentence: str) -> None:
    extraction = extracted(pdf([*BODY, (50, 150, sentence)]))
    assert extraction.document_class == "invoice"
    assert {one.name: one.text for one in extraction.records[0].fields}["invoice_number"] == "SN24-0317"


@pytest.mark.parametrize(
    "sentence",
    [
        "Invoice copies are sent within ten days of the last broadcast of your campaign",
        "Invoice the agency named below for all spots of the campaign at the agreed rates",
        "Order SN24-0317 - 2024 football season sponsorship on behalf of Wapiti Federal Savings",
    ],
)
def test_other_sentences_make_no_invoice(sentence: str) -> None:
    assert extracted(pdf([*BODY, (50, 150, sentence)])).document_class is None

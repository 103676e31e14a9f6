"""Days that English texts ask to pay by: in labels of amounts and in sentences."""

import pytest

from tests.extraction.test_choice import Text, header

INVOICE: tuple[Text, ...] = ((50, 60, "INVOICE"), (350, 60, "Invoice No. 4711-2"), (350, 75, "Date 09/03/2024"))
TOTAL: tuple[Text, ...] = ((300, 300, "Gross total"), (480, 300, "$1,655.00"))


def due(*texts: Text) -> str | None:
    return header([*INVOICE, *TOTAL, *texts]).get("due_date")


@pytest.mark.parametrize(
    "label",
    ["TOTAL DUE BY", "NET DUE", "Amount due by", "Balance due", "Please pay now due by", "Total payable by", "DUE"],
)
def test_the_label_of_what_is_due_names_the_day(label: str) -> None:
    assert due((300, 330, f"{label} 10/28/2024"), (480, 330, "$1,655.00")) == "2024-10-28"


def test_the_day_may_stand_apart_from_its_label() -> None:
    assert due((350, 90, "Net Due"), (450, 90, "10/28/2024")) == "2024-10-28"


@pytest.mark.parametrize(
    "sentence",
    [
        "Please remit the net amount by October 28, 2024.",
        "Payment is due no later than 10/28/2024.",
        "Make your check payable to the station and pay on or before October 28, 2024",
        "All accounts must be paid by Oct 28, 2024. Report discrepancies by October 29, 2024.",
    ],
)
def test_a_sentence_asks_to_pay_by_a_day(sentence: str) -> None:
    assert due((50, 400, sentence)) == "2024-10-28"


@pytest.mark.parametrize(
    "sentence",
    [
        "Any dispute about this payment must be reported by October 28, 2024.",
        "A discount of 2% is yours if you pay by October 28, 2024.",
        "Spots aired by October 28, 2024 are billed.",
        "The order must be renewed by October 28, 2024 to be paid at this rate",
    ],
)
def test_other_days_are_not_due(sentence: str) -> None:
    assert due((50, 400, sentence)) is None

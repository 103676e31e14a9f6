"""A number and a day under one caption, divided by a stroke like the caption itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.test_carried import header
from tests.extraction.test_choice import Text

OTHERS: tuple[Text, ...] = ((50, 40, "INVOICE"), (50, 300, "Work as agreed"), (400, 300, "100.00"))
CAPTIONS = ("Invoice No./Date", "Invoice no. / date", "Invoice number/Invoice date", "Number/Date")


def facts(*texts: Text) -> tuple[str | None, str | None]:
    found = header([*OTHERS, *texts])
    return found.get("invoice_number"), found.get("issue_date")


@pytest.mark.parametrize("caption", CAPTIONS)
@pytest.mark.parametrize("value", ["4711-22 / 2026-03-01", "4711-22/2026-03-01"])
def test_beside_under_and_behind_their_caption(caption: str, value: str) -> None:
    told = "4711-22", "2026-03-01"
    assert facts((300, 100, f"{caption}: {value}")) == told
    assert facts((300, 100, caption), (450, 100, value)) == told
    assert facts((300, 100, caption), (300, 115, value)) == told


def test_the_day_may_be_named_first() -> None:
    assert facts((300, 100, "Date / Invoice No.: 2026-03-01 / 4711-22")) == ("4711-22", "2026-03-01")


@given(number=st.from_regex(r"[A-Z]{0,3}-?\d{3,8}(?:/\d{2})?", fullmatch=True), day=st.dates())
def test_strokes_within_the_number_belong_to_it(number: str, day: object) -> None:
    assert facts((300, 100, f"Invoice No./Date: {number} / {day}")) == (number, str(day))


@pytest.mark.parametrize("caption", ["Order No./Date", "Delivery note / Date"])
def test_captions_of_other_things_are_left_alone(caption: str) -> None:
    assert facts((300, 100, f"{caption}: 4711-22 / 2026-03-01"))[0] != "4711-22"

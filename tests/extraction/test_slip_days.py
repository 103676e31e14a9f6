"""Days of slips as tills write them and as recognition leaves them."""

import pytest

from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.normalization.normalise import normalise_value
from tests.extraction.slips import HEAD, RECEIPTS, lines

CHRISTMAS = (
    "25/12/2017 2:05:10 PM", "Date : 25-12-17 14:05", "25 DEC 2017 14:05", "Dec 25, 2017", "DEC25,2017",
    "2017-Dec-25", "25,Dec 2017", "25.Dec.2017", "Dec/25/2017", "25.12.2017", "2017-12-25T14:05",
    "Date:25/12/2017Time:14:05",
    "25/12/201714:05", "25DEC1714:05", "Mon25/12/2017", "25122017 14:05", "20171225", "25/12/2O17", "25/l2/2017",
    "2S/12/2017", "25/12/2017[MON]", "25 /12/ 2017", "25/12/20 17", "12/25/2017 12:30 PM", "25:12:2017", "25 12 2017",
    "25·12·2017", "25/12-2017", "25112/2017", "25/1212017",
    "25l12l2017", "2512/2017", "25/122017", "Date25/12/17", "25 Disember 2017", "DATE: 25/12/2017 Exp: 31/12/2019",
    "Valid till 31/01/2018    25/12/2017",
)  # fmt: skip


def day_of(*rows: str) -> str | None:
    """Return the day that a slip reads as."""
    reading = read(lines(*HEAD[:2], *rows, "Cup    9.50", "Total    9.50"), RECEIPTS)
    for choice, told in reading.choices:
        if choice.field == "date":
            raw = FieldValue("date", choice.found.text, 1.0, "ocr", style=reading.style, reading=told)
            return normalise_value(raw, RECEIPTS.value_type("receipt", "date")).value
    return None


@pytest.mark.parametrize("row", CHRISTMAS)
def test_christmas_is_read_however_it_is_written(row: str) -> None:
    assert day_of(row) == "2017-12-25"


@pytest.mark.parametrize(
    "rows",
    [
        ("Promotion ends 31/12/2018",),
        ("Member Exp: 31/12/2099",),
        ("Warranty until 01/01/2020",),
        ("Sales from 01/03/2018 to 31/03/2018",),
        ("Licence 31/12/2099",),
    ],
)
def test_a_day_of_something_else_is_no_day_of_purchase(rows: tuple[str, ...]) -> None:
    assert day_of(*rows) is None
    assert day_of("18/03/2018 10:10", *rows) == "2018-03-18"


def test_a_year_is_not_taken_from_a_time_of_day() -> None:
    assert day_of("25/12/20 17:05") == "2020-12-25"


def test_two_damaged_days_are_for_a_person() -> None:
    assert day_of("25:12:2017", "26:12:2017") is None


def test_a_malaysian_tax_number_tells_the_order_of_day_and_month() -> None:
    rows = ("KUPFER LEE", "12, JALAN DAGANG", "GST NO : 000306020352", "03/04/2018", "Cup    9.50", "Total    9.50")
    assert read(lines(*rows), RECEIPTS).style.date_order == "dmy"
    assert read(lines(*rows[:2], *rows[3:]), RECEIPTS).style.date_order is None, (
        "streets are called so in two countries"
    )


@pytest.mark.parametrize(("evidence", "row"), [("damaged_date", "25/12 2017"), ("mutilated_date", "2512/2017")])
def test_how_much_is_left_of_a_day_is_told(evidence: str, row: str) -> None:
    reading = read(lines(*HEAD[:2], row, "Cup    9.50", "Total    9.50"), RECEIPTS)
    assert next(choice.evidence for choice, _ in reading.choices if choice.field == "date") == evidence

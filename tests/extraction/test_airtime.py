"""Tables of stations: what was sold, how often and for what; spots, subtotals, and orders that number invoices."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.documents import Placed
from tests.extraction.test_choice import Text, header, lines

TITLE: tuple[Text, ...] = ((50, 40, "INVOICE"), (350, 40, "Invoice No. 4711-2"), (350, 55, "Date 02/25/2024"))
COLUMNS = (40.0, 100.0, 150.0, 220.0, 330.0, 400.0, 470.0, 540.0)


def table(head: tuple[str, ...], *texts: tuple[str, ...], foot: tuple[tuple[str, str], ...]) -> Placed:
    """Return a page with a table: rows of texts under their titles, and labels with amounts below."""
    placed: list[Text] = [*TITLE]
    for at, row in enumerate((head, *texts)):
        placed += [(x, 100.0 + 15 * at, text) for x, text in zip(COLUMNS, row, strict=False) if text]
    bottom = 130.0 + 15 * len(texts)
    for at, (label, amount) in enumerate(foot):
        placed += [(330, bottom + 15 * at, label), (COLUMNS[len(head) - 1], bottom + 15 * at, amount)]
    return placed


def test_days_and_hours_are_no_quantity_where_spots_are_counted() -> None:
    head = ("Program", "Days", "Hours", "Length", "Spots/Wk", "Rate", "Spots", "Amount")
    rows = ("Court Hour", "M-F", "2P-3P", ":30", "3", "$180.00", "9", "$1,620.00"), (
        "News", "M-F", "5P-6P", ":30", "4", "$25.00", "8", "$200.00",
    )  # fmt: skip
    found = lines(table(head, *rows, foot=(("Gross total", "$1,820.00"),)))
    assert [(one["quantity"], one["unit_price"], one["description"]) for one in found] == [
        ("9", "180.00", "Court Hour"),
        ("8", "25.00", "News"),
    ]


@settings(max_examples=25)
@given(prices=st.lists(st.sampled_from(["10.00", "25.00", "35.00", "70.00"]), min_size=3, max_size=9))
def test_single_spots_are_lines_and_what_a_week_comes_to_is_none(prices: list[str]) -> None:
    head = ("Date", "Day", "Time", "Length", "Copy", "Charge")
    spots = [("10/2/23", "Mon", "6:54 PM", "30 sec", f"LAKE-{at}", price) for at, price in enumerate(prices)]
    week = ("", "", "", "", "Week of 10/2/23", f"{sum(map(Decimal, prices)):,.2f}")
    total = f"{2 * sum(map(Decimal, prices)):,.2f}"
    found = lines(table(head, *spots, week, *spots, week, foot=(("Gross", total),)))
    assert [one["line_net"] for one in found] == [*prices, *prices]
    assert found[0]["description"] == "LAKE-0"


def test_zones_are_summed_up_by_their_words() -> None:
    head = ("Network", "Daypart", "Len", "Flight", "Aired", "Rate", "Gross")
    rows = [("ESQN", "M-F", ":30", "Oct", str(count), "12.50", f"{count * 12.5:.2f}") for count in (4, 8, 6)]
    zones = [("", "", "", "Zone total", "12", "", "150.00"), ("", "", "", "Zone total", "6", "", "75.00")]
    found = lines(table(head, *rows[:2], zones[0], rows[2], zones[1], foot=(("Gross total", "225.00"),)))
    assert [one["quantity"] for one in found] == ["4", "8", "6"]
    assert {one["description"] for one in found} == {"ESQN"}


def test_the_amount_of_a_line_is_its_gross_where_commission_is_taken_beside_it() -> None:
    head = ("Station", "Market", "Daypart", "Units", "Avg rate", "Gross", "Comm 15%", "Net")
    rows = ("WQZV", "Dayton", "M-Su", "16", "49.00", "784.00", "117.60", "666.40"), (
        "WXQB", "Dayton", "M-Su", "12", "96.00", "1,152.00", "172.80", "979.20",
    )  # fmt: skip
    found = lines(table(head, *rows, foot=(("Net due", "1,645.60"),)))
    assert [one["line_net"] for one in found] == ["784.00", "1152.00"]
    assert [one["description"] for one in found] == ["WQZV", "WXQB"]


def test_days_are_a_quantity_where_nothing_was_broadcast() -> None:
    head = ("Description", "Days", "Rate", "Amount")
    rows = ("Crane with driver", "4", "250.00", "1,000.00"), ("Hut", "6", "40.00", "240.00")
    found = lines(table(head, *rows, foot=(("Total", "1,240.00"),)))
    assert [one["quantity"] for one in found] == ["4", "6"]


@pytest.mark.parametrize(("order", "kept"), [("4711", None), ("4712", "4712"), ("47", "47"), ("PO-8", "PO-8")])
def test_an_order_that_numbers_the_invoice_is_the_sellers(order: str, kept: str | None) -> None:
    found = header([*TITLE, (350, 70, f"Order # {order}"), (300, 300, "Total"), (480, 300, "$1,655.00")])
    assert found["invoice_number"] == "4711-2"
    assert found.get("purchase_order") == kept


@pytest.mark.parametrize(
    "label", ["Alt Order", "Traffic Order #", "Agreement", "Contract #", "Estimate", "Rep Order #"]
)
def test_other_numbers_of_stations_are_no_order_of_the_buyer(label: str) -> None:
    found = header([*TITLE, (350, 70, f"{label} 551209"), (300, 300, "Total"), (480, 300, "$1,655.00")])
    assert "purchase_order" not in found


def test_a_station_bills_in_its_country_s_money_without_a_sign() -> None:
    def billed(sign: str) -> str | None:
        texts: list[Text] = [
            (50, 50, f"{sign} High Plains Radio Group Inc."), (50, 64, "1104 W Cattleman Ave, Duhaven KS 67880"),
            (400, 50, "INVOICE"), (400, 64, "Invoice No. 24100067"), (400, 78, "Invoice date: 10/31/2024"),
            (50, 120, "Bill to: Friends of Marla Quist"), (50, 134, "12 Oak Street, Duhaven KS 67881"),
            (50, 300, "Morning announcements"), (450, 300, "396.00"), (50, 340, "Total due"), (450, 340, "396.00"),
        ]  # fmt: skip
        return header(texts).get("currency")

    assert billed("KDRW-FM") == "USD"
    assert billed("K31HQ-LP") == "USD"
    assert billed("Cedar") is None

"""Tables of items in other layouts: titles of several words, columns beside their titles, sums, one rate for all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.lines.columns import Head, heads
from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.items import read_items
from back_office_pipelines.extraction.pdf.lines.numerals import numbers_of
from back_office_pipelines.extraction.pdf.lines.rates import taxed_alike
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from tests.extraction.test_choice import POINT, Text, rows
from tests.scenario import dictionary

CENTS = st.integers(min_value=101, max_value=99_999)


def head(*texts: Text) -> Head:
    return next(heads(rows(texts), vocabulary_of(dictionary(), "en")))


def fields(*texts: Text) -> list[str | None]:
    return [column.field for column in head(*texts).columns]


def items(found: tuple[Row, ...]) -> list[dict[str, str]]:
    return [told(item) for item in read_items(found, POINT, vocabulary_of(dictionary(), "en"))]


def told(item: ItemLine) -> dict[str, str]:
    return {name: one.text for name, one in item.values.items()}


def amounts(*entries: tuple[str, str]) -> tuple[Row, ...]:
    """Return rows of a text and an amount that ends where all others do."""
    texts: list[Text] = []
    for at, (text, amount) in enumerate(entries):
        texts += [(50.0, 200.0 + 20 * at, text), (500.0 - 5 * len(amount), 200.0 + 20 * at, amount)]
    return rows(texts)


def test_words_beside_a_title_belong_to_it_and_brackets_go_with_what_they_follow() -> None:
    beside = ((300, 100, "Amount"), (333, 100, "GBP"), (351, 100, "(ex"), (369, 100, "VAT)"))
    found = head((50, 100, "Description"), (200, 100, "Quantity"), *beside)
    assert (found.columns[-1].field, found.columns[-1].left, found.columns[-1].right) == ("line_net", 300, 389)
    assert len(found.columns) == 3


@pytest.mark.parametrize("money", ["EUR", "€", "(CHF)", "$"])
def test_a_currency_alone_titles_the_amounts(money: str) -> None:
    assert fields((50, 100, "Item"), (250, 100, "Qty"), (330, 100, "Price"), (500, 100, money))[-1] == "line_net"


def test_a_currency_is_no_title_of_amounts_beside_one_that_is() -> None:
    found = fields((50, 100, "Item"), (250, 100, "Qty"), (330, 100, "Total"), (500, 100, "EUR"))
    assert found == ["description", "quantity", "line_net", None]


def test_a_currency_per_something_titles_the_prices() -> None:
    found = fields((50, 100, "Item"), (250, 100, "Qty"), (330, 100, "EUR/h"), (500, 100, "Total"))
    assert found == ["description", "quantity", "unit_price", "line_net"]


def test_the_first_title_of_most_room_is_what_is_sold_where_no_known_word_says_so() -> None:
    found = fields((50, 100, "Ref"), (100, 100, "Voyage"), (300, 100, "Qty"), (380, 100, "Price"), (500, 100, "Total"))
    assert found == [None, "description", "quantity", "unit_price", "line_net"]


@settings(max_examples=30)
@given(bought=st.lists(st.tuples(st.integers(min_value=2, max_value=999), CENTS), min_size=2, max_size=4))
def test_numbers_nearer_to_the_title_beside_theirs_stand_where_their_product_says(
    bought: list[tuple[int, int]],
) -> None:
    texts: list[Text] = [(50, 100, "Item"), (250, 100, "Qty"), (310, 100, "Price"), (370, 100, "Total")]
    expected = []
    for at, (quantity, cents) in enumerate(bought):
        price = Decimal(cents) / 100
        printed = (str(quantity), f"{price:.2f}", f"{quantity * price:.2f}")
        y = 120.0 + 20 * at
        texts.append((50, y, "Hammer"))
        texts += [(right - 5 * len(text), y, text) for right, text in zip((325, 385, 460), printed, strict=True)]
        expected.append(printed)
    found = [(one.get("quantity"), one.get("unit_price"), one["line_net"]) for one in items(rows(texts))]
    assert found == expected


@settings(max_examples=40)
@given(cents=st.lists(CENTS, min_size=2, max_size=5))
def test_amounts_that_a_total_sums_up_are_lines_and_the_total_is_none(cents: list[int]) -> None:
    sold = [Decimal(one) / 100 for one in cents]
    entries = [("Advice given", f"{one:.2f}") for one in sold]
    found = items(amounts(*entries, ("Total net", f"{sum(sold):.2f}"), ("VAT 20 %", "1.00")))
    read = [Decimal(one["line_net"]) for one in found]
    assert read in (sold, sold[: len(read)])
    assert len(read) >= 2


def test_amounts_that_nothing_sums_up_are_no_lines() -> None:
    assert items(amounts(("Advice given", "100.00"), ("Letters", "50.00"), ("Something", "151.00"))) == []


def test_net_and_tax_are_no_lines_of_the_gross_whatever_they_are_called() -> None:
    assert items(amounts(("Assessment", "100.00"), ("Levy 20 %", "20.00"), ("Altogether", "120.00"))) == []


def test_a_percentage_of_the_rows_above_counts_and_is_no_line() -> None:
    found = items(
        amounts(
            ("Advice given", "100.00"), ("Letters", "50.00"), ("Office 4 % of all", "6.00"), ("Altogether", "156.00")
        )
    )
    assert [one["line_net"] for one in found] == ["100.00", "50.00"]


def taxed(*below: tuple[str, str]) -> list[str | None]:
    found = amounts(("Advice given", "100.00"), ("Letters", "50.00"), ("Net total", "150.00"), *below)
    read = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    return [told(one).get("tax_rate") for one in taxed_alike(read, found, POINT, None)]


def test_a_rate_that_makes_the_tax_of_all_lines_is_the_rate_of_each() -> None:
    assert taxed(("VAT 20 %", "30.00"), ("Grand total", "180.00")) == ["20", "20"]


@pytest.mark.parametrize(
    "below",
    [
        [("VAT 20 %", "20.00"), ("VAT 10 %", "5.00"), ("Grand total", "175.00")],
        [("VAT 9 %", "13.50"), ("VAT 9 %", "13.50"), ("Grand total", "177.00")],
        [("Discount 10 %", "15.00"), ("Grand total", "165.00")],
    ],
    ids=["two rates", "two taxes on one base", "no tax"],
)
def test_several_rates_and_percentages_of_something_else_prove_no_rate(below: list[tuple[str, str]]) -> None:
    assert taxed(*below) == [None, None]


@pytest.mark.parametrize(
    ("text", "value"),
    [("$85.00/h", "85.00"), ("595.00T", "595.00"), ("12.40*", "12.40"), ("A$7.50", "7.50"), ("₹64.00", "64.00")],
)
def test_what_a_price_is_for_and_letters_of_taxes_are_no_part_of_the_number(text: str, value: str) -> None:
    (row,) = rows([(50.0, 100.0, text)])
    assert [number.value for number in numbers_of(row, POINT)] == [Decimal(value)]


def test_an_amount_with_tax_beside_tax_and_the_amount_without_is_not_the_net_amount() -> None:
    texts: list[Text] = [(50, 100, "Item"), (300, 100, "Amount"), (400, 100, "VAT"), (500, 100, "Amount")]
    texts += [(50, 120, "Room hire"), (300, 120, "660.00"), (400, 120, "66.00"), (500, 120, "726.00")]
    (found,) = items(rows(texts))
    assert found["line_net"] == "660.00"
    assert "tax_rate" not in found


def test_a_summary_between_lines_and_their_sum_is_none_of_them() -> None:
    texts: list[Text] = [(50, 100, "Letters"), (470, 100, "100.00"), (50, 120, "Advice"), (475, 120, "50.00")]
    texts += [(300, 140, "Zero-rated"), (470, 140, "100.00"), (300, 160, "Standard"), (475, 160, "50.00")]
    found = items(rows([*texts, (300, 180, "Net"), (470, 180, "150.00")]))
    assert [(one["description"], one["line_net"]) for one in found] == [("Letters", "100.00"), ("Advice", "50.00")]


def test_a_text_in_a_column_of_its_own_is_no_part_of_what_is_summed() -> None:
    texts: list[Text] = [(50, 100, "Assessment"), (300, 100, "No. 3100"), (470, 100, "100.00")]
    texts += [(50, 120, "Letters sent"), (300, 120, "No. 7000"), (475, 120, "50.00")]
    found = items(rows([*texts, (50, 140, "Altogether"), (470, 140, "150.00")]))
    assert [one["description"] for one in found] == ["Assessment", "Letters sent"]


SOLD: tuple[Text, ...] = ((50, 120, "Hammer"), (250, 120, "2"), (330, 120, "1.50"), (500, 120, "(-3.00)"))


def test_the_last_column_is_the_amounts_whatever_its_title_where_every_line_closes() -> None:
    titles: list[Text] = [(50, 100, "Item"), (250, 100, "Qty"), (330, 100, "Price"), (500, 100, "Given")]
    (found,) = items(rows([*titles, *SOLD]))
    assert (found["quantity"], found["unit_price"], found["line_net"]) == ("2", "1.50", "-3.00")
    assert items(rows([*titles, *SOLD[:-1], (500, 120, "3.50")])) == []


@settings(max_examples=30)
@given(cents=st.lists(CENTS, min_size=2, max_size=5))
def test_with_a_price_alone_each_line_costs_its_price_where_the_page_sums_them_up(cents: list[int]) -> None:
    texts: list[Text] = [(50, 100, "Day"), (120, 100, "Description"), (400, 100, "Rate")]
    for at, one in enumerate(cents):
        texts += [
            (50, 120.0 + 20 * at, "Mo"),
            (120, 120.0 + 20 * at, "Late movie"),
            (400, 120.0 + 20 * at, f"{one / 100:.2f}"),
        ]
    total = sum(cents)
    found = items(rows([*texts, (300, 400, "Gross"), (500, 400, f"{total / 100:.2f}")]))
    assert [(one["line_net"], one["unit_price"]) for one in found] == [(f"{one / 100:.2f}",) * 2 for one in cents]
    assert items(rows([*texts, (300, 400, "Gross"), (500, 400, f"{total / 100 + 1:.2f}")])) == []


@pytest.mark.parametrize(("title", "per", "amount"), [("Price/100", "100", "0.60"), ("USD/1'000", "1'000", "0.06")])
def test_a_price_of_many_pieces_closes_by_what_its_title_says(title: str, per: str, amount: str) -> None:
    texts: list[Text] = [(50, 100, "Item"), (250, 100, "Qty"), (330, 100, title), (500, 100, "Total")]
    texts += [(50, 120, "Screws"), (250, 120, "40"), (330, 120, "1.50"), (500, 120, amount)]
    (item,) = read_items(rows(texts), POINT, vocabulary_of(dictionary(), "en"))
    assert item.closes
    assert item.values["price_base_quantity"].text == per


def test_a_sum_of_some_lines_does_not_prove_prices_to_be_amounts_where_a_total_is_far_larger() -> None:
    texts: list[Text] = [(50, 100, "Description"), (400, 100, "Rate"), (50, 120, "Late movie"), (400, 120, "15.00")]
    texts += [(50, 140, "News at six"), (400, 140, "15.00"), (300, 200, "Total"), (500, 200, "30.00")]
    assert len(items(rows(texts))) == 2
    assert items(rows([*texts, (300, 220, "Gross total"), (500, 220, "325.00")])) == []


def test_a_year_under_a_title_of_amounts_is_no_line_of_a_page_that_prints_cents() -> None:
    texts: list[Text] = [(50, 100, "Product"), (500, 100, "Amount"), (50, 120, "Election"), (500, 120, "2020")]
    assert len(items(rows(texts))) == 1
    assert items(rows([*texts, (50, 300, "Balance"), (500, 300, "75.00"), (50, 320, "Due"), (500, 320, "75.00")])) == []

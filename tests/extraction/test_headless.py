"""Tables that no head names: columns by arithmetic, and nothing where the rows do not prove them."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.lines.headless import head_by_arithmetic
from tests.extraction.test_choice import POINT, Text, lines, rows

QUANTITIES = st.integers(min_value=2, max_value=99)
PRICES = st.integers(min_value=101, max_value=99_999).filter(lambda cents: cents % 100 != 0)


def item(y: float, text: str, quantity: str, price: str, amount: str) -> tuple[Text, ...]:
    return (50, y, text), (300, y, quantity), (380, y, price), (500, y, amount)


def sold(y: float, quantity: int, cents: int) -> tuple[Text, ...]:
    price = Decimal(cents) / 100
    return item(y, "Hammer of steel", f"{quantity}", f"{price:.2f}", f"{quantity * price:.2f}")


@settings(max_examples=30)
@given(bought=st.lists(st.tuples(QUANTITIES, PRICES), min_size=2, max_size=4))
def test_rows_that_multiply_in_the_same_columns_are_lines_without_a_head(bought: list[tuple[int, int]]) -> None:
    texts = [(50.0, 60.0, "INVOICE")]
    for at, (quantity, cents) in enumerate(bought):
        texts += sold(300 + 20 * at, quantity, cents)
    found = lines([*texts, (380, 460, "Net total"), (500, 460, "1.00")])
    expected = [(str(quantity), Decimal(cents) / 100, quantity * Decimal(cents) / 100) for quantity, cents in bought]
    read = [(one["quantity"], Decimal(one["unit_price"] or 0), Decimal(one["line_net"] or 0)) for one in found]
    assert read == expected
    assert {one["description"] for one in found} == {"Hammer of steel"}


def test_a_line_of_one_piece_stands_in_the_columns_that_others_prove() -> None:
    texts = [(50, 60, "INVOICE"), *sold(300, 3, 1050), *sold(320, 4, 2075), *sold(340, 1, 500)]
    assert [one["line_net"] for one in lines(texts)] == ["31.50", "83.00", "5.00"]


def test_a_single_product_needs_its_amount_again_as_a_total() -> None:
    texts = [(50, 60, "INVOICE"), *sold(300, 3, 1050)]
    assert lines(texts) == []
    assert [one["line_net"] for one in lines([*texts, (380, 340, "Net total"), (500, 340, "31.50")])] == ["31.50"]


def test_factors_that_could_both_be_the_price_are_left_out_and_the_amounts_stay() -> None:
    texts = [
        (50, 60, "INVOICE"),
        *item(300, "Gas", "2.50", "4.50", "11.25"),
        *item(320, "Oil", "3.50", "6.50", "22.75"),
    ]
    found = lines(texts)
    assert [one["line_net"] for one in found] == ["11.25", "22.75"]
    assert not any("quantity" in one or "unit_price" in one for one in found)


def test_a_rate_and_what_it_is_of_are_no_line() -> None:
    taxed = rows(
        [(50, 300, "VAT 20 % of 100.00"), (500, 300, "20.00"), (50, 320, "VAT 7 % of 100.00"), (500, 320, "7.00")]
    )
    assert list(head_by_arithmetic(taxed, POINT)) == []


def test_hours_stand_before_rates_that_come_again_though_both_are_in_cents() -> None:
    texts = [
        (50, 60, "INVOICE"),
        *item(300, "Draft answer", "1.80", "425.00", "765.00"),
        *item(320, "Call client", "0.50", "425.00", "212.50"),
    ]
    assert [(one["quantity"], one["unit_price"]) for one in lines(texts)] == [("1.80", "425.00"), ("0.50", "425.00")]


def test_first_numbers_that_come_again_may_be_either_and_name_no_factor() -> None:
    texts = [
        (50, 60, "INVOICE"),
        *item(300, "Draft answer", "2.50", "425.00", "1062.50"),
        *item(320, "Call client", "2.50", "310.00", "775.00"),
    ]
    assert not any("quantity" in one or "unit_price" in one for one in lines(texts))


def test_a_text_in_a_column_of_its_own_is_no_part_of_the_description_and_no_unit() -> None:
    texts: list[Text] = [(50, 60, "INVOICE")]
    for y, code, bought in ((300, "KL", ("3", "10.50", "31.50")), (320, "MN", ("4", "20.75", "83.00"))):
        texts += [(50, y, "Hammer of steel"), (200, y, "Lot A22"), (20, y, code)]
        texts += [(x, y, text) for x, text in zip((300, 380, 500), bought, strict=True)]
    found = lines(texts)
    assert [one["description"] for one in found] == ["Hammer of steel", "Hammer of steel"]
    assert not any("unit" in one for one in found)

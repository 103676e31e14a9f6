"""Lines where titles, units and headings stand close: factors in one text, lines without a quantity, wrapped texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.test_choice import Text, rows
from tests.extraction.test_lines_elsewhere import amounts, items

HEAD: list[Text] = [(50, 100, "Description"), (300, 100, "Qty"), (380, 100, "Unit price"), (500, 100, "Amount")]
Row = tuple[str, str, str, str]


def table(*entries: Row, head: list[Text] = HEAD, step: float = 20.0) -> list[Text]:
    """Return a table whose numbers end under the ends of their titles."""
    ends = [0.0, *(x + 5 * len(text) for x, _, text in head[1:])]
    texts: list[Text] = list(head)
    for at, (first, *numbers) in enumerate(entries):
        base = 120 + step * at
        texts.append((50, base, first))
        texts += [(end - 5 * len(one), base, one) for end, one in zip(ends[1:], numbers, strict=True) if one]
    return texts


def total(amount: str, base: float = 250.0, label: str = "Total amount due") -> list[Text]:
    return [(50, base, label), (530 - 5 * len(amount), base, amount)]


# ---- quantity and price ----------------------------------------------------------------------------------------------


@settings(max_examples=30, derandomize=True)
@given(quantity=st.integers(2, 40), cents=st.integers(101, 99_999), times=st.sampled_from(("x", "\u00d7", "@", "à")))
def test_what_a_line_multiplies_in_one_text_is_quantity_and_price(quantity: int, cents: int, times: str) -> None:
    price, amount = f"{cents / 100:.2f}", f"{quantity * cents / 100:.2f}"
    other = "25.00"
    whole = f"{quantity * cents / 100 + 25:.2f}"
    found = items(
        amounts((f"Hall for sports {quantity} {times} {price}", amount), ("Transponder", other), ("Total", whole))
    )
    assert (found[0]["quantity"], found[0]["unit_price"]) == (f"{quantity}", price)
    assert found[1].keys().isdisjoint({"quantity", "unit_price"})


def test_numbers_that_do_not_make_the_amount_are_no_factors() -> None:
    found = items(amounts(("Screws 4 x 60.00", "12.00"), ("Transponder", "25.00"), ("Total", "37.00")))
    assert found[0].keys().isdisjoint({"quantity", "unit_price"})


def test_of_two_prices_side_by_side_the_last_is_the_amount() -> None:
    head: list[Text] = [(50, 100, "Description"), (300, 100, "Qty"), (380, 100, "Unit price"), (500, 100, "Price")]
    found = items(
        rows(table(("Zinc gutter", "22.50", "189.00", "4,252.50"), ("Pipe", "3", "640.00", "1,920.00"), head=head))
    )
    assert [(one["quantity"], one["unit_price"], one["line_net"]) for one in found] == [
        ("22.50", "189.00", "4,252.50"), ("3", "640.00", "1,920.00"),
    ]  # fmt: skip


def test_a_unit_behind_a_number_makes_it_the_quantity_where_no_title_names_one() -> None:
    texts: list[Text] = []
    for at, (text, quantity, price, amount) in enumerate(
        [("Zinc gutter", "22.50 m", "189.00", "4,252.50"), ("Hours", "31.00 h", "515.00", "15,965.00")]
    ):
        texts += [(50, 120.0 + 20 * at, text), (300, 120.0 + 20 * at, quantity)]
        texts += [(400, 120.0 + 20 * at, price), (500, 120.0 + 20 * at, amount)]
    assert [(one["quantity"], one["unit_price"]) for one in items(rows(texts))] == [
        ("22.50", "189.00"), ("31.00", "515.00"),
    ]  # fmt: skip


# ---- lines without a quantity ----------------------------------------------------------------------------------------

HOURS: tuple[Row, Row] = (("Logo refinement", "14.5", "95.00", "1,377.50"), ("Booth panels", "22", "95.00", "2,090.00"))
MILEAGE: Row = ("Mileage and parking", "", "", "64.18")


def test_a_line_without_a_quantity_counts_where_the_total_needs_it() -> None:
    found = items(rows([*table(*HOURS, MILEAGE), *total("3,531.68")]))
    assert [one["line_net"] for one in found] == ["1,377.50", "2,090.00", "64.18"]
    assert "quantity" not in found[2]


def test_it_does_not_where_the_total_is_made_without_it() -> None:
    found = items(rows([*table(*HOURS, MILEAGE), *total("3,467.50")]))
    assert [one["line_net"] for one in found] == ["1,377.50", "2,090.00"]


@pytest.mark.parametrize("named", ["Freight", "Shipping", "Deposit", "Discount"])
def test_what_is_added_to_the_lines_is_none_of_them(named: str) -> None:
    found = items(rows([*table(*HOURS, (named, "", "", "64.18")), *total("3,531.68")]))
    assert len(found) == 2


COSTS: list[Text] = [
    (50, 165, "Total fees"), (492, 165, "3,467.50"), (50, 185, "Overnight courier"), (505, 185, "58.40"),
    (50, 205, "Recorder of deeds"), (505, 205, "36.00"), (50, 225, "Total costs"), (505, 225, "94.40"),
]  # fmt: skip
PERSONS: list[Text] = [
    (50, 265, "Name"), (300, 265, "Hours"), (380, 265, "Rate"), (500, 265, "Amount"),
    (50, 285, "Carol"), (300, 285, "14.5"), (400, 285, "95.00"), (490, 285, "1,377.50"),
    (50, 300, "Tess"), (300, 300, "22"), (400, 300, "95.00"), (490, 300, "2,090.00"),
]  # fmt: skip


def test_parts_of_a_bill_with_a_total_each_make_its_lines_and_a_summary_of_persons_makes_none() -> None:
    found = items(rows([*table(*HOURS), *COSTS, *PERSONS, *total("3,561.90", 330, "Total this invoice")]))
    assert [one["line_net"] for one in found] == ["1,377.50", "2,090.00", "58.40", "36.00"]


def test_without_the_total_of_both_parts_only_what_is_counted_is_a_line() -> None:
    found = items(rows([*table(*HOURS), *COSTS, *total("9,999.99", 330, "Total this invoice")]))
    assert [one["line_net"] for one in found] == ["1,377.50", "2,090.00"]


# ---- descriptions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["pauschal", "Monat", "h"])
def test_a_unit_right_of_the_texts_is_no_part_of_them(unit: str) -> None:
    texts = table(("Travel by train", "", "418.60", "837.20"), ("Consulting", "", "10.00", "30.00"))
    texts += [(290 - 5 * len(f"2 {unit}") + 35, 120, f"2 {unit}"), (290 - 5 * len(f"3 {unit}") + 35, 140, f"3 {unit}")]
    assert [one["description"] for one in items(rows(texts))] == ["Travel by train", "Consulting"]


def test_a_unit_between_the_quantity_and_the_text_is_no_part_of_it() -> None:
    head: list[Text] = [(50, 100, "Qty"), (110, 100, "Description"), (380, 100, "Price"), (500, 100, "Amount")]
    texts = [*head, (50, 120, "15 bos Eucalyptus bos"), (380, 120, "2.40"), (500, 120, "36.00")]
    texts[4] = (75, 120, "15 bos Eucalyptus bos")
    texts += [(75, 140, "20 bos Roses"), (380, 140, "1.15"), (500, 140, "23.00")]
    assert [one["description"] for one in items(rows(texts))] == ["Eucalyptus bos", "Roses"]


def test_a_heading_in_capitals_between_lines_is_no_part_of_the_one_above() -> None:
    texts = table(("Water", "214", "1.50", "321.00"), ("", "", "", ""), ("Sewage", "214", "2.00", "428.00"), step=18)
    found = items(rows([*[one for one in texts if one[2]], (50, 138, "WASTE WATER TREATMENT")]))
    assert [one["description"] for one in found] == ["Water", "Sewage"]


def test_a_text_that_ends_in_a_comma_goes_on_though_there_was_room() -> None:
    texts = table(
        ("Senior consultant on the purchase of the year 2027", "50", "135.00", "6,750.00"),
        ("Project Alpha,", "6", "67.50", "405.00"),
    )
    found = items(rows([*texts, (50, 153, "March")]))
    assert found[1]["description"] == "Project Alpha, March"


def test_numbers_in_the_middle_of_a_text_have_it_all() -> None:
    texts = table(("", "26", "10.00", "260.00"), step=40)
    wrapped: list[Text] = [
        (50, 116, "Change request CR-118: e-way bill on the"),
        (50, 124, "integration of the first kind"),
    ]
    assert items(rows([*[one for one in texts if one[2]], *wrapped]))[0]["description"].endswith("first kind")


def test_a_code_of_letters_is_no_description_where_one_stands_below() -> None:
    texts = table(("KX-ENG", "9.5", "115.00", "1,092.50"), ("KX-OFF", "2", "10.00", "20.00"), step=30)
    found = items(rows([*texts, (50, 132, "Commissioning support"), (50, 162, "Office work")]))
    assert [one["description"] for one in found] == ["Commissioning support", "Office work"]

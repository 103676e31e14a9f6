"""Rates of lines by codes that the foot explains, by taxes in their own row, and of documents that are exempt."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.lines.items import read_items
from back_office_pipelines.extraction.pdf.lines.numerals import numbers_of
from back_office_pipelines.extraction.pdf.lines.rates import with_rates
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from tests.extraction.test_choice import POINT, Text, rows
from tests.scenario import dictionary

CENTS = st.integers(min_value=1000, max_value=99_999)
HEAD: tuple[Text, ...] = ((50, 100, "Item"), (300, 100, "Qty"), (380, 100, "Price"), (480, 100, "Amount"))


def sold(at: int, amount: str, beside: str = "") -> list[Text]:
    """Return one row of a table: two pieces of something for an amount, with what stands right of it."""
    price = Decimal(amount) / 2
    y = 120.0 + 20 * at
    texts: list[Text] = [(50, y, "Hammer of steel"), (300, y, "2"), (380, y, f"{price:.3f}"), (480, y, amount)]
    return [*texts, (540, y, beside)] if beside else texts


def rates(*texts: Text, net: Decimal | None = None) -> list[str | None]:
    found = rows([*HEAD, *texts])
    items = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    told = (one.values.get("tax_rate") for one in with_rates(items, found, POINT, net))
    return [None if one is None else one.text for one in told]


@settings(max_examples=30)
@given(first=CENTS, second=CENTS, marks=st.sampled_from([("S", "Z"), ("1", "2"), ("*", "**"), ("A", "B")]))
def test_codes_mean_the_rates_that_stand_with_the_sums_of_their_lines(
    first: int, second: int, marks: tuple[str, str]
) -> None:
    one, other = (f"{2 * cents / 100:.2f}" for cents in (first, second))
    taxed, free = marks
    foot: list[Text] = [(50, 300, taxed), (80, 300, "20.00%"), (150, 300, one)]
    foot += [(50, 320, free), (80, 320, "0.00%"), (150, 320, other)]
    assert rates(*sold(0, one, taxed), *sold(1, other, free), *foot) == ["20.00", "0.00"]


def test_a_rate_without_its_sign_is_proved_by_the_tax_beside_it() -> None:
    foot: list[Text] = [(50, 300, "1"), (80, 300, "5.50"), (150, 300, "100.00"), (250, 300, "5.50")]
    assert rates(*sold(0, "60.00", "1"), *sold(1, "40.00", "1"), *foot) == ["5.50", "5.50"]


@pytest.mark.parametrize(
    "foot",
    [
        [(50.0, 300.0, "S"), (80.0, 300.0, "20.00%"), (150.0, 300.0, "61.00")],
        [(50.0, 300.0, "S"), (80.0, 300.0, "20.00%"), (150.0, 300.0, "60.00")],
        [(50.0, 300.0, "S"), (80.0, 300.0, "20.00%"), (200.0, 300.0, "7.00%"), (300.0, 300.0, "60.00")],
    ],
    ids=["another base", "one code unexplained", "two rates with one code"],
)
def test_a_code_that_the_foot_does_not_explain_gives_no_line_a_rate(foot: list[Text]) -> None:
    assert rates(*sold(0, "60.00", "S"), *sold(1, "40.00", "Z"), *foot) == [None, None]


def test_lines_flagged_at_their_amount_have_the_one_rate_that_taxes_them_and_others_none() -> None:
    foot: list[Text] = [(300, 300, "Tax (9.3%)"), (480, 300, "5.58")]
    assert rates(*sold(0, "40.00"), *sold(1, "60.00"), *foot) == [None, None]
    flagged: list[Text] = [(50, 140, "Hammer"), (300, 140, "2"), (380, 140, "30.00"), (480, 140, "60.00T")]
    assert rates(*sold(0, "40.00"), *flagged, *foot) == [None, "9.3"]


def test_a_rate_right_before_the_tax_that_it_makes_is_that_of_its_line() -> None:
    found: list[Text] = []
    for at, (amount, rate, tax) in enumerate((("60.00", "5", "3.00"), ("40.00", "12", "4.80"))):
        found += [*sold(at, amount), (540, 120.0 + 20 * at, rate), (600, 120.0 + 20 * at, tax)]
    assert rates(*found) == ["5", "12"]
    assert rates(*found[:-2], (540, 140, "13"), (600, 140, "4.80")) == [None, None]


def test_a_document_that_says_why_it_is_exempt_beside_a_rate_of_nothing_taxes_no_line() -> None:
    foot: list[Text] = [(50, 300, "Goods"), (480, 300, "100.00"), (50, 320, "Exempt export 0.00 %"), (480, 320, "0.00")]
    assert rates(*sold(0, "60.00"), *sold(1, "40.00"), *foot) == ["0.00", "0.00"]
    assert rates(*sold(0, "60.00"), *sold(1, "40.00"), *foot[:2], (50, 320, "Rebate 0.00 %"), (480, 320, "0.00")) == [
        None,
        None,
    ]


def test_a_discount_for_early_payment_beside_a_tax_is_no_second_rate() -> None:
    foot: list[Text] = [(50, 300, "VAT 20 %"), (480, 300, "20.00"), (50, 320, "1 % off within 8 days")]
    assert rates(*sold(0, "60.00"), *sold(1, "40.00"), *foot, (50, 340, "Total"), (480, 340, "120.00")) == ["20", "20"]


@pytest.mark.parametrize("text", ["8,1%", "8.1%", "(8.1%)", "8,1 %"])
def test_a_rate_is_read_whatever_its_decimal_mark_and_brackets(text: str) -> None:
    (row,) = rows([(50.0, 100.0, text)])
    (number,) = numbers_of(row, POINT)
    assert (number.value, number.percent) == (Decimal("8.1"), True)


def priced(column: str, *beside: str) -> list[str | None]:
    """Return the rates of three lines under a head with one more column, with what stands in it."""
    amounts = ("60.00", "40.00", "25.50")
    texts = [
        text for at, (amount, more) in enumerate(zip(amounts, beside, strict=True)) for text in sold(at, amount, more)
    ]
    return rates((535, 100, column), *texts)


def test_the_tax_on_each_line_is_no_rate() -> None:
    assert priced("VAT", "12.00", "8.00", "5.10") == [None, None, None]
    assert priced("VAT", "12.00", "2.00", "5.10") == [None, None, None], "twenty and five percent"
    assert priced("VAT", "20.00", "5.00", "20.00") == ["20.00", "5.00", "20.00"]
    assert priced("VAT", "20%", "5%", "20%") == ["20", "5", "20"]


def test_the_share_of_what_is_done_is_no_rate() -> None:
    assert priced("VAT %", "100", "90", "60") == [None, None, None]


def test_a_head_in_two_languages_is_known_by_the_first() -> None:
    assert priced("VAT/BTW", "20%", "5%", "20%") == ["20", "5", "20"]

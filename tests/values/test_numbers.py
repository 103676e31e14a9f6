"""Numbers: one reading or a typed problem, never a choice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.values.numbers import canonical_decimal, parse_decimal, parse_percent
from back_office_pipelines.values.problem import Problem
from back_office_pipelines.values.style import MACHINE, UNDECIDED, DecimalMark, Style

POINT, COMMA = Style(decimal="."), Style(decimal=",")


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234\u00a0567,5 €", "1234567.5"),
        ("1'234.50", "1234.50"),
        ("1\u2019234.50", "1234.50"),
        ("1,00,000.00", "100000.00"),
        ("1.234.567", "1234567"),
        ("1234.567", "1234.567"),
        ("0,123", "0.123"),
        ("12", "12"),
        (".5", "0.5"),
        ("(1,234.56)", "-1234.56"),
        ("12.50-", "-12.50"),
        ("\u22127,5", "-7.5"),
        ("-$5.00", "-5.00"),
        ("€ -12,30", "-12.30"),
        ("US$1,234.50", "1234.50"),
        ("DEM 5,00", "5.00"),
        ("100EUR", "100"),
        ("CHF 12.-", "12"),
        ("12,--", "12"),
        ("+3.10", "3.10"),
        ("-0,00", "0.00"),
    ],
)
def test_a_number_with_one_reading_is_read_without_knowing_the_style(raw: str, number: str) -> None:
    assert parse_decimal(raw, UNDECIDED) == Decimal(number)


@pytest.mark.parametrize("raw", ["1.234", "1,234", "-12.345 €", "(999,999)"])
def test_a_number_with_two_readings_is_ambiguous_until_the_style_decides(raw: str) -> None:
    problem = parse_decimal(raw, UNDECIDED)
    assert isinstance(problem, Problem)
    assert problem.reason_code == "AMBIGUOUS"
    point, comma = parse_decimal(raw, POINT), parse_decimal(raw, COMMA)
    assert isinstance(point, Decimal)
    assert isinstance(comma, Decimal)
    assert point != comma


@pytest.mark.parametrize(
    "raw",
    ["", " ", "-", "abc", "1E3", "--5", "5-5", "1,23,45", "1.2.3", "1,2345,678", "12 34", "٣", "½", "5²", "19 %",
     "ABC 5", "5.", "1" * 65, "1..5", "(5", "NaN", "Infinity", "0x10", "1_000"],
)  # fmt: skip
def test_what_is_no_number_is_a_format_problem(raw: str) -> None:
    problem = parse_decimal(raw, UNDECIDED)
    assert isinstance(problem, Problem)
    assert problem.reason_code == "FORMAT"


def test_machine_formats_have_no_grouping() -> None:
    assert isinstance(parse_decimal("1,234", MACHINE), Problem)
    assert isinstance(parse_decimal("1 234", MACHINE), Problem)
    assert parse_decimal("1.234", MACHINE) == Decimal("1.234")
    assert parse_decimal("64.", MACHINE) == Decimal(64)


def test_a_rate_may_carry_a_percent_sign_and_an_amount_may_not() -> None:
    assert parse_percent("19,0 %", COMMA) == Decimal("19.0")
    assert isinstance(parse_decimal("19 %", COMMA), Problem)


def test_canonical_text_is_plain() -> None:
    assert canonical_decimal(Decimal("1E+3")) == "1000"
    assert canonical_decimal(Decimal("-0.00")) == "0.00"
    assert canonical_decimal(Decimal("1.50")) == "1.50"


@given(st.text(max_size=80))
def test_any_text_gives_a_number_or_a_typed_problem(raw: str) -> None:
    for style in (UNDECIDED, POINT, COMMA, MACHINE):
        result = parse_decimal(raw, style)
        assert isinstance(result, Decimal) or result.reason_code in ("AMBIGUOUS", "FORMAT")


amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False, allow_infinity=False)


@given(amounts, st.sampled_from([(".", ","), (".", " "), (".", "'"), (",", "."), (",", " "), (",", "\u202f")]))
def test_every_grouped_amount_comes_back(amount: Decimal, marks: tuple[DecimalMark, str]) -> None:
    decimal, group = marks
    text = f"{amount:,.2f}".replace(",", "G").replace(".", decimal).replace("G", group)
    assert parse_decimal(text, Style(decimal=decimal)) == amount
    assert parse_decimal(text, UNDECIDED) == amount, "two decimals can be read one way only"


@given(amounts)
def test_canonical_text_round_trips(amount: Decimal) -> None:
    assert parse_decimal(canonical_decimal(amount), MACHINE) == amount


@given(st.text(alphabet="0123456789.,' -", max_size=14))
def test_an_undecided_number_is_what_both_styles_agree_on(raw: str) -> None:
    known = {value for style in (POINT, COMMA) if isinstance(value := parse_decimal(raw, style), Decimal)}
    result = parse_decimal(raw, UNDECIDED)
    if isinstance(result, Decimal):
        assert known == {result}
    else:
        assert len(known) == (0 if result.reason_code == "FORMAT" else 2)

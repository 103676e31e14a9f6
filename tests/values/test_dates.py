"""Dates: one day or a typed problem, never a choice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.months import MONTHS
from back_office_pipelines.values.problem import Problem
from back_office_pipelines.values.style import MACHINE, UNDECIDED, Style

DAY_FIRST, MONTH_FIRST = Style(date_order="dmy"), Style(date_order="mdy")


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-01-31T23:59:59+02:00", date(2026, 1, 31)),
        ("2026-01-31Z", date(2026, 1, 31)),
        ("2026/1/3", date(2026, 1, 3)),
        ("20260131", date(2026, 1, 31)),
        ("202601311230", date(2026, 1, 31)),
        ("25.12.2026", date(2026, 12, 25)),
        ("12/25/26", date(2026, 12, 25)),
        ("04/04/2026", date(2026, 4, 4)),
        ("5. März 2014", date(2014, 3, 5)),
        ("Mittwoch, 5. März 2014", date(2014, 3, 5)),
        ("2026. március 5.", date(2026, 3, 5)),
        ("2026. 03. 05.", date(2026, 3, 5)),
        ("3. tammikuuta 2026", date(2026, 1, 3)),
        ("15 martie 2026", date(2026, 3, 15)),
        ("1. srpnja 2026.", date(2026, 7, 1)),
        ("1. srpna 2026", date(2026, 8, 1)),
        ("15 listopada 2026", date(2026, 11, 15)),
        ("March 5, 2014", date(2014, 3, 5)),
        ("5th of March 2014", date(2014, 3, 5)),
        ("05-Mar-14", date(2014, 3, 5)),
        ("1er janvier 2026", date(2026, 1, 1)),
        ("3 de mayo de 2026", date(2026, 5, 3)),
        ("3 maggio 2026", date(2026, 5, 3)),
        ("20 april 2022", date(2022, 4, 20)),
        ("3 août 2026", date(2026, 8, 3)),
    ],
)
def test_a_date_with_one_reading_is_read_without_knowing_the_style(raw: str, day: date) -> None:
    assert parse_date(raw, UNDECIDED) == day


@pytest.mark.parametrize("raw", ["03/04/26", "3.4.2026", "03-04-2026", "1 2 2026"])
def test_day_and_month_are_ambiguous_until_the_style_decides(raw: str) -> None:
    problem = parse_date(raw, UNDECIDED)
    assert isinstance(problem, Problem)
    assert problem.reason_code == "AMBIGUOUS"
    assert parse_date(raw, DAY_FIRST) != parse_date(raw, MONTH_FIRST)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "soon",
        "2026-02-30",
        "31.11.2026",
        "202601",
        "May 2026",
        "13/13/2026",
        "2026-1",
        "1850-01-01",
        "5 Brumaire 2020",
    ],
)
def test_what_is_no_existing_day_is_a_format_problem(raw: str) -> None:
    problem = parse_date(raw, UNDECIDED)
    assert isinstance(problem, Problem)
    assert problem.reason_code == "FORMAT"


def test_a_two_digit_year_stands_first_only_where_the_style_says_so() -> None:
    assert parse_date("14/05/03", Style(date_order="ymd")) == date(2014, 5, 3)
    assert parse_date("14/05/03", DAY_FIRST) == date(2003, 5, 14)


def test_a_style_that_a_date_contradicts_is_no_reading() -> None:
    assert isinstance(parse_date("04/25/2026", DAY_FIRST), Problem)
    assert isinstance(parse_date("25/04/2026", MACHINE), Problem)


def test_every_month_name_of_every_language_is_read() -> None:
    for name, month in MONTHS.items():
        assert parse_date(f"17 {name} 2021", UNDECIDED) == date(2021, month, 17)
        assert parse_date(f"{name.capitalize()}. 17, 2021", UNDECIDED) == date(2021, month, 17)


@given(st.text(max_size=80))
def test_any_text_gives_a_day_or_a_typed_problem(raw: str) -> None:
    for style in (UNDECIDED, DAY_FIRST, MONTH_FIRST, MACHINE):
        result = parse_date(raw, style)
        assert isinstance(result, date) or result.reason_code in ("AMBIGUOUS", "FORMAT")


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


@given(days)
def test_every_day_comes_back_in_the_style_it_was_written_in(day: date) -> None:
    assert parse_date(day.isoformat(), UNDECIDED) == day
    assert parse_date(f"{day:%Y%m%d}", MACHINE) == day
    assert parse_date(f"{day:%d.%m.%y}", DAY_FIRST) == day
    assert parse_date(f"{day:%m/%d/%Y}", MONTH_FIRST) == day


@given(days)
def test_an_undecided_date_never_chooses(day: date) -> None:
    result = parse_date(f"{day:%d/%m/%Y}", UNDECIDED)
    assert result == day if day.day > 12 or day.day == day.month else isinstance(result, Problem)


def test_croatian_october_is_not_taken_for_polish_november() -> None:
    found = parse_date("15. listopada 2026.", UNDECIDED)
    assert isinstance(found, Problem)
    assert found.reason_code == "AMBIGUOUS"

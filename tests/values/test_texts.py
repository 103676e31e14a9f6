"""Texts, currencies, normalisers and the evidence for a document's style."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.values.currencies import currency_code
from back_office_pipelines.values.evidence import decide_decimal, decide_order, decide_style
from back_office_pipelines.values.normalisers import REGISTRY, canonical_text, run_normalisers
from back_office_pipelines.values.problem import Problem
from back_office_pipelines.values.style import UNDECIDED, Style
from back_office_pipelines.values.text import compact_upper, squash_spaces


def test_spaces_of_every_width_become_one() -> None:
    assert squash_spaces("  INV \u00a0\u2009 2026\u200b/1\n") == "INV 2026/1"
    assert compact_upper(" de 12\u202f345 ") == "DE12345"
    assert squash_spaces("e\u0301") == "é"


@given(st.text())
def test_squashing_twice_changes_nothing_more(raw: str) -> None:
    assert squash_spaces(squash_spaces(raw)) == squash_spaces(raw)


@pytest.mark.parametrize(("raw", "code"), [("eur", "EUR"), ("€", "EUR"), ("US$", "USD"), ("£", "GBP"), ("DEM", "DEM")])
def test_codes_and_unique_signs_are_currencies(raw: str, code: str) -> None:
    assert currency_code(raw) == code


@pytest.mark.parametrize(
    ("raw", "reason"), [("$", "AMBIGUOUS"), ("kr", "AMBIGUOUS"), ("XQX", "CODE_UNKNOWN"), ("EURO", "FORMAT")]
)
def test_other_signs_and_words_are_problems(raw: str, reason: str) -> None:
    problem = currency_code(raw)
    assert isinstance(problem, Problem)
    assert problem.reason_code == reason


def test_normalisers_run_in_the_order_written() -> None:
    assert run_normalisers(" a  b ", ("squash_spaces", "compact_upper"), UNDECIDED) == "AB"
    assert run_normalisers("3,0", ("decimal",), UNDECIDED) == Decimal("3.0")
    assert run_normalisers("yes", ("boolean",), UNDECIDED) is True
    assert run_normalisers("7.0", ("integer",), UNDECIDED) == 7
    assert isinstance(run_normalisers("7.5", ("integer",), UNDECIDED), Problem)


def test_an_unknown_normaliser_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DictionaryError, match="squash_spaces"):
        run_normalisers("x", ("squash_space",), UNDECIDED)
    with pytest.raises(DictionaryError, match="gives no text"):
        run_normalisers("1.5", ("decimal", "squash_spaces"), UNDECIDED)


@given(st.text(), st.sampled_from(sorted(REGISTRY)))
def test_every_normaliser_gives_a_value_or_a_problem(raw: str, name: str) -> None:
    result = run_normalisers(raw, (name,), UNDECIDED)
    assert isinstance(result, Problem) or isinstance(canonical_text(result), str)


def test_canonical_texts() -> None:
    assert canonical_text(date(2026, 1, 2)) == "2026-01-02"
    assert canonical_text(True) == "true"
    assert canonical_text(Decimal("1.10")) == "1.10"
    assert canonical_text(5) == "5"


def test_values_with_one_reading_decide_the_style() -> None:
    style = decide_style(["1.234", "12,50"], ["03/04/2026", "25/04/2026"])
    assert style == Style(decimal=",", date_order="dmy")


def test_contradicting_values_leave_the_style_open_whatever_the_language() -> None:
    assert decide_decimal(["12,50", "12.50"], "de") is None
    assert decide_order(["25/04/2026", "04/25/2026"], "de", "US") is None


def test_sums_decide_where_no_value_does() -> None:
    assert decide_decimal(["1.234"], sums=[("1.234", "1.000", "2.234")]) is None, "closes under both readings"
    assert decide_decimal(["1,234"], sums=[("1,234", "2", "1236")]) == "."


def test_country_and_language_decide_last() -> None:
    assert decide_decimal(["1.234"], "de") == ","
    assert decide_order(["03/04/2026"], "fr") == "dmy"
    assert decide_order(["03/04/2026"], "en") is None
    assert decide_order(["03/04/2026"], "en", "US") == "mdy"
    assert decide_order(["03/04/2026"], "en", "US", {"NL"}) is None  # the buyer's address, the seller's account
    assert decide_order(["03/24/2026"], "en", "US", {"NL"}) == "mdy"
    assert decide_order(["03/04/2026"], "en", "GB", {"NL"}) == "dmy"
    assert decide_style([], []) == UNDECIDED

"""Comparable texts and check digits: what counts as the same, as nearly the same, and as possible at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.values.checksums import is_iban, is_vat_id
from back_office_pipelines.values.keys import fold, fold_name, one_edit_apart, skeleton

NUMBERS = st.text("AIOS015-/ ", max_size=12)


@pytest.mark.parametrize(
    ("first", "second", "same_fold", "same_skeleton"),
    [
        ("INV-7", "inv 7", True, True),
        ("INV-007", "INV-7", False, True),
        ("INV-0O7", "INV-7", False, True),
        ("2026-1-11", "2026-11-1", False, False),
        ("INV17", "INV-17", False, True),
        ("RE-1O1", "RE-101", False, True),
        ("A-100", "A-1", False, False),
        ("100", "1000", False, False),
    ],
)
def test_numbers_compare_as_people_see_them(first: str, second: str, same_fold: bool, same_skeleton: bool) -> None:
    assert (fold(first) == fold(second)) is same_fold
    assert (skeleton(first) == skeleton(second)) is same_skeleton


def test_names_lose_punctuation_but_not_accents() -> None:
    assert fold_name("A.B.C. Freight & Co.") == fold_name("ABC FREIGHT CO")
    assert fold_name("Müller") == fold_name("Mu\u0308ller") != fold_name("Muller")


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        ("4711", "4717", True),
        ("4711", "471", True),
        ("4711", "7411", True),
        ("4711", "4711", False),
        ("4711", "4", False),
        ("4711", "1174", False),
    ],
)
def test_one_slip_of_the_finger(first: str, second: str, near: bool) -> None:
    assert one_edit_apart(first, second) is near
    assert one_edit_apart(second, first) is near


@given(NUMBERS)
def test_folding_twice_changes_nothing_and_what_folds_alike_looks_alike(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert skeleton(fold(text)) == skeleton(text)
    assert fold(text.lower()) == fold(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("DE89370400440532013000", True),
        ("DE88370400440532013000", False),
        ("GB82WEST12345698765432", True),
        ("1234567", False),
        ("", False),
        ("XX00", False),
    ],
)
def test_ibans(text: str, holds: bool) -> None:
    assert is_iban(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("DE136695976", True),
        ("DE136695975", False),
        ("ATU13585627", True),
        ("FR40303265045", True),
        ("EL094259216", True),
        ("EL123456781", False),
        ("12345", True),  # no country, so no rule
        ("US123", True),  # no VAT there, so no rule
    ],
)
def test_vat_ids_keep_the_rule_of_their_country(text: str, holds: bool) -> None:
    assert is_vat_id(text) is holds


@given(st.text(max_size=30))
def test_check_digits_never_crash(text: str) -> None:
    assert is_iban(text) in {True, False}
    assert is_vat_id(text) in {True, False}


@given(st.integers(0, 9), st.integers(4, 21))
def test_any_single_digit_changed_in_an_iban_is_found(digit: int, place: int) -> None:
    good = "DE89370400440532013000"
    bad = good[:place] + str(digit) + good[place + 1 :]
    assert is_iban(bad) is (bad == good)

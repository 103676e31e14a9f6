"""The proof that documents may pass without a person, against the worked numbers of METRICS section 12."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.routing.proof import Audited, least_audited, prove, stands, upper_bound

CUMULATIVE = ((".99", 1200, 2), (".97", 1900, 6), (".95", 2400, 12), (".90", 2800, 24), (".80", 3100, 48))
BOUNDS = (0.005237, 0.006223, 0.008089, 0.012033, 0.019653)
THRESHOLDS = [Decimal(threshold) for threshold, _, _ in CUMULATIVE]


def worked() -> list[Audited]:
    """Return documents whose cumulative numbers are those of the oracle."""
    documents: list[Audited] = []
    for threshold, n, errors in CUMULATIVE:
        wrong = sum(one.wrong for one in documents)
        fresh = n - len(documents)
        documents += [
            Audited(f"{threshold}/{number}", float(threshold), number < errors - wrong) for number in range(fresh)
        ]
    return documents


def test_the_bounds_are_those_of_the_oracle() -> None:
    found = [upper_bound(errors, n) for _, n, errors in CUMULATIVE]
    assert found == pytest.approx(BOUNDS, abs=1e-6)


def test_the_loosest_threshold_that_stands_is_proved() -> None:
    proof = prove(worked(), THRESHOLDS, Decimal("0.01"))
    assert proof.proved is not None
    assert (proof.proved.threshold, proof.proved.audited, proof.proved.errors) == (Decimal(".95"), 2400, 12)
    assert [step.threshold for step in proof.steps] == THRESHOLDS[:4]  # the one that failed is shown, none after it
    assert proof.missing == 0


def test_nothing_is_proved_where_the_strictest_threshold_fails() -> None:
    proof = prove(worked(), THRESHOLDS, Decimal("0.005"))
    assert proof.proved is None
    assert [step.threshold for step in proof.steps] == [Decimal(".99")]
    assert upper_bound(2, 1200 + proof.missing) <= 0.005 < upper_bound(2, 1200 + proof.missing - 1)


def test_a_threshold_with_too_few_documents_is_passed_over_and_no_failure() -> None:
    few = [Audited(f"a{number}", 0.99, wrong=False) for number in range(20)]
    more = [Audited(f"b{number}", 0.91, wrong=False) for number in range(140)]
    proof = prove(few + more, THRESHOLDS, Decimal("0.02"))
    assert proof.proved is not None
    assert (proof.proved.threshold, proof.proved.audited) == (Decimal(".80"), 160)
    assert [step.threshold for step in proof.steps] == [Decimal(".90"), Decimal(".80")]


def test_without_enough_documents_it_says_how_many_are_missing() -> None:
    proof = prove([Audited(str(number), 0.9, wrong=False) for number in range(37)], THRESHOLDS, Decimal("0.02"))
    assert (proof.proved, proof.steps, proof.missing) == (None, (), 149 - 37)
    assert least_audited(0, 0.02) == 149  # ln 0.05 / ln 0.98, rounded up


def test_later_audits_can_break_what_was_proved() -> None:
    documents = [Audited(str(number), 0.95, wrong=False) for number in range(200)]
    assert stands(documents, Decimal("0.90"), Decimal("0.02")) is None
    worse = documents + [Audited(f"w{number}", 0.95, wrong=True) for number in range(5)]
    broken = stands(worse, Decimal("0.90"), Decimal("0.02"))
    assert broken is not None
    assert (broken.audited, broken.errors) == (205, 5)


@given(st.integers(0, 30), st.sampled_from([0.005, 0.01, 0.02, 0.05, 0.2]))
def test_the_least_number_is_enough_and_one_less_is_not(errors: int, target: float) -> None:
    enough = least_audited(errors, target)
    assert upper_bound(errors, enough) <= target < upper_bound(errors, enough - 1)


DOCUMENTS = st.lists(st.tuples(st.floats(0.5, 0.999), st.booleans()), max_size=400)


@settings(max_examples=60)
@given(DOCUMENTS, st.sampled_from(["0.02", "0.1", "0.3"]))
def test_what_is_proved_meets_its_target_and_every_stricter_step_does(
    drawn: list[tuple[float, bool]], target: str
) -> None:
    documents = [Audited(str(number), confidence, wrong) for number, (confidence, wrong) in enumerate(drawn)]
    proof = prove(documents, THRESHOLDS, Decimal(target))
    assert all(one.threshold > other.threshold for one, other in pairwise(proof.steps))
    standing = [step for step in proof.steps if step.bound <= float(target)]
    assert (proof.proved is None) == (not standing) == (proof.missing > 0)
    if proof.proved is not None:
        assert standing[-1] == proof.proved
        above = [one for one in documents if one.confidence >= float(proof.proved.threshold)]
        assert upper_bound(sum(one.wrong for one in above), len(above)) <= float(target)

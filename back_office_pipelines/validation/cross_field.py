"""Cross-field rules: each verb of the dictionary as one function from frames to a boolean column and its two sides.

A rule is not evaluated (neither passes nor fails) where an operand it needs is absent; that absence has its own rule.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.verbs import Check, ChildrenSum, NotBefore, SumEquals
from back_office_pipelines.validation.model import Failure

Frames = Mapping[str, pd.DataFrame]
ZERO = Decimal(0)


def cross_field_failures(dictionary: Dictionary, frames: Frames) -> Iterator[tuple[Check, Failure]]:
    """Yield every failure of a cross-field check, with the check, whose severity decides what becomes of it."""
    for name, check in dictionary.checks.items():
        frame = frames[check.record]
        if frame.empty:
            continue
        for record_id, (observed, expected) in _broken(check, frame, frames).items():
            yield check, Failure("record", str(record_id), name, check.reason, observed, expected)


def _broken(check: Check, frame: pd.DataFrame, frames: Frames) -> dict[str, tuple[str, str]]:
    if check.sum_equals is not None:
        return _sum_equals(check.sum_equals, frame)
    if check.children_sum is not None:
        return _children_sum(check.children_sum, frame, frames[check.children_sum.child])
    assert check.not_before is not None  # noqa: S101 - the model allows exactly one verb
    return _not_before(check.not_before, frame)


def _sum_equals(verb: SumEquals, frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    evaluated = frame[frame[list(verb.needs)].notna().all(axis=1)]
    return _compare(_signed_sum(evaluated, verb.plus, verb.minus), evaluated[verb.total], verb.total, verb.within)


def _children_sum(verb: ChildrenSum, frame: pd.DataFrame, children: pd.DataFrame) -> dict[str, tuple[str, str]]:
    groups = children.groupby("header_id")[verb.field]
    complete = groups.count()[groups.count() == groups.size()].index
    evaluated = frame[frame.index.isin(complete) & frame[verb.total].notna()]
    sums = groups.sum().astype(object).reindex(evaluated.index) + _signed_sum(evaluated, verb.plus, verb.minus)
    return _compare(sums, evaluated[verb.total], verb.total, verb.within)


def _signed_sum(frame: pd.DataFrame, plus: tuple[str, ...], minus: tuple[str, ...]) -> pd.Series:
    total = pd.Series([ZERO] * len(frame), index=frame.index, dtype=object)
    for field in plus:
        total = total + frame[field].astype(object).where(frame[field].notna(), ZERO)
    for field in minus:
        total = total - frame[field].astype(object).where(frame[field].notna(), ZERO)
    return total


def _compare(sums: pd.Series, totals: pd.Series, name: str, within: Decimal) -> dict[str, tuple[str, str]]:
    return {
        str(record_id): (f"sum {_plain(left)}", f"{name} {_plain(right)}")
        for record_id, left, right in zip(sums.index, sums, totals, strict=True)
        if abs(left - right) > within
    }


def _plain(number: Decimal) -> str:
    """Write an amount with at least two decimals and no trailing zeros beyond them."""
    shortened = number.normalize()
    return f"{shortened:f}" if -int(shortened.as_tuple().exponent) > 2 else f"{number:.2f}"


def _not_before(verb: NotBefore, frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    both = frame[frame[verb.earlier].notna() & frame[verb.later].notna()]
    broken = both[both[verb.later] < both[verb.earlier]]
    return {
        str(record_id): (f"{verb.later} {later}", f"on or after {verb.earlier} {earlier}")
        for record_id, earlier, later in zip(broken.index, broken[verb.earlier], broken[verb.later], strict=True)
    }

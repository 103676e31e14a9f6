"""Cross-field rules: each verb of the dictionary as one boolean column over a record type, computed in Arrow.

A rule is not evaluated (null: neither passes nor fails) where an operand it needs is absent; that absence has its own
rule. What was observed and expected is put into words for failing records only. Rules that need other batches or the
client's tables are `cross_record` and `reference`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from back_office_pipelines.dictionary.contract import chunked
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.verbs import (
    Check,
    ChildrenSum,
    NotBefore,
    RatioBetween,
    SumEquals,
    TaxByRate,
)
from back_office_pipelines.validation.model import Failure

Frames = Mapping[str, pd.DataFrame]
WIDE = pa.decimal256(60, 10)
"""Room for sums over any number of children and for products of an amount and a rate."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of every record, in the order of the frame.

    Attributes:
        passes: boolean column; null where the rule is not evaluated.
        left, right: the two sides that were compared.
        words: puts the two sides of one failing record into "observed" and "expected".
    """

    passes: pa.ChunkedArray
    left: pa.ChunkedArray
    right: pa.ChunkedArray
    words: Callable[[Any, Any], tuple[str, str]]


def cross_field_failures(dictionary: Dictionary, frames: Frames) -> Iterator[tuple[Check, Failure]]:
    """Yield every failure of a cross-field check, with the check, whose severity decides what becomes of it."""
    for name, check in dictionary.checks.items():
        frame = frames[check.record]
        evaluate = EVALUATE.get(type(check.verb))
        if frame.empty or evaluate is None:
            continue
        verdict = evaluate(check.verb, frame, frames)
        failing = pc.indices_nonzero(pc.fill_null(pc.invert(verdict.passes), fill_value=False))
        sides = zip(verdict.left.take(failing).to_pylist(), verdict.right.take(failing).to_pylist(), strict=True)
        for record_id, (left, right) in zip(frame.index.take(failing.to_numpy()), sides, strict=True):
            observed, expected = verdict.words(left, right)
            yield check, Failure("record", str(record_id), name, check.reason, observed, expected)


def _sum_equals(verb: SumEquals, frame: pd.DataFrame, frames: Frames) -> Verdict:
    del frames
    total = _column(frame, verb.total)
    found = _signed_sum(frame, verb.plus, verb.minus, verb.needs)
    evaluated = _present(frame, (*verb.needs, verb.total))
    return _close(found, total, verb.within, evaluated, lambda left, right: _sums(left, verb.total, right))


def _children_sum(verb: ChildrenSum, frame: pd.DataFrame, frames: Frames) -> Verdict:
    groups = _complete_groups(frames[verb.child], (verb.field,), {verb.field: "sum"})
    sums = _of_headers(groups, f"{verb.field}_sum", frame)
    total = _column(frame, verb.total)
    found = pc.add(sums, _signed_sum(frame, verb.plus, verb.minus).cast(WIDE))
    evaluated = pc.and_(pc.is_valid(sums), pc.is_valid(total))
    return _close(found, total, verb.within, evaluated, lambda left, right: _sums(left, verb.total, right))


def _tax_by_rate(verb: TaxByRate, frame: pd.DataFrame, frames: Frames) -> Verdict:
    children = frames[verb.child]
    rates = _grouped(children, ("header_id", verb.rate), {verb.base: "sum"})
    bases = rates[f"{verb.base}_sum"].cast(WIDE)
    taxes = pc.round(
        pc.multiply(pc.multiply(bases, rates[verb.rate]), _scalar(Decimal("0.01"))),
        ndigits=2,
        round_mode="half_towards_infinity",
    )
    taxed = pa.table({"header_id": rates["header_id"], "tax": taxes.cast(WIDE)})
    tax = _of_headers(taxed.group_by("header_id").aggregate([("tax", "sum")]), "tax_sum", frame)
    groups = _complete_groups(children, (verb.base, verb.rate), {verb.base: "sum"})
    bases = _of_headers(groups, f"{verb.base}_sum", frame)
    lines = _of_headers(groups, "lines", frame)
    net, found = _column(frame, verb.net), _column(frame, verb.tax)
    same_base = pc.less_equal(pc.abs(pc.subtract(bases, net.cast(WIDE))), _scalar(verb.within))
    evaluated = pc.and_(pc.fill_null(same_base, fill_value=False), pc.is_valid(found))
    allowed = pc.multiply(lines.cast(pa.decimal128(19, 0)), _scalar(verb.within))
    difference = pc.abs(pc.subtract(tax, found.cast(WIDE)))
    passes = pc.if_else(evaluated, pc.less_equal(difference, allowed), None)
    return Verdict(
        passes, found, tax, lambda left, right: (f"{verb.tax} {_plain(left)}", f"{_plain(right)} by the lines' rates")
    )


def _ratio_between(verb: RatioBetween, frame: pd.DataFrame, frames: Frames) -> Verdict:
    del frames
    part, whole = _column(frame, verb.part).cast(WIDE), _column(frame, verb.whole).cast(WIDE)
    same_sign = pc.if_else(pc.less(whole, _scalar(Decimal(0))), pc.negate(part), part)
    least, most = (pc.multiply(pc.abs(whole), pa.scalar(limit)) for limit in (verb.least, verb.most))
    passes = pc.and_(pc.greater_equal(same_sign, least), pc.less_equal(same_sign, most))
    expected = f"between {verb.least} and {verb.most} of {verb.whole}"
    return Verdict(
        passes, part, whole, lambda left, right: (f"{verb.part} {_plain(left)}", f"{expected} {_plain(right)}")
    )


def _not_before(verb: NotBefore, frame: pd.DataFrame, frames: Frames) -> Verdict:
    del frames
    later, earlier = _column(frame, verb.later), _column(frame, verb.earlier)
    return Verdict(
        pc.greater_equal(later, earlier),
        later,
        earlier,
        lambda left, right: (f"{verb.later} {left}", f"on or after {verb.earlier} {right}"),
    )


EVALUATE: Mapping[type, Callable[[Any, pd.DataFrame, Frames], Verdict]] = {
    SumEquals: _sum_equals,
    ChildrenSum: _children_sum,
    TaxByRate: _tax_by_rate,
    RatioBetween: _ratio_between,
    NotBefore: _not_before,
}
"""Verbs that one batch's records alone decide."""


def _column(frame: pd.DataFrame, name: str) -> pa.ChunkedArray:
    return chunked(frame[name])


def _present(frame: pd.DataFrame, names: tuple[str, ...]) -> pa.ChunkedArray:
    return reduce(pc.and_, (pc.is_valid(_column(frame, name)) for name in names))


def _signed_sum(
    frame: pd.DataFrame, plus: tuple[str, ...], minus: tuple[str, ...], present: tuple[str, ...] = ()
) -> pa.ChunkedArray:
    """Add and subtract columns, taking an absent value as zero; those under `present` are known to be there."""
    signed = [(pc.add, name) for name in plus] + [(pc.subtract, name) for name in minus]
    parts = [(sign, _column(frame, name) if name in present else _or_zero(frame, name)) for sign, name in signed]
    if not parts or parts[0][0] is not pc.add:
        parts.insert(0, (pc.add, pa.chunked_array([pa.repeat(_scalar(Decimal(0)), len(frame))])))
    return reduce(lambda total, part: part[0](total, part[1]), parts[1:], parts[0][1])


def _or_zero(frame: pd.DataFrame, name: str) -> pa.ChunkedArray:
    column = _column(frame, name)
    return pc.fill_null(column, pa.scalar(Decimal(0), column.type))


def _close(
    found: pa.ChunkedArray,
    total: pa.ChunkedArray,
    within: Decimal,
    evaluated: pa.ChunkedArray,
    words: Callable[[Any, Any], tuple[str, str]],
) -> Verdict:
    close = pc.less_equal(pc.abs(pc.subtract(found, total)), _scalar(within))
    return Verdict(pc.if_else(evaluated, close, None), found, total, words)


def _scalar(number: Decimal) -> pa.Scalar:
    return pa.scalar(number)


def _grouped(children: pd.DataFrame, keys: tuple[str, ...], aggregates: Mapping[str, str]) -> pa.Table:
    """Group children by columns; amounts are widened first, so that no sum overflows."""
    columns = {name: _column(children, name) for name in (*keys, *aggregates)}
    columns |= {name: columns[name].cast(WIDE) for name in aggregates}
    return pa.table(columns).group_by(list(keys)).aggregate(list(aggregates.items()))


def _complete_groups(children: pd.DataFrame, needed: tuple[str, ...], aggregates: Mapping[str, str]) -> pa.Table:
    """Return one row a header whose children all have the needed fields, with their number in `lines`."""
    columns = {"header_id": _column(children, "header_id"), "whole": _present(children, needed).cast(pa.int64())}
    columns |= {name: _column(children, name).cast(WIDE) for name in aggregates}
    wanted = [*aggregates.items(), ("whole", "sum"), ("whole", "count")]
    groups = pa.table(columns).group_by("header_id").aggregate(wanted)
    groups = groups.filter(pc.equal(groups["whole_sum"], groups["whole_count"]))
    return groups.rename_columns({"whole_count": "lines"})


def _of_headers(groups: pa.Table, column: str, frame: pd.DataFrame) -> pa.ChunkedArray:
    """Return a column of the groups in the order of a frame of headers; null for headers without a group."""
    places = pc.index_in(pa.array(frame.index, pa.string()), groups["header_id"])
    found = groups[column].take(pa.chunked_array([places]))
    return found.cast(WIDE) if pa.types.is_decimal(found.type) else found


def _sums(left: Decimal, name: str, right: Decimal) -> tuple[str, str]:
    return f"sum {_plain(left)}", f"{name} {_plain(right)}"


def _plain(number: Decimal) -> str:
    """Write an amount with at least two decimals and no trailing zeros beyond them."""
    shortened = number.normalize()
    return f"{shortened:f}" if -int(shortened.as_tuple().exponent) > 2 else f"{number:.2f}"

"""Checks, limits and types of a dictionary as sentences that a process owner can read and sign.

What belongs here: the words, used by the page, the exports and the command line. What does not: where they are printed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from back_office_pipelines.dictionary.gates import Gate
from back_office_pipelines.dictionary.judgement import shown
from back_office_pipelines.dictionary.model import Constraints, ValueType
from back_office_pipelines.dictionary.verbs import (
    Check,
    ChildrenSum,
    InReference,
    NearlyUnique,
    NotBefore,
    RatioBetween,
    SumEquals,
    TaxByRate,
    Unique,
)


def rule_in_words(check: Check) -> str:
    """Return what a check demands."""
    return _WORDS[type(check.verb)](check.verb)


def gate_in_words(gate: Gate) -> str:
    """Return which records a gate holds."""
    condition = gate.amount_from
    limits = " or ".join(f"{limit} {currency}" for currency, limit in condition.limits.items())
    others = "any amount in another currency" if limits else "any amount"
    return f"{condition.amount}, without its sign, of at least {limits}; {others}" if limits else others


def approvals_in_words(gate: Gate) -> str:
    """Return how many approvals of whom a gate asks for."""
    people = "1 approval" if gate.approvers == 1 else f"{gate.approvers} approvals of different people"
    return f"{people} as {' or '.join(gate.roles)}"


def limits_in_words(limits: Constraints) -> str:
    """Return the limits of a value, or nothing where it has none."""
    known = {name: value for name, value in limits.model_dump().items() if value is not None}
    return "; ".join(_LIMITS.get(name, f"{name} {{}}").format(f"`{shown(value)}`") for name, value in known.items())


def type_in_words(value_type: ValueType) -> str:
    """Return the base type, with the digits a decimal keeps."""
    if value_type.precision is None or value_type.scale is None:
        return value_type.type
    return f"{value_type.type}, {value_type.precision - value_type.scale} digits and {value_type.scale} decimals"


_LIMITS: Mapping[str, str] = {
    "pattern": "matches {}",
    "max_length": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "one_of": "one of {}",
    "checksum": "check digits of {}",
}


def _sum_equals(verb: SumEquals) -> str:
    return f"{verb.plus[0]}{_more(verb.plus[1:], verb.minus)} = {verb.total}, within {verb.within}{_needs(verb)}"


def _needs(verb: SumEquals) -> str:
    optional = [name for name in verb.operands if name not in verb.needs]
    return f" (an absent {' or '.join(optional)} counts as 0)" if optional else ""


def _children_sum(verb: ChildrenSum) -> str:
    sides = f"sum of {verb.child}.{verb.field}{_more(verb.plus, verb.minus)}"
    return f"{sides} = {verb.total}, within {verb.within}"


def _tax_by_rate(verb: TaxByRate) -> str:
    bases = f"each {verb.child}.{verb.rate} on the {verb.child}.{verb.base} it is for"
    return f"{bases} = {verb.tax}, within {verb.within} a {verb.child}, where the bases are {verb.net}"


def _ratio_between(verb: RatioBetween) -> str:
    return f"{verb.part} / {verb.whole} from {verb.least} to {verb.most}"


def _not_before(verb: NotBefore) -> str:
    return f"{verb.later} on or after {verb.earlier}"


def _unique(verb: Unique) -> str:
    return "; ".join(f"no earlier record with the same {_joined(parts)}" for parts in verb.keys.values())


def _nearly_unique(verb: NearlyUnique) -> str:
    return f"no earlier record with the same {_joined(verb.same)} and nearly the same {verb.similar}"


def _in_reference(verb: InReference) -> str:
    found = f"found in table {verb.table} by {_pairs({one.field: one.column for one in verb.find_by}, ', else ')}"
    return f"{found}, and agrees in {_pairs(verb.agree, ', ')}" if verb.agree else found


def _pairs(pairs: Mapping[str, str], separator: str) -> str:
    return separator.join(name if name == column else f"{name} ({column})" for name, column in pairs.items())


def _joined(parts: tuple[str, ...]) -> str:
    return ", ".join(part.replace(".year", " (year)") for part in parts)


def _more(plus: tuple[str, ...], minus: tuple[str, ...]) -> str:
    return "".join(f" + {name}" for name in plus) + "".join(f" minus {name}" for name in minus)


_WORDS: Mapping[type, Callable[[Any], str]] = {
    SumEquals: _sum_equals,
    ChildrenSum: _children_sum,
    TaxByRate: _tax_by_rate,
    RatioBetween: _ratio_between,
    NotBefore: _not_before,
    Unique: _unique,
    NearlyUnique: _nearly_unique,
    InReference: _in_reference,
}

"""The registered normalisers: the only steps a field dictionary can name under `normalise`.

What belongs here: name → function, and running a list of them in the order written. What does not: the functions
themselves (`text`, `numbers`, `dates`, `currencies`), and limits on the result (`normalization/`, `validation/`).
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.values.currencies import currency_code
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import canonical_decimal, parse_decimal, parse_percent
from back_office_pipelines.values.problem import Problem, unreadable
from back_office_pipelines.values.style import Style
from back_office_pipelines.values.text import compact_upper, squash_spaces

Typed = str | Decimal | date | int | bool
Normaliser = Callable[[str, Style], Typed | Problem]


def parse_integer(raw: str, style: Style) -> int | Problem:
    """Return a whole number; one with decimals other than zero is FORMAT."""
    number = parse_decimal(raw, style)
    if isinstance(number, Problem):
        return number
    return int(number) if number == number.to_integral_value() else unreadable(raw, "whole number")


def parse_boolean(raw: str, style: Style) -> bool | Problem:  # noqa: ARG001 - all normalisers have one signature
    """Return the truth value of true/false, yes/no or 1/0 in any letter case."""
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    return known.get(squash_spaces(raw).casefold(), unreadable(raw, "truth value"))


REGISTRY: Mapping[str, Normaliser] = {
    "squash_spaces": lambda raw, _: squash_spaces(raw),
    "compact_upper": lambda raw, _: compact_upper(raw),
    "currency_code": lambda raw, _: currency_code(raw),
    "decimal": parse_decimal,
    "percent": parse_percent,
    "date": parse_date,
    "integer": parse_integer,
    "boolean": parse_boolean,
}


@lru_cache(maxsize=4096)  # units, rates, currencies and dates come again and again
def run_normalisers(raw: str, names: tuple[str, ...], style: Style) -> Typed | Problem:
    """Run a list of normalisers over a raw text, each on the text that the one before left.

    Returns:
        What the last one gives, or the first problem.

    Raises:
        DictionaryError: a name is not registered, or a step follows one that already left the realm of text.
    """
    value: Typed | Problem = raw
    for name in names:
        step = normaliser(name)
        if not isinstance(value, str):
            raise DictionaryError("normalise list", f"{name!r} follows a step that gives no text", "move it forward")
        value = step(value, style)
        if isinstance(value, Problem):
            return value
    return value


def normaliser(name: str) -> Normaliser:
    """Return a registered normaliser.

    Raises:
        DictionaryError: the name is not registered; the message offers the nearest one.
    """
    if name not in REGISTRY:
        near = get_close_matches(name, REGISTRY, n=1)
        remedy = f"write {near[0]!r}" if near else f"use one of {', '.join(sorted(REGISTRY))}"
        raise DictionaryError("normalise list", f"{name!r} is no registered normaliser", remedy)
    return REGISTRY[name]


def canonical_text(value: Typed) -> str:
    """Return the one canonical text of a typed value: ISO dates, plain decimals, `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return canonical_decimal(value)
    return value.isoformat() if isinstance(value, date) else str(value)

"""The numbers of a row of a table, with the words they stand in.

What belongs here: which words are one number. What does not: which column a number stands in (`items`), and amounts of
the document, which need a shape of their own (`rows`).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.words import around
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style

NUMERIC = re.compile(r"^[(\[]?[-\u2212\u2013+]?(?:[A-Z]{1,2}\$|[€$£₹])?[-\u2212]?\d[\d.,'\u2019]*-?[€$£₹%]?[)\]]?$")
PER = re.compile(r"/[^\W\d_]{1,6}\.?$")
"""What a price is for, right behind it: "85.00/h"."""
FLAGGED = re.compile(r"(?<=[.,]\d\d)[A-Z*]{1,2}$")
"""Letters behind an amount that tell how it is taxed, and point to the foot of the page: "595.00T", "12.40*"."""
GROUPED_START = re.compile(r"^[-\u2212]?\d{1,3}$")
GROUP = re.compile(r"^\d{3}(?:[.,]\d{1,4})?$")
RATE = re.compile(r"^(\d{1,2})[.,](\d{1,2})$")
"""A rate with decimals: no number is grouped so, whatever mark it has."""
ROUNDING = Decimal("0.011")
"""How far a printed amount may be from quantity times price."""


class Number(NamedTuple):
    """A number of a row.

    Attributes:
        start, end: its words among those of the row.
        left, right: its edges.
        percent: it is a rate.
    """

    value: Decimal
    start: int
    end: int
    left: float
    right: float
    percent: bool


def in_cents(value: Decimal) -> bool:
    """Tell whether a number is printed with two decimals, as amounts are."""
    return value.as_tuple().exponent == -2


def plain(text: str) -> str:
    """Return a printed number without what it is for and without the letters that tell how it is taxed."""
    return FLAGGED.sub("", PER.sub("", text))


def in_style(text: str, style: Style, percent: bool) -> str:
    """Return a rate with the decimal mark of its document: "8,1 %" stands on pages that write "1'760.00", too."""
    return RATE.sub(rf"\1{style.decimal}\2", text) if percent and style.decimal is not None else text


def numbers_of(row: Row, style: Style) -> tuple[Number, ...]:
    """Return the numbers of a row, left to right; groups of three digits apart are one.

    A row is read once: every table that may begin above it asks again.
    """
    found = row.numbers.get(style)
    if found is None:
        found = row.numbers[style] = tuple(_numbers(row, style))
    return found


def _numbers(row: Row, style: Style) -> Iterator[Number]:
    end = 0
    for at in [at for at, word in enumerate(row.words) if _begins_number(word.text)]:
        if at < end:
            continue
        end = _number_end(row, at)
        text = plain(" ".join(word.text for word in row.words[at:end]))
        following = row.words[end].text if end < len(row.words) else ""
        percent = text.rstrip(")]").endswith("%") or following.startswith("%")
        number = parse_decimal(in_style(text.strip("%()[]€$£₹"), style, percent), style)
        if isinstance(number, Decimal):
            negative = at > 0 and row.words[at - 1].text in ("-", "\u2212")
            box = around(row.words[at:end])
            yield Number(-number if negative else number, at, end, box[0], box[2], percent)


@lru_cache(maxsize=20_000)
def _begins_number(text: str) -> bool:
    """Tell whether a word may be a number or the first group of one; tables repeat many of their words."""
    return NUMERIC.match(plain(text)) is not None


def _number_end(row: Row, at: int) -> int:
    """Return the end of the number that begins at a word: groups of three digits after it belong to it."""
    end = at + 1
    if not GROUPED_START.match(row.words[at].text):
        return end
    while end < len(row.words) and GROUP.match(row.words[end].text) and _gap(row, end) < 0.6 * row.height:
        end += 1
        if not row.words[end - 1].text.isdecimal():
            break
    return end


def _gap(row: Row, at: int) -> float:
    return row.words[at].box[0] - row.words[at - 1].box[2]

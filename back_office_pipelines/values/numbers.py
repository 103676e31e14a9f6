"""Numbers as people and machines write them, to exact decimals.

What belongs here: signs, currency signs around a number, grouping and decimal marks, and the rule that decides between
two readings of one text (there is none: two readings are ambiguous). What does not: dates (`dates`), how many decimals
a field may hold (`normalization/`), and what evidence a document gives for its decimal mark (`evidence`).
"""

import re
from decimal import Decimal
from functools import lru_cache

from back_office_pipelines.values.currencies import strip_currency
from back_office_pipelines.values.problem import Problem, shorten, unreadable
from back_office_pipelines.values.style import DecimalMark, Style
from back_office_pipelines.values.text import squash_spaces

LONGEST = 64
MINUS_SIGNS = dict.fromkeys(map(ord, "\u2212\u2013\u2010\u2011\u2012\ufe63\uff0d"), "-")
APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u2032`\u00b4"), "'")
NO_CENTS = re.compile(r"(?<=\d)[.,](?:-{1,2}|—)$")


@lru_cache(maxsize=20_000)
def parse_decimal(raw: str, style: Style) -> Decimal | Problem:
    """Return the number that a text writes.

    Grouping by space (of any width), apostrophe, point or comma; a currency sign or ISO code before or after; minus
    before, after (SAP) or as parentheses (accounting); "12,-" for a round amount. Only the digits 0 to 9 are digits.

    Args:
        raw: text as found.
        style: the document's conventions. Without a decimal mark in it, a text with two readings ("1.234") is
            AMBIGUOUS; one with a single reading ("1.234,50") is that number.

    Returns:
        The exact number, or a problem: AMBIGUOUS or FORMAT.
    """
    text = squash_spaces(raw).translate(MINUS_SIGNS).translate(APOSTROPHES)
    if not text or len(text) > LONGEST:
        return unreadable(raw, "number")
    negative, body = _sign(text)
    marks: tuple[DecimalMark, ...] = (style.decimal,) if style.decimal else (".", ",")
    readings = {number for mark in marks if (number := _read(body, mark, style.grouping)) is not None}
    if not readings:
        return unreadable(raw, "number")
    if len(readings) > 1:
        low, high = sorted(readings)
        return Problem("AMBIGUOUS", f"{shorten(raw)!r} can mean {low} or {high}")
    number = readings.pop()
    return -number if negative and number else number


def parse_percent(raw: str, style: Style) -> Decimal | Problem:
    """Return the number of a rate, with or without a percent sign; otherwise as `parse_decimal`."""
    return parse_decimal(squash_spaces(raw).removesuffix("%"), style)


def canonical_decimal(number: Decimal) -> str:
    """Return plain digits with a point: no grouping, no exponent, no negative zero; decimals as they were written."""
    return format(number if number else abs(number), "f")


def _sign(text: str) -> tuple[bool, str]:
    """Split a text into "is negative" and the unsigned rest; a text with two signs keeps one and is no number.

    A minus within parentheses is one sign said twice: nobody puts what is to be added in parentheses.
    """
    body = NO_CENTS.sub("", strip_currency(text))
    if body.startswith("(") and body.endswith(")"):
        return True, strip_currency(strip_currency(body[1:-1].strip()).removeprefix("-").strip())
    if body.startswith("-"):
        return True, strip_currency(body[1:].strip())
    if body.endswith("-"):
        return True, strip_currency(body[:-1].strip())
    return False, body.removeprefix("+").strip()


def _read(body: str, mark: DecimalMark, grouping: bool) -> Decimal | None:
    """Return the number under one decimal mark, or None where the text is malformed under it."""
    whole, found, fraction = body.partition(mark)
    if found and not fraction.isdecimal() and (grouping or fraction):
        return None  # "64." is a decimal of XML Schema, and on a page the end of a sentence
    digits = whole if not grouping else _ungrouped(whole, mark)
    if digits is None or not (digits or fraction) or not (digits + fraction).isascii():
        return None
    if digits and not digits.isdecimal():
        return None
    return Decimal(f"{digits or 0}.{fraction}" if fraction else digits)


def _ungrouped(whole: str, mark: DecimalMark) -> str | None:
    """Return the digits of a whole part without its group separators, or None where it is not grouped regularly.

    Groups are of three digits, or of two before a last three (Indian style), all by the same separator.
    """
    separator = next((character for character in whole if not character.isdecimal()), None)
    if separator is None:
        return whole
    if separator == mark or separator not in " '.,":
        return None
    first, *groups = whole.split(separator)
    regular = all(len(group) == 3 for group in groups) and 1 <= len(first) <= 3
    indian = len(groups) > 1 and len(groups[-1]) == 3 and all(len(g) == 2 for g in groups[:-1]) and len(first) <= 2
    if not (regular or indian) or not first or first.startswith("0"):
        return None
    return first + "".join(groups)

"""The rate of lines that print a code for it, or its tax beside it: "S" beside an item, "S 20 % 2,639.62" at the foot.

What belongs here: which mark of a line is its code, what the page says the code means, and rates told by a tax in their
own row. What does not: one rate for all lines (`rates`), and rates in a column of their own (`items`). Codes are no
words: any mark of one or two letters, a digit or a sign may be one. It is one where the lines that carry it add up to
the very base that is printed beside it and a rate; and every code of the document must be explained in this way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.numerals import FLAGGED, Number, in_cents, in_style, numbers_of
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.words import Word
from back_office_pipelines.values.style import Style

MARK = re.compile(r"[A-Za-z]{1,2}|\d|\*{1,3}|[\u00b9\u00b2\u00b3\u2074-\u2079]")
"""What may be a code: one or two letters, a digit, asterisks, or a raised digit."""
FRAME = "!|()[]=.:"
"""Signs around a code that are no part of it."""
SAME_COLUMN = 12.0
"""Points by which codes of one column may differ in their middle."""
WITHIN = Decimal("0.02")
"""What tax rounded line by line may miss."""
HIGHEST = 100
Feet = Sequence[tuple[Row, Sequence[Number]]]
"""Rows that are no lines, with their numbers."""


def rated_by_code(items: Sequence[ItemLine], rows: Sequence[Row], style: Style) -> tuple[ItemLine, ...]:
    """Return the lines with the rates that their codes mean; as they are where a code stays unexplained.

    Args:
        items: lines of the document.
        rows: of the document.
        style: how it writes numbers.
    """
    if not items or any("tax_rate" in item.values for item in items):
        return tuple(items)
    within = {item.row for item in items}
    feet = [(row, numbers_of(row, style)) for row in rows if row.number not in within]
    for codes in _columns_of_codes(items, rows):
        sums: dict[str, Decimal] = {}
        for item, code in zip(items, codes, strict=True):
            sums[code] = sums.get(code, Decimal(0)) + item.amount
        rates = {code: _explained(code, base, feet, style) for code, base in sums.items()}
        if all(rates.values()):
            return tuple(_rated(item, rates[code]) for item, code in zip(items, codes, strict=True))
    return _flagged_alone(items, rows, feet, style)


def rated_beside(items: Sequence[ItemLine], rows: Sequence[Row], style: Style) -> tuple[ItemLine, ...]:
    """Return the lines with the rate that stands in their row right before the tax that it makes of their amount.

    One line without such a pair makes all others an accident: then none gets a rate.
    """
    if not items or any("tax_rate" in item.values for item in items):
        return tuple(items)
    found = [_beside(item, rows[item.row], style) for item in items]
    return tuple(map(_rated, items, found)) if all(found) else tuple(items)


def _rated(item: ItemLine, rate: Found | None) -> ItemLine:
    return item if rate is None else replace(item, values={**item.values, "tax_rate": rate})


def _columns_of_codes(items: Sequence[ItemLine], rows: Sequence[Row]) -> Iterator[list[str]]:
    """Yield the codes of all lines for each column of marks that every line has, from the right to the left."""
    marks = [_marks(rows[item.row]) for item in items]
    for _, middle in reversed(marks[0]):
        column = [next((code for code, at in some if abs(at - middle) <= SAME_COLUMN), None) for some in marks]
        codes = [code for code in column if code is not None]
        if len(codes) == len(items):
            yield codes
    flags = [_flag(item, rows[item.row]) for item in items]
    if all(flags):
        yield flags


def _flagged_alone(items: Sequence[ItemLine], rows: Sequence[Row], feet: Feet, style: Style) -> tuple[ItemLine, ...]:
    """Return the lines, those flagged at their amount with the one rate that makes a tax of what they come to.

    "595.00T" and "348.00T", and "Tax (9.3 %) 87.70" below: only what is flagged is taxed. The others get no rate.
    """
    flags = [_flag(item, rows[item.row]) for item in items]
    if len({flag for flag in flags if flag}) != 1:
        return tuple(items)
    base = sum((item.amount for item, flag in zip(items, flags, strict=True) if flag), Decimal(0))
    found = {
        rate.value: rate_in(row, rate, style)
        for row, numbers in feet
        for rate in numbers
        if rate.percent and 0 < rate.value <= HIGHEST and any(_makes(base, rate.value, tax) for tax in numbers)
    }
    if len(found) != 1:
        return tuple(items)
    rate = next(iter(found.values()))
    return tuple(_rated(item, rate) if flag else item for item, flag in zip(items, flags, strict=True))


def _marks(row: Row) -> list[tuple[str, float]]:
    """Return the marks of a row that may be codes, each with its middle."""
    bare = [(_bare(word), (word.box[0] + word.box[2]) / 2) for word in row.words]
    return [(text, middle) for text, middle in bare if MARK.fullmatch(text)]


def _bare(word: Word) -> str:
    return word.text.strip(FRAME)


def _flag(item: ItemLine, row: Row) -> str:
    """Return the letters right behind the amount of a line, nothing where there are none."""
    right = item.values["line_net"].box[2]
    word = next(one for one in row.words if one.box[2] == right)
    match = FLAGGED.search(word.text)
    return match.group() if match else ""


def _explained(code: str, base: Decimal, feet: Feet, style: Style) -> Found | None:
    """Return the rate that stands with a code and the sum of its lines; none where two rates do."""
    found = {rate.value: (row, rate) for row, numbers in feet for rate in _rates_of(code, base, row, numbers)}
    if len(found) != 1:
        return None
    row, rate = next(iter(found.values()))
    return rate_in(row, rate, style)


def _rates_of(code: str, base: Decimal, row: Row, numbers: Sequence[Number]) -> Iterator[Number]:
    """Yield the rates of a row that holds a code and a base: marked as percent, or proved by the tax beside them."""
    at = next((at for at, word in enumerate(row.words) if _bare(word) == code), None)
    if at is None or not any(number.value == base and number.start != at for number in numbers):
        return
    others = [number for number in numbers if number.start != at]
    for rate in others:
        makes = any(_makes(base, rate.value, tax) for tax in others if tax is not rate and tax.value != base)
        if 0 <= rate.value <= HIGHEST and (rate.percent or (makes and rate.value)):
            yield rate


def _beside(item: ItemLine, row: Row, style: Style) -> Found | None:
    numbers = numbers_of(row, style)
    amount = item.values["line_net"].box[2]
    for rate, tax in pairwise(numbers):
        if rate.left > amount and 0 <= rate.value <= HIGHEST and tax.value and _makes(item.amount, rate.value, tax):
            return rate_in(row, rate, style)
    return None


def _makes(base: Decimal, rate: Decimal, tax: Number) -> bool:
    return not tax.percent and in_cents(tax.value) and abs(base * rate / 100 - tax.value) <= WITHIN


def rate_in(row: Row, rate: Number, style: Style) -> Found:
    """Return a rate of a row as a value of a line, without its brackets and its sign."""
    words = row.words[rate.start : rate.end]
    text = " ".join(word.text for word in words).strip("()[]%")
    return found_in(in_style(text, style, rate.percent), row.page, words)

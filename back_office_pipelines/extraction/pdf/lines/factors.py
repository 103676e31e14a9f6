"""Quantity and price of a line that stand in one text with a sign between them: "11 x 42,00 €", "3 Std. à 80,00".

What belongs here: finding both in the row of a line that has neither, where they make its amount. What does not:
quantities and prices in columns of their own (`cells`, `headless`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.numerals import ROUNDING, Number, numbers_of, plain
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.values.style import Style

TIMES = frozenset(("x", "\u00d7", "*", "@", "à", "á", "mal", "je", "zu", "\u00b7"))
"""Signs and words between a quantity and its price."""
MOST_BETWEEN = 3
"""Words between a quantity and its price, its unit, the sign and a currency among them."""


def with_factors(items: Sequence[ItemLine], rows: Sequence[Row], style: Style) -> tuple[ItemLine, ...]:
    """Return the lines, those without quantity and price with the ones that their own row multiplies.

    Args:
        items: lines of the document.
        rows: of the document.
        style: how it writes numbers.
    """
    return tuple(_with_factors(item, rows[item.row], style) for item in items)


def _with_factors(item: ItemLine, row: Row, style: Style) -> ItemLine:
    if item.values.keys() & {"quantity", "unit_price"}:
        return item
    numbers = numbers_of(row, style)
    for one, other in pairwise(numbers):
        if _multiplied(row, one, other) and abs(one.value * other.value - item.amount) <= ROUNDING:
            found = {"quantity": _found(row, one), "unit_price": _found(row, other)}
            return replace(item, values={**item.values, **found}, closes=True, lump=False)
    return item


def _multiplied(row: Row, one: Number, other: Number) -> bool:
    between = [word.text.casefold() for word in row.words[one.end : other.start]]
    return 0 < len(between) <= MOST_BETWEEN and not TIMES.isdisjoint(between) and not (one.percent or other.percent)


def _found(row: Row, number: Number) -> Found:
    words = row.words[number.start : number.end]
    return found_in(plain(" ".join(word.text for word in words)).strip("()[]"), row.page, words)

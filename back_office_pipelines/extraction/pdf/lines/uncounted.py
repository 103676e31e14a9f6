"""Lines without a quantity in a table of quantities: "Mileage and parking  64.18" below hours and their rates.

What belongs here: which such rows are lines, by the total of the document, and which tables beside the first ones only
say again what those come to. What does not: reading rows (`items`).
"""

from collections.abc import Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.numerals import in_cents, numbers_of
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.style import Style

SUMS = frozenset(("net_total", "gross_total", "amount_due"))
ADDED = frozenset(("allowance_total", "charge_total", "prepaid_total", "rounding_amount", "tax_total"))
FEWEST = 2
MOST = 12
"""Rows without a quantity that are looked at."""


def totals_below(rows: Sequence[Row], first: int, style: Style) -> frozenset[Decimal]:
    """Return the amounts in rows of totals from a row on."""
    found: set[Decimal] = set()
    for row in rows[first:]:
        if any(label.lead == 0 and SUMS & set(label.meaning.header) for label in row.labels):
            found.update(number.value for number in numbers_of(row, style) if in_cents(number.value))
    return frozenset(found)


def is_added(row: Row) -> bool:
    """Tell whether a row is named as what is added to the lines or taken off them."""
    return any(label.lead == 0 and ADDED & set(label.meaning.header) for label in row.labels)


def may_need_more(counted: Sequence[ItemLine], totals: frozenset[Decimal]) -> bool:
    """Tell whether some lines without a quantity could lead to a printed total, before anybody looks for them.

    Where the lines with one are summed up, so must be the others: most invoices print nothing of the kind.
    """
    known = _sum(counted)
    return bool(totals) and (known not in totals or any(total - known in totals for total in totals if total != known))


def lead_to_total(counted: Sequence[ItemLine], every: Sequence[ItemLine], totals: frozenset[Decimal]) -> bool:
    """Tell whether a printed total needs the lines without a quantity, and needs all of them.

    Where the page sums up those with a quantity by themselves it must do so with the others as well: "Total fees",
    "Total costs", "Total of this invoice".

    Args:
        counted: lines with a quantity or price.
        every: these and those without.
        totals: printed in rows of totals.
    """
    others = len(every) - len(counted)
    if not counted or not 0 < others <= MOST or _sum(every) not in totals:
        return False
    parts = _sum(every) - _sum(counted) in totals and others >= FEWEST
    return _sum(counted) not in totals or parts


def without_summaries(tables: Sequence[Sequence[ItemLine]], totals: frozenset[Decimal]) -> list[ItemLine]:
    """Return the lines of all tables but those that only say again what earlier ones come to: hours by person.

    Args:
        tables: lines of each table, in reading order.
        totals: printed in rows of totals.
    """
    every = [line for lines in tables for line in lines]
    if _sum(every) in totals:
        return every
    kept: list[ItemLine] = []
    sums: set[Decimal] = set()
    for lines in tables:
        counted = _sum([line for line in lines if "quantity" in line.values])
        if not (lines and kept and _sum(kept) in totals and _sum(lines) in sums):
            kept += lines
            sums |= {_sum(lines), counted}
    return kept


def _sum(lines: Sequence[ItemLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))

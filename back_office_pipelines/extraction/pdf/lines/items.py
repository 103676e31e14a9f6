"""The lines of an invoice: which of its tables are of items, and by which columns.

What belongs here: choosing among heads and readings. What does not: heads and columns (`columns`), the rows under a
head (`body`), and the totals (`totals`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.body import is_total, lines_below
from back_office_pipelines.extraction.pdf.lines.columns import Head, heads
from back_office_pipelines.extraction.pdf.lines.descriptions import without_numbers
from back_office_pipelines.extraction.pdf.lines.factors import with_factors
from back_office_pipelines.extraction.pdf.lines.headless import head_by_arithmetic, refined
from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.numerals import in_cents, numbers_of
from back_office_pipelines.extraction.pdf.lines.summed import table_by_sum
from back_office_pipelines.extraction.pdf.lines.uncounted import (
    lead_to_total,
    may_need_more,
    totals_below,
    without_summaries,
)
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS
from back_office_pipelines.extraction.pdf.page.vocabulary import Vocabulary
from back_office_pipelines.values.style import Style

ALIKE = 3.0
"""Points by which the columns of one head may stand apart on two pages."""
MOST_TAXED = Decimal("1.35")
"""Times the sum of all lines up to which a total with taxes comes; a larger one is of more lines."""
MOST = 0.6
"""Share of the lines of a table from which on what they have is what a line has."""


def read_items(rows: Sequence[Row], style: Style, vocabulary: Vocabulary) -> tuple[ItemLine, ...]:
    """Return the lines of all tables of items, in reading order."""
    every = list(heads(rows, vocabulary))
    tables = [table for table in every if not table.assumed]
    ends = [*(table.first for table in tables[1:]), len(rows)]
    read = [(head, _best_lines(rows, head, end, style)) for head, end in zip(tables, ends, strict=False)]
    proved = any(line.closes for _, lines in read for line in lines)
    kept = [lines for head, lines in read if lines and not (proved and _repeats(head, lines))]
    found = [line for lines in kept for line in lines]
    if len(kept) > 1:
        found = without_summaries(kept, totals_below(rows, kept[0][-1].row, style))
    if not found:
        assumed = _first_of_alike(table for table in every if table.assumed)
        found = next((lines for head in assumed if (lines := _assumed_lines(rows, head, style))), [])
    if not found:
        found = [line for head in head_by_arithmetic(rows, style) for line in _like(rows, head, len(rows), style)]
    if not found and (table := table_by_sum(rows, style, is_total)) is not None:
        found = [line for line in lines_below(rows, table.head, table.end, style) if line.row in table.rows]
    return with_factors(_without_numbers(_printed_as_totals(found, rows)), rows, style)


def _printed_as_totals(lines: Sequence[ItemLine], rows: Sequence[Row]) -> list[ItemLine]:
    """Leave out bare whole numbers where the page prints cents: years and numbers of pages under a title of amounts."""
    within = {line.row for line in lines}
    others = [one.found.text for row in rows if row.number not in within for one in row.of_kind("amount")]
    cents = sum(WITH_CENTS.search(text) is not None for text in others)
    if not others or cents < MOST * len(others):
        return list(lines)
    return [one for one in lines if in_cents(one.amount) or one.values.keys() & {"quantity", "unit_price"}]


def _without_numbers(lines: Sequence[ItemLine]) -> tuple[ItemLine, ...]:
    described = [one.values["description"] for one in lines if "description" in one.values]
    bare = iter(without_numbers(described))
    return tuple(
        replace(one, values={**one.values, "description": next(bare)}) if "description" in one.values else one
        for one in lines
    )


def _assumed_lines(rows: Sequence[Row], head: Head, style: Style) -> list[ItemLine]:
    """Return the lines of a table whose amounts no title names, where they prove them; none where they do not.

    With quantities every line must close. Without, the page must print the sum of what the lines cost.
    """
    if head.has("quantity"):
        lines = _best_lines(rows, head, len(rows), style)
        return lines if lines and all(line.closes for line in lines) else []
    lines = _like(rows, head, len(rows), style)
    total = sum((line.amount for line in lines), Decimal(0))
    below = rows[lines[-1].row + 1 :] if len(lines) > 1 else ()
    totals = [one.value for row in below if is_total(row) for one in numbers_of(row, style) if in_cents(one.value)]
    if total not in totals or max(totals) > total * MOST_TAXED:
        return []  # the sum of a week proves no more than its lines
    return [replace(one, values={**one.values, "unit_price": one.values["line_net"]}, lump=True) for one in lines]


def _first_of_alike(tables: Iterable[Head]) -> Iterator[Head]:
    """Yield the heads that no earlier one had: pages repeat theirs, and the first is read over all of them."""
    known: set[tuple[tuple[str | None, int, int], ...]] = set()
    for head in tables:
        looks = tuple((one.field, round(one.left / ALIKE), round(one.right / ALIKE)) for one in head.columns)
        if looks not in known:
            known.add(looks)
            yield head


def _repeats(head: Head, lines: Sequence[ItemLine]) -> bool:
    """Tell whether a table beside one whose lines close has quantities that lead to no amount: sums by code."""
    return head.has("quantity") and not any(line.closes or "unit_price" in line.values for line in lines)


def _best_lines(rows: Sequence[Row], head: Head, end: int, style: Style) -> list[ItemLine]:
    """Return the lines below a head: by its titles, or by the columns that rows prove, where more lines close so."""
    titled = _like(rows, head, end, style)
    if titled and all(line.closes for line in titled):
        return _with_uncounted(titled, rows, head, end, style)
    better = refined(head, rows[head.last + 1 : end], style)
    proved = _like(rows, better, end, style) if better is not None else []
    closing = [sum(line.closes for line in lines) for lines in (titled, proved)]
    if better is None or closing[1] <= closing[0]:
        return _with_uncounted(titled, rows, head, end, style)
    return _with_uncounted(proved, rows, better, end, style)


def _with_uncounted(lines: list[ItemLine], rows: Sequence[Row], head: Head, end: int, style: Style) -> list[ItemLine]:
    """Return the lines with those that have no quantity, where a printed total needs them all."""
    if not lines or not head.has("quantity"):
        return lines
    totals = totals_below(rows, lines[-1].row + 1, style)
    for parts in (False, True) if may_need_more(lines, totals) else ():
        every = list(lines_below(rows, head, end, style, uncounted=True, parts=parts))
        if lead_to_total(lines, every, totals):
            return every
    return lines


def _like(rows: Sequence[Row], head: Head, end: int, style: Style) -> list[ItemLine]:
    return _like_most(_printed_alike(list(lines_below(rows, head, end, style))), head)


def _printed_alike(lines: Sequence[ItemLine]) -> list[ItemLine]:
    """Leave out amounts without cents where most lines print them: numbers of a footer under the column of amounts."""
    if sum(in_cents(line.amount) for line in lines) < MOST * len(lines):
        return list(lines)
    return [line for line in lines if in_cents(line.amount) or line.closes]


def _like_most(lines: Sequence[ItemLine], head: Head) -> list[ItemLine]:
    """Leave out what stands under a head of quantities without one: allowances, and sums of other tables."""
    counted = sum("quantity" in line.values for line in lines)
    if not head.has("quantity") or counted < MOST * len(lines):
        return list(lines)
    return [line for line in lines if "quantity" in line.values or line.lump]

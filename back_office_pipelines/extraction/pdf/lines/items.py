"""The lines of an invoice: rows of a table of items, with the texts that go on below them.

What belongs here: which rows are lines, and which of their texts is which field. What does not: heads and columns
(`columns`), and the totals (`totals`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.cells import cells_of, closes, pieces
from back_office_pipelines.extraction.pdf.lines.columns import Head, heads
from back_office_pipelines.extraction.pdf.lines.descriptions import Texts, without_numbers, words_of
from back_office_pipelines.extraction.pdf.lines.factors import with_factors
from back_office_pipelines.extraction.pdf.lines.headless import head_by_arithmetic, refined
from back_office_pipelines.extraction.pdf.lines.numerals import Number, in_cents, in_style, numbers_of, plain
from back_office_pipelines.extraction.pdf.lines.summed import table_by_sum
from back_office_pipelines.extraction.pdf.lines.uncounted import (
    is_added,
    lead_to_total,
    may_need_more,
    totals_below,
    without_summaries,
)
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import Vocabulary
from back_office_pipelines.values.style import Style

TOTALS = frozenset(("net_total", "tax_total", "gross_total", "amount_due", "prepaid_total"))
CARRIED = Caseless(
    r"übertrag|uebertrag|zwischensumme|sub-?total|sous-?total|carried|brought forward|report\b|à reporter|transport\b"
    r"|overført|siirto\b|áthozat|átvitel|prenesené|donos\b|prijenos|riporto|suma y sigue|subtotaal|summe\b"
)
PARTIAL = Caseless(r"\btotals?\b|\bweek (?:of|ending)\b|\bsub-?totals?\b")
"""Words of the sum of some of the lines."""
ALIKE = 3.0
"""Points by which the columns of one head may stand apart on two pages."""
INDENT = 12.0
"""Points by which descriptions of one column may differ at their left edge."""
RATES = re.compile(r"\d+(?:[.,]\d+)?\s?%")
MOST_TAXED = Decimal("1.35")
"""Times the sum of all lines up to which a total with taxes comes; a larger one is of more lines."""
FEWEST_COLUMNS = 3
"""Segments from which on a row may be the head of another table."""
MOST = 0.6
"""Share of the lines of a table from which on what they have is what a line has."""


@dataclass(frozen=True)
class ItemLine:
    """One line: its texts by field.

    Attributes:
        row: number of its row in the document.
        amount: what it comes to.
        closes: quantity times price is its amount.
        lump: it has no quantity, and its price is its amount.
    """

    values: dict[str, Found]
    row: int
    amount: Decimal
    closes: bool
    lump: bool = False


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
    if not found and (table := table_by_sum(rows, style, _is_total)) is not None:
        found = [line for line in _lines(rows, table.head, table.end, style) if line.row in table.rows]
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
    totals = [one.value for row in below if _is_total(row) for one in numbers_of(row, style) if in_cents(one.value)]
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
        every = list(_lines(rows, head, end, style, uncounted=True, parts=parts))
        if lead_to_total(lines, every, totals):
            return every
    return lines


def _like(rows: Sequence[Row], head: Head, end: int, style: Style) -> list[ItemLine]:
    return _like_most(_printed_alike(list(_lines(rows, head, end, style))), head)


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


def _lines(
    rows: Sequence[Row], head: Head, end: int, style: Style, uncounted: bool = False, parts: bool = False
) -> Iterator[ItemLine]:
    """Yield the lines between a head and the next; after the first total only such as their own arithmetic proves.

    With `uncounted`, those without quantity and price as well, whatever the head has; with `parts`, beyond the totals
    of the parts of a table, too.
    """
    totals = False
    body = rows[head.last + 1 : end]
    read = [_cells(row, head, style) for row in body]
    texts = _texts(body, [cells for cells, _ in read], head)
    above: list[Decimal] = []
    group: list[Decimal] = []
    last: Row | None = None
    per = pieces(head, style)
    for position, (row, (cells, others)) in enumerate(zip(body, read, strict=True)):
        proved = closes(cells, others, per)
        if (_is_total(row) and not (proved and cells["quantity"].value != 1)) or _heads_other(row):
            totals = totals or not ((parts and _is_total(row)) or (uncounted and _says_again(row, head, rows)))
            continue
        counted = bool(cells.keys() & {"quantity", "unit_price"})
        if uncounted and not counted and "line_net" in cells:
            totals = totals or _sums_up(cells["line_net"].value, above)
        if "line_net" not in cells or not (counted or _described(row, head, cells, uncounted)):
            continue
        if not proved and _is_subtotal(row, head, cells, group):
            group = []
            continue
        alike = last is not None and _set_alike(row, last)
        totals = totals or (not counted and not alike and _sums_up(cells["line_net"].value, above))
        if (totals and not proved) or (not counted and CARRIED.search(row.text)):
            continue
        above.append(cells["line_net"].value)
        group.append(cells["line_net"].value)
        last = row
        described = texts.described(row, _above(rows, row, head), body[position + 1 :], cells)
        yield _line(row, described, head, cells, style, proved)


def _cells(row: Row, head: Head, style: Style) -> tuple[dict[str, Number], list[Number]]:
    """Return what stands in the columns of a row and beside them, read once for each head."""
    key = row.number, style
    if key not in head.cells:
        head.cells[key] = cells_of(row, head, style)
    cells: tuple[dict[str, Number], list[Number]] = head.cells[key]
    return cells


def _above(rows: Sequence[Row], row: Row, head: Head) -> Row | None:
    """Return the row above a line, None where that is the head of its table."""
    above = rows[row.number - 1] if row.number else None
    titles = above is not None and above.number <= head.last and any(one.meaning.line for one in above.labels)
    return None if titles else above


def _texts(body: Sequence[Row], read: Sequence[dict[str, Number]], head: Head) -> Texts:
    """Return the column of descriptions of a table whose numbers are read."""
    lines = [(row, cells) for row, cells in zip(body, read, strict=True) if "line_net" in cells]
    numbers = {row.number for row, _ in lines}
    found = [words for row, cells in lines if (words := words_of(row, head, cells))]
    aligned = [words for words in found if abs(words[0].box[0] - found[0][0].box[0]) <= INDENT]
    widest = max((words[-1].box[2] for words in aligned), default=0.0)
    return Texts(head, lambda row: row.number in numbers or _is_total(row), widest)


def _is_subtotal(row: Row, head: Head, cells: dict[str, Number], group: Sequence[Decimal]) -> bool:
    """Tell whether a row sums up the lines since the last such row: of a week, a zone, a market.

    Its words say so, and it comes to what they come to; a count without a price beside prices needs no proof.
    """
    if not group or not PARTIAL.search(row.text):
        return False
    counts = head.has("unit_price") and "quantity" in cells and "unit_price" not in cells
    return counts or cells["line_net"].value == sum(group)


def _set_alike(row: Row, line: Row) -> bool:
    """Tell whether a row fills the columns of a line, several beside its amount: a spot may cost what two others do."""
    return len(row.first) == len(line.first) > FEWEST_COLUMNS + 1


def _sums_up(amount: Decimal, above: Sequence[Decimal]) -> bool:
    """Tell whether an amount is the sum of the lines above it, whatever it is called."""
    return len(above) > 1 and amount == sum(above)


def _is_total(row: Row) -> bool:
    """Tell whether a row shows a total of the document: a label of one at the start of a text, and an amount."""
    return bool(row.of_kind("amount")) and any(
        label.lead == 0 and set(label.meaning.header) & TOTALS and not _is_item_word(row, label.start)
        for label in row.labels
    )


def _heads_other(row: Row) -> bool:
    """Tell whether a row is the head of another table: several columns, a title in one, no number but rates."""
    if len(row.line.segments) < FEWEST_COLUMNS:
        return False
    titled = any(label.meaning.line or label.meaning.header for label in row.labels)
    return titled and not any(map(str.isdigit, RATES.sub("", row.text)))


def _is_item_word(row: Row, start: int) -> bool:
    """Tell whether a row begins with a number of a line before a label."""
    return start > 0 and row.words[0].text.strip(".").isdecimal()


def _described(row: Row, head: Head, cells: dict[str, Number], uncounted: bool) -> bool:
    titled = not (head.has("quantity") or head.has("unit_price"))
    return bool(words_of(row, head, cells)) and (titled or (uncounted and not is_added(row)))


def _says_again(row: Row, head: Head, rows: Sequence[Row]) -> bool:
    """Tell whether a row without amounts heads a further part of a table: it ends in the title of its amounts."""
    last = {" ".join(word.text for word in one.words[one.first[-2] :]) for one in rows[head.first : head.last + 1]}
    return " ".join(word.text for word in row.words[row.first[-2] :]) in last and not _is_total(row)


def _line(
    row: Row, described: Found | None, head: Head, cells: dict[str, Number], style: Style, proved: bool
) -> ItemLine:
    values = {
        name: found_in(
            in_style(_text(row, number), style, number.percent), row.page, row.words[number.start : number.end]
        )
        for name, number in cells.items()
    }
    per = next((one.per for one in head.of("unit_price") if one.per is not None), None)
    if per is not None and "unit_price" in values:
        values["price_base_quantity"] = per
    if described is not None:
        values["description"] = described
    if (unit := _unit(row, head, cells)) is not None:
        values["unit"] = unit
    lump = "quantity" not in cells and "unit_price" in cells and cells["unit_price"].value == cells["line_net"].value
    return ItemLine(values, row.number, cells["line_net"].value, proved, lump)


def _text(row: Row, number: Number) -> str:
    text = plain(" ".join(word.text for word in row.words[number.start : number.end])).strip(
        "()[]%" if number.percent else "()[]"
    )
    return f"-{text}" if number.value < 0 and not text.startswith(("-", "\u2212")) and not text.endswith("-") else text


def _unit(row: Row, head: Head, cells: dict[str, Number]) -> Found | None:
    """Return the unit: in its own column, else the word right after the quantity."""
    for column in head.of("unit"):
        words = [
            word for word in row.words if word.text[:1].isalpha() and column.distance(word.box[0], word.box[2]) < 12
        ]
        if words:
            return found_in(words[0].text, row.page, words[:1])
    quantity = cells.get("quantity")
    if quantity is None or quantity.end >= len(row.words):
        return None
    word = row.words[quantity.end]
    near = word.box[0] - quantity.right < row.height
    return found_in(word.text, row.page, [word]) if near and word.text[:1].isalpha() and len(word.text) <= 10 else None

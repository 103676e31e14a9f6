"""The body of a table: which of the rows below its head are lines, and the texts that go on below them.

What belongs here: rows under one head. What does not: heads and columns (`columns`), which tables a document has and
which of them are taken (`items`), and the totals (`totals`).
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.cells import cells_of, closes, pieces
from back_office_pipelines.extraction.pdf.lines.columns import Head
from back_office_pipelines.extraction.pdf.lines.descriptions import Texts, words_of
from back_office_pipelines.extraction.pdf.lines.item import ItemLine, item_of
from back_office_pipelines.extraction.pdf.lines.numerals import Number
from back_office_pipelines.extraction.pdf.lines.uncounted import is_added
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.style import Style

TOTALS = frozenset(("net_total", "tax_total", "gross_total", "amount_due", "prepaid_total"))
CARRIED = Caseless(
    r"übertrag|uebertrag|zwischensumme|sub-?total|sous-?total|carried|brought forward|report\b|à reporter|transport\b"
    r"|overført|siirto\b|áthozat|átvitel|prenesené|donos\b|prijenos|riporto|suma y sigue|subtotaal|summe\b"
)
PARTIAL = Caseless(r"\btotals?\b|\bweek (?:of|ending)\b|\bsub-?totals?\b")
"""Words of the sum of some of the lines."""
INDENT = 12.0
"""Points by which descriptions of one column may differ at their left edge."""
RATES = re.compile(r"\d+(?:[.,]\d+)?\s?%")
FEWEST_COLUMNS = 3
"""Segments from which on a row may be the head of another table."""


def lines_below(
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
        if (is_total(row) and not (proved and cells["quantity"].value != 1)) or _heads_other(row):
            totals = totals or not ((parts and is_total(row)) or (uncounted and _says_again(row, head, rows)))
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
        yield item_of(row, described, head, cells, style, proved)


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
    return Texts(head, lambda row: row.number in numbers or is_total(row), widest)


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


def is_total(row: Row) -> bool:
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
    return " ".join(word.text for word in row.words[row.first[-2] :]) in last and not is_total(row)

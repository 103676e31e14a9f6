"""Captions under their values: a row of values over a row of what they are.

What belongs here: telling such a row of captions, and which text above each one names. What does not: captions over
their values (`captions`), and what a pair of label and value is worth (`pairing`).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.page.rows import Label, Row

COLUMNS = 2
"""Columns that must stand under values for a row to be one of captions."""
MOST_WORDS = 4
"""Words of a caption."""
NEARER = 0.75
"""Share of the distance to the next row below that the row of values may be above: captions stand close to what they
name."""
NEXT = 3.0
"""Heights of print within which the row of values is the next one."""
EDGE = 3.0
"""Points by which a caption may stand off its value."""


class Cell(NamedTuple):
    """A caption with the words of the row above that it names."""

    label: Label
    row: Row
    start: int
    end: int


def cells_above(rows: Sequence[Row], position: int) -> tuple[Cell, ...]:
    """Return the labels of a row that stand under the values they name; none where the row is no such row."""
    row = rows[position]
    if not position or not row.labels or len(row.first) <= COLUMNS or not _is_nearest(rows, position):
        return ()
    above = rows[position - 1]
    if not _is_captions(row) or not any(map(_has_digit, (word.text for word in above.words))):
        return ()
    if any(not label.lead and not label.tail for label in above.labels):
        return ()
    columns = [one for one in pairwise(row.first) if _over(above, row, one) is not None]
    if len(columns) < COLUMNS or 2 * len(columns) < len(row.first):
        return ()
    return tuple(_cells(row, above))


def _cells(row: Row, above: Row) -> Iterator[Cell]:
    for label in row.labels:
        own = next((one for one in pairwise(row.first) if one[0] <= label.start < one[1]), None)
        over = None if own is None or label.lead else _over(above, row, own)
        if over is not None:
            yield Cell(label, above, *over)


def _is_captions(row: Row) -> bool:
    """Tell whether a row has short texts alone, and no number but a rate: "15 % commission"."""
    short = all(end - start <= MOST_WORDS for start, end in pairwise(row.first))
    return short and not any(_has_digit(word.text) and not word.text.endswith("%") for word in row.words)


def _is_nearest(rows: Sequence[Row], position: int) -> bool:
    """Tell whether the row above is on the same page, close, and closer than the row below."""
    row, above = rows[position], rows[position - 1]
    step = row.base - above.base
    if above.page != row.page or step > NEXT * row.height:
        return False
    below = rows[position + 1] if position + 1 < len(rows) else None
    return below is None or below.page != row.page or step < NEARER * (below.base - row.base)


def _over(above: Row, row: Row, column: tuple[int, int]) -> tuple[int, int] | None:
    """Return the words of the segment above that begins, ends or is centred where a caption does."""
    left, right = row.words[column[0]].box[0], row.words[column[1] - 1].box[2]
    for start, end in pairwise(above.first):
        own_left, own_right = above.words[start].box[0], above.words[end - 1].box[2]
        middle = abs(own_left + own_right - left - right) / 2
        if min(abs(own_left - left), abs(own_right - right), middle) <= EDGE:
            return start, end
    return None


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))

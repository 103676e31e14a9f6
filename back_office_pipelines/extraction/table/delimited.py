"""Which delimiter a text file uses, and its rows.

What belongs here: evidence for a delimiter and splitting into cells. What does not: what the columns mean (`columns`).
"""

import csv
import io
from collections import Counter
from itertools import islice

DELIMITERS = (";", "\t", "|", ",")
SAMPLE_ROWS = 80
SAMPLE_CHARACTERS = 400_000
REGULAR_SHARE = 0.8
PREAMBLE = 30
"""Rows that may stand above a table: titles, addresses, the name of a report."""
MOST_COLUMNS = 1_000
UNCLOSED = "unexpected end of data"
"""What the csv module says of a quote that is still open at the end of the file."""


class BrokenTableError(Exception):
    """A text that cannot be split into rows. Never leaves this package."""


def fitting_delimiters(text: str) -> dict[str, int]:
    """Return the delimiters under which a text is a table, with the cells of its rows.

    From some row on nearly all rows are equally wide, two cells or more; a text of one row alone has three. Quoted
    cells are respected.
    """
    sample = text[:SAMPLE_CHARACTERS]
    return {delimiter: width for delimiter in DELIMITERS if (width := _width(sample, delimiter))}


def looks_delimited(text: str) -> bool:
    """Tell whether a text is a table."""
    return bool(fitting_delimiters(text))


def read_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with the number of its last line in the file, from 1.

    Raises:
        BrokenTableError: a quote is never closed, or a cell is longer than the csv module takes.
    """
    try:
        return _rows(text, delimiter, strict=True)
    except csv.Error as problem:
        if UNCLOSED in str(problem):
            raise BrokenTableError("a quotation mark is opened and never closed") from None
    try:
        return _rows(text, delimiter, strict=False)
    except csv.Error as problem:
        raise BrokenTableError(str(problem)) from None


def _rows(text: str, delimiter: str, *, strict: bool) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]


def _width(sample: str, delimiter: str) -> int | None:
    """Return the cells of most rows from the first such row on, None where they are no table.

    A few odd rows (a total, a forgotten quote) do not make a table another file; the reader names them one by one.
    """
    try:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), SAMPLE_ROWS))
    except csv.Error:
        return None
    widths = [len(cells) for cells in rows if any(cell.strip() for cell in cells)]
    if max(widths, default=0) > MOST_COLUMNS:
        return max(widths)
    if len(widths) == 1:
        return widths[0] if widths[0] > 2 else None
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return None
    usual = max(counts, key=lambda width: (counts[width], width))
    start = widths.index(usual)
    below = widths[start + 1 :]
    regular = bool(below) and below.count(usual) >= REGULAR_SHARE * len(below)
    return usual if regular and start <= PREAMBLE else None

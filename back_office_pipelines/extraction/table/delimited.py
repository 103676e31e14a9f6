"""Which delimiter a text file uses, and its rows.

What belongs here: evidence for a delimiter and splitting into cells. What does not: what the columns mean (`columns`).
"""

import csv
from itertools import islice

DELIMITERS = (";", "\t", "|", ",")
SAMPLE_ROWS = 50
REGULAR_SHARE = 0.8


def find_delimiter(text: str) -> str | None:
    """Return the delimiter under which nearly all rows are as wide as the first, two cells or more; else None.

    Quoted cells are respected. Where several fit (a decimal comma beside semicolons), the one with the most cells a
    row wins; a draw decides nothing.
    """
    widths = {delimiter: width for delimiter in DELIMITERS if (width := _width(text, delimiter))}
    if not widths:
        return None
    best = max(widths.values())
    winners = [delimiter for delimiter, width in widths.items() if width == best]
    return winners[0] if len(winners) == 1 else None


def looks_delimited(text: str) -> bool:
    """Tell whether a text is a table: a delimiter fits and there is a row below the header."""
    return find_delimiter(text) is not None


def read_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with the number of its line in the file, from 1.

    Raises:
        csv.Error: a cell is longer than the limit of the csv module.
    """
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]


def _width(text: str, delimiter: str) -> int | None:
    """Cells of the first row, if there are two or more and nearly all rows below have as many; else None.

    A few odd rows (a total, a forgotten quote) do not make a table another file; the reader names them one by one.
    """
    try:
        sample = list(islice(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), SAMPLE_ROWS))
    except csv.Error:
        return None
    widths = [len(cells) for cells in sample if any(cell.strip() for cell in cells)]
    if len(widths) < 2 or widths[0] < 2:
        return None
    return widths[0] if widths[1:].count(widths[0]) >= REGULAR_SHARE * (len(widths) - 1) else None

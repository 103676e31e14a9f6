"""A table told by its header alone, where its rows are too uneven to tell a delimiter.

What belongs here: when a header is enough. What does not: even tables (`delimited`), and naming the rows that do
not fit (`reader`).
"""

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.table.columns import header_row, map_columns, names_records
from back_office_pipelines.extraction.table.delimited import (
    DELIMITERS,
    MOST_COLUMNS,
    PREAMBLE,
    BrokenTableError,
    read_rows,
)
from back_office_pipelines.extraction.table.encoding import decode_text

SPLIT_SHARE = 0.5
"""Share of the rows below a header that its delimiter splits; running text below a line of labels has fewer."""


def is_uneven_table(content: bytes, dictionary: Dictionary) -> bool:
    """Tell whether a text that is no even table is one by its header."""
    text = decode_text(content)
    return text is not None and uneven_table(text, dictionary) is not None


def uneven_table(text: str, dictionary: Dictionary) -> tuple[str, list[tuple[int, list[str]]]] | None:
    """Return the delimiter under which a row names the lane's records, and the rows from it on; None without one.

    The one under which the header names the most fields, where several do.
    """
    best: tuple[int, str, list[tuple[int, list[str]]]] | None = None
    for delimiter in DELIMITERS:
        try:
            rows = read_rows(text, delimiter)
        except BrokenTableError:
            continue
        named, start = header_row([cells[:MOST_COLUMNS] for _, cells in rows[: PREAMBLE + 1]], dictionary)
        if (best is None or named > best[0]) and _is_table(rows[start:], dictionary):
            best = named, delimiter, rows[start:]
    return None if best is None else best[1:]


def _is_table(rows: list[tuple[int, list[str]]], dictionary: Dictionary) -> bool:
    if len(rows) < 2:
        return False
    (_, header), *below = rows
    columns, _ = map_columns(header[:MOST_COLUMNS], dictionary)
    split = sum(len(cells) > 1 for _, cells in below)
    return names_records(columns, dictionary) and split >= SPLIT_SHARE * len(below)

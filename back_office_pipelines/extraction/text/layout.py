"""Rows of text to lines of words, as a typewriter would set them: what `pdf.words` gives for a page.

What belongs here: the places of characters of one width, and pages of so many rows. What does not: where rows come from
(`html`, `message`). The places serve label location only; they lie on no paper, so no value keeps them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.model import ExtractedRecord, Extraction
from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of

HEIGHT = 10.0
WIDTH = 6.0
"""Points of one character: one space keeps words together, two are a gap between columns (`words.SEGMENT_GAP`)."""
PITCH = 14.0
ROWS = 66
"""Rows of a page; a form feed ends one early."""
MOST_ROWS = 50 * ROWS
"""Rows that are looked at: as many pages as of a PDF."""
LONGEST_ROW = 2_000
"""Characters of a row that are looked at; no invoice prints wider."""
TAB = 8
QUOTED = re.compile(r"^(?:> ?)+")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Row:
    """One row of text; `size` is the height of its letters, 1 for running text."""

    text: str
    size: float = 1.0


def plain_rows(text: str) -> tuple[Row, ...]:
    """Return the rows of a plain text, without the marks of a quoted message."""
    return tuple(Row(QUOTED.sub("", row).expandtabs(TAB)) for row in re.split(r"\r\n|\n|\r|(?<=\f)", text))


def lines_of_rows(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Return the lines of all pages."""
    return tuple(line for number, page in enumerate(_pages(rows), start=1) for line in lines_of(_words(page), number))


def without_places(extraction: Extraction) -> Extraction:
    """Return an extraction whose values name no page and no box: its medium has none."""
    records = tuple(map(_unplaced, extraction.records))
    findings = tuple(replace(one, places=()) for one in extraction.findings)
    return replace(extraction, records=records, pages=0, findings=findings)


def _unplaced(record: ExtractedRecord) -> ExtractedRecord:
    return replace(record, fields=tuple(replace(value, page=None, box=None, grounds=None) for value in record.fields))


def _pages(rows: Sequence[Row]) -> Iterator[list[Row]]:
    page: list[Row] = []
    for row in rows[:MOST_ROWS]:
        page.append(row)
        if len(page) == ROWS or row.text.endswith("\f"):
            yield page
            page = []
    yield page


def _words(page: Sequence[Row]) -> list[Word]:
    words = []
    for number, row in enumerate(page):
        base = (number + 1) * PITCH
        height = HEIGHT * row.size
        for match in _WORD.finditer(row.text[:LONGEST_ROW]):
            box = (match.start() * WIDTH, base - height, match.end() * WIDTH, base)
            words.append(Word(match.group(), box, base, height))
    return words

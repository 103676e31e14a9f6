"""Accounts that a line break divides: at the end of a line, or in the lines of a narrow column.

What belongs here: the start of an account, and the rest of it below. What does not: accounts on one line (`shapes`),
and which of several is the seller's (`identifiers`). Nothing is joined unless the check digits (ISO 13616) say so.
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.page.rows import Mention, Row
from back_office_pipelines.extraction.pdf.page.shapes import IBAN_LENGTHS
from back_office_pipelines.extraction.pdf.page.spans import found_in
from back_office_pipelines.extraction.pdf.page.words import Segment, Word
from back_office_pipelines.values.checksums import is_iban
from back_office_pipelines.values.text import compact_upper

BROKEN = re.compile(r"(?<!\S)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){0,7}$")
"""The start of an account at the end of a line, or of a line of a column."""
GROUPS = re.compile(r"[A-Z0-9]+(?: [A-Z0-9]+)*[.,;]?")
"""Nothing but groups of an account."""
MOST_LINES = 3
"""Lines of a column below its first over which an account may go on."""
LEADING = 2.2
"""Heights of print within which the next line of a column begins."""


def broken_accounts(rows: Sequence[Row]) -> Iterator[Mention]:
    """Yield the starts of accounts at the ends of segments: check digits will tell whether the next line goes on."""
    for row in rows:
        for segment, first, last in zip(row.line.segments, row.first, row.first[1:], strict=False):
            if (match := BROKEN.search(segment.text)) is not None:
                start = first + len(segment.text[: match.start()].split())
                found = found_in(match.group(), row.page, row.words[start:last])
                yield Mention("iban", found, row.number, start, last, start - first)


def completed(mention: Mention, rows: Sequence[Row]) -> Mention:
    """Return an account with the rest of it from the lines below, where a line break divides it."""
    row, text = rows[mention.row], compact_upper(mention.found.text)
    missing = IBAN_LENGTHS.get(text[:2], 0) - len(text)
    if missing <= 0 or mention.end not in row.first:
        return mention
    for words in (_next_line(row, mention, rows, missing), _column(row, mention, rows, missing)):
        rest = "".join(word.text for word in words).rstrip(".,;")
        if len(rest) == missing and is_iban(text + rest):
            told = f"{mention.found.text} {' '.join(word.text for word in words).rstrip('.,;')}"
            whole = found_in(told, row.page, [*row.words[mention.start : mention.end], *words])
            return mention._replace(found=whole)
    return mention


def _next_line(row: Row, mention: Mention, rows: Sequence[Row], missing: int) -> Sequence[Word]:
    """Return the first words of the next line that have as many characters as are missing; none within a line."""
    after = next((other for other in rows[row.number + 1 : row.number + 2] if other.page == row.page), None)
    if after is None or mention.end < len(row.words):
        return ()
    for end in range(1, len(after.words) + 1):
        if sum(len(word.text) for word in after.words[:end]) >= missing:
            return after.words[:end]
    return ()


def _column(row: Row, mention: Mention, rows: Sequence[Row], missing: int) -> Sequence[Word]:
    """Return the lines below in the column of an account that consist of its groups, until nothing is missing."""
    above, taken = row.line.segments[_segment_of(row, mention)], list[Word]()
    for _ in range(MOST_LINES):
        below = _below(above, row, rows)
        if below is None or not GROUPS.fullmatch(below.text):
            break
        taken += below.words
        if sum(len(word.text) for word in taken) >= missing:
            return taken
        above = below
    return ()


def _segment_of(row: Row, mention: Mention) -> int:
    return row.first.index(mention.end) - 1


def _below(above: Segment, row: Row, rows: Sequence[Row]) -> Segment | None:
    """Return the segment that begins under another one, right below it."""
    near = rows[row.number : row.number + 4 * MOST_LINES]
    under = (
        segment
        for other in near
        if other.page == row.page
        for segment in other.line.segments
        if 0 < segment.words[0].base - above.words[0].base < LEADING * row.height
        and abs(segment.box[0] - above.box[0]) < row.height
    )
    return next(under, None)

"""Words with boxes, and words as lines.

What belongs here: words to lines, lines to segments (runs without a column gap). What does not: where words come from
(`layer`, `ocr`), and what any word means. Coordinates are points from the top left of the page as it is shown, rotation
included.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.letters import FEWEST, words_of_letters
from back_office_pipelines.extraction.pdf.page.printing import slope_and_space

SEGMENT_GAP = 1.1
"""Gap between two words, in font heights, from which on they stand in two columns."""
RECOGNISED_GAP = 1.0
"""The same where words were recognised in a picture: each ends where its letters do."""
SPACES = 1.3
"""Usual spaces between recognised words that are a column gap where these are wider than elsewhere."""
LINE_SHIFT = 0.45
"""Difference of base lines, in font heights, up to which two words stand on one line."""
LABEL_AND_VALUE = re.compile(r"^([^\W\d_][^:#]*[:#])([^/:#\s].*)$")
"""One word that is a label and its value without a space between: "Kundennummer:2", "UStID#DE123"."""
WORD_AND_BRACKET = re.compile(r"^([^\W\d_]{4,})(\(\d+\).*)$")
"""One word that is a word and a remark without a space between: "RECHNUNG(380)"."""
TAX_AND_RATE = re.compile(
    r"^(mwst\.?|ust\.?|vat|tva|iva|btw|moms|mva|dph|gst|hst)(\d{1,2}(?:[.,]\d{1,2})?%?)$", re.IGNORECASE
)
"""One word that is a tax and its rate without a space between: "MwSt.19", "TVA20%"."""
RATE_ENDS = frozenset("0123456789%")


class Word(NamedTuple):
    """One word: its text, its box, and the height of its base line from the top of the page.

    Attributes:
        score: mean probability of its characters where they were recognised in a picture; None in a text layer.
    """

    text: str
    box: Box
    base: float
    height: float
    score: float | None = None


class Segment(NamedTuple):
    """Words of one line that no column gap divides.

    Attributes:
        text: the words joined by one space.
        box: around all words.
    """

    words: tuple[Word, ...]
    page: int
    line: int
    text: str
    box: Box


class Line(NamedTuple):
    """Words on one base line, left to right, as segments.

    Attributes:
        text: of the segments; two spaces mark a column gap.
    """

    segments: tuple[Segment, ...]
    page: int
    number: int
    text: str


def around(texts: Sequence[Word] | Sequence[Segment]) -> Box:
    """Return the box around some words, or segments."""
    if len(texts) == 1:
        return texts[0].box
    x0, top, x1, bottom = texts[0].box
    for text in texts:
        left, above, right, below = text.box
        x0 = left if left < x0 else x0
        top = above if above < top else top
        x1 = right if right > x1 else x1
        bottom = below if below > bottom else bottom
    return x0, top, x1, bottom


def _parts(word: Word) -> tuple[Word, ...]:
    """Split a word that is a label and its value; the boxes share its width by their characters."""
    match = LABEL_AND_VALUE.match(word.text) or WORD_AND_BRACKET.match(word.text) or TAX_AND_RATE.match(word.text)
    if match is None:
        return (word,)
    x0, top, x1, bottom = word.box
    middle = x0 + (x1 - x0) * len(match[1]) / len(word.text)
    first = word._replace(text=match[1], box=(x0, top, middle, bottom))
    return first, word._replace(text=match[2], box=(middle, top, x1, bottom))


def straight_lines_of(words: Sequence[Word], page: int, *, recognised: bool = False) -> tuple[Line, ...]:
    """Return the lines of a page as if it had been scanned straight; the boxes of its words stay in place.

    Args:
        words: in the order of the content.
        page: its number.
        recognised: the words were recognised for sure; else they tell themselves.
    """
    slope, space = slope_and_space(words, recognised=recognised)
    if slope:
        words = [word._replace(base=word.base - slope * word.box[0]) for word in words]
    return lines_of(words, page, max(RECOGNISED_GAP if space else SEGMENT_GAP, SPACES * space))


def lines_of(words: Sequence[Word], page: int, gap: float = SEGMENT_GAP) -> tuple[Line, ...]:
    """Group the words of a page by base line, then split each line at column gaps, told in heights of print."""
    rows: list[list[Word]] = []
    base = height = 0.0
    for word in sorted(_all_parts(words), key=lambda word: (word.base, word.box[0])):
        shift = abs(word.base - base)
        if rows and (not shift or shift <= LINE_SHIFT * max(min(word.height, height), 1.0)):
            rows[-1].append(word)
        else:
            base, height = word.base, word.height
            rows.append([word])
    return tuple(_line(row, page, number, gap) for number, row in enumerate(rows))


def _all_parts(words: Sequence[Word]) -> Iterator[Word]:
    for word in words:
        text = word.text
        if ":" in text or "#" in text or "(" in text or (text[-1] in RATE_ENDS and text[0].isalpha()):
            yield from _parts(word)
        else:
            yield word


def _line(row: list[Word], page: int, number: int, gap: float) -> Line:
    row.sort(key=lambda word: word.box[0])
    return line_of(tuple(_segments(_printed_once(row), page, number, gap)), page, number)


def _printed_once(row: list[Word]) -> list[Word]:
    """Return the words of a row without those printed again over themselves: so some programs print in bold."""
    again = [at for at in range(1, len(row)) if row[at].text == row[at - 1].text and _covers(row[at - 1], row[at])]
    return [word for at, word in enumerate(row) if at not in again] if again else row


def _covers(first: Word, second: Word) -> bool:
    """Tell whether a word lies on another one for the most part."""
    return 2 * (first.box[2] - second.box[0]) > second.box[2] - second.box[0]


def line_of(segments: tuple[Segment, ...], page: int, number: int) -> Line:
    """Return a line of segments, with its text."""
    return Line(segments, page, number, "  ".join([segment.text for segment in segments]))


def _segments(row: Sequence[Word], page: int, line: int, least: float) -> Iterator[Segment]:
    run = [row[0]]
    last = row[0]
    for word in row[1:]:
        gap = word.box[0] - last.box[2]
        # Most gaps are spaces: less than any column's between letters of one point.
        if gap > least and gap > least * last.height and gap > least * word.height:
            yield segment_of(run, page, line)
            run = []
        run.append(word)
        last = word
    yield segment_of(run, page, line)


def _closed_up(letters: Sequence[Word]) -> Word:
    """Return letters that stand apart as one word."""
    return letters[0]._replace(text="".join(one.text for one in letters), box=around(letters))


def segment_of(run: Sequence[Word], page: int, line: int) -> Segment:
    """Return a segment of words, with its text and box; words printed letter by letter are closed up."""
    if len(run) >= FEWEST and (whole := [_closed_up(run[one]) for one in words_of_letters(run)]):
        run = whole
    return Segment(tuple(run), page, line, " ".join([word.text for word in run]), around(run))

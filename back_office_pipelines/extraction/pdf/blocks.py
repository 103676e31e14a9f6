"""Blocks: segments that stand under one another at one left edge, as addresses do.

What belongs here: grouping, and what kind of text the lines of a block are. What does not: whose block it is
(`parties`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.words import Line, Segment, around

EDGE = 4.0
"""Points by which left edges of one block may differ."""
SAME_EDGE = 1.5
"""Points by which right edges, or middles, of one block may differ."""
LARGER = 1.4
"""Height of print, beside that of the line above, from which on a line is a heading and begins a block."""
LINE_GAP = 2.1
"""Distance of base lines, in heights of print, within a block."""
MOST_LINES = 12
POSTCODE = re.compile(
    r"(?<![\d-])(?:[A-Z]{1,2}[ -])?\d{4,5}(?:\s?[A-Z]{2}(?![A-Za-z]))?,?\s*[^\W\d_]{2}"
    r"|(?<![A-Za-z])[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?(?!\d)|(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}(?!\w)"
)
STREET = re.compile(
    r"stra(?:ß|ss)e|str\.|weg\b|platz\b|allee\b|gasse\b|ring\b|ufer\b|damm\b|\brue\b|\bavenue\b|\bplace\b|\bboulevard\b"
    r"|\bbd\b|\bchemin\b|\bstreet\b|\bst\b|\broad\b|\brd\b|\bave\b|\blane\b|\bdrive\b|\bdr\b|\bblvd\b|\bvia\b|\bpiazza\b"
    r"|\bcalle\b|\bplaza\b|straat|laan\b|plein\b|postfach|p\.?\s?o\.? box|box \d",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"@|www\.|https?:|\btel\b|\btel\.|\bfon\b|\bfax\b|\bphone\b|\btelefon|\bmobil|\biban\b|\bbic\b|\bust\b|\bust-|\bvat\b|\btva\b"
    r"|\bsiret\b|\bsiren\b|\bkvk\b|\bbtw\b|\bhr[ab]\b|steuer|\bp\.?\s?iva\b|\bnif\b|\bcif\b|\bgln\b|\bmain:|\bbilling:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """Segments under one another.

    Attributes:
        segments: top to bottom.
    """

    segments: tuple[Segment, ...]

    @property
    def page(self) -> int:
        """Page from 1."""
        return self.segments[0].page

    @cached_property
    def box(self) -> Box:
        """Box around it."""
        return around([word for segment in self.segments for word in segment.words])

    @cached_property
    def is_address(self) -> bool:
        """Whether it has a line of a postal code and place, under a name."""
        return any(POSTCODE.search(segment.text) for segment in self.segments[1:6])

    @cached_property
    def contacts(self) -> int:
        """Number of lines that say how to reach or book a company."""
        return sum(bool(CONTACT.search(segment.text)) for segment in self.segments)


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks of a document, by page and place of their first line."""
    finished: list[list[Segment]] = []
    growing: list[list[Segment]] = []
    page = 0
    for line in lines:
        if line.page != page:
            finished, growing, page = [*finished, *growing], [], line.page
        for segment in line.segments:
            home = _home(growing, segment)
            if home is not None:
                home.append(segment)
            else:
                growing.append([segment])
        if len(growing) > MOST_LINES:
            near = [_is_near(run[-1], line) for run in growing]
            finished += [run for run, is_near in zip(growing, near, strict=True) if not is_near]
            growing = [run for run, is_near in zip(growing, near, strict=True) if is_near]
    runs = sorted([*finished, *growing], key=lambda run: (run[0].page, run[0].words[0].base, run[0].words[0].box[0]))
    return tuple(Block(tuple(run)) for run in runs)


def _home(growing: Sequence[list[Segment]], segment: Segment) -> list[Segment] | None:
    """Return the block that a segment goes on with: one at its left edge, else at its right edge or middle."""
    second = None
    for run in growing:
        last = run[-1]
        if not _continues(last, segment):
            continue
        if _at_left(last, segment):
            return run
        if second is None and _at_right_or_middle(last, segment):
            second = run
    return second


def _continues(last: Segment, segment: Segment) -> bool:
    above, word = last.words[0], segment.words[0]
    if word.height > LARGER * above.height:
        return False
    return 0 < word.base - above.base <= LINE_GAP * max(above.height, word.height, 1.0)


def _at_left(last: Segment, segment: Segment) -> bool:
    return abs(segment.words[0].box[0] - last.words[0].box[0]) <= EDGE


def _at_right_or_middle(last: Segment, segment: Segment) -> bool:
    left, right = segment.words[0].box[0], segment.words[-1].box[2]
    above, beyond = last.words[0].box[0], last.words[-1].box[2]
    return abs(right - beyond) <= SAME_EDGE or abs(left + right - above - beyond) <= 2 * SAME_EDGE


def _is_near(last: Segment, line: Line) -> bool:
    height = max(last.words[0].height, 1.0)
    return line.segments[0].words[0].base - last.words[0].base <= LINE_GAP * height * 1.5

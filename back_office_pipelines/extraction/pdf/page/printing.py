"""How the words of a page were printed and scanned: how far it lies aslant, and how wide its spaces are.

What belongs here: what neighbouring words tell of the whole page. What does not: lines and columns (`words`), and
pictures (`ocr`).

A text layer of recognition puts each word where the picture shows it. On a page scanned a little aslant a line of words
climbs or falls, by more than a line's height from edge to edge at one degree. Words that follow one another closely are
of one line; the median slope between them, each weighed by how far apart they are, is that of the page. Text that was
typeset has none. Typewriters and line printers leave spaces as wide as elsewhere the gaps between columns.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Protocol

NEAREST = 12.0
"""Points between the starts of two words from which on their base lines tell a slope."""
WIDEST_SPACE = 1.8
"""Heights of print between two words of one line."""
HIGHEST_STEP = 0.35
"""Heights of print by which the base lines of two neighbours on one line may differ."""
FEWEST = 20
"""Pairs of neighbours that a page must have."""
LOOKED_AT, SMALLEST_STEP, MANY = 300, 0.02, 0.25
"""Words that are looked at, points of base lines and share of heights from which on two words differ, and the share of
pairs of recognised words that do."""
LEAST, MOST = 0.0015, 0.05
"""Slopes that are made up for: a point from edge to edge, and about three degrees."""


class Printed(Protocol):
    """A word as it was printed."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, in points."""

    @property
    def base(self) -> float:
        """Height of its base line from the top of the page."""

    @property
    def height(self) -> float:
        """Height of its print."""


Pair = tuple[float, float, float, float]
"""From one word to the next: distance of starts, step of base lines, space, and height of print."""


def slope_and_space(words: Sequence[Printed], *, recognised: bool = False) -> tuple[float, float]:
    """Return the slope of a page and the usual space between its words.

    Args:
        words: in the order of the content.
        recognised: they were for sure; else they tell themselves.

    Returns:
        Points that base lines fall for each point to the right, and heights of print; 0 of both for typeset text.
    """
    if not (recognised or is_recognised(words)):
        return 0.0, 0.0
    pairs = list(_pairs(words))
    if len(pairs) < FEWEST:
        return 0.0, 0.0
    spaces = sorted(space / height for _, _, space, height in pairs)
    slope = _median(sorted((step / apart, apart) for apart, step, _, _ in pairs if apart >= NEAREST))
    return slope if LEAST <= abs(slope) <= MOST else 0.0, spaces[len(spaces) // 2]


def is_recognised(words: Sequence[Printed]) -> bool:
    """Tell whether words were recognised in a picture: many neighbours differ a little in base line or height.

    Of typeset words only a raised figure does.
    """
    pairs = [(one, other) for one, other in islice(pairwise(words), LOOKED_AT) if _are_neighbours(one, other)]
    uneven = sum(
        abs(other.base - one.base) > SMALLEST_STEP or abs(other.height - one.height) > SMALLEST_STEP * one.height
        for one, other in pairs
    )
    return uneven >= MANY * max(len(pairs), FEWEST)


def _are_neighbours(one: Printed, other: Printed) -> bool:
    """Tell whether two words follow one another closely on one line."""
    height = min(one.height, other.height)
    space, step = other.box[0] - one.box[2], other.base - one.base
    return -1.0 < space < WIDEST_SPACE * height and abs(step) < HIGHEST_STEP * height


def _pairs(words: Sequence[Printed]) -> Iterator[Pair]:
    """Yield each two words that follow one another closely on one line."""
    for one, other in pairwise(words):
        if _are_neighbours(one, other):
            height = max(min(one.height, other.height), 1.0)
            yield other.box[0] - one.box[0], other.base - one.base, other.box[0] - one.box[2], height


def _median(told: Sequence[tuple[float, float]]) -> float:
    """Return the value at half of the sum of weights, 0 of none."""
    half = sum(weight for _, weight in told) / 2
    for value, weight in told:
        half -= weight
        if half <= 0:
            return value
    return 0.0

"""Recognised text as lines of words, with places in points: what `pdf.page.words` gives for a text layer.

What belongs here: pieces to words, the slant of a photograph taken out, pixels to points. What does not: recognition
(`engine`), turning (`turning`), and where pictures come from (`images`, `pdf.page.scanned`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE, Piece
from back_office_pipelines.extraction.ocr.turning import read_upright
from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SCANNED = 10
"""Pages of a document that are recognised, some seconds each; what follows is a finding, never silence."""
LONG_PIECE = 8
"""Characters from which on a piece tells the slant of its page."""
BASE_LINE = 0.8
"""Where letters stand in the box of a recognised piece, from its top."""


@dataclass(frozen=True)
class ScannedPage:
    """One page as recognised: its lines stand upright, its size and turn lead back to the page as it came.

    Attributes:
        lines: in points, upright.
        turn: degrees, counter-clockwise, by which the page was turned.
        width, height: of the page as it came, in points.
    """

    lines: tuple[Line, ...]
    turn: int
    width: float
    height: float


def scan(picture: "Image", number: int, points: tuple[float, float]) -> ScannedPage:
    """Read one picture.

    Args:
        picture: RGB.
        number: page from 1.
        points: width and height of the picture in points.
    """
    width, height = points
    longest = max(picture.size)
    if longest > LONGEST_SIDE:
        share = LONGEST_SIDE / longest
        picture = picture.resize((max(1, round(picture.width * share)), max(1, round(picture.height * share))))
    upright = read_upright(picture)
    scale = width / picture.width, height / picture.height
    if upright.turn in (90, 270):
        scale = scale[1], scale[0]
    slant = _slant(upright.pieces)
    words = tuple(word for piece in upright.pieces for word in _words(piece, scale, slant))
    return ScannedPage(lines_of(words, number), upright.turn, width, height)


def _slant(pieces: Sequence[Piece]) -> float:
    """Return the tangent of the angle by which the lines of a picture slope; 0 where too little text tells."""
    slopes = []
    for piece in pieces:
        (x0, y0), (x1, y1), _, _ = piece.corners
        if len(piece.text) >= LONG_PIECE and x1 > x0:
            slopes.append((y1 - y0) / (x1 - x0))
    return median(slopes) if len(slopes) >= 3 else 0.0


def _words(piece: Piece, scale: tuple[float, float], slant: float) -> Iterator[Word]:
    """Yield the words of a piece; they share its width by their characters, and its base line."""
    xs = [x * scale[0] for x, _ in piece.corners]
    ys = [y * scale[1] for _, y in piece.corners]
    left, right, top = min(xs), max(xs), min(ys)
    middle = sum(ys) / 4 - slant * sum(xs) / 4
    height = math.dist((xs[0], ys[0]), (xs[3], ys[3]))
    base = middle + (BASE_LINE - 0.5) * height
    step = (right - left) / max(len(piece.text), 1)
    slope = (ys[1] - ys[0]) / max(right - left, 1.0)
    offset = 0
    for text in piece.text.split():
        start = piece.text.index(text, offset)
        offset = start + len(text)
        x0, x1 = left + start * step, left + offset * step
        shift = slope * ((x0 + x1) / 2 - left) if slope > 0 else slope * ((x0 + x1) / 2 - right)
        yield Word(text, (x0, top + shift, x1, top + shift + height), base, height, piece.score)

"""Pictures that lie on their side or stand on their head, and places on them.

What belongs here: which quarter turn makes a picture upright, and mapping boxes back. What does not: recognition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.ocr.engine import Piece, recognise

if TYPE_CHECKING:
    from PIL.Image import Image

TALL = 1.5
"""Height by width from which on a piece of text runs up or down the page."""
GOOD_SCORE = 0.85
"""Mean score of upright text, by characters; text on its head is read far worse."""
LEAST_CHARACTERS = 3


@dataclass(frozen=True)
class Upright:
    """What was read once the picture stood upright.

    Attributes:
        turn: degrees, counter-clockwise, by which the picture was turned: 0, 90, 180 or 270.
    """

    pieces: tuple[Piece, ...]
    turn: int


def read_upright(picture: "Image") -> Upright:
    """Read a picture, turned so that its text stands upright. A good first reading is the only one."""
    first = Upright(recognise(picture), 0)
    telling = [piece for piece in first.pieces if len(piece.text) >= LEAST_CHARACTERS]
    if not telling:
        return first
    lying = sum(map(_is_tall, telling)) > len(telling) / 2
    if not lying and mean_score(telling) >= GOOD_SCORE:
        return first
    readings = [first]
    for turn in (90, 270) if lying else (180,):
        readings.append(Upright(recognise(picture.rotate(turn, expand=True)), turn))
        if mean_score(readings[-1].pieces) >= GOOD_SCORE and len(readings[-1].pieces) * 2 > len(telling):
            break
    return max(readings, key=lambda reading: _legible(reading.pieces))


def mean_score(pieces: Sequence[Piece]) -> float:
    """Return the mean score of some pieces, weighted by their characters; 0 without any."""
    characters = sum(len(piece.text) for piece in pieces)
    return sum(piece.score * len(piece.text) for piece in pieces) / characters if characters else 0.0


def turned_back(box: Box, turn: int, width: float, height: float) -> Box:
    """Return a box of an upright picture as a box of the picture as it came.

    Args:
        box: place on the upright picture.
        turn: degrees by which it was turned to stand upright.
        width: of the picture as it came, in the unit of the box.
        height: of the picture as it came.
    """
    x0, top, x1, bottom = box
    if turn == 90:
        return width - bottom, x0, width - top, x1
    if turn == 180:
        return width - x1, height - bottom, width - x0, height - top
    if turn == 270:
        return top, height - x1, bottom, height - x0
    return box


def _legible(pieces: Sequence[Piece]) -> float:
    """Characters that stand in lines across the page, each by its score."""
    return sum(len(piece.text) * piece.score for piece in pieces if not _is_tall(piece))


def _is_tall(piece: Piece) -> bool:
    (x0, y0), _, (x1, y1), _ = piece.corners
    return abs(y1 - y0) >= TALL * abs(x1 - x0)

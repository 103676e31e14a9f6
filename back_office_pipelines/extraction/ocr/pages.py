"""Recognised text as lines of words, with places in points: what `pdf.words` gives for a text layer.

What belongs here: pieces to words, the slant of a photograph taken out, pixels to points. What does not: recognition
(`engine`), turning (`turning`), and where pictures come from (`images`, `pdf.scanned`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction, FieldValue, Finding, Place
from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE, Piece
from back_office_pipelines.extraction.ocr.turning import read_upright, turned_back
from back_office_pipelines.extraction.pdf.headings.heading import Heading
from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of
from back_office_pipelines.extraction.pdf.several import read_documents

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


def read_lines(
    lines: Sequence[Line],
    heading: Heading | None,
    pages: int,
    dictionary: Dictionary,
    skipped: Sequence[int],
    memory: Memory = NOTHING,
) -> Extraction:
    """Return what recognised lines give, with a finding for the pages that were not recognised.

    Args:
        lines: upright lines of all pages.
        heading: the one of the first page that decides, None where none does.
        pages: number of pages of the document.
        dictionary: the lane.
        skipped: numbers of pages beyond the limit.
        memory: what people's corrections taught.
    """
    if lines:
        extraction = read_documents(lines, heading, pages, dictionary, memory)
    else:
        detail = "the document has no text layer, and no text can be recognised on its pages; have it sent again"
        extraction = Extraction("unreadable", "UNREADABLE", detail, pages=pages)
    if not skipped:
        return extraction
    detail = (
        f"{len(skipped)} pages from page {skipped[0]} on are pictures beyond the {MOST_SCANNED} that are recognised"
    )
    return replace(extraction, findings=(*extraction.findings, Finding("LIMIT_EXCEEDED", detail)))


def as_scanned(extraction: Extraction, pages: dict[int, ScannedPage]) -> Extraction:
    """Return an extraction with the places of its values on the pages as they came, whichever way they lay.

    Args:
        extraction: read from the upright lines.
        pages: the recognised pages by number.
    """
    if not pages:
        return extraction
    records = tuple(
        replace(record, fields=tuple(_placed(value, pages) for value in record.fields)) for record in extraction.records
    )
    findings = tuple(
        replace(one, places=tuple(_turned(place, pages) for place in one.places)) if one.places else one
        for one in extraction.findings
    )
    return replace(extraction, records=records, findings=findings)


def _placed(value: FieldValue, pages: dict[int, ScannedPage]) -> FieldValue:
    grounds = value.grounds
    if grounds is not None and grounds.runner_up is not None:
        value = replace(value, grounds=replace(grounds, runner_up=_turned(grounds.runner_up, pages)))
    page = pages.get(value.page or 0)
    if page is None or value.box is None:
        return value
    return replace(value, box=turned_back(value.box, page.turn, page.width, page.height))


def _turned(place: Place, pages: dict[int, ScannedPage]) -> Place:
    page = pages.get(place.page)
    if page is None:
        return place
    return replace(place, box=turned_back(place.box, page.turn, page.width, page.height))


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

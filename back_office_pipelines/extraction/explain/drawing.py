"""A page with boxes on it and a margin beside it: what was taken, how sure, on what evidence, and what came next.

What belongs here: colours, lines and where a text of the margin goes. What does not: what is told (`sheets`), and the
page itself (`pages`). Nothing is written on the page: every text stands in the margin, at the height of its box, and a
line under the print leads to it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from back_office_pipelines.extraction.explain.lettering import Lettering, printable
from back_office_pipelines.extraction.explain.pages import page_picture
from back_office_pipelines.extraction.explain.sheets import Entry, Sheet
from back_office_pipelines.extraction.model import Box

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]
GREEN, AMBER, RED = (22, 138, 72), (214, 126, 0), (206, 38, 38)
VIOLET, INK, GREY, RULE, PAPER = (116, 62, 190), (28, 32, 38), (98, 106, 116), (216, 220, 226), (248, 249, 251)
SURE, UNSURE = 0.95, 0.6
"""Confidence from which on a box is green, and below which it is red."""
GUTTER, COLUMN, EDGE = 44, 620, 20
"""Pixels between page and texts, of a text's width, and around all of it."""
PAD, WIDTH, DASH, GAP = 3, 2, 7, 5
"""Pixels between a value and its outline, of the outline, of a dash, and between dashes."""
BAR, INDENT, BETWEEN, LEVEL = 5, 16, 12, 12
"""Pixels of an entry's coloured bar, from there to its text, between two entries, and down to where a line meets it."""
LEGEND = (
    (GREEN, f"{SURE} and above"), (AMBER, f"{UNSURE} to {SURE}"), (RED, f"below {UNSURE}"), (VIOLET, "not taken")
)  # fmt: skip


def colour_of(confidence: float | None) -> Colour:
    """Return the colour of a value; that of the runners-up for what was not taken."""
    if confidence is None:
        return VIOLET
    return GREEN if confidence >= SURE else AMBER if confidence >= UNSURE else RED


def draw_page(content: bytes, sheet: Sheet) -> bytes:
    """Return a page of a document as PNG, with everything that is told of it. Errors as of `page_picture`."""
    page, scale = page_picture(content, sheet.page)
    picture = annotated(page, scale, sheet)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def annotated(page: "Image", scale: float, sheet: Sheet) -> "Image":
    """Return a picture of a page with its margin; the page stands in it at the top left, in its own size.

    Args:
        page: RGB.
        scale: its pixels a point.
        sheet: what is told of it.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  heavy: only those who look at pages load it

    letters = Lettering(COLUMN - INDENT)
    told = sorted((_Told(entry, letters) for entry in sheet.entries), key=lambda one: one.at)
    first = _heading_height(sheet, letters)
    height = max(page.height, first + sum(one.height + BETWEEN for one in told) + EDGE)
    picture = Image.new("RGB", (page.width + GUTTER + COLUMN + 2 * EDGE, height), PAPER)
    picture.paste(page, (0, 0))
    draw = ImageDraw.Draw(picture)
    draw.line([(page.width, 0), (page.width, height)], RULE)
    left = page.width + GUTTER + EDGE
    _draw_heading(draw, sheet, letters, left)
    for one, top in zip(told, _tops(told, scale, first, height - EDGE), strict=True):
        _draw_lead(draw, one, scale, page.width, (left, top))
        _draw_entry(draw, one, letters, (left, top))
    for entry in sorted(sheet.entries, key=lambda one: -(one.confidence or 0.0)):
        _draw_boxes(draw, entry, scale)  # of several values in one place, the least sure one is seen
    return picture


@dataclass(frozen=True)
class _Told:
    """An entry with its texts broken into lines."""

    entry: Entry
    letters: Lettering

    @property
    def at(self) -> float:
        """Height of its box on the page, in points; the page's top for an entry without one."""
        return 0.0 if self.entry.lead is None else self.entry.lead[3]

    @cached_property
    def lines(self) -> tuple[tuple[str, Colour], ...]:
        """Remarks under the title, with their colours."""
        texts = ((self.entry.note, GREY), (self.entry.other, VIOLET))
        return tuple((line, colour) for text, colour in texts for line in self.letters.small_lines(text))

    @property
    def height(self) -> int:
        return self.letters.title_step + len(self.lines) * self.letters.small_step


def _tops(told: Sequence[_Told], scale: float, first: int, last: int) -> list[int]:
    """Return where each entry begins: beside its box where there is room, else as near as the others let it."""
    tops: list[int] = []
    free = first
    for one in told:
        tops.append(max(free, round(one.at * scale) + PAD - LEVEL))
        free = tops[-1] + one.height + BETWEEN
    end = last
    for index in reversed(range(len(told))):
        tops[index] = min(tops[index], end - told[index].height)
        end = tops[index] - BETWEEN
    return tops


def _heading_height(sheet: Sheet, letters: Lettering) -> int:
    return EDGE + (len(sheet.heading) + 1) * letters.title_step + 2 * BETWEEN


def _draw_heading(draw: "ImageDraw", sheet: Sheet, letters: Lettering, left: int) -> None:
    top = EDGE
    for number, text in enumerate(sheet.heading):
        draw.text((left, top), letters.cut(printable(text)), INK if number == 0 else GREY, letters.title)
        top += letters.title_step
    across = left
    for colour, text in LEGEND:
        draw.rectangle((across, top + 5, across + 12, top + 17), None if colour == VIOLET else colour, colour)
        draw.text((across + 20, top + 3), text, GREY, letters.small)
        across += 20 + round(letters.small.getlength(text)) + 26
    top += letters.title_step + BETWEEN // 2
    draw.line([(left, top), (left + COLUMN, top)], RULE)


def _draw_entry(draw: "ImageDraw", one: _Told, letters: Lettering, corner: tuple[int, int]) -> None:
    left, top = corner
    entry = one.entry
    colour = colour_of(entry.confidence)
    draw.rectangle((left, top, left + BAR, top + one.height - 2), colour)
    across = left + INDENT
    sure = "" if entry.confidence is None else f"{entry.confidence:.3f}"
    right = left + COLUMN - round(letters.title.getlength(sure))
    draw.text((right, top), sure, colour, letters.title)
    title = printable(entry.title)
    draw.text((across, top), letters.cut(title), GREY if entry.text else INK, letters.title)
    after = across + round(letters.title.getlength(title)) + 14
    draw.text((after, top), letters.cut(printable(entry.text), right - 12 - after), INK, letters.title)
    for number, (text, tint) in enumerate(one.lines):
        draw.text((across, top + letters.title_step + number * letters.small_step), text, tint, letters.small)


def _draw_lead(draw: "ImageDraw", one: _Told, scale: float, edge: int, corner: tuple[int, int]) -> None:
    """Draw the lines from the boxes of an entry to its text: under the print to the page's edge, then across."""
    left, top = corner
    if one.entry.taken and one.entry.lead is not None:
        _, _, right, bottom = _outline(one.entry.lead, scale)
        draw.line([(right, bottom), (edge, bottom), (left - 4, top + LEVEL)], _pale(colour_of(one.entry.confidence)))
    for box in one.entry.passed_over:
        _, _, right, bottom = _outline(box, scale)
        low = left - 4, top + one.height - LEVEL
        _dashed(draw, (right, bottom), (edge, bottom), _pale(VIOLET), 1)
        _dashed(draw, (edge, bottom), low, _pale(VIOLET), 1)


def _draw_boxes(draw: "ImageDraw", entry: Entry, scale: float) -> None:
    for outline in entry.taken:
        draw.rectangle(_outline(outline.box, scale), None, colour_of(outline.confidence), WIDTH)
    for box in entry.passed_over:
        x0, y0, x1, y1 = _outline(box, scale)
        for start, end in (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x0, y1), (x1, y1)), ((x0, y0), (x0, y1))):
            _dashed(draw, start, end, VIOLET, WIDTH)


def _outline(box: Box, scale: float) -> tuple[int, int, int, int]:
    x0, top, x1, bottom = (round(edge * scale) for edge in box)
    left, right = sorted((x0, x1))
    above, below = sorted((top, bottom))
    return left - PAD, above - PAD, right + PAD, below + PAD


def _pale(colour: Colour) -> Colour:
    """Return a colour as it looks half transparent on white."""
    red, green, blue = ((one + 2 * 255) // 3 for one in colour)
    return red, green, blue


def _dashed(draw: "ImageDraw", start: tuple[int, int], end: tuple[int, int], colour: Colour, width: int) -> None:
    (x0, y0), (x1, y1) = start, end
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1.0)
    at = 0.0
    while at < length:
        first, last = at / length, min(at + DASH, length) / length
        points = [(x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in (first, last)]
        draw.line(points, colour, width)
        at += DASH + GAP

"""The text layer of a page: characters of pdfium as words, and these as lines.

What belongs here: characters to words, those beside the page left out, and what the layer says of how it was written.
What does not: lines and segments (`words`), what is typed onto a page (`typed`), and pictures of it (`scanned`).
"""

import ctypes
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, starmap
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from back_office_pipelines.extraction.pdf.page.typed import open_page
from back_office_pipelines.extraction.pdf.page.words import LINE_SHIFT, Line, Word, straight_lines_of

WORD_GAP = 0.28
"""Gap between two characters, in font heights, from which on they belong to two words."""
TURNS = (0, 90, 270, 180)
"""Quarter turns, counter-clockwise, that are tried until text stands upright."""
SLANT = 0.05
"""Angle, in radians, from which on a character belongs to a stamp or margin note and is left out."""
WIDEST = 0.62
"""Mean width of a character, in font heights, up to which a run without a space is one word for sure."""
RUN = re.compile(r"[^\s\0\x02\ufffe\uffff]+")
"""Characters that no kind of space divides."""
WITHOUT_GLYPHS = b"GlyphLessFont"
"""Font of the text layers of Tesseract: a word and the space after it are stretched over the place of the word."""
MOST_WORDS, EQUAL = 12, 0.1
"""Words that tell it, and the share by which a space and a letter of it differ at most."""
MOST_CHARACTERS = 60_000
"""Characters of a page that are looked at; no invoice page comes near."""


def _bare(function: Any) -> Any:
    """Return a function (text page, index, addresses of results) of pdfium that takes numbers only: half the time."""
    plain = ctypes.CFUNCTYPE(
        function.restype, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * (len(function.argtypes) - 2)
    )
    return plain(ctypes.cast(function, ctypes.c_void_p).value or 0)


_box_of = _bare(pdfium_c.FPDFText_GetLooseCharBox)
_origin_of = _bare(pdfium_c.FPDFText_GetCharOrigin)
_angle_of = _bare(pdfium_c.FPDFText_GetCharAngle)


def page_lines(document: pdfium.PdfDocument, index: int) -> tuple[Line, ...]:
    """Return the lines of one page, as `upright_lines`, wherever on the page they stand."""
    return upright_lines(document, index).lines


class Layer(NamedTuple):
    """The text layer of one page.

    Attributes:
        lines: top to bottom.
        turn: degrees, counter-clockwise, by which the page as it is shown was turned.
        whole: all of it was looked at.
    """

    lines: tuple[Line, ...]
    turn: int = 0
    whole: bool = True


def upright_lines(document: pdfium.PdfDocument, index: int) -> Layer:
    """Return the lines of one page; none where the page has no text layer. Closes the page.

    Where no text of a page stands upright, the page is turned until some does. Places are then on the turned page.
    """
    page = open_page(document, index)
    try:
        textpage = page.get_textpage()
        try:
            frame = _Frame.of(page)
            for turn in TURNS:
                characters = _Characters(textpage, frame.turned(turn))
                words = characters.frame.shown_of(_words(characters))
                if words:
                    lines = straight_lines_of(words, index + 1, recognised=characters.recognised)
                    return Layer(lines, turn, characters.whole_page)
        finally:
            textpage.close()
    finally:
        page.close()
    return Layer(())


@dataclass(frozen=True)
class _Frame:
    """How a page's own coordinates become those of the page as shown."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> "_Frame":
        left, bottom, right, top = page.get_bbox()  # the boxes of a page may be those of its parents
        return cls(left, bottom, right - left, top - bottom, page.get_rotation())

    def turned(self, turn: int) -> "_Frame":
        """Return the frame of the page turned by some degrees, counter-clockwise."""
        return replace(self, rotation=(self.rotation - turn) % 360) if turn else self

    def shown_of(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Return the words whose middle is on the page: what lies beside it nobody sees."""
        size = (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)
        right, bottom = 2 * size[0], 2 * size[1]
        return tuple(
            word
            for word in words
            if 0 <= word.box[0] + word.box[2] <= right and 0 <= word.box[1] + word.box[3] <= bottom
        )

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """Return a point from the top left of the page as shown."""
        across, up = x - self.left, y - self.bottom
        if self.rotation == 90:
            return up, across
        if self.rotation == 180:
            return self.width - across, up
        if self.rotation == 270:
            return self.height - up, self.width - across
        return across, self.height - up


class _Character(NamedTuple):
    """One character with its box and the height of its base line, as the page is shown."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float


class _Characters:
    """The characters of a page: their texts at once, their places only where asked for, since each costs a call.

    Attributes:
        whole_page: all characters of the page are among them.
        recognised: the words are written in the font of recognition, each too narrow by its share of a space.
    """

    def __init__(self, textpage: pdfium.PdfTextPage, frame: _Frame) -> None:
        self.raw, self.frame = textpage.raw, frame
        self.address = ctypes.cast(textpage.raw, ctypes.c_void_p).value
        self._left, self._top = frame.left, frame.bottom + frame.height
        count = pdfium_c.FPDFText_CountChars(self.raw)
        self.whole_page = count <= MOST_CHARACTERS
        self.texts = self._texts(min(count, MOST_CHARACTERS))
        self._box = pdfium_c.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._results = ctypes.addressof(self._box), ctypes.addressof(self._x), ctypes.addressof(self._y)
        self.recognised = self._is_stretched()

    def _texts(self, count: int) -> str:
        """Return the characters in the order of the content: in one call, unless some have no text of one unit."""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium_c.FPDFText_GetText(self.raw, 0, count, buffer) - 1
        text = bytes(buffer)[: 2 * max(written, 0)].decode("utf-16-le", "replace")
        if len(text) == count:
            return text.replace("\0", " ")
        unicode_of, raw = pdfium_c.FPDFText_GetUnicode, self.raw
        return "".join(chr(unicode_of(raw, index) or 0x20) for index in range(count))

    def _is_stretched(self) -> bool:
        """Tell whether the first words are written in the font of recognition, each too narrow by its share of a space.

        Others write layers in that font as well, each word as wide as it is: there a space is not as wide as a letter.
        """
        name = ctypes.create_string_buffer(len(WITHOUT_GLYPHS) + 1)
        words = [reach for reach in islice(self.runs(), MOST_WORDS) if reach[1] < len(self.texts)]
        if not words:
            return False
        pdfium_c.FPDFText_GetFontInfo(self.raw, words[0][0], name, len(name), None)
        return name.value == WITHOUT_GLYPHS and 2 * sum(starmap(self._has_equal_space, words)) > len(words)

    def _has_equal_space(self, start: int, end: int) -> bool:
        """Tell whether the space after a word is as wide as its letters, which the font makes all the same."""
        letter, space = self._width(start), self._width(end)
        return abs(space - letter) <= EQUAL * letter

    def _width(self, index: int) -> float:
        _box_of(self.address, index, self._results[0])
        box = self._box
        return float(box.top - box.bottom if self.frame.rotation in (90, 270) else box.right - box.left)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of the characters that no kind of space divides."""
        return (match.span() for match in RUN.finditer(self.texts))

    def place(self, index: int) -> _Character:
        """Return one character with its place."""
        if self.frame.rotation == 0:
            return _Character(self.texts[index], *self._upright(index))
        box, shown, (at_box, at_x, at_y) = self._box, self.frame.shown, self._results
        _box_of(self.address, index, at_box)
        _origin_of(self.address, index, at_x, at_y)
        ax, ay = shown(box.left, box.top)
        bx, by = shown(box.right, box.bottom)
        base = shown(self._x.value, self._y.value)[1]
        return _Character(self.texts[index], min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), base)

    def whole(self, start: int, end: int) -> Word | None:
        """Return a run as one word where its ends alone tell that it is one, else None.

        They stand on one base line, and no further apart than letters are wide.
        """
        if self.frame.rotation:
            first, last = self.place(start), self.place(end - 1)
            left, top, bottom, base = first.x0, first.top, first.bottom, first.base
            right, last_top, last_bottom, last_base = last.x1, last.top, last.bottom, last.base
        else:
            left, top, right, bottom, base = self._upright(start)
            last_top, last_bottom, last_base = top, bottom, base
            if end - start > 1:
                _box_of(self.address, end - 1, self._results[0])
                box, y = self._box, self._top
                right, last_top, last_bottom = box.right - self._left, y - box.top, y - box.bottom
                if last_top != top or last_bottom != bottom:  # one print on one base line need not be asked for
                    last_base = self._upright(end - 1)[4]
        height = max(bottom - top, 1.0)
        if abs(last_base - base) > LINE_SHIFT * height or not 0 <= right - left <= WIDEST * height * (end - start):
            return None
        top, bottom = min(top, last_top), max(bottom, last_bottom)
        if self.recognised:
            right += (right - left) / (end - start)
        return Word(self.texts[start:end], (left, top, right, bottom), base, bottom - top)

    def _upright(self, index: int) -> tuple[float, float, float, float, float]:
        """Return left, top, right, bottom and base line of a character of an unrotated page."""
        box, (at_box, at_x, at_y) = self._box, self._results
        _box_of(self.address, index, at_box)
        _origin_of(self.address, index, at_x, at_y)
        x, y = self._left, self._top
        return box.left - x, y - box.top, box.right - x, y - box.bottom, y - self._y.value

    def slanted(self, index: int) -> bool:
        """Tell whether a character does not stand upright on the page as it is shown."""
        angle: float = _angle_of(self.address, index)  # clockwise, on the page before its rotation
        if not angle and not self.frame.rotation:
            return False
        return SLANT < (angle + math.radians(self.frame.rotation)) % (2 * math.pi) < 2 * math.pi - SLANT


def _words(characters: _Characters) -> Iterator[Word]:
    for start, end in characters.runs():
        if characters.slanted(start):
            continue
        word = characters.whole(start, end)
        if word is not None:
            yield word
        else:
            yield from _divided([characters.place(index) for index in range(start, end)])


def _divided(characters: Sequence[_Character]) -> Iterator[Word]:
    """Yield the words of a run that gaps or steps divide though no space stands in it."""
    run = [characters[0]]
    for character in characters[1:]:
        if _breaks(run[-1], character):
            yield _word(run)
            run = []
        run.append(character)
    yield _word(run)


def _breaks(last: _Character, character: _Character) -> bool:
    """Tell whether a character starts a new word though no space stands before it."""
    height = max(last.bottom - last.top, 1.0)
    apart = character.x0 - last.x1 > WORD_GAP * height or character.x1 < last.x0
    return apart or abs(character.base - last.base) > LINE_SHIFT * height


def _word(run: Sequence[_Character]) -> Word:
    top, bottom = min(c.top for c in run), max(c.bottom for c in run)
    box = (min(c.x0 for c in run), top, max(c.x1 for c in run), bottom)
    return Word("".join(c.text for c in run), box, run[0].base, bottom - top)

"""Letters of the margin: Pillow's own font, which is there wherever Pillow is, and has the letters of ASCII.

What belongs here: sizes, breaking and cutting texts, and other letters spelt with those the font has. What does not:
where a text goes (`drawing`). The page beside the text shows every letter as it is.
"""

import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SPELT: Mapping[str, str] = {
    "\u20ac": "EUR ", "\u00a3": "GBP ", "\u00a5": "YEN ", "\u00df": "ss", "\u00e6": "ae", "\u00c6": "AE", "\u00f8": "o",
    "\u00d8": "O", "\u0153": "oe", "\u0152": "OE", "\u0142": "l", "\u0141": "L", "\u0131": "i", "\u0111": "d",
    "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2022": "*", "\u00b7": "*", "\u00b0": "o",
}  # fmt: skip
"""Letters and signs that do not fall apart into those of the font."""
MOST_LINES = 3
"""Lines of one remark; the rest is left out, and three dots say so."""


def printable(text: str) -> str:
    """Return a text in the letters of the font: without accents, and "?" for every letter of another script."""
    spelt = "".join(SPELT.get(letter, letter) for letter in text)
    bare = "".join(one for one in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(one))
    return "".join(one if " " <= one <= "~" else " " if one.isspace() else "?" for one in bare)


class Lettering:
    """The two sizes of letters in a margin.

    Args:
        width: pixels that a line has.
    """

    title_size, small_size = 21, 17
    title_step, small_step = 27, 21

    def __init__(self, width: int) -> None:
        self.width = width

    @cached_property
    def title(self) -> "FreeTypeFont":
        """Letters of titles and values."""
        return _font(self.title_size)

    @cached_property
    def small(self) -> "FreeTypeFont":
        """Letters of remarks."""
        return _font(self.small_size)

    def cut(self, text: str, width: int | None = None) -> str:
        """Return as much of a title as a line has room for."""
        room = self.width if width is None else width
        if self.title.getlength(text) <= room:
            return text
        while text and self.title.getlength(f"{text}...") > room:
            text = text[:-1]
        return f"{text}..."

    def small_lines(self, text: str) -> list[str]:
        """Return a remark as lines; a word longer than a line is broken."""
        lines: list[str] = []
        line = ""
        for word in printable(text).split():
            if line and self.small.getlength(f"{line} {word}") > self.width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
            while self.small.getlength(line) > self.width:
                room = next(
                    end for end in range(len(line) - 1, 0, -1) if self.small.getlength(line[:end]) <= self.width
                )
                lines.append(line[:room])
                line = line[room:]
        lines += [line] if line else []
        return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][:-3]}..."]


def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415  heavy: only those who look at pages load it

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - Pillow gives the other kind only without FreeType
    return font

"""A sheet to draw on: text, paragraphs, rules and boxes, measured in points from the top left.

What belongs here: what every layout needs from the PDF library, and what keeps its output the same byte by byte. What
does not: tables (`tables`) and where anything stands (`heads`, `openings`, `closings`).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "right", "center"]
INK = black
PAPER = white
GREY = HexColor("#5c5c5c")
PALE = HexColor("#f1f2f4")
LINE = HexColor("#b9bcc2")


@dataclass(frozen=True)
class Face:
    """A family of letters; all of them cover western Europe."""

    regular: str
    bold: str
    italic: str


FACES: Mapping[str, Face] = {
    "sans": Face("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "serif": Face("Times-Roman", "Times-Bold", "Times-Italic"),
    "mono": Face("Courier", "Courier-Bold", "Courier-Oblique"),
    "vera": Face("Vera", "VeraBd", "VeraIt"),
}
SMALLEST = 4.5


@cache
def face_of(name: str) -> Face:
    """Return a family of letters; `vera` is embedded in the file, the others every reader has."""
    face = FACES[name]
    if name == "vera":
        for font in (face.regular, face.bold, face.italic):
            registerFont(TTFont(font, f"{font}.ttf"))
    return face


@dataclass(frozen=True)
class Pen:
    """How a text is set."""

    size: float = 9
    bold: bool = False
    italic: bool = False
    align: Align = "left"
    colour: Color = INK
    leading: float = 1.35

    @property
    def step(self) -> float:
        """Distance from one line to the next."""
        return self.size * self.leading


class Sheet:
    """Pages of one size in one family of fonts."""

    def __init__(self, size: tuple[float, float], face: Face, title: str, author: str) -> None:
        self.width, self.height = size
        self.face = face
        self.page = 1
        self._buffer = io.BytesIO()
        # Fixed dates and no compression: the same bytes every time, whatever zlib the machine has.
        self.canvas = Canvas(self._buffer, pagesize=size, invariant=1, pageCompression=0, pdfVersion=(1, 7))
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setProducer("back-office-pipelines samples")
        self.canvas.setCreator("back-office-pipelines samples")

    def font(self, pen: Pen) -> str:
        """Return the name of the font a pen writes in."""
        if pen.bold:
            return self.face.bold
        return self.face.italic if pen.italic else self.face.regular

    def measure(self, text: str, pen: Pen) -> float:
        """Return how wide a text is."""
        return float(stringWidth(text, self.font(pen), pen.size))

    def split(self, text: str, width: float, pen: Pen) -> list[str]:
        """Break a text into lines that fit."""
        return list(simpleSplit(text, self.font(pen), pen.size, width))

    def fitting(self, text: str, width: float, pen: Pen) -> Pen:
        """Return the pen in a size at which a text fits a width."""
        wide = self.measure(text, pen)
        return pen if wide <= width else replace(pen, size=max(SMALLEST, pen.size * width / wide))

    def text(self, x: float, y: float, text: str, pen: Pen, width: float | None = None) -> None:
        """Write one line; `x` is its left end, right end or middle, `y` its baseline, `width` what it may take."""
        pen = pen if width is None else self.fitting(text, width, pen)
        self.canvas.setFont(self.font(pen), pen.size)
        self.canvas.setFillColor(pen.colour)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "center": self.canvas.drawCentredString,
        }[pen.align]
        draw(x, self.height - y, text)

    def lines(self, x: float, y: float, texts: list[str], pen: Pen) -> float:
        """Write lines one below the other and return the baseline that follows."""
        for text in texts:
            self.text(x, y, text, pen)
            y += pen.step
        return y

    def paragraph(self, x: float, y: float, width: float, text: str, pen: Pen) -> float:
        """Write a text broken to a width and return the baseline that follows."""
        return self.lines(x, y, self.split(text, width, pen), pen)

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, colour: Color = LINE, width: float = 0.6) -> None:
        """Draw a straight line."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Color | None = None, edge: Color | None = None
    ) -> None:
        """Draw a rectangle whose top left corner is at `x`, `y`."""
        if fill is not None:
            self.canvas.setFillColor(fill)
        if edge is not None:
            self.canvas.setStrokeColor(edge)
            self.canvas.setLineWidth(0.7)
        self.canvas.rect(
            x, self.height - y - height, width, height, stroke=int(edge is not None), fill=int(fill is not None)
        )

    def next_page(self) -> None:
        """Start a new page."""
        self.canvas.showPage()
        self.page += 1

    def to_bytes(self) -> bytes:
        """Finish the document."""
        self.canvas.save()
        return self._buffer.getvalue()

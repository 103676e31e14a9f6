"""The page under the pen: the sheet, what goes on it, and the space that is left between the margins.

What belongs here: what every block needs. What does not: any block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, A5, LETTER

from back_office_pipelines.samples.model import Party
from back_office_pipelines.samples.pages.printed import Pair, Printed
from back_office_pipelines.samples.pages.sheet import GREY, INK, Align, Pen, Sheet, face_of
from back_office_pipelines.samples.pages.style import Style

SIZES = {"a4": A4, "letter": LETTER, "a5": A5, "a4-wide": (A4[1], A4[0])}
FOOT_HEIGHT = {"columns": 78.0, "line": 54.0, "page": 40.0, "rule": 50.0}
SIDEBAR = 156.0


@dataclass
class Paper:
    """One document being drawn; the block that draws moves no edge but those it says it moves."""

    sheet: Sheet
    printed: Printed
    left: float
    right: float
    bottom: float

    @classmethod
    def of(cls, printed: Printed) -> "Paper":
        """Lay a fresh sheet under the pen."""
        style = printed.style
        title = f"{printed.title} {printed.bill.invoice.number}"
        sheet = Sheet(SIZES[style.page], face_of(style.face), title, printed.bill.seller.name)
        left = SIDEBAR + 24 if style.head == "side" else style.margin
        return cls(sheet, printed, left, sheet.width - style.margin, sheet.height - FOOT_HEIGHT[style.foot])

    @property
    def style(self) -> Style:
        """How the sender's paper looks."""
        return self.printed.style

    @property
    def size(self) -> float:
        """Size of the body in points."""
        return self.style.size

    @property
    def step(self) -> float:
        """Distance between lines of the body."""
        return self.size * 1.38

    @property
    def width(self) -> float:
        """Space between the margins."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Middle between the margins."""
        return (self.left + self.right) / 2

    @property
    def colour(self) -> Color:
        """Colour of the house."""
        return HexColor(self.style.colour)

    def pen(self, scale: float = 1.0, *, bold: bool = False, italic: bool = False, align: Align = "left") -> Pen:
        """Return a pen relative to the body."""
        return Pen(self.size * scale, bold=bold, italic=italic, align=align)

    def grey(self, scale: float = 0.85, align: Align = "left") -> Pen:
        """Return a pen for what is said by the way."""
        return Pen(self.size * scale, align=align, colour=GREY)

    def tinted(self, scale: float = 1.0, *, bold: bool = True, align: Align = "left") -> Pen:
        """Return a pen in the colour of the house."""
        return Pen(self.size * scale, bold=bold, align=align, colour=self.colour)

    def caption(self, text: str) -> str:
        """Return a caption as this style writes it."""
        return text.upper() if "upper" in self.style.shows else self.printed.label(text)

    def lines(self, x: float, y: float, texts: Sequence[str], pen: Pen, width: float) -> float:
        """Write lines of an address and the like, each made to fit, and return the baseline that follows."""
        for text in texts:
            self.sheet.text(x, y, text, pen, width)
            y += pen.step
        return y

    def pairs(self, x: float, y: float, pairs: Sequence[Pair], widths: tuple[float, float], pen: Pen) -> float:
        """Write labels and, beside them, values; return the baseline that follows."""
        for label, value in pairs:
            self.sheet.text(x, y, self.printed.label(label), pen, widths[0] - 4)
            self.sheet.text(x + widths[0], y, value, Pen(pen.size, colour=INK), widths[1])
            y += pen.step
        return y

    def address(self, party: Party) -> list[str]:
        """Return the lines below a party's name."""
        abroad = party.country != self.printed.bill.seller.country or "country" in self.style.shows
        return [party.street, party.place, *([self.printed.country(party.country)] if abroad else [])]

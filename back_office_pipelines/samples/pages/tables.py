"""Tables on a sheet: columns as wide as their content, wrapped descriptions, heads repeated on every page.

What belongs here: the item table of any layout. What does not: the words in it (`printed`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib.colors import Color

from back_office_pipelines.samples.model import Column
from back_office_pipelines.samples.pages.paper import Paper
from back_office_pipelines.samples.pages.printed import Row
from back_office_pipelines.samples.pages.sheet import GREY, INK, LINE, PALE, PAPER, Align, Pen

RIGHT: frozenset[Column] = frozenset({"quantity", "unit_price", "discount", "tax_rate", "line_net"})
FLEXIBLE: Column = "description"
NARROWEST = 96.0
"""Points a description needs; a table that leaves less is set smaller."""


@dataclass(frozen=True)
class Look:
    """How a table is dressed.

    Attributes:
        head_fill: background of the head.
        head_ink: colour of the head's words.
        head_rule: line below the head.
        rules: lines between rows.
        grid: frame around the table and lines between columns.
        to_bottom: whether frame and columns reach down to the foot of the page.
        stripe: background of every second row.
        dashes: rules made of typed dashes.
    """

    head_fill: Color | None = None
    head_ink: Color = INK
    head_rule: Color | None = None
    rules: bool = False
    grid: bool = False
    to_bottom: bool = False
    stripe: Color | None = None
    dashes: bool = False
    pad: float = 5


def look_of(paper: Paper) -> Look:
    """Return the dress of the style's table."""
    colour = paper.colour
    return {
        "plain": Look(head_rule=colour),
        "rules": Look(head_rule=INK, rules=True),
        "grid": Look(head_fill=PALE, grid=True, rules=True),
        "stripes": Look(head_ink=colour, head_rule=colour, stripe=PALE, pad=6),
        "filled": Look(head_fill=colour, head_ink=PAPER, rules=True, pad=4),
        "columns": Look(head_fill=LINE, grid=True, to_bottom=True, pad=4),
        "typed": Look(dashes=True, pad=3),
        "bare": Look(head_ink=GREY, pad=4),
    }[paper.style.table]


@dataclass(frozen=True)
class Slot:
    """A column with its place on the page."""

    column: Column
    heading: str
    left: float
    width: float

    @property
    def align(self) -> Align:
        """Numbers stand to the right."""
        return "right" if self.column in RIGHT else "left"

    def anchor(self, pad: float) -> float:
        """Return where text of this column is anchored."""
        return self.left + self.width - pad if self.align == "right" else self.left + pad


class ItemTable:
    """The item table of one document.

    Attributes:
        fresh_page: called when a page is full; starts the next one and returns where the table goes on.
    """

    def __init__(self, paper: Paper, fresh_page: Callable[[], float]) -> None:
        self.paper, self.sheet, self.look = paper, paper.sheet, look_of(paper)
        self.fresh_page = fresh_page
        self.size = paper.size
        self.slots = self._slots()
        while self._room() < NARROWEST and self.size > 5.5:
            self.size -= 0.5
            self.slots = self._slots()
        self.body = Pen(self.size)

    def draw(self, top: float, bottom: float, floor: float) -> float:
        """Draw head and rows from `top` down, never below `bottom`, and return where the table ends.

        Args:
            top: where the head begins.
            bottom: end of the space on every page.
            floor: how far down a table on its last page is ruled where its columns reach the bottom.
        """
        start, y = top, self._head(top)
        for at, row in enumerate(self.paper.printed.rows):
            height = self._height(row)
            if y + height > bottom:
                self._frame(start, bottom if self.look.to_bottom else y)
                start = self.fresh_page()
                y = self._head(start)
            self._row(row, y, height, striped=at % 2 == 1)
            y += height
        end = max(y, floor) if self.look.to_bottom else y
        self._frame(start, end)
        if self.look.dashes:
            self._dash(end + self.size)
            return end + self.size
        return end

    def _heading(self, column: Column) -> str:
        return self.paper.printed.words[column]

    def _slots(self) -> tuple[Slot, ...]:
        head, body = Pen(self.size, bold=True), Pen(self.size)
        widths = {}
        for column in self.paper.printed.columns:
            cells = [self.sheet.measure(row.cells[column], body) for row in self.paper.printed.rows]
            heading = self.sheet.measure(self._heading(column), head)
            widths[column] = max([heading, *cells]) + 2 * self.look.pad
        fixed = sum(width for column, width in widths.items() if column != FLEXIBLE)
        widths[FLEXIBLE] = self.paper.width - fixed
        slots, left = [], self.paper.left
        for column in self.paper.printed.columns:
            slots.append(Slot(column, self._heading(column), left, widths[column]))
            left += widths[column]
        return tuple(slots)

    def _room(self) -> float:
        return next(slot.width for slot in self.slots if slot.column == FLEXIBLE) - 2 * self.look.pad

    def _head(self, top: float) -> float:
        look, height = self.look, self.size * 2.2
        left, right = self.paper.left, self.paper.right
        if look.head_fill is not None:
            self.sheet.box(left, top, right - left, height, fill=look.head_fill)
        for slot in self.slots:
            pen = Pen(self.size, bold=True, align=slot.align, colour=look.head_ink)
            self.sheet.text(slot.anchor(look.pad), top + self.size * 1.42, slot.heading, pen)
        if look.head_rule is not None:
            self.sheet.rule(left, top + height, right, top + height, colour=look.head_rule, width=1.2)
        if look.dashes:
            self._dash(top + height)
            return top + height + self.size * 0.4
        return top + height

    def _dash(self, y: float) -> None:
        pen = Pen(self.size)
        count = int((self.paper.right - self.paper.left) / self.sheet.measure("-", pen))
        self.sheet.text(self.paper.left, y, "-" * count, pen)

    def _description(self, row: Row) -> list[str]:
        return self.sheet.split(row.cells[FLEXIBLE], self._room(), self.body)

    def _detail(self, row: Row) -> list[str]:
        return [line for text in row.detail for line in self.sheet.split(text, self._room(), self.body)]

    def _height(self, row: Row) -> float:
        count = len(self._description(row)) + len(self._detail(row))
        return count * self.body.step + self.size * 0.75

    def _row(self, row: Row, top: float, height: float, *, striped: bool) -> None:
        look, left, right = self.look, self.paper.left, self.paper.right
        if striped and look.stripe is not None:
            self.sheet.box(left, top, right - left, height, fill=look.stripe)
        baseline = top + self.size * 1.3
        for slot in self.slots:
            if slot.column == FLEXIBLE:
                y = self.sheet.lines(slot.left + look.pad, baseline, self._description(row), self.body)
                self.sheet.lines(slot.left + look.pad, y, self._detail(row), Pen(self.size, colour=GREY))
            else:
                pen = Pen(self.size, align=slot.align)
                self.sheet.text(slot.anchor(look.pad), baseline, row.cells[slot.column], pen)
        if look.rules:
            self.sheet.rule(left, top + height, right, top + height, colour=LINE, width=0.4)

    def _frame(self, top: float, bottom: float) -> None:
        if not self.look.grid:
            return
        left, right = self.paper.left, self.paper.right
        self.sheet.box(left, top, right - left, bottom - top, edge=INK)
        for slot in self.slots[1:]:
            self.sheet.rule(slot.left, top, slot.left, bottom, colour=INK, width=0.5)

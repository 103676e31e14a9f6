"""Tables on a sheet: columns as wide as their content, wrapped descriptions, heads repeated on every page.

What belongs here: tables of any layout. What does not: the words in them (`printed`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib.colors import Color

from back_office_pipelines.samples.drawing import GREY, INK, LINE, Align, Pen, Sheet
from back_office_pipelines.samples.model import Column
from back_office_pipelines.samples.printed import Printed, Row, TotalRow

RIGHT: frozenset[Column] = frozenset({"quantity", "unit_price", "tax_rate", "line_net"})
FLEXIBLE: Column = "description"
Span = tuple[float, float]
"""Left and right end."""


@dataclass(frozen=True)
class Look:
    """How a table is dressed.

    Attributes:
        head_fill: background of the head.
        head_ink: colour of the head's words.
        rules: lines between rows.
        grid: lines between columns and around the table.
        stripe: background of every second row.
    """

    size: float = 9
    head_fill: Color | None = None
    head_ink: Color = INK
    head_rule: Color | None = None
    rules: bool = True
    grid: bool = False
    stripe: Color | None = None
    pad: float = 5


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

    def __init__(self, sheet: Sheet, printed: Printed, look: Look, span: Span, fresh_page: Callable[[], float]) -> None:
        self.sheet, self.printed, self.look = sheet, printed, look
        self.left, self.width = span[0], span[1] - span[0]
        self.fresh_page = fresh_page
        self.slots = self._slots()
        self.body = Pen(look.size)

    def draw(self, top: float, bottom: float) -> float:
        """Draw head and rows from `top` down, never below `bottom`, and return where the table ends."""
        start, y = top, self._head(top)
        for at, row in enumerate(self.printed.rows):
            height = self._height(row)
            if y + height > bottom:
                self._frame(start, y)
                start = self.fresh_page()
                y = self._head(start)
            self._row(row, y, height, striped=at % 2 == 1)
            y += height
        self._frame(start, y)
        return y

    def _slots(self) -> tuple[Slot, ...]:
        head, body = Pen(self.look.size, bold=True), Pen(self.look.size)
        widths = {}
        for column, heading in self.printed.headings:
            cells = [self.sheet.measure(row.cells[column], body) for row in self.printed.rows]
            widths[column] = max([self.sheet.measure(heading, head), *cells]) + 2 * self.look.pad
        widths[FLEXIBLE] = self.width - sum(width for column, width in widths.items() if column != FLEXIBLE)
        slots, left = [], self.left
        for column, heading in self.printed.headings:
            slots.append(Slot(column, heading, left, widths[column]))
            left += widths[column]
        return tuple(slots)

    def _head(self, top: float) -> float:
        look, height = self.look, self.look.size * 2.2
        if look.head_fill is not None:
            self.sheet.box(self.left, top, self.width, height, fill=look.head_fill)
        for slot in self.slots:
            pen = Pen(look.size, bold=True, align=slot.align, colour=look.head_ink)
            self.sheet.text(slot.anchor(look.pad), top + look.size * 1.42, slot.heading, pen)
        if look.head_rule is not None:
            self.sheet.rule(
                self.left, top + height, self.left + self.width, top + height, colour=look.head_rule, width=1.2
            )
        return top + height

    def _description(self, row: Row) -> list[str]:
        slot = next(slot for slot in self.slots if slot.column == FLEXIBLE)
        return self.sheet.split(row.cells[FLEXIBLE], slot.width - 2 * self.look.pad, self.body)

    def _height(self, row: Row) -> float:
        count = len(self._description(row)) + len(row.detail)
        return count * self.body.step + self.look.size * 0.75

    def _row(self, row: Row, top: float, height: float, *, striped: bool) -> None:
        look = self.look
        if striped and look.stripe is not None:
            self.sheet.box(self.left, top, self.width, height, fill=look.stripe)
        baseline = top + look.size * 1.3
        for slot in self.slots:
            if slot.column == FLEXIBLE:
                below = self.sheet.lines(slot.left + look.pad, baseline, self._description(row), self.body)
                self.sheet.lines(slot.left + look.pad, below, list(row.detail), Pen(look.size, colour=GREY))
            else:
                pen = Pen(look.size, align=slot.align)
                self.sheet.text(slot.anchor(look.pad), baseline, row.cells[slot.column], pen)
        if look.rules:
            self.sheet.rule(self.left, top + height, self.left + self.width, top + height, colour=LINE, width=0.4)

    def _frame(self, top: float, bottom: float) -> None:
        if not self.look.grid:
            return
        self.sheet.box(self.left, top, self.width, bottom - top, edge=INK)
        for slot in self.slots[1:]:
            self.sheet.rule(slot.left, top, slot.left, bottom, colour=INK, width=0.5)


def draw_totals(sheet: Sheet, rows: tuple[TotalRow, ...], span: Span, top: float, size: float) -> float:
    """Draw totals as label and amount with a rule above every strong row; return where they end."""
    (left, right), y = span, top
    for row in rows:
        if row.strong:
            y += size * 0.3
            sheet.rule(left, y - size * 1.15, right, y - size * 1.15, colour=INK, width=0.8)
        pen = Pen(size + 1 if row.strong else size, bold=row.strong)
        sheet.text(left, y, row.label, pen)
        sheet.text(right, y, row.value, Pen(pen.size, bold=row.strong, align="right"))
        y += size * (2.0 if row.strong else 1.65)
    return y

"""Letterheads: who sends the bill, and on following pages whose bill goes on.

What belongs here: the top of every page. What does not: the parties and facts below it (`openings`).
"""

from collections.abc import Callable, Mapping

from back_office_pipelines.samples.pages.paper import SIDEBAR, Paper
from back_office_pipelines.samples.pages.sheet import INK, LINE, PAPER, Pen
from back_office_pipelines.samples.pages.style import Head

TITLED: frozenset[Head] = frozenset({"band", "boxed", "plain", "right"})
"""Heads that show the title of the document, so that openings need not."""

Draw = Callable[[Paper], float]
"""Draws a head and returns where the page goes on."""


def draw_head(paper: Paper) -> float:
    """Draw the letterhead of the first page."""
    return HEADS[paper.style.head](paper)


def draw_running_head(paper: Paper) -> float:
    """Draw the head of a following page."""
    sheet, printed = paper.sheet, paper.printed
    if paper.style.head == "side":
        sheet.box(0, 0, SIDEBAR, sheet.height, fill=paper.colour)
    if paper.style.head == "band":
        sheet.box(0, 0, sheet.width, 14, fill=paper.colour)
    label, number = printed.meta[0] if printed.meta else ("", "")
    sheet.text(paper.left, 40, printed.bill.seller.name, paper.pen(bold=True), paper.width * 0.55)
    text = f"{label} {number} ({printed.words['continued']})"
    sheet.text(paper.right, 40, text, paper.grey(align="right"), paper.width * 0.4)
    return 58.0


def _mark(paper: Paper, x: float, y: float, size: float) -> float:
    """Draw a logo, if the house has one, and return the space it takes."""
    canvas, kind = paper.sheet.canvas, paper.style.mark
    canvas.setFillColor(paper.colour)
    canvas.setStrokeColor(paper.colour)
    bottom = paper.sheet.height - y - size
    if kind == 0:
        return 0.0
    if kind == 1:
        canvas.rect(x, bottom, size * 0.3, size, stroke=0, fill=1)
        return size * 0.3 + 9
    if kind in {2, 3}:
        canvas.circle(x + size / 2, bottom + size / 2, size / 2, stroke=int(kind == 3), fill=int(kind == 2))
    else:
        for step in range(3):
            canvas.rect(x + step * size / 3, bottom, size / 4, size * (step + 1) / 3, stroke=0, fill=1)
    initial = paper.printed.bill.seller.name[0]
    ink = PAPER if kind == 2 else paper.colour
    if kind in {2, 3}:
        paper.sheet.text(
            x + size / 2, y + size * 0.68, initial, Pen(size * 0.55, bold=True, align="center", colour=ink)
        )
    return size + 10


def _tagline(paper: Paper) -> str:
    return paper.printed.bill.seller.tagline


def _left(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    shift = _mark(paper, paper.left, 36, 32)
    room = paper.width * 0.62 - shift
    sheet.text(paper.left + shift, 52, seller.name, paper.tinted(1.75), room)
    sheet.text(paper.left + shift, 66, _tagline(paper), paper.grey(), room)
    texts = [*paper.address(seller), f"{paper.printed.words['phone']} {seller.phone}", seller.email]
    end = paper.lines(paper.right, 46, texts, paper.grey(0.8, "right"), paper.width * 0.36)
    return max(92.0, end + 8)


def _right(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    sheet.text(paper.left, 62, paper.printed.title, paper.tinted(2.4, bold=False), paper.width * 0.42)
    sheet.text(paper.right, 50, seller.name, paper.pen(1.4, bold=True, align="right"), paper.width * 0.5)
    texts = [*paper.address(seller), seller.email]
    return max(96.0, paper.lines(paper.right, 66, texts, paper.grey(0.9, "right"), paper.width * 0.5) + 10)


def _band(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    sheet.box(0, 0, sheet.width, 80, fill=paper.colour)
    sheet.text(paper.left, 42, seller.name, Pen(paper.size * 1.9, bold=True, colour=PAPER), paper.width * 0.58)
    sheet.text(paper.left, 58, _tagline(paper), Pen(paper.size, colour=PAPER), paper.width * 0.58)
    pen = Pen(paper.size * 2.3, align="right", colour=PAPER)
    sheet.text(paper.right, 50, paper.printed.title.upper(), pen, paper.width * 0.38)
    return 104.0


def _centred(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    sheet.text(paper.middle, 54, seller.name, paper.tinted(2.1, align="center"), paper.width)
    sheet.text(
        paper.middle, 54 + paper.step, _tagline(paper), paper.pen(0.95, italic=True, align="center"), paper.width
    )
    address = " - ".join([*paper.address(seller), f"{paper.printed.words['phone']} {seller.phone}", seller.email])
    y = 54 + 2.2 * paper.step
    sheet.text(paper.middle, y, address, paper.grey(0.85, "center"), paper.width)
    sheet.rule(paper.left, y + 9, paper.right, y + 9, colour=paper.colour, width=1.1)
    return y + 30


def _boxed(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    half, height = paper.width * 0.56, 5.4 * paper.step + 20
    sheet.box(paper.left, 34, half, height, edge=INK)
    sheet.text(paper.left + 8, 34 + 1.6 * paper.step, seller.name, paper.pen(1.45, bold=True), half - 16)
    texts = [*paper.address(seller), f"{paper.printed.words['phone']} {seller.phone}", seller.email]
    paper.lines(paper.left + 8, 34 + 2.8 * paper.step, texts, paper.pen(0.9), half - 16)
    x = paper.left + half + 12
    sheet.box(x, 34, paper.right - x, height / 2, edge=INK, fill=LINE)
    pen = paper.pen(1.6, bold=True, align="center")
    sheet.text((x + paper.right) / 2, 34 + height / 4 + 5, paper.printed.title, pen, paper.right - x - 12)
    sheet.text((x + paper.right) / 2, 34 + height * 0.75, _tagline(paper), paper.grey(0.9, "center"), paper.right - x)
    return 34 + height + 20


def _side(paper: Paper) -> float:
    sheet, printed, seller = paper.sheet, paper.printed, paper.printed.bill.seller
    sheet.box(0, 0, SIDEBAR, sheet.height, fill=paper.colour)
    white = Pen(paper.size * 0.95, colour=PAPER)
    x, room = 16.0, SIDEBAR - 30
    bold = Pen(paper.size * 1.35, bold=True, colour=PAPER)
    y = sheet.lines(x, 52, sheet.split(seller.name, room, bold), bold) + 4
    y = paper.lines(x, y, [*paper.address(seller), seller.phone, seller.email], white, room) + 16
    pairs = [*printed.meta, *printed.registry, *(printed.bank if paper.style.payment == "side" else ())]
    for label, value in pairs:
        sheet.text(x, y, label, Pen(paper.size * 0.8, colour=LINE), room)
        sheet.text(x, y + paper.step * 0.95, value, Pen(paper.size, bold=True, colour=PAPER), room)
        y += paper.step * 2.4
    sheet.text(paper.left, 60, printed.title, paper.tinted(2.4), paper.width)
    return 92.0


def _typed(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    sheet.text(paper.left, 48, seller.name.upper(), paper.pen(1.2, bold=True), paper.width)
    y = paper.lines(paper.left, 48 + paper.step * 1.3, [*paper.address(seller), seller.email], paper.pen(), paper.width)
    mark = "=" * int(paper.width / sheet.measure("=", paper.pen()))
    sheet.text(paper.left, y, mark, paper.pen())
    return y + 2 * paper.step


def _plain(paper: Paper) -> float:
    sheet, seller = paper.sheet, paper.printed.bill.seller
    shift = _mark(paper, paper.left, 34, 26)
    room = paper.width * 0.56
    sheet.text(paper.left + shift, 52, seller.name, paper.pen(1.6, bold=True), room - shift)
    texts = [*paper.address(seller), f"{seller.phone}  {seller.email}"]
    end = paper.lines(paper.left, 76, texts, paper.pen(0.95), room)
    pen = paper.pen(2.3, bold=True, align="right")
    sheet.text(paper.right, 56, paper.printed.title.upper(), pen, paper.width * 0.4)
    return end + 14


HEADS: Mapping[Head, Draw] = {
    "left": _left, "right": _right, "band": _band, "centred": _centred, "boxed": _boxed, "side": _side,
    "typed": _typed, "plain": _plain,
}  # fmt: skip

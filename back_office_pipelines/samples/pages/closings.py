"""Closings: the sums, where to pay, the terms, and the foot of every page.

What belongs here: what stands below the item table. What does not: the table itself (`tables`).
"""

from collections.abc import Callable, Mapping

from back_office_pipelines.samples.pages.paper import Paper
from back_office_pipelines.samples.pages.sheet import GREY, INK, LINE, PALE, PAPER, Pen
from back_office_pipelines.samples.pages.style import Totals

Span = tuple[float, float]
"""Left and right end."""
Draw = Callable[[Paper, float, Span], float]
TAX_WIDTHS = (0.26, 0.37, 0.37)


def draw_closing(paper: Paper, top: float) -> None:
    """Draw sums, tax table, payment and terms from a height on."""
    middle = paper.left + paper.width * (0.5 if paper.width < 420 else 0.54)
    wide = paper.style.totals in {"boxes", "wide"}
    span = (paper.left, paper.right) if wide else (middle, paper.right)
    beside = top + 10
    if paper.style.opening == "summary":
        below = top
    else:
        below = draw_totals(paper, top + 8, span)
        beside = below + 10 if wide else beside
    left_end = beside
    if paper.style.tax_table:
        left_end = _tax_table(paper, beside, min(middle - paper.left - 20, 230.0)) + 10
    if paper.style.payment == "beside":
        left_end = _payment_box(paper, left_end, middle - paper.left - 20)
    y = max(below, left_end) + paper.step
    if paper.style.payment in {"below", "slip"}:
        y = _payment(paper, y)
    for text in paper.printed.terms:
        y = paper.sheet.paragraph(paper.left, y, paper.width, text, paper.pen(0.92)) + 2
    if paper.style.payment == "slip":
        _slip(paper, y + 4)


def closing_height(paper: Paper) -> float:
    """Return the space the closing takes at most, so that it is never torn apart."""
    printed, style = paper.printed, paper.style
    sums = 0.0 if style.opening == "summary" else (len(printed.totals) + 2) * paper.size * 1.9
    tax = (len(printed.tax_table) + 2) * paper.size * 1.7 if style.tax_table else 0.0
    box = (len(printed.bank) + 2.2) * paper.step if style.payment == "beside" else 0.0
    beside = sums + tax + box if style.totals in {"boxes", "wide"} else max(sums, tax + box)
    bank = len(printed.bank) + 1 if style.payment in {"below", "slip"} else 0
    slip = 3.6 if style.payment == "slip" else 0.0
    return beside + (bank + len(printed.terms) * 1.3 + slip + 1) * paper.step


def draw_totals(paper: Paper, top: float, span: Span) -> float:
    """Draw the sums in the way of the style; return where they end."""
    return TOTALS[paper.style.totals](paper, top, span)


def _rows(paper: Paper, top: float, span: Span) -> float:
    """Label and amount, a rule above every strong row."""
    (left, right), y = span, top + paper.step
    room = right - left
    for row in paper.printed.totals:
        if row.strong:
            y += paper.size * 0.35
            paper.sheet.rule(left, y - paper.size * 1.15, right, y - paper.size * 1.15, colour=INK, width=0.8)
        scale = 1.1 if row.strong else 1.0
        paper.sheet.text(left + 4, y, row.label, paper.pen(scale, bold=row.strong), room * 0.58)
        paper.sheet.text(right - 4, y, row.value, paper.pen(scale, bold=row.strong, align="right"), room * 0.4)
        y += paper.size * (1.9 if row.strong else 1.6)
    return y


def _bar(paper: Paper, top: float, span: Span) -> float:
    """Draw the last sum in a bar of the house's colour."""
    (left, right), y = span, top + paper.step
    room = right - left
    for row in paper.printed.totals[:-1]:
        paper.sheet.text(left + 8, y, row.label, paper.pen(bold=row.strong), room * 0.56)
        paper.sheet.text(right - 8, y, row.value, paper.pen(bold=row.strong, align="right"), room * 0.38)
        y += paper.size * 1.7
    last, height = paper.printed.totals[-1], paper.size * 2.6
    paper.sheet.box(left, y - paper.size, room, height, fill=paper.colour)
    pen = Pen(paper.size * 1.2, bold=True, colour=PAPER)
    paper.sheet.text(left + 8, y + paper.size * 0.72, last.label, pen, room * 0.54)
    right_pen = Pen(pen.size, bold=True, colour=PAPER, align="right")
    paper.sheet.text(right - 8, y + paper.size * 0.72, last.value, right_pen, room * 0.4)
    return y + height


def _boxes(paper: Paper, top: float, span: Span) -> float:
    """Draw a row of boxes, captions above amounts; long rows are broken in two."""
    (left, right), rows = span, paper.printed.totals
    across = len(rows) if len(rows) <= 5 else -(-len(rows) // 2)
    width, height = (right - left) / across, paper.size * 3.6
    for at, row in enumerate(rows):
        x, y = left + (at % across) * width, top + (at // across) * height
        paper.sheet.box(x, y, width, height, edge=INK, fill=PALE if row.strong else None)
        paper.sheet.text(x + 5, y + height * 0.36, row.label, paper.grey(0.82), width - 10)
        pen = paper.pen(1.1, bold=row.strong, align="right")
        paper.sheet.text(x + width - 6, y + height * 0.82, row.value, pen, width - 12)
    return top + -(-len(rows) // across) * height + 4


def _grid(paper: Paper, top: float, span: Span) -> float:
    """Draw a bordered table of two columns."""
    (left, right), y, row_height = span, top, paper.size * 1.8
    split = left + (right - left) * 0.58
    for row in paper.printed.totals:
        paper.sheet.box(left, y, right - left, row_height, edge=INK, fill=PALE if row.strong else None)
        paper.sheet.text(left + 5, y + row_height * 0.7, row.label, paper.pen(bold=row.strong), split - left - 8)
        pen = paper.pen(bold=row.strong, align="right")
        paper.sheet.text(right - 5, y + row_height * 0.7, row.value, pen, right - split - 10)
        y += row_height
    paper.sheet.rule(split, top, split, y, colour=INK, width=0.5)
    return y + 4


def _dots(paper: Paper, top: float, span: Span) -> float:
    """Leaders of dots between label and amount."""
    (left, right), y = span, top + paper.step
    for row in paper.printed.totals:
        pen, number = paper.pen(bold=row.strong), paper.pen(bold=row.strong, align="right")
        label = paper.sheet.fitting(row.label, (right - left) * 0.56, pen)
        paper.sheet.text(left, y, row.label, label)
        paper.sheet.text(right, y, row.value, number)
        start = left + paper.sheet.measure(row.label, label) + 3
        room = right - paper.sheet.measure(row.value, number) - 3 - start
        paper.sheet.text(start, y, "." * max(0, int(room / paper.sheet.measure(".", pen))), pen)
        y += paper.step * 1.15
    return y


def _wide(paper: Paper, top: float, span: Span) -> float:
    """Rules across the page, amounts at the right edge, labels right before them."""
    (_, right), y = span, top + paper.step
    amounts = max(paper.sheet.measure(row.value, paper.pen(1.1, bold=True)) for row in paper.printed.totals)
    for row in paper.printed.totals:
        pen = paper.pen(1.1 if row.strong else 1, bold=row.strong, align="right")
        paper.sheet.text(right - amounts - 18, y, row.label, pen, paper.width * 0.6)
        paper.sheet.text(right, y, row.value, pen)
        paper.sheet.rule(span[0], y + 5, right, y + 5, colour=INK if row.strong else LINE, width=0.5)
        y += paper.size * 1.9
    return y


TOTALS: Mapping[Totals, Draw] = {
    "right": _rows, "bar": _bar, "boxes": _boxes, "grid": _grid, "dots": _dots, "wide": _wide,
}  # fmt: skip


def _tax_table(paper: Paper, top: float, width: float) -> float:
    words, row_height = paper.printed.words, paper.size * 1.7
    rows = [(words["tax_rate"], words["tax_basis"], words["tax_amount"]), *paper.printed.tax_table]
    paper.sheet.box(paper.left, top, width, row_height, fill=PALE)
    for at, row in enumerate(rows):
        x = paper.left
        for cell, share in zip(row, TAX_WIDTHS, strict=True):
            x += share * width
            pen = paper.pen(0.92, bold=at == 0, align="right")
            paper.sheet.text(x - 5, top + (at + 0.7) * row_height, cell, pen, share * width - 8)
    paper.sheet.box(paper.left, top, width, row_height * len(rows), edge=INK)
    return top + row_height * len(rows)


def _payment_box(paper: Paper, top: float, width: float) -> float:
    bank = paper.printed.bank
    if not bank:
        return top
    height = paper.step * (len(bank) + 1.7)
    paper.sheet.box(paper.left, top, width, height, edge=LINE)
    paper.sheet.text(paper.left + 8, top + paper.step, paper.printed.words["payment"], paper.tinted(0.95), width - 16)
    paper.pairs(paper.left + 8, top + 2.2 * paper.step, bank, (width * 0.3, width * 0.66), paper.grey(0.95))
    return top + height + 6


def _payment(paper: Paper, top: float) -> float:
    y = top
    for label, value in paper.printed.bank:
        paper.sheet.text(paper.left, y, paper.printed.label(label), paper.pen(0.95, bold=True), paper.width * 0.2)
        paper.sheet.text(paper.left + paper.width * 0.22, y, value, paper.pen(0.95), paper.width * 0.7)
        y += paper.step
    return y + paper.step * 0.4


def _slip(paper: Paper, top: float) -> None:
    """Draw a slip to tear off: the number and the amount again."""
    printed, height = paper.printed, 3.4 * paper.step
    if top + height > paper.bottom or not printed.meta:
        return
    y = paper.bottom - height
    paper.sheet.canvas.setDash(3, 3)
    paper.sheet.rule(paper.left, y, paper.right, y, colour=GREY)
    paper.sheet.canvas.setDash()
    label, number = printed.meta[0]
    paper.sheet.text(paper.left, y + 1.6 * paper.step, f"{label} {number}", paper.pen(), paper.width * 0.5)
    last = printed.totals[-1]
    text = f"{last.label}  {last.value}"
    paper.sheet.text(paper.right, y + 1.6 * paper.step, text, paper.pen(bold=True, align="right"), paper.width * 0.46)


def draw_foot(paper: Paper, pages: int) -> None:
    """Draw the foot of a page."""
    sheet, foot = paper.sheet, paper.style.foot
    y = sheet.height - 30
    if foot == "columns":
        _foot_columns(paper, sheet.height - 66)
    elif foot in {"line", "rule"}:
        seller, printed = paper.printed.bill.seller, paper.printed
        identity = [f"{label} {value}" for label, value in printed.registry]
        sheet.rule(paper.left, y - 10, paper.right, y - 10, colour=GREY, width=0.9 if foot == "rule" else 0.3)
        parts = [seller.name, seller.street, seller.place, *seller.registration, *identity]
        sheet.text(paper.middle, y, " - ".join(parts), Pen(7, align="center", colour=GREY), paper.width)
    if pages > 1 or foot == "page":
        label = paper.printed.page_label(sheet.page, pages)
        sheet.text(paper.right, sheet.height - 18, label, Pen(7.5, align="right", colour=GREY))


def _foot_columns(paper: Paper, top: float) -> None:
    seller, printed = paper.printed.bill.seller, paper.printed
    bank = [f"{label} {value}" for label, value in printed.bank] if paper.style.payment == "foot" else []
    columns = [
        [seller.name, seller.street, seller.place],
        [f"{printed.words['phone']} {seller.phone}", seller.email],
        bank,
        [*(f"{label} {value}" for label, value in printed.registry), *seller.registration],
    ]
    filled = [column for column in columns if column]
    width = paper.width / len(filled)
    paper.sheet.rule(paper.left, top - 10, paper.right, top - 10, colour=LINE, width=0.5)
    for at, texts in enumerate(filled):
        paper.lines(paper.left + at * width, top, texts[:5], Pen(6.8, colour=GREY), width - 8)

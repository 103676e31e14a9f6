"""Layout `carrier`: an American freight bill over several pages, small print, facts in a ruled box.

What belongs here: places and sizes of this layout. What does not: words and numbers (`printed`).
"""

from reportlab.lib.pagesizes import LETTER

from back_office_pipelines.samples.drawing import GREY, INK, PALE, SANS, Pen, Sheet
from back_office_pipelines.samples.printed import Printed
from back_office_pipelines.samples.tables import ItemTable, Look, draw_totals

LEFT, RIGHT = 40.0, 572.0
BOX = 366.0
BOX_VALUE = 456.0
BOTTOM = 722.0


def draw_carrier(printed: Printed, pages: int) -> Sheet:
    """Draw the bill."""
    seller = printed.bill.seller
    sheet = Sheet(LETTER, SANS, f"{printed.title} {printed.bill.invoice.number}", seller.name)
    _head(sheet, printed)
    _facts(sheet, printed, 84)
    _parties(sheet, printed, 166)

    def fresh_page() -> float:
        _foot(sheet, printed, pages)
        sheet.next_page()
        _running_head(sheet, printed)
        return 66.0

    look = Look(size=8.5, head_fill=PALE, rules=True, pad=4)
    end = ItemTable(sheet, printed, look, (LEFT, RIGHT), fresh_page).draw(252, BOTTOM)
    if end + 110 > BOTTOM:
        end = fresh_page()
    below = draw_totals(sheet, printed.totals, (400, RIGHT - 4), end + 24, 9)
    _remarks(sheet, printed, max(below, end + 60))
    _foot(sheet, printed, pages)
    return sheet


def _head(sheet: Sheet, printed: Printed) -> None:
    seller = printed.bill.seller
    sheet.text(LEFT, 52, seller.name, Pen(17, bold=True))
    sheet.text(LEFT, 66, printed.paper.tagline, Pen(8.5, colour=GREY))
    sheet.lines(LEFT, 88, [seller.street, seller.place, seller.phone, seller.email], Pen(9))
    sheet.text(RIGHT, 56, printed.title.upper(), Pen(24, bold=True, align="right"))


def _facts(sheet: Sheet, printed: Printed, top: float) -> None:
    """Draw what identifies the bill as label and value in a ruled box."""
    facts = [*printed.meta, ("Currency", printed.bill.invoice.currency)]
    height = 15.0
    sheet.box(BOX, top, BOX_VALUE - BOX, height * len(facts), fill=PALE)
    sheet.box(BOX, top, RIGHT - BOX, height * len(facts), edge=INK)
    for at, (label, value) in enumerate(facts):
        y = top + at * height
        sheet.text(BOX + 6, y + 10.5, label, Pen(8.5, bold=True))
        sheet.text(BOX_VALUE + 6, y + 10.5, value, Pen(9))
        if at:
            sheet.rule(BOX, y, RIGHT, y, colour=INK, width=0.4)


def _parties(sheet: Sheet, printed: Printed, top: float) -> None:
    buyer = printed.bill.buyer
    sheet.box(LEFT, top, BOX - LEFT - 16, 70, edge=INK)
    sheet.text(LEFT + 8, top + 13, printed.words["buyer"].upper(), Pen(7.5, bold=True, colour=GREY))
    sheet.text(LEFT + 8, top + 27, buyer.name, Pen(9.5, bold=True))
    sheet.lines(LEFT + 8, top + 40, [f"Attn: {buyer.contact}", buyer.street, buyer.place], Pen(9))
    sheet.box(BOX, top, RIGHT - BOX, 70, edge=INK)
    sheet.text(BOX + 6, top + 13, "REMIT TO", Pen(7.5, bold=True, colour=GREY))
    for at, (label, value) in enumerate(printed.bank):
        sheet.text(BOX + 6, top + 28 + at * 13, label, Pen(8, colour=GREY))
        sheet.text(BOX_VALUE - 12, top + 28 + at * 13, value, Pen(8.5))


def _running_head(sheet: Sheet, printed: Printed) -> None:
    label, number = printed.meta[0]
    sheet.text(LEFT, 46, printed.bill.seller.name, Pen(10, bold=True))
    sheet.text(RIGHT, 46, f"{label} {number} (continued)", Pen(9, align="right"))


def _remarks(sheet: Sheet, printed: Printed, top: float) -> None:
    invoice = printed.bill.invoice
    y = top + 6
    for text in (*([invoice.terms] if invoice.terms else []), *invoice.notes):
        y = sheet.paragraph(LEFT, y, RIGHT - LEFT, text, Pen(8.5))


def _foot(sheet: Sheet, printed: Printed, pages: int) -> None:
    seller = printed.bill.seller
    sheet.text(LEFT, 762, f"{seller.name} · {seller.street} · {seller.place}", Pen(7.5, colour=GREY))
    sheet.text(RIGHT, 762, printed.page_label(sheet.page, max(pages, 1)), Pen(7.5, align="right", colour=GREY))

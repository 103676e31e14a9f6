"""Layout `framed`: a French invoice in a serif face, with framed client, gridded table and a table of tax rates.

What belongs here: places and sizes of this layout. What does not: words and numbers (`printed`).
"""

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4

from back_office_pipelines.samples.drawing import GREY, INK, PALE, SERIF, Pen, Sheet
from back_office_pipelines.samples.printed import Printed
from back_office_pipelines.samples.tables import ItemTable, Look, draw_totals

LEFT, RIGHT = 42.0, 553.0
CLIENT = 318.0
BOTTOM = 730.0
TAX_WIDTHS = (52.0, 84.0, 84.0)


def draw_framed(printed: Printed, pages: int) -> Sheet:
    """Draw the bill."""
    seller = printed.bill.seller
    sheet = Sheet(A4, SERIF, f"{printed.title} {printed.bill.invoice.number}", seller.name)
    _seller(sheet, printed)
    _client(sheet, printed)
    number_label, number = printed.meta[0]
    sheet.text(LEFT, 222, f"{number_label} {number}", Pen(16, bold=True, colour=HexColor(printed.paper.colour)))
    _facts(sheet, printed, 236)

    def fresh_page() -> float:
        _foot(sheet, printed, pages)
        sheet.next_page()
        sheet.text(LEFT, 60, f"{number_label} {number}", Pen(11, bold=True))
        return 76.0

    look = Look(size=9.5, head_fill=PALE, rules=False, grid=True, pad=5)
    end = ItemTable(sheet, printed, look, (LEFT, RIGHT), fresh_page).draw(296, BOTTOM)
    if end + 150 > BOTTOM:
        end = fresh_page()
    totals = draw_totals(sheet, printed.totals, (330, RIGHT - 6), end + 28, 10)
    tax = _tax_table(sheet, printed, end + 14)
    _payment(sheet, printed, max(totals, tax) + 16)
    _foot(sheet, printed, pages)
    return sheet


def _seller(sheet: Sheet, printed: Printed) -> None:
    seller, words = printed.bill.seller, printed.words
    sheet.text(LEFT, 62, seller.name, Pen(21, bold=True, colour=HexColor(printed.paper.colour)))
    sheet.text(LEFT, 79, printed.paper.tagline, Pen(10.5, italic=True, colour=GREY))
    lines = [seller.street, seller.place, f"{words['phone']} {seller.phone}", seller.email]
    sheet.lines(LEFT, 106, lines, Pen(10))


def _client(sheet: Sheet, printed: Printed) -> None:
    buyer = printed.bill.buyer
    sheet.box(CLIENT, 96, RIGHT - CLIENT, 88, edge=INK)
    sheet.text(CLIENT + 10, 111, printed.words["buyer"], Pen(9, italic=True, colour=GREY))
    sheet.text(CLIENT + 10, 128, buyer.name, Pen(11, bold=True))
    country = {"DE": "Allemagne", "US": "États-Unis", "NL": "Pays-Bas", "FR": "France"}[buyer.country]
    sheet.lines(CLIENT + 10, 143, [buyer.street, buyer.place, country], Pen(10))


def _facts(sheet: Sheet, printed: Printed, top: float) -> None:
    """Draw dates and references as one framed row, heads above values."""
    facts = printed.meta[1:]
    width = (RIGHT - LEFT) / len(facts)
    sheet.box(LEFT, top, RIGHT - LEFT, 18, fill=PALE)
    sheet.box(LEFT, top, RIGHT - LEFT, 38, edge=INK)
    for at, (label, value) in enumerate(facts):
        middle = LEFT + (at + 0.5) * width
        sheet.text(middle, top + 12, label, Pen(9, bold=True, align="center"))
        sheet.text(middle, top + 31, value, Pen(10, align="center"))
        if at:
            sheet.rule(LEFT + at * width, top, LEFT + at * width, top + 38, colour=INK, width=0.5)


def _tax_table(sheet: Sheet, printed: Printed, top: float) -> float:
    words = printed.words
    rows = [(words["tax_rate"], words["tax_basis"], words["tax_amount"]), *printed.tax_table]
    width = sum(TAX_WIDTHS)
    sheet.box(LEFT, top, width, 17, fill=PALE)
    for at, row in enumerate(rows):
        right = LEFT
        for cell, column in zip(row, TAX_WIDTHS, strict=True):
            right += column
            sheet.text(right - 6, top + 12 + at * 17, cell, Pen(9, bold=at == 0, align="right"))
    sheet.box(LEFT, top, width, 17 * len(rows), edge=INK)
    return top + 17 * len(rows)


def _payment(sheet: Sheet, printed: Printed, top: float) -> None:
    invoice = printed.bill.invoice
    y = top
    if invoice.terms:
        y = sheet.paragraph(LEFT, y, RIGHT - LEFT, invoice.terms, Pen(10)) + 4
    for label, value in printed.bank:
        sheet.text(LEFT, y, f"{label} :", Pen(9.5, bold=True))
        sheet.text(LEFT + 54, y, value, Pen(9.5))
        y += 13.5
    for note in invoice.notes:
        y = sheet.paragraph(LEFT, y + 8, RIGHT - LEFT, note, Pen(8.5, italic=True, colour=GREY))


def _foot(sheet: Sheet, printed: Printed, pages: int) -> None:
    seller, words = printed.bill.seller, printed.words
    middle = sheet.width / 2
    identity = [f"{words['legal_id']} {seller.legal_id}", f"{words['seller_vat_id']} : {seller.vat_id}"]
    sheet.rule(LEFT, 780, RIGHT, 780, colour=GREY, width=0.4)
    pen = Pen(8.5, align="center", colour=GREY)
    sheet.text(middle, 793, f"{seller.name} - " + " - ".join(seller.registration), pen)
    sheet.text(middle, 804, " - ".join(identity), pen)
    if pages > 1:
        sheet.text(RIGHT, 818, printed.page_label(sheet.page, pages), Pen(8, align="right", colour=GREY))

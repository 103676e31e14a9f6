"""Layout `letter`: a German business letter (address window, information block, four-column foot).

What belongs here: places and sizes of this layout. What does not: words and numbers (`printed`).
"""

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4

from back_office_pipelines.samples.drawing import GREY, INK, LINE, SANS, Pen, Sheet
from back_office_pipelines.samples.printed import Printed
from back_office_pipelines.samples.tables import ItemTable, Look, draw_totals

LEFT, RIGHT = 70.9, 538.6
INFO, INFO_VALUE = 342.0, 446.0
BOTTOM = 742.0
FOOT_COLUMNS = ((LEFT, 104.0), (180.0, 122.0), (310.0, 118.0), (436.0, 103.0))
SMALL = Pen(6.8, colour=GREY)


def draw_letter(printed: Printed, pages: int) -> Sheet:
    """Draw the bill."""
    seller = printed.bill.seller
    sheet = Sheet(A4, SANS, f"{printed.title} {printed.bill.invoice.number}", seller.name)
    _letterhead(sheet, printed)
    _address(sheet, printed)
    _information(sheet, printed)
    top = _opening(sheet, printed)

    def fresh_page() -> float:
        _foot(sheet, printed, pages)
        sheet.next_page()
        _letterhead(sheet, printed)
        return 120.0

    look = Look(head_rule=HexColor(printed.paper.colour))
    end = ItemTable(sheet, printed, look, (LEFT, RIGHT), fresh_page).draw(top, BOTTOM)
    if end + 24 + 17 * len(printed.totals) + 40 > BOTTOM:
        end = fresh_page()
    end = draw_totals(sheet, printed.totals, (318.0, RIGHT - 5), end + 24, 9.5)
    _closing(sheet, printed, end + 18)
    _foot(sheet, printed, pages)
    return sheet


def _letterhead(sheet: Sheet, printed: Printed) -> None:
    colour = HexColor(printed.paper.colour)
    sheet.box(LEFT, 38, 9, 32, fill=colour)
    sheet.text(LEFT + 18, 53, printed.bill.seller.name, Pen(16, bold=True, colour=colour))
    sheet.text(LEFT + 18, 68, printed.paper.tagline, Pen(9, colour=GREY))
    for fold in (297.6, 595.3):
        sheet.rule(14, fold, 26, fold, colour=LINE, width=0.4)


def _address(sheet: Sheet, printed: Printed) -> None:
    seller, buyer = printed.bill.seller, printed.bill.buyer
    sender = f"{seller.name} · {seller.street} · {seller.place}"
    fitting = SMALL.size * min(1.0, (INFO - LEFT - 24) / sheet.measure(sender, SMALL))
    pen = Pen(fitting, colour=GREY)
    sheet.text(LEFT, 134, sender, pen)
    sheet.rule(LEFT, 137, LEFT + sheet.measure(sender, pen), 137, colour=GREY, width=0.3)
    sheet.lines(LEFT, 154, [buyer.name, buyer.contact, buyer.street, buyer.place], Pen(10.5))


def _information(sheet: Sheet, printed: Printed) -> None:
    seller, words = printed.bill.seller, printed.words
    pairs = [*printed.meta, (words["contact"], seller.contact), (words["phone"], seller.phone)]
    y = 134.0
    for label, value in pairs:
        sheet.text(INFO, y, label, Pen(8.5, colour=GREY))
        sheet.text(INFO_VALUE, y, value, Pen(8.5))
        y += 13.5


def _opening(sheet: Sheet, printed: Printed) -> float:
    sheet.text(LEFT, 268, printed.title, Pen(15, bold=True))
    y = sheet.lines(LEFT, 292, ["Sehr geehrte Damen und Herren,"], Pen(9.5)) + 5
    if printed.bill.invoice.intro:
        y = sheet.paragraph(LEFT, y, RIGHT - LEFT, printed.bill.invoice.intro, Pen(9.5))
    return y + 8


def _closing(sheet: Sheet, printed: Printed, top: float) -> None:
    invoice = printed.bill.invoice
    for text in (*invoice.notes, *([invoice.terms] if invoice.terms else [])):
        top = sheet.paragraph(LEFT, top, RIGHT - LEFT, text, Pen(9.5)) + 4
    sheet.text(LEFT, top + 8, "Mit freundlichen Grüßen", Pen(9.5))
    sheet.text(LEFT, top + 22, printed.bill.seller.name, Pen(9.5, colour=INK))


def _foot(sheet: Sheet, printed: Printed, pages: int) -> None:
    seller, words = printed.bill.seller, printed.words
    columns = (
        [seller.name.split(" GmbH")[0], seller.street, seller.place],
        [f"{words['phone']} {seller.phone}", seller.email],
        [f"{label} {value}" if label != words["bank"] else value for label, value in printed.bank],
        [
            f"{words['seller_vat_id']} {seller.vat_id}",
            f"{words['tax_number']} {seller.tax_number}",
            *seller.registration,
        ],
    )
    sheet.rule(LEFT, 764, RIGHT, 764, colour=LINE, width=0.5)
    for (x, width), texts in zip(FOOT_COLUMNS, columns, strict=True):
        y = 776.0
        for text in texts:
            y = sheet.paragraph(x, y, width, text, SMALL)
    if pages > 1:
        sheet.text(RIGHT, 756, printed.page_label(sheet.page, pages), Pen(7.5, align="right", colour=GREY))

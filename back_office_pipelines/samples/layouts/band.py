"""Layout `band`: a coloured head across the page, captions above values, a payment box beside the totals.

What belongs here: places and sizes of this layout. What does not: words and numbers (`printed`).
"""

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER

from back_office_pipelines.samples.drawing import GREY, LINE, PALE, PAPER, SANS, Pen, Sheet
from back_office_pipelines.samples.model import Party
from back_office_pipelines.samples.printed import Printed, TotalRow
from back_office_pipelines.samples.tables import ItemTable, Look, Span

MARGIN = 46.0
CELLS_A_ROW = 3
CELL_HEIGHT = 34.0


def draw_band(printed: Printed, pages: int) -> Sheet:
    """Draw the bill."""
    seller = printed.bill.seller
    size = LETTER if seller.country == "US" else A4
    sheet = Sheet(size, SANS, f"{printed.title} {printed.bill.invoice.number}", seller.name)
    right = sheet.width - MARGIN
    _band(sheet, printed)
    _parties(sheet, printed)
    top = _facts(sheet, printed, 222.0) + 22

    def fresh_page() -> float:
        _foot(sheet, printed, pages)
        sheet.next_page()
        _band(sheet, printed)
        return 120.0

    colour = HexColor(printed.paper.colour)
    look = Look(size=9, head_ink=colour, head_rule=colour, rules=False, stripe=PALE, pad=6)
    end = ItemTable(sheet, printed, look, (MARGIN, right), fresh_page).draw(top, sheet.height - 90)
    if end + 200 > sheet.height - 60:
        end = fresh_page()
    below = max(_totals(sheet, printed, end + 26), _payment(sheet, printed, end + 16))
    _remarks(sheet, printed, below + 26)
    _foot(sheet, printed, pages)
    return sheet


def _band(sheet: Sheet, printed: Printed) -> None:
    sheet.box(0, 0, sheet.width, 92, fill=HexColor(printed.paper.colour))
    sheet.text(MARGIN, 48, printed.bill.seller.name, Pen(18, bold=True, colour=PAPER))
    sheet.text(MARGIN, 65, printed.paper.tagline, Pen(9, colour=PAPER))
    sheet.text(sheet.width - MARGIN, 56, printed.title.upper(), Pen(22, align="right", colour=PAPER))


def _parties(sheet: Sheet, printed: Printed) -> None:
    seller, buyer, words = printed.bill.seller, printed.bill.buyer, printed.words
    middle = sheet.width / 2 + 20
    for x, caption, party in ((MARGIN, "From", seller), (middle, words["buyer"], buyer)):
        sheet.text(x, 120, caption, Pen(8, bold=True, colour=HexColor(printed.paper.colour)))
        sheet.text(x, 135, party.name, Pen(10, bold=True))
        sheet.lines(x, 149, _address(party, words["seller_vat_id"]), Pen(9))


def _address(party: Party, vat_label: str) -> list[str]:
    country = [] if party.country == "US" else [{"DE": "Germany", "NL": "Netherlands", "FR": "France"}[party.country]]
    vat = [f"{vat_label}: {party.vat_id}"] if party.vat_id else []
    return [party.street, party.place, *country, party.email, *vat]


def _facts(sheet: Sheet, printed: Printed, top: float) -> float:
    """Draw what identifies the bill as captions above values, three a row; return where they end."""
    width = (sheet.width - 2 * MARGIN) / CELLS_A_ROW
    facts = [*printed.meta, ("Currency", printed.bill.invoice.currency)]
    rows = -(-len(facts) // CELLS_A_ROW)
    sheet.box(MARGIN, top, sheet.width - 2 * MARGIN, rows * CELL_HEIGHT + 6, fill=PALE)
    for at, (label, value) in enumerate(facts):
        x = MARGIN + 10 + (at % CELLS_A_ROW) * width
        y = top + (at // CELLS_A_ROW) * CELL_HEIGHT
        sheet.text(x, y + 15, label, Pen(7.5, colour=GREY))
        sheet.text(x, y + 28, value, Pen(10, bold=True))
    return top + rows * CELL_HEIGHT + 6


def _totals(sheet: Sheet, printed: Printed, top: float) -> float:
    left, right = sheet.width / 2 + 20, sheet.width - MARGIN
    y = top
    for row in printed.totals[:-1]:
        sheet.text(left + 8, y, row.label, Pen(9, bold=row.strong))
        sheet.text(right - 8, y, row.value, Pen(9, bold=row.strong, align="right"))
        y += 16
    _last_total(sheet, printed.totals[-1], (left, right), y - 4, printed.paper.colour)
    return y + 24


def _last_total(sheet: Sheet, row: TotalRow, span: Span, top: float, colour: str) -> None:
    left, right = span
    sheet.box(left, top, right - left, 26, fill=HexColor(colour))
    sheet.text(left + 8, top + 17, row.label, Pen(11, bold=True, colour=PAPER))
    sheet.text(right - 8, top + 17, row.value, Pen(11, bold=True, colour=PAPER, align="right"))


def _payment(sheet: Sheet, printed: Printed, top: float) -> float:
    height = 24 + 14 * len(printed.bank)
    sheet.box(MARGIN, top, 236, height, edge=LINE)
    sheet.text(MARGIN + 10, top + 15, "Payment details", Pen(8, bold=True, colour=HexColor(printed.paper.colour)))
    y = top + 30
    for label, value in printed.bank:
        sheet.text(MARGIN + 10, y, label, Pen(8.5, colour=GREY))
        sheet.text(MARGIN + 84, y, value, Pen(8.5))
        y += 14
    return top + height


def _remarks(sheet: Sheet, printed: Printed, top: float) -> None:
    invoice = printed.bill.invoice
    for text in (*([invoice.terms] if invoice.terms else []), *invoice.notes):
        top = sheet.paragraph(MARGIN, top, sheet.width - 2 * MARGIN, text, Pen(9)) + 3


def _foot(sheet: Sheet, printed: Printed, pages: int) -> None:
    seller = printed.bill.seller
    y = sheet.height - 40
    sheet.rule(MARGIN, y - 14, sheet.width - MARGIN, y - 14)
    texts = [seller.name, seller.phone, *seller.registration]
    sheet.text(sheet.width / 2, y, " · ".join(texts), Pen(7.5, align="center", colour=GREY))
    if pages > 1:
        label = printed.page_label(sheet.page, pages)
        sheet.text(sheet.width - MARGIN, y + 12, label, Pen(7.5, align="right", colour=GREY))

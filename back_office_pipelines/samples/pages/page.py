"""The way in: one bill, the name of a layout and a seed make a PDF and the truth about what can be read in it.

What belongs here: what users of this room call. What does not: the drawing (`compose`).
"""

from dataclasses import dataclass

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.fields import Values
from back_office_pipelines.samples.pages.compose import draw_sheet
from back_office_pipelines.samples.pages.printed import print_bill
from back_office_pipelines.samples.pages.sheet import Sheet
from back_office_pipelines.samples.pages.style import Style, style_of


@dataclass(frozen=True)
class DrawnPage:
    """A drawn invoice.

    Attributes:
        pdf: the file.
        pages: how many pages it has.
        header: fields of record `invoice` that can be read in it.
        lines: fields of its lines that can be read.
    """

    pdf: bytes
    pages: int
    header: Values
    lines: tuple[Values, ...]


def draw_page(bill: Bill, layout: str, seed: int | str) -> DrawnPage:
    """Draw a bill in a layout family; the same seed gives the same paper.

    Args:
        bill: what the document states.
        layout: one of `style.layout_names()`.
        seed: chooses labels, letters, columns, places and formats within the family.
    """
    return draw_in(bill, style_of(layout, bill.invoice.language, bill.seller, seed))


def draw_in(bill: Bill, style: Style) -> DrawnPage:
    """Draw a bill on a sender's paper."""
    sheet, printed = sheet_of(bill, style), print_bill(bill, style)
    return DrawnPage(sheet.to_bytes(), sheet.page, printed.header, printed.lines)


def sheet_of(bill: Bill, style: Style) -> Sheet:
    """Return the drawn but unfinished sheet, for those who put more into the file."""
    return draw_sheet(print_bill(bill, style))

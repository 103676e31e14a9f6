"""Putting blocks together: head, opening, item table, closing and foot, over as many pages as it takes.

What belongs here: the order of blocks and where pages break. What does not: any block.
"""

import random

from back_office_pipelines.samples.pages.closings import closing_height, draw_closing, draw_foot
from back_office_pipelines.samples.pages.heads import draw_head, draw_running_head
from back_office_pipelines.samples.pages.openings import draw_opening
from back_office_pipelines.samples.pages.paper import Paper
from back_office_pipelines.samples.pages.printed import Printed
from back_office_pipelines.samples.pages.sheet import GREY, LINE, Pen, Sheet
from back_office_pipelines.samples.pages.tables import ItemTable


def draw_sheet(printed: Printed) -> Sheet:
    """Draw a bill; twice where it takes several pages, since each of them says how many there are."""
    sheet = _draw(printed, 1)
    return sheet if sheet.page == 1 else _draw(printed, sheet.page)


def _draw(printed: Printed, pages: int) -> Sheet:
    paper = Paper.of(printed)
    top = draw_opening(paper, draw_head(paper))
    _noise(paper)

    def fresh_page() -> float:
        draw_foot(paper, pages)
        paper.sheet.next_page()
        return draw_running_head(paper)

    needed = closing_height(paper)
    end = ItemTable(paper, fresh_page).draw(top, paper.bottom, paper.bottom - needed)
    if end + needed > paper.bottom + 1 and end > 0.25 * paper.sheet.height:
        end = fresh_page()
    draw_closing(paper, end)
    draw_foot(paper, pages)
    return paper.sheet


def _noise(paper: Paper) -> None:
    """Draw what says nothing: fold marks, a stamp, a reference of the print shop."""
    if "noise" not in paper.style.shows:
        return
    sheet, draw = paper.sheet, random.Random(paper.printed.bill.invoice.number)  # noqa: S311 - drawing, no secret
    for fold in (1 / 3, 2 / 3):
        sheet.rule(10, sheet.height * fold, 20, sheet.height * fold, colour=LINE, width=0.4)
    sheet.text(8, sheet.height - 8, f"F{draw.randint(100, 999)}-{draw.randint(10, 99)}", Pen(5, colour=GREY))

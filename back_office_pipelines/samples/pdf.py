"""A bill as a PDF page with a text layer, in the layout of its seller.

What belongs here: choosing the layout and counting pages. What does not: the drawing itself (`layouts`), and XML inside
the file (`hybrid`).
"""

from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.drawing import Sheet
from back_office_pipelines.samples.layouts import LAYOUTS
from back_office_pipelines.samples.model import Paper, Story
from back_office_pipelines.samples.printed import print_bill


def paper_of(bill: Bill) -> Paper:
    """Return the paper of a bill's seller.

    Raises:
        UsageError: the story gives this seller none, so it cannot send a PDF.
    """
    if bill.seller.paper is None:
        raise UsageError("sample story", f"{bill.seller.name} sends a PDF and has no paper", "add a block 'paper'")
    return bill.seller.paper


def draw_sheet(bill: Bill, story: Story) -> Sheet:
    """Draw a bill twice: once to learn how many pages it takes, once to say so on each."""
    paper = paper_of(bill)
    printed = print_bill(bill, paper, story)
    layout = LAYOUTS[paper.layout]
    return layout(printed, layout(printed, 0).page)


def pdf_page(bill: Bill, story: Story) -> bytes:
    """Return the bill as a PDF."""
    return draw_sheet(bill, story).to_bytes()

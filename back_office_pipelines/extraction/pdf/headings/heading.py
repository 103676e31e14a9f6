"""A heading: a segment of a page that says what the document is.

What belongs here: what is told of one. What does not: finding them (`headings`), and the one that decides (`deciding`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.page.words import Line, Segment

LARGER = 1.15
"""Height of print, beside the usual one of the page, from which on a line is a heading for sure."""
UPPER = 0.45
"""Share of a page within which an unsure title stands."""
USUAL_BOTTOM = 760.0
"""Points from the top of a page to the end of its text."""
INVOICE, CREDIT = "invoice", "credit_note"
HEADING_WORDS = 8
BEFORE_INVOICES = frozenset({"order", "contract", "quote"})
"""Classes that come before an invoice: where both are named alike, each with a number, it names what it bills."""
ABOUT_INVOICES = frozenset({"statement_of_account", "remittance_advice"})
"""Classes of reminders, statements and advices of payment: they come after invoices and name them, line by line."""


@dataclass(frozen=True)
class Heading:
    """A segment that says what the document is.

    Attributes:
        labels: it may as well be the label of a number or date ("Order: 4711"), in print no larger than the rest; or it
            heads a part of the page far down, a slip to tear off.
        large: its print is larger than the usual one of its page.
        numbered: a number stands beside it.
        behind: its cue stands behind other words, as `title.Title.behind`.
        mentions: it names a document beside this one rather than this one: in a sentence, as a label, with an amount.
        alone: nothing but its cue stands in its segment, in capitals.
        refers: a single word names an order or contract, and what of it follows: "Order # 27", "Order date".
        named: the number of a document follows at once, not what of it is told: "Invoice 4711-2", "Invoice no. 4711".
    """

    document_class: str
    segment: Segment
    height: float
    labels: bool = False
    large: bool = False
    numbered: bool = False
    behind: bool = False
    mentions: bool = False
    alone: bool = False
    refers: bool = False
    named: bool = False


def bottom_of(page: Sequence[Line]) -> float:
    """Return where the text of a page ends, of a short one where that of others does."""
    return max(page[-1].segments[0].box[3], USUAL_BOTTOM) if page else USUAL_BOTTOM


def usual_height(page: Sequence[Line]) -> float:
    """Return the height of print that half of the words of a page do not exceed; 0 where it has none."""
    heights = sorted([word.height for line in page for segment in line.segments for word in segment.words])
    return heights[len(heights) // 2] if heights else 0.0

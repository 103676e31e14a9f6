"""The heading that decides what a document is.

What belongs here: the choice among the headings of the first page, and what a page without one says. What does not:
finding them (`headings`, `untitled`), and the cue words of classes (the dictionary).
"""

from collections.abc import Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.headings.heading import (
    ABOUT_INVOICES,
    BEFORE_INVOICES,
    CREDIT,
    HEADING_WORDS,
    INVOICE,
    LARGER,
    UPPER,
    Heading,
    bottom_of,
    usual_height,
)
from back_office_pipelines.extraction.pdf.headings.headings import headings
from back_office_pipelines.extraction.pdf.headings.untitled import captioned, subject
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.vocabulary import attachments
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.reading import is_slip

SAME_HEIGHT = 0.9
NEARLY = 0.75
"""Height of a title in capitals, beside the number of an order, from which on it is the title."""


def deciding(lines: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the heading of the first page that decides what a document is, None where none does; others say nothing.

    A page without one may say it in the first sentence of a letter. One that is headed in large print as what goes with
    an invoice, a delivery note, and only names one is none.
    """
    found = headings(lines, dictionary)
    none = all(heading.labels for heading in found)
    heading = _untitled(lines, dictionary) if none and not is_slip(dictionary) else document_class(found)
    same = [one for one in found if heading is not None and one.document_class == heading.document_class]
    mentioned = bool(same) and all(one.mentions and not one.large for one in same)
    return None if mentioned and is_attachment(first_page(lines), titled=True) else heading


def _untitled(lines: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return what a page without a heading says it is: in the first sentence of a letter, else by its own number."""
    told, page = subject(lines, dictionary), first_page(lines)
    return captioned(page, dictionary) if told is None and not is_attachment(page, titled=True) else told


def first_page(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of the first page."""
    return [line for line in lines if line.page == 1]


def is_of_other_lane(heading: Heading | None, dictionary: Dictionary) -> bool:
    """Tell whether a heading is that of a document that is none of the lane's."""
    return heading is not None and not dictionary.keeps(heading.document_class)


def document_class(found: Sequence[Heading]) -> Heading | None:
    """Return the heading that decides, None where there is none or two classes are named equally large."""
    found = [heading for heading in found if not heading.labels]
    found = [heading for heading in found if not heading.behind] or found
    found = _without_references(found)
    if not found:
        return None
    as_large = [heading for heading in found if heading.height >= SAME_HEIGHT * found[0].height]
    above = min(as_large, key=lambda one: one.segment.box[1])
    if above.document_class in ABOUT_INVOICES and not any(one.document_class in BEFORE_INVOICES for one in as_large):
        return above
    if any(one.numbered for one in as_large if one.document_class not in BEFORE_INVOICES):
        as_large = [one for one in as_large if one.document_class not in BEFORE_INVOICES]
    rivals = {heading.document_class for heading in as_large}
    if rivals == {INVOICE, CREDIT}:
        as_large = list(_named_itself(as_large))
        rivals = {heading.document_class for heading in as_large}
    starts = [heading for heading in found if heading.document_class in rivals]
    return starts[0] if len(rivals) == 1 else None


def _without_references(found: Sequence[Heading]) -> list[Heading]:
    """Leave out the numbers of orders and contracts beside what the document is, nearly as large.

    That is a title alone in capitals, or the number of an invoice. Recognition tells the height of print by the letters
    of a word: "Order # 27" reaches higher than capitals.
    """
    others = (one for one in found if one.document_class not in BEFORE_INVOICES)
    own = (one.height for one in others if one.alone or (one.named and one.document_class in (INVOICE, CREDIT)))
    least = max(own, default=0.0) / NEARLY
    return [one for one in found if not (one.refers and one.height <= least)]


def _named_itself(as_large: Sequence[Heading]) -> Sequence[Heading]:
    """Return those of equally large headings that name the document itself: a credit note names its invoice, too.

    What only mentions a document does not. Below a credit note stands what it is for; above it may stand either.
    """
    own = [one for one in as_large if not one.mentions]
    highest = min(own, key=lambda one: one.segment.box[1], default=None)
    if highest is None or highest.document_class == INVOICE:
        return own or as_large
    return [highest]


def is_attachment(page: Sequence[Line], *, titled: bool = False) -> bool:
    """Tell whether a page is headed in large print as something that goes with an invoice.

    With `titled`, only above: further down a part of an invoice may be headed so.
    """
    large = LARGER * usual_height(page)
    lowest = UPPER * bottom_of(page) if titled else float("inf")
    known = attachments()
    for line in page:
        for segment in line.segments:
            words = segment.words
            if words[0].height > large and len(words) <= HEADING_WORDS and segment.box[1] <= lowest:
                keys = [key(word.text) for word in words]
                if any(tuple(keys[:end]) in known for end in range(1, len(keys) + 1)):
                    return True
    return False

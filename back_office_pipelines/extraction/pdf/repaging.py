"""Lines and places moved to other page numbers: a document within a file begins with its own page 1.

What belongs here: renumbering pages, there and back. What does not: which pages are a document (`boundaries`).
"""

from collections.abc import Sequence
from dataclasses import replace

from back_office_pipelines.extraction.model import Extraction, FieldValue, Place
from back_office_pipelines.extraction.pdf.page.words import Line


def on_page(line: Line, page: int) -> Line:
    """Return a line as of another page."""
    if line.page == page:
        return line
    return line._replace(page=page, segments=tuple([segment._replace(page=page) for segment in line.segments]))


def moved_back(extraction: Extraction, pages: Sequence[int]) -> Extraction:
    """Return an extraction with its places on the pages of the file; `pages` are those by their number in the part."""
    if tuple(pages) == tuple(range(1, len(pages) + 1)):
        return extraction
    records = tuple(
        replace(record, fields=tuple(_value_moved(value, pages) for value in record.fields))
        for record in extraction.records
    )
    findings = tuple(
        replace(one, places=tuple(_place_moved(place, pages) for place in one.places)) for one in extraction.findings
    )
    return replace(extraction, records=records, findings=findings)


def _value_moved(value: FieldValue, pages: Sequence[int]) -> FieldValue:
    grounds = value.grounds
    if grounds is not None and grounds.runner_up is not None:
        grounds = replace(grounds, runner_up=_place_moved(grounds.runner_up, pages))
    return replace(value, page=None if value.page is None else pages[value.page - 1], grounds=grounds)


def _place_moved(place: Place, pages: Sequence[int]) -> Place:
    return replace(place, page=pages[place.page - 1])

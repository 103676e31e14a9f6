"""Lines of pages, by text layer or recognition, to what a document gives, with its places on the pages as they came.

What belongs here: pages that were not recognised, and pages that lay turned. What does not: recognition (`ocr/`), and
reading lines (`several`).
"""

from collections.abc import Sequence
from dataclasses import replace

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction, FieldValue, Finding, Place
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, ScannedPage
from back_office_pipelines.extraction.ocr.turning import turned_back
from back_office_pipelines.extraction.pdf.headings.heading import Heading
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.several import read_documents


def read_lines(
    lines: Sequence[Line],
    heading: Heading | None,
    pages: int,
    dictionary: Dictionary,
    skipped: Sequence[int],
    memory: Memory = NOTHING,
) -> Extraction:
    """Return what the lines of a document give, with a finding for the pages that were not recognised.

    Args:
        lines: upright lines of all pages.
        heading: the one of the first page that decides, None where none does.
        pages: number of pages of the document.
        dictionary: the lane.
        skipped: numbers of pages beyond the limit.
        memory: what people's corrections taught.
    """
    if lines:
        extraction = read_documents(lines, heading, pages, dictionary, memory)
    else:
        detail = "the document has no text layer, and no text can be recognised on its pages; have it sent again"
        extraction = Extraction("unreadable", "UNREADABLE", detail, pages=pages)
    if not skipped:
        return extraction
    detail = (
        f"{len(skipped)} pages from page {skipped[0]} on are pictures beyond the {MOST_SCANNED} that are recognised"
    )
    return replace(extraction, findings=(*extraction.findings, Finding("LIMIT_EXCEEDED", detail)))


def as_scanned(extraction: Extraction, pages: dict[int, ScannedPage]) -> Extraction:
    """Return an extraction with the places of its values on the pages as they came, whichever way they lay.

    Args:
        extraction: read from the upright lines.
        pages: the recognised pages by number.
    """
    if not pages:
        return extraction
    records = tuple(
        replace(record, fields=tuple(_placed(value, pages) for value in record.fields)) for record in extraction.records
    )
    findings = tuple(
        replace(one, places=tuple(_turned(place, pages) for place in one.places)) if one.places else one
        for one in extraction.findings
    )
    return replace(extraction, records=records, findings=findings)


def _placed(value: FieldValue, pages: dict[int, ScannedPage]) -> FieldValue:
    grounds = value.grounds
    if grounds is not None and grounds.runner_up is not None:
        value = replace(value, grounds=replace(grounds, runner_up=_turned(grounds.runner_up, pages)))
    page = pages.get(value.page or 0)
    if page is None or value.box is None:
        return value
    return replace(value, box=turned_back(value.box, page.turn, page.width, page.height))


def _turned(place: Place, pages: dict[int, ScannedPage]) -> Place:
    page = pages.get(place.page)
    if page is None:
        return place
    return replace(place, box=turned_back(place.box, page.turn, page.width, page.height))

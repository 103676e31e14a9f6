"""How much of one document is read: bytes before any reader sees it, pages, and what may come out.

What belongs here: limits that depend on the document alone, so that they say the same on every machine. What does not:
memory and time of the process that reads it (`isolation/`). Whatever goes beyond a limit is LIMIT_EXCEEDED with the
number; nothing is cut to fit.
"""

from collections.abc import Iterator

from back_office_pipelines.extraction.media import Media
from back_office_pipelines.extraction.model import Extraction

MB = 1_000_000
MOST_BYTES = 100 * MB
"""Bytes of a document of any medium; more are not even handed to a reader."""
MOST_BYTES_OF: dict[Media, int] = {"xml": 20 * MB, "csv": 20 * MB, "text": 20 * MB, "html": 20 * MB}
"""Bytes of media whose readers hold the whole document as objects, several times its size."""
MOST_PAGES = 500
MOST_RECORDS = 50_000
"""Records of one document, children and findings included."""
MOST_VALUES = 300_000
LONGEST_TEXT = 100_000
"""Characters of one value or detail."""


def exceeded(detail: str, pages: int = 0) -> Extraction:
    """Return the extraction of a document that goes beyond a limit."""
    return Extraction("unreadable", "LIMIT_EXCEEDED", detail, pages=pages)


def too_large(size: int, media: Media | None = None) -> Extraction | None:
    """Return the refusal of a document that is too large for its medium, or for any; None where it is not."""
    most = MOST_BYTES if media is None else MOST_BYTES_OF.get(media, MOST_BYTES)
    if size <= most:
        return None
    kind = "document" if media is None else f"{media} document"
    return exceeded(f"the {kind} has more than the {most} bytes that are read; have it sent in parts")


def too_many_pages(pages: int) -> Extraction | None:
    """Return the refusal of a document with too many pages; None where it has not."""
    if pages <= MOST_PAGES:
        return None
    detail = f"the document has {pages} pages, more than the {MOST_PAGES} that are read; have it sent in parts"
    return exceeded(detail, pages)


def within_limits(extraction: Extraction) -> Extraction:
    """Return an extraction, or in its place the refusal of one that gives too much."""
    records = len(extraction.records) + len(extraction.findings)
    if records > MOST_RECORDS:
        return _gives(records, "records and findings", MOST_RECORDS, extraction)
    values = sum(len(record.fields) for record in extraction.records)
    if values > MOST_VALUES:
        return _gives(values, "values", MOST_VALUES, extraction)
    longest = max(map(len, _texts(extraction)), default=0)
    if longest > LONGEST_TEXT:
        return _gives(longest, "characters in one value", LONGEST_TEXT, extraction)
    return extraction


def _gives(number: int, what: str, most: int, extraction: Extraction) -> Extraction:
    detail = f"the document gives {number} {what}, more than the {most} that are kept; have it sent in parts"
    return exceeded(detail, extraction.pages)


def _texts(extraction: Extraction) -> Iterator[str]:
    yield extraction.detail
    yield from (finding.detail for finding in extraction.findings)
    for record in extraction.records:
        for value in record.fields:
            yield value.raw
            yield value.text

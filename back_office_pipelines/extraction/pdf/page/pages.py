"""The text layer of a whole document, for whoever needs its lines and nothing else.

What belongs here: opening, the limit of pages. What does not: pages that are pictures (`scanned`), and reading.
"""

import pypdfium2 as pdfium

from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.words import Line

MOST_PAGES = 200
"""Pages whose text is looked at; an invoice says who, what and how much well before, and few files hold so many."""


def document_lines(document: pdfium.PdfDocument) -> tuple[Line, ...]:
    """Return the lines of an open document's text layer."""
    return tuple(line for index in range(min(len(document), MOST_PAGES)) for line in page_lines(document, index))


def text_lines(content: bytes) -> tuple[Line, ...]:
    """Return the lines of a PDF's text layer."""
    document = pdfium.PdfDocument(content)
    try:
        return document_lines(document)
    finally:
        document.close()

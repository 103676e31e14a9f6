"""A PDF to records: its embedded invoice if it has one, held against the page; else the text layer of its pages.

What belongs here: that order, and what a PDF without either is called. What does not: XML, text, opening files.
"""

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import too_many_pages
from back_office_pipelines.extraction.model import Extraction, Finding
from back_office_pipelines.extraction.pdf.embedded import broken_invoices, read_embedded
from back_office_pipelines.extraction.pdf.mismatch import visible_mismatches
from back_office_pipelines.extraction.pdf.opening import Attachment, PdfRefusedError, attachments, open_pdf
from back_office_pipelines.extraction.pdf.textlayer import is_other_document, read_text_layer
from back_office_pipelines.extraction.pdf.words import Line, page_lines

MOST_PAGES = 50
"""Pages whose text is looked at; an invoice says who, what and how much well before."""


def read_pdf(content: bytes, dictionary: Dictionary, *, ignore_embedded_xml: bool = False) -> Extraction:
    """Return what a PDF gives.

    Args:
        content: the bytes of the file.
        dictionary: the lane.
        ignore_embedded_xml: read the pages even where an invoice is embedded.
    """
    try:
        with open_pdf(content) as document:
            if (refusal := too_many_pages(len(document))) is not None:
                return refusal
            attached = () if ignore_embedded_xml else attachments(document, content)
            return _read(document, attached, dictionary)
    except PdfRefusedError as refusal:
        return refusal.extraction
    except pdfium.PdfiumError as problem:
        return Extraction("unreadable", "UNREADABLE", f"the PDF breaks off: {problem}")


def _read(document: pdfium.PdfDocument, attached: Sequence[Attachment], dictionary: Dictionary) -> Extraction:
    pages = len(document)
    embedded = read_embedded(attached, dictionary)
    if embedded is not None:
        mismatches = _compared_with_page(embedded, document, dictionary)
        return replace(embedded, pages=pages, findings=(*embedded.findings, *mismatches))
    first = page_lines(document, 0)
    lines = first if is_other_document(first, dictionary) else _lines(document)
    extraction = read_text_layer(lines, pages, dictionary) if lines else _without_text(pages)
    return replace(extraction, findings=(*broken_invoices(attached), *extraction.findings))


def _lines(document: pdfium.PdfDocument) -> tuple[Line, ...]:
    return tuple(line for index in range(min(len(document), MOST_PAGES)) for line in page_lines(document, index))


def _compared_with_page(
    embedded: Extraction, document: pdfium.PdfDocument, dictionary: Dictionary
) -> tuple[Finding, ...]:
    """Hold the XML against the page; a page too damaged to show anything is a finding of its own."""
    try:
        return visible_mismatches(embedded, _lines(document), dictionary)
    except pdfium.PdfiumError as problem:
        return (Finding("UNREADABLE", f"the pages cannot be compared with the embedded XML: {problem}"),)


def _without_text(pages: int) -> Extraction:
    which = "page 1 has" if pages == 1 else f"pages 1 to {pages} have"
    detail = f"{which} no text layer; optical character recognition is not built in yet"
    return Extraction("unreadable", "UNREADABLE", detail, pages=pages)

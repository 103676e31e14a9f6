"""Opening a PDF safely, and the files attached to it.

What belongs here: turning pdfium's errors into named statuses, attachments by content. What does not: text (`layer`).
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pypdfium2 import raw as pdfium_c

from back_office_pipelines.extraction.model import Extraction

LARGEST_ATTACHMENT = 20_000_000
"""Bytes; an invoice as XML with its own attachments stays below the parser's limit of half of that."""
EMBEDDED_FILE = b"/EmbeddedFile"


class PdfRefusedError(Exception):
    """A PDF that cannot be read; carries the extraction that says why. Never leaves this package."""

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        super().__init__(extraction.detail)


@dataclass(frozen=True)
class Attachment:
    """A file embedded in a PDF."""

    name: str
    content: bytes


@contextmanager
def open_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF and close it again.

    Raises:
        PdfRefusedError: it is encrypted, damaged beyond repair, or has no pages.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as problem:
        if problem.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            detail = "the PDF asks for a password; have it sent without one"
            raise PdfRefusedError(Extraction("encrypted", "ENCRYPTED", detail)) from None
        raise PdfRefusedError(
            Extraction("unreadable", "UNREADABLE", f"no readable PDF: {problem} Have it sent again")
        ) from None
    try:
        if len(document) == 0:
            raise PdfRefusedError(Extraction("unreadable", "UNREADABLE", "the PDF has no pages; have it sent again"))
        yield document
    finally:
        document.close()


def attachments(document: pdfium.PdfDocument, content: bytes) -> tuple[Attachment, ...]:
    """Return the files embedded in a PDF: those of its name tree, else embedded streams that no tree names.

    Files above the size limit are left out. The names of unnamed streams are their object numbers.
    """
    found = []
    for index in range(document.count_attachments()):
        attachment = document.get_attachment(index)
        try:
            found.append(Attachment(attachment.get_name(), bytes(attachment.get_data())))
        except pdfium.PdfiumError:
            continue  # an entry without a stream: nothing was attached
    if not found and EMBEDDED_FILE in content:
        found = list(_unnamed(content))
    return tuple(entry for entry in found if len(entry.content) <= LARGEST_ATTACHMENT)


def _unnamed(content: bytes) -> Iterator[Attachment]:
    """Yield the embedded streams that hang on pages or on /AF only. A file too damaged for this has none."""
    try:
        parsed = PDFDocument(PDFParser(io.BytesIO(content)))
        for number in sorted({number for table in parsed.xrefs for number in table.get_objids()}):
            stream = parsed.getobj(number)
            if isinstance(stream, PDFStream) and getattr(stream.get("Type"), "name", "") == "EmbeddedFile":
                yield Attachment(f"object {number}", stream.get_data())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a damaged file does to its second reader, the first has opened it
        return

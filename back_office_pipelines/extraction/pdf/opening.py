"""Opening a PDF safely, and the files attached to it.

What belongs here: turning pdfium's errors into named statuses, attachments by content. What does not: text (`words`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from back_office_pipelines.extraction.model import Extraction

LARGEST_ATTACHMENT = 20_000_000


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
            detail = "the PDF asks for a password"
            raise PdfRefusedError(Extraction("encrypted", "ENCRYPTED", detail)) from None
        raise PdfRefusedError(Extraction("unreadable", "UNREADABLE", f"no readable PDF: {problem}")) from None
    try:
        if len(document) == 0:
            raise PdfRefusedError(Extraction("unreadable", "UNREADABLE", "the PDF has no pages"))
        yield document
    finally:
        document.close()


def attachments(document: pdfium.PdfDocument) -> tuple[Attachment, ...]:
    """Return the files embedded in a PDF in the order of its name tree; those above the size limit are left out."""
    found = []
    for index in range(document.count_attachments()):
        attachment = document.get_attachment(index)
        try:
            data = bytes(attachment.get_data())
        except pdfium.PdfiumError:
            continue
        if len(data) <= LARGEST_ATTACHMENT:
            found.append(Attachment(attachment.get_name(), data))
    return tuple(found)

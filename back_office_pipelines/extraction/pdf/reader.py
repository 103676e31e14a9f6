"""A PDF to records: its embedded invoice if it has one, held against the page; else the text of its pages.

What belongs here: that order, page by page the text layer or recognition. What does not: XML, text, opening files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import too_many_pages
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction, Finding
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, ScannedPage
from back_office_pipelines.extraction.pdf.embedded import broken_invoices, read_embedded
from back_office_pipelines.extraction.pdf.headings.deciding import deciding, is_of_other_lane
from back_office_pipelines.extraction.pdf.mismatch import visible_mismatches
from back_office_pipelines.extraction.pdf.opening import Attachment, PdfRefusedError, attachments, open_pdf
from back_office_pipelines.extraction.pdf.page.layer import MOST_CHARACTERS, upright_lines
from back_office_pipelines.extraction.pdf.page.mending import Mender
from back_office_pipelines.extraction.pdf.page.pages import MOST_PAGES, document_lines
from back_office_pipelines.extraction.pdf.page.scanned import is_usable, scan_page
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.recognised import as_scanned, read_lines
from back_office_pipelines.extraction.slip.reading import is_slip


def read_pdf(
    content: bytes, dictionary: Dictionary, *, ignore_embedded_xml: bool = False, memory: Memory = NOTHING
) -> Extraction:
    """Return what a PDF gives.

    Args:
        content: the bytes of the file.
        dictionary: the lane.
        ignore_embedded_xml: read the pages even where an invoice is embedded.
        memory: what people's corrections taught.
    """
    try:
        with open_pdf(content) as document:
            if (refusal := too_many_pages(len(document))) is not None:
                return refusal
            attached = () if ignore_embedded_xml else attachments(document, content)
            return _read(document, attached, dictionary, memory)
    except PdfRefusedError as refusal:
        return refusal.extraction
    except pdfium.PdfiumError as problem:
        return Extraction("unreadable", "UNREADABLE", f"the PDF breaks off: {problem} Have it sent again")


def _read(
    document: pdfium.PdfDocument, attached: Sequence[Attachment], dictionary: Dictionary, memory: Memory
) -> Extraction:
    total = len(document)
    embedded = read_embedded(attached, dictionary)
    if embedded is not None:
        mismatches = _compared_with_page(embedded, attached, document, dictionary)
        return replace(embedded, pages=total, findings=(*embedded.findings, *mismatches))
    pages = Pages.of(document, dictionary)
    first = pages.lines(0)
    heading = deciding(first, dictionary)
    of_other = is_of_other_lane(heading, dictionary)
    following = () if of_other else pages.following()  # another document's need no reading
    extraction = read_lines([*first, *following], heading, total, dictionary, pages.skipped, memory)
    extraction = as_scanned(extraction, pages.scanned | pages.lying)
    unread = () if of_other else pages.unread()
    return replace(extraction, findings=(*broken_invoices(attached), *extraction.findings, *unread))


@dataclass
class Pages:
    """The pages of a document as lines: by their text layer where it is one, else recognised.

    Attributes:
        mender: sets right what recognition spelled wrong in a text layer; None for slips, which have their own.
        scanned: the recognised pages by number.
        lying: the pages by number whose text layer runs up, down or upside down.
        skipped: numbers of the pages that are pictures beyond the limit.
        cut: numbers of the pages of more text than is looked at.
    """

    document: pdfium.PdfDocument
    mender: Mender | None = None
    scanned: dict[int, ScannedPage] = field(default_factory=dict)
    lying: dict[int, ScannedPage] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, document: pdfium.PdfDocument, dictionary: Dictionary) -> "Pages":
        """Return the pages of a document as a lane reads them."""
        return cls(document, None if is_slip(dictionary) else Mender(dictionary))

    def lines(self, index: int) -> tuple[Line, ...]:
        """Return the lines of one page; each page is asked for once, in order."""
        found, turn, whole = upright_lines(self.document, index)
        self.cut += [] if whole else [index + 1]
        if is_usable(found, self.document, index, lying=turn != 0):
            if turn:
                self.lying[index + 1] = ScannedPage(found, turn, *self.document.get_page_size(index))
            return found if self.mender is None else self.mender.mended(found)
        if len(self.scanned) >= MOST_SCANNED:
            self.skipped.append(index + 1)
            return found
        page = self.scanned[index + 1] = scan_page(self.document, index)
        return page.lines or found

    def unread(self) -> Iterator[Finding]:
        """Yield what of the document was not looked at: what it comes to may stand there."""
        told = "have it sent in parts, or as data"
        if (total := len(self.document)) > MOST_PAGES:
            yield Finding("LIMIT_EXCEEDED", f"of its {total} pages those from {MOST_PAGES + 1} on are not read; {told}")
        if self.cut:
            most = f"more than the {MOST_CHARACTERS} characters that are read"
            yield Finding("LIMIT_EXCEEDED", f"page {self.cut[0]} has {most}; {told}")

    def following(self) -> list[Line]:
        """Return the lines of all pages that are read after the first."""
        return [line for index in range(1, min(len(self.document), MOST_PAGES)) for line in self.lines(index)]


def _compared_with_page(
    embedded: Extraction, attached: Sequence[Attachment], document: pdfium.PdfDocument, dictionary: Dictionary
) -> tuple[Finding, ...]:
    """Hold the XML against the page; a page too damaged to show anything is a finding of its own."""
    try:
        return visible_mismatches(embedded, document_lines(document), dictionary, [one.content for one in attached])
    except pdfium.PdfiumError as problem:
        detail = f"the pages cannot be compared with the embedded XML: {problem} Have it sent again"
        return (Finding("UNREADABLE", detail),)

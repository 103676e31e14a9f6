"""The one entry of the extraction room: the bytes of a document to an extraction, whatever the document is.

What belongs here: sending each medium to its reader and naming what no reader takes. What does not: reading. No input
makes this function raise: damage of every kind is a status with a reason code and a detail for the person who decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import too_large
from back_office_pipelines.extraction.media import COMPOUND, IMAGES, Media, belied, media_type
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.ocr.images import read_image
from back_office_pipelines.extraction.pdf.reader import read_pdf
from back_office_pipelines.extraction.table.reader import read_table, read_workbook
from back_office_pipelines.extraction.table.uneven import is_uneven_table
from back_office_pipelines.extraction.text.reader import read_html, read_mail, read_outlook, read_text
from back_office_pipelines.extraction.xml.reader import read_xml

UNSUPPORTED: dict[Media, str] = {
    "heic": "a photograph in HEIC format; have it sent as JPEG",
    "edifact": "an EDIFACT message; have it sent as XML or PDF",
    "x12": "an ANSI X12 message; have it sent as XML or PDF",
    "docx": "a document of an office program; have it sent as PDF, tables as .xlsx",
    "zip": "a ZIP archive, whose members are documents of their own",
    "archive": "a compressed archive of another kind; have it sent as a ZIP archive",
    "office": "an office document of an old binary format; have it sent as PDF",
    "tnef": "an envelope of Outlook (winmail.dat); have the message sent as HTML or plain text",
    "json": "a JSON file; have the document sent as PDF or XML",
    "signed": "a signed envelope (PKCS #7); have its content sent beside it",
    "binary": "a binary file of unknown format; ask the sender what it is",
}
TORN = "the beginning of a ZIP archive or workbook is missing; have it sent again"
READERS: Mapping[Media, Callable[[bytes, Dictionary], Extraction]] = {
    "xml": read_xml,
    "csv": read_table,
    "xlsx": read_workbook,
    "xls": read_workbook,
    "email": read_mail,
    "msg": read_outlook,
    "html": read_html,
    "text": read_text,
}


def extract_document(
    content: bytes,
    name: str,
    dictionary: Dictionary,
    *,
    ignore_embedded_xml: bool = False,
    memory: Memory = NOTHING,
) -> Extraction:
    """Return what one document gives.

    Args:
        content: the bytes of the file.
        name: its name, used in details only; what a file is, its bytes tell.
        dictionary: the lane whose records are looked for.
        ignore_embedded_xml: read the visible page of a hybrid PDF as if no XML were embedded in it.
        memory: what people's corrections taught about pages.

    Returns:
        Records and findings, or a status other than `ok` with its reason code: EMPTY_FILE, ENCRYPTED, UNREADABLE,
        LIMIT_EXCEEDED, UNSUPPORTED_MEDIA or UNCLASSIFIED. A document that was read and is none of the lane's has
        status `ok`, reason code NOT_THIS_LANE and no records.
    """
    media = media_type(content)
    if media == "empty":
        return Extraction(
            status="empty", reason_code="EMPTY_FILE", detail=f"{name} holds nothing but blanks; have it sent again"
        )
    if (refusal := too_large(len(content), media)) is not None:
        return refusal
    if media == "pdf":
        return read_pdf(content, dictionary, ignore_embedded_xml=ignore_embedded_xml, memory=memory)
    if media in IMAGES - UNSUPPORTED.keys():
        return read_image(content, dictionary, memory)
    return _with_name(_read(content, name, media, dictionary), belied(name, media))


def _with_name(extraction: Extraction, hint: str) -> Extraction:
    """Return an extraction that failed with what its name promised: whoever sees a .pdf wonders why it was no page."""
    if not hint or extraction.status == "ok":
        return extraction
    return replace(extraction, detail=f"{extraction.detail}; {hint}" if extraction.detail else hint)


def _read(content: bytes, name: str, media: Media, dictionary: Dictionary) -> Extraction:
    if media == "office" and content.startswith(COMPOUND):  # an XLSX behind a password is one
        workbook = read_workbook(content, dictionary)
        if workbook.reason_code != "UNSUPPORTED_MEDIA":
            return workbook
    if media == "text" and is_uneven_table(content, dictionary):
        return read_table(content, dictionary)
    if media in READERS:
        return READERS[media](content, dictionary)
    if media == "torn":
        return Extraction(status="unreadable", reason_code="UNREADABLE", detail=TORN)
    detail = f"no reader takes {name}: it is {UNSUPPORTED[media]}"
    return Extraction(status="unreadable", reason_code="UNSUPPORTED_MEDIA", detail=detail)

"""Running text to records: e-mails by their bodies, HTML pages, plain text; through the label location of text layers.

What belongs here: which text is read, and when the text of an e-mail is a covering note. What does not: rows (`html`,
`layout`), messages (`message`, `containers.outlook`) and fields (`pdf.textlayer`).
"""

from collections.abc import Callable, Sequence
from email.message import Message

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import exceeded
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.pdf.textlayer import read_text_layer
from back_office_pipelines.extraction.table.doubt import why_foreign, with_doubts
from back_office_pipelines.extraction.table.encoding import decode_text, is_proved
from back_office_pipelines.extraction.text.html import TooMuchError, html_rows
from back_office_pipelines.extraction.text.layout import Row, lines_of_rows, plain_rows, without_places
from back_office_pipelines.extraction.text.message import (
    ATTACHED,
    LEFT_OUT,
    LongHeaderError,
    bodies,
    is_encrypted,
    leaves,
    message_rows,
    parse_message,
    rough_text,
)
from back_office_pipelines.extraction.text.outlook import BrokenMessageError, outlook_message

OWN_TOTALS = ("net_total", "tax_total", "gross_total")
"""What a text accounts for that is an invoice of its own beside attachments; a covering note names one sum at most."""


def read_text(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return what a plain text gives."""
    text = decode_text(content)
    if text is None:
        return Extraction("unreadable", "UNREADABLE", "the encoding of the text cannot be told; save it as UTF-8")
    if (problem := why_foreign(content, text)) is not None:
        return Extraction("unreadable", "UNREADABLE", f"the text cannot be read: {problem}")
    return with_doubts(_read(lambda: plain_rows(text), dictionary), proved=is_proved(content))


def read_html(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return what an HTML page shows."""
    text = decode_text(content)
    if text is None:
        return Extraction("unreadable", "UNREADABLE", "the encoding of the page cannot be told; save it as UTF-8")
    return _read(lambda: html_rows(text), dictionary)


def read_mail(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return what the text of an e-mail gives; of one with attachments nothing (`aside`) where it only covers them."""
    try:
        return read_message(parse_message(content), dictionary)
    except LongHeaderError as problem:
        return exceeded(f"{problem}; have the e-mail sent again without it")


def read_outlook(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return what the text of an Outlook message gives, as `read_mail`."""
    try:
        return read_message(outlook_message(content), dictionary)
    except BrokenMessageError as problem:
        return Extraction("unreadable", "UNREADABLE", f"{problem}; have it sent as .eml")


def read_message(message: Message, dictionary: Dictionary) -> Extraction:
    """Return what the text of a message gives."""
    if is_encrypted(message):
        return Extraction("encrypted", "ENCRYPTED", "the e-mail is encrypted; have it sent in clear")
    if not bodies(message):
        return Extraction("empty", "EMPTY_FILE", "the e-mail has neither text nor attachments; have it sent again")
    extraction = _read(lambda: message_rows(message), dictionary)
    if any(LEFT_OUT in part for part in leaves(message)):
        own = _is_own_document(extraction, message)
        return extraction if own else Extraction("aside", None, "the text of the e-mail covers its attachments")
    if extraction.reason_code == "UNCLASSIFIED" and ATTACHED.search(rough_text(message)):
        detail = "the text speaks of an attachment, and the e-mail has none; ask the sender for it"
        return Extraction("unclassified", "UNCLASSIFIED", detail, language=extraction.language)
    return extraction


def _is_own_document(extraction: Extraction, message: Message) -> bool:
    """Tell whether a text beside attachments is a document.

    Beside one that may be the invoice it is where it accounts for its sums and points to no attachment.
    """
    if not any(part.get(LEFT_OUT) == "rival" for part in leaves(message)):
        return bool(extraction.records)
    fields = {value.name for record in extraction.records for value in record.fields}
    return fields.issuperset(OWN_TOTALS) and not ATTACHED.search(rough_text(message))


def _read(rows: Callable[[], Sequence[Row]], dictionary: Dictionary) -> Extraction:
    try:
        lines = lines_of_rows(rows())
    except TooMuchError as problem:
        return exceeded(f"the HTML text cannot be laid out: {problem}; have it sent as PDF")
    if not lines:
        return Extraction("empty", "EMPTY_FILE", "the text shows no words; have the document sent again")
    return without_places(read_text_layer(lines, 0, dictionary))

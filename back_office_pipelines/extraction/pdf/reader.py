"""A PDF to records: its embedded invoice if it has one, else its text layer."""

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.pdf.opening import PdfRefusedError, attachments, open_pdf
from back_office_pipelines.extraction.xml.reader import is_known_invoice, read_xml
from dataclasses import replace


def read_pdf(content: bytes, dictionary: Dictionary, *, ignore_embedded_xml: bool = False) -> Extraction:
    try:
        with open_pdf(content) as document:
            pages=len(document)
            if not ignore_embedded_xml:
                for a in attachments(document):
                    if is_known_invoice(a.content):
                        return replace(read_xml(a.content, dictionary, "embedded_xml"),pages=pages)
            return Extraction(status="unclassified",reason_code="UNCLASSIFIED",pages=pages)
    except PdfRefusedError as refusal:
        return refusal.extraction

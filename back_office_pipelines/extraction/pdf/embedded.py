"""The invoice embedded in a hybrid PDF (ZUGFeRD, Factur-X, XRechnung), found by content and not by name.

What belongs here: which attachment is the invoice, and what to do where several are. What does not: XML itself.
"""

from collections.abc import Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Extraction, FieldValue, Finding
from back_office_pipelines.extraction.pdf.opening import Attachment
from back_office_pipelines.extraction.xml.parse import Broken, parse_xml
from back_office_pipelines.extraction.xml.reader import is_known_invoice, read_xml
from back_office_pipelines.values.text import compact_upper

STANDARD_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
IDENTITY = ("invoice_number", "issue_date", "gross_total", "seller_name")


def read_embedded(attached: Sequence[Attachment], dictionary: Dictionary) -> Extraction | None:
    """Return the embedded invoice, None where no attachment is one.

    Several embedded invoices that agree on number, date, gross total and seller are one invoice in several syntaxes:
    the first of the file's own order is read. Several that differ are AMBIGUOUS and none is read.
    """
    invoices = [
        read_xml(entry.content, dictionary, "embedded_xml") for entry in attached if is_known_invoice(entry.content)
    ]
    if not invoices:
        return None
    if len({_identity(invoice) for invoice in invoices}) > 1:
        detail = f"the PDF embeds {len(invoices)} different invoices"
        return Extraction(status="ok", reason_code="AMBIGUOUS", detail=detail)
    return invoices[0]


def broken_invoices(attached: Sequence[Attachment]) -> tuple[Finding, ...]:
    """Return a finding for each attachment that a standard name announces as the invoice and that is no XML."""
    return tuple(
        Finding(broken.reason_code, f"embedded {entry.name}: {broken.detail}")
        for entry in attached
        if entry.name.casefold() in STANDARD_NAMES and isinstance(broken := parse_xml(entry.content), Broken)
    )


def _identity(invoice: Extraction) -> tuple[str, ...]:
    """Return what makes two embedded files the same invoice."""
    fields: tuple[FieldValue, ...] = invoice.records[0].fields if invoice.records else ()
    values = {value.name: compact_upper(value.text) for value in fields}
    return tuple(values.get(name, "") for name in IDENTITY)

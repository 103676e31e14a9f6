"""Drawing the plan: every file as bytes, and the truth about every document in it.

What belongs here: which file a plan becomes, and what a faultless reader finds in it. What does not: deciding the plan
(`story`), and any syntax or page.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pypdfium2 as pdfium
from reportlab.lib.pdfencrypt import StandardEncryption

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.cii import cii_xml
from back_office_pipelines.samples.csv_file import csv_bytes
from back_office_pipelines.samples.fatturapa import fatturapa_xml
from back_office_pipelines.samples.fields import Values, canonical, header_values, line_values
from back_office_pipelines.samples.hybrid import hybrid_pdf
from back_office_pipelines.samples.mail import mail_bytes
from back_office_pipelines.samples.model import CsvForm
from back_office_pipelines.samples.pages.page import draw_in, sheet_of
from back_office_pipelines.samples.scan import scanned_pdf
from back_office_pipelines.samples.ubl import ubl_xml
from back_office_pipelines.samples.workbook import workbook_bytes
from back_office_pipelines.samples.world.plan import FilePlan, Planted

TABLE_COLUMNS = (
    "invoice_number", "invoice_type", "issue_date", "due_date", "currency", "seller_name", "seller_vat_id",
    "seller_iban", "buyer_name", "purchase_order", "net_total", "tax_total", "gross_total",
)  # fmt: skip
FORMS = (
    CsvForm(
        grain="invoice", delimiter=";", decimal=",", date="{y}/{m:02}/{d:02}", columns={n: n for n in TABLE_COLUMNS}
    ),
    CsvForm(
        grain="invoice", delimiter=",", decimal=".", date="{y}-{m:02}-{d:02}", columns={n: n for n in TABLE_COLUMNS}
    ),
)
LINE_FORM = CsvForm(
    grain="line",
    delimiter=";",
    decimal=",",
    date="{y}-{m:02}-{d:02}",
    byte_order_mark=True,
    columns={n: n for n in (*TABLE_COLUMNS, "description", "quantity", "unit", "unit_price", "line_net", "tax_rate")},
)


@dataclass(frozen=True)
class Drawn:
    """A file and the truth about each document it holds."""

    content: bytes
    truths: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class _Read:
    """What can be read in one document: header fields and lines of each record."""

    content: bytes
    records: tuple[tuple[Values, tuple[Values, ...]], ...]
    pages: int = 0


def draw_file(plan: FilePlan, batch_id: str, sent_at: datetime) -> Drawn:
    """Draw one file of a batch."""
    if plan.medium != "eml":
        made = _damaged(plan, _document(plan))
        return Drawn(made.content, (_truth(plan, made, batch_id, plan.path, None),))
    members = [(part, _damaged(part, _document(part))) for part in plan.members]
    sender = plan.members[0].entries[0].honest.seller.email
    numbers = ", ".join(part.entries[0].honest.invoice.number for part in plan.members)
    content = mail_bytes(sender, f"Invoice {numbers}", sent_at, [(part.path, made.content) for part, made in members])
    return Drawn(content, tuple(_truth(part, made, batch_id, plan.path, part.path) for part, made in members))


def _document(plan: FilePlan) -> _Read:
    if plan.medium in {"csv", "xlsx"}:
        return _table(plan)
    (entry,) = plan.entries
    bill = entry.stated
    if plan.medium in {"pdf", "scan"}:
        return _page(plan, bill)
    whole = ((header_values(bill), line_values(bill)),)
    if plan.medium == "hybrid":
        assert plan.style is not None  # noqa: S101 - the story gives every page a style
        return _Read(hybrid_pdf(sheet_of(plan.shown or bill, plan.style), bill), whole)
    if plan.medium == "fatturapa":
        return _Read(fatturapa_xml(bill), whole)
    return _Read(ubl_xml(bill) if plan.medium == "ubl" else cii_xml(bill), whole)


def _page(plan: FilePlan, bill: Bill) -> _Read:
    assert plan.style is not None  # noqa: S101 - the story gives every page a style
    drawn = draw_in(bill, plan.style)
    content = scanned_pdf(drawn.pdf, plan.seed) if plan.medium == "scan" else drawn.pdf
    return _Read(content, ((drawn.header, drawn.lines),), drawn.pages)


def _table(plan: FilePlan) -> _Read:
    bills = tuple(entry.stated for entry in plan.entries)
    if plan.medium == "xlsx":
        content = workbook_bytes(bills, {name: name for name in TABLE_COLUMNS})
        return _Read(content, tuple((_only(header_values(bill), TABLE_COLUMNS), ()) for bill in bills))
    form = LINE_FORM if plan.seed.endswith("/lines") else FORMS[len(plan.seed) % 2]
    lines = (tuple(_only(line, tuple(form.columns)) for line in line_values(bill)) for bill in bills)
    content = csv_bytes(bills, form)
    headers = (_only(header_values(bill), tuple(form.columns)) for bill in bills)
    return _Read(
        content, tuple((header, of if form.grain == "line" else ()) for header, of in zip(headers, lines, strict=True))
    )


def _only(values: Values, names: tuple[str, ...]) -> Values:
    return {name: value for name, value in values.items() if name in names}


def _damaged(plan: FilePlan, made: _Read) -> _Read:
    """Do to a finished file what was done on its way; nothing can be read in it any more."""
    if plan.damage is None:
        return made
    content = {"truncated": _truncated, "encrypted": _encrypted, "empty": _emptied, "unsupported": _sound}[plan.damage]
    return _Read(content(made.content), ())


def _truncated(content: bytes) -> bytes:
    return content[: len(content) // 3]


def _emptied(content: bytes) -> bytes:
    return content[:0]


def _sound(content: bytes) -> bytes:
    """Return a WAVE file of the same length: the header and silence."""
    size = len(content)
    return b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + bytes(20) + b"data" + bytes(size)


def _encrypted(content: bytes) -> bytes:
    """Return the pages in a file that opens with a password only."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - one file in five hundred

    buffer = io.BytesIO()
    with pdfium.PdfDocument(content) as document:
        size = document[0].get_size()
    lock = StandardEncryption("open sesame", "open sesame", strength=128)
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=0, encrypt=lock)
    canvas.drawString(72, 72, "confidential")
    canvas.save()
    return buffer.getvalue()


def _truth(plan: FilePlan, made: _Read, batch_id: str, path: str, member: str | None) -> Mapping[str, Any]:
    """Return what a faultless reader finds in one document, what is wrong with it, and what would be right."""
    honest = [header_values(entry.honest) for entry in plan.entries]
    return {
        "batch_id": batch_id,
        "path": path,
        "member": member,
        "medium": plan.medium,
        "layout": plan.style.family if plan.style else None,
        "language": plan.entries[0].honest.invoice.language if plan.entries else None,
        "pages": made.pages,
        "planted": _planted(plan.planted),
        "records": list(_records(made)),
        "right": [_text(values) for values in honest],
    }


def _records(made: _Read) -> Iterator[dict[str, Any]]:
    ordinal = 0
    for parent, (header, lines) in enumerate(made.records, start=1):
        yield {"record_type": "invoice", "ordinal": parent, "parent": None, "fields": _text(header)}
        for line in lines:
            ordinal += 1
            yield {"record_type": "line", "ordinal": ordinal, "parent": parent, "fields": _text(line)}


def _text(values: Values) -> dict[str, str]:
    return {name: canonical(name, value) for name, value in values.items()}


def _planted(one: Planted | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"kind": one.kind, "codes": list(one.codes), "says": one.says, "record": one.record}

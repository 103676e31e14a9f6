"""What people typed into the fields of a form, or onto a page, is read as the page shows it."""

import io

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from back_office_pipelines.extraction.pdf.page.pages import text_lines
from back_office_pipelines.extraction.pdf.page.typed import open_page
from tests.extraction.documents import extracted, values

FIELDS = (
    (320, 740, "Invoice No.", "FF-2025-118"), (320, 720, "Invoice date", "3 March 2025"),
    (50, 740, "Bill to", "Harper Tools Ltd"), (50, 700, "From", "Seaside Cleaning Ltd"),
    (320, 500, "Net total", "GBP 100.00"), (320, 480, "VAT 20%", "GBP 20.00"), (320, 460, "Total", "GBP 120.00"),
)  # fmt: skip
"""Left edge and base line of a label, the label, and what is typed beside it."""


def form(*, drawn: bool = True) -> bytes:
    """Return a form that somebody filled in; without `drawn`, how its fields look is left to the viewer."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), pageCompression=0)
    canvas.setFont("Helvetica", 20)
    canvas.drawString(50, 780, "INVOICE")
    canvas.setFont("Helvetica", 10)
    for x, y, label, value in FIELDS:
        canvas.drawString(x, y, label)
        canvas.acroForm.textfield(
            name=label, x=x + 90, y=y - 4, width=150, height=16, value=value, fontSize=9, fontName="Helvetica"
        )
    canvas.save()
    content = buffer.getvalue()
    return content if drawn else content.replace(b"/AP <<", b"/XX <<")


def over_a_page() -> bytes:
    """Return the same texts typed over the page, without a form."""
    return form().replace(b"/Subtype /Widget", b"/Subtype /FreeText").replace(b"/AcroForm", b"/NoForm")


def text_of(content: bytes) -> str:
    return "\n".join(line.text for line in text_lines(content))


@pytest.mark.parametrize("drawn", [True, False])
def test_what_is_typed_into_a_form_is_read(drawn: bool) -> None:
    content = form(drawn=drawn)
    assert all(value in text_of(content) for *_, value in FIELDS)
    found = values(extracted(content))
    assert found["invoice_number"] == "FF-2025-118"
    assert found["seller_name"] == "Seaside Cleaning Ltd"
    assert found["buyer_name"] == "Harper Tools Ltd"
    assert found["gross_total"] == "GBP 120.00"


def test_a_page_is_opened_again_and_again() -> None:
    document = pdfium.PdfDocument(form())
    for _ in range(3):
        page = open_page(document, 0)
        assert "FF-2025-118" in page.get_textpage().get_text_bounded()
        page.close()
    document.close()


def test_text_typed_over_a_page_is_read() -> None:
    assert all(value in text_of(over_a_page()) for *_, value in FIELDS)

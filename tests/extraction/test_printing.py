"""Pages as they were printed and scanned: aslant, and with the wide spaces of line printers."""

import io
import math

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.printing import LEAST, MOST, slope_and_space
from back_office_pipelines.extraction.pdf.page.words import Word, straight_lines_of
from tests.extraction.documents import extracted

ROWS = (
    ("KDRW-FM High Plains Radio Group Inc.", "INVOICE"),
    ("1104 W Cattleman Ave Duhaven KS 67880", "Invoice No. 24100067"),
    ("Bill to: Friends of Marla Quist", "Invoice date: 10/31/2024"),
    ("c/o Darrel Quist, Treasurer", "Terms: Due upon receipt"),
    ("Morning drive announcements, thirty seconds", "$396.00"),
    ("Midday announcements, thirty seconds", "$288.50"),
    ("Total gross", "$684.50"),
    ("Less agency commission 15%", "$102.68"),
    ("Net amount due", "$581.82"),
)
"""Left and right texts of a page, one row each."""


def scanned(degrees: float) -> bytes:
    """Return a page whose text lies aslant, as recognition leaves it on a page that was scanned so."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792))
    canvas.translate(306, 396)
    canvas.rotate(degrees)
    canvas.translate(-306, -396)
    canvas.setFont("Helvetica", 9)
    for number, (left, right) in enumerate(ROWS):
        canvas.drawString(45, 700 - 13 * number, left)
        canvas.drawString(440, 700 - 13 * number, right)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("degrees", [-1.6, -0.9, -0.4, 0.0, 0.3, 0.7, 1.2, 1.8])
def test_rows_of_a_page_scanned_aslant_stay_rows(degrees: float) -> None:
    document = pdfium.PdfDocument(scanned(degrees))
    try:
        texts = [line.text for line in page_lines(document, 0)]
    finally:
        document.close()
    assert texts == ["  ".join(row) for row in ROWS]


def test_a_bill_scanned_aslant_is_read() -> None:
    extraction = extracted(scanned(-1.1))
    values = {one.name: one.text for one in extraction.records[0].fields}
    assert extraction.document_class == "invoice"
    assert (values["invoice_number"], values["gross_total"], values["amount_due"]) == ("24100067", "$684.50", "$581.82")


def row(base: float, slope: float, spaces: float, count: int = 12) -> list[Word]:
    """Return the words of one row of a page, its spaces in heights of print."""
    words, x = [], 40.0
    for number in range(count):
        text = "word"[: 2 + number % 3]
        low = base + slope * x
        words.append(Word(text, (x, low - 8, x + 5 * len(text), low + 2), low, 10.0))
        x += 5 * len(text) + 10 * spaces
    return words


@given(slope=st.floats(LEAST * 2, MOST * 0.6), up=st.booleans())
def test_the_slope_of_a_page_is_told(slope: float, up: bool) -> None:
    slope = -slope if up else slope
    words = [word for number in range(6) for word in row(100 + 14.0 * number, slope, 0.3)]
    found, space = slope_and_space(words)
    assert math.isclose(found, slope, rel_tol=1e-6)
    assert math.isclose(space, 0.3, rel_tol=1e-6)
    assert [len(line.segments) for line in straight_lines_of(words, 1)] == [1] * 6


def test_typeset_text_has_neither_slope_nor_wide_spaces() -> None:
    words = [word for number in range(6) for word in row(100 + 14.0 * number, 0.0, 1.3)]
    assert slope_and_space(words) == (0.0, 0.0)
    assert {len(line.segments) for line in straight_lines_of(words, 1)} == {12}


def test_a_raised_figure_does_not_make_a_typeset_page_a_recognised_one() -> None:
    words = [word for number in range(6) for word in row(100 + 14.0 * number, 0.0, 1.3)]
    words[3] = words[3]._replace(base=words[3].base - 2.0)
    assert slope_and_space(words) == (0.0, 0.0)


def test_wide_spaces_of_a_recognised_line_printer_are_no_columns() -> None:
    words = [word for number in range(6) for word in row(100 + 14.0 * number, 0.004, 1.3)]
    assert {len(line.segments) for line in straight_lines_of(words, 1)} == {1}


def test_a_few_words_tell_nothing() -> None:
    assert slope_and_space(row(100.0, 0.01, 0.3, count=5)) == (0.0, 0.0)

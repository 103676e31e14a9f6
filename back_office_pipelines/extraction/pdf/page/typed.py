"""Pages with what people typed onto them: the values of form fields, and text put on top of a page.

What belongs here: opening a page so. What does not: its text (`layer`) and pictures of it (`scanned`).

A form that somebody filled in keeps its values apart from the page, as widgets (ISO 32000-1, 12.5.6.19); viewers show
them where the fields are, and a page's own text does not have them. The same goes for text typed over a page (12.5.6.6,
free text). Both are made part of the page in memory; the file stays what it is.
"""

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

TYPED = frozenset((pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT))
"""What people type into or onto a page."""
MOST_LOOKED_AT = 500
"""Annotations of a page among which these are looked for; links and marks are annotations as well."""


def open_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """Return a page with everything typed onto it as part of its content. Whoever asks closes it."""
    if document.formenv is None and document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        document.init_forms()  # draws the fields of forms that leave this to the viewer
    page = document[index]
    if (
        _has_typed(page)
        and pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS
    ):
        page.close()
        page = document[index]
    return page


def _has_typed(page: pdfium.PdfPage) -> bool:
    count = min(pdfium_c.FPDFPage_GetAnnotCount(page.raw), MOST_LOOKED_AT)
    return any(_subtype(page, number) in TYPED for number in range(count))


def _subtype(page: pdfium.PdfPage, number: int) -> int:
    annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, number)
    if not annotation:
        return int(pdfium_c.FPDF_ANNOT_UNKNOWN)
    try:
        return int(pdfium_c.FPDFAnnot_GetSubtype(annotation))
    finally:
        pdfium_c.FPDFPage_CloseAnnot(annotation)

"""One page of a document as a picture, with its size in points: what the places of a reading are measured on.

What belongs here: drawing a page of a PDF, and one frame of an image file, as its reader saw it. What does not: what
is written beside it (`drawing`).
"""

from itertools import islice
from typing import TYPE_CHECKING

from back_office_pipelines.extraction.media import media_type
from back_office_pipelines.extraction.ocr.pictures import as_rgb, frames, points_of
from back_office_pipelines.extraction.pdf.opening import open_pdf
from back_office_pipelines.extraction.pdf.page.typed import open_page

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 1800
"""Pixels of the longer side of a page: A4 at 154 dots an inch."""
LARGEST_SCALE = 3.0
"""Pixels a point at most: a slip is not drawn larger than it can be looked at."""


def scale_of(width: float, height: float) -> float:
    """Return the pixels a point with which a page of some size in points is drawn."""
    return min(LARGEST_SCALE, LONGEST_SIDE / max(width, height, 1.0))


def page_picture(content: bytes, number: int) -> tuple["Image", float]:
    """Return a page as it is shown, and its pixels a point.

    Args:
        content: of a PDF or an image file.
        number: page from 1.

    Raises:
        PdfRefusedError, PictureRefusedError, pypdfium2.PdfiumError: it cannot be drawn.
        ValueError: there is no such page.
    """
    return _of_pdf(content, number) if media_type(content) == "pdf" else _of_image(content, number)


def _of_pdf(content: bytes, number: int) -> tuple["Image", float]:
    with open_pdf(content) as document:
        page = open_page(document, number - 1)
        try:
            scale = scale_of(*page.get_size())
            bitmap = page.render(scale=scale, may_draw_forms=True)
            try:
                return bitmap.to_pil().convert("RGB"), scale
            finally:
                bitmap.close()
        finally:
            page.close()


def _of_image(content: bytes, number: int) -> tuple["Image", float]:
    frame = next(islice(frames(content, number), number - 1, None), None)
    if frame is None:
        raise ValueError("there is no such page")
    width, height = points_of(frame[0])
    scale = scale_of(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return as_rgb(frame[0], LONGEST_SIDE).resize(size), scale

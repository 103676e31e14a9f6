"""Image files to records: PNG, JPEG, TIFF with several pages, WebP, GIF and BMP.

What belongs here: the pages of an image file in their order. What does not: opening pictures (`pictures`), recognition
(`pages`), and what the text says (`pdf.textlayer`).
"""

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, ScannedPage, scan
from back_office_pipelines.extraction.ocr.pictures import PictureRefusedError, as_rgb, frames, points_of
from back_office_pipelines.extraction.pdf.headings.deciding import deciding, is_of_other_lane
from back_office_pipelines.extraction.pdf.recognised import as_scanned, read_lines


def read_image(content: bytes, dictionary: Dictionary, memory: Memory = NOTHING) -> Extraction:
    """Return what an image file gives; each frame is a page.

    Args:
        content: the bytes of the file.
        dictionary: the lane.
        memory: what people's corrections taught.
    """
    try:
        pages, total, skipped = _scanned(content, dictionary)
    except PictureRefusedError as refusal:
        return refusal.extraction
    lines = [line for page in pages.values() for line in page.lines]
    heading = deciding(pages[1].lines, dictionary)
    return as_scanned(read_lines(lines, heading, total, dictionary, skipped, memory), pages)


def _scanned(content: bytes, dictionary: Dictionary) -> tuple[dict[int, ScannedPage], int, range]:
    """Return the pages that were recognised, the number of all, and the numbers of those beyond the limit."""
    pages: dict[int, ScannedPage] = {}
    total = 0
    for number, (picture, count) in enumerate(frames(content, MOST_SCANNED), start=1):
        total = count
        pages[number] = scan(as_rgb(picture, LONGEST_SIDE), number, points_of(picture))
        if number == 1 and is_of_other_lane(deciding(pages[1].lines, dictionary), dictionary):
            return pages, total, range(0)
    return pages, total, range(MOST_SCANNED + 1, total + 1)

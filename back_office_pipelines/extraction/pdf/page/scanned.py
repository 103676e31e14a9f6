"""Pages of a PDF that are pictures: which ones they are, and their text by recognition.

What belongs here: judging a text layer, drawing a page. What does not: recognition (`ocr/`). A layer is judged, because
scanners and broken fonts leave layers that nobody could read: one that is soup counts as none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE
from back_office_pipelines.extraction.ocr.pages import ScannedPage, scan
from back_office_pipelines.extraction.pdf.page.typed import open_page
from back_office_pipelines.extraction.pdf.page.words import Line

FEW_CHARACTERS = 40
"""Characters up to which a layer beside a picture is a stamp or a page number on a scan, not the page's text."""
NOTE_CHARACTERS = 400
"""The same where no text stands upright: notes on the margin of a scan run up the page."""
READABLE_SHARE = 0.7
"""Share of characters that letters, digits and common marks have in any text; symbols of a lost font have less."""
WORD_SHARE = 0.4
"""Share of words that are a number or have a vowel and no odd capitals, in text of any of our languages."""
SOUP_FROM = 20
"""Words from which on a layer is judged by its words."""
CODES = re.compile(r"\(cid:\d+\)")
"""Numbers of glyphs that another program wrote where its font gave no characters."""
CODES_SHARE = 0.2
MOJIBAKE = re.compile(
    r"[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
"""A letter of UTF-8 read as two of Windows-1252: "Ã¼" for "ü"."""
MOJIBAKE_SHARE = 0.02
LONE_SHARE = 0.6
"""Share of words of one letter: upright letters of a page that lies on its side stand apart."""
MARKS = frozenset(".,:;/-()+%&'\"#*@€$£°_|=<>!?[]·•–—’“”„«»…®©™§²³×~{}\\^`")  # noqa: RUF001
VOWELS = frozenset("aeiouyAEIOUYäöüÄÖÜàáâèéêëìíîïòóôùúûœæøåÀÁÈÉÊÍÓÚ")
LARGEST_SCALE = 4.0


def is_usable(lines: Sequence[Line], document: pdfium.PdfDocument, index: int, *, lying: bool = False) -> bool:
    """Tell whether the text layer of a page is what the page says; `lying` where no text of it stands upright."""
    texts = [word.text for line in lines for segment in line.segments for word in segment.words]
    characters = sum(map(len, texts))
    few = NOTE_CHARACTERS if lying else FEW_CHARACTERS
    if characters <= few and _has_content(document, index, text=characters == 0):
        return False
    return characters == 0 or not is_soup(texts)


def is_soup(texts: Sequence[str]) -> bool:
    """Tell whether words are glyphs without meaning, as a font without a map to characters gives them."""
    joined = "".join(texts)
    readable = sum(number for character, number in Counter(joined).items() if _is_readable(character))
    codes = sum(len(match.group()) for match in CODES.finditer(joined))
    if readable < READABLE_SHARE * len(joined) or codes > CODES_SHARE * len(joined):
        return True
    if len(texts) >= SOUP_FROM and _is_scattered(texts, joined):
        return True
    judged = [word for word in map(_judged, texts) if word is not None]
    return len(judged) >= SOUP_FROM and sum(judged) < WORD_SHARE * len(judged)


def scan_page(document: pdfium.PdfDocument, index: int) -> ScannedPage:
    """Draw one page and read the picture."""
    page = open_page(document, index)
    try:
        width, height = page.get_size()
        scale = min(LARGEST_SCALE, LONGEST_SIDE / max(width, height, 1.0))
        bitmap = page.render(scale=scale, may_draw_forms=True)
        try:
            picture = bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
    finally:
        page.close()
    return scan(picture, index + 1, (width, height))


def _is_scattered(texts: Sequence[str], joined: str) -> bool:
    """Tell whether words are single letters for the most part, or letters taken apart by a wrong encoding."""
    lone = sum([len(text) == 1 and text.isalpha() for text in texts])
    apart = sum(MOJIBAKE.search(text) is not None for text in texts) if MOJIBAKE.search(joined) else 0
    return lone > LONE_SHARE * len(texts) or apart > max(2, MOJIBAKE_SHARE * len(texts))


def _has_content(document: pdfium.PdfDocument, index: int, *, text: bool) -> bool:
    """Tell whether a page shows pictures or drawings; without them, its few words are all it says.

    Args:
        document: the PDF.
        index: page from 0.
        text: whether text counts: where no line was read, it stands aslant or on its head.
    """
    page = open_page(document, index)
    try:
        kinds = [pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH]
        kinds += [pdfium_c.FPDF_PAGEOBJ_TEXT] if text else []
        return any(True for _ in page.get_objects(filter=kinds, max_depth=4))
    finally:
        page.close()


@lru_cache(maxsize=4096)
def _is_readable(character: str) -> bool:
    return character in MARKS or (unicodedata.category(character)[0] in "LNM" and character != "\ufffd")


@lru_cache(maxsize=20_000)
def _judged(text: str) -> bool | None:
    """Tell whether a text in Latin letters is a word; None of a text in others."""
    latin = text.isascii() or any("a" <= letter.casefold() <= "z" for letter in text)
    return _is_word(text) if latin else None


def _is_word(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return any(map(str.isdigit, text))
    inner = "".join(letters)[1:]
    return bool(VOWELS.intersection(letters)) and (inner.islower() or inner.isupper() or not inner)

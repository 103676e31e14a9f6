"""Words that are printed letter by letter, and words as wide as recognition found them in a picture."""

import zlib
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.letters import WEEKDAYS
from back_office_pipelines.extraction.pdf.page.words import Word, lines_of
from tests.extraction.test_titles import BODY, Placed, deciding, dictionary, page


def spaced(text: str, *, letter: float = 3.0, word: float = 9.0, height: float = 12.0) -> list[Word]:
    """Return a text as its letters stand that are printed apart; gaps in points."""
    found, x = [], 50.0
    for part in text.split():
        for one in part:
            found.append(Word(one, (x, 100.0, x + 8.0, 100.0 + height), 110.0, height))
            x += 8.0 + letter
        x += word - letter
    return found


def text_of(words: list[Word]) -> str:
    (line,) = lines_of(words, 1)
    return line.text


@pytest.mark.parametrize(
    "text",
    ["RECHNUNG", "RECHNUNG NR. 4711", "TAX INVOICE", "LUCÍA ARREGUI SANTAMARTA", "Facture", "Brackmann · Ostertag"],
)
def test_letters_that_stand_apart_are_words(text: str) -> None:
    assert text_of(spaced(text)) == text


@given(st.lists(st.text("ABEÄÉKLNORSTÜZ", min_size=4, max_size=12), min_size=1, max_size=4), st.booleans())
def test_whatever_the_words_are(parts: list[str], small: bool) -> None:
    text = " ".join(part.capitalize() if small else part for part in parts)
    if text.replace(" ", "").lower() not in WEEKDAYS:
        assert text_of(spaced(text)) == text


@pytest.mark.parametrize("text", ["M T W T F S S", "1 2 3 4 5 6", "A B C"])
def test_columns_of_days_figures_and_short_texts_stay(text: str) -> None:
    assert text_of(spaced(text, word=3.0)) == text


@pytest.mark.parametrize(
    ("title", "told"), [("RECHNUNG", "invoice"), ("GUTSCHRIFT", "credit_note"), ("LIEFERSCHEIN", "delivery_note")]
)
def test_a_title_in_spaced_letters_says_what_the_document_is(title: str, told: str) -> None:
    letters: list[Placed] = [(320 + 9.0 * at, 120, letter, 14.0) for at, letter in enumerate(title)]
    heading = deciding(page([*BODY, *letters]), dictionary())
    assert (None if heading is None else heading.document_class) == told or told not in dictionary().documents


@pytest.mark.parametrize(
    ("letters", "rest", "told"),
    [
        ("IBAN", "FR7630006000011234567890189", "IBAN FR7630006000011234567890189"), ("SARL", "DUPONT", "SARL DUPONT"),
        ("MTWTFSS", ":30", "M T W T F S S :30"), ("MTWTF", "6a-10a", "M T W T F 6a-10a"),
        ("Total", "100.00", "Total 100.00"),
    ],
)  # fmt: skip
def test_what_follows_spaced_letters_stays_apart(letters: str, rest: str, told: str) -> None:
    found = spaced(letters)
    x = found[-1].box[2] + 3.0
    assert text_of([*found, Word(rest, (x, 100.0, x + 8.0 * len(rest), 112.0), 110.0, 12.0)]) == told


def test_measures_are_no_words() -> None:
    assert text_of(spaced("LxBxH")) == "L x B x H"


def glyphless(words: list[tuple[float, float, str]], *, stretched: bool = True) -> bytes:
    """Return a page with a text layer as Tesseract writes it: each word and the space after it share the word's width.

    Args:
        words: left edge and width in points, and text.
        stretched: else each word has its width, and the space after it a wider one, as other programs write it.
    """
    shown = []
    for x, width, text in words:
        stretch = 100 * width / (0.6 * 10 * (len(text) + stretched))
        drawn = f"({text} ) Tj" if stretched else f"({text}) Tj {2 * stretch} Tz ( ) Tj"
        shown.append(f"BT 3 Tr 1 0 0 1 {x} 700 Tm /F1 10 Tf {stretch:.4f} Tz {drawn} ET")
    content = zlib.compress("\n".join(shown).encode())
    widths = " ".join(["600"] * 95)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        (
            f"<</Type/Font/Subtype/TrueType/BaseFont/GlyphLessFont/FirstChar 32/LastChar 126/Widths[{widths}]"
            "/FontDescriptor 6 0 R/Encoding/WinAnsiEncoding>>"
        ).encode(),
        (
            b"<</Type/FontDescriptor/FontName/GlyphLessFont/Flags 33/Ascent 1000/Descent -200/CapHeight 800/StemV 80"
            b"/ItalicAngle 0/FontBBox[0 -200 600 1000]/MissingWidth 600>>"
        ),
    ]
    body, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


@pytest.mark.parametrize("stretched", [True, False])
def test_recognised_words_are_as_wide_as_in_the_picture(stretched: bool) -> None:
    words = [(50.0, 48.0, "Invoice"), (103.0, 18.0, "No"), (126.0, 42.0, "4711-2")]
    document = pdfium.PdfDocument(glyphless(words, stretched=stretched))
    (line,) = page_lines(document, 0)
    document.close()
    found = [word for segment in line.segments for word in segment.words]
    assert [word.text for word in found] == [text for _, _, text in words]
    for word, (x, width, _) in zip(found, words, strict=True):
        assert word.box[0] == pytest.approx(x, abs=0.5)
        assert word.box[2] - word.box[0] == pytest.approx(width, rel=0.06)
    assert all(0 < other.box[0] - one.box[2] < 6 for one, other in pairwise(found))

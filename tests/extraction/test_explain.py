"""Pages drawn for people: boxes where the reading says, in the colour of its confidence, runners-up beside them."""

import io
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from back_office_pipelines.extraction.explain.drawing import AMBER, GREEN, RED, VIOLET, colour_of, draw_page
from back_office_pipelines.extraction.explain.lettering import MOST_LINES, Lettering, printable
from back_office_pipelines.extraction.explain.pages import LARGEST_SCALE, LONGEST_SIDE, scale_of
from back_office_pipelines.extraction.explain.sheets import Entry, Outline, Sheet, sheets, why_none
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.messages import BrokenAnswerError, pack_sheet, unpack_sheet
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.isolation.work import Drawing
from back_office_pipelines.extraction.model import Box, Extraction, FieldValue, Finding
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.documents import AGREEING_PAGE, INVOICE_PAGE, UBL, cii, extracted, hybrid, pdf, turned
from tests.scenario import dictionary

TWO_DATES = [*INVOICE_PAGE, (50, 195, "Rechnungsdatum der Vorlage: 01.02.2026")]
TWO_NUMBERS = [*INVOICE_PAGE, (50, 230, "Rechnungsnummer: X-99")]
SCALE = scale_of(595, 842)
"""Of a page of A4."""


def sheets_of(extraction: Extraction) -> tuple[Sheet, ...]:
    canonical = {
        (record.record_type, record.ordinal, value.name): value.value
        for record in normalise(extraction, dictionary())
        for value in record.values
    }
    return sheets("a.pdf", extraction, canonical)


def absent(extraction: Extraction, *critical: str) -> list[tuple[int, str]]:
    found = sheets("a.pdf", extraction, {}, critical)
    return [(one.page, entry.note) for one in found for entry in one.entries if entry.title.endswith("not found")]


def field(extraction: Extraction, name: str) -> FieldValue:
    return next(value for value in extraction.records[0].fields if value.name == name)


def corner(box: Box | None, scale: float) -> tuple[int, int]:
    """Return a pixel of a box's outline: three pixels left of its top left corner, and above it."""
    assert box is not None
    return round(box[0] * scale) - 3, round(box[1] * scale) - 3


def with_confidence(extraction: Extraction, told: Mapping[str, float]) -> Extraction:
    """Return an extraction whose values are as sure as told, whatever the calibration of the day."""
    record, *others = extraction.records
    fields = tuple(replace(one, confidence=told.get(one.name, one.confidence)) for one in record.fields)
    return replace(extraction, records=(replace(record, fields=fields), *others))


def test_critical_fields_without_a_value_are_named() -> None:
    extraction = extracted(pdf(INVOICE_PAGE))
    record = extraction.records[0]
    known = {value.name for value in record.fields}
    assert "issue_date" in known
    assert absent(extraction, *known) == []
    without = tuple(value for value in record.fields if value.name != "issue_date")
    poorer = replace(extraction, records=(replace(record, fields=without),))
    said = [(1, "critical, and no place for it on the pages: issue_date, no_such_field")]
    assert absent(poorer, "invoice_number", "issue_date", "no_such_field") == said
    doubt = Finding("AMBIGUOUS", "two days", record.record_type, record.ordinal, "issue_date")
    assert absent(replace(poorer, findings=(doubt,)), "issue_date") == []  # told as the finding that it is


@pytest.fixture(scope="module")
def drawn() -> Iterator[tuple[Extraction, Image.Image]]:
    content = pdf(INVOICE_PAGE)
    extraction = with_confidence(extracted(content), {"net_total": 0.99, "issue_date": 0.7, "tax_total": 0.3})
    (sheet,) = sheets_of(extraction)
    with Image.open(io.BytesIO(draw_page(content, sheet))) as picture:
        yield extraction, picture.convert("RGB")


def test_the_page_stands_in_its_own_size_and_beside_it_the_margin(drawn: tuple[Extraction, Image.Image]) -> None:
    content, (_, picture) = pdf(INVOICE_PAGE), drawn
    document = pdfium.PdfDocument(content)
    try:
        bare = document[0].render(scale=SCALE).to_pil().convert("RGB")
    finally:
        document.close()
    assert picture.height == bare.height
    assert picture.width > bare.width
    empty = (0, 0, bare.width, round(40 * SCALE))
    assert picture.crop(empty).tobytes() == bare.crop(empty).tobytes(), "nothing is written on the page"


def test_every_value_has_an_outline_at_its_place_in_the_colour_of_its_confidence(
    drawn: tuple[Extraction, Image.Image],
) -> None:
    extraction, picture = drawn
    names = ("invoice_number", "issue_date", "net_total", "tax_total", "seller_iban", "seller_vat_id")
    seen = {name: picture.getpixel(corner(field(extraction, name).box, SCALE)) for name in names}
    assert seen == {name: colour_of(field(extraction, name).confidence) for name in names}
    assert {GREEN, AMBER, RED} <= set(seen.values()), "or this page tells no colours apart"


@pytest.mark.parametrize(
    ("confidence", "colour"), [(0.95, GREEN), (0.949, AMBER), (0.6, AMBER), (0.599, RED), (None, VIOLET)]
)
def test_colours_follow_confidence(confidence: float | None, colour: tuple[int, int, int]) -> None:
    assert colour_of(confidence) == colour


def test_the_runner_up_is_told_with_its_distance_and_outlined_where_it_stands() -> None:
    content = pdf(TWO_DATES)
    extraction = extracted(content)
    grounds = field(extraction, "issue_date").grounds
    assert grounds is not None
    assert grounds.runner_up is not None
    assert (grounds.runner_up.text, grounds.runner_up.page) == ("01.02.2026", 1)
    (sheet,) = sheets_of(extraction)
    entry = next(one for one in sheet.entries if one.title == "issue_date")
    assert entry.text == "2026-03-04"
    assert entry.other == f"next: 01.02.2026, {grounds.behind:.2f} behind"
    assert entry.passed_over == (grounds.runner_up.box,)
    with Image.open(io.BytesIO(draw_page(content, sheet))) as picture:
        assert picture.getpixel(corner(grounds.runner_up.box, SCALE)) == VIOLET


def test_a_runner_up_on_another_page_is_told_on_both() -> None:
    extraction = extracted(
        pdf(INVOICE_PAGE, [(50, 90, "Bestellnummer 88-1"), (50, 195, "Rechnungsdatum der Vorlage: 01.02.2026")])
    )
    first, second = sheets_of(extraction)
    entry = next(one for one in first.entries if one.title == "issue_date")
    assert entry.other.endswith("on page 2")
    assert entry.passed_over == ()
    again = next(one for one in second.entries if one.title == "issue_date")
    assert (again.other, len(again.passed_over)) == ("not taken: 01.02.2026", 1)


def test_what_contradicts_itself_is_outlined_wherever_it_stands() -> None:
    (sheet,) = sheets_of(extracted(pdf(TWO_NUMBERS)))
    entry = next(one for one in sheet.entries if one.title == "invoice_number: AMBIGUOUS")
    assert len(entry.passed_over) == 2
    assert "R-7, X-99" in entry.note


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("upside", [0, 90])
def test_a_page_that_lies_is_drawn_as_it_lies(rotation: int, upside: int) -> None:
    content = turned(TWO_DATES, rotation, upside)
    extraction = extracted(content)
    (sheet,) = sheets_of(extraction)
    entry = next(one for one in sheet.entries if one.title == "issue_date")
    with Image.open(io.BytesIO(draw_page(content, sheet))) as picture:
        value = field(extraction, "issue_date")
        assert picture.getpixel(corner(value.box, SCALE)) == colour_of(value.confidence)
        assert picture.getpixel(corner(entry.passed_over[0], SCALE)) == VIOLET


def test_lines_are_one_entry_each() -> None:
    (sheet,) = sheets_of(extracted(pdf(INVOICE_PAGE)))
    (line,) = [one for one in sheet.entries if one.title.endswith(" 1")]
    assert len(line.taken) >= 2
    assert "Hammer" in line.note


def test_what_was_read_from_no_page_has_none_to_draw() -> None:
    assert sheets_of(extracted(UBL)) == ()
    assert why_none(extracted(UBL)) == "read from xml"
    assert why_none(extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": cii()}))) == "read from embedded xml"
    assert why_none(extracted(b"%PDF-1.4 torn")) == "not read: UNREADABLE"
    other = extracted(pdf([(50, 60, "ORDER CONFIRMATION")]))
    (sheet,) = sheets_of(other)
    assert [entry.title for entry in sheet.entries] == [other.reason_code], "why nothing was taken is told on the page"


def test_a_margin_with_more_than_a_page_holds_grows() -> None:
    entries = tuple(
        Entry(f"field {number}", "x", 0.5, "note", taken=(Outline((9, 9, 20, 20), 0.5),)) for number in range(90)
    )
    with Image.open(io.BytesIO(draw_page(pdf([]), Sheet(1, ("a.pdf",), entries)))) as picture:
        assert picture.height > LONGEST_SIDE
        assert picture.getpixel(corner((9, 9, 20, 20), SCALE)) == RED


@given(st.floats(0.01, 30_000), st.floats(0.01, 30_000))
def test_no_page_is_drawn_larger_than_can_be_looked_at(width: float, height: float) -> None:
    scale = scale_of(width, height)
    assert max(width, height) * scale <= LONGEST_SIDE + 1e-6
    assert scale <= LARGEST_SCALE


@given(st.text(max_size=300))
@settings(max_examples=40)
def test_every_text_finds_room_in_letters_of_the_font(text: str) -> None:
    letters = Lettering(200)
    lines = letters.small_lines(text)
    assert len(lines) <= MOST_LINES
    assert all(letters.small.getlength(line) <= 200 + letters.small.getlength("...") for line in lines)
    assert printable(text).isascii()
    assert letters.title.getlength(letters.cut(printable(text))) <= 200


def test_letters_are_spelt_with_those_of_the_font() -> None:
    assert printable("Söhne & Łódź \u2013 5\u00a0€ N° 日") == "Sohne & Lodz - 5 EUR  No ?"


def test_a_sheet_reaches_its_worker_as_it_is() -> None:
    for sheet in sheets_of(extracted(pdf(TWO_DATES))):
        assert unpack_sheet(pack_sheet(sheet)) == sheet


def test_a_page_that_hurts_its_worker_is_told_and_the_next_one_drawn() -> None:
    sheet = Sheet(1, ("a.pdf",))
    with closing(Workers(most=1)) as pool:
        torn, good, beyond = (
            *pool.draw(b"%PDF-1.4 torn", [sheet]),
            *pool.draw(pdf(INVOICE_PAGE), [sheet]),
            *pool.draw(pdf(INVOICE_PAGE), [Sheet(7, ())]),
        )
    assert torn.failure == "drawing it fails: PdfRefusedError in opening.py, open_pdf"
    assert good.picture == draw_page(pdf(INVOICE_PAGE), sheet)
    assert beyond.failure.startswith("drawing it fails: PdfiumError")
    with closing(Workers(limits=Limits(wall_seconds=0.0), most=1)) as pool:
        (late,) = pool.draw(pdf(INVOICE_PAGE), [sheet])
    assert late.failure == "drawing it takes more time or memory than a page may take"
    with pytest.raises(BrokenAnswerError):
        Drawing(b"", sheet).take({"answer": "drawn"}, b"#!/bin/sh")

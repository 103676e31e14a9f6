"""Short cuts give what the long way gives: words, amounts looked up, limits of what may be a date."""

import re
from datetime import date
from decimal import Decimal
from importlib import import_module
from pkgutil import walk_packages

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction import pdf as reading
from back_office_pipelines.extraction.pdf.lines.titles import PIECES
from back_office_pipelines.extraction.pdf.page import registrations
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.shapes import THREE_DIGITS
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word, around, lines_of
from back_office_pipelines.extraction.pdf.parties import senders
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, has_legal_form
from back_office_pipelines.extraction.pdf.visible import STYLES, Visible, solid
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import MACHINE
from tests.extraction.documents import INVOICE_PAGE, pdf

ROOMS = [import_module(one.name) for one in walk_packages(reading.__path__, f"{reading.__name__}.")]
CASELESS = list({id(one): one for room in ROOMS for one in vars(room).values() if isinstance(one, Caseless)}.values())
CASELESS += registrations._ANNOUNCED.values()
PRINTED = st.text("0123456789.,' -()€%A\u2212", min_size=1, max_size=14)


def shown(*texts: str) -> Visible:
    words = tuple(Word(text, (0.0, 0.0, 9.0, 9.0), 9.0, 9.0) for text in texts)
    segment = Segment(words, 1, 0, " ".join(texts), around(words))
    return Visible((Line((segment,), 1, 0, segment.text),))


@given(PRINTED.filter(str.strip))
def test_an_amount_is_found_exactly_where_some_convention_reads_it(text: str) -> None:
    read = {number for style in STYLES if isinstance(number := parse_decimal(text, style), Decimal)}
    page = shown(text)
    assert all(page.shows_amount(number) and page.shows_amount(-number) for number in read)


@given(PRINTED.filter(str.strip), st.decimals(min_value="0.01", max_value="999999", places=2))
def test_an_amount_that_no_convention_reads_is_not_found(text: str, wanted: Decimal) -> None:
    page = shown(text)
    pieces = [text, *text.split(), *(match.group() for match in re.finditer(r"\d[\d.,' ]*\d|\d", text))]
    pieces += [found.text for found in page.amounts]
    read = {abs(one) for piece in pieces for style in STYLES if isinstance(one := parse_decimal(piece, style), Decimal)}
    assert page.shows_amount(wanted) == (wanted in read)


@given(st.text("0123456789./- ", max_size=10) | st.from_regex(r"\d{0,2} ?(May|März) ?\d{0,4}", fullmatch=True))
def test_every_date_has_three_digits(text: str) -> None:
    if any(isinstance(parse_date(text, style), date) for style in (*STYLES, MACHINE)):
        assert THREE_DIGITS.search(text)


@given(st.sampled_from(CASELESS).flatmap(lambda one: st.tuples(st.just(one), st.from_regex(one.flagged) | st.text())))
def test_words_are_found_in_any_letter_case_as_with_the_flag(case: tuple[Caseless, str]) -> None:
    pattern, text = case
    for said in (text, text.upper(), text.title(), text.swapcase()):
        wanted, found = pattern.flagged.search(said), pattern.search(said)
        assert (found is None) == (wanted is None)
        assert found is None or wanted is None or found.span() == wanted.span()


@given(st.sampled_from(["A", "Fa.", "Messrs", "M/s."]), st.from_regex(COMPANY) | st.text())
def test_a_legal_form_is_seen_before_the_words_of_address_are_taken_off(address: str, name: str) -> None:
    assert has_legal_form(f"{address} {name}") or not COMPANY.search(name)


@given(st.from_regex(senders.DOMAIN) | st.text())
def test_every_address_has_letters_behind_a_point(text: str) -> None:
    assert senders.DOTTED.search(text) or not senders.DOMAIN.search(text)


@given(st.from_regex(PIECES) | st.text())
def test_round_numbers_of_pieces_end_in_zero(text: str) -> None:
    assert text.strip().endswith("0") or not PIECES.search(text)


@given(st.lists(st.text(), max_size=3))
def test_the_key_of_words_is_that_of_its_words(words: list[str]) -> None:
    assert key(" ".join(words)) == "".join(map(key, words))


@given(st.text())
def test_solid_texts_are_letters_and_digits(text: str) -> None:
    assert all(letter.isalnum() for letter in solid(text) if letter.upper() == letter.lower())
    assert solid(f"-_{text} ") == solid(text)


def test_the_place_of_a_word_is_that_of_its_characters() -> None:
    document = pdfium.PdfDocument(pdf(INVOICE_PAGE))
    try:
        page = document[0]
        height, textpage = page.get_height(), page.get_textpage()
        boxes = [textpage.get_charbox(index, loose=True) for index in range(textpage.count_chars())]
        text = textpage.get_text_range()
    finally:
        document.close()
    found = page_lines_of(pdf(INVOICE_PAGE))
    for word in found:
        if text.count(word.text) == 1:
            run = boxes[text.index(word.text) : text.index(word.text) + len(word.text)]
            x0, top, x1, bottom = word.box
            assert (x0, x1) == pytest.approx((run[0][0], run[-1][2]), abs=0.01)
            assert top == pytest.approx(height - max(box[3] for box in run), abs=0.01)
            assert bottom == pytest.approx(height - min(box[1] for box in run), abs=0.01)


def page_lines_of(content: bytes) -> list[Word]:
    document = pdfium.PdfDocument(content)
    try:
        return [word for line in page_lines(document, 0) for segment in line.segments for word in segment.words]
    finally:
        document.close()


@given(st.lists(st.tuples(*[st.floats(0, 900)] * 4), min_size=1, max_size=5))
def test_the_box_around_words_holds_each_and_no_more(boxes: list[tuple[float, float, float, float]]) -> None:
    words = [Word("a", box, box[3], 1.0) for box in boxes]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    assert around(words) == (min(lefts), min(tops), max(rights), max(bottoms))


def test_lines_and_segments_carry_their_joined_texts() -> None:
    words = [Word("Net", (0, 0, 20, 10), 10.0, 10.0), Word("total", (22, 0, 40, 10), 10.0, 10.0)]
    far = Word("5,00", (200, 0, 220, 10), 10.0, 10.0)
    (line,) = lines_of([far, *words], 1)
    assert [segment.text for segment in line.segments] == ["Net total", "5,00"]
    assert line.text == "Net total  5,00"

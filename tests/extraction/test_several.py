"""Several invoices in one file: each is read as if it came alone, what goes with one stays with it, doubt is told."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.pdf.boundaries import Part, Signs, parts_of
from back_office_pipelines.extraction.pdf.numbering import Place, place_of
from back_office_pipelines.normalization.normalise import normalise
from back_office_pipelines.samples.pages.page import draw_page
from back_office_pipelines.samples.pages.style import families, layout_names
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import cast_of
from back_office_pipelines.samples.world.companies import HOME_LANGUAGE, company
from tests.extraction.documents import Placed, extracted, pdf
from tests.extraction.test_choice import page
from tests.scenario import dictionary

TITLE = {"INVOICE": 20.0, "CREDIT NOTE": 20.0, "Delivery note": 18.0, "Terms and conditions": 18.0, "Timesheet": 18.0}
Told = tuple[dict[str, str | None], list[dict[str, str | None]]]


def joined(*files: bytes) -> bytes:
    """Return one PDF with the pages of several."""
    with pdfium.PdfDocument.new() as target:
        for content in files:
            with pdfium.PdfDocument(content) as source:
                target.import_pages(source)
        buffer = io.BytesIO()
        target.save(buffer)
    return buffer.getvalue()


def told(extraction: Extraction) -> list[Told]:
    """Return each invoice with its lines, as canonical texts."""
    found: list[Told] = []
    for record in normalise(extraction, dictionary()):
        values = {value.name: value.value for value in record.values}
        if record.parent is None:
            found.append((values, []))
        else:
            found[record.parent - 1][1].append(values)
    return found


@cache
def drawn(number: int) -> bytes:
    """Return a drawn invoice; each number is another layout, sender and language."""
    layout = layout_names()[number % len(layout_names())]
    languages = families()[layout].languages
    language = languages[number // len(layout_names()) % len(languages)]
    country = next(name for name in sorted(HOME_LANGUAGE) if HOME_LANGUAGE[name] == language)
    seller = company(number, country, "pdf", "several", layout)
    bill = bill_of(
        seller, cast_of(1).buyers["northwind-de"], f"{seller.prefix}47{number:02}", date(2026, 10, 7), None, number
    )
    return draw_page(bill, layout, number).pdf


@cache
def alone(number: int) -> Extraction:
    return extracted(drawn(number))


@settings(max_examples=15, derandomize=True)
@given(numbers=st.lists(st.integers(min_value=0, max_value=27), min_size=1, max_size=4, unique=True))
def test_invoices_of_one_file_give_the_records_they_give_one_by_one(numbers: list[int]) -> None:
    together = extracted(joined(*map(drawn, numbers)))
    assert told(together) == [one for number in numbers for one in told(alone(number))]
    assert together.pages == sum(alone(number).pages for number in numbers)
    assert together.findings == tuple(finding for number in numbers for finding in alone(number).findings) or len(
        together.findings
    ) == sum(len(alone(number).findings) for number in numbers)


def test_pages_boxes_ordinals_and_confidences_are_those_of_each_invoice_further_down_the_file() -> None:
    together, first, second = extracted(joined(drawn(0), drawn(1))), alone(0), alone(1)
    ordinals = [(one.record_type, one.ordinal, one.parent) for one in together.records]
    lines = [len(one.records) - 1 for one in (first, second)]
    assert ordinals == [
        ("invoice", 1, None),
        *(("line", number, 1) for number in range(1, lines[0] + 1)),
        ("invoice", 2, None),
        *(("line", lines[0] + number, 2) for number in range(1, lines[1] + 1)),
    ]
    moved = together.records[len(first.records) :]
    for one, other in zip(moved, second.records, strict=True):
        for here, there in zip(one.fields, other.fields, strict=True):
            assert (here.box, here.confidence, here.page) == (
                there.box,
                there.confidence,
                (there.page or 0) + first.pages,
            )


def bill(
    number: str, gross: str, *, place: str = "", seller: str = "Kupfer Trading Ltd", title: str = "INVOICE"
) -> Placed:
    """Return one page that is a whole invoice."""
    texts = [(50.0, 40.0, seller), (50.0, 80.0, title), (50.0, 110.0, f"Invoice number: {number}")]
    texts += [(50.0, 125.0, "Invoice date: 2026-03-04"), (300.0, 400.0, f"Grand total GBP {gross}")]
    return [*texts, *([(250.0, 800.0, place)] if place else [])]


def numbers_of(extraction: Extraction) -> list[str | None]:
    return [header.get("invoice_number") for header, _ in told(extraction)]


def doubts_of(extraction: Extraction) -> list[tuple[int | None, str | None]]:
    return [(one.ordinal, one.field) for one in extraction.findings if one.reason_code == "AMBIGUOUS"]


def test_a_page_that_names_the_same_invoice_and_a_sum_of_the_page_before_it_goes_on() -> None:
    first = [
        *bill("A-1", "1,200.00")[:-1],
        (50.0, 400.0, "Spots 12"),
        (300.0, 400.0, "Total"),
        (450.0, 400.0, "950.00"),
    ]
    together = extracted(pdf(first, bill("A-1", "1,200.00")))
    assert doubts_of(together) == []
    assert [header["gross_total"] for header, _ in told(together)] == ["1200.00"]


def test_a_page_that_names_the_same_invoice_with_another_sure_total_is_doubted() -> None:
    assert doubts_of(extracted(pdf(bill("A-1", "1,200.00"), bill("A-1", "1,300.00")))) == [(1, "invoice_number")]


ATTACHMENTS: Sequence[Placed] = (
    [(50, 60, "Delivery note"), (50, 100, "Number: L-77"), (50, 120, "2 pieces Hammer"), (250, 800, "Page 1 of 1")],
    [(50, 60, "Terms and conditions"), (50, 100, "1. Invoices are due within 30 days."), (50, 120, "2. Fee 40.00")],
    [(50, 60, "Timesheet"), (50, 100, "Total 99.00"), (50, 120, "Monday 8.00"), (250, 800, "Page 1 of 1")],
)


@pytest.mark.parametrize("place", ["", "Page 1 of 1"])
def test_what_goes_with_an_invoice_stays_with_it_and_changes_nothing(place: str) -> None:
    pages = [bill("A-1", "119.00", place=place), *ATTACHMENTS, bill("A-2", "59.00", place=place), ATTACHMENTS[0]]
    extraction = extracted(pdf(*pages, sizes=TITLE))
    one, two = (
        extracted(pdf(bill(number, gross, place=place), sizes=TITLE))
        for number, gross in (("A-1", "119.00"), ("A-2", "59.00"))
    )
    assert told(extraction) == [*told(one), *told(two)]
    assert extraction.findings == ()
    assert {value.page for value in extraction.records[1].fields} == {5}


def test_an_invoice_and_a_credit_note_of_one_file_keep_their_types() -> None:
    note = bill("C-1", "10.00", title="CREDIT NOTE")
    extraction = extracted(pdf(bill("A-1", "119.00"), note, sizes=TITLE))
    assert [header["invoice_type"] for header, _ in told(extraction)] == ["380", "381"]
    assert extraction.document_class == "invoice"


def test_a_page_that_says_it_is_the_second_goes_on_whatever_it_repeats() -> None:
    second = [text for text in bill("A-1", "119.00", place="Page 2 of 2") if "total" not in text[2]]
    extraction = extracted(pdf(bill("A-1", "119.00", place="Page 1 of 2"), second, sizes=TITLE))
    assert numbers_of(extraction) == ["A-1"]
    assert extraction.findings == ()


def test_where_signs_contradict_each_other_a_person_is_asked() -> None:
    """Another number and total under a title, on a page that calls itself the second."""
    pages = bill("A-1", "119.00", place="Page 1 of 2"), bill("A-2", "59.00", place="Page 2 of 2")
    extraction = extracted(pdf(*pages, sizes=TITLE))
    assert len(numbers_of(extraction)) == 1
    assert doubts_of(extraction) == [(1, "invoice_number")]


def test_a_page_with_another_number_and_no_title_is_a_doubt_only_where_it_is_an_invoice_of_its_own() -> None:
    other = [
        (50.0, 40.0, "Kupfer Trading Ltd"),
        (50.0, 110.0, "Bill number: A-2"),
        (50.0, 125.0, "Invoice date: 2026-03-04"),
    ]
    whole = [*other, (300.0, 400.0, "Grand total GBP 59.00")]
    assert doubts_of(extracted(pdf(bill("A-1", "119.00"), whole, sizes=TITLE))) == [(1, "invoice_number")]
    mentioned = extracted(pdf(bill("A-1", "119.00"), [(50.0, 110.0, "Bill number: A-2")], sizes=TITLE))
    assert len(numbers_of(mentioned)) == 1


def test_a_copy_is_no_second_invoice_and_one_that_differs_is_asked_about() -> None:
    first = bill("A-1", "119.00", place="Page 1 of 1")
    copied = extracted(pdf(first, first, sizes=TITLE))
    assert (numbers_of(copied), copied.findings) == (["A-1"], ())
    changed = extracted(pdf(first, bill("A-1", "120.00", place="Page 1 of 1"), sizes=TITLE))
    assert (numbers_of(changed), doubts_of(changed)) == (["A-1"], [(1, "invoice_number")])


def test_two_sellers_may_use_one_number() -> None:
    other = bill("A-1", "59.00", place="Page 1 of 1", seller="Silbertal Services Ltd")
    extraction = extracted(pdf(bill("A-1", "119.00", place="Page 1 of 1"), other, sizes=TITLE))
    assert [header["seller_name"] for header, _ in told(extraction)] == ["Kupfer Trading Ltd", "Silbertal Services Ltd"]


def test_what_comes_before_the_first_invoice_is_asked_about_where_it_shows_amounts() -> None:
    letter = [(50.0, 60.0, "Dear Sir or Madam"), (50.0, 100.0, "please find our bill enclosed.")]
    invoice = bill("A-1", "119.00", place="Page 1 of 1")
    for more, codes in (([], []), ([(50.0, 120.0, "You owe GBP 77.00")], ["UNCLASSIFIED"])):
        extraction = extracted(pdf([*letter, *more], invoice, sizes=TITLE))
        assert (numbers_of(extraction), [one.reason_code for one in extraction.findings]) == (["A-1"], codes)


# ---- signs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Page 2 of 3", (2, 3)),
        ("Seite: 1 von 1", (1, 1)),
        ("Pagina 2/2", (2, 2)),
        ("Page 4", (4, None)),
        ("1 / 2", (1, 2)),
        ("Page 3 of 2", None),
        ("see page 2 of our terms for everything that you may want to know", None),
        ("Page 2026.5", None),
        ("Número de página: 2 de 3", (2, 3)),
        ("Baton Rouge, LA Page 1 of 2", (1, 2)),
        ("Nº de página 1", (1, None)),
    ],
)
def test_a_page_tells_its_number(text: str, place: tuple[int, int | None] | None) -> None:
    assert place_of(page([(50, 100, text)])) == (None if place is None else Place(*place))


def test_the_number_of_a_page_may_stand_in_the_next_column() -> None:
    assert place_of(page([(50, 100, "Seite"), (150, 100, "2 / 3")])) == Place(2, 3)
    assert place_of(page([(50, 100, "Page no."), (150, 100, "3")])) == Place(3, None)


@pytest.mark.parametrize(
    "other", ["Übertrag von Seite 1", "Report de la page 1", "Continued on page 3", "siehe Seite 4"]
)
def test_the_number_of_another_page_is_none_of_its_own(other: str) -> None:
    assert place_of(page([(50, 100, "Seite 2 / 3"), (50, 200, other)])) == Place(2, 3)
    assert place_of(page([(50, 200, other)])) is None


def test_a_page_that_tells_two_numbers_tells_none() -> None:
    assert place_of(page([(50, 100, "Page 1 of 2"), (50, 200, "Page 2 of 2")])) is None


SIGNS = st.builds(
    Signs,
    page=st.just(0),
    place=st.none() | st.builds(Place, st.integers(1, 3), st.just(3)),
    numbers=st.sampled_from(((), ("A1",), ("A2",), ("A1", "A2"))),
    clear=st.booleans(),
    titled=st.booleans(),
    attached=st.booleans(),
)


@given(signs=st.lists(SIGNS, min_size=1, max_size=8))
def test_every_page_is_in_one_part_once_and_in_order(signs: list[Signs]) -> None:
    numbered = [replace(one, page=at) for at, one in enumerate(signs, 1)]
    parts = parts_of(numbered)
    assert [page for part in parts for page in sorted(_pages(part))] == list(range(1, len(signs) + 1))
    later = {one.page for one in numbered if one.is_later}
    assert later.isdisjoint(part.pages[0] for part in parts[1:])
    assert all(set(part.doubtful) <= set(part.pages) for part in parts)


def _pages(part: Part) -> list[int]:
    return [*part.pages, *part.attached, *(page for group in part.again for page in group)]

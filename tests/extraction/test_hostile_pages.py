"""Pages made to be slow, or too long to be read whole: they are read in time, and what is left out is told."""

import pytest

from back_office_pipelines.extraction.pdf.boundaries import parts_of, signs_of
from back_office_pipelines.extraction.pdf.headings.deciding import deciding
from back_office_pipelines.extraction.pdf.page.pages import MOST_PAGES
from back_office_pipelines.extraction.pdf.reader import read_pdf
from back_office_pipelines.extraction.pdf.repaging import on_page
from back_office_pipelines.extraction.pdf.several import MOST_DOUBTS, read_documents
from back_office_pipelines.extraction.pdf.textlayer import reading_under
from back_office_pipelines.extraction.slip.merchant import REGISTRATION
from tests.extraction.documents import Placed, pdf
from tests.extraction.test_choice import Text, page
from tests.scenario import dictionary

HEAD: Placed = [
    (50, 60, "Acme Tools Ltd"), (50, 75, "12 Mill Lane"), (50, 90, "Leeds LS1 4AP"), (320, 60, "INVOICE"),
    (320, 90, "Invoice number: R-4711"), (320, 105, "Invoice date: 2 November 2026"),
]  # fmt: skip
TOTALS: Placed = [(320, 600, "Net total"), (480, 600, "100.00"), (320, 615, "VAT 19%"), (480, 615, "19.00"),
                  (320, 630, "Total EUR"), (480, 630, "119.00")]  # fmt: skip


def found(content: bytes) -> dict[str, str]:
    (record, *_) = read_pdf(content, dictionary()).records
    return {value.name: value.raw for value in record.fields}


def limits(content: bytes) -> list[str]:
    return [one.detail for one in read_pdf(content, dictionary()).findings if one.reason_code == "LIMIT_EXCEEDED"]


@pytest.mark.parametrize(
    "rows",
    [
        [(50, 700, "Model SE14"), (50, 712, "PLEASE QUOTE THE NUMBER ABOVE WHEN PAYING BY TRANSFER OR CHEQUE:")],
        [(50, 700, " ".join(f"Total {number}.00" for number in range(400)))],
        [(50, 700, " ".join(f"{number}.13" for number in range(900)))],
        [(50, 700, f"KEDAI KOPI {'1' * 400} xyz")],
    ],
    ids=["capitals under half an account", "labels in a row", "amounts in a row", "digits"],
)
def test_a_page_that_was_made_to_be_slow_is_read(rows: Placed) -> None:
    assert found(pdf([*HEAD, *TOTALS, *rows]))["invoice_number"] == "R-4711"


def test_digits_without_end_are_looked_through_once() -> None:
    assert REGISTRATION.search("KEDAI KOPI " + "1" * 5_000 + "\u00a7x") is None


def test_pages_that_are_not_read_are_told() -> None:
    pages = [[*HEAD, *TOTALS], *[[(50.0, 60.0, f"Annex {number}")] for number in range(2, MOST_PAGES + 1)]]
    assert limits(pdf(*pages)) == []
    (said,) = limits(pdf(*pages, [(320, 600, "Total EUR"), (480, 600, "238.00")]))
    assert said.startswith(f"of its {MOST_PAGES + 1} pages those from {MOST_PAGES + 1} on are not read")


def test_a_page_of_more_text_than_is_read_is_told() -> None:
    small = {(x, y): f"terms and conditions {x} {y} " * 4 for x in (20, 320) for y in range(120, 440)}
    lines = [(float(x), float(y), text) for (x, y), text in small.items()]
    (said,) = limits(pdf([*HEAD, *lines, *TOTALS], sizes=dict.fromkeys(small.values(), 4.0)))
    assert said.startswith("page 1 has more than the 60000 characters that are read")


@pytest.mark.parametrize(
    ("paged", "number", "asked"),
    [
        (True, "A-{}", ["page 2 may begin another invoice"]),
        (False, "A-4711", []),  # a long invoice repeats its head
    ],
)
def test_many_pages_that_may_begin_an_invoice_are_one_question_at_most(
    paged: bool, number: str, asked: list[str]
) -> None:
    def bill(at: int) -> list[Text]:
        head = f"Page {at} of 40" if paged else "Acme Tools Ltd"
        body: list[Text] = [(50, 100 + 12 * row, f"position {row} of {at}") for row in range(20)]
        totals: list[Text] = [(x, y, text) for x, y, text in TOTALS] if at == 40 else []
        facts: list[Text] = [(320, 80, f"Invoice number: {number.format(at)}"), (320, 92, "Invoice date: 2026-11-02")]
        return [(50, 60, head), (320, 60, "Invoice"), *facts, *body, *totals]

    lines = [on_page(line, at) for at in range(1, 41) for line in page(bill(at))]
    heading = deciding(lines, dictionary())
    reading = reading_under(heading, lines, dictionary())
    assert any(len(part.doubtful) > MOST_DOUBTS for part in parts_of(signs_of(lines, reading, dictionary())))
    extraction = read_documents(lines, heading, 40, dictionary())
    found = [one.detail for one in extraction.findings if "another invoice" in one.detail]
    assert [one.partition(":")[0] for one in found] == asked

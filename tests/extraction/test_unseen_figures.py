"""Numbers, days, orders and accounts where grids, boxes and narrow columns name them by few words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.headings.deciding import document_class
from back_office_pipelines.extraction.pdf.headings.headings import headings
from back_office_pipelines.extraction.pdf.lines.items import read_items
from back_office_pipelines.extraction.pdf.lines.rates import taxed_alike
from back_office_pipelines.extraction.pdf.page.bars import without_bars
from back_office_pipelines.extraction.pdf.page.registrations import canonical, vat_id_spans
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.spoken import language_of, words_of_languages
from tests.extraction.test_captions import strip
from tests.extraction.test_carried import header
from tests.extraction.test_choice import POINT, Text, page, rows
from tests.extraction.test_lines_elsewhere import items
from tests.scenario import dictionary

TITLE: Text = (50, 60, "INVOICE")


def grid(*facts: tuple[str, str], left: float = 350.0) -> list[Text]:
    """Return labels under one another, each with its value in a column beside it."""
    return [
        text
        for at, (label, value) in enumerate(facts)
        for text in ((left, 100.0 + 15 * at, label), (left + 100, 100.0 + 15 * at, value))
    ]


# ---- the number of the document ------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Nr.", "No.", "Number", "Number:", "Document"])
@pytest.mark.parametrize("number", ["GU-100482", "20170118", "A/118"])
def test_a_word_that_only_says_number_names_the_one_beside_it(label: str, number: str) -> None:
    assert header([TITLE, *grid((label, number), ("Date", "2017-11-03"))])["invoice_number"] == number


def test_a_number_far_from_title_and_day_is_of_something_else() -> None:
    lines: list[Text] = [(50, 60.0 + 15 * at, f"Terms part {word}") for at, word in enumerate("abcdefgh")]
    assert "invoice_number" not in header([*lines, (50, 300, "Customer"), (50, 315, "Number:"), (150, 315, "KD-20884")])


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Invoice FT 2023A/1884", "FT 2023A/1884"),
        ("Invoice No. FA 2023/77", "FA 2023/77"),
        ("Invoice No. RE 20231184", "RE 20231184"),
        ("Invoice N°F2024-07", "F2024-07"),
        ("Invoice No.4711-22", "4711-22"),
        ("Invoice NO 4711", "4711"),
    ],
)
def test_the_letters_of_a_series_belong_to_the_number_and_its_mark_does_not(line: str, number: str) -> None:
    assert header([(50, 60, line)])["invoice_number"] == number


def test_a_term_in_days_is_no_number() -> None:
    assert "invoice_number" not in header([(50, 60, "Terms"), (50, 75, "Invoice 30 days"), (50, 120, "net of charges")])


# ---- class and language --------------------------------------------------------------------------------------------


def test_an_invoice_names_the_order_that_it_bills() -> None:
    both = [*grid(("invoice", "R24-0051"), ("order", "BE-24-00917")), (50, 300, "Steel of the third kind")]
    heading = document_class(headings(page(both), dictionary()))
    assert heading is not None
    assert heading.document_class == "invoice"


def test_an_order_that_says_where_invoices_go_stays_undecided() -> None:
    both = [*grid(("Order", "4711"), ("Invoice to:", "Head office")), (50, 300, "Steel of the third kind")]
    assert document_class(headings(page(both), dictionary())) is None
    more = [*grid(("Order", "4711"), ("Date", "01.02.2026"), ("Terms", "30"), ("Invoice to:", "Head office"))]
    assert document_class(headings(page(more), dictionary())) is None


def test_german_standards_do_not_make_a_page_danish() -> None:
    screws: list[Text] = [(50, 100.0 + 15 * at, f"DIN 93{at} M8") for at in range(9)]
    texts = page([*screws, (50, 300, "Die Ware bleibt bis zur Zahlung unser Eigentum und ist versichert")])
    assert language_of(words_of_languages(texts, dictionary())) == "de"


# ---- days ----------------------------------------------------------------------------------------------------------


def test_the_day_right_under_the_number_beside_another_column_is_that_of_issue() -> None:
    heads: list[Text] = [(50, 60, "Water works"), (350, 60, "Invoice No. 22-4401")]
    below: list[Text] = [(50, 75, "Long street 2"), (350, 75, "of 15 September 2022")]
    found = header([*heads, *below, (50, 200, "Read on 3 March 2022"), (50, 215, "30 August 2022")])
    assert found["issue_date"] == "15 September 2022"


def test_a_month_between_strokes_is_a_day() -> None:
    assert header([TITLE, (50, 100, "Date: 28/Dec/2020")])["issue_date"] == "28/Dec/2020"


# ---- orders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Your reference", "Your ref.", "Customer reference"])
@pytest.mark.parametrize("order", ["IND-2311-07", "Project 23-0418"])
def test_the_buyers_reference_is_no_order_even_where_nothing_else_names_one(label: str, order: str) -> None:
    assert "purchase_order" not in header([TITLE, *grid((label, order))])


def test_a_named_order_beats_the_buyers_reference() -> None:
    assert header([TITLE, *grid(("Your ref.", "X-1188"), ("PO number", "4711-22"))])["purchase_order"] == "4711-22"


def test_a_person_is_no_order() -> None:
    assert "purchase_order" not in header([TITLE, *grid(("Your reference", "Mrs Miller"))])


# ---- accounts and tax numbers --------------------------------------------------------------------------------------

IBAN = "FR1420041010050500013M02606"


def narrow(account: str, *groups: int) -> list[Text]:
    """Return an account in lines of a narrow column beside a text."""
    found: list[Text] = [(20, 300, "IBAN")]
    at = 0
    for line, size in enumerate(groups):
        part = account[at : at + size]
        spaced = " ".join(part[first : first + 4] for first in range(0, len(part), 4))
        found += [(20, 315.0 + 15 * line, spaced), (200, 315.0 + 15 * line, "Text of the letter")]
        at += size
    return found


@settings(max_examples=20)
@given(first=st.sampled_from([8, 12, 16]), second=st.sampled_from([4, 8]))
def test_an_account_in_a_narrow_column_is_put_together_by_its_check_digits(first: int, second: int) -> None:
    found = header([TITLE, *narrow(IBAN, first, second, len(IBAN) - first - second)])
    assert (found["seller_iban"] or "").replace(" ", "") == IBAN


def test_an_account_with_wrong_check_digits_is_not_put_together() -> None:
    wrong = IBAN.replace("2606", "2607")
    found = header([TITLE, *narrow(wrong, 12, 8, 7)])
    assert (found.get("seller_iban") or "").replace(" ", "") != wrong


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("NIP: 685-251-63-06", "PL6852516306"),
        ("NIP 123-45-63-218", "PL1234563218"),
        ("P.IVA e C.F. 08531460841", "IT08531460841"),
        ("Cod. Fisc. e P.IVA 08531460841", "IT08531460841"),
    ],
)
def test_numbers_without_letters_of_their_country_are_told_by_their_word(text: str, number: str) -> None:
    ((start, end),) = vat_id_spans(text)
    assert canonical(text[start:end], text[:start]) == number


def test_ten_digits_alone_are_no_polish_tax_number() -> None:
    assert list(vat_id_spans("6852516306")) == []


def test_the_tax_number_in_the_strip_of_the_customer_is_the_buyers() -> None:
    facts = strip(["Invoice No.", "Customer", "VAT No.", "Date"], ["FA00214", "C-118", "FR40303265045", "2016-10-31"])
    found = header([*facts, (50, 300, "Total 12.00"), (50, 800, "Delta SAS, VAT FR83404833048")])
    assert (found["seller_vat_id"], found["buyer_vat_id"]) == ("FR83404833048", "FR40303265045")


# ---- tables --------------------------------------------------------------------------------------------------------

DRAWN: tuple[Text, ...] = (
    (50, 100, "|CODE |DESCRIPTION |QUANTITY |UNIT PRICE |AMOUNT |"),
    (50, 115, "|4418 |HINGE 2M    |   6.00PC|    14.550|  87.30|"),
    (50, 130, "|4500 |LOCK A1651  |   4.00PC|    38.900| 155.60|"),
    (50, 145, "|     |            |         |          |       |"),
)


def test_bars_of_a_line_printer_divide_cells_and_are_no_part_of_them() -> None:
    found = without_bars(page(DRAWN))
    assert [segment.text for segment in found[1].segments] == ["4418", "HINGE 2M", "6.00PC", "14.550", "87.30"]


def test_bars_between_words_of_a_text_are_left_alone() -> None:
    texts = page([(50, 100, "Delta Ltd | Long Street 2 | Leeds | VAT 1"), (50, 120, "Thank you | for | your | trust")])
    assert without_bars(texts) is texts


@settings(max_examples=20)
@given(quantity=st.integers(2, 90), cents=st.integers(101, 9999))
def test_the_price_is_the_factor_with_the_sign_of_money(quantity: int, cents: int) -> None:
    texts: list[Text] = []
    for at, pieces in enumerate((quantity, quantity + 1)):
        price, amount = cents / 100, pieces * cents / 100
        texts += [(50, 100.0 + 15 * at, "Night shift"), (200, 100.0 + 15 * at, f"{pieces}.00"),
                  (260, 100.0 + 15 * at, "@"), (280, 100.0 + 15 * at, f"{price:.2f}"),
                  (400, 100.0 + 15 * at, f"{amount:.2f}")]  # fmt: skip
    found = items(rows(texts))
    assert [one["unit_price"] for one in found] == [f"{cents / 100:.2f}"] * 2


def test_what_stands_left_of_a_titled_quantity_is_the_description() -> None:
    titles: list[Text] = [(270, 100, "Quantity"), (360, 100, "Unit price"), (460, 100, "Amount")]
    texts = [*titles, (45.0, 120.0, "Water used"), (280, 120, "214"), (380, 120, "1.38"), (460, 120, "295.32")]
    assert items(rows(texts))[0]["description"] == "Water used"


def test_a_price_in_a_sentence_is_no_title() -> None:
    texts: list[Text] = [(45, 85, "Price of a litre: 0.00379"), (45, 100, "Item"), (270, 100, "Quantity"),
                         (360, 100, "Unit price"), (460, 100, "Amount"), (45, 120, "Water used"), (280, 120, "214"),
                         (370, 120, "1.38"), (460, 120, "295.32")]  # fmt: skip
    assert items(rows(texts))[0]["quantity"] == "214"


@pytest.mark.parametrize(
    "foot",
    [
        [(50, 200, "VAT"), (150, 200, "21.00"), (250, 200, "100.00"), (350, 200, "21.00"), (450, 200, "121.00")],
        [(50, 200, "Net"), (150, 200, "VAT @ 21.00%"), (350, 200, "Total"), (50, 215, "100.00"), (150, 215, "21.00"),
         (350, 215, "121.00")],
    ],
)  # fmt: skip
def test_a_rate_is_proved_by_its_base_or_by_the_tax_under_its_caption(foot: list[Text]) -> None:
    table: list[Text] = [(50, 100, "Item"), (250, 100, "Qty"), (350, 100, "Price"), (450, 100, "Amount"),
                         (50, 120, "Hammer"), (250, 120, "2"), (350, 120, "50.00"), (450, 120, "100.00")]  # fmt: skip
    found = rows([*table, *foot])
    sold = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    assert [one.values["tax_rate"].text for one in taxed_alike(sold, found, POINT, None)] == ["21.00"]

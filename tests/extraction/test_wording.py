"""What invoices of six languages call their title, number, days and totals, and how they set them on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.facts.identifiers import marked_alone
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.money.adjustments import choose_adjustments
from back_office_pipelines.extraction.pdf.money.totals import choose_totals
from back_office_pipelines.extraction.pdf.page.shapes import amount_spans
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.extraction.test_choice import POINT, Text, page, rows
from tests.scenario import dictionary


def header(texts: list[Text]) -> dict[str, str]:
    """Return the texts of the header fields that some lines of a page show."""
    return {choice.field: choice.found.text for choice, _ in read(page(texts), dictionary()).choices}


# ---- titles ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["Honorarnote", "Note d'honoraires", "Parcella P-07/26", "Minuta", "Ereloonnota", "Fee note", "Relevé-facture"],
)
def test_a_title_in_other_words_is_an_invoice_s(title: str) -> None:
    assert read(page([(50, 60, title)]), dictionary()).document_class == "invoice"


@pytest.mark.parametrize("text", ["Bill to: Acme Ltd", "Bill of lading", "Nota di consegna", "Note de service"])
def test_words_that_begin_like_a_title_make_no_invoice(text: str) -> None:
    assert read(page([(50, 60, text)]), dictionary()).document_class is None


@pytest.mark.parametrize("title", ["Creditfactuur", "Stornorechnung", "Tax credit note", "Credit invoice"])
def test_a_word_that_is_a_title_itself_is_not_taken_apart(title: str) -> None:
    assert read(page([(50, 60, title)]), dictionary()).document_class == "credit_note"


@pytest.mark.parametrize("title", ["Proforma invoice", "Proforma-Rechnung", "Facture proforma", "Mahnung", "Aanmaning"])
def test_what_asks_for_no_new_payment_is_no_invoice(title: str) -> None:
    name = read(page([(50, 60, title)]), dictionary()).document_class
    assert name is not None
    assert dictionary().documents[name].record is None


def test_who_asks_for_money_may_be_known_by_a_tax_number_alone() -> None:
    reading = read(
        page(
            [
                (50, 60, "Note d'honoraires n° H-2026/33 dans le dossier du bail commercial de votre local"),
                (50, 90, "Le 27 février 2026"),
                (50, 120, "Total hors taxes 100,00 €"),
                (50, 135, "T.V.A. au taux de 20 % 20,00 €"),
                (50, 150, "Total T.T.C. 120,00 €"),
                (50, 200, "FR96793301821"),
            ]
        ),
        dictionary(),
    )
    assert reading.document_class == "invoice"


# ---- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["T 26 1180", "0447 1882 26C1", "R 11874", "M117 0032 58", "2026-14"])
def test_a_number_is_read_with_all_its_groups(number: str) -> None:
    assert header([(50, 60, f"Invoice number {number}")])["invoice_number"] == number


@pytest.mark.parametrize("rest", ["for your order", "05.03.2026", "1.250,00", "Customer 4411"])
def test_what_is_no_group_ends_a_number(rest: str) -> None:
    assert header([(50, 60, f"Invoice number 4711 {rest}")])["invoice_number"] == "4711"


def test_the_number_in_the_next_column_is_another_one() -> None:
    found = header(
        [(50, 60, "Invoice number"), (130, 60, "Customer number"), (50, 75, "4711"), (95, 75, "88"), (130, 75, "99")]
    )
    assert found["invoice_number"].startswith("4711")
    assert "99" not in found["invoice_number"]


def test_a_number_that_only_a_mark_names_is_the_document_s_where_there_is_no_other() -> None:
    alone = rows([(400, 40, "n° 2026-027"), (50, 60, "Atelier")])
    two = rows([(400, 40, "n° 2026-027"), (50, 60, "n° 88")])
    said = rows([(400, 40, "n° 2026-027 de notre catalogue")])
    assert [one.mention.found.text for one in marked_alone(alone)] == ["2026-027"]
    assert marked_alone(two) == marked_alone(said) == ()


@pytest.mark.parametrize("text", ["Facture n° 2024.11", "Invoice No. 2024.11", "Rechnung Nr. 17.05"])
def test_a_number_behind_a_mark_is_no_amount(text: str) -> None:
    assert header([(50, 60, text), (50, 90, "Total 100,00 EUR")])["invoice_number"] == text.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize(
    "text", ["Your ref: LJ/PO/2088", "Ref. klant PO-2026-051", "Ihre Ref. / Your ref. PO-IND-2311-07"]
)
def test_what_says_itself_that_it_is_an_order_needs_no_label(text: str) -> None:
    assert header([(50, 60, "Invoice 4711"), (50, 90, text)])["purchase_order"] == text.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize(
    "text",
    ["Your ref: KG/26/077", "P.O. Box 4711", "Pole PO-AB", "Your ref: Depot/12", "Foil PO-4020", "Our ref: BP/PO/2088"],
)
def test_other_references_are_no_orders(text: str) -> None:
    assert "purchase_order" not in header([(50, 60, "Invoice 4711"), (50, 90, text)])


@pytest.mark.parametrize("text", ["#300", "#4711", "#12", "#marketing2024"])
def test_suites_and_articles_are_no_numbers_of_documents(text: str) -> None:
    assert marked_alone(rows([(400, 40, text), (50, 60, "Lab")])) == ()


def test_a_mark_may_be_part_of_the_number_under_a_title() -> None:
    assert [one.mention.found.text for one in marked_alone(rows([(400, 40, "#CM-IE-0417"), (50, 60, "Lab")]))] == [
        "CM-IE-0417"
    ]


# ---- days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["St. Gallen, 13.09.2021", "Mayrhofen, den 13.09.2021", "Lyon, le 13 septembre 2021", "Milano, 13/09/2021"]
)
def test_the_day_of_a_letter_stands_after_its_place(text: str) -> None:
    between = [(50, 120, "Anreise 01.09.2021"), (50, 135, "Abreise 05.09.2021")]
    found = header([(300, 60, text), (50, 90, "Rechnung 4711"), *between, (50, 200, "Total 100,00 EUR")])
    assert found["issue_date"] == text.split(maxsplit=1)[1].removeprefix("Gallen, ").removeprefix("den ").removeprefix(
        "le "
    )


@pytest.mark.parametrize(
    "text",
    [
        "Bitte den Restbetrag bis 04.08.2025 überweisen",
        "Fällig per 04.08.2025",
        "Domiciliation le 04/08/2025",
        "Vto. 04/08/2025",
        "Vervalt 04/08/2025",
        "Da pagare entro il 04/08/2025",
        "Payment deadline 4 August 2025",
    ],
)
def test_the_day_of_payment_is_told_in_many_words(text: str) -> None:
    assert {"04.08.2025", "04/08/2025", "4 August 2025"} & {header([(50, 60, "X"), (50, 90, text)])["due_date"]}


# ---- totals ------------------------------------------------------------------------------------------------------


def _totals(texts: list[Text]) -> dict[str, str]:
    found = rows(texts)
    chosen = choose_totals(found, candidates(found), POINT).amounts
    return {field: str(amount.value) for field, amount in chosen.items()}


def test_three_totals_side_by_side_are_net_tax_and_gross() -> None:
    found = _totals([(50, 60, "Total"), (200, 60, "8,618.50"), (300, 60, "77.85"), (400, 60, "8,696.35")])
    assert found == {"net_total": "8618.50", "tax_total": "77.85", "gross_total": "8696.35"}


def test_two_totals_side_by_side_need_their_sum_on_the_page() -> None:
    row: list[Text] = [(50, 60, "Total"), (200, 60, "3,464.50"), (300, 60, "307.55")]
    assert _totals([*row, (50, 90, "Please pay 3,772.05")])["gross_total"] == "3772.05"
    assert _totals(row).get("tax_total") is None


def test_a_tax_in_two_equal_halves_counts_twice() -> None:
    found = _totals(
        [
            (50, 60, "Subtotal 2,22,000.00"),
            (50, 75, "CGST 9% 19,980.00"),
            (50, 90, "SGST 9% 19,980.00"),
            (50, 105, "Grand total 2,61,960.00"),
        ]
    )
    assert found == {"net_total": "222000.00", "tax_total": "39960.00", "gross_total": "261960.00"}


def test_the_total_of_which_a_payment_leaves_what_is_due_is_the_gross() -> None:
    found = header([(50, 60, "TOTAL 1,678.70"), (50, 75, "PAYMENT 300.00"), (50, 90, "BALANCE DUE 1,378.70")])
    assert {name: found[name] for name in ("gross_total", "prepaid_total", "amount_due")} == {
        "gross_total": "1,678.70",
        "prepaid_total": "300.00",
        "amount_due": "1,378.70",
    }


def test_nobody_paid_more_before_than_there_was_to_pay() -> None:
    found = header([(50, 60, "Total 100.00"), (50, 75, "Payment 202309097001"), (50, 90, "Amount due 100.00")])
    assert "prepaid_total" not in found


def test_a_weak_word_within_a_text_makes_no_charge() -> None:
    found = rows([(50, 60, "Packaging artwork for each product 9.00"), (50, 75, "Freight 12.00")])
    chosen = choose_adjustments(candidates(found), POINT, None, None, {})
    assert {field: str(amount.value) for field, amount in chosen.items()} == {"charge_total": "12.00"}


@given(st.integers(min_value=10**5, max_value=10**9 - 1))
def test_amounts_as_india_groups_them_are_one_amount(number: int) -> None:
    digits = str(number)
    head, pairs = digits[:-3], []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    text = ",".join([*pairs, digits[-3:]]) + ".00"
    assert [text[slice(*reach)] for reach in amount_spans(text)] == [text]


# ---- currency ----------------------------------------------------------------------------------------------------


def test_a_code_in_parentheses_beside_a_total_is_the_currency() -> None:
    assert header([(50, 60, "Total (AUD)"), (400, 60, "8,696.35")])["currency"] == "AUD"
    assert "currency" not in header([(50, 60, "Total (ALL)"), (400, 60, "8,696.35")])

"""Captions over facts, orders written with words, totals named in parts, and languages whose labels are basic."""

from decimal import Decimal

import pytest

from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.money.adjustments import choose_adjustments
from back_office_pipelines.extraction.pdf.page.vocabulary import key, vocabulary_of
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.extraction.test_carried import amounts, header, under_one_another
from tests.extraction.test_choice import POINT, Text, page, rows
from tests.scenario import dictionary

TITLE: Text = (50, 60, "INVOICE")


def strip(captions: list[str], facts: list[str], *, left: float = 50.0) -> list[Text]:
    """Return two lines of a page: captions, and what stands under each."""
    places = [left + 110 * number for number in range(len(captions))]
    return [
        *((x, 100.0, text) for x, text in zip(places, captions, strict=True)),
        *((x, 115.0, text) for x, text in zip(places, facts, strict=True)),
    ]


# ---- the number of the document ------------------------------------------------------------------------------------


@pytest.mark.parametrize("caption", ["Number", "No.", "Nr.", "Document"])
def test_a_caption_that_only_says_number_names_the_documents_own(caption: str) -> None:
    found = header([TITLE, *strip([caption, "Date", "Due date"], ["26700551", "2026-07-14", "2026-08-13"])])
    assert (found["invoice_number"], found["due_date"]) == ("26700551", "2026-08-13")


def test_captions_beside_an_address_count_as_captions() -> None:
    facts = strip(["Date", "Invoice #"], ["2026-05-01", "11846"], left=300)
    assert header([TITLE, (50, 100, "West Lafayette, IN 47906"), *facts])["invoice_number"] == "11846"


def test_a_number_alone_right_under_the_title_is_the_documents() -> None:
    found = header([TITLE, (50, 75, "AV-2026-0031"), (50, 120, "Total 120.00")])
    assert found["invoice_number"] == "AV-2026-0031"


@pytest.mark.parametrize("text", ["Reading room", "12", "4711 Smith Street"])
def test_what_is_no_number_under_a_title_is_none(text: str) -> None:
    assert "invoice_number" not in header([TITLE, (50, 75, text), (50, 120, "Total 120.00")])


def test_a_postal_code_beside_another_invoice_is_no_number() -> None:
    assert "invoice_number" not in header([(50, 60, "With reference to the invoice"), (300, 60, "33000 Bordeaux")])


# ---- orders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Your order: BC 45-2209", "BC 45-2209"),
        ("PO number: 26-0417 / Kita Sonnenweg", "26-0417 / Kita Sonnenweg"),
        ("PO number: RFB-MAR", "RFB-MAR"),
        ("PO number: 4711 of 2026-01-31", "4711"),
        ("PO number: 4711 Mr Smith", "4711"),
    ],
)
def test_an_order_is_read_with_the_words_that_are_parts_of_it(line: str, order: str) -> None:
    assert header([TITLE, (50, 100, line)])["purchase_order"] == order


def test_the_cell_under_a_caption_is_the_order() -> None:
    found = header([TITLE, *strip(["Date", "Your order", "Due date"], ["2026-04-17", "BV Linden 8", "2026-05-17"])])
    assert found["purchase_order"] == "BV Linden 8"


def test_an_order_of_the_seller_is_another_one() -> None:
    captions = ["Date", "Commande / P.O.", "Commande interne / Our", "Due"]
    found = header([(50, 60, "FACTURE"), *strip(captions, ["2026-09-03", "CSA 889", "55108", "2026-10-03"])])
    assert found["purchase_order"] == "CSA 889"


# ---- totals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Goods excl. VAT", "Invoice amount before tax", "Total charges excluding GST"])
def test_labels_of_totals_are_made_of_parts(label: str) -> None:
    assert vocabulary_of(dictionary(), "en").meanings[key(label)].header == ("net_total",)


def test_a_rounding_stands_between_net_and_tax_and_their_total() -> None:
    found = amounts("Net total 1,687.80", "VAT 8.1 % 136.71", "Rounding -0.01", "Invoice total 1,824.50")
    assert {name: str(value) for name, value in found.items()} == {
        "net_total": "1687.80",
        "tax_total": "136.71",
        "gross_total": "1824.50",
        "amount_due": "1824.50",
    }


def test_a_net_total_alone_is_what_is_asked_for() -> None:
    assert str(amounts("Position 1", "Total net 6,522.72")["gross_total"]) == "6522.72"


def test_codes_of_replaced_currencies_are_words_beside_others() -> None:
    found = header(under_one_another("INVOICE", "CUAD ESP 5 items", "TOTAL € 787.21"))
    assert found["currency"] == "EUR"


def test_a_charge_that_does_not_lead_from_the_lines_to_the_net_total_is_none() -> None:
    candidate = candidates(rows([(50, 100, "Freight 45.00")]))
    assert choose_adjustments(candidate, POINT, Decimal(100), Decimal(120), {}) == {}
    assert list(choose_adjustments(candidate, POINT, None, Decimal(120), {})) == ["charge_total"]


# ---- days and accounts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Zahlbar bis 27.04.2026 mit 2,00 % Skonto, bis 17.05.2026 ohne Abzug.",
        "Zahlbar bis 17.05.2026 netto oder innerhalb 8 Tagen abzgl. 3,00 % Skonto.",
        "Zahlbar bis 17.05.2026. Bei Zahlung innerhalb 8 Tagen 1 % Skonto.",
    ],
)
def test_the_day_of_a_discount_is_not_the_one_all_is_due_on(line: str) -> None:
    texts = under_one_another("Rechnung Nr. 4711 vom 17.04.2026", line, "Wir danken für Ihren Auftrag und grüßen Sie")
    assert header(texts)["due_date"] == "17.05.2026"


def test_the_blocked_account_of_a_contractor_is_not_the_one_to_pay() -> None:
    line = "G-rekening 40%: op NL91 INGB 0658 0951 73. Het restant op NL60 INGB 0536 7377 70"
    assert header([(50, 60, "FACTUUR"), (50, 100, line)])["seller_iban"] == "NL60 INGB 0536 7377 70"


# ---- languages -------------------------------------------------------------------------------------------------------

POLISH = [
    "Faktura VAT nr FV/1187/04/2026", "Data wystawienia: 15.04.2026", "Termin płatności: 29.04.2026",
    "Razem netto 3 242,40", "Kwota VAT 725,23", "Do zapłaty: 3 967,63 PLN",
]  # fmt: skip
CZECH = [
    "FAKTURA - DAŇOVÝ DOKLAD č. 2260400117", "Datum vystavení: 15.04.2026", "Datum splatnosti: 29.04.2026",
    "Základ daně 3 242,40", "DPH 21 % 725,23", "Celkem k úhradě 3 967,63 Kč",
]  # fmt: skip
PORTUGUESE = [
    "Fatura nº FT 2026/118", "Data de emissão: 15.04.2026", "Data de vencimento: 29.04.2026",
    "Total líquido 3.242,40", "Total IVA 725,23", "Total a pagar 3.967,63 €",
]  # fmt: skip
DANISH = [
    "Faktura nr. 26118", "Fakturadato: 15.04.2026", "Forfaldsdato: 29.04.2026",
    "Subtotal ekskl. moms 3.242,40", "Moms 725,23", "Til betaling 3.967,63 DKK",
]  # fmt: skip
SWEDISH = [
    "Fakturanr 26118", "Fakturadatum: 15.04.2026", "Förfallodatum: 29.04.2026",
    "Summa exkl. moms 3 242,40", "Moms 725,23", "Att betala 3 967,63 SEK",
]  # fmt: skip


@pytest.mark.parametrize("texts", [POLISH, CZECH, PORTUGUESE, DANISH, SWEDISH])
def test_basic_labels_of_more_languages_are_known(texts: list[str]) -> None:
    found = read(page(under_one_another(*texts)), dictionary())
    told = {choice.field: told or choice.found.text for choice, told in found.choices}
    assert (told["issue_date"], told["due_date"]) == ("15.04.2026", "29.04.2026")
    assert [told[name].replace(" ", "").replace(".", "")[:7] for name in ("net_total", "gross_total")] == [
        "3242,40",
        "3967,63",
    ]
    assert told["tax_total"] == "725,23"
    assert "26" in told["invoice_number"]

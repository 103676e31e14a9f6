"""What a document is headed: a matrix of titles in fifteen languages, in several sizes of print, beside others."""

from collections.abc import Sequence

import pytest

from back_office_pipelines.extraction.pdf.headings.deciding import deciding
from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.scenario import dictionary

Placed = tuple[float, float, str, float]
BODY: tuple[Placed, ...] = (
    (50, 50, "Seller Works", 10.0), (50, 64, "Unit 4", 10.0), (50, 78, "Leeds LS1 4AB", 10.0),
    (50, 150, "Northwind Handels GmbH", 10.0), (50, 164, "Am Markt 3", 10.0), (50, 178, "10115 Berlin", 10.0),
    (400, 220, "Date", 10.0), (470, 220, "03.03.2025", 10.0), (50, 300, "Description", 10.0),
    (450, 300, "Amount", 10.0), (50, 316, "Widget 4711 blue", 10.0), (450, 316, "120.00", 10.0),
    (50, 332, "Bracket", 10.0), (450, 332, "30.00", 10.0), (350, 380, "Total", 10.0), (450, 380, "150.00", 10.0),
)  # fmt: skip
"""A page that says nothing of its class but by its title."""

INVOICES = """
Invoice|Tax Invoice|Customer Invoice|Monthly Invoice
Copy Invoice|Simplified Tax Invoice|Down Payment Invoice|E-Invoice
Consolidated Invoice|Professional Services Invoice|Invoice / Statement|Invoice/Affidavit|Bill of Costs|Guest Folio
Memorandum of Fees|Progress Claim|Debit Note|GST Invoice|Your Invoice|Freight Invoice|Electricity Bill
Rechnung|1. Abschlagsrechnung|Elektronische Rechnung|Ihre Rechnung|Rechnung/Lieferschein|Kopie der Rechnung
Gebührenbescheid|Rechnungskopie|Monatsrechnung|Honorarnote|Facture|Duplicata de facture|Votre facture|Copie de facture
Situation de travaux|Note de débit|Factura|Copia de factura|Nota de cargo|Fattura|Copia fattura|Factuur
Uw factuur|Eindafrekening|Verzamelfactuur|Kopie factuur
Faktura|Duplikat faktury|Kundfaktura|Kopia faktura|Årsopgørelse
Acontofaktura|Fatura|Nota de débito|Utgående faktura|Ennakkolasku|Kopio laskusta|Zjednodušený daňový doklad
"""
CREDITS = """
Credit Note|Tax Credit Note|Sales Credit Note|Customer Credit Note|Credit Memorandum|Adjustment Note|Refund Invoice
Invoice Cancellation|Credit Memo|Gutschrift|Stornorechnung|Rechnungskorrektur|Rechnungsstornierung|Retourengutschrift
Gutschriftsanzeige|Storno der Rechnung|Avoir|Facture d'avoir|Facture avoir|Note de credit|Annulation de facture
Factura rectificativa|Factura simplificada rectificativa|Nota de abono|Factura abono|Nota di credito|Nota credito
Storno fattura|Creditnota|Credit nota|Verkoopcreditfactuur|Faktura korygująca|Faktura VAT korekta|Korekta do faktury
Faktura VAT - korekta|Dobropis
Opravná faktura|Kundkreditfaktura|Salgskreditnota|Nota de crédito|Nota de devolução|Hyvityslasku
"""
OTHERS = """
Purchase Order|Order Confirmation|Sales Order|Your order|Quotation|Proforma Invoice|Delivery Note|Statement of Account
Payment Receipt|Remittance Advice|Contract|Invoice Reminder|This is not an invoice|Draft invoice|Overdue invoice
Thank you for your order|Payment of invoice|Sample invoice|Zahlung Ihrer Rechnung|Zahlungsavis
Angebot|Auftragsbestätigung|Lieferschein|Proforma-Rechnung|Mahnung
Wezwanie do zapłaty faktury|Maksumuistutus laskusta|Potwierdzenie zapłaty faktury|Zamówienie korekta|Oferta korekta
Payment reminder electricity bill|Bolletta di consegna|Reisdeclaratie|Beräkning|Air way bill|Pro forma tax invoice
Gewinn- und Verlustrechnung|Rechnung/Gutschrift|Pagamento fattura|Menu bill|Betaalbewijs factuur|Mise en liquidation
Ihre Bestellung|Danke für Wezwanie do zapłaty faktury|Maksumuistutus laskusta
Potwierdzenie zapłaty faktury|Zamówienie korekta|Oferta korekta
Payment reminder electricity bill|Bolletta di consegna|Reisdeclaratie|Beräkning|Air way bill|Pro forma tax invoice
Gewinn- und Verlustrechnung|Rechnung/Gutschrift|Pagamento fattura|Menu bill|Betaalbewijs factuur|Mise en liquidation
Ihre Bestellung|Entwurf Rechnung|Devis|Bon de livraison|Facture pro-forma|Rappel
Votre commande|Presupuesto|Factura proforma|Preventivo|Offerte|Pro forma factuur|Aanmaning|Faktura proforma|Påminnelse
"""
ALONE = {
    "Credit": "credit_note", "Storno": "credit_note", "Abono": "credit_note", "Korekta": "credit_note",
    "Kreditering": "credit_note", "Hyvitys": "credit_note", "Bill": "invoice", "Nota": "invoice", "Bolletta": "invoice",
}  # fmt: skip
"""Titles in large print, and something else in any other."""


def titles(text: str) -> list[str]:
    """Return the titles of a table."""
    return [title for line in text.strip().splitlines() for title in line.split("|")]


def page(placed: Sequence[Placed]) -> tuple[Line, ...]:
    """Return texts at their places, base line and height, as the lines of a page."""
    words: list[Word] = []
    for x, base, text, height in placed:
        for word in text.split():
            right = x + len(word) * height / 2
            words.append(Word(word, (x, base - 0.8 * height, right, base + 0.2 * height), base, height))
            x = right + height / 4  # noqa: PLW2901  where the next word begins
    return lines_of(words, 1)


def classes(title: str, *others: Placed, sizes: Sequence[float] = (18.0, 12.0, 10.0)) -> set[str | None]:
    """Return what documents are taken for with a title in several places, sizes and forms."""
    forms = (title, title.upper(), f"{title} No. 4711-22")
    places = ((320, 120), (50, 250))
    return {
        heading.document_class if heading is not None else None
        for size in sizes
        for x, y in places
        for form in forms
        for heading in [deciding(page([*BODY, *others, (x, y, form, size)]), dictionary())]
    }


@pytest.mark.parametrize("title", titles(INVOICES))
def test_invoices_are_headed_so(title: str) -> None:
    assert classes(title) == {"invoice"}


@pytest.mark.parametrize("title", titles(CREDITS))
def test_credit_notes_are_headed_so(title: str) -> None:
    assert classes(title) == {"credit_note"}


@pytest.mark.parametrize("title", titles(OTHERS))
def test_nothing_else_is_headed_so(title: str) -> None:
    assert classes(title).isdisjoint({"invoice", "credit_note"})


@pytest.mark.parametrize(("title", "named"), ALONE.items())
def test_words_of_many_meanings_are_titles_in_large_print_alone(title: str, named: str) -> None:
    assert classes(title, sizes=(10.0,)) == {None}
    assert classes(title, sizes=(18.0,)) == {named}
    assert classes(title, (50, 205, "Purchase Order", 10.0), sizes=(18.0,)).isdisjoint({"invoice", "credit_note"})


def test_words_nobody_knows_qualify_an_invoice_in_large_print_alone() -> None:
    assert classes("Quarry Invoice", sizes=(18.0,)) == {"invoice"}
    assert classes("Quarry Invoice", sizes=(10.0,)) == {None}
    assert classes("Quarry Invoice", (320, 150, "Credit Note CN-12", 10.0), sizes=(18.0,)) == {"credit_note"}


@pytest.mark.parametrize(
    ("title", "mention"),
    [
        (title, mention)
        for title, mentions in (
            ("Credit Note", ("Invoice: 4711", "Invoice No. 4711", "Original invoice 4711", "Invoice date: 01.02.2025")),
            ("Gutschrift", ("Rechnung: 4711", "Rechnung Nr. 4711", "zu Rechnung 4711", "Rechnungsdatum: 01.02.2025")),
            ("Avoir", ("Facture: 4711", "Facture n° 4711", "Sur facture n° 4711", "Facture d'origine : 4711")),
        )
        for mention in mentions
    ],
)
def test_a_credit_note_in_plain_print_names_the_invoice_below(title: str, mention: str) -> None:
    assert classes(title, (320, 262, mention, 10.0)) == {"credit_note"}


@pytest.mark.parametrize("mention", ["Gutschrift Nr. 7 verrechnet", "abzgl. Gutschrift 7", "Bestellung Nr. 7"])
def test_an_invoice_in_plain_print_mentions_other_documents(mention: str) -> None:
    assert classes("Rechnung", (50, 345, mention, 10.0)) == {"invoice"}


def test_an_invoice_above_a_title_of_a_credit_note_is_ambiguous() -> None:
    both = [*BODY, (50, 230, "Rechnung Nr. 12", 10.0), (50, 250, "Gutschrift Nr. 7", 10.0)]
    assert deciding(page(both), dictionary()) is None


@pytest.mark.parametrize("reference", ["Order # 2718840", "Order Flight 09/30/24-10/13/24", "Contract No. 61005"])
def test_the_number_of_an_order_in_print_hardly_larger_is_no_title(reference: str) -> None:
    def decided(title: str, size: float) -> str | None:
        heading = deciding(page([*BODY, (320, 120, title, 10.0), (320, 150, reference, size)]), dictionary())
        return None if heading is None else heading.document_class

    assert decided("INVOICE", 13.0) == "invoice"
    assert decided("INVOICE", 18.0) != "invoice"
    assert decided("Invoice to:", 13.0) != "invoice"


@pytest.mark.parametrize("title", ["DELIVERY NOTE", "Packing slip", "LIEFERSCHEIN", "Bon de livraison", "PAKBON"])
def test_what_goes_with_an_invoice_is_none_though_it_says_all_an_invoice_does(title: str) -> None:
    said = (
        (350, 120, "Invoice number: 4711-22", 10.0), (350, 134, "Due date: 03.04.2025", 10.0),
        (350, 400, "VAT 20%", 10.0), (450, 400, "30.00", 10.0), (350, 420, "Amount due EUR", 10.0),
        (450, 420, "180.00", 10.0), (50, 700, "IBAN GB29 NWBK 6016 1331 9268 19", 10.0),
    )  # fmt: skip
    assert read(page([*BODY, *said]), dictionary()).document_class == "invoice"
    assert read(page([*BODY, *said, (50, 230, title, 18.0), (50, 260, "INVOICE", 10.0)]), dictionary()).document_class
    assert read(page([*BODY, *said, (50, 230, title, 18.0)]), dictionary()).document_class is None


@pytest.mark.parametrize(
    "slip", ["REMITTANCE ADVICE", "Remittance slip", "Terms and conditions", "Timesheet", "Order form"]
)
@pytest.mark.parametrize("size", [10.0, 14.0])
def test_a_slip_or_part_far_down_is_no_title(slip: str, size: float) -> None:
    assert classes("Invoice", (50, 620, slip, size), sizes=(10.0, 12.0)) == {"invoice"}
    assert classes("Invoice number: 4711-22", (50, 620, slip, size), sizes=(10.0,)) == {"invoice"}


def test_a_typeset_page_has_as_many_heights_as_it_likes() -> None:
    sizes: list[Placed] = [(50, 450 + 20 * at, f"Part {at} of it all", 9 + at / 4) for at in range(14)]
    said = ((350, 205, "Invoice number: 4711-22", 10.0),)
    heading = deciding(page([*BODY, *said, *sizes, (320, 120, "Purchase order", 15.0)]), dictionary())
    assert heading is not None
    assert heading.document_class == "order"


@pytest.mark.parametrize("caption", ["Contract", "Order", "ORDER", "Contract No."])
def test_a_caption_among_captions_is_no_title(caption: str) -> None:
    captions = ("Bill #", "Bill date", "Terms", caption)
    values = ("15-31-009", "9/28/15", "2 weeks", "C15-207")
    placed = [(350, 100.0 + 14 * at, text, 10.0) for at, text in enumerate(captions)]
    placed += [(480, 100.0 + 14 * at, text, 10.0) for at, text in enumerate(values)]
    assert deciding(page([*BODY, *placed]), dictionary()) is None


@pytest.mark.parametrize("other", ["Order 4711", "Contract 4711", "Estimate 4711", "Order # 4711"])
@pytest.mark.parametrize("size", [10.0, 13.0, 15.0])
def test_the_number_of_an_order_is_no_title_beside_that_of_an_invoice(other: str, size: float) -> None:
    placed = [(350, 100.0, "Invoice 4711-2", 12.0), (350, 120.0, other, size)]
    heading = deciding(page([*BODY, *placed]), dictionary())
    assert heading is not None
    assert heading.document_class == "invoice"


def test_an_order_in_large_print_stays_one() -> None:
    placed = [(50, 60.0, "Order 4711", 24.0), (350, 100.0, "Invoice 4711-2", 10.0)]
    heading = deciding(page([*BODY, *placed]), dictionary())
    assert heading is not None
    assert heading.document_class == "order"


def test_what_only_mentions_an_invoice_is_none_without_amounts() -> None:
    said = page(
        [(50, 60, "AFFIDAVIT OF PERFORMANCE", 16.0), (50, 90, "Invoice reference: 12-1187 (mailed apart)", 10.0)]
    )
    assert read(said, dictionary()).document_class is None
    billed = page(
        [(50, 90, "Invoice reference: 12-1187", 10.0), (50, 200, "Total due", 10.0), (400, 200, "$12.50", 10.0)]
    )
    assert read(billed, dictionary()).document_class == "invoice"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("STATEMENT/INVOICE", "invoice"), ("Invoice/Affidavit", "invoice"), ("BILLING", "invoice"),
        ("Broadcast billing", "invoice"), ("Billing detail", "invoice"), ("Bill for Time", "invoice"),
    ],
)  # fmt: skip
def test_bills_by_other_names_are_invoices(title: str, told: str) -> None:
    heading = deciding(page([*BODY, (320, 60, title, 20.0)]), dictionary())
    assert heading is not None
    assert heading.document_class == told


def test_a_statement_in_capitals_may_go_on() -> None:
    listed = [(60, 235.0 + 15 * at, text, 10.0) for at, text in enumerate(("Invoice / credit 90117", "90388 960.00"))]
    heading = deciding(page([*BODY, (57, 109, "STATEMENT OF ACCOUNT AND REMINDER", 10.0), *listed]), dictionary())
    assert heading is not None
    assert heading.document_class == "statement_of_account"


@pytest.mark.parametrize("line", ["Invoice to", "Invoice address:", "Invoice 2 copies to"])
def test_an_order_stays_one_that_says_where_invoices_go(line: str) -> None:
    placed = [(50, 60.0, "Order 4711", 13.0), (50, 600.0, line, 10.0), (250, 600.0, "12 Mill Road", 10.0)]
    heading = deciding(page([*BODY, *placed]), dictionary())
    assert heading is not None
    assert heading.document_class == "order"


@pytest.mark.parametrize("amount", ["$1,320", "JPY 132,000", "Rp 1.320.000"])
def test_amounts_may_have_no_cents(amount: str) -> None:
    said = [(50, 60, "Acme Ltd", 10.0), (50, 90, "Invoice #: 117-22", 10.0), (50, 200, "Amount due", 10.0)]
    assert read(page([*said, (400, 200, amount, 10.0)]), dictionary()).document_class == "invoice"

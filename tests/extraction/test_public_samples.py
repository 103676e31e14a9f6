"""What invoices of other people's programs print: twice over itself, beside the page, on slips, in rows of sums."""

import io
from dataclasses import dataclass

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from back_office_pipelines.extraction.pdf.headings.deciding import deciding, document_class
from back_office_pipelines.extraction.pdf.headings.headings import headings
from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.registrations import vat_id_spans
from back_office_pipelines.extraction.pdf.page.shapes import date_spans, reference_spans
from back_office_pipelines.extraction.pdf.page.vocabulary import captions_of_one_language
from back_office_pipelines.extraction.pdf.page.words import Word, lines_of
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.names import name_in
from back_office_pipelines.extraction.pdf.spoken import language_of, words_of_languages
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.values.checksums import is_vat_id
from tests.extraction.documents import extracted, pdf
from tests.extraction.test_choice import Text, page
from tests.extraction.test_titles import page as printed
from tests.extraction.test_wording import header as values
from tests.scenario import dictionary

# ---- what a page shows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """A page whose content is larger than what is shown of it."""

    shown: tuple[float, float, float, float] = (0, 500, 300, 842)

    def lines(self) -> list[str]:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(595, 842), cropBox=self.shown)
        for x, y, text in ((50, 800, "Shown GmbH"), (400, 800, "Hidden GmbH"), (50, 100, "Below Ltd")):
            canvas.drawString(x, y, text)
        canvas.save()
        document = pdfium.PdfDocument(buffer.getvalue())
        return [line.text for line in page_lines(document, 0)]


def test_what_lies_beside_the_page_is_not_read() -> None:
    assert Box().lines() == ["Shown GmbH"]


def test_all_of_a_whole_page_is_read() -> None:
    assert len(Box((0, 0, 595, 842)).lines()) == 2


INHERITED = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>> endobj
4 0 obj <</Length 41>> stream
BT /F1 12 Tf 50 782 Td (Top GmbH) Tj ET

endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj
trailer <</Root 1 0 R>>
"""
"""A page of A4 whose parent says so, as some programs write it."""


def test_boxes_of_a_page_may_be_those_of_its_parents() -> None:
    line = page_lines(pdfium.PdfDocument(INHERITED), 0)[0]
    assert (line.text, line.segments[0].words[0].base) == ("Top GmbH", pytest.approx(842 - 782))


@pytest.mark.parametrize("times", [2, 3, 4])
def test_words_printed_over_themselves_are_read_once(times: int) -> None:
    words = [
        Word(text, (x + 0.4 * at, 50.0, x + 0.4 * at + 5 * len(text), 60.0), 60.0, 10.0)
        for at in range(times)
        for x, text in ((50.0, "TENNISHOF"), (100.0, "GmbH"), (130.0, "13"))
    ]
    assert [line.text for line in lines_of(words, 1)] == ["TENNISHOF GmbH 13"]


def test_the_same_word_twice_beside_itself_stays() -> None:
    document = pdfium.PdfDocument(pdf([(50, 60, "Meier Meier Bau GmbH"), (50, 80, "11 11 22")]))
    assert [line.text for line in page_lines(document, 0)] == ["Meier Meier Bau GmbH", "11 11 22"]


# ---- languages -----------------------------------------------------------------------------------------------------

GERMAN_CAPTIONS: list[Text] = [
    (50, 60, "Rechnung Nr. 1001"), (50, 90, "Kundennummer:"), (150, 90, "000012"), (300, 90, "Datum:"),
    (400, 90, "20.11.2025"), (50, 120, "The Handmaid and Tales"), (50, 135, "Coffee for the Road"),
    (50, 300, "Summe Netto:"), (200, 300, "100.00"), (50, 315, "MwSt (19%):"), (200, 315, "19.00"),
    (50, 330, "Gesamtbetrag:"), (200, 330, "119.00"),
]  # fmt: skip


def test_captions_tell_the_language_where_goods_are_named_in_another() -> None:
    assert language_of(words_of_languages(page(GERMAN_CAPTIONS), dictionary())) == "de"
    assert values(GERMAN_CAPTIONS)["invoice_number"] == "1001"
    assert values(GERMAN_CAPTIONS)["gross_total"] == "119.00"


def test_captions_of_two_languages_tell_none() -> None:
    told = captions_of_one_language(dictionary())
    assert told["kundennummer"] == "de"
    assert told.keys().isdisjoint(("total", "datum"))


# ---- titles --------------------------------------------------------------------------------------------------------


def class_of(texts: list[Text]) -> str | None:
    return extracted(pdf(texts)).document_class


@pytest.mark.parametrize("caption", ["Factuurnummer:", "Rechnungsnummer:", "Rechnungsnr.:", "Fakturanummer:"])
def test_the_caption_of_its_own_number_names_a_page_without_a_title(caption: str) -> None:
    body: list[Text] = [
        (50, 60, "Zonneveld Fietsen"),
        (50, 100, caption),
        (160, 100, "20261214-001"),
        (50, 285, "Band 12,10"),
        (50, 300, "EUR 12,10"),
    ]
    assert class_of(body) == "invoice"


def test_the_number_of_another_document_names_no_page() -> None:
    assert class_of([(50, 60, "Zonneveld Fietsen"), (50, 100, "Bestelnummer:"), (160, 100, "20261214-001")]) is None
    assert class_of([(50, 60, "Zonneveld Fietsen"), (50, 100, "Rechnungsnummer:"), (160, 100, "folgt")]) is None


def heading(title: str, height: float) -> str | None:
    """Return the class that a title names over lines of usual print."""
    small = [(50.0, 100.0 + 12 * at, f"Position {at} Lieferung frei Haus", 10.0) for at in range(12)]
    found = document_class(headings(printed([(50.0, 60.0, title, height), *small]), dictionary()))
    return None if found is None else found.document_class


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("ACME CORPORATION - DETAILED INVOICE", "invoice"),
        ("Sonntag GmbH | Rechnung", "invoice"),
        ("Sonntag GmbH | Lieferung", None),
        ("Price quote calculation", "quote"),
    ],
)
def test_a_large_title_may_stand_behind_a_name_and_a_mark(title: str, named: str | None) -> None:
    assert heading(title, 24.0) == named


def test_behind_a_mark_in_usual_print_stands_no_title() -> None:
    assert heading("Sonntag GmbH | Rechnung", 10.0) is None


# ---- parties -------------------------------------------------------------------------------------------------------

LETTER: list[Text] = [(50, 60, "INVOICE"), (50, 90, "Invoice Number:"), (200, 90, "INV-215")]


def test_a_name_far_beside_its_label_is_not_sought_under_it_among_goods() -> None:
    texts: list[Text] = [
        *LETTER, (50, 110, "Bill To:"), (260, 110, "Spice Route Restaurant"), (50, 150, "Description"),
        (250, 150, "Qty"),
        (350, 150, "Unit Price"), (450, 150, "Total"), (50, 165, "Stainless Steel Boxes"), (250, 165, "30"),
        (350, 165, "180.00"), (450, 165, "5400.00"),
    ]  # fmt: skip
    assert values(texts)["buyer_name"] == "Spice Route Restaurant"


def test_a_slip_that_goes_back_is_addressed_to_who_is_paid() -> None:
    texts: list[Text] = [
        *LETTER, (50, 120, "Lakeside Outfitters Inc"), (50, 134, "4155 Conifer Drive"), (50, 148, "Seattle WA 98115"),
        (350, 120, "Tinwhistle Tech Ltd"), (350, 134, "1945 Dancing Dove Lane"), (350, 148, "Seattle WA 98101"),
        (50, 600, "PAYMENT ADVICE"), (50, 620, "To: Tinwhistle Tech Ltd"), (70, 634, "1945 Dancing Dove Lane"),
        (350, 620, "Customer"), (450, 620, "Lakeside Outfitters Inc"),
        (50, 770, "Company No: 000111222. Registered Office: 1945 Dancing Dove Lane, Seattle, Washington, 98101"),
    ]  # fmt: skip
    found = values(texts)
    assert (found["seller_name"], found["buyer_name"]) == ("Tinwhistle Tech Ltd", "Lakeside Outfitters Inc")


def test_a_caption_of_a_name_may_stand_in_its_own_text() -> None:
    texts: list[Text] = [
        (50, 40, "Krajowy System e-Faktur"), (400, 40, "Numer faktury"), (400, 60, "2/11/2025"),
        (50, 120, "Sprzedawca"), (50, 140, "NIP: 5265877635"), (50, 154, "Nazwa: Browar Jutrzenka"),
        (300, 120, "Nabywca"), (300, 140, "NIP: 6808208874"), (300, 154, "Nazwa: Jan Kowalski"),
        (50, 170, "Adres"), (50, 184, "ul. Sadowa 1, 00-002 Krakow"), (300, 170, "Adres"),
        (300, 184, "ul. Polna 1, 00-001 Warszawa"), (50, 300, "Podsumowanie stawek podatku"), (50, 320, "Do zapłaty"),
        (300, 320, "123,00 PLN"),
    ]  # fmt: skip
    found = values(texts)
    assert (found["seller_name"], found["buyer_name"]) == ("Browar Jutrzenka", "Jan Kowalski")


def test_a_caption_beside_its_name_over_a_street_announces_it() -> None:
    texts: list[Text] = [
        (50, 58, "Plusvik AB"), (450, 58, "Faktura"), (50, 72, "Skönabergsvägen 8"),
        (300, 120, "Fakturaadress Robin Horn"),
        (370, 132, "Svenstorpsvägen 5"), (370, 144, "268 78 Kågeröd"), (50, 160, "Fakturanummer"), (200, 160, "116"),
        (50, 220, "ATT BETALA SEK"), (200, 220, "923,00"), (50, 240, "Förfallodatum"), (200, 240, "2025-12-16"),
    ]  # fmt: skip
    assert values(texts)["buyer_name"] == "Robin Horn"


def test_whose_program_printed_a_page_is_no_party() -> None:
    texts: list[Text] = [
        *LETTER,
        (50, 300, "Total"),
        (200, 300, "20.00"),
        (50, 780, "Powered by Paperjam Software GmbH"),
    ]
    assert "seller_name" not in values(texts)


# ---- numbers and sums ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers", "days"),
    [
        ("FV 1/05/2021", ["FV 1/05/2021"], []),
        ("2 / 2024", ["2 / 2024"], []),
        ("01/05/2023-31/05/2023", [], ["01/05/2023", "31/05/2023"]),
        ("1/05/2021", [], ["1/05/2021"]),
        ("č.FV5040011231", ["FV5040011231"], []),
    ],
)
def test_numbers_that_look_like_days_and_days_that_look_like_numbers(
    text: str, numbers: list[str], days: list[str]
) -> None:
    assert [text[start:end] for start, end in reference_spans(text)] == numbers
    assert [text[start:end] for start, end in date_spans(text)] == days


@pytest.mark.parametrize(
    "row",
    [
        ("200.00", "24.00", "48.00", "248.00"),
        ("200.00", "0.00", "0.00", "48.00", "248.00"),
        ("200.00", "48.00", "248.00"),
    ],
)
def test_a_row_of_sums_may_hold_a_rate_or_taxes_of_nothing(row: tuple[str, ...]) -> None:
    texts: list[Text] = [*LETTER, (50, 300, "Total"), *((150.0 + 70 * at, 300.0, text) for at, text in enumerate(row))]
    texts.append((50, 280, "Tax 24 % on goods"))
    found = values(texts)
    assert (found.get("net_total"), found.get("gross_total")) == ("200.00", "248.00")
    assert found["tax_total"] == "48.00"


def test_a_bill_sums_up_its_parts() -> None:
    parts = (("105.90", "100.86", "5.04"), ("40.44", "35.79", "4.65"), ("65.14", "57.65", "7.49"))
    texts: list[Text] = [*LETTER, (50, 120, "Subtotal"), (200, 120, "194.30"), (50, 134, "Tax"), (200, 134, "17.18")]
    texts += [(50, 150, "Total"), (200, 150, "211.48"), (50, 600, "Total"), (200, 600, "211.48")]
    for at, (gross, net, tax) in enumerate(parts):
        y = 300.0 + 60 * at
        texts += [
            (50, y, "Subtotal"),
            (200, y, net),
            (50, y + 15, "HST"),
            (200, y + 15, tax),
            (50, y + 30, "Total"),
            (200, y + 30, gross),
        ]
    found = values(texts)
    assert (found["gross_total"], found["net_total"], found["tax_total"]) == ("211.48", "194.30", "17.18")


def test_the_total_before_a_rounding_is_the_total() -> None:
    texts: list[Text] = [
        (50, 60, "Faktura - daňový doklad č.FV504001"), (50, 100, "Datum vystavení:"), (200, 100, "05.09.2025"),
        (50, 300, "Základ"), (200, 300, "773,25"), (50, 315, "DPH 21%"), (200, 315, "162,38"),
        (50, 330, "Doklad celkem:"),
        (200, 330, "935,63 CZK"), (50, 345, "Zaokrouhlení:"), (200, 345, "0,37 CZK"), (50, 360, "Celkem k úhradě:"),
        (200, 360, "936,00 CZK"), (50, 400, "Dodavatel:"), (50, 414, "Elkon elektro a.s."),
    ]  # fmt: skip
    found = values(texts)
    assert (found["gross_total"], found["amount_due"]) == ("935,63 CZK", "936,00 CZK")


def test_a_value_printed_a_little_above_its_caption_is_beside_it() -> None:
    texts: list[Text] = [
        (50, 60, "INVOICE"),
        (250, 103, "Invoice #:"),
        (350, 99, "8877788990"),
        (50, 300, "Total"),
        (200, 300, "20.00"),
    ]
    assert values(texts)["invoice_number"] == "8877788990"


def test_a_tax_and_its_rate_in_one_word_are_two() -> None:
    texts: list[Text] = [
        (50, 60, "Rechnung Nr.: 2014145"), (50, 300, "MwSt.19 %"), (200, 300, "62,32 €"), (50, 285, "Summe"),
        (200, 285, "328,00 €"), (50, 320, "Gesamtbetrag"), (200, 320, "390,32 €"),
    ]  # fmt: skip
    assert values(texts)["tax_total"] == "62,32 €"


@pytest.mark.parametrize(("number", "valid"), [("EU372022452", True), ("EU000022452", False)])
def test_sellers_from_outside_the_union_have_numbers_of_its_one_stop_shop(number: str, valid: bool) -> None:
    assert [f"VAT {number}"[start:end] for start, end, *_ in vat_id_spans(f"VAT {number}")] == [number]
    assert is_vat_id(number) is valid


@pytest.mark.parametrize(("place", "code"), [("Golbazar-4, Siraha, Nepal", "NPR"), ("Pune, Maharashtra", "INR")])
def test_whose_rupee_a_sign_is_says_the_country_on_the_page(place: str, code: str) -> None:
    texts: list[Text] = [(50, 60, "TAX INVOICE"), (50, 90, place), (50, 300, "Grand Total"), (200, 300, "Rs. 858.80")]
    found = {choice.field: told for choice, told in read(page(texts), dictionary()).choices}
    assert found["currency"] == code


# ---- what looks like it and is not ---------------------------------------------------------------------------------


def test_a_column_of_units_tells_no_language() -> None:
    rows: list[Text] = [
        text for at in range(15) for text in ((50, 200.0 + 15 * at, "Schrauben"), (300, 200.0 + 15 * at, "U"))
    ]
    assert (
        language_of(
            words_of_languages(page([(50, 60, "Rechnung und Lieferschein für die Werkstatt"), *rows]), dictionary())
        )
        == "de"
    )


@pytest.mark.parametrize(
    "title", ["Lieferschein", "Zahlungsbestätigung", "Freundliche Erinnerung", "Ratenplan", "Packliste"]
)
@pytest.mark.parametrize(
    "caption", ["Rechnungsnummer: 4711", "Originalrechnungsnummer: 4711", "Bezugsrechnungsnr.: 4711"]
)
def test_forms_that_mention_an_invoice_are_none(title: str, caption: str) -> None:
    body = [
        (50.0, 140.0 + 14 * at, text, 10.0) for at, text in enumerate((caption, "Artikel 119,00", "Summe EUR 119,00"))
    ]
    lines = printed([(50.0, 60.0, "Sonntag Werkzeuge", 10.0), (50.0, 90.0, title, 18.0), *body])
    assert deciding(lines, dictionary()) is None


@pytest.mark.parametrize(
    "title",
    ["Lieferschein - Rechnung 4711", "Overdue - Invoice 4711", "Payment received - Invoice 4711", "Projekt & Rechnung",
     "Acme | Invoice follows by mail"],
)  # fmt: skip
def test_what_stands_before_a_mark_may_say_that_it_is_no_invoice(title: str) -> None:
    assert heading(title, 24.0) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Acme Pte Ltd GST Reg No. M2-1234567-8", "Acme Pte Ltd"),
        ("Maple Foods Inc. Tax ID 12-3456789", "Maple Foods Inc."),
        ("Kupfer GmbH - erstellt mit Lexware", "Kupfer GmbH"),
        ("Total Inc GST", None),
        ("Powered by Paperjam GmbH", None),
    ],
)
def test_companies_are_told_from_what_stands_beside_them(line: str, name: str | None) -> None:
    assert next((one.text for one in companies(page([(50, 60, line)])[0])), None) == name


@pytest.mark.parametrize("text", ["City, University of London", "Datos de Galicia"])
def test_names_that_begin_like_a_caption_are_names(text: str) -> None:
    words = page([(50, 60, text)])[0].segments[0].words
    assert name_in(words, 1) is not None


@pytest.mark.parametrize("text", ["FRI 13/03/2026", "FR 13/03/2026", "F 12/05/2026"])
def test_days_of_the_week_are_no_series_of_numbers(text: str) -> None:
    assert [text[start:end] for start, end in date_spans(text)] == [text.split()[1]]


def test_a_rounding_leads_to_the_total_where_only_a_line_has_what_was_before() -> None:
    texts: list[Text] = [
        *LETTER, (50, 200, "Flour"), (200, 200, "100.15"), (300, 200, "18.03"), (400, 200, "118.18"),
        (50, 300, "Subtotal"),
        (200, 300, "100.15"), (50, 315, "GST"), (200, 315, "18.03"), (50, 330, "Round off"), (200, 330, "-0.18"),
        (50, 345, "Grand Total"), (200, 345, "118.00"),
    ]  # fmt: skip
    assert values(texts)["gross_total"] == "118.00"


def test_freight_between_goods_and_their_total_is_no_tax() -> None:
    texts: list[Text] = [
        *LETTER, (50, 300, "Total"), (150, 300, "100.00"), (220, 300, "0.00"), (290, 300, "10.00"),
        (360, 300, "110.00"),
        (50, 320, "VAT 20%"), (150, 320, "22.00"), (50, 340, "Invoice total"), (150, 340, "132.00"),
    ]  # fmt: skip
    assert values(texts)["gross_total"] == "132.00"


def test_sections_with_totals_are_not_the_bill() -> None:
    texts: list[Text] = [*LETTER]
    for at, (name, amount) in enumerate(
        (("Total", "60.00"), ("Total", "40.00"), ("Total", "100.00"), ("Discount", "-10.00"))
    ):
        texts += [(50, 200.0 + 20 * at, name), (200, 200.0 + 20 * at, amount)]
    assert values([*texts, (50, 300, "Invoice total"), (200, 300, "90.00")])["gross_total"] == "90.00"


def test_a_reference_is_the_number_where_nothing_else_is() -> None:
    alone: list[Text] = [
        (50, 60, "INVOICE"),
        (50, 90, "Reference:"),
        (150, 90, "MG-2022-07"),
        (50, 300, "Total"),
        (150, 300, "9.00"),
    ]
    assert values(alone)["invoice_number"] == "MG-2022-07"
    assert values([*alone, (50, 110, "Invoice No:"), (150, 110, "215-77")])["invoice_number"] == "215-77"


def test_a_sentence_about_a_slip_is_none() -> None:
    texts: list[Text] = [
        *LETTER, (50, 110, "Please return the remittance slip with your payment."),
        (50, 130, "To:"), (50, 144, "Bauhof AG"),
        (50, 158, "Hafenweg 3"), (50, 172, "20457 Hamburg"),
    ]  # fmt: skip
    assert values(texts)["buyer_name"] == "Bauhof AG"

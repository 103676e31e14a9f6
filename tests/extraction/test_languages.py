"""Invoices in the manner of seven more countries: each page is read back as it was drawn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.spoken import language_of, words_of_languages
from back_office_pipelines.extraction.pdf.textlayer import Reading, read
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from tests.extraction.national import LEFT, NORWEGIAN, PAPERS, Paper
from tests.extraction.test_choice import page
from tests.scenario import dictionary

COLUMNS_TOLD = ("description", "quantity", "unit_price", "tax_rate", "line_net")
each = pytest.mark.parametrize("paper", PAPERS, ids=[paper.language for paper in PAPERS])


def told(reading: Reading) -> dict[str, str]:
    """Return the header fields of a reading, days and amounts canonical."""
    fields = {choice.field: canonical or choice.found.text for choice, canonical in reading.choices}
    return {name: _canonical(name, text, reading) for name, text in fields.items()}


def _canonical(field: str, text: str, reading: Reading) -> str:
    if field.endswith("_date"):
        return str(parse_date(text, reading.style))
    if field.endswith(("_total", "_due")):
        return str(parse_decimal(text, reading.style))
    if field == "seller_iban":
        return text.replace(" ", "")
    return {"€": "EUR", "Ft": "HUF", "lei": "RON"}.get(text, text)


@each
def test_an_invoice_is_read_as_its_country_writes_it(paper: Paper) -> None:
    reading = read(page(paper.texts), dictionary())
    assert (reading.language, reading.document_class) == (paper.language, "invoice")
    found = told(reading)
    assert {name: found.get(name) for name in paper.told} == paper.told


@each
def test_its_lines_are_read(paper: Paper) -> None:
    reading = read(page(paper.texts), dictionary())
    lines = [{one.field: one.found.text for one in line} for line in reading.of_lines()]
    found = tuple(
        (
            line.get("description"),
            *(str(parse_decimal(line.get(name, "").rstrip("% "), reading.style)) for name in COLUMNS_TOLD[1:]),
        )
        for line in lines
    )
    assert found == paper.told_lines
    assert reading.adds_up


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kreditnota", "credit_note"), ("Hyvityslasku", "credit_note"), ("Helyesbítő számla", "credit_note"),
        ("Factură storno", "credit_note"), ("Opravná faktúra", "credit_note"), ("Odobrenje", "credit_note"),
        ("Ordrebekreftelse", "order"), ("Tilausvahvistus", "order"), ("Megrendelés", "order"), ("Comandă", "order"),
        ("Pristilbud", "quote"), ("Tarjous", "quote"), ("Díjbekérő", "quote"), ("Factură proformă", "quote"),
        ("Zálohová faktúra", "quote"), ("Ponuda", "quote"), ("Predračun", "quote"), ("Kvittering", "payment_receipt"),
        ("Kuitti", "payment_receipt"), ("Nyugta", "payment_receipt"), ("Chitanță", "payment_receipt"),
        ("Purring", "statement_of_account"), ("Maksukehotus", "statement_of_account"),
        ("Fizetési felszólítás", "statement_of_account"), ("Upomienka", "statement_of_account"),
        ("Opomena", "statement_of_account"), ("Opomin", "statement_of_account"), ("Račun", "invoice"),
    ],
)  # fmt: skip
def test_a_title_tells_what_a_document_is(title: str, name: str) -> None:
    assert read(page([(50, 60, title)]), dictionary()).document_class == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Faktura og betaling er fra oss til dere vennligst innen forfall", "nb"),
        ("Faktura og betaling er fra os til jer venligst bedes moms af beløb", "da"),
        ("Faktura til og fra ved eller", "da"),
        ("Faktura och betalning till oss från er belopp moms", "sv"),
        ("Faktúra za dodanie podľa objednávky alebo zmluvy suma", "sk"),
        ("Faktura za zboží nebo služby dle objednávky částka", "cs"),
        ("Račun molimo platiti hvala kupac ukupno", "hr"),
        ("Račun prosimo plačilo hvala kupec skupaj", "sl"),
    ],
)
def test_sister_languages_are_told_apart_and_draw_for_the_one_known_first(text: str, language: str) -> None:
    assert language_of(words_of_languages(page([(50, 60, text)]), dictionary())) == language


def crowns(country: str, place: str) -> str | None:
    texts = [text for text in NORWEGIAN.texts if "Bergen" not in text[2] and "Oslo" not in text[2]]
    texts = [(x, y, text.replace("MVA", "").replace("Foretaksregisteret", "")) for x, y, text in texts]
    return told(read(page([*texts, (LEFT, 720, country), (LEFT, 734, place)]), dictionary())).get("currency")


def test_whose_crown_is_told_by_country_and_language_together() -> None:
    assert crowns("Norge", "Bergen") == "NOK"
    assert crowns("Danmark", "Odense") is None


@each
@given(
    day=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
    number=st.integers(min_value=100_000, max_value=99_999_999),
)
@settings(max_examples=10)
def test_days_and_amounts_are_read_back_whatever_they_are(paper: Paper, day: date, number: int) -> None:
    printed = f"{day:%Y.%m.%d.}" if paper.language == "hu" else f"{day:%d.%m.%Y}"
    amount = f"{number // 100:,}".replace(",", " ") + f",{number % 100:02}"
    facts = tuple((caption, printed if value == paper.facts[1][1] else value) for caption, value in paper.facts)
    totals = (paper.totals[-1][0], amount)
    found = told(read(page(replace(paper, facts=facts, lines=(), totals=(totals,)).texts), dictionary()))
    assert found["issue_date"] == str(day)
    assert Decimal(found["amount_due"]) == Decimal(number) / 100


def test_signs_in_capitals_are_no_words() -> None:
    steel = [(50, 60 + 12 * at, f"Stahlrohr EN 10305-{at} ET {at}") for at in range(8)]
    said = [(50, 300, "Zahlung bis zum 14. des Monats"), (50, 312, "und mit Rechnung"), (50, 324, "von der Bank")]
    assert language_of(words_of_languages(page([*steel, *said]), dictionary())) == "de"


def test_the_code_of_the_money_may_stand_in_a_caption() -> None:
    paper = [
        (50, 60, "Faktura 4711"),
        (300, 300, "ATT BETALA SEK"),
        (300, 320, "38 272,00"),
        (50, 340, "Tack och betala till oss"),
    ]
    assert told(read(page(paper), dictionary()))["currency"] == "SEK"


@pytest.mark.parametrize(
    ("caption", "language", "field"),
    [
        ("Exkl. moms", "sv", "net_total"), ("excl. btw", "nl", "net_total"), ("ekskl. mva", "nb", "net_total"),
        ("ohne MwSt", "de", "net_total"), ("hors taxes", "fr", "net_total"),
        ("Honoraires hors taxes", "fr", "net_total"), ("Toutes taxes comprises", "fr", "gross_total"),
    ],
)  # fmt: skip
def test_what_a_total_is_with_or_without_may_be_all_its_caption_says(caption: str, language: str, field: str) -> None:
    (row,) = rows_of(page([(300, 300, caption), (480, 300, "200,00")]), vocabulary_of(dictionary(), language))
    assert [field in label.meaning.header for label in row.labels] == [True]


@pytest.mark.parametrize(
    ("caption", "language"),
    [
        ("Frakt exkl. moms", "sv"),
        ("Verzendkosten excl. btw", "nl"),
        ("más IVA", "es"),
        ("Less VAT", "en"),
        ("ALV 0 %", "fi"),
    ],
)
def test_what_else_a_caption_says_of_tax_names_no_net_total(caption: str, language: str) -> None:
    (row,) = rows_of(page([(300, 300, caption), (480, 300, "200,00")]), vocabulary_of(dictionary(), language))
    assert not [label for label in row.labels if "net_total" in label.meaning.header]

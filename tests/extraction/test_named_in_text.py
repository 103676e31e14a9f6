"""Names, days and accounts that stand in sentences, over lines, or beside what is none."""

import pytest

from back_office_pipelines.extraction.pdf.facts.asking import asked_by
from back_office_pipelines.extraction.pdf.facts.identifiers import choose_iban
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.names import CALL_SIGN, name_in
from back_office_pipelines.extraction.pdf.parties.payees import in_small_letters, payees
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.values.evidence import decide_order
from back_office_pipelines.values.text import compact_upper
from tests.extraction.test_choice import Text, page, rows
from tests.scenario import dictionary


def name_of(text: str) -> str | None:
    """Return the name in one line of a page."""
    line = page([(50, 60, text)])[0]
    found = name_in(line.segments[0].words, 1)
    return None if found is None else found.text


def header(texts: list[Text]) -> dict[str, str]:
    return {choice.field: choice.found.text for choice, _ in read(page(texts), dictionary()).choices}


# ---- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Einschreiben", "Per Einschreiben", "Persönlich", "Lettre recommandée", "Confidential", "Priority"]
)
def test_how_a_letter_is_sent_is_no_name(text: str) -> None:
    assert name_of(text) is None


@pytest.mark.parametrize(
    "text", ["Priority Freight Ltd", "Confidential Shredding", "Post & Söhne", "Private Equity AG"]
)
def test_names_that_begin_like_that_are_names(text: str) -> None:
    assert name_of(text) == text


def test_a_name_ends_before_the_place_behind_a_mark() -> None:
    assert name_of("Rätikon Treuhand · 7000 Chur") == "Rätikon Treuhand"
    assert name_of("Müller · Meier Architekten") == "Müller · Meier Architekten"


def test_what_somebody_does_is_no_name() -> None:
    assert name_of("technical writing & editing") is None
    assert name_of("offset+aare") == "offset+aare"
    assert name_of("Frisch gekocht für Kita Kranichnest e.V.") == "Kita Kranichnest e.V."


@pytest.mark.parametrize("text", ["WQXD-TV", "KLMB-FM 94.9", "KABC TV"])
def test_call_signs_of_stations_are_told_from_companies(text: str) -> None:
    assert CALL_SIGN.fullmatch(text)
    assert CALL_SIGN.fullmatch("KPMG") is None


def test_the_company_under_the_call_sign_of_its_station_sells() -> None:
    texts: list[Text] = [
        (50, 60, "KLMB-FM 94.9"),
        (50, 72, "Yellowtrail Radio Partners"),
        (50, 84, "3 Broadcast Plaza"),
        (50, 96, "Billings MT 59102"),
        (50, 140, "BILL TO:"),
        (50, 152, "Bighorn Advertising Agency"),
        (300, 60, "INVOICE"),
        (50, 800, "Due upon receipt"),
    ]
    assert header(texts)["seller_name"] == "Yellowtrail Radio Partners"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("auf das Konto CH41 0077, lautend auf Rätikon Treuhand & Partner.", "Rätikon Treuhand & Partner"),
        ("Checks payable to Delia R. Fenwick, or by ACH", "Delia R. Fenwick"),
        ("Checks payable to us", None),
        ("Rekening t.n.v. Brabo Staal Service", "Brabo Staal Service"),
    ],
)
def test_whom_a_sentence_asks_to_pay_is_the_seller(text: str, name: str | None) -> None:
    assert [one.found.text for one in payees(rows([(50, 60, text)]))] == ([] if name is None else [name])


def test_a_name_in_capitals_is_written_as_elsewhere_on_the_page() -> None:
    found = rows([(50, 60, "ORWELL BRIDGE LTD"), (50, 90, "Pay: Orwell Bridge Ltd, by transfer")])
    shouted = next(iter(found)).line.segments[0]
    name = name_in(shouted.words, 1)
    assert name is not None
    assert in_small_letters(name, found).text == "Orwell Bridge Ltd"
    assert in_small_letters(name, found[:1]).text == "ORWELL BRIDGE LTD"
    mailed = rows([(50, 60, "ORWELL BRIDGE LTD"), (50, 90, "see orwell bridge ltd for more")])
    assert in_small_letters(name, mailed).text == "ORWELL BRIDGE LTD", "words in small letters are no name"


def test_a_line_with_a_telephone_number_at_the_foot_names_who_writes() -> None:
    texts: list[Text] = [(50, 60, "TAX INVOICE"), (50, 700, "Downs Plumbing & Gas · lic. 15220871 · 0491 570 156")]
    assert header(texts)["seller_name"] == "Downs Plumbing & Gas"
    dated: list[Text] = [(50, 60, "TAX INVOICE"), (50, 700, "Thank you · goods remain ours · 01.02.2026")]
    assert "seller_name" not in header(dated)


def test_a_company_in_the_terms_of_payment_beside_its_account() -> None:
    foot = "Payable à réception par virement : FR76 1762 9000 0500 1188 2774 429 · SELARL Ferragu · FR96793301821"
    assert header([(50, 60, "Facture"), (50, 700, foot)])["seller_name"] == "SELARL Ferragu"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Grace Ohlendorf", "Prairie Sky Montessori School", "2 Orchard Ln"), "Prairie Sky Montessori School"),
        (("Maria T. Berg", "Kupfer GmbH", "Ecke 12"), "Kupfer GmbH"),
        (("Kupfer GmbH", "Berg Verwaltung GmbH", "Ecke 12"), "Kupfer GmbH"),
        (("Grace Ohlendorf", "East Wing", "2 Orchard Ln"), "Grace Ohlendorf"),
    ],
)
def test_the_organisation_under_the_name_of_a_person_buys(lines: tuple[str, ...], name: str) -> None:
    texts: list[Text] = [(50, 60, "INVOICE"), (50, 100, "BILL TO")]
    texts += [(50, 112 + 12 * number, text) for number, text in enumerate((*lines, "Eudora, KS 66025"))]
    assert header(texts)["buyer_name"] == name


# ---- days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["Wir danken für die Überweisung bis 8. April 2026 auf das Konto"], ["8. April 2026"]),
        (["Bitte überweisen Sie den Betrag von 9,00 € bis zum 24.03.2026 auf mein"], ["24.03.2026"]),
        (["Valuta 25.03.2026 netto. Gerichtsstand Leoben."], ["25.03.2026"]),
        (["Zahlung bis 15.03.2026 2 % Skonto, bis 04.04.2026 ohne Abzug"], ["04.04.2026"]),
        (["30 Tage netto, 3 % Skonto zahlbar bis 15.03.2026"], []),
        (["Zahlungsbedingungen: 3 % Skonto", "bis 15.03.2026"], []),
        (["Bitte zahlen Sie den Betrag", "bis zum 04.04.2026"], ["04.04.2026"]),
        (["Die Leistung dauert bis 04.04.2026"], []),
        (["Wij verzoeken u te betalen uiterlijk 16 maart 2026"], ["16 maart 2026"]),
    ],
)
def test_a_sentence_asks_to_pay_by_a_day(texts: list[str], days: list[str]) -> None:
    found = rows([(50, 60 + 12 * number, text) for number, text in enumerate(texts)])
    assert [one.mention.found.text for one in asked_by(found)] == days


def test_numbers_of_a_country_that_writes_the_day_first_order_dates_that_nothing_else_does() -> None:
    dates = ["11.03.2026", "08.03.26"]
    assert decide_order(dates, numbered=["DE"]) == "dmy"
    assert decide_order(dates) is None
    assert decide_order(["11/03/2026"], numbered=["DE"]) is None, "strokes are written in any order"
    assert decide_order(dates, country="US", numbered=["DE"]) is None, "two readings remain"


# ---- accounts and numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("auf das Konto CH41 0077 4010", "4418 8220 0, lautend auf", "CH4100774010441882200"),
        ("IBAN GB61 ORWL", "4022 1833 9104 72", "GB61ORWL40221833910472"),
        ("auf das Konto CH41 0077 4010", "4418 8220 1, lautend auf", None),
        ("Material CH41 0077 4010", "Stück 12", None),
    ],
)
def test_an_account_over_two_lines_is_whole_where_its_check_digits_say_so(
    first: str, second: str, whole: str | None
) -> None:
    found = rows([(50, 60, first), (50, 72, second)])
    chosen = choose_iban(found, candidates(found))
    assert (None if chosen is None else compact_upper(chosen.found.text)) == whole


@pytest.mark.parametrize("text", ["Folio/Invoice No. F-214377", "RE: Invoice # F-214377"])
def test_a_number_is_named_in_odd_ways(text: str) -> None:
    assert header([(50, 60, text)])["invoice_number"] == "F-214377"


@pytest.mark.parametrize(
    "name",
    [
        "Courier Service of Ohio LLC", "Bottlers Division of Texas Inc.", "Service des Eaux SA",
        "Betrieb von Windparks GmbH", "Städt. Werke Kassel GmbH", "Techn. Büro Maier GmbH", "Verein. Volksbank AG",
    ],
)  # fmt: skip
def test_words_of_a_company_s_own_name_are_not_cut_off(name: str) -> None:
    (line,) = page([(50, 50, name)])
    assert [one.text.rstrip(".") for one in companies(line)] == [name.rstrip(".")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SummitReach is a brand of Summit Cable Media Sales, Inc.", "Summit Cable Media Sales, Inc."),
        ("a division of Halvorsen Continental Media, Inc.", "Halvorsen Continental Media, Inc."),
        ("Legal entity: Quad Rivers Licenses, LLC", "Quad Rivers Licenses, LLC"),
        ("Make remittance payable to Delta Crescent Television, Inc.", "Delta Crescent Television, Inc."),
        ("EFT: BSB 036-112 Acct 448812. Stockmate WA Pty Ltd as trustee", "Stockmate WA Pty Ltd"),
    ],
)
def test_a_company_begins_behind_what_leads_up_to_it(text: str, name: str) -> None:
    (line,) = page([(50, 50, text)])
    assert [one.text for one in companies(line)] == [name]

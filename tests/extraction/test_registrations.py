"""VAT identifiers as pages print them, names in one line with an address, and who is who on layouts never seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.registrations import canonical, is_well_formed, vat_id_spans
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.names import before_address, name_in
from back_office_pipelines.values.checksums import is_vat_id
from tests.extraction.test_choice import Text, header, page


def found(text: str, country: str | None = None) -> list[str | None]:
    return [canonical(text[start:end], text[:start], country) for start, end in vat_id_spans(text)]


# ---- VAT identifiers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("TVA BE 0403.170.701", "BE0403170701"),
        ("BTW 0403.170.701", "BE0403170701"),
        ("P. IVA 00743110157 - REA VI-1", "IT00743110157"),
        ("Partita IVA n. 00743110157", "IT00743110157"),
        ("N.I.F. B58378431", "ESB58378431"),
        ("CIF: B-58378431", "ESB58378431"),
        ("CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("CHE-107.787.577", "CHE107787577"),
        ("GSTIN/UIN: 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("NL8204.71.616.B.02", "NL820471616B02"),
        ("USt-IdNr. 136695976", "DE136695976"),
        ("UID: U13585627", "ATU13585627"),
        ("Org.nr. NO 995 525 828 MVA", "NO995525828MVA"),
        ("Foretaksregisteret 995 525 828 MVA", "NO995525828MVA"),
        ("Y-tunnus: 2077474-0", "FI20774740"),
        ("ALV-numero FI20774740", "FI20774740"),
        ("Adószám: 12892312-2-43", "HU12892312"),
        ("C.I.F.: RO18547290", "RO18547290"),
        ("IČ DPH: SK2022749619", "SK2022749619"),
        ("OIB: 33392005961", "HR33392005961"),
        ("ID za DDV: SI50223054", "SI50223054"),
    ],
)
def test_an_identifier_is_given_with_its_country_and_without_marks(text: str, wanted: str) -> None:
    assert found(text) == [wanted]


def test_nine_digits_are_british_on_a_british_page_only() -> None:
    text = "VAT Reg No 434 0315 67"
    assert found(text, "GB") == ["GB434031567"]
    assert found(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Telefono 02881740241 interno",
        "IBAN IT60 X054 2811 1010 0000 0123 456",
        "Total 1.234,56",
        "IČO: 36724530",
        "DIČ: 2022749619",
        "ABN 51 824 753 556",
        "Org.nr. 995 525 828",
    ],
)
def test_numbers_of_other_things_are_no_identifiers(text: str) -> None:
    assert [one for one in found(text) if one is not None and is_well_formed(one)] == []


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_spaces_and_marks_never_change_an_identifier(number: int) -> None:
    digits = f"0{number:09}"
    printed = f"BE {digits[:4]}.{digits[4:7]}.{digits[7:]}"
    assert canonical(printed) == canonical(f"BE{digits}") == f"BE{digits}"


def test_a_swiss_identifier_is_checked_with_and_without_the_letters_of_the_tax() -> None:
    assert is_vat_id("CHE107787577")
    assert is_vat_id("CHE107787577MWST")
    assert not is_vat_id("CHE107787578")


def test_an_identifier_under_the_buyers_name_is_the_buyers() -> None:
    fields = header(
        [
            (50, 40, "FATTURA"),
            (50, 80, "Cliente: Officine Prova S.r.l., Via Roma 12, 20121 Milano, P.IVA 00743110157"),
            (50, 750, "Ferramenta Prova S.r.l. - Via Po 3, 10124 Torino - P.IVA 01234567897"),
        ]
    )
    assert fields["buyer_name"] == "Officine Prova S.r.l."
    assert fields["buyer_vat_id"] == "IT00743110157"
    assert fields["seller_name"] == "Ferramenta Prova S.r.l."
    assert fields["seller_vat_id"] == "IT01234567897"


def test_what_a_line_break_divides_is_put_together() -> None:
    fields = header(
        [
            (50, 40, "INVOICE"),
            (50, 80, "Kupfer Works Ltd"),
            (50, 700, "Kupfer Works Ltd, 4 Mill Road, Leeds LS2 8ZZ. VAT registration number GB"),
            (50, 712, "434 0315 67. Pay to IBAN DE89 3704 0044"),
            (50, 724, "0532 0130 00"),
        ]
    )
    assert fields["seller_vat_id"] == "GB434031567"
    assert fields["seller_iban"] == "DE89370400440532013000"


# ---- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kaashandel Prova B.V., Havenweg 70, 4871 Etten-Leur", "Kaashandel Prova B.V."),
        ("Prova Dental Group, Harbour House, Galway H91 X000", "Prova Dental Group"),
        ("Kupfer, Inc., 12 Main Street, Dover, DE 19901", "Kupfer, Inc."),
        ("Kupfer, Hain & Partner", "Kupfer, Hain & Partner"),
        ("M/s Prova Home Stores LLP", "Prova Home Stores LLP"),
    ],
)
def test_a_name_ends_where_its_address_begins(text: str, wanted: str) -> None:
    words = page([(50, 100, text)])[0].segments[0].words
    name = name_in(before_address(words), 1)
    assert name is not None
    assert name.text == wanted


@pytest.mark.parametrize(
    "text", ["à l'attention de", "Abrechnung Nr. 2026/0881", "Relevé-facture R-02-4418", "CLIENTE 00881", "Spett.le"]
)
def test_words_of_address_and_numbers_are_no_names(text: str) -> None:
    assert name_in(page([(50, 100, text)])[0].segments[0].words, 1) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Prova Cargo Speditions-Ges.m.b.H., Weg 4", "Prova Cargo Speditions-Ges.m.b.H."),
        ("Atelier Prova, SARL au capital de 8 000 €", "Atelier Prova"),
        ("Prova Page SRL - RPM Liège", "Prova Page SRL"),
        ("TRANSPORTES PROVA S.COOP.", "TRANSPORTES PROVA S.COOP."),
    ],
)
def test_companies_by_their_legal_form(text: str, wanted: str) -> None:
    assert [one.text for one in companies(page([(50, 100, text)])[0])] == [wanted]


BUYER: tuple[Text, ...] = (
    (50, 60, "Jardins Prova SA"),
    (50, 72, "Chaussée de Wavre 410"),
    (50, 84, "1390 Grez-Doiceau"),
    (50, 96, "TVA BE 0403.170.701"),
)


def test_the_seller_is_whom_the_imprint_names_though_the_buyer_stands_first() -> None:
    fields = header(
        [
            (50, 130, "FACTURE"),
            *BUYER,
            (400, 60, "VERTE FEUILLE"),
            (400, 72, "Rue des Ardoises 15"),
            (400, 84, "5000 Namur"),
            (50, 700, "Verte Feuille SRL - RPM Namur - Compte BE68 5390 0754 7034"),
        ]
    )
    assert fields["seller_name"] == "Verte Feuille SRL"
    assert fields["buyer_name"] == "Jardins Prova SA"
    assert fields["buyer_vat_id"] == "BE0403170701"


def test_a_sign_in_large_print_is_not_the_addressee_under_it() -> None:
    fields = header(
        [
            (50, 130, "RECHNUNG"),
            (50, 60, "Nordkurier"),
            (50, 72, "Kupfer Media GmbH"),
            (50, 84, "Hauptstraße 1"),
            (50, 96, "22529 Hamburg"),
            (50, 700, "Nordkurier Verlag GmbH · Markt 12 · 21244 Buchholz · IBAN DE89 3704 0044 0532 0130 00"),
        ]
    )
    assert fields["seller_name"] == "Nordkurier Verlag GmbH"


def test_what_stands_far_beside_a_label_is_not_whom_it_announces() -> None:
    fields = header(
        [
            (50, 40, "INVOICE"),
            (50, 100, "BILL TO:"),
            (400, 100, "REVISION"),
            (50, 112, "Prova Advertising Agency"),
            (50, 124, "2700 First Ave"),
        ]
    )
    assert fields["buyer_name"] == "Prova Advertising Agency"


@pytest.mark.parametrize("line", ["Fattura n. 18 a:", "Rechnung 18 an:", "Factuur 18 aan:", "Facture 18 à :"])
def test_a_line_that_ends_in_a_word_of_address_announces_the_buyer(line: str) -> None:
    fields = header(
        [(50, 40, "INVOICE"), (50, 200, line), (50, 212, "Studio Prova e Associati"), (50, 224, "Via Po 7")]
    )
    assert fields["buyer_name"] == "Studio Prova e Associati"

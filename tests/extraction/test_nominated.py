"""Whatever a party is called and wherever pages write it, its name is among those considered, letter for letter."""

import pytest

from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.parties.addressed import labelled_names
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.names import name_in
from back_office_pipelines.extraction.pdf.parties.parties import nominated
from tests.extraction.test_choice import Text, page
from tests.scenario import dictionary

NAMES = (
    "Brightwater Plumbing & Heating", "J. Okonkwo Consulting", "Dr. Anna-Lena Hofmeister", "Les Jardins de l'Orne",
    "Atelier 27 SARL", "3D Print Werkstatt GmbH", "Ferreira & Filhos, Lda.", "Hausverwaltung Lindner GmbH & Co. KG",
    "Gärtnerei am Waldweg", "Rechtsanwälte Meier Schulz Partnerschaft mbB", "Steuerberatung Schmidt",
    "Seaside Cleaning Services LLC", "City of Springfield", "The Copper Kettle", "Taylor, Finch & Moody LLP",
    "Sundance Media Group, LLC", "Van der Berg Logistiek B.V.", "Consultores Asociados S.L.", "Novák a syn s.r.o.",
    "Usługi Remontowe Jan Kowalski", "Snickeri & Bygg i Malmö AB", "Page & Turner Books", "Gross & Klein OHG",
    "Freiwillige Feuerwehr Altdorf e.V.", "Heartland Broadcasting Co.", "Fahrschule Krause Inh. Uwe Krause",
    "Imprimerie Vieux Pont SCOP ARL", "Lichtung Kollektiv UG (haftungsbeschränkt)", "M. et Mme Lefèvre",
    "Mr & Mrs Hughes", "Eheleute Marlies und Henning Tietgens",
    "1&1 Fernsprech GmbH", "MÜLLER MASCHINENBAU GMBH", "ACME SUPPLY INC",
    "Harper 2020, Inc.", "Marktplatz 24 GmbH", "Ridgeway Communications, L.P.", "TSV Altdorf von 1906 e.V.",
    "Citizens to Keep the County Dry", "Dupont Frères",
)  # fmt: skip
STREET: tuple[Text, ...] = ((50, 180, "12 High Street"), (50, 195, "Leeds LS1 4AB"))
STRASSE: tuple[Text, ...] = ((50, 180, "Musterring 12"), (50, 195, "12345 Altstadt"))
PLACES: dict[str, tuple[Text, ...]] = {
    "letterhead": ((50, 165, "{}"), *STRASSE),
    "line with dots": ((50, 100, "{} · Musterring 12 · 12345 Altstadt"),),
    "line with bars": ((50, 100, "{} | Musterring 12 | 12345 Altstadt"),),
    "line with strokes": ((50, 100, "{} - Musterring 12 - 12345 Altstadt"),),
    "line with commas": ((50, 100, "{}, Musterring 12, 12345 Altstadt"),),
    "foot": ((50, 800, "{}, 12 High Street, Leeds LS1 4AB. Registered in England no. 01234567"),),
    "remit to": ((50, 165, "Remit to:"), (50, 172, "{}"), (50, 184, "PO Box 100"), (50, 196, "Dayton, OH 45402")),
    "remit payment to": ((50, 700, "Please remit payment to: {}"),),
    "checks payable to": ((50, 700, "Make all checks payable to {}."),),
    "holder of an account": ((50, 700, "Account name: {}"),),
    "owner of a sign": ((50, 800, "Sunny Brand is a trading name of {}, registered in England no. 1234567."),),
    "division": ((50, 700, "Sunny Brand, a division of {}"),),
    "from": ((50, 150, "From"), (50, 165, "{}"), *STREET),
    "bill to": ((50, 150, "Bill to:"), (50, 165, "{}"), *STREET),
    "bill to, beside": (
        (50, 165, "Bill to"),
        (130, 165, "{}"),
        (130, 180, "12 High Street"),
        (130, 195, "Leeds LS1 4AB"),
    ),
    "under a person": ((50, 150, "Bill to"), (50, 158, "Jane Doe"), (50, 168, "{}"), *STREET),
    "over a person": ((50, 150, "{}"), (50, 165, "Herrn Max Meier"), *STRASSE),
    "under a word of address": ((50, 150, "Firma"), (50, 165, "{}"), *STRASSE),
    "behind a word of address": ((50, 165, "Firma {}"), *STRASSE),
    "customer": ((50, 150, "Customer: {}"),),
    "customer with number": ((50, 150, "Customer: {} (4711)"),),
    "grid": (
        (50, 150, "Customer"),
        (180, 150, "{}"),
        (50, 165, "Customer no."),
        (180, 165, "4711"),
        (50, 180, "Order"),
    ),
    "invoice for": ((50, 150, "Invoice for {}"),),
    "box of fields": ((50, 150, "Adquirente"), (50, 165, "Nome"), (150, 165, "{}"), (50, 180, "NIF"), (150, 180, "1")),
    "in favour of, behind the account": ((50, 700, "IBAN DE89 3704 0044 0532 0130 00, Kontoinhaber {}"),),
    "invoice to, no colon": ((50, 150, "Rechnung an {}"),),
    "before its sign": ((50, 800, "{} trading as Sunny Brand, registered in England no. 1234567"),),
    "before a number of tax": ((50, 800, "{} - VAT no. GB123456789"),),
    "over a street alone": ((50, 165, "{}"), (50, 180, "12 High Street"), (50, 195, "Springfield")),
    "over a box": ((50, 165, "{}"), (50, 180, "P.O. Box 1234"), (50, 195, "Dubai, UAE")),
    "over whose care it is in": ((50, 165, "{}"), (50, 172, "c/o Fenwood Ltd"), *STREET),
    "under an office": ((50, 155, "Accounts Payable"), (50, 167, "{}"), *STREET),
    "over a tax number": (
        (50, 165, "{}"),
        (50, 172, "NIF B12345678"),
        (50, 180, "Calle Mayor 5"),
        (50, 195, "28013 Madrid"),
    ),
    "credit to": ((50, 150, "Credit to:"), (50, 165, "{}"), *STREET),
    "advertiser, no colon": ((50, 150, "Advertiser {}"),),
    "advertiser in a grid of other captions": (
        (50, 150, "Advertiser"),
        (180, 150, "{}"),
        (180, 165, "PO Box 626"),
        (180, 180, "Fairview, CA 94104"),
    ),
    "advertiser in recognised captions": (
        (282, 122, "Advertiser"),
        (342, 122, "{}"),
        (284, 135, "Product"),
        (342, 135, "GOVERNOR"),
        (307, 160, "Send Payment To:"),
        (307, 172, "KZTL-TV"),
    ),
    "window beside a number": (
        (50, 165, "{}"),
        (320, 165, "Invoice No. 4711"),
        (50, 180, "12 High Street"),
        (50, 195, "Cork"),
    ),
    "over an office, no code": ((50, 165, "{}"), (50, 172, "Attn: Sam Reed"), (50, 184, "PO Box 3"), (50, 196, "Cork")),
    "window beside facts": ((50, 165, "{}"), (320, 165, "Customer no. 4711"), *STREET, (320, 180, "Date 2026-01-02")),
}
OTHERS: tuple[Text, ...] = (
    (400, 60, "INVOICE"),
    (400, 75, "No. 4711"),
    (50, 300, "Work as agreed"),
    (400, 300, "100.00"),
)
NUMBERED = {"3D Print Werkstatt GmbH", "1&1 Fernsprech GmbH"}
"""Names that begin with a figure: without a colon before them they may be the number of something."""
UNTOLD = {
    "line with commas": {"Taylor, Finch & Moody LLP"},
    "invoice for": NUMBERED,
    "invoice to, no colon": NUMBERED,
    "advertiser, no colon": NUMBERED,
    "advertiser in recognised captions": NUMBERED,
    "remit payment to": {"Fahrschule Krause Inh. Uwe Krause"},
    "checks payable to": {"Fahrschule Krause Inh. Uwe Krause"},
}
"""Names that nothing on such a line tells apart from what follows."""


@pytest.mark.parametrize("place", PLACES)
def test_the_name_is_among_those_considered(place: str) -> None:
    vocabulary = vocabulary_of(dictionary(), None)
    missed = set()
    for name in NAMES:
        texts = [(x, y, text.format(name)) for x, y, text in PLACES[place]]
        lines = page([*OTHERS, *texts])
        names = nominated(rows_of(lines, vocabulary), blocks_of(lines))
        if name.rstrip(".") not in {found.text.rstrip(".") for one in names for found in one.places}:
            missed.add(name)
    assert missed <= UNTOLD.get(place, set())


def companies_in(text: str) -> list[str]:
    return [found.text for line in page([(50, 100, text)]) for found in companies(line)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Taylor, Finch & Moody LLP, 12 High Street", ["Taylor, Finch & Moody LLP"]),
        ("Leeds, Finch Ltd", ["Finch Ltd"]),
        ("Studio Grand Large SCOP SARL", ["Studio Grand Large SCOP SARL"]),
        ("Mallow, Co. Cork", []),
        ("Great Basin Equipment Co. 1200 Main Street", ["Great Basin Equipment Co."]),
    ],
)
def test_companies_end_in_their_whole_legal_form(text: str, names: list[str]) -> None:
    assert companies_in(text) == names


@pytest.mark.parametrize(
    "text", ["v/ Grundahl Administration", "c/o Fenwood", "Nome", "Ragione sociale", "Pour", "Sold to:", "IDB#"]
)
def test_captions_and_whose_care_it_is_in_are_no_names(text: str) -> None:
    assert all(name_in(segment.words, 1) is None for line in page([(50, 100, text)]) for segment in line.segments)


def test_whose_advertising_it_is_says_its_label() -> None:
    texts: list[Text] = [
        (50, 100, "Bill to:"),
        (50, 115, "Cardinal Fork Media"),
        (300, 100, "Advertiser: Renwick for Senate"),
    ]
    rows = rows_of(page(texts), vocabulary_of(dictionary(), "en"))
    assert ("Renwick for Senate", "advertiser") in {(one.found.text, one.evidence) for one in labelled_names(rows)}


@pytest.mark.parametrize(
    "text",
    [
        "ACME SUPPLY LTD", "ACME SUPPLY INC.", "Acme Supply Corporation", "HOLZBAU HUBER GMBH", "Holzbau Huber Gmbh",
        "HOLZBAU HUBER GMBH & CO. KG", "Farmacia Verde s.r.l.",
        "OFFICINA VERDE S.R.L.", "Meyer PartG mbB", "Ridgeway L.P.",
        "Padaria Silva Ltda", "SERVIS NOVÁK S.R.O.", "Norden Oy", "NORDEN APS", "Kollektiv UG (haftungsbeschränkt)",
    ],
)  # fmt: skip
def test_legal_forms_are_known_in_capitals_and_with_or_without_points(text: str) -> None:
    assert companies_in(text) == [text]


def test_a_name_goes_on_to_the_end_of_its_legal_form() -> None:
    assert companies_in("Société Grand Large S.A.S. au capital de 1000 €") == ["Société Grand Large S.A.S."]


@pytest.mark.parametrize("text", ["Advertiser Ref", "Client code", "Customer contact"])
def test_labels_of_numbers_and_contacts_announce_no_name(text: str) -> None:
    rows = rows_of(page([(50, 100, text), (50, 112, "Product Two")]), vocabulary_of(dictionary(), "en"))
    assert not list(labelled_names(rows))


@pytest.mark.parametrize(
    "text", ["Amtsgericht Kiel", "Postbus 40", "BP 40", "ZA des Landes", "Unit 5", "Av. de la Paz 4"]
)
def test_courts_boxes_and_units_are_no_names(text: str) -> None:
    assert all(name_in(segment.words, 1) is None for line in page([(50, 100, text)]) for segment in line.segments)


def test_a_courtesy_in_a_line_of_its_own_is_no_part_of_the_name_under_it() -> None:
    lines = page([*OTHERS, (50, 150, "Eheleute"), (50, 165, "Anna und Karl Vogel"), *STRASSE])
    names = nominated(rows_of(lines, vocabulary_of(dictionary(), None)), blocks_of(lines))
    assert {"Anna und Karl Vogel"} == {one.found.text for one in names if "Vogel" in one.found.text}


@pytest.mark.parametrize("rest", ["& Co. KG", "(haftungsbeschränkt)"])
def test_a_legal_form_goes_on_in_the_next_line(rest: str) -> None:
    lines = page([*OTHERS, (50, 150, "Vogel Bau GmbH"), (50, 165, rest), *STRASSE])
    names = nominated(rows_of(lines, vocabulary_of(dictionary(), None)), blocks_of(lines))
    assert f"Vogel Bau GmbH {rest}" in {found.text for one in names for found in one.places}


@pytest.mark.parametrize("text", ["as addressed", "same as above", "See above", "wie oben", "n/a", "None", "ditto"])
def test_words_that_stand_for_a_name_are_none(text: str) -> None:
    (line,) = page([(50, 100, text)])
    assert name_in(line.segments[0].words, 1) is None


@pytest.mark.parametrize("lead", ["on behalf of", "o/b/o", "For the account of:", "(on behalf of"])
def test_whom_an_agency_bought_for_is_the_buyer(lead: str) -> None:
    billed: list[Text] = [
        (50, 60, "Bill to"),
        (50, 75, "Mid-Atlantic Partners"),
        (50, 90, f"{lead} Friends of Jo Castellano"),
    ]
    rows = rows_of(page([*billed, (50, 300, "Less 15% agency commission")]), vocabulary_of(dictionary(), "en"))
    found = [one.found.text for one in labelled_names(rows) if one.evidence == "advertiser"]
    assert found == ["Friends of Jo Castellano"]
    signed: list[Text] = [(50, 60, "Agency fee"), (50, 700, f"{lead} Blue Sea Staffing")]
    assert not [
        one
        for one in labelled_names(rows_of(page(signed), vocabulary_of(dictionary(), "en")))
        if one.evidence == "advertiser"
    ]
    other = rows_of(page(billed), vocabulary_of(dictionary(), "en"))
    assert not [one for one in labelled_names(other) if one.evidence == "advertiser"]


def test_a_caption_in_two_languages_ends_what_stands_before_it() -> None:
    text = "Anunciante / Advertiser: Por Un Condado Agencia / Agency: Frontera, 88 Elm St"
    rows = rows_of(page([(50, 100, text)]), vocabulary_of(dictionary(), "es"))
    assert "Por Un Condado" in [one.found.text for one in labelled_names(rows)]


@pytest.mark.parametrize("street", ["88 Lyerly Hwy", "1 Kemp Pkwy", "510 Pegasus Ct", "12 Main Ln", "3 Broadway"])
def test_a_street_in_the_line_of_a_name_ends_it(street: str) -> None:
    rows = rows_of(
        page([(50, 100, f"Bill to: Harlan Sheriff, {street}, Summerville GA")]), vocabulary_of(dictionary(), "en")
    )
    assert [one.found.text for one in labelled_names(rows)] == ["Harlan Sheriff"]


@pytest.mark.parametrize(
    "name", ["Covent Gardens 21", "Hotel Broadway 7", "Highway 61 Records", "PLZ Logistik 24", "SAME"]
)
def test_names_with_words_of_streets_stay_names(name: str) -> None:
    (line,) = page([(50, 100, name)])
    assert name_in(line.segments[0].words, 1) is not None

"""Names by what heads, ends or stands under them, whatever the language: one small page a kind."""

import pytest

from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.correspondents import correspondents
from back_office_pipelines.extraction.pdf.parties.names import name_in
from back_office_pipelines.extraction.pdf.parties.parties import nominated
from back_office_pipelines.extraction.pdf.parties.traits import of_text
from tests.extraction.test_choice import Text, page, rows


def correspond(texts: list[Text]) -> list[tuple[str, str]]:
    return [(one.role, one.found.text) for one in correspondents(blocks_of(page(texts)), ())]


def pair(first: str, second: str) -> list[Text]:
    left = [(50.0, 100.0, first), (50.0, 112.0, "Amsel Consulting"), (50.0, 124.0, "6020 Innsbruck")]
    right = [(300.0, 100.0, second), (300.0, 112.0, "Kupfer GmbH"), (300.0, 124.0, "4020 Linz")]
    return [*left, *right]


@pytest.mark.parametrize(
    ("first", "second"), [("von:", "an:"), ("De", "À"), ("FROM", "TO"), ("Da", "Per"), ("Od", "Dla")]
)
def test_two_words_over_two_addresses_tell_who_writes_to_whom(first: str, second: str) -> None:
    both = [("seller_name", "Amsel Consulting"), ("buyer_name", "Kupfer GmbH")]
    assert correspond(pair(first, second)) == both
    assert correspond(pair(second, first)) == [
        (role, name) for (role, _), (_, name) in zip(both, both[::-1], strict=True)
    ]


def test_one_of_these_words_alone_says_nothing_and_is_no_name() -> None:
    assert correspond(pair("De", "Kupfer")) == []
    assert all(name_in(line.segments[0].words, 1) is None for line in page([(50.0, 100.0, word)] for word in ()))
    (line,) = page([(50.0, 100.0, "De")])
    assert name_in(line.segments[0].words, 1) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fiduciaire Moselle S.à r.l. \u2013 R.C.S. B 204", "Fiduciaire Moselle S.à r.l."),
        ("Offsetdruck Hinrichs & Sohn oHG", "Offsetdruck Hinrichs & Sohn oHG"),
        ("Vinothek Hofer & Partner OG", "Vinothek Hofer & Partner OG"),
        ("SOCIETE DELAUNAY \u2013 SAS au capital de 152 000", "SOCIETE DELAUNAY"),
        ("Atelier Nord, SARL au capital de 10 000", "Atelier Nord"),
    ],
)
def test_a_company_ends_with_its_legal_form_unless_that_tells_its_capital(text: str, name: str) -> None:
    (line,) = page([(50.0, 100.0, text)])
    assert [found.text for found in companies(line)] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("werden Verzugszinsen gem. BGB berechnet.", None),
        ("Condominio Via Mantegna 18", "Condominio Via Mantegna 18"),
        ("Brf Tallkotten 7", "Brf Tallkotten 7"),
        ("Via Mantegna 18", None),
        ("≈ Val d\u2019Orbieu", "Val d\u2019Orbieu"),
        ("camille d.", "camille d."),
        ("REMIT TO Amsel Broadcast Group", "Amsel Broadcast Group"),
    ],
)
def test_what_text_is_a_name(text: str, name: str | None) -> None:
    (line,) = page([(50.0, 100.0, text)])
    found = name_in(line.segments[0].words, 1)
    assert (None if found is None else found.text) == name


@pytest.mark.parametrize("place", ["2900 Porrentruy", "931 22 SKELLEFTEÅ", "2100-057 CORUCHE", "31-564 Kraków"])
def test_a_place_after_an_empty_line_belongs_to_the_street_above_it(place: str) -> None:
    address = [(300.0, 100.0, "Cabinet Schaller"), (300.0, 112.0, "Grand-Rue 40"), (300.0, 142.0, place)]
    (block,) = blocks_of(page(address))
    assert block.is_address
    assert len(blocks_of(page([*address[:1], (300.0, 112.0, "Grand-Rue"), *address[2:]]))) == 2, "no street above"


def test_three_and_two_digits_in_a_table_are_no_postal_code() -> None:
    (block,) = blocks_of(page([(50.0, 100.0, "Menge"), (50.0, 112.0, "250 10 kg")]))
    assert not block.is_address


def test_a_name_in_a_line_with_a_date_may_be_the_letterhead_s() -> None:
    texts = [(50.0, 60.0, "Régie du Val"), (320.0, 60.0, "du 15 septembre 2022"), (50.0, 72.0, "11200 LÉZIGNAN")]
    found = nominated(lines := rows(texts), blocks_of([row.line for row in lines]))
    assert "Régie du Val" in [one.found.text for one in found]


def test_a_department_is_told_from_a_name() -> None:
    assert ("department", 1.0) in of_text("Kreditorenbuchhaltung")
    assert ("department", 1.0) not in of_text("Service Partner GmbH")

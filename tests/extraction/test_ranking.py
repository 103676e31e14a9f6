"""Who sells and who buys, told by evidence that any page may have: one small page a kind of evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.parties.companies import companies
from back_office_pipelines.extraction.pdf.parties.nominees import Nominee
from back_office_pipelines.extraction.pdf.parties.parties import nominated
from back_office_pipelines.extraction.pdf.parties.ranking import ROLES, ranked
from back_office_pipelines.extraction.pdf.parties.traits import of_text
from tests.extraction.test_choice import Text, page, rows

WORTH = {"seller_name": {"domain": 3.0, "window": -1.0}, "buyer_name": {"domain": -1.0, "window": 3.0}}


def named(text: str, **traits: float) -> Nominee:
    return Nominee([Found(text, 1, (0.0, 0.0, 1.0, 1.0))], dict(traits))


def traits_of(texts: list[Text], name: str) -> set[str]:
    found = nominated(lines := rows(texts), blocks_of([row.line for row in lines]))
    return {trait for one in found if one.found.text == name for trait, value in one.traits.items() if value}


def test_each_role_goes_to_the_name_that_its_traits_speak_for() -> None:
    writer, reader = named("Amsel", domain=1.0), named("Kupfer", window=1.0)
    chosen = ranked([reader, writer], lambda one, other: True, WORTH)
    assert (chosen["seller_name"].nominee, chosen["buyer_name"].nominee) == (writer, reader)
    assert chosen["seller_name"].rival is None, "the other party's name is no rival to show"


def test_one_name_is_never_both_parties() -> None:
    both = named("Amsel", domain=1.0, window=1.0)
    assert list(ranked([both], lambda one, other: True, WORTH)) == ["seller_name"]


def test_names_that_may_be_exchanged_are_not_sure() -> None:
    alike = [named("Amsel", domain=1.0, window=1.0), named("Kupfer", domain=1.0, window=1.0)]
    assert all(one.margin < 0.1 for one in ranked(alike, lambda one, other: True, WORTH).values())


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), max_size=12))
def test_scores_and_margins_keep_their_scale(values: list[tuple[float, float]]) -> None:
    names = [named(f"Name {at}", domain=one, window=two) for at, (one, two) in enumerate(values)]
    chosen = ranked(names, lambda one, other: True, WORTH)
    assert set(chosen) <= set(ROLES)
    assert all(0 <= one.score <= 2 and 0 <= one.margin <= 1 for one in chosen.values())


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("Kupfer GmbH", "form"),
        ("Hurtownia Mat Sp. z o.o.", "form"),
        ("Mara Berg", "person"),
        ("Sanitär · Heizung · Klima", "listing"),
        ("ORIGINAL / KOPIE", "slash"),
        ("ORIGINAL / KOPIE", "capitals"),
        ("Kupfer", "one_word"),
    ],
)
def test_traits_of_a_text(text: str, trait: str) -> None:
    assert trait in dict(of_text(text))


def test_a_domain_speaks_for_the_name_whose_word_it_has() -> None:
    texts: list[Text] = [(50, 60, "Bürotechnik Müller"), (50, 72, "Ecke 1"), (50, 84, "12345 Hausen")]
    assert "word_of_domain" in traits_of([*texts, (50, 700, "info@mueller-buero.de")], "Bürotechnik Müller")
    assert "word_of_domain" not in traits_of([*texts, (50, 700, "info@kupfer.de")], "Bürotechnik Müller")


def test_an_account_under_a_name_is_likely_its_own() -> None:
    texts: list[Text] = [
        (50, 100, "Amsel s.r.o."),
        (300, 100, "Kupfer a.s."),
        (50, 150, "IBAN: DE89370400440532013000"),
    ]
    assert "account_below" in traits_of(texts, "Amsel s.r.o.")
    assert "account_below" not in traits_of(texts, "Kupfer a.s.")


def test_a_word_over_the_rest_of_a_name_is_one_name_with_it() -> None:
    texts: list[Text] = [(50, 100, "Installationsbetrieb"), (50, 112, "Berg & Sohn OHG"), (50, 124, "12345 Hausen")]
    assert "joined" in traits_of(texts, "Installationsbetrieb Berg & Sohn OHG")


def test_a_state_or_a_court_is_no_company() -> None:
    for text in ("1190 Glendale Ave, Sparks NV 89431", "PartR 2207 AG München"):
        assert list(companies(page([(50, 60, text)])[0])) == []


def test_words_around_a_name_say_whose_it_is() -> None:
    window: list[Text] = [(50, 100, "Frau"), (50, 112, "Mara Berg"), (50, 124, "Waldweg 1"), (50, 136, "12345 Hausen")]
    assert "courtesy_above" in traits_of(window, "Mara Berg")
    office: list[Text] = [(50, 100, "Berg Bau"), (50, 112, "z. Hd. Frau Lehmann"), (50, 124, "12345 Hausen")]
    assert "care_below" in traits_of(office, "Berg Bau")
    site: list[Text] = [(50, 100, "Lieferanschrift:"), (50, 112, "Neubau Klinik"), (50, 124, "12345 Hausen")]
    assert "delivered" in traits_of(site, "Neubau Klinik")


def test_a_letter_is_dated_from_the_place_of_its_writer() -> None:
    texts: list[Text] = [
        *((50, 60, "Labor Berg"), (50, 72, "Waldweg 1"), (50, 84, "06484 Quedlinburg")),
        *((50, 150, "Kreis Nord"), (50, 162, "Am Markt 2"), (50, 174, "38820 Halberstadt")),
        (350, 200, "Quedlinburg, 31.03.2022"),
    ]
    assert "dated_there" in traits_of(texts, "Labor Berg")
    assert "dated_there" not in traits_of(texts, "Kreis Nord")
    assert "lower_address" in traits_of(texts, "Kreis Nord")


def test_captions_and_what_somebody_is_to_a_party_are_told_from_names() -> None:
    traits = {
        text: dict(of_text(text))
        for text in ("Vendu à", "Client code", "Inh. Sven Berg", "BV Neubau Klinik", "SARL Berg")
    }
    assert "caption" in traits["Vendu à"]
    assert "caption" in traits["Client code"]
    assert "role_first" in traits["Inh. Sven Berg"]
    assert "form_first" in traits["BV Neubau Klinik"]
    assert "form" in traits["SARL Berg"]

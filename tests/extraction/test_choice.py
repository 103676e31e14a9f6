"""The choice for a whole invoice page: totals by arithmetic, days in order, parties told apart, lines from tables."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.calibration import FEATURES, features, probability, sureness
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.facts.candidate import KIND_OF
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.money.payment import choose_payment
from back_office_pipelines.extraction.pdf.money.totals import choose_totals
from back_office_pipelines.extraction.pdf.page.pages import text_lines
from back_office_pipelines.extraction.pdf.page.rows import Row, rows_of
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import key, languages, phrases, vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of
from back_office_pipelines.normalization.normalise import normalise
from back_office_pipelines.values.style import Style
from tests.extraction.documents import Placed, extracted, pdf
from tests.scenario import dictionary

HEIGHT, WIDTH = 10.0, 5.0
POINT = Style(decimal=".", date_order="ymd")
AMOUNTS = st.integers(min_value=100, max_value=10**7).map(lambda cents: Decimal(cents) / 100)
Text = tuple[float, float, str]


def page(texts: Sequence[Text]) -> tuple[Line, ...]:
    """Return lines of words as a page would give them: x and base line of the first letter, then the text."""
    words: list[Word] = []
    for x, base, text in texts:
        left = x
        for part in text.split():
            right = left + WIDTH * len(part)
            words.append(Word(part, (left, base - HEIGHT, right, base), base, HEIGHT))
            left = right + WIDTH
    return lines_of(words, 1)


def rows(texts: Sequence[Text]) -> tuple[Row, ...]:
    return rows_of(page(texts), vocabulary_of(dictionary(), "en"))


def header(texts: Placed) -> dict[str, str | None]:
    found, *_ = normalise(extracted(pdf(texts)), dictionary())
    return {value.name: value.value for value in found.values}


def lines(texts: Placed) -> list[dict[str, str | None]]:
    records = normalise(extracted(pdf(texts)), dictionary())
    return [{v.name: v.value for v in one.values} for one in records if one.record_type == "line"]


@given(net=AMOUNTS, percent=st.integers(min_value=1, max_value=27), other=AMOUNTS)
def test_totals_that_close_are_chosen_whatever_else_is_called_a_total(
    net: Decimal, percent: int, other: Decimal
) -> None:
    tax = (net * percent / 100).quantize(Decimal("0.01"))
    texts = [
        (50.0, 100.0, f"Total {other:.2f}"),
        (50.0, 120.0, f"Net total {net:.2f}"),
        (50.0, 140.0, f"VAT {percent} % {tax:.2f}"),
        (50.0, 160.0, f"Grand total {net + tax:.2f}"),
    ]
    found = rows(texts)
    totals = choose_totals(found, candidates(found), POINT)
    assert totals.amounts["gross_total"].value in (net + tax, other)
    if tax and other not in (net, tax):
        assert {name: amount.value for name, amount in totals.amounts.items()} == {
            "net_total": net,
            "tax_total": tax,
            "gross_total": net + tax,
        }
        assert totals.closes


def test_the_taxes_of_two_rates_are_added_where_nothing_prints_their_sum() -> None:
    texts = [
        (50, 60, "INVOICE"),
        (50, 100, "Net total"),
        (300, 100, "300.00"),
        (50, 115, "VAT 7 %"),
        (300, 115, "7.00"),
        (50, 130, "VAT 19 %"),
        (300, 130, "38.00"),
        (50, 145, "Grand total"),
        (300, 145, "345.00"),
    ]
    assert header(texts)["tax_total"] == "45.00"


def test_what_was_paid_before_is_taken_off_the_amount_due_and_is_left_out_where_it_does_not_close() -> None:
    closing = rows([(50, 100, "Grand total 119.00"), (50, 120, "Deposit paid 19.00"), (50, 140, "Amount due 100.00")])
    payment = choose_payment(closing, choose_totals(closing, candidates(closing), POINT), candidates(closing), POINT)
    assert (payment["prepaid_total"].value, payment["amount_due"].value) == (Decimal("19.00"), Decimal("100.00"))
    odd = rows([(50, 100, "Grand total 119.00"), (50, 120, "Deposit paid 7.00"), (50, 140, "Amount due 100.00")])
    assert "prepaid_total" not in choose_payment(
        odd, choose_totals(odd, candidates(odd), POINT), candidates(odd), POINT
    )


def test_days_are_told_apart_by_what_is_said_beside_them() -> None:
    texts = [
        (50, 60, "RECHNUNG"),
        (50, 90, "Rechnung Nr. 42 vom 05.03.2018"),
        (50, 110, "Leistungsdatum 01.03.2018"),
        (50, 130, "Bitte überweisen Sie bis zum 04.04.2018"),
        (50, 150, "Zahlbar bis 15.03.2018 mit 3 % Skonto oder bis 04.04.2018 ohne Abzug"),
    ]
    found = header(texts)
    assert (found["invoice_number"], found["issue_date"]) == ("42", "2018-03-05")
    assert found.get("due_date") in (None, "2018-04-04"), "a term with discount is not the due day"


def test_seller_and_buyer_by_the_sender_s_line_and_the_window_under_it() -> None:
    texts = [
        (50, 120, "Amsel GmbH · Ecke 12 · 12345 Stadthausen"),
        (50, 140, "Herrn"),
        (50, 152, "Theodor Est"),
        (50, 164, "Bahnstr. 42"),
        (50, 176, "88802 Spielkreis"),
        (50, 240, "RECHNUNG"),
        (50, 270, "Rechnungsnummer: 7"),
    ]
    found = header(texts)
    assert (found["seller_name"], found["buyer_name"]) == ("Amsel GmbH", "Theodor Est")


def test_vat_ids_go_to_the_party_whose_section_they_stand_in() -> None:
    texts = [
        (50, 60, "RECHNUNG"),
        (50, 90, "Verkäufer:"),
        (50, 104, "Lieferant GmbH"),
        (50, 118, "USt-IdNr.: DE136695976"),
        (50, 150, "Käufer:"),
        (50, 164, "Kunden AG Mitte"),
        (50, 178, "USt-IdNr.: DE115235681"),
    ]
    found = header(texts)
    assert (found["seller_vat_id"], found["buyer_vat_id"]) == ("DE136695976", "DE115235681")


ITEMS: Placed = (
    (50, 60, "INVOICE"),
    (50, 100, "Description"),
    (300, 100, "Qty"),
    (380, 100, "Unit price"),
    (500, 100, "Amount"),
    (50, 120, "Hammer"),
    (300, 120, "2"),
    (380, 120, "10.00"),
    (500, 120, "20.00"),
    (50, 132, "with a long handle"),
    (50, 150, "Nails"),
    (300, 150, "100"),
    (380, 150, "0.05"),
    (500, 150, "5.00"),
    (380, 170, "Carried forward"),
    (500, 170, "25.00"),
    (50, 190, "Saw"),
    (300, 190, "1"),
    (380, 190, "30.00"),
    (500, 190, "30.00"),
    (380, 230, "Net total"),
    (500, 230, "55.00"),
    (380, 250, "VAT 20 %"),
    (500, 250, "11.00"),
    (380, 270, "Grand total"),
    (500, 270, "66.00"),
)


def test_lines_are_rows_of_amounts_with_the_texts_below_them_and_no_sums() -> None:
    found = lines(ITEMS)
    assert [line["description"] for line in found] == ["Hammer with a long handle", "Nails", "Saw"]
    assert [(line["quantity"], line["unit_price"], line["line_net"]) for line in found] == [
        ("2", "10.00", "20.00"),
        ("100", "0.05", "5.00"),
        ("1", "30.00", "30.00"),
    ]


def test_a_line_whose_price_times_quantity_is_its_amount_is_surer() -> None:
    wrong = tuple((x, y, "31.00") if (x, y) == (500, 190) else (x, y, text) for x, y, text in ITEMS)
    records = [one for one in extracted(pdf(wrong)).records if one.record_type == "line"]
    sure = [next(value.confidence for value in one.fields if value.name == "line_net") for one in records]
    assert sure[2] < sure[0] == sure[1]


def test_numbers_grouped_by_spaces_are_one_number() -> None:
    texts = (
        (50, 60, "FACTURE"),
        (50, 100, "Désignation"),
        (300, 100, "Qté"),
        (380, 100, "PU HT"),
        (500, 100, "Total HT"),
        (50, 120, "Transport de la palette pour le client"),
        (300, 120, "2"),
        (380, 120, "1 250,50"),
        (500, 120, "2 501,00"),
    )
    assert [(line["unit_price"], line["line_net"]) for line in lines(texts)] == [("1250.50", "2501.00")]


def test_confidence_is_a_probability_that_grows_with_what_speaks_for_a_value() -> None:
    place = Found("7", 1, (0, 0, 1, 1))
    strong = Choice("gross_total", place, "right_specific", 1.2, 1.0, held=True)
    weak = Choice("gross_total", place, "below_generic", 0.4, 0.0, held=False)
    assert len(features(strong)) == len(FEATURES)
    assert 0 < sureness(weak) < sureness(strong) < 1


@given(
    power=st.floats(min_value=-20, max_value=20),
    more=st.floats(min_value=0.01, max_value=5),
    layouts=st.integers(min_value=0, max_value=200),
)
def test_few_layouts_never_give_certainty_and_what_is_likelier_stays_so(
    power: float, more: float, layouts: int
) -> None:
    low, high = (probability([one], [1.0], layouts) for one in (power, power + more))
    assert low <= high, "routing takes the surest first: two values must not change places"
    assert 0.5 / (layouts + 1) <= low
    assert high <= (layouts + 0.5) / (layouts + 1)


def test_recognised_letters_lower_the_confidence_of_what_they_spell() -> None:
    clear = Choice("invoice_number", Found("7", 1, (0, 0, 1, 1)), "right_specific")
    blurred = Choice("invoice_number", Found("7", 1, (0, 0, 1, 1), 0.5), "right_specific")
    assert sureness(blurred) == pytest.approx(sureness(clear) / 2, abs=0.001)


@pytest.mark.parametrize("language", languages())
def test_page_words_name_fields_of_the_lane_and_are_weak_only_where_they_name_something(language: str) -> None:
    words = phrases(language)
    assert words is not None
    known = dictionary().records
    assert words.header.keys() <= known["invoice"].fields.keys()
    assert words.line.keys() <= known["line"].fields.keys()
    meanings = vocabulary_of(dictionary(), language).meanings
    assert [word for word in words.weak if key(word) not in meanings] == []


def test_every_candidate_has_the_shape_of_its_field() -> None:
    found = rows([(50, 100, "Invoice number: A-7 Invoice date: 2026-01-31 Total: 5.00")])
    for one in candidates(found):
        assert one.mention.kind == KIND_OF[one.field]
        assert one.score > 0


def test_the_lines_of_a_document_are_those_of_its_pages() -> None:
    assert [line.text for line in text_lines(pdf([(50, 60, "INVOICE")]))] == ["INVOICE"]

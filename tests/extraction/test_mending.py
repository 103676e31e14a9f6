"""Pages of recognised text: misread labels are known again, letters in numbers are digits, and values stay."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.mending import REPAIRED, Mender
from back_office_pipelines.extraction.pdf.page.misread import folded, number_meant
from back_office_pipelines.extraction.pdf.page.words import Line, Word
from tests.extraction.documents import Placed, extracted, pdf
from tests.extraction.test_choice import Text, header, page
from tests.scenario import dictionary

SIGNS: tuple[Text, ...] = ((50, 500, "l0/23 :3O"), (50, 515, "02/14/l6 :3O"), (50, 530, "1S%"))
"""Texts that only recognition writes."""


def mended(*texts: Text) -> tuple[Line, ...]:
    return Mender(dictionary()).mended(page(texts))


def words(*texts: Text) -> list[Word]:
    return [word for line in mended(*texts) for segment in line.segments for word in segment.words]


def first(text: str, *, signs: bool = True) -> str:
    return mended((50, 60, text), *(SIGNS if signs else ()))[0].text


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Invoicc 4711", "Invoice 4711"),
        ("lnvoice Datc: 10/04/21", "Invoice Date: 10/04/21"),
        ("SOLD T0", "SOLD TO"),
        ("Cross", "Gross"),
        ("Aqcncy Comm", "Agency Comm"),
        ("Unifs 10 Unit cosf 9.00", "Units 10 Unit cost 9.00"),
        ("Contract: 66018 Ciist#: 20-4471", "Contract: 66018 Cust#: 20-4471"),
    ],
)
def test_a_misread_label_is_known_again(printed: str, meant: str) -> None:
    assert first(printed).casefold() == meant.casefold()


@pytest.mark.parametrize(
    "text",
    ["Cross Media Partners", "Rnn to the Datc of the concert", "NewsWirc 24", "INVOICE NO. B12-O88l", "Hwy l2 West"],
)
def test_names_numbers_and_sentences_stay_as_they_are(text: str) -> None:
    assert first(text) == text


@pytest.mark.parametrize("text", ["Cross", "SOLD T0", "Datc 02/14/l6"])
def test_one_or_two_signs_make_no_page_recognised_text(text: str) -> None:
    assert first(text, signs=False) == text


def test_a_page_that_shows_it_speaks_for_those_after_it() -> None:
    mender = Mender(dictionary())
    assert mender.mended(page([(50, 60, "Datc 4 May 2021")]))[0].text == "Datc 4 May 2021"
    mender.mended(page(SIGNS))
    assert mender.mended(page([(50, 60, "Datc 4 May 2021")]))[0].text == "Date 4 May 2021"


def test_a_repaired_number_is_less_sure_than_a_clear_one() -> None:
    found = {
        word.text: word.score for word in words((50, 60, "O4/26/21"), (150, 60, "1O.00"), (250, 60, "75.00"), *SIGNS)
    }
    assert found["04/26/21"] == found["10.00"] == REPAIRED
    assert found["75.00"] is None


def test_names_are_as_sure_as_the_labels_of_their_page_were_read_well() -> None:
    labels: tuple[Text, ...] = tuple((50, 200.0 + 15 * at, "Invoice date total amount") for at in range(4))
    sure = {word.text: word.score for word in words((50, 60, "Rodio Group"), (50, 75, "SOLD T0"), *labels, *SIGNS)}
    less = {word.text: word.score for word in words((50, 60, "Rodio Group"), (50, 75, "SOLD T0"), *SIGNS)}
    assert less["Rodio"] < sure["Rodio"] < 1
    assert {word.score for word in Mender(dictionary()).mended(page(labels))[0].segments[0].words} == {None}


def test_a_comma_before_cents_is_a_point_where_all_others_are() -> None:
    amounts: list[Text] = [(50, 60.0 + 15 * at, f"{at}45.00") for at in range(1, 7)]
    assert "3,626.00" in {word.text for word in words(*amounts, (50, 200, "3,626,00"), *SIGNS)}
    assert "3,626,00" in {word.text for word in words(*amounts[:1], (50, 200, "3,626,00"), (90, 200, "35,00"), *SIGNS)}


@given(st.from_regex(r"\A[A-Z]{2}[0-9]{2,9}\Z|\A[0-9]{3,9}\Z|\A[a-zA-Z]{1,12}\Z|\A[0-9]{1,2}[a-z]\Z"))
def test_codes_and_words_are_no_numbers(text: str) -> None:
    assert number_meant(text) is None


@given(
    day=st.dates(date(1950, 1, 1)),
    letters=st.sets(st.sampled_from([("0", "O"), ("1", "l"), ("5", "S"), ("8", "B")]), min_size=1),
)
def test_letters_in_a_day_are_the_digits_they_look_like(day: date, letters: set[tuple[str, str]]) -> None:
    printed = f"{day:%m/%d/%Y}"
    spoilt = printed.translate(str.maketrans(dict(letters)))
    assert number_meant(spoilt) == (printed if spoilt != printed and any(map(str.isdigit, spoilt)) else None)


def test_letters_that_look_alike_fold_into_one() -> None:
    for words_alike in (("Invoice", "lnvoicc", "1nvoice"), ("Date", "Dafe", "Datc"), ("Commission", "Cornmission")):
        assert all(folded(one) == folded(other) for one, other in pairwise(words_alike))


def test_an_invoice_with_misread_labels_is_read() -> None:
    texts: Placed = [
        (50, 60, "Invoicc"), (150, 60, "9926"), (50, 75, "Dafe"), (150, 75, "November 5, 2012"), (50, 120, "SOLD T0"),
        (50, 135, "Mid-South Media Placement"), (50, 300, "Cross"), (300, 300, "$ 5OO.00"), (50, 315, "Agency 1S%"),
        (300, 315, "75.00"), (50, 330, "Nef due"), (300, 330, "$ 425.00"), (50, 500, "l0/23 5:3O AM"),
    ]  # fmt: skip
    found = header(texts)
    assert (found["invoice_number"], found["issue_date"]) == ("9926", "2012-11-05")
    assert (found["gross_total"], found["amount_due"], found["buyer_name"]) == (
        "500.00",
        "425.00",
        "Mid-South Media Placement",
    )
    sure = {value.name: value.confidence for value in extracted(pdf(texts)).records[0].fields}
    assert sure["gross_total"] <= REPAIRED


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Novernber 5, 2012", "November 5, 2012"),
        ("l5 Ocfober 2O12", "15 October 2012"),
        ("June 3O, 2O21", "June 30, 2021"),
        ("10l23/22", "10/23/22"),
        ("3l/O1/2024", "31/01/2024"),
        ("2O24-O1-3l", "2024-01-31"),
        ("May flower 12", "May flower 12"),
        ("Octobcr Media 5", "Octobcr Media 5"),
        ("99/l2/2024", "99/l2/2024"),
    ],
)
def test_days_are_read_where_their_shape_leaves_no_doubt(printed: str, meant: str) -> None:
    assert first(printed) == meant

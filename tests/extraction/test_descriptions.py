"""Descriptions of lines: articles by number, names above and below their numbers, remarks, frames around texts."""

import pytest

from back_office_pipelines.extraction.pdf.lines.descriptions import without_numbers
from back_office_pipelines.extraction.pdf.lines.items import read_items
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Word, lines_of
from tests.extraction.test_choice import HEIGHT, POINT, WIDTH, Text, rows
from tests.scenario import dictionary

HEAD: tuple[Text, ...] = ((50, 100, "Item"), (300, 100, "Qty"), (380, 100, "Price"), (480, 100, "Amount"))
WIDE: tuple[Text, ...] = ((50, 220, "A hammer that is made of the best steel"), (300, 220, "1"), (380, 220, "4.00"))
WIDE = (*WIDE, (480, 220, "4.00"))


def numbers(y: float) -> tuple[Text, ...]:
    return (300, y, "2"), (380, y, "10.00"), (480, y, "20.00")


def described(*texts: Text) -> list[str | None]:
    items = read_items(rows([*HEAD, *texts]), POINT, vocabulary_of(dictionary(), "en"))
    return [one.values["description"].text if "description" in one.values else None for one in items]


@pytest.mark.parametrize("code", ["4417-00812-B", "000010 4417-00813", "AT10-1210", "AB2.100/7 019.75MS"])
def test_a_number_of_an_article_alone_is_no_description_where_one_stands_below(code: str) -> None:
    assert described((50, 120, code), *numbers(120), (50, 132, "Timing belt")) == ["Timing belt"]


def test_a_number_of_an_article_with_nothing_below_is_what_the_line_says() -> None:
    assert described((50, 120, "AT10-1210"), *numbers(120), *WIDE)[0] == "AT10-1210"


def test_a_name_alone_below_its_article_number_runs_on_under_the_columns_beside_it() -> None:
    name = "A pillow block with a bearing, one and seven sixteenths of an inch"
    assert described((50, 120, "UCP207-23"), *numbers(120), (55, 132, name)) == [name]


def test_a_text_goes_on_below_where_its_row_was_full_and_to_its_end() -> None:
    full = "A hammer that was made of the best"
    assert (
        described((50, 120, full), *numbers(120), (50, 132, "stainless steel"), *WIDE)[0] == f"{full} stainless steel"
    )


def test_a_text_that_would_have_fitted_beside_another_is_a_remark() -> None:
    assert described((50, 120, "Hammer"), *numbers(120), (50, 132, "May to June"), *WIDE)[0] == "Hammer"


def test_smaller_print_below_is_a_remark() -> None:
    words = []
    for x, base, text in (*HEAD, (50, 120, "Hammer"), *numbers(120), (50, 132, "galvanized")):
        left, height = float(x), 8.0 if base == 132 else HEIGHT
        for part in text.split():
            words.append(Word(part, (left, base - height, left + WIDTH * len(part), base), base, height))
            left += WIDTH * (len(part) + 1)
    found = rows_of(lines_of(words, 1), vocabulary_of(dictionary(), "en"))
    (item,) = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    assert item.values["description"].text == "Hammer"


def test_a_line_whose_numbers_stand_in_the_middle_has_the_text_right_above() -> None:
    assert described((50, 120, "Hammer"), *numbers(126), (50, 160, "Something else")) == ["Hammer"]


def test_a_row_of_quantity_unit_and_price_is_named_by_the_row_above() -> None:
    first: list[Text] = [(50, 120, "Photographs"), (50, 132, "2 days \u00d7"), (120, 132, "10.00"), (480, 132, "20.00")]
    other: list[Text] = [(50, 150, "Travel"), (50, 162, "30 km \u00d7"), (120, 162, "0.50"), (480, 162, "15.00")]
    items = read_items(rows([(50, 60, "INVOICE"), *first, *other]), POINT, vocabulary_of(dictionary(), "en"))
    assert [one.values["description"].text for one in items] == ["Photographs", "Travel"]


@pytest.mark.parametrize("text", ["! Hammer !", "\u00d7 Hammer", "| Hammer"])
def test_frames_and_signs_around_a_text_are_no_part_of_it(text: str) -> None:
    assert described((50, 120, text), *numbers(120)) == ["Hammer"]


def test_a_percentage_within_a_text_is_no_rate_of_tax() -> None:
    found = rows([*HEAD, (50, 120, "Overtime 50 %"), *numbers(120)])
    (item,) = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    assert "tax_rate" not in item.values
    assert item.values["description"].text == "Overtime 50 %"


def test_a_code_beside_a_rate_in_its_column_is_no_description() -> None:
    titles: tuple[Text, ...] = ((50, 100, "Charges"), (400, 100, "Charges in GBP"))
    first: tuple[Text, ...] = ((50, 120, "Ocean freight"), (300, 120, "Z 0%"), (430, 120, "100.00"))
    other: tuple[Text, ...] = ((50, 140, "Haulage"), (300, 140, "Z 0%"), (435, 140, "50.00"))
    found = rows([*titles, *first, *other, (50, 160, "Altogether"), (430, 160, "150.00")])
    items = read_items(found, POINT, vocabulary_of(dictionary(), "en"))
    assert [one.values["description"].text for one in items] == ["Ocean freight", "Haulage"]
    assert [one.values["tax_rate"].text for one in items] == ["0", "0"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("[AS1] Apples", "[BM75] Pears", ["Apples", "Pears"]),
        ("[AS1] Apples", "Pears", ["[AS1] Apples", "Pears"]),
        ("01 Morning drive", "02 Evening drive", ["Morning drive", "Evening drive"]),
        ("6 menus", "3 bottles", ["6 menus", "3 bottles"]),
        ("[AS1]", "[BM75] Pears", ["[AS1]", "[BM75] Pears"]),
    ],
)
def test_what_numbers_every_line_is_no_part_of_its_description(first: str, second: str, expected: list[str]) -> None:
    found = [Found(text, 1, (0.0, 0.0, 1.0, 1.0)) for text in (first, second)]
    assert [one.text for one in without_numbers(found)] == expected

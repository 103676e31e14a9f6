"""Normalisation: canonical text or a problem for every value, by the dictionary's types."""

from decimal import Decimal

import pytest

from back_office_pipelines.dictionary.model import ValueType
from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, FieldValue
from back_office_pipelines.normalization.normalise import normalise, normalise_value
from back_office_pipelines.values.style import UNDECIDED
from tests.scenario import contracts

AP = contracts().latest("ap_invoices")
MONEY = ValueType(type="decimal", precision=6, scale=2, normalise=("decimal",))


def value(name: str, raw: str, reading: str | None = None) -> FieldValue:
    return FieldValue(name, raw, 0.9, "text_layer", page=2, box=(1, 2, 3, 4), style=UNDECIDED, reading=reading)


def test_every_record_keeps_its_place_and_raw_text() -> None:
    header = ExtractedRecord("invoice", 1, (value("invoice_number", " INV  7 "), value("gross_total", "1.190,00 €")))
    line = ExtractedRecord("line", 1, (value("quantity", "2"),), parent=1, row=4)
    records = normalise(Extraction("ok", records=(header, line)), AP)
    number, gross = records[0].values
    assert (number.value, number.raw, number.page, number.box) == ("INV 7", " INV  7 ", 2, (1, 2, 3, 4))
    assert (gross.value, gross.typed, gross.problem) == ("1190.00", Decimal("1190.00"), None)
    assert (records[1].parent, records[1].row, records[1].value("quantity")) == (1, 4, "2")


def test_a_reading_is_normalised_in_place_of_the_raw_text() -> None:
    result = normalise_value(value("invoice_type", "TD04", reading="381"), AP.value_type("invoice", "invoice_type"))
    assert (result.raw, result.value) == ("TD04", "381")


def test_an_ambiguous_value_has_a_problem_and_no_value() -> None:
    result = normalise_value(value("issue_date", "03/04/26"), AP.value_type("invoice", "issue_date"))
    assert (result.value, result.typed) == (None, None)
    assert result.problem is not None
    assert result.problem.reason_code == "AMBIGUOUS"


@pytest.mark.parametrize("raw", ["1.505", "12345.5", "99999"])
def test_nothing_is_rounded_or_cut_to_fit_its_type(raw: str) -> None:
    problem = normalise_value(value("gross_total", f"{raw}0" if raw == "1.505" else raw), MONEY).problem
    assert problem is not None
    assert problem.reason_code == "OUT_OF_RANGE"


@pytest.mark.parametrize("raw", ["1.50000", "9999.99", "-9999.99", "0"])
def test_zeros_at_the_end_do_not_count_as_decimals(raw: str) -> None:
    assert normalise_value(value("gross_total", raw), MONEY).problem is None


def test_a_text_of_invisible_characters_is_a_format_problem() -> None:
    problem = normalise_value(value("seller_name", "\u200b "), AP.value_type("invoice", "seller_name")).problem
    assert problem is not None
    assert problem.reason_code == "FORMAT"


def test_normalisers_that_miss_their_type_are_the_dictionarys_fault() -> None:
    with pytest.raises(DictionaryError, match="not decimal"):
        normalise_value(
            value("gross_total", "5"), ValueType(type="decimal", precision=5, scale=2, normalise=("squash_spaces",))
        )

"""One verdict a document: what the machine read against what a keyer read."""

from typing import Any

import pytest

from back_office_pipelines.routing.audits import audited_records
from back_office_pipelines.routing.proof import Audited
from back_office_pipelines.validation.automation import critical_fields
from tests.scenario import GOOD, dictionary, record_row, value_rows

RECORD = record_row("d1")
ID = RECORD["record_id"]
CRITICAL = sorted(critical_fields(dictionary()) & GOOD.keys())


def audited(read: dict[str, str], confidences: dict[str, float], drop: tuple[str, ...] = ()) -> list[Audited]:
    values = [
        row
        for name, value in GOOD.items()
        if name not in drop
        for row in value_rows(RECORD, {name: value}, confidences.get(name, 0.99))
    ]
    scores: list[dict[str, Any]] = [{"subject_id": ID, "field": name, "value": value} for name, value in read.items()]
    return list(audited_records(dictionary(), values, scores))


RIGHT = {name: GOOD[name] for name in CRITICAL}


def test_the_weakest_critical_field_is_the_documents_confidence() -> None:
    assert audited(RIGHT, {"seller_name": 0.71, "due_date": 0.2}) == [Audited(ID, 0.71, wrong=False)]


@pytest.mark.parametrize(
    ("field", "read", "wrong"),
    [
        ("gross_total", "119.0", False),
        ("gross_total", "119.10", True),
        ("gross_total", "absent", True),
        ("seller_name", "KUPFER & SÖHNE", dictionary().records["invoice"].fields["seller_name"].compare == "exact"),
        ("invoice_number", "R-2", True),
    ],
)
def test_a_document_is_wrong_when_any_critical_field_is(field: str, read: str, wrong: bool) -> None:
    assert audited(RIGHT | {field: read}, {}) == [Audited(ID, 0.99, wrong)]


def test_a_value_missed_that_may_be_missing_is_wrong_too() -> None:
    printed = RIGHT | {"seller_iban": "DE02120300000000202051"}
    assert audited(printed, {}) == [Audited(ID, 0.99, wrong=True)]
    assert audited(RIGHT | {"seller_iban": "absent"}, {}) == [Audited(ID, 0.99, wrong=False)]


def test_a_document_without_a_value_that_must_be_there_never_counts_as_sure() -> None:
    assert audited(RIGHT, {}, drop=("issue_date",)) == [Audited(ID, 0.0, wrong=True)]


def test_what_was_stated_in_data_proves_nothing_about_reading() -> None:
    assert audited(RIGHT, dict.fromkeys(GOOD, 1.0)) == []


@pytest.mark.parametrize("read", [{}, {name: value for name, value in RIGHT.items() if name != "currency"}])
def test_a_document_that_was_not_wholly_scored_is_left_out(read: dict[str, str]) -> None:
    assert audited(read, {}) == []


def test_an_illegible_document_is_left_out() -> None:
    assert audited(RIGHT | {"currency": "illegible"}, {}) == []


def test_a_later_score_of_a_field_counts() -> None:
    values = value_rows(RECORD, RIGHT, 0.9)
    scores = [{"subject_id": ID, "field": name, "value": value} for name, value in RIGHT.items()]
    scores.insert(0, {"subject_id": ID, "field": "currency", "value": "USD"})
    assert list(audited_records(dictionary(), values, scores)) == [Audited(ID, 0.9, wrong=False)]

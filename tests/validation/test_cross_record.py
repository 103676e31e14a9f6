"""Duplicates: the first to come keeps its key, every later one is told which record it repeats."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.intake.documents import COPY
from back_office_pipelines.validation.split import Validated
from tests.scenario import GOOD, batch, record_row, validated, value_rows
from tests.validation.claims import ClaimsInMemory

VAT = {"seller_vat_id": "DE136695976"}


def come(claims: ClaimsInMemory, document: str, changes: dict[str, str | None], **kwargs: Any) -> Validated:
    record = record_row(document)
    values = {name: value for name, value in (GOOD | changes).items() if value != ""}
    return validated([record], value_rows(record, values), ask=claims, **kwargs)


def rules(made: Validated) -> list[tuple[str, str]]:
    return [(row["reason_code"], row["rule"]) for row in made.exceptions]


SAME, LOOKS, SLIP = (
    [("DUPLICATE_RECORD", "same_invoice")],
    [("NEAR_DUPLICATE", "similar_number")],
    [("NEAR_DUPLICATE", "similar_invoice")],
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, SAME),
        ({}, {"invoice_number": "r 1", "seller_name": "KUPFER  & söhne."}, SAME),
        ({}, {"issue_date": "2026-01-01", "due_date": ""}, SAME),
        ({}, {"issue_date": "2025-11-02"}, []),
        (VAT, VAT | {"seller_name": "Kupfer und Söhne GmbH"}, SAME),
        (VAT, {"seller_name": "Kupfer und Söhne GmbH"}, []),
        ({}, {"seller_name": "Anders"}, []),
        ({}, {"invoice_number": "R-001"}, LOOKS),
        ({"invoice_number": "R-1O"}, {"invoice_number": "R-10", "gross_total": "120.00"}, None),
        ({"invoice_number": "4711"}, {"invoice_number": "4717"}, SLIP),
        ({"invoice_number": "4711"}, {"invoice_number": "4717", "issue_date": "2026-11-03"}, []),
        ({"invoice_number": "4711"}, {"invoice_number": "4817", "gross_total": "119.00"}, []),
        ({"seller_name": ""}, {"seller_name": ""}, [("MISSING", "required")]),
    ],
)
def test_what_counts_as_the_same(
    first: dict[str, str | None], second: dict[str, str | None], expected: list[tuple[str, str]] | None
) -> None:
    claims = ClaimsInMemory()
    come(claims, "d1", first)
    made = rules(come(claims, "d2", second))
    if expected is None:
        assert LOOKS[0] in made
    else:
        assert made == expected


def test_the_first_is_never_a_duplicate_however_often_it_is_validated() -> None:
    claims = ClaimsInMemory()
    first = come(claims, "d1", {})
    second = come(claims, "d2", {})
    assert first.exceptions == come(claims, "d1", {}).exceptions == []
    assert second.exceptions == come(claims, "d2", {}).exceptions
    assert "record d1-invoice-1 of batch b1" in second.exceptions[0]["observed"]


def test_two_of_one_batch_are_told_apart_by_their_order() -> None:
    records = [record_row("d1"), record_row("d2"), record_row("d3")]
    values = [row for record in records for row in value_rows(record, GOOD)]
    made = validated(records, values, ask=ClaimsInMemory())
    assert [row["state"] for row in made.record_states] == ["accepted", "held", "held"]
    assert {row["subject_id"] for row in made.exceptions} == {"d2-invoice-1", "d3-invoice-1"}


def test_another_client_is_another_room() -> None:
    claims = ClaimsInMemory()
    asked: list[str] = []

    def ask(wanted: Any) -> Any:
        asked.extend(claim.client for claim in wanted)
        return claims(wanted)

    record = record_row("d1")
    validated([record], value_rows(record, GOOD), ask=ask, of=batch(client="elsewhere"))
    assert set(asked) == {"elsewhere"}


def test_a_copy_of_a_document_is_told_once_and_claims_nothing() -> None:
    finding = {
        "subject_kind": "document", "subject_id": "d2", "rule": COPY, "reason_code": "DUPLICATE_DOCUMENT",
        "observed": "o", "expected": "e", "field": "", "document_id": "d2",
    }  # fmt: skip
    claims = ClaimsInMemory()
    copy = come(claims, "d2", {}, findings=[finding])
    assert rules(copy) == [("DUPLICATE_DOCUMENT", COPY)]
    assert copy.record_states[0]["state"] == "held"
    assert come(claims, "d3", {}).exceptions == []


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["R-1", "R-0001", "R-01", "r1", "R 1"]), min_size=1, max_size=6))
def test_of_equal_numbers_exactly_the_first_passes(numbers: list[str]) -> None:
    claims = ClaimsInMemory()
    seen: set[str] = set()
    for place, number in enumerate(numbers):
        made = rules(come(claims, f"d{place}", {"invoice_number": number}))
        folded = number.casefold().replace("-", " ")
        assert (SAME[0] in made) is (folded in seen)
        assert bool(made) is bool(seen)  # all of them look alike
        seen.add(folded)

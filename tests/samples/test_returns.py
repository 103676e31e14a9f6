"""What clients return and what is answered follows from the truth, in the words and times of the story."""

from datetime import UTC, datetime
from typing import Any

import pytest

from back_office_pipelines.samples.world.cases import Case, Open, Released
from back_office_pipelines.samples.world.deciding import decide_on
from back_office_pipelines.samples.world.people import people
from back_office_pipelines.samples.world.returns import answers_to, is_returned, returned
from back_office_pipelines.samples.world.truth import DocumentTruth, Fault

AT = datetime(2026, 9, 28, 15, 0, tzinfo=UTC)
RIGHT = {
    "invoice_number": "R-1",
    "issue_date": "2026-09-25",
    "currency": "USD",
    "seller_name": "Quarz",
    "gross_total": "9.00",
}


def truth(stated: dict[str, str], fault: Fault | None = None) -> DocumentTruth:
    return DocumentTruth("b1", "one.pdf", None, "pdf", None, fault, (stated,), (RIGHT,))


def released(values: dict[str, str], number: int = 1, stated: dict[str, str] | None = None, **more: Any) -> Released:
    fault = Fault("wrong_gross", frozenset({"TOTALS_DISAGREE"}), 1) if stated else None
    return Released(f"d{number}-invoice-1", "northwind", AT, values, truth(stated or RIGHT, fault), 1, **more)


def test_most_wrong_records_come_back_and_few_right_ones() -> None:
    wrong = list(returned([released(RIGHT | {"gross_total": "90.00"}, number) for number in range(500)], 1))
    right = list(returned([released(RIGHT, number) for number in range(2000)], 1))
    assert len(wrong) / 500 == pytest.approx(float(people().returns.wrong), abs=0.05)
    assert len(right) / 2000 == pytest.approx(float(people().returns.right), abs=0.006)
    assert {(one.field, one.cause_party, one.reason) for one in wrong} == {
        ("gross_total", "provider", "gross_total should be 9.00")
    }
    assert {(one.field, one.cause_party) for one in right} == {("", "client")}
    assert all(one.decided_at > AT and one.role == "supervisor" and one.reason for one in [*wrong, *right])
    assert wrong == list(returned([released(RIGHT | {"gross_total": "90.00"}, number) for number in range(500)], 1))


def test_what_the_document_itself_states_wrong_is_the_sources_doing() -> None:
    stated = RIGHT | {"gross_total": "90.00"}
    said = list(returned([released(stated, number, stated) for number in range(20)], 1))
    assert {one.cause_party for one in said} == {"source"}


def test_nothing_is_returned_twice() -> None:
    assert (
        list(returned([released(RIGHT | {"currency": "EUR"}, number, returned=True) for number in range(50)], 1)) == []
    )


def case(read: dict[str, str], field: str) -> Case:
    exception = Open("e1", "d1-invoice-1", "d1-invoice-1", field, "CLIENT_RETURN", "reviewer", ("correct",))
    return Case("d1-invoice-1", "northwind", (exception,), truth(RIGHT), 1, read)


@pytest.mark.parametrize(
    ("read", "field", "actions"),
    [
        (RIGHT | {"gross_total": "90.00"}, "gross_total", [("correct", "gross_total", "9.00")]),
        (RIGHT, "", [("redeliver", "", "")]),
        (RIGHT | {"currency": "EUR"}, "seller_name", [("correct", "currency", "USD"), ("redeliver", "", "")]),
    ],
)
def test_what_is_wrong_is_corrected_and_what_is_left_is_said(
    read: dict[str, str], field: str, actions: list[tuple[str, str, str]]
) -> None:
    returned_case = case(read, field)
    assert is_returned(returned_case)
    said = answers_to(returned_case, 1, AT)
    assert [(one.action, one.field, one.value) for one in said] == actions
    assert all(one.decided_at > AT and one.target == "d1-invoice-1" and one.reason for one in said)


def test_people_overlook_some_misread_values_and_never_one_they_asked_about() -> None:
    hold = Open("e1", "r", "r", "", "SAMPLING_HOLD", "clerk", ("correct", "override", "reject"))

    def actions(number: int, fault: Fault | None) -> list[str]:
        misread = Case(f"r{number}", "northwind", (hold,), truth(RIGHT, fault), 1, RIGHT | {"gross_total": "90.00"})
        return [one.action for one in decide_on(misread, 1, AT)]

    said = [actions(number, None) for number in range(400)]
    assert {tuple(one) for one in said} == {("correct",), ("override",)}
    assert said.count(["override"]) / 400 == pytest.approx(float(people().overlooked), abs=0.05)
    asked = [actions(number, Fault("wrong_gross", frozenset(), 1)) for number in range(50)]
    assert {tuple(one) for one in asked} == {("query_client", "client_answered", "correct")}

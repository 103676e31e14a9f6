"""Approvals from the gate to the release: who may give them, what they cover, and why they end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from back_office_pipelines.clock import iso
from back_office_pipelines.review.decisions import Judgement
from back_office_pipelines.review.lines import Line
from back_office_pipelines.review.worklist import worklist_rows
from back_office_pipelines.samples.world.deciding import TURNED_AWAY
from back_office_pipelines.validation.states import position
from tests.dictionary.variants import Edit, version
from tests.review.house import House
from tests.scenario import GOOD, HOUR, NOON, record_row, value_rows

RECORD = record_row("d1")
ROW = record_row("d1", "line", 1, RECORD["record_id"])
ID = RECORD["record_id"]
LARGE = {"net_total": "50000.00", "tax_total": "0.00", "gross_total": "50000.00", "amount_due": "50000.00"}


def one(own: dict[str, Any], shared: dict[str, Any]) -> None:
    del shared
    own["checks"]["due_after_issue"]["severity"] = "error"


def two(own: dict[str, Any], shared: dict[str, Any]) -> None:
    one(own, shared)
    own["review"]["gates"]["high_value"]["approvers"] = 2


def none(own: dict[str, Any], shared: dict[str, Any]) -> None:
    one(own, shared)
    own["review"].pop("gates")


def of_the_boss(own: dict[str, Any], shared: dict[str, Any]) -> None:
    one(own, shared)
    shared["roles"]["boss"] = {"description": "Approves.", "includes": ["approver"]}
    own["review"]["gates"]["high_value"]["roles"] = ["boss"]


contract = cache(version)


def house(values: Mapping[str, str] = LARGE, edit: Edit = one, findings: Sequence[dict[str, Any]] = ()) -> House:
    """A validated batch of one invoice with one line."""
    cells = [*value_rows(RECORD, GOOD | dict(values)), *value_rows(ROW, {"description": "Cheese"})]
    made = House([RECORD, ROW], cells, list(findings), under=contract(edit))
    made.validate(NOON)
    return made


def gate(at: House) -> dict[str, Any]:
    """The one exception of a gate."""
    assert at.made is not None
    (row,) = (found for found in at.made.exceptions if found["rule"] == "gate.high_value")
    return row


def say(at: House, actor: str, action: str, hours: float, target: str = "", **cells: str) -> Judgement:
    """Hand in one line at so many hours after noon; without a target it is about the gate."""
    role = cells.pop("role", "approver" if action in {"approve", "reject"} else "supervisor")
    moment = NOON + hours * HOUR
    said = {"field": "", "value": "", "reason": "looked at it"} | cells
    line = Line(2, iso(moment), actor, role, action, target or gate(at)["exception_id"], reason_code="", **said)
    return at.decide([line], moment)


def refusal(judgement: Judgement) -> str:
    ((_, reason),) = judgement.refused
    return reason


def approvals(at: House) -> list[tuple[str, bool, str | None]]:
    assert at.made is not None
    return [(row["approver"], row["holds"], row["ended_because"]) for row in at.made.approvals]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        (LARGE, "gated"),
        ({name: text.replace("50000.00", "50000.01") for name, text in LARGE.items()}, "gated"),
        ({name: text.replace("50000.00", "49999.99") for name, text in LARGE.items()}, "accepted"),
        ({name: text.replace("50000.00", "-50000.00") for name, text in LARGE.items()}, "gated"),
        (LARGE | {"currency": "SEK"}, "accepted"),
        ({"currency": "JPY"}, "gated"),
        ({}, "accepted"),
    ],
)
def test_what_is_large_enough_waits_and_nothing_else(changes: dict[str, str], state: str) -> None:
    at = house(changes)
    assert at.states() == {ID: state}
    assert at.made is not None
    assert bool(at.made.accepted["invoice"]) is (state == "accepted")
    at.release(NOON)
    assert bool(at.releases) is (state == "accepted")


def test_the_worklist_shows_who_decides_what_and_how_far_it_is() -> None:
    at = house(edit=two)
    row = gate(at)
    assert (row["reason_code"], row["owner"], row["tier"], row["state"]) == (
        "APPROVAL_REQUIRED", "approver", "medium", "open",
    )  # fmt: skip
    assert row["counts_against_fpy"] is False
    assert row["observed"].startswith("gross_total 50000.00, currency EUR, invoice_number R-1, issue_date 2026-11-02, ")
    assert row["expected"] == "2 approvals of different people as approver: from 50000 EUR on"
    say(at, "Grace", "approve", 1)
    made = at.validate(NOON + HOUR)
    (shown,) = worklist_rows(made.exceptions, [], [], at.under, made.approvals)
    assert shown["approvals"] == "1 of 2: Grace"
    assert shown["may"] == "approve | reject | triage | query_client | escalate".replace("triage | ", "")
    say(at, "ada", "correct", 2, ID, field="seller_name", value="Other", role="supervisor")
    made = at.validate(NOON + 2 * HOUR)
    (shown,) = worklist_rows(made.exceptions, [], [], at.under, made.approvals)
    assert shown["approvals"] == "0 of 2; Grace's no longer holds: ada changed seller_name after what was shown"


def test_one_approval_passes_the_record_on_at_the_moment_it_was_given() -> None:
    at = house()
    assert say(at, "grace", "approve", 1).refused == []
    made = at.validate(NOON + 3 * HOUR)
    row = gate(at)
    assert (position(row), row["triaged_at"], row["resolved_at"]) == ("approved", NOON + HOUR, NOON + HOUR)
    assert at.states() == {ID: "accepted"}
    assert made.record_states[0]["accepted_at"] == NOON + 3 * HOUR
    assert made.record_states[0]["fpy_exceptions"] == 0
    assert approvals(at) == [("grace", True, None)]
    at.release(NOON + 3 * HOUR)
    assert [row["record_id"] for row in at.releases] == [ID]
    again = at.validate(NOON + 4 * HOUR)
    assert (again.approvals, again.exceptions) == (made.approvals, made.exceptions)


def test_two_approvals_are_of_two_people_and_the_first_alone_passes_nothing() -> None:
    at = house(edit=two)
    say(at, "grace", "approve", 1)
    assert "has approved it already" in refusal(say(at, "Grace ", "approve", 1.5))
    at.validate(NOON + 2 * HOUR)
    assert at.states() == {ID: "gated"}
    assert "has approved it already" in refusal(say(at, " GRACE", "approve", 3))
    say(at, "otto", "approve", 3)
    at.validate(NOON + 4 * HOUR)
    assert at.states() == {ID: "accepted"}
    assert gate(at)["resolved_at"] == NOON + 3 * HOUR
    assert approvals(at) == [("grace", True, None), ("otto", True, None)]


def test_both_may_stand_in_one_file_and_name_the_record() -> None:
    at = house(edit=two)
    moment = iso(NOON + HOUR)
    lines = [Line(at_, moment, actor, "approver", "approve", ID, "", "", "", "") for at_, actor in ((2, "a"), (3, "b"))]
    assert at.decide(lines, NOON + HOUR).refused == []
    at.validate(NOON + HOUR)
    assert at.states() == {ID: "accepted"}


def test_rejecting_ends_the_record_whatever_was_approved() -> None:
    at = house(edit=two)
    say(at, "grace", "approve", 1)
    assert say(at, "otto", "reject", 2, reason="never ordered").refused == []
    at.validate(NOON + 3 * HOUR)
    assert at.states() == {ID: "rejected"}
    assert position(gate(at)) == "rejected"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"action": "approve", "role": "supervisor"}, "no right to decide APPROVAL_REQUIRED"),
        ({"action": "approve", "role": "supervisor", "target": ID}, "also decides APPROVAL_REQUIRED"),
        ({"action": "approve", "role": "qa_keyer"}, "may not approve"),
        ({"action": "override", "role": "approver"}, "override is not allowed for APPROVAL_REQUIRED"),
        ({"action": "withdraw", "role": "approver"}, "withdraw is not allowed for APPROVAL_REQUIRED"),
        ({"action": "reject", "role": "supervisor"}, "no right to decide APPROVAL_REQUIRED"),
        ({"action": "correct", "target": ID, "field": "gross_total", "value": "1.00"}, "belongs to approver"),
    ],
)
def test_nobody_goes_past_a_gate_without_the_right(line: dict[str, str], reason: str) -> None:
    at = house()
    assert reason in refusal(say(at, "ada", hours=1, **{"target": "", **line}))  # type: ignore[arg-type]


def test_a_gate_may_name_fewer_than_decide_its_reason() -> None:
    at = house(edit=of_the_boss)
    assert "may not approve gate.high_value; that belongs to boss" in refusal(say(at, "grace", "approve", 1))
    assert say(at, "grace", "approve", 1, role="boss").refused == []
    at.validate(NOON + HOUR)
    assert at.states() == {ID: "accepted"}


def test_an_approval_is_not_given_before_the_gate_showed_what_it_shows() -> None:
    at = house()
    assert "before the exception existed" in refusal(say(at, "grace", "approve", -1))
    say(at, "ada", "correct", 1, ID, field="seller_name", value="Other")
    at.validate(NOON + 2 * HOUR)
    assert "look at it again" in refusal(say(at, "grace", "approve", 1.5))
    assert say(at, "grace", "approve", 2).refused == []


def test_who_corrected_or_accepted_something_may_not_approve_under_any_spelling() -> None:
    at = house(LARGE | {"due_date": "2026-11-01"})
    assert at.states() == {ID: "held"}
    assert at.made is not None
    (dates,) = at.made.exceptions  # no gate opens while something else holds the record
    say(at, "Ada Lovelace", "override", 1, dates["exception_id"])
    at.validate(NOON + HOUR)
    assert at.states() == {ID: "gated"}
    assert TURNED_AWAY in refusal(say(at, "ada  lovelace", "approve", 2))  # with the words that the story waits for
    assert say(at, "grace", "approve", 2).refused == []


def test_who_accepted_the_document_did_so_for_its_records() -> None:
    finding = {"subject_kind": "document", "subject_id": "d1", "rule": "checksum", "reason_code": "CHECKSUM_MISMATCH",
               "observed": "one", "expected": "another", "field": "", "document_id": "d1"}  # fmt: skip
    at = house(findings=[finding])
    assert at.made is not None
    (checksum,) = at.made.exceptions
    say(at, "eve", "override", 1, checksum["exception_id"], role="intake")
    at.validate(NOON + HOUR)
    assert "corrected or accepted something" in refusal(say(at, "eve", "approve", 2))


def test_what_is_approved_is_what_the_next_run_leads_to() -> None:
    at = house()
    say(at, "ada", "correct", 1, ID, field="seller_name", value="Other")
    assert "waits for the next run" in refusal(say(at, "grace", "approve", 1.5))


@pytest.mark.parametrize(
    ("target", "field", "value"), [(ID, "seller_name", "Other"), (ROW["record_id"], "description", "Ham")]
)
def test_a_change_of_any_value_ends_the_approval_and_says_why(target: str, field: str, value: str) -> None:
    at = house()
    say(at, "grace", "approve", 1)
    say(at, "ada", "correct", 2, target, field=field, value=value)
    at.validate(NOON + 3 * HOUR)
    assert at.states() == {ID: "gated"}
    assert approvals(at) == [("grace", False, f"ada changed {field} after what was shown")]
    say(at, "grace", "approve", 4)
    at.validate(NOON + 4 * HOUR)
    assert at.states() == {ID: "accepted"}
    say(at, "ada", "correct", 5, ID, field="buyer_name", value="Us")
    at.validate(NOON + 5 * HOUR)  # accepted once is not accepted for ever
    assert at.states() == {ID: "gated"}
    assert gate(at)["state"] == "triaged"
    assert [holds for _, holds, _ in approvals(at)] == [False, False]


def test_a_value_that_comes_back_does_not_bring_its_approval_back() -> None:
    at = house()
    say(at, "grace", "approve", 1)
    at.validate(NOON + HOUR)
    for hours, name in ((2, "Other"), (3, GOOD["seller_name"])):
        say(at, "ada", "correct", hours, ID, field="seller_name", value=name)
        at.validate(NOON + hours * HOUR)
    assert at.states() == {ID: "gated"}
    assert [holds for _, holds, _ in approvals(at)] == [False]


def test_an_approver_who_works_on_the_record_afterwards_takes_the_approval_back() -> None:
    at = house()
    say(at, "grace", "approve", 1)
    at.validate(NOON + HOUR)
    say(at, "grace", "correct", 2, ID, field="seller_name", value=GOOD["seller_name"])  # the same value again
    at.validate(NOON + 2 * HOUR)
    assert at.states() == {ID: "gated"}
    assert approvals(at) == [("grace", False, "who gave it also corrected or accepted something of the record")]


def test_an_amount_that_becomes_small_needs_no_approval_and_ends_those_there_are() -> None:
    at = house({"currency": "JPY"}, edit=two)
    say(at, "grace", "approve", 1)
    say(at, "otto", "correct", 2, ID, field="currency", value="EUR", role="approver")
    at.validate(NOON + 2 * HOUR)
    assert at.states() == {ID: "accepted"}
    assert position(gate(at)) == "corrected"
    assert approvals(at) == [("grace", False, "the record no longer meets the gate")]
    say(at, "ada", "correct", 3, ID, field="currency", value="JPY")
    at.validate(NOON + 3 * HOUR)
    assert (at.states(), gate(at)["state"]) == ({ID: "gated"}, "triaged")


def test_a_gate_stays_open_while_something_else_holds_the_record_and_approvals_come_last() -> None:
    at = house(edit=two)
    say(at, "grace", "approve", 1)
    at.validate(NOON + HOUR)
    say(at, "ada", "correct", 2, ID, field="due_date", value="2026-11-01")
    at.validate(NOON + 2 * HOUR)
    assert at.states() == {ID: "held"}
    assert "the record is held; approvals come last" in refusal(say(at, "otto", "approve", 3))
    say(at, "ada", "correct", 4, ID, field="due_date", value="2026-12-01")
    at.validate(NOON + 4 * HOUR)
    assert at.states() == {ID: "gated"}


def test_a_later_contract_that_asks_for_more_ends_what_was_approved_under_the_earlier_one() -> None:
    at = house()
    say(at, "grace", "approve", 1)
    at.validate(NOON + HOUR)
    assert at.states() == {ID: "accepted"}
    at.under = contract(two)
    at.validate(NOON + 2 * HOUR)
    assert at.states() == {ID: "gated"}
    ((_, holds, because),) = approvals(at)
    assert not holds
    assert because is not None
    assert because.startswith("the gate asks for something else now; it asked for 1 approval as approver")
    at.under = contract(none)
    at.validate(NOON + 3 * HOUR)
    assert (at.states(), position(gate(at))) == ({ID: "accepted"}, "superseded")


def test_while_the_client_is_asked_nobody_approves_and_the_clock_pauses() -> None:
    at = house()
    say(at, "grace", "query_client", 1, role="approver")
    assert "record client_answered first" in refusal(say(at, "otto", "approve", 2))
    say(at, "grace", "client_answered", 3, role="approver")
    say(at, "otto", "approve", 3 + timedelta(minutes=1) / HOUR)
    made = at.validate(NOON + 4 * HOUR)
    assert at.states() == {ID: "accepted"}
    assert [(wait["since"], wait["until"]) for wait in made.client_waits] == [(NOON + HOUR, NOON + 3 * HOUR)]

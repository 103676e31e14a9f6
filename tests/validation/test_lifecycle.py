"""The life of an exception, from opening to its endings, and what it does to its record."""

import pytest

from back_office_pipelines.errors import StateError
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Released, Validated, ValidationInput, validate
from tests.scenario import GOOD, HOUR, NOON, batch, dictionary, nobody_else, record_row, validated, value_rows

RECORD = record_row("d1")
ID = RECORD["record_id"]
BAD = value_rows(RECORD, GOOD | {"tax_total": "18.00"})


def run(decisions: list[Decision], before: Validated | None, hours: int, seen: int = 0) -> Validated:
    return validated([RECORD], BAD, decisions=decisions, seen=seen, before=before, as_of=NOON + hours * HOUR)


def decision(action: str, made: Validated, hours: int, **more: str) -> Decision:
    given = {"record_id": ID, "subject_id": ID, "exception_id": made.exceptions[0]["exception_id"], **more}
    return Decision(action=action, decided_at=NOON + hours * HOUR, **given)


def test_an_exception_keeps_its_opening_time() -> None:
    first = run([], None, 0)
    again = run([], first, 5)
    assert [row["opened_at"] for row in again.exceptions] == [NOON]
    assert again.exceptions[0]["state"] == "open"


def test_triage_takes_it_up_and_still_holds() -> None:
    first = run([], None, 0)
    later = run([decision("triage", first, 1)], first, 2)
    assert later.exceptions[0]["state"] == "triaged"
    assert later.exceptions[0]["triaged_at"] == NOON + HOUR
    assert later.record_states[0]["state"] == "held"


def test_a_correction_clears_it_at_the_moment_of_the_correction() -> None:
    first = run([], None, 0)
    later = run([decision("correct", first, 1, field="tax_total", value="19.00")], first, 2)
    row, state = later.exceptions[0], later.record_states[0]
    assert (row["state"], row["resolution"], row["resolved_at"]) == ("resolved", "corrected", NOON + HOUR)
    assert row["triaged_at"] == NOON + HOUR
    assert (state["state"], state["accepted_at"], state["corrections"]) == ("accepted", NOON + 2 * HOUR, 1)
    assert str(later.accepted["invoice"][0]["tax_total"]) == "19.0000"


def test_a_wrong_correction_does_not_clear_it() -> None:
    first = run([], None, 0)
    later = run([decision("correct", first, 1, field="tax_total", value="20.00")], first, 2)
    assert later.exceptions[0]["state"] == "triaged"
    assert later.record_states[0]["state"] == "held"


def test_an_override_accepts_the_value_as_it_is() -> None:
    first = run([], None, 0)
    later = run([decision("override", first, 3)], first, 4)
    assert later.exceptions[0]["resolution"] == "overridden"
    assert later.record_states[0]["state"] == "accepted"
    assert later.record_states[0]["human_decisions"] == 1


def test_a_rejection_ends_the_record_and_all_its_exceptions() -> None:
    first = run([], None, 0)
    later = run([decision("reject", first, 3)], first, 4)
    assert later.exceptions[0]["resolution"] == "rejected"
    assert later.record_states[0]["state"] == "rejected"
    assert later.accepted["invoice"] == []


def test_data_that_stops_failing_supersedes() -> None:
    first = run([], None, 0)
    later = validated([RECORD], value_rows(RECORD, GOOD), before=first, as_of=NOON + HOUR)
    assert later.exceptions[0]["resolution"] == "superseded"
    assert later.exceptions[0]["resolved_at"] == NOON + HOUR
    assert run([], later, 2).exceptions[0]["state"] == "open"


def test_endings_are_final_and_the_same_input_gives_the_same_rows() -> None:
    first = run([], None, 0)
    act = [decision("correct", first, 1, field="tax_total", value="19.00")]
    second = run(act, first, 2)
    assert run(act, second, 9, seen=1) == second
    assert run(act, first, 2) == second


def test_an_override_does_not_cover_what_is_observed_later() -> None:
    first = run([], None, 0)
    acts = [decision("override", first, 1)]
    second = run(acts, first, 2)
    acts.append(Decision("correct", NOON + 3 * HOUR, ID, ID, field="gross_total", value="999119.00"))
    third = run(acts, second, 4, seen=1)
    totals = next(row for row in third.exceptions if row["rule"] == "net_plus_tax")
    assert (second.exceptions[0]["resolution"], totals["state"], totals["observed_since"]) == (
        "overridden",
        "triaged",
        NOON + 4 * HOUR,
    )
    assert run(acts, third, 5, seen=2).record_states[0]["state"] == "held"


def test_times_never_run_backwards_and_triage_is_never_forgotten() -> None:
    first = run([], None, 2)
    early = Decision("correct", NOON + HOUR, ID, ID, field="tax_total", value="19.00")
    second = run([early], first, 3)
    row = second.exceptions[0]
    assert row["opened_at"] == row["triaged_at"] == row["resolved_at"] == NOON + 2 * HOUR
    again = validated([RECORD], BAD, before=second, as_of=NOON + 5 * HOUR)
    assert (again.exceptions[0]["state"], again.exceptions[0]["triaged_at"]) == ("triaged", NOON + 2 * HOUR)


def test_a_value_changed_after_acceptance_is_accepted_anew() -> None:
    good = value_rows(RECORD, GOOD)
    first = validated([RECORD], good)
    change = Decision("correct", NOON + HOUR, ID, ID, field="seller_name", value="Other")
    second = validated([RECORD], good, decisions=[change], before=first, as_of=NOON + 2 * HOUR)
    assert second.record_states[0]["accepted_at"] == NOON + 2 * HOUR


def test_an_open_exception_on_a_document_holds_its_records_until_it_is_decided() -> None:
    finding = {
        "subject_kind": "document", "subject_id": "d1", "rule": "outcome", "reason_code": "AMBIGUOUS",
        "observed": "two", "expected": "one", "field": "", "document_id": "d1",
    }  # fmt: skip
    good = value_rows(RECORD, GOOD)
    first = validated([RECORD], good, findings=[finding])
    assert first.record_states[0]["state"] == "held"
    reject = Decision("reject", NOON + HOUR, exception_id=first.exceptions[0]["exception_id"])
    second = validated([RECORD], good, findings=[finding], decisions=[reject], before=first, as_of=NOON + 2 * HOUR)
    assert second.record_states[0]["state"] == "rejected"


def test_a_decision_on_a_record_that_is_no_more_is_ignored() -> None:
    gone = Decision("correct", NOON, "d9-invoice-1", "d9-invoice-1", field="seller_name", value="x")
    assert validated([RECORD], value_rows(RECORD, GOOD), decisions=[gone]).record_states[0]["state"] == "accepted"


def test_what_was_released_stays_as_it_was_validated_then() -> None:
    first = validated([RECORD], value_rows(RECORD, GOOD))
    released = Released({ID: 1}, first.accepted, first.accepted_values)
    given = ValidationInput(
        batch=batch(),
        dictionary=dictionary(),
        as_of=NOON + HOUR,
        findings=[],
        records=[RECORD],
        field_values=BAD,
        decisions=[],
        previous_exceptions=first.exceptions,
        previous_states=first.record_states,
        reference={},
        ask=nobody_else,
        released=released,
    )
    assert validate(given) == first


def test_a_wait_begins_with_the_query_and_ends_with_the_answer() -> None:
    first = run([], None, 0)
    acts = [decision("query_client", first, 1)]
    second = run(acts, first, 2)
    row = second.exceptions[0]
    assert (row["state"], row["state_since"], row["triaged_at"]) == ("waiting_client", NOON + HOUR, NOON + HOUR)
    assert second.record_states[0]["state"] == "held"
    acts += [decision("client_answered", first, 3), decision("query_client", first, 4)]
    third = run(acts, second, 5, seen=1)
    assert [(wait["since"], wait["until"]) for wait in third.client_waits] == [
        (NOON + HOUR, NOON + 3 * HOUR),
        (NOON + 4 * HOUR, None),
    ]
    assert run(acts, third, 6, seen=3) == third


def test_a_query_at_the_moment_of_the_answer_goes_on_with_the_wait() -> None:
    first = run([], None, 0)
    acts = [decision(act, first, 1) for act in ("query_client", "client_answered", "query_client")]
    assert [(wait["since"], wait["until"]) for wait in run(acts, first, 2).client_waits] == [(NOON + HOUR, None)]


def test_an_exception_that_data_clears_waits_no_longer() -> None:
    first = run([], None, 0)
    second = run([decision("query_client", first, 1)], first, 2)
    third = validated([RECORD], value_rows(RECORD, GOOD), before=second, as_of=NOON + 3 * HOUR)
    assert third.exceptions[0]["resolution"] == "superseded"
    assert third.client_waits[0]["until"] == NOON + 3 * HOUR


def test_a_query_on_a_record_lets_all_its_open_exceptions_wait_and_no_later_one() -> None:
    bad = value_rows(RECORD, GOOD | {"tax_total": "18.00", "due_date": "2026-11-01"})
    first = validated([RECORD], bad)
    acts = [
        Decision("override", NOON + HOUR, ID, ID, first.exceptions[0]["exception_id"]),
        Decision("query_client", NOON + 2 * HOUR, ID, ID),
        Decision("correct", NOON + 2 * HOUR, ID, ID, field="currency", value="EURO"),
    ]
    second = validated([RECORD], bad, decisions=acts, before=first, as_of=NOON + 3 * HOUR)
    assert [row["resolution"] or row["state"] for row in second.exceptions] == ["open", "overridden", "waiting_client"]
    acts.append(Decision("client_answered", NOON + 4 * HOUR, ID, ID))
    third = validated([RECORD], bad, decisions=acts, seen=3, before=second, as_of=NOON + 5 * HOUR)
    assert [row["resolution"] or row["state"] for row in third.exceptions] == ["open", "overridden", "triaged"]


def test_an_escalation_raises_the_level_once_and_nothing_else() -> None:
    first = run([], None, 0)
    act = [decision("escalate", first, 1)]
    second = run(act, first, 2)
    assert second.exceptions == [first.exceptions[0] | {"escalation": 1}]
    assert run(act, second, 3, seen=1) == second


def test_a_withdrawal_ends_it_for_what_was_observed_only() -> None:
    first = run([], None, 0)
    acts = [decision("withdraw", first, 1)]
    second = run(acts, first, 2)
    row = second.exceptions[0]
    assert (row["resolution"], row["triaged_at"], row["resolved_at"]) == ("withdrawn", NOON + HOUR, NOON + HOUR)
    assert second.record_states[0]["state"] == "accepted"
    acts.append(Decision("correct", NOON + 3 * HOUR, ID, ID, field="tax_total", value="17.00"))
    third = run(acts, second, 4, seen=1)
    assert (third.exceptions[0]["state"], third.record_states[0]["state"]) == ("triaged", "held")


def test_an_exception_cleared_through_another_field_ends_with_the_correction_that_cleared_it() -> None:
    first = run([], None, 0)
    acts = [
        Decision("correct", NOON + HOUR, ID, ID, field="tax_total", value="19.00"),
        Decision("correct", NOON + 2 * HOUR, ID, ID, field="seller_name", value="Other"),
    ]
    row = run(acts, first, 3).exceptions[0]
    assert (row["resolution"], row["resolved_at"]) == ("corrected", NOON + HOUR)


def test_a_correction_of_what_the_rule_does_not_read_clears_nothing() -> None:
    first = run([], None, 0)
    act = decision("correct", first, 1, field="seller_name", value="Other")
    later = validated([RECORD], value_rows(RECORD, GOOD), decisions=[act], before=first, as_of=NOON + 2 * HOUR)
    row = later.exceptions[0]
    assert (row["resolution"], row["triaged_at"], row["resolved_at"]) == ("superseded", NOON + HOUR, NOON + 2 * HOUR)


def test_a_correction_that_failed_to_clear_it_does_not_take_the_credit_later() -> None:
    first = run([], None, 0)
    acts = [Decision("correct", NOON + HOUR, ID, ID, field="tax_total", value="20.00")]
    second = run(acts, first, 2)
    better = value_rows(RECORD, GOOD | {"net_total": "99.00"})
    third = validated([RECORD], better, decisions=acts, seen=1, before=second, as_of=NOON + 3 * HOUR)
    assert (third.exceptions[0]["resolution"], third.exceptions[0]["resolved_at"]) == ("superseded", NOON + 3 * HOUR)


def test_a_correction_of_a_line_clears_the_sum_of_the_lines() -> None:
    line = record_row("d1", "line", 1, ID)
    values = [*value_rows(RECORD, GOOD), *value_rows(line, {"line_net": "99.00"})]
    first = validated([RECORD, line], values)
    acts = [
        Decision("correct", NOON + HOUR, ID, line["record_id"], field="line_net", value="100.00"),
        Decision("correct", NOON + 2 * HOUR, ID, line["record_id"], field="unit", value="H87"),
    ]
    row = validated([RECORD, line], values, decisions=acts, before=first, as_of=NOON + 3 * HOUR).exceptions[0]
    assert (row["rule"], row["resolution"], row["resolved_at"]) == ("lines_add_up", "corrected", NOON + HOUR)


def test_a_control_total_is_cleared_by_correcting_an_amount_of_any_record() -> None:
    of = batch(control_totals={"EUR": {"gross_total": "120.00"}})
    first = validated([RECORD], value_rows(RECORD, GOOD), of=of)
    acts = [
        Decision("correct", NOON + HOUR, ID, ID, field=name, value="120.00")
        for name in ("gross_total", "net_total", "amount_due")
    ]
    made = validated([RECORD], value_rows(RECORD, GOOD), decisions=acts, before=first, as_of=NOON + 2 * HOUR, of=of)
    total = next(row for row in made.exceptions if row["subject_kind"] == "batch")
    assert (total["resolution"], total["resolved_at"]) == ("corrected", NOON + HOUR)


RAGGED = {
    "subject_kind": "record", "subject_id": ID, "rule": "extraction_1", "reason_code": "FORMAT",
    "observed": "row 2 has 5 cells where the header has 9", "expected": "one reading", "field": "", "document_id": "d1",
}  # fmt: skip


def test_correcting_the_fields_of_a_ragged_row_proves_nothing_about_the_row() -> None:
    first = validated([RECORD], [], findings=[RAGGED])
    ragged = next(row["exception_id"] for row in first.exceptions if row["rule"] == "extraction_1")
    acts = [Decision("correct", NOON + HOUR, ID, ID, ragged, field=name, value=value) for name, value in GOOD.items()]
    second = validated([RECORD], [], findings=[RAGGED], decisions=acts, before=first, as_of=NOON + 2 * HOUR)
    left = [(row["rule"], row["state"]) for row in second.exceptions if row["state"] != "resolved"]
    assert (left, second.record_states[0]["state"]) == ([("extraction_1", "triaged")], "held")
    for action, ending in (("override", "overridden"), ("withdraw", "withdrawn")):
        ended = [*acts, Decision(action, NOON + 3 * HOUR, ID, ID, ragged)]
        third = validated(
            [RECORD], [], findings=[RAGGED], decisions=ended, seen=len(acts), before=second, as_of=NOON + 4 * HOUR
        )
        assert {row["resolution"] for row in third.exceptions} == {"corrected", ending}
        assert third.record_states[0]["state"] == "accepted"


def test_rejecting_a_document_ends_the_exceptions_of_its_records_too() -> None:
    finding = RAGGED | {"subject_kind": "document", "subject_id": "d1", "reason_code": "CHECKSUM_MISMATCH"}
    first = validated([RECORD], BAD, findings=[finding])
    document = next(row["exception_id"] for row in first.exceptions if row["subject_kind"] == "document")
    acts = [Decision("reject", NOON + HOUR, exception_id=document)]
    second = validated([RECORD], BAD, findings=[finding], decisions=acts, before=first, as_of=NOON + 2 * HOUR)
    assert {(row["resolution"], row["resolved_at"]) for row in second.exceptions} == {("rejected", NOON + HOUR)}
    assert second.record_states[0]["state"] == "rejected"
    worse = value_rows(RECORD, GOOD | {"tax_total": "18.00", "currency": "E"})
    third = validated([RECORD], worse, findings=[finding], decisions=acts, seen=1, before=second, as_of=NOON + 3 * HOUR)
    assert {row["resolution"] for row in third.exceptions} == {"rejected"}


def test_a_decision_that_came_after_the_data_had_cleared_it_moves_nothing() -> None:
    first = run([], None, 0)
    cleared = validated([RECORD], value_rows(RECORD, GOOD), before=first, as_of=NOON + HOUR)
    late = [decision("override", first, 2)]
    later = validated([RECORD], value_rows(RECORD, GOOD), decisions=late, before=cleared, as_of=NOON + 3 * HOUR)
    assert later.exceptions == cleared.exceptions


def test_a_decision_that_no_table_has_stops_the_validation() -> None:
    first = run([], None, 0)
    with pytest.raises(StateError, match="'client_answered' is no legal act"):
        run([decision("client_answered", first, 1)], first, 2)

"""The life of an exception, from opening to its four endings."""

from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Released, Validated, ValidationInput, validate
from tests.scenario import GOOD, HOUR, NOON, batch, dictionary, nobody_else, record_row, validated, value_rows

RECORD = record_row("d1")
ID = RECORD["record_id"]
BAD = value_rows(RECORD, GOOD | {"tax_total": "18.00"})


def run(decisions: list[Decision], before: Validated | None, hours: int) -> Validated:
    return validated([RECORD], BAD, decisions=decisions, before=before, as_of=NOON + hours * HOUR)


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
    assert run(act, second, 9).exceptions == second.exceptions
    assert run(act, second, 9).record_states == second.record_states
    assert run(act, first, 2) == second


def test_an_override_does_not_cover_what_is_observed_later() -> None:
    first = run([], None, 0)
    acts = [decision("override", first, 1)]
    second = run(acts, first, 2)
    acts.append(Decision("correct", NOON + 3 * HOUR, ID, ID, field="gross_total", value="999119.00"))
    third = run(acts, second, 4)
    totals = next(row for row in third.exceptions if row["rule"] == "net_plus_tax")
    assert (second.exceptions[0]["resolution"], totals["state"], totals["observed_since"]) == (
        "overridden",
        "triaged",
        NOON + 4 * HOUR,
    )
    assert run(acts, third, 5).record_states[0]["state"] == "held"


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
    released = Released(frozenset({ID}), first.accepted, first.accepted_values)
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

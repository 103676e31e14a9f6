"""The life of an exception, from opening to its four endings."""

from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Validated
from tests.scenario import GOOD, HOUR, NOON, record_row, validated, value_rows

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

"""The transition tables as data: everything in them is used and reachable, and nothing leads out of an end."""

import pytest

from back_office_pipelines.errors import StateError
from back_office_pipelines.review.decisions import ACTIONS
from back_office_pipelines.validation.states import (
    EXCEPTIONS,
    RECORDS,
    RESOLUTIONS,
    TAKES_UP,
    WITH_CLIENT,
    Transitions,
    handed_over,
    next_state,
    position,
    reachable_at_once,
    shown,
)

TABLES = pytest.mark.parametrize("table", [RECORDS, EXCEPTIONS], ids=lambda table: table.thing)


@TABLES
def test_every_state_is_reached_from_the_first(table: Transitions) -> None:
    reached, ahead = set(), {table.initial}
    while ahead:
        reached |= ahead
        ahead = {after for state in ahead for after in table.moves[state].values()} - reached
    assert reached == table.states


@TABLES
def test_every_act_belongs_to_people_or_machine_and_every_one_is_used(table: Transitions) -> None:
    assert not table.people & table.machine
    outside = {"release", "redeliver"} if table is RECORDS else set()
    assert table.acts == table.people | table.machine | outside


@TABLES
def test_nothing_leads_out_of_the_one_terminal_state(table: Transitions) -> None:
    assert table.terminal == {"rejected"}
    for act in table.acts:
        with pytest.raises(StateError, match="no legal act"):
            next_state(table, "rejected", act)
    assert {after for after in table.states if reachable_at_once(table, "rejected", after)} == {"rejected"}


def test_the_states_are_those_of_the_design() -> None:
    assert RECORDS.states == {"held", "gated", "accepted", "released", "returned", "redelivered", "rejected"}
    assert EXCEPTIONS.states == {"open", "triaged", "waiting_client"} | RESOLUTIONS
    assert {"corrected", "overridden", "rejected", "withdrawn", "superseded", "approved"} == RESOLUTIONS


def test_people_act_on_exceptions_with_the_actions_of_a_decisions_file() -> None:
    assert set(ACTIONS) == EXCEPTIONS.people | {"qa_score", "return"}
    assert TAKES_UP - {"clear"} == EXCEPTIONS.people - {"client_answered", "escalate"}


def test_people_end_an_exception_from_triaged_and_never_while_it_waits() -> None:
    assert set(EXCEPTIONS.moves["waiting_client"]) & EXCEPTIONS.people == {"client_answered", "escalate"}
    for act in ("override", "reject", "withdraw", "correct"):
        assert next_state(EXCEPTIONS, "open", act) == next_state(EXCEPTIONS, "triaged", act)


def test_escalation_is_a_level_beside_the_state() -> None:
    loops = {state for state, acts in EXCEPTIONS.moves.items() if acts.get("escalate") == state}
    assert loops == {"open", "triaged", "waiting_client"} == {s for s, a in EXCEPTIONS.moves.items() if "escalate" in a}


def test_a_record_with_the_client_comes_back_by_a_return_only() -> None:
    for state in WITH_CLIENT:
        assert RECORDS.moves[state] == {"return": "returned"}
    assert handed_over("accepted", 1) == "released"
    assert {handed_over("accepted", revision) for revision in (2, 3)} == {"redelivered"}
    with pytest.raises(StateError, match="no legal act"):
        handed_over("returned", 2)


@pytest.mark.parametrize(
    ("before", "after", "possible"),
    [
        ("open", "waiting_client", True),
        ("triaged", "open", False),
        ("waiting_client", "open", False),
        ("waiting_client", "overridden", True),
        ("corrected", "triaged", True),
        ("corrected", "superseded", False),
        ("corrected", "open", False),
        ("superseded", "open", True),
        ("open", "approved", True),
        ("waiting_client", "approved", True),
        ("approved", "triaged", True),
        ("approved", "open", False),
        ("superseded", "approved", False),
        ("superseded", "corrected", False),
        ("withdrawn", "rejected", True),
    ],
)
def test_one_validation_makes_at_most_one_finding(before: str, after: str, *, possible: bool) -> None:
    assert reachable_at_once(EXCEPTIONS, before, after) is possible


def test_an_unknown_state_or_act_is_an_error_that_says_what_is_legal() -> None:
    with pytest.raises(StateError, match="legal is client_answered, escalate"):
        next_state(EXCEPTIONS, "waiting_client", "override")
    with pytest.raises(StateError, match="legal is nothing"):
        next_state(RECORDS, "lost", "pass")


@pytest.mark.parametrize("place", sorted(EXCEPTIONS.states))
def test_a_row_shows_its_position(place: str) -> None:
    assert position(shown(place)) == place

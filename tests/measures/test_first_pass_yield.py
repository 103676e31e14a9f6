"""First-pass yield and straight-through rate, and the flags of `controls.records` they rest on."""

import math
from datetime import date

import pytest

from tests.measures.world import DAY, HOUR, MONDAY, World

RELEASED = MONDAY + DAY


@pytest.fixture
def world() -> World:
    world = World()
    world.batch()
    return world


def flags(world: World, record_id: str) -> tuple[bool | None, bool | None]:
    row = next(row for row in world.measure("controls.records") if row["record_id"] == record_id)
    return row["first_pass"], row["straight_through"]


def test_nothing_completed_gives_no_row(world: World) -> None:
    world.record()
    assert world.measure("first_pass_yield") == []


def test_926_of_1000(world: World) -> None:
    for number in range(1000):
        record = world.record(released_at=RELEASED)
        if number < 74:
            world.exception(record, triaged_at=MONDAY, resolved_at=MONDAY + HOUR)
    row = world.only("first_pass_yield")
    assert (row["completed"], row["first_pass"], row["first_pass_yield"], row["n"]) == (1000, 926, 0.926, 1000)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.908095, 0.940645), abs=1e-6)
    assert row["small_n"] is False


def test_below_thirty_is_flagged_and_shown(world: World) -> None:
    for _ in range(29):
        world.record(released_at=RELEASED)
    assert world.only("first_pass_yield")["small_n"] is True
    world.record(released_at=RELEASED)
    assert world.only("first_pass_yield")["small_n"] is False


def test_a_record_not_released_has_no_flags(world: World) -> None:
    held, rejected = world.record(), world.record(state="rejected")
    assert flags(world, held) == flags(world, rejected) == (None, None)


def test_untouched_is_first_pass_and_straight_through(world: World) -> None:
    assert flags(world, world.record(released_at=RELEASED)) == (True, True)


def test_a_correction_before_the_release_spoils_both(world: World) -> None:
    record = world.record(released_at=RELEASED)
    world.decide("correct", record, RELEASED, field="total", value="1")
    assert flags(world, record) == (False, False)


def test_a_correction_of_a_child_is_one_of_its_header(world: World) -> None:
    record = world.record(released_at=RELEASED)
    world.decide("correct", world.child(record), MONDAY, field="quantity", value="1")
    assert flags(world, record) == (False, False)


def test_a_correction_after_the_release_belongs_to_the_next_revision(world: World) -> None:
    record = world.record(released_at=RELEASED)
    world.decide("correct", record, RELEASED + HOUR, field="total", value="1")
    world.release(record, RELEASED + 2 * HOUR, revision=2)
    assert flags(world, record) == (True, True)


@pytest.mark.parametrize(
    ("counts", "opened_at", "expected"),
    [
        (True, MONDAY, False),
        (True, RELEASED, False),
        (False, MONDAY, True),
        (True, RELEASED + HOUR, True),
    ],
)
def test_an_exception_that_counts_spoils_first_pass(
    world: World, counts: bool, opened_at: object, expected: bool
) -> None:
    record = world.record(released_at=RELEASED)
    world.exception(record, opened_at, counts_against_fpy=counts, resolved_at=opened_at)
    assert flags(world, record) == (expected, True)


@pytest.mark.parametrize(
    ("cause", "expected"), [("provider", False), ("source", False), (None, False), ("client", True)]
)
def test_a_return_spoils_first_pass_however_late_unless_the_client_caused_it(
    world: World, cause: str | None, expected: bool
) -> None:
    record = world.record(released_at=RELEASED)
    world.decide("return", record, RELEASED + 20 * DAY, cause_party=cause)
    assert flags(world, record) == (expected, True)


def test_any_human_decision_but_qa_ends_straight_through(world: World) -> None:
    triaged, scored = world.record(released_at=RELEASED), world.record(released_at=RELEASED)
    exception = world.exception(triaged, counts_against_fpy=False, resolved_at=RELEASED)
    world.decide("triage", exception, MONDAY + HOUR)
    world.decide("qa_score", scored, MONDAY + HOUR, field="total", value="1", sample_id="s1")
    assert flags(world, triaged) == (True, False)
    assert flags(world, scored) == (True, True)


def test_periods_are_days_weeks_and_months_of_the_first_release(world: World) -> None:
    record = world.record(released_at=MONDAY + 6 * DAY)  # Sunday 11 January
    world.release(record, MONDAY + 40 * DAY, revision=2)
    starts = {period: world.only("first_pass_yield", period)["period_start"] for period in ("day", "week", "month")}
    assert starts == {"day": date(2026, 1, 11), "week": date(2026, 1, 5), "month": date(2026, 1, 1)}


def test_rates_of_a_cell(world: World) -> None:
    world.batch("b2", client="bolt", entity="(none)", lane="freight", priority="priority")
    for number in range(4):
        record = world.record("b2", released_at=RELEASED)
        if number:
            world.decide("override", record, MONDAY, reason="right")
    world.decide("correct", record, MONDAY, field="total", value="1")
    world.record(released_at=RELEASED)
    row = world.only("first_pass_yield", client="bolt", entity="(none)", lane="freight", priority="priority")
    assert (row["completed"], row["first_pass"], row["straight_through"]) == (4, 3, 1)
    assert math.isclose(row["straight_through_rate"], 0.25)
    assert world.only("first_pass_yield")["first_pass_yield"] == 0.8


def test_an_approval_a_gate_asked_for_is_no_failure_and_no_machine_alone(world: World) -> None:
    """METRICS section 0: the gate's reason does not count against first pass; approvals count as human decisions."""
    record = world.record(released_at=RELEASED)
    waits = {"reason_code": "APPROVAL_REQUIRED", "counts_against_fpy": False}
    gate = world.exception(record, triaged_at=MONDAY, resolved_at=MONDAY + HOUR, **waits)
    world.decide("approve", gate, MONDAY + HOUR)
    assert flags(world, record) == (True, False)
    gated = world.record(state="gated")
    world.exception(gated, **waits)
    row = world.only("first_pass_yield")
    assert (row["completed"], row["first_pass"], row["straight_through"]) == (1, 1, 0)  # what waits is not completed

"""Rework: returns against first releases, and one clock for every return."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measures.world import DAY, HOUR, MONDAY, NEW_YORK, US_OFFICE, World

SAMPLE = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 22, 26, 31, 48]


@pytest.fixture
def world() -> World:
    world = World()
    world.batch()
    return world


def test_the_rate_is_of_records_and_its_interval_that_of_wilson(world: World) -> None:
    for number in range(200):
        record = world.record(released_at=MONDAY + HOUR)
        if number < 10:
            world.returned(record, MONDAY + DAY)
    row = world.only("rework")
    assert (row["released"], row["returned"], row["rework_rate"]) == (200, 10, 0.05)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((1 - 0.972617, 1 - 0.910422), abs=1e-6)  # of 190/200
    assert (row["redelivered"], row["redeliver_median_hours"], row["n"], row["small_n"]) == (0, None, 200, False)


def test_sample_x_from_return_to_redelivery(world: World) -> None:
    for hours in SAMPLE:
        record = world.record(released_at=MONDAY + HOUR)
        world.returned(record, MONDAY + DAY)
        world.release(record, MONDAY + DAY + hours * HOUR, 2)
    row = world.only("rework")
    assert (row["redeliver_median_hours"], row["redeliver_p90_hours"]) == pytest.approx((8.5, 26.5))
    assert (row["redelivered"], row["rework_rate"]) == (20, 1)
    assert world.only("turnaround")["median_hours"] == 1  # the first revision keeps its stop


@pytest.mark.parametrize(("cause", "first_pass"), [("client", 1), ("provider", 0), ("source", 0), ("system", 0)])
def test_whoever_caused_it_a_return_is_rework_and_spoils_first_pass_unless_the_client_did(
    world: World, cause: str, first_pass: int
) -> None:
    record = world.record(released_at=MONDAY + HOUR)
    world.returned(record, MONDAY + DAY, cause)
    assert world.only("rework")["returned"] == 1
    assert world.only("first_pass_yield")["first_pass"] == first_pass


def test_a_record_counts_once_and_each_of_its_returns_has_a_clock(world: World) -> None:
    record = world.record(released_at=MONDAY + HOUR)
    for number, hours in ((1, 4), (2, 8)):
        world.returned(record, MONDAY + number * DAY)
        world.release(record, MONDAY + number * DAY + hours * HOUR, number + 1)
    row = world.only("rework")
    assert (row["released"], row["returned"], row["redelivered"]) == (1, 1, 2)
    assert row["redeliver_median_hours"] == 6
    assert [(one["revision"], one["hours"], one["cause_party"]) for one in world.measure("controls.revisions")] == [
        (1, 1, None),
        (2, 4, "provider"),
        (3, 8, "provider"),
    ]


def test_a_late_return_restates_the_period_of_the_release_and_its_hours_fall_where_it_was_redelivered(
    world: World,
) -> None:
    record = world.record(released_at=MONDAY + HOUR)
    world.returned(record, MONDAY + 7 * DAY)
    world.release(record, MONDAY + 15 * DAY, 2)
    weeks = {str(row["period_start"]): row for row in world.measure("rework", "week")}
    assert [(row["released"], row["returned"], row["redelivered"]) for row in weeks.values()] == [(1, 1, 0), (0, 0, 1)]
    later = weeks["2026-01-19"]
    assert (later["rework_rate"], later["n"], later["small_n"], later["ci_low"], later["ci_method"]) == (
        (None, 1, True, None, None)
    )
    assert later["redeliver_median_hours"] == 8 * 24


def test_the_clock_of_a_return_is_that_of_the_exhibit_without_waiting_for_the_client() -> None:
    world = World({"acme": US_OFFICE})
    world.batch(received_at=datetime(2026, 11, 18, 10, tzinfo=NEW_YORK))
    record = world.record(released_at=datetime(2026, 11, 18, 12, tzinfo=NEW_YORK))
    returned = datetime(2026, 11, 23, 9, 30, tzinfo=NEW_YORK)  # METRICS section 5, case d
    world.returned(record, returned)
    asked, answered = (datetime(2026, 11, day, hour, tzinfo=NEW_YORK) for day, hour in ((23, 13), (24, 11)))
    world.wait(world.exception(record, returned, resolved_at=answered), asked, answered)
    world.release(record, datetime(2026, 11, 24, 15, tzinfo=NEW_YORK), 2)
    world.target("redeliver_p90", "8")
    assert world.only("rework")["redeliver_p90_hours"] == 450 / 60
    assert world.only("turnaround")["median_hours"] == 2
    row = world.only("sla_variance", sla_term="redeliver_p90")
    assert (row["actual"], row["variance"], row["breached"], row["attainment"]) == (7.5, -0.5, False, 1)


def test_where_a_returned_record_stands(world: World) -> None:
    record = world.record(released_at=MONDAY + HOUR)
    world.returned(record, MONDAY + DAY)
    row = world.only("controls.records")
    assert (row["state"], row["revision"], row["returns"]) == ("returned", 2, 1)
    assert (row["returned_at"], row["redelivered_at"]) == (MONDAY + DAY, None)
    assert (row["released_at"], row["accepted_at"]) == (MONDAY + HOUR, MONDAY + HOUR)
    world.release(record, MONDAY + 2 * DAY, 2)
    row = world.only("controls.records")
    assert (row["state"], row["redelivered_at"]) == ("redelivered", MONDAY + 2 * DAY)
    assert (row["released_at"], row["turnaround_hours"]) == (MONDAY + HOUR, 1)


def test_a_score_judges_the_first_revision(world: World) -> None:
    world.field("gross_total")
    record = world.record(released_at=MONDAY + HOUR)
    world.score(record, "gross_total", "120.00", "119.00")
    world.returned(record, MONDAY + DAY)
    world.accepted(record, "gross_total", "120.00", 2)
    assert (world.only("critical_field_accuracy")["inspected"], world.only("critical_field_accuracy")["correct"]) == (
        1,
        0,
    )


CYCLES = st.lists(st.tuples(st.integers(1, 72), st.integers(0, 72) | st.none()), max_size=3)


@settings(max_examples=4)
@given(st.lists(CYCLES, min_size=1, max_size=8))
def test_figures_follow_from_the_returns(records: list[list[tuple[int, int | None]]]) -> None:
    """Whatever was returned and redelivered: records count once, every closed return has its hours, no stop moves."""
    world, hours, returned = World(), [], 0
    world.batch()
    for cycles in records:
        at = MONDAY.astimezone(UTC) + HOUR
        record = world.record(released_at=at)
        returned += bool(cycles)
        for revision, (wait, took) in enumerate(cycles, start=2):
            at += wait * HOUR
            world.returned(record, at)
            if took is None:
                break
            hours.append(took)
            at += took * HOUR
            world.release(record, at, revision)
    row = world.only("rework")
    assert (row["released"], row["returned"], row["redelivered"]) == (len(records), returned, len(hours))
    assert 0 <= row["ci_low"] <= row["rework_rate"] <= row["ci_high"] <= 1
    if hours:
        assert min(hours) <= row["redeliver_median_hours"] <= row["redeliver_p90_hours"] <= max(hours)
    turnaround = world.only("turnaround")
    assert (turnaround["completed"], turnaround["p90_hours"]) == (len(records), 1)

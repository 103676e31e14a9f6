"""Turnaround, its clocks and its targets."""

from datetime import UTC, date, datetime

import pytest

from back_office_pipelines.errors import UsageError
from tests.measures.world import DAY, HOUR, MONDAY, NEW_YORK, US_OFFICE, World

SAMPLE = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 22, 26, 31, 48]


@pytest.fixture
def world() -> World:
    world = World()
    world.batch()
    return world


def test_sample_x(world: World) -> None:
    for hours in SAMPLE:
        world.record(released_at=MONDAY + hours * HOUR)
    world.target("turnaround_median", "8")
    world.target("turnaround_p90", "24")
    row = world.only("turnaround")
    assert (row["median_hours"], row["p90_hours"], row["attainment"]) == pytest.approx((8.5, 26.5, 0.85))
    assert (row["attainment_ci_low"], row["attainment_ci_high"]) == pytest.approx((0.639581, 0.947631), abs=1e-6)
    assert (row["target_median_hours"], row["target_p90_hours"]) == (8, 24)
    assert (row["completed"], row["n"], row["small_n"]) == (20, 20, True)
    assert (row["ci_low"], row["ci_high"]) == (18, None)  # rank 15; rank 21 does not exist


@pytest.mark.parametrize(("n", "small"), [(49, True), (50, False)])
def test_a_90th_percentile_needs_fifty(world: World, n: int, small: bool) -> None:
    for _ in range(n):
        world.record(released_at=MONDAY + HOUR)
    assert world.only("turnaround")["small_n"] is small


@pytest.mark.parametrize(
    ("received", "released", "hours"),
    [
        ((20, 14, 30), (23, 10, 15), 225 / 60),
        ((20, 16, 10), (23, 10, 15), 75 / 60),
        ((25, 14, 0), (27, 11, 0), 300 / 60),
        ((21, 11, 0), (23, 9, 45), 45 / 60),
        ((23, 8, 10), (23, 9, 30), 30 / 60),
        ((20, 16, 0), (20, 18, 0), 0.0),
    ],
)
def test_the_exhibits_clock(received: tuple[int, int, int], released: tuple[int, int, int], hours: float) -> None:
    world = World({"acme": US_OFFICE})
    world.batch(received_at=datetime(2026, 11, *received, tzinfo=NEW_YORK))
    world.record(released_at=datetime(2026, 11, *released, tzinfo=NEW_YORK))
    assert world.only("controls.records")["turnaround_hours"] == hours


def test_the_clock_starts_after_the_cut_off_on_the_next_business_day() -> None:
    world = World({"acme": US_OFFICE})
    world.batch(received_at=datetime(2026, 11, 20, 16, 10, tzinfo=NEW_YORK))
    world.record()
    row = world.only("controls.records")
    assert row["clock_started_at"] == datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)
    assert row["received_day"] == date(2026, 11, 20)


def test_waiting_for_the_client_is_no_turnaround() -> None:
    world = World({"acme": US_OFFICE})
    world.batch(received_at=datetime(2026, 11, 23, 9, 30, tzinfo=NEW_YORK))
    record = world.record(released_at=datetime(2026, 11, 24, 15, tzinfo=NEW_YORK))
    asked, answered = (datetime(2026, 11, day, hour, tzinfo=NEW_YORK) for day, hour in ((23, 13), (24, 11)))
    first, second = (world.exception(record, asked, resolved_at=answered) for _ in range(2))
    world.wait(first, asked, answered)
    world.wait(second, asked + HOUR, answered)  # overlaps, and counts once
    assert world.only("controls.records")["turnaround_hours"] == 450 / 60


def test_a_query_never_answered_lasts_until_the_release(world: World) -> None:
    record = world.record(released_at=MONDAY + 10 * HOUR)
    world.wait(world.exception(record), MONDAY + 4 * HOUR)
    assert world.only("controls.records")["turnaround_hours"] == 4


def test_the_first_release_stops_the_clock(world: World) -> None:
    record = world.record(released_at=MONDAY + 3 * HOUR)
    world.release(record, MONDAY + 90 * HOUR, revision=2)
    row = world.only("turnaround")
    assert (row["completed"], row["median_hours"]) == (1, 3)


def test_days_are_days_of_the_exhibits_zone() -> None:
    world = World({"acme": US_OFFICE})
    world.batch(received_at=datetime(2026, 1, 5, 15, tzinfo=UTC))
    world.record(released_at=datetime(2026, 2, 1, 4, 59, 59, tzinfo=UTC))  # 23:59:59 on 31 January in New York
    world.record(released_at=datetime(2026, 2, 1, 5, tzinfo=UTC))
    days = [row["period_start"] for row in world.measure("turnaround", "day")]
    assert days == [date(2026, 1, 31), date(2026, 2, 1)]
    assert [row["n"] for row in world.measure("turnaround", "month")] == [1, 1]


def test_a_receipt_stated_after_the_release_gives_no_turnaround(world: World) -> None:
    world.record(released_at=MONDAY - HOUR)
    world.record(released_at=MONDAY + HOUR)
    row = world.only("turnaround")
    assert (row["completed"], row["n"], row["median_hours"]) == (2, 1, 1)
    assert world.only("first_pass_yield")["completed"] == 2


def test_targets_that_differ_below_a_cell_are_not_its_target_but_each_record_keeps_its_own(world: World) -> None:
    world.batch("b2", priority="priority")
    for batch in ("b1", "b2"):
        for hours in (3, 5):
            world.record(batch, released_at=MONDAY + hours * HOUR)
    world.target("turnaround_p90", "24")
    world.target("turnaround_p90", "4", priority="priority")
    assert world.only("turnaround", priority="priority")["target_p90_hours"] == 4
    row = world.only("turnaround")
    assert (row["target_p90_hours"], row["attainment"]) == (None, 0.75)


def test_without_a_target_there_is_no_attainment(world: World) -> None:
    world.record(released_at=MONDAY + DAY)
    row = world.only("turnaround")
    assert (row["target_p90_hours"], row["attainment"], row["attainment_ci_low"]) == (None, None, None)


def test_a_client_without_calendar_is_named() -> None:
    world = World()
    world.batch(client="nobody")
    world.record()
    with pytest.raises(UsageError, match=r"client nobody: it has batches and no calendar"):
        world.connect()

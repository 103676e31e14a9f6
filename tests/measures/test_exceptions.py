"""Exceptions: flows, stock, rate and times; ageing of the open ones."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from back_office_pipelines.calendars import BusinessCalendar
from tests.measures.world import DAY, HOUR, MONDAY, NEW_YORK, OFFICE, US_OFFICE, World

AROUND_THE_CLOCK = BusinessCalendar("UTC", OFFICE.hours, clock="elapsed")


@pytest.fixture
def world() -> World:
    world = World({"acme": OFFICE, "bolt": OFFICE})
    world.batch()
    return world


def by_start(rows: list[dict[str, Any]], column: str) -> dict[date, Any]:
    return {row["period_start"]: row[column] for row in rows}


def clock(world: World) -> dict[str, Any]:
    return world.only("controls.exception_clocks")


def test_flows_stock_and_rate(world: World) -> None:
    first, second = world.record(), world.record()
    world.record()
    world.exception(first, MONDAY, triaged_at=MONDAY + HOUR, resolved_at=MONDAY + 2 * HOUR)
    world.exception(first, MONDAY, triaged_at=MONDAY + HOUR, resolved_at=MONDAY + DAY)
    world.exception(second, MONDAY + DAY)
    world.as_of = MONDAY + 3 * DAY
    days = world.measure("exceptions", "day")
    monday, tuesday, wednesday, thursday = (date(2026, 1, day) for day in (5, 6, 7, 8))
    assert by_start(days, "opened") == {monday: 2, tuesday: 1, wednesday: 0, thursday: 0}
    assert by_start(days, "resolved") == {monday: 1, tuesday: 1, wednesday: 0, thursday: 0}
    assert by_start(days, "open_at_end") == {monday: 1, tuesday: 1, wednesday: 1, thursday: 1}
    assert by_start(days, "exception_rate") == {monday: 2 / 3, tuesday: None, wednesday: None, thursday: None}
    assert by_start(days, "n") == {monday: 3, tuesday: 2, wednesday: 1, thursday: 1}
    assert by_start(days, "ci_low")[tuesday] is None
    assert by_start(days, "ci_method")[tuesday] is None


def test_no_exception_is_a_rate_of_zero(world: World) -> None:
    world.record()
    row = world.only("exceptions")
    assert (row["opened"], row["exception_rate"], row["n"], row["open_at_end"]) == (0, 0.0, 1, 0)


def test_a_batch_exception_is_counted_and_is_nobodys_rate(world: World) -> None:
    world.record()
    world.exception(None, MONDAY, resolved_at=MONDAY + HOUR)
    row = world.only("exceptions")
    assert (row["opened"], row["resolved"], row["exception_rate"]) == (1, 1, 0.0)


def test_the_rate_belongs_to_the_receipt_and_the_exception_to_its_own_day(world: World) -> None:
    world.exception(world.record(), MONDAY + 28 * DAY, resolved_at=MONDAY + 29 * DAY)  # February
    rows = world.measure("exceptions")
    assert by_start(rows, "exception_rate") == {date(2026, 1, 1): 1.0, date(2026, 2, 1): None}
    assert by_start(rows, "opened") == {date(2026, 1, 1): 0, date(2026, 2, 1): 1}


def test_times_are_business_hours_of_the_period_of_the_act(world: World) -> None:
    friday = MONDAY + 4 * DAY + 6 * HOUR  # 16:00, an hour before closing
    record = world.record()
    for hours in (1, 2, 4):
        world.exception(record, friday, triaged_at=friday + 3 * DAY - 7 * HOUR + (hours - 1) * HOUR)
    rows = {row["period_start"]: row for row in world.measure("exceptions", "week")}
    assert rows[date(2026, 1, 5)]["triage_median_hours"] is None
    row = rows[date(2026, 1, 12)]
    assert (row["triage_median_hours"], row["triage_p90_hours"]) == pytest.approx((2, 3.6))
    assert row["resolve_median_hours"] is None


def test_an_elapsed_exhibit_still_counts_business_hours_here(world: World) -> None:
    world.calendars = {"acme": AROUND_THE_CLOCK}
    world.exception(world.record(), MONDAY, resolved_at=MONDAY + DAY)
    assert clock(world)["resolve_hours"] == 8
    world.calendars = {"acme": BusinessCalendar("UTC", {}, clock="elapsed")}
    assert clock(world)["resolve_hours"] == 24


def test_the_cut_off_of_receipts_does_not_move_an_exception(world: World) -> None:
    world.calendars = {"acme": BusinessCalendar("UTC", OFFICE.hours, cut_off=time(12))}
    opened = MONDAY + 4 * HOUR
    world.exception(world.record(), opened, resolved_at=opened + HOUR)
    assert clock(world)["resolve_hours"] == 1


def test_an_exception_pauses_while_it_waits_and_its_sister_does_not(world: World) -> None:
    record = world.record()
    end = MONDAY + 6 * HOUR
    own = world.exception(record, MONDAY, resolved_at=end, exception_id="own")
    world.exception(record, MONDAY, resolved_at=end, exception_id="sister")
    world.wait(own, MONDAY + HOUR, MONDAY + 3 * HOUR)
    world.wait(own, MONDAY + 4 * HOUR, MONDAY + 5 * HOUR)
    hours = {row["exception_id"]: row["resolve_hours"] for row in world.measure("controls.exception_clocks")}
    assert hours == {"own": 3, "sister": 6}


def test_the_worked_number_of_a_pause_holds_for_the_resolve_time() -> None:
    """METRICS section 5, case d: gross 810 minutes, pause 360, net 450."""
    world = World({"acme": US_OFFICE})
    world.batch()
    times = [(23, 9, 30), (23, 13, 0), (24, 11, 0), (24, 15, 0)]
    opened, asked, answered, resolved = (datetime(2026, 11, *at, tzinfo=NEW_YORK) for at in times)
    world.wait(world.exception(world.record(), opened, resolved_at=resolved), asked, answered)
    assert clock(world)["resolve_hours"] == 450 / 60


def test_an_act_older_than_the_exception_has_no_time_but_a_day(world: World) -> None:
    world.exception(world.record(), MONDAY, resolved_at=MONDAY - HOUR)
    assert (clock(world)["resolve_hours"], clock(world)["resolved_day"]) == (None, date(2026, 1, 5))


def test_days_are_days_of_the_exhibits_zone() -> None:
    tokyo = BusinessCalendar("Asia/Tokyo", OFFICE.hours)
    world = World({"acme": tokyo, "bolt": OFFICE})
    for batch, client in (("b1", "acme"), ("b2", "bolt")):
        world.batch(batch, client=client)
        world.exception(world.record(batch), datetime(2026, 1, 31, 15, tzinfo=UTC))  # midnight in Tokyo
    world.as_of = datetime(2026, 2, 1, 14, tzinfo=UTC)
    opened = {
        client: [row["period_start"].month for row in world.measure("exceptions", client=client) if row["opened"]]
        for client in ("acme", "bolt", "all")
    }
    assert opened == {"acme": [2], "bolt": [1], "all": [1, 2]}


def test_an_exception_of_a_batch_that_could_not_be_registered(world: World) -> None:
    world.calendars = {"(none)": OFFICE}
    where = {"lane": "_intake", "batch_id": "lost", "exception_id": "x1", "reason_code": "MANIFEST_INVALID"}
    world.rows["batches"].clear()
    world.add("exceptions", **where, tier="high", state="open", counts_against_fpy=True, opened_at=MONDAY)
    assert world.only("exception_aging", client="(none)", lane="_intake")["open_exceptions"] == 1


@pytest.mark.parametrize(
    ("business_days", "bucket"),
    [(0, "0-1"), (1, "0-1"), (1.5, "1-2"), (2, "1-2"), (5, "2-5"), (6, "5-10"), (10, "5-10"), (10.5, ">10")],
)
def test_buckets_take_their_upper_bound(world: World, business_days: float, bucket: str) -> None:
    whole, half = divmod(business_days, 1)
    world.exception(world.record(), MONDAY)
    weeks, rest = divmod(int(whole), 5)
    world.as_of = MONDAY + timedelta(weeks=weeks, days=rest, hours=4 if half else 0)
    row = world.only("exception_aging", "day")
    assert (row["bucket"], row["open_exceptions"], row["small_n"]) == (bucket, 1, False)


def test_over_cap_is_strict_and_per_tier(world: World) -> None:
    record = world.record()
    for tier, cap in (("high", 1), ("medium", 3)):
        world.add("ageing_caps", lane="ap", tier=tier, cap_days=cap)
    for opened_at in (MONDAY, MONDAY + HOUR, MONDAY - HOUR):
        world.exception(record, opened_at, tier="high")
    world.exception(record, MONDAY, tier="medium")
    world.exception(record, MONDAY, tier="low")
    world.as_of = MONDAY + DAY
    rows = world.measure("exception_aging", "day")
    found = {(row["tier"], row["bucket"]): (row["open_exceptions"], row["over_cap"]) for row in rows}
    assert found == {
        ("high", "0-1"): (2, 0),
        ("high", "1-2"): (1, 1),
        ("medium", "0-1"): (1, 0),
        ("low", "0-1"): (1, None),
    }


def test_ageing_is_a_snapshot_of_what_is_open_at_the_publish(world: World) -> None:
    record = world.record()
    world.as_of = MONDAY + 2 * DAY
    world.exception(record, MONDAY, resolved_at=MONDAY + DAY)
    world.exception(record, MONDAY, resolved_at=MONDAY + 3 * DAY)
    world.exception(record, MONDAY + 3 * DAY)
    rows = [row for period in ("day", "week", "month") for row in world.measure("exception_aging", period)]
    assert [row["open_exceptions"] for row in rows] == [1, 1, 1]
    assert {row["as_of"] for row in rows} == {world.as_of}
    assert [str(row["period_start"]) for row in rows] == ["2026-01-07", "2026-01-05", "2026-01-01"]

"""Tests of the business-hours clock: worked oracles, clock changes, refusals, and properties of open time.

What an exhibit calls start, stop and pause is tested where measures are.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.calendars import BusinessCalendar, Pause, period_start
from back_office_pipelines.errors import SettingsError, UsageError

NEW_YORK = "America/New_York"
NINE_TO_FIVE = (time(9), time(17))
REPEATED = (time(1, 45), time(2, 15))  # Lord Howe reads 01:45 twice when its summer ends
ALL_DAY = (time(0), time(0))
WEEKDAYS = dict.fromkeys(range(5), NINE_TO_FIVE)
ALWAYS = dict.fromkeys(range(7), ALL_DAY)
OFFICE = BusinessCalendar(NEW_YORK, WEEKDAYS, time(15), frozenset({date(2026, 11, 26)}))
ELAPSED = replace(OFFICE, clock="elapsed")


def ny(text: str) -> datetime:
    """Read a New York wall-clock time, "2026-11-20 14:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(NEW_YORK))


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("calendar", "received", "stop", "minutes"),
    [
        pytest.param(OFFICE, "2026-11-20 14:30", "2026-11-23 10:15", 225, id="a"),
        pytest.param(OFFICE, "2026-11-20 16:10", "2026-11-23 10:15", 75, id="b-after-cut-off"),
        pytest.param(OFFICE, "2026-11-25 14:00", "2026-11-27 11:00", 300, id="c-holiday"),
        pytest.param(OFFICE, "2026-11-23 09:30", "2026-11-24 15:00", 810, id="d-gross"),
        pytest.param(ELAPSED, "2026-10-31 22:00", "2026-11-01 04:00", 420, id="e-dst-end"),
        pytest.param(ELAPSED, "2026-03-07 22:00", "2026-03-08 04:00", 300, id="e-prime-dst-start"),
        pytest.param(OFFICE, "2026-11-21 11:00", "2026-11-23 09:45", 45, id="f-saturday"),
        pytest.param(OFFICE, "2026-11-20 14:30", "2026-11-21 12:00", 150, id="g-stop-outside"),
        pytest.param(OFFICE, "2026-11-23 08:10", "2026-11-23 09:30", 30, id="h-before-opening"),
    ],
)
def test_oracles(calendar: BusinessCalendar, received: str, stop: str, minutes: int) -> None:
    assert calendar.duration_hours(ny(received), ny(stop)) * 60 == minutes


def test_oracle_d_pause_and_net() -> None:
    received, stop = ny("2026-11-23 09:30"), ny("2026-11-24 15:00")
    asked, answered = ny("2026-11-23 13:00"), ny("2026-11-24 11:00")
    assert OFFICE.seconds_between(asked, answered) == 360 * 60
    assert OFFICE.duration_hours(received, stop, [(asked, answered)]) * 60 == 450


@pytest.mark.parametrize(
    ("received", "start"),
    [
        ("2026-11-20 15:00:00", "2026-11-20 15:00:00"),  # exactly at the cut-off is in time
        ("2026-11-20 15:00:01", "2026-11-23 09:00:00"),
        ("2026-11-23 09:00:00", "2026-11-23 09:00:00"),
        ("2026-11-23 00:00:00", "2026-11-23 09:00:00"),
        ("2026-11-25 15:30:00", "2026-11-27 09:00:00"),  # over the holiday
        ("2026-11-26 10:00:00", "2026-11-27 09:00:00"),
        ("2026-12-31 16:00:00", "2027-01-01 09:00:00"),  # over the year's end
    ],
)
def test_effective_start(received: str, start: str) -> None:
    found = OFFICE.effective_start(ny(received))
    assert found == ny(start)
    assert found.tzinfo is UTC


def test_without_cut_off_the_day_accepts_until_closing() -> None:
    calendar = replace(OFFICE, cut_off=None)
    assert calendar.effective_start(ny("2026-11-20 16:59:59")) == ny("2026-11-20 16:59:59")
    assert calendar.effective_start(ny("2026-11-20 17:00")) == ny("2026-11-23 09:00")


def test_cut_off_does_not_lengthen_a_short_day_nor_open_a_late_one() -> None:
    hours = {0: NINE_TO_FIVE, 5: (time(9), time(12)), 6: (time(18), time(20))}
    calendar = BusinessCalendar(NEW_YORK, hours, time(15))
    assert calendar.effective_start(ny("2026-11-21 12:30")) == ny("2026-11-22 18:00")
    assert calendar.effective_start(ny("2026-11-22 15:30")) == ny("2026-11-23 09:00")


def test_elapsed_clock_starts_at_the_arrival_and_needs_no_hours() -> None:
    calendar = BusinessCalendar(NEW_YORK, {}, clock="elapsed")
    received = ny("2026-11-21 03:00")
    assert calendar.effective_start(received) == received
    assert calendar.business_days_between(received, received + timedelta(hours=36)) == 1.5


@pytest.mark.parametrize("stop", ["2026-11-20 16:30", "2026-11-20 18:00", "2026-11-23 09:00"])
def test_stop_before_the_clock_started_is_zero(stop: str) -> None:
    received = ny("2026-11-20 16:10")
    assert OFFICE.duration_hours(received, ny(stop)) == 0.0
    assert OFFICE.duration_hours(received, ny(stop), [(received, None)]) == 0.0


def test_a_day_the_zone_skipped_is_no_business_day() -> None:
    calendar = replace(OFFICE, time_zone="Pacific/Apia", hours=dict.fromkeys(range(7), NINE_TO_FIVE))
    received = local("Pacific/Apia", "2011-12-29 16:00")
    assert calendar.effective_start(received) == local("Pacific/Apia", "2011-12-31 09:00")


def test_stop_before_arrival_is_refused() -> None:
    with pytest.raises(UsageError, match="before its start"):
        OFFICE.duration_hours(ny("2026-11-20 10:00"), ny("2026-11-20 09:59"))


def test_pause_that_ends_before_it_begins_is_refused() -> None:
    begin, end = ny("2026-11-20 10:00"), ny("2026-11-20 12:00")
    with pytest.raises(UsageError, match="pause: "):
        OFFICE.duration_hours(begin, end, [(end, begin)])


@pytest.mark.parametrize(
    ("pauses", "hours"),
    [
        ([("11:00", "12:00"), ("11:30", "13:00")], 4.0),  # overlap counted once
        ([("10:30", "13:30"), ("11:00", "12:00")], 3.0),  # one inside the other
        ([("08:00", "11:00")], 5.0),  # begins before the interval
        ([("15:00", "19:00")], 5.0),  # ends after it
        ([("15:00", None)], 5.0),  # open
        ([("17:30", "18:00"), ("08:00", "09:00"), ("18:00", None)], 6.0),  # outside
    ],
)
def test_pauses(pauses: list[tuple[str, str | None]], hours: float) -> None:
    def at(text: str) -> datetime:
        return ny(f"2026-11-23 {text}")

    spans: list[Pause] = [(at(since), None if until is None else at(until)) for since, until in pauses]
    assert OFFICE.duration_hours(at("10:00"), at("16:00"), spans) == hours


def test_business_days() -> None:
    opened = ny("2026-11-20 16:10")  # no cut-off for ages: the last 50 minutes count
    assert OFFICE.business_days_between(opened, ny("2026-11-23 12:10")) == 0.5
    assert OFFICE.business_days_between(opened, ny("2026-11-24 16:10"), [(ny("2026-11-23 13:00"), None)]) == (
        pytest.approx((50 + 240) / 480)
    )


def test_standard_day_is_the_mean_of_open_weekdays() -> None:
    calendar = BusinessCalendar(NEW_YORK, {**WEEKDAYS, 5: (time(9), time(11))})
    assert calendar.standard_day_seconds == 7 * 3600


@pytest.mark.parametrize(
    ("zone", "begin", "end", "hours"),
    [
        (NEW_YORK, "2026-11-01", "2026-11-02", 25),
        (NEW_YORK, "2026-03-08", "2026-03-09", 23),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-05", 23.5),
        ("Africa/Cairo", "2026-04-24", "2026-04-25", 23),  # the skipped hour begins at midnight
        ("America/Havana", "2026-11-01", "2026-11-02", 25),
        ("Asia/Kolkata", "2026-11-01", "2026-11-02", 24),
        ("Pacific/Apia", "2011-12-29", "2012-01-01", 48),  # 30 December 2011 did not happen
        ("UTC", "2024-01-01", "2025-01-01", 366 * 24),
    ],
)
def test_round_the_clock_hours_are_real_hours(zone: str, begin: str, end: str, hours: float) -> None:
    start, stop = local(zone, begin), local(zone, end)
    assert BusinessCalendar(zone, ALWAYS).seconds_between(start, stop) == hours * 3600
    assert stop.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("opening", "closing", "day", "minutes"),
    [
        (time(1, 30), time(2, 30), "2026-03-08", 30),  # closing skipped: shut at the jump
        (time(2, 30), time(3, 15), "2026-03-08", 15),  # opening skipped: open from the jump
        (time(2, 0), time(2, 45), "2026-03-08", 0),  # both skipped
        (time(1, 30), time(5, 0), "2026-11-01", 270),  # opening repeated: from the first pass
        (time(0, 30), time(1, 30), "2026-11-01", 60),  # closing repeated: until the first pass
    ],
)
def test_openings_on_skipped_and_repeated_hours(opening: time, closing: time, day: str, minutes: int) -> None:
    calendar = BusinessCalendar(NEW_YORK, {6: (opening, closing)})
    start = ny(day)
    assert calendar.seconds_between(start, start + timedelta(days=1)) == minutes * 60


def test_office_hours_keep_their_length_on_days_after_a_clock_change() -> None:
    assert OFFICE.seconds_between(ny("2026-03-06 09:00"), ny("2026-03-09 17:00")) == 16 * 3600


def test_same_instant_in_another_zone_gives_the_same_time() -> None:
    received, stop = ny("2026-11-20 14:30"), ny("2026-11-23 10:15")
    tokyo = ZoneInfo("Asia/Tokyo")
    assert OFFICE.duration_hours(received.astimezone(UTC), stop.astimezone(tokyo)) == 3.75
    moved = replace(OFFICE, time_zone="Asia/Tokyo")
    assert moved.effective_start(ny("2026-11-20 18:30")) == local("Asia/Tokyo", "2026-11-23 09:00")


def test_local_day_is_of_the_calendars_zone() -> None:
    moment = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert OFFICE.local_day(moment) == date(2026, 11, 20)
    assert replace(OFFICE, time_zone="Asia/Tokyo").local_day(moment) == date(2026, 11, 21)


def test_period_starts() -> None:
    assert period_start(date(2026, 11, 22), "day") == date(2026, 11, 22)
    assert period_start(date(2026, 11, 22), "week") == date(2026, 11, 16)  # Sunday ends its week
    assert period_start(date(2026, 11, 23), "week") == date(2026, 11, 23)
    assert period_start(date(2027, 1, 1), "week") == date(2026, 12, 28)
    assert period_start(date(2028, 2, 29), "month") == date(2028, 2, 1)
    with pytest.raises(UsageError, match="quarter"):
        period_start(date(2026, 1, 1), "quarter")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "culprit"),
    [
        ({"time_zone": "America/Gotham"}, "time zone is unknown"),
        ({"time_zone": ""}, "time zone is unknown"),
        ({"time_zone": "../passwd"}, "time zone is unknown"),
        ({"time_zone": "America"}, "time zone is unknown"),
        ({"hours": {}, "cut_off": None}, "no weekday has hours"),
        ({"hours": {7: NINE_TO_FIVE}}, "weekday 7"),
        ({"hours": {0: (time(17), time(9))}}, "closes before it opens"),
        ({"hours": {0: (time(9), time(9))}}, "closes before it opens"),
        ({"hours": {0: (time(9), time.max)}}, "no plain time"),
        ({"hours": {0: (time(9, tzinfo=UTC), time(17))}}, "no plain time"),
        ({"cut_off": time(17, 1)}, "cut-off 17:01:00 is outside"),
        ({"cut_off": time(8, 59)}, "cut-off 08:59:00 is outside"),
        ({"cut_off": time(0)}, "cut-off 00:00:00 is outside"),  # 24:00
        ({"holidays": frozenset({datetime(2026, 11, 26, tzinfo=UTC)})}, "is no date"),
        ({"clock": "lunar"}, "clock 'lunar' is unknown"),
    ],
)
def test_refused_settings(changes: dict[str, Any], culprit: str) -> None:
    with pytest.raises(SettingsError, match="business calendar") as refusal:
        replace(OFFICE, **changes)
    assert culprit in refusal.value.culprit
    assert refusal.value.remedy


@pytest.mark.parametrize("year", [1970, 2200, 9999])
def test_moments_out_of_range_are_refused(year: int) -> None:
    with pytest.raises(UsageError, match="out of range"):
        OFFICE.effective_start(datetime(year, 1, 1, tzinfo=UTC))


def test_moments_without_offset_are_refused() -> None:
    with pytest.raises(UsageError, match="has no offset"):
        OFFICE.local_day(datetime(2026, 11, 20, 9, 0))  # noqa: DTZ001 — the point of the test


def test_calendars_are_values() -> None:
    again = replace(OFFICE)
    again.seconds_between(ny("2026-01-01"), ny("2026-12-31"))
    assert again == OFFICE
    assert hash(again) == hash(OFFICE)
    assert again != ELAPSED


def test_a_hundred_thousand_durations_take_seconds() -> None:
    received = ny("2020-01-01 10:00")
    began = perf_counter()
    for number in range(100_000):
        moment = received + timedelta(minutes=37 * number)
        OFFICE.duration_hours(moment, moment + timedelta(days=10))
    assert perf_counter() - began < 10


def test_decades_are_exact() -> None:
    calendar = replace(OFFICE, holidays=frozenset())
    weekdays = sum(date.fromordinal(n).weekday() < 5 for n in range(date(1980, 1, 1).toordinal(), 767010))
    stop = datetime.combine(date.fromordinal(767010), time(), ZoneInfo(NEW_YORK))
    assert calendar.seconds_between(ny("1980-01-01"), stop) == weekdays * 8 * 3600


CALENDARS = st.sampled_from(
    [
        OFFICE,
        ELAPSED,
        BusinessCalendar(NEW_YORK, ALWAYS, time(0)),
        BusinessCalendar("Europe/London", {**WEEKDAYS, 5: (time(0, 30), time(2, 15))}),
        BusinessCalendar("Asia/Kolkata", {2: (time(22), time(0))}, holidays=frozenset({date(2026, 3, 11)})),
        BusinessCalendar("Africa/Cairo", ALWAYS, time(16), frozenset({date(2026, 4, 24)})),
        BusinessCalendar("Australia/Lord_Howe", {6: REPEATED, 0: NINE_TO_FIVE}),
    ]
)
MOMENTS = st.builds(
    lambda seconds: datetime(2025, 12, 20, tzinfo=UTC) + timedelta(seconds=seconds),
    st.integers(0, 400 * 86_400),
)
PAUSES = st.lists(
    st.tuples(MOMENTS, st.none() | MOMENTS).filter(lambda pause: pause[1] is None or pause[0] <= pause[1])
)


@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_open_time_adds_up(calendar: BusinessCalendar, moments: list[datetime]) -> None:
    first, middle, last = sorted(moments)
    parts = calendar.seconds_between(first, middle) + calendar.seconds_between(middle, last)
    assert parts == calendar.seconds_between(first, last)


@given(CALENDARS, MOMENTS, MOMENTS)
def test_open_time_lies_between_zero_and_elapsed(calendar: BusinessCalendar, one: datetime, other: datetime) -> None:
    start, stop = sorted((one, other))
    seconds = calendar.seconds_between(start, stop)
    assert 0 <= seconds <= (stop - start).total_seconds()
    assert calendar.duration_hours(start, stop) * 3600 <= seconds + 1e-6


@given(CALENDARS, MOMENTS, st.lists(MOMENTS, min_size=2))
def test_longer_is_never_less(calendar: BusinessCalendar, received: datetime, stops: list[datetime]) -> None:
    durations = [calendar.duration_hours(received, stop) for stop in sorted(stops) if stop >= received]
    assert all(shorter <= longer for shorter, longer in pairwise(durations))


@given(CALENDARS, MOMENTS)
def test_the_clock_starts_when_it_can_run(calendar: BusinessCalendar, received: datetime) -> None:
    start = calendar.effective_start(received)
    assert start >= received
    assert calendar.effective_start(start) == start
    assert calendar.seconds_between(start, start + timedelta(seconds=1)) == 1


@given(CALENDARS, MOMENTS, MOMENTS, PAUSES, st.randoms())
def test_net_is_gross_less_the_union_in_any_order(
    calendar: BusinessCalendar, one: datetime, other: datetime, pauses: list[Pause], random: Any
) -> None:
    start, stop = sorted((one, other))
    net = calendar.seconds_between(start, stop, pauses)
    running = [(low, high) for low, high in _cut(start, stop, pauses) if not _paused(low, high, pauses)]
    assert net == sum(calendar.seconds_between(low, high) for low, high in running)
    shuffled = random.sample(pauses, len(pauses))
    assert calendar.seconds_between(start, stop, shuffled + pauses) == net


def _cut(start: datetime, stop: datetime, pauses: Sequence[Pause]) -> list[tuple[datetime, datetime]]:
    edges = {edge for pause in pauses for edge in pause if edge is not None and start < edge < stop}
    return list(pairwise(sorted({start, stop} | edges)))


def _paused(low: datetime, high: datetime, pauses: Sequence[Pause]) -> bool:
    return any(since <= low and (until is None or until >= high) for since, until in pauses)


@given(CALENDARS.filter(lambda calendar: calendar.hours.get(6) != REPEATED), MOMENTS, st.integers(0, 3 * 86_400))
def test_agrees_with_a_count_minute_by_minute(calendar: BusinessCalendar, start: datetime, length: int) -> None:
    begin = start.replace(second=0)
    minutes = [begin + timedelta(minutes=n) for n in range(length // 60)]
    counted = 60 * sum(_is_open(calendar, minute) for minute in minutes)
    stop = begin + timedelta(minutes=length // 60)
    assert calendar.seconds_between(begin, stop) == counted


def _is_open(calendar: BusinessCalendar, moment: datetime) -> bool:
    """Say from the wall clock alone whether a minute is open."""
    wall = moment.astimezone(ZoneInfo(calendar.time_zone))
    if calendar.clock == "elapsed":
        return True
    opening, closing = calendar.hours.get(wall.weekday(), (time.max, time.max))
    return (
        wall.date() not in calendar.holidays
        and opening <= wall.time()
        and (closing == time(0) or wall.time() < closing)
    )

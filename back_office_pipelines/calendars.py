"""The business-hours clock: when a turnaround starts, how long it ran, and which day a moment belongs to.

Here belongs everything that needs opening hours, a cut-off, holidays or a time zone. Reading calendars from
exhibits, choosing which events start, pause or stop a clock, and percentiles of durations do not.

Moments come in with an offset, are counted in whole UTC seconds (fractions are cut off) and go out in UTC.
Openings are wall-clock times of the calendar's zone; the seconds inside them are real seconds, so an opening
across a clock change is an hour shorter or longer, and open time never exceeds elapsed time. A wall time is
the first instant at which the local clock has reached it: a repeated hour counts from its first pass, a
skipped one is the moment of the jump. Source: house convention of turnaround clocks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from back_office_pipelines.errors import SettingsError, UsageError

Pause = tuple[datetime, datetime | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY_SECONDS = 86_400
_YEARS = range(1971, 2200)  # a year outside is a slip of the pen


class _YearTable(NamedTuple):
    """The openings of one local year, one entry a business day, ascending, in UTC seconds."""

    opens: list[int]
    closes: list[int]
    latest: list[int]  # the last second at which an arrival still counts for the day
    before: list[int]  # open seconds of the year before the day
    total: int  # open seconds of the year


@dataclass(frozen=True)
class BusinessCalendar:
    """When a clock runs. Every method raises UsageError for a moment without offset or outside 1971-2199.

    Args:
        time_zone: tz database name.
        hours: weekday (0 = Monday) → opening and closing time; an absent weekday is closed. A closing time
            of 00:00 means 24:00, the end of that day, so 00:00-00:00 is a day open around the clock.
        cut_off: arrivals later than this count for the next business day, exactly at it is in time; 00:00
            means 24:00 here too. None means until closing; the closing second itself is after hours.
        holidays: closed days, dates of the calendar's zone.
        clock: "business" counts open seconds; "elapsed" every second, whatever hours, cut-off and holidays.

    Raises:
        SettingsError: unknown zone or clock; no open weekday (business clock); opening not before closing;
            time with offset or fraction of a second; cut-off outside all hours; holiday that is no date.

    """

    time_zone: str
    hours: Mapping[int, tuple[time, time]] = field(hash=False)
    cut_off: time | None = None
    holidays: frozenset[date] = frozenset()
    clock: Literal["business", "elapsed"] = "business"
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _spans: dict[int, tuple[int, int]] = field(init=False, repr=False, compare=False)
    _last_arrival: int = field(init=False, repr=False, compare=False)
    _tables: dict[int, _YearTable] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.clock not in {"business", "elapsed"}:
            self._refuse(f"clock {self.clock!r} is unknown", "use business or elapsed")
        object.__setattr__(self, "_zone", self._checked_zone())
        object.__setattr__(self, "_spans", {day: self._checked_span(day) for day in self.hours})
        if not self._spans and self.clock == "business":
            self._refuse("no weekday has hours", "give at least one weekday an opening and a closing time")
        object.__setattr__(self, "_last_arrival", self._checked_last_arrival())
        for day in self.holidays:
            if type(day) is not date:  # a datetime never equals a day: the holiday would be worked
                self._refuse(f"holiday {day!r} is no date", "write it like 2026-11-26")

    def effective_start(self, received_at: datetime) -> datetime:
        """Return the moment (UTC) at which the clock of an arrival starts.

        Within hours and not after the cut-off: the arrival. Before opening: that opening. After the cut-off
        or outside a business day: opening of the next business day. Elapsed clock: always the arrival.
        """
        return _EPOCH + timedelta(seconds=self._start(_instant(received_at)))

    def seconds_between(self, start: datetime, stop: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Return the open seconds from start to stop outside the union of the pauses.

        A stop outside hours counts up to the last open instant; no cut-off applies. Pauses come in any
        order, may overlap and are clipped to the interval; one without an end lasts until stop. UsageError
        when stop lies before start, or a pause ends before it begins.
        """
        return self._net(*_ordered("interval", start, stop), pauses)

    def duration_hours(self, received_at: datetime, stop: datetime, pauses: Sequence[Pause] = ()) -> float:
        """Return the turnaround in hours of this clock: effective start to stop, less the pauses.

        A stop before the effective start (received after the cut-off, released the same evening) is 0.0, one
        before `received_at` an error; further errors as in `seconds_between`.
        """
        received, end = _ordered("turnaround", received_at, stop)
        return self._net(min(self._start(received), end), end, pauses) / 3600

    def business_days_between(self, start: datetime, stop: datetime, pauses: Sequence[Pause] = ()) -> float:
        """Return the age in days: `seconds_between` ÷ `standard_day_seconds`; errors as there."""
        return self.seconds_between(start, stop, pauses) / self.standard_day_seconds

    @property
    def standard_day_seconds(self) -> float:
        """Mean wall-clock length, in seconds, of the open weekdays; 24 hours for an elapsed clock."""
        if self.clock == "elapsed":
            return float(_DAY_SECONDS)
        return sum(closing - opening for opening, closing in self._spans.values()) / len(self._spans)

    def local_day(self, moment: datetime) -> date:
        """Return the day, in the calendar's zone, on which a moment falls."""
        return self._local(_instant(moment)).date()

    def _start(self, arrival: int) -> int:
        if self.clock == "elapsed":
            return arrival
        year = self._local(arrival).year
        while (index := bisect_left(self._table(year).latest, arrival)) == len(self._table(year).latest):
            year += 1
        return max(arrival, self._table(year).opens[index])

    def _net(self, begin: int, end: int, pauses: Sequence[Pause]) -> int:
        paused = (self._open_between(low, high) for low, high in _union(begin, end, pauses))
        return self._open_between(begin, end) - sum(paused)

    def _open_between(self, begin: int, end: int) -> int:
        if self.clock == "elapsed":
            return end - begin
        first, last = self._local(begin).year, self._local(end).year
        whole_years = sum(self._table(year).total for year in range(first, last))
        return whole_years + _open_until(self._table(last), end) - _open_until(self._table(first), begin)

    def _local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, self._zone)

    def _table(self, year: int) -> _YearTable:
        """Return the openings of a local year, built at first use and kept."""
        if year not in self._tables:
            self._tables[year] = self._built_table(year)
        return self._tables[year]

    def _built_table(self, year: int) -> _YearTable:
        table = _YearTable([], [], [], [], 0)
        total = 0
        for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
            day = date.fromordinal(number)
            if day in self.holidays or day.weekday() not in self._spans:
                continue
            opening, closing = (self._first_instant(day, wall) for wall in self._spans[day.weekday()])
            if opening == closing:  # the zone skipped these hours altogether
                continue
            table.opens.append(opening)
            table.closes.append(closing)
            table.latest.append(min(closing - 1, self._first_instant(day, self._last_arrival)))
            table.before.append(total)
            total += closing - opening
        return table._replace(total=total)

    def _first_instant(self, day: date, wall_seconds: int) -> int:
        """Return the first UTC second at which the local clock has reached a wall time of a day."""
        wall = datetime.combine(day, time(), self._zone) + timedelta(seconds=wall_seconds)  # wall-clock sum
        instant = _seconds(wall)
        if self._local(instant) == wall:
            return instant
        jump = range(_seconds(wall.replace(fold=1)), instant + 1)  # skipped: the jump lies in here
        return jump[bisect_left(jump, True, key=lambda second: self._local(second) >= wall)]

    def _checked_zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            self._refuse("the time zone is unknown", "use a name of the tz database, like America/New_York")

    def _checked_span(self, weekday: int) -> tuple[int, int]:
        if weekday not in range(7):
            self._refuse(f"weekday {weekday!r} does not exist", "use 0 (Monday) to 6 (Sunday)")
        opening, closing = (self._checked_seconds(clock_time) for clock_time in self.hours[weekday])
        if opening >= (closing or _DAY_SECONDS):
            self._refuse(f"weekday {weekday} closes before it opens", "close later; 00:00 is the day's end")
        return opening, closing or _DAY_SECONDS

    def _checked_last_arrival(self) -> int:
        if self.cut_off is None or not self._spans:
            return _DAY_SECONDS
        cut_off = self._checked_seconds(self.cut_off) or _DAY_SECONDS
        if not any(opening <= cut_off <= closing for opening, closing in self._spans.values()):
            self._refuse(f"cut-off {self.cut_off} is outside the hours of every day", "move it into hours")
        return cut_off

    def _checked_seconds(self, clock_time: time) -> int:
        """Return the seconds since 00:00 on the wall clock."""
        if clock_time.tzinfo is not None or clock_time.microsecond:
            self._refuse(f"{clock_time} is no plain time", "write it like 17:00, the day's end as 00:00")
        return clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second

    def _refuse(self, culprit: str, remedy: str) -> NoReturn:
        raise SettingsError(f"business calendar {self.time_zone!r}", culprit, remedy)


def period_start(day: date, period: Literal["day", "week", "month"]) -> date:
    """Return the first day of the day, week (from Monday) or month a day lies in; UsageError for others."""
    starts = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
    if period not in starts:
        raise UsageError("period", f"{period!r} is unknown", "use day, week or month")
    return starts[period]


def _open_until(table: _YearTable, instant: int) -> int:
    """Return the open seconds of a table's year up to an instant of that year."""
    index = bisect_right(table.opens, instant) - 1
    return 0 if index < 0 else table.before[index] + min(instant, table.closes[index]) - table.opens[index]


def _union(begin: int, end: int, pauses: Sequence[Pause]) -> Iterator[tuple[int, int]]:
    """Yield the union of the pauses within an interval as disjoint ascending intervals."""
    spans = (_ordered("pause", since, until) if until else (_instant(since), end) for since, until in pauses)
    reached = begin
    for low, high in sorted(spans):
        first, last = max(low, reached), min(high, end)
        if first < last:
            yield first, last
            reached = last


def _ordered(thing: str, start: datetime, stop: datetime) -> tuple[int, int]:
    begin, end = _instant(start), _instant(stop)
    if end < begin:
        culprit = f"it stops at {stop.isoformat()}, before its start at {start.isoformat()}"
        raise UsageError(thing, culprit, "correct whichever of the two is wrong")
    return begin, end


def _instant(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise UsageError("moment", f"{moment.isoformat()} has no offset", "add one, for example Z or -05:00")
    if moment.year not in _YEARS:
        raise UsageError("moment", f"{moment.isoformat()} is out of range", "use a year from 1971 to 2199")
    return _seconds(moment)


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND

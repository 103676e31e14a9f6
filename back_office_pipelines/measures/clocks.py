"""Clocks: what the exhibits' calendars make of the moments of records and exceptions.

What belongs here: days, hours and ages, computed row by row in Python because only calendars know opening hours,
holidays and zones. What does not: choosing the rows and their moments (`record_facts.sql`, `exception_facts.sql`),
any figure over several rows. Source: METRICS section 0, "Clock start" and "exceptions"; section 5.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from back_office_pipelines.calendars import BusinessCalendar, Pause
from back_office_pipelines.errors import UsageError
from back_office_pipelines.measures.declarations import derived_tables

Calendars = Mapping[str, BusinessCalendar]


def with_record_clocks(facts: pa.Table, calendars: Calendars) -> pa.Table:
    """Return `controls.records`: the facts plus clock start, days and turnaround of each header record.

    Args:
        facts: one row a header record, as `record_facts.sql` gives them.
        calendars: by client.

    Raises:
        UsageError: a client has no calendar.

    """
    rows = facts.select(["client", "received_at", "accepted_at", "released_at", "pauses"]).to_pylist()
    clocks = [_record_clock(row, _calendar(calendars, row["client"])) for row in rows]
    return _extended(facts, "records", clocks)


def with_revision_clocks(facts: pa.Table, calendars: Calendars) -> pa.Table:
    """Return `controls.revisions`: the facts plus clock start, days and hours of each revision.

    Args:
        facts: one row a header record and revision, as `revision_facts.sql` gives them.
        calendars: by client.

    Raises:
        UsageError: a client has no calendar.

    """
    rows = facts.select(["client", "opened_at", "released_at", "pauses"]).to_pylist()
    clocks = [_revision_clock(row, _calendar(calendars, row["client"])) for row in rows]
    return _extended(facts, "revisions", clocks)


def with_exception_clocks(facts: pa.Table, calendars: Calendars, as_of: datetime) -> pa.Table:
    """Return `controls.exception_clocks`: the facts plus days, hours and age of each exception.

    Triage and resolve times count opening hours even where the exhibit's own clock is elapsed; a receipt's cut-off
    does not apply to an exception.

    Args:
        facts: one row an exception, as `exception_facts.sql` gives them.
        calendars: by client; `(none)` is asked for where a batch could not be registered.
        as_of: moment of the publish.

    Raises:
        UsageError: a client has no calendar.

    """
    business = {client: _business(_calendar(calendars, client)) for client in set(facts["client"].to_pylist())}
    rows = facts.select(["client", "opened_at", "triaged_at", "resolved_at", "pauses"]).to_pylist()
    clocks = [_exception_clock(row, business[row["client"]], as_of) for row in rows]
    return _extended(facts, "exception_clocks", clocks)


def _record_clock(row: Mapping[str, Any], calendar: BusinessCalendar) -> dict[str, Any]:
    return {
        "clock_started_at": calendar.effective_start(row["received_at"]),
        "received_day": calendar.local_day(row["received_at"]),
        "accepted_day": _day(calendar, row["accepted_at"]),
        "released_day": _day(calendar, row["released_at"]),
        "turnaround_hours": _between(
            lambda start, stop: calendar.duration_hours(start, stop, _pauses(row)),
            row["received_at"],
            row["released_at"],
        ),
    }


def _revision_clock(row: Mapping[str, Any], calendar: BusinessCalendar) -> dict[str, Any]:
    opened_at, released_at = row["opened_at"], row["released_at"]
    return {
        "clock_started_at": calendar.effective_start(opened_at),
        "opened_day": calendar.local_day(opened_at),
        "released_day": _day(calendar, released_at),
        "hours": _between(
            lambda start, stop: calendar.duration_hours(start, stop, _pauses(row)), opened_at, released_at
        ),
    }


def _exception_clock(row: Mapping[str, Any], calendar: BusinessCalendar, as_of: datetime) -> dict[str, Any]:
    opened_at, resolved_at = row["opened_at"], row["resolved_at"]
    pauses = _pauses(row)
    is_open = resolved_at is None or resolved_at > as_of

    def hours(start: datetime, stop: datetime) -> float:
        return calendar.seconds_between(start, stop, pauses) / 3600

    def days(start: datetime, stop: datetime) -> float:
        return calendar.business_days_between(start, stop, pauses)

    return {
        "opened_day": calendar.local_day(opened_at),
        "triaged_day": _day(calendar, row["triaged_at"]),
        "resolved_day": _day(calendar, resolved_at),
        "triage_hours": _between(hours, opened_at, row["triaged_at"]),
        "resolve_hours": _between(hours, opened_at, resolved_at),
        "as_of_day": calendar.local_day(as_of),
        "age_days": _between(days, opened_at, as_of) if is_open else None,
    }


def _between(measure: Callable[[datetime, datetime], float], start: datetime, stop: datetime | None) -> float | None:
    """Return null where the stop is missing or lies before the start: such an interval has no length."""
    return None if stop is None or stop < start else measure(start, stop)


def _day(calendar: BusinessCalendar, moment: datetime | None) -> date | None:
    return None if moment is None else calendar.local_day(moment)


def _pauses(row: Mapping[str, Any]) -> Sequence[Pause]:
    return [(pause["since"], pause["until"]) for pause in row["pauses"] or ()]


def _calendar(calendars: Calendars, client: str) -> BusinessCalendar:
    try:
        return calendars[client]
    except KeyError:
        remedy = "add its exhibit, or take its batches out"
        raise UsageError(f"client {client}", "it has batches and no calendar", remedy) from None


def _business(calendar: BusinessCalendar) -> BusinessCalendar:
    """Return the calendar counting opening hours; one without any, open around the clock, stays as it is."""
    return replace(calendar, clock="business") if calendar.hours else calendar


def _extended(facts: pa.Table, name: str, clocks: Iterable[Mapping[str, Any]]) -> pa.Table:
    table = derived_tables()[name]
    rows = list(clocks)
    derived = {
        column.name: pa.array([row[column.name] for row in rows], column.arrow)
        for column in table.columns
        if column.name not in facts.column_names
    }
    known = facts.select([name for name in facts.column_names if name in table.names])
    return pa.table({**{name: known[name] for name in known.column_names}, **derived})

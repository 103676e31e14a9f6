"""A client's exhibit: entities, calendar and service targets. SLA terms live here and nowhere else."""

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, model_validator

from back_office_pipelines.calendars import BusinessCalendar
from back_office_pipelines.dictionary.primitives import Exact, Frozen, Name, QuotedDate
from back_office_pipelines.dictionary.problems import sentences
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.errors import DictionaryError, DictionaryProblemsError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Priority = Literal["standard", "priority"]


def _opening_hours(value: object) -> object:
    """Read "09:00-17:00"; a closing time of 24:00 is midnight at the end of the day."""
    if not isinstance(value, str) or value.count("-") != 1:
        raise ValueError(f"{value!r} must be quoted text like '09:00-17:00'")
    opening, closing = value.split("-")
    return time.fromisoformat(opening), time(0) if closing == "24:00" else time.fromisoformat(closing)


def _time_of_day(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} must be quoted text like '15:00'")
    return time.fromisoformat(value)


_HOUR = r"([01][0-9]|2[0-4]):[0-5][0-9]"
OpeningHours = Annotated[
    tuple[time, time],
    BeforeValidator(_opening_hours),
    WithJsonSchema({"type": "string", "pattern": f"^{_HOUR}-{_HOUR}$"}),
]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), WithJsonSchema({"type": "string", "pattern": f"^{_HOUR}$"})]


class CalendarTerms(Frozen):
    """When the client's clocks run."""

    time_zone: str
    clock: Literal["business", "elapsed"]
    hours: Mapping[Weekday, OpeningHours]
    cut_off: TimeOfDay | None = None
    holidays: tuple[QuotedDate, ...] = ()


class Targets(Frozen):
    """Service targets of one lane and priority: durations in hours of the exhibit's clock, rates as fractions."""

    turnaround_median: Exact | None = None
    turnaround_p90: Exact | None = None
    first_pass_yield: Exact | None = None
    critical_field_accuracy: Exact | None = None
    triage_p90: Exact | None = None
    resolve_p90: Exact | None = None
    redeliver_p90: Exact | None = None


class AutomationTerms(Frozen):
    """What must be proved on audited documents before records of a lane pass without a person.

    Attributes:
        target_error: greatest share of documents with a wrong critical field among those that pass.
        thresholds: confidences of the weakest critical field that are tried, strict to loose; fixed before any audit.
    """

    target_error: Exact
    thresholds: tuple[Exact, ...]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 < self.target_error < 1:
            raise ValueError(f"target_error {self.target_error} is no share between 0 and 1")
        if not self.thresholds or any(not 0 < one < 1 for one in self.thresholds):
            raise ValueError("thresholds must be confidences between 0 and 1, at least one")
        return self


class MemoryTerms(Frozen):
    """That corrections of a lane teach its reader the layouts of this client's documents.

    Attributes:
        decisions: agreeing corrections from which on a lesson is used; a single one may be a slip of the hand.
    """

    decisions: Annotated[int, Field(ge=2)] = 3


class Exhibit(Frozen):
    """The terms of one client."""

    client: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str
    effective_from: QuotedDate
    entities: Mapping[str, str]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    calendar: CalendarTerms
    targets: Mapping[Name, Mapping[Priority, Targets]]
    automation: Mapping[Name, AutomationTerms] = Field(default_factory=dict)
    memory: Mapping[Name, MemoryTerms] = Field(default_factory=dict)

    def business_calendar(self) -> BusinessCalendar:
        """Return the calendar that measures this client's durations."""
        terms = self.calendar
        return BusinessCalendar(
            time_zone=terms.time_zone,
            hours={WEEKDAYS.index(day): hours for day, hours in terms.hours.items()},
            cut_off=terms.cut_off,
            holidays=frozenset[date](terms.holidays),
            clock=terms.clock,
        )


def load_exhibit(path: Path) -> Exhibit:
    """Load one exhibit.

    Raises:
        DictionaryError: the file breaks the format or its name is not the client's.
        SettingsError: its calendar cannot exist (unknown zone, closing before opening).
    """
    try:
        exhibit = Exhibit.model_validate(load_mapping(path))
    except ValidationError as problem:
        raise DictionaryProblemsError(str(path), tuple(sentences(problem, Exhibit)), "correct the entry") from None
    if path.stem != exhibit.client:
        raise DictionaryError(str(path), f"names client {exhibit.client!r}", f"call the file {exhibit.client}.yaml")
    exhibit.business_calendar()
    return exhibit

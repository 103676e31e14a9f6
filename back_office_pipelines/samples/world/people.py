"""The people of the story: who holds which role, how fast they work, and when they are done.

What belongs here: the crew as `people.yaml` describes it, and their office hours. What does not: what they decide
(`deciding`, `inspecting`, `returns`).
"""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from back_office_pipelines.dictionary.primitives import Exact, Frozen, QuotedDate
from back_office_pipelines.dictionary.strict_yaml import load_mapping

HERE = Path(__file__).parent


class Team(Frozen):
    """The holders of one role."""

    names: tuple[str, ...]
    hours: tuple[Exact, Exact]


class Slump(Frozen):
    """A week in which one client's work waits longer."""

    client: str
    start: QuotedDate
    end: QuotedDate
    times: Exact


class Pilot(Frozen):
    """How automation comes on: what share of held records is read independently, and who asks on which weekday."""

    share: Exact
    owner: str
    weekday: int


class Returns(Frozen):
    """How clients return records: what share of wrong and of right ones, and hours to the return and to its answer."""

    wrong: Exact
    right: Exact
    notice: tuple[Exact, Exact]
    answer: tuple[Exact, Exact]


class People(Frozen):
    """The file."""

    roles: Mapping[str, Team]
    refuses: Exact
    slow: Mapping[str, Exact]
    slump: Slump
    opens: int
    closes: int
    overlooked: Exact
    client_answers: tuple[Exact, Exact]
    qa_name: str
    qa_share: Exact
    zones: Mapping[str, str]
    pilot: Pilot
    returns: Returns


@cache
def people() -> People:
    """Return the people as the file describes them."""
    return People.model_validate(load_mapping(HERE / "people.yaml"))


def hours_in(span: tuple[Decimal, Decimal], draw: random.Random) -> float:
    """Draw how many working hours something takes."""
    return draw.uniform(float(span[0]), float(span[1]))


def done_at(start: datetime, hours: float, actor: str, client: str) -> datetime:
    """Return when somebody is done: so many working hours later, longer for the slow and in a slump."""
    crew, zone = people(), ZoneInfo(people().zones[client])
    slump = crew.slump
    hours *= float(crew.slow.get(actor, 1))
    local = _working(start.astimezone(zone))
    if client == slump.client and slump.start <= local.date() <= slump.end:
        hours *= float(slump.times)
    left = timedelta(hours=hours)
    while (room := _end_of_day(local) - local) < left:
        left -= room
        local = _working(_end_of_day(local) + timedelta(seconds=1))
    return (local + left).astimezone(ZoneInfo("UTC")).replace(microsecond=0)


def _end_of_day(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(people().closes), local.tzinfo)


def _working(local: datetime) -> datetime:
    """Return a moment of office hours: itself, or the next opening."""
    day, crew = local.date(), people()
    if local.hour >= crew.closes:
        day += timedelta(days=1)
    day = _workday(day)
    opening = datetime.combine(day, time(crew.opens), local.tzinfo)
    return max(local, opening) if day == local.date() else opening


def _workday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day

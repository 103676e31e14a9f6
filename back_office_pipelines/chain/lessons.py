"""What the memories of an office know, and how often their lessons were used and right since.

What belongs here: lessons with their uses, for people and for the warehouse. What does not: learning (`memory`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.chain.memory import corrections, kept, lessons_known
from back_office_pipelines.chain.office import Office
from back_office_pipelines.extraction.memory.lessons import Lesson
from back_office_pipelines.ledger.automation import Pair
from back_office_pipelines.ledger.memory import memory_in_force, remembered_of
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey


@dataclass(frozen=True)
class Use:
    """A value that was taken by a lesson.

    Attributes:
        decisions: those the lesson was learned from then.
        verdict: `right` where the record passed with it or a person keyed the same, `wrong` where another value was
            keyed; None while it is open, as it is again once the client returned the record.
    """

    field: str
    decisions: frozenset[str]
    verdict: str | None


@dataclass(frozen=True)
class Known:
    """A lesson of a lane and client.

    Attributes:
        least: agreeing decisions from which on it is used; None where the client keeps no memory any more.
        uses: values taken by it, or by what it was when fewer decisions had taught it.
    """

    lane: str
    client: str
    version: int
    least: int | None
    lesson: Lesson
    uses: Sequence[Use]

    @property
    def used(self) -> bool:
        """Whether batches registered from now on are read by it."""
        return self.least is not None and len(self.lesson.decisions) >= self.least

    def count(self, verdict: str | None) -> int:
        """Return how many uses have a verdict."""
        return sum(one.verdict == verdict for one in self.uses)


def lessons_in_force(office: Office, as_of: datetime) -> list[Known]:
    """Return every lesson that is in force at a moment, with its uses, in order of lane, client and field."""
    asked, found = kept(office), []
    current = memory_in_force(office.ledger.entries("memory"), as_of)
    uses = _uses(office, current.keys(), as_of) if current else {}
    for pair, entry in sorted(current.items()):
        one = remembered_of(entry)
        for lesson in lessons_known(office, one):
            decisions = frozenset(lesson.decisions)
            own = [use for use in uses[pair] if use.field == lesson.field and use.decisions & decisions]
            found.append(Known(*pair, one.version, asked.get(pair), lesson, own))
    return found


def lesson_rows(office: Office, as_of: datetime) -> list[dict[str, Any]]:
    """Return the rows of table `lessons`."""
    current = memory_in_force(office.ledger.entries("memory"), as_of)
    known = [(pair, one) for pair, entry in current.items() for one in lessons_known(office, remembered_of(entry))]
    return [
        {
            "lane": lane,
            "client": client,
            "field": lesson.field,
            "learned": lesson.told(),
            "decisions": " ".join(lesson.decisions),
            "agreeing": len(lesson.decisions),
            "bound": lesson.bound,
            "layout": ", ".join(sorted(lesson.layout.texts)),
        }
        for (lane, client), lesson in known
    ]


def _uses(office: Office, pairs: Collection[Pair], as_of: datetime) -> Mapping[Pair, Sequence[Use]]:
    """Return the values that lessons gave, by lane and client."""
    snapshot = office.snapshot()
    keyed = {(one.record_id, one.field): one.value for one in corrections(office.ledger.corrections(), as_of)}
    found: dict[Pair, list[Use]] = {pair: [] for pair in pairs}
    for key, batch in sorted(snapshot.batches.items()):
        if batch.memory and (batch.lane, batch.client) in found:
            found[batch.lane, batch.client] += _uses_in(snapshot, key, keyed)
    return found


def _uses_in(snapshot: Snapshot, key: BatchKey, keyed: Mapping[tuple[str, str], str]) -> Iterator[Use]:
    states = {row["record_id"]: row["state"] for row in snapshot.rows(key, "validated", "record_states")}
    released = {row["record_id"] for row in snapshot.rows(key, "released", "releases")}
    for row in snapshot.rows(key, "extracted", "field_values"):
        if row["learned_from"] is None:
            continue
        record = row["record_id"]
        value = keyed.get((record, row["field"]))
        passed = states.get(record) == "accepted" or (record in released and states.get(record) != "returned")
        verdict = ("right" if passed else None) if value is None else "right" if value == row["value"] else "wrong"
        yield Use(row["field"], frozenset(row["learned_from"].split()), verdict)

"""Runs of the orchestrator that have ended, as the ledger keeps them: who launched what, when, and how it ended.

The orchestrator deletes its own history on request; these entries stay. Nothing here knows the orchestrator's classes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from back_office_pipelines.clock import iso, parse_moment
from back_office_pipelines.ledger.entries import Draft, Entry

RunStatus = Literal["success", "failure", "canceled"]


@dataclass(frozen=True)
class EndedRun:
    """One run and how it ended. Times are wall clock, to the second; a run can end once in each status.

    Attributes:
        lane: lane it worked on, None for the whole back office.
        batch_id: batch it worked on.
        actor: who it was launched for.
        submitter: person at the keyboard; None where nobody was.
        launched_by: what launched it: cli, dagit, or the name of a sensor, schedule or backfill.
        parent_run_id: the run it repeats, where it was re-executed.
        as_of: time at which it acted, where it says so.
        started_at: None for a run that never started.
        steps_failed: names of the steps that failed; none for a run whose process died.
        cause: what the first of them said: thing, culprit, remedy where the error is one of ours.
    """

    run_id: str
    job: str
    lane: str | None
    batch_id: str | None
    actor: str
    submitter: str | None
    launched_by: str
    parent_run_id: str | None
    status: RunStatus
    as_of: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime
    steps_failed: tuple[str, ...]
    cause: str | None = None

    def draft(self) -> Draft:
        """Return the entry that records this end."""
        payload = {name: value for name, value in vars(self).items() if name not in _COLUMNS_OF_ENTRY}
        moments = {name: _text(getattr(self, name)) for name in _MOMENTS}
        return Draft(
            kind="run",
            as_of=self.as_of or self.ended_at,
            actor=self.actor,
            payload=payload | moments | {"steps_failed": list(self.steps_failed)},
            lane=self.lane,
            batch_id=self.batch_id,
        )


_COLUMNS_OF_ENTRY = frozenset({"lane", "batch_id"})
_MOMENTS = ("as_of", "created_at", "started_at", "ended_at")


def ended_run_of(entry: Entry) -> EndedRun:
    """Read the end of a run."""
    moments = {name: _moment(entry.payload[name], entry.seq) for name in _MOMENTS}
    payload = {name: value for name, value in entry.payload.items() if name not in _MOMENTS}
    steps = tuple(payload.pop("steps_failed"))
    return EndedRun(lane=entry.lane, batch_id=entry.batch_id, steps_failed=steps, **(payload | moments))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _moment(text: str | None, seq: int) -> datetime | None:
    return None if text is None else parse_moment(text, f"ledger entry {seq}")

"""Runs between the orchestrator and the ledger: who launched one, by its tags, and recording its end once.

What belongs here: the tags' names and what they are worth as evidence, appending ends of runs, their published rows.
What does not: reading the orchestrator's storage (`defs/runs.py`) and comparing it with the ledger (`agreement`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.clock import parse_moment
from back_office_pipelines.errors import AlreadyRecordedError, UsageError
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.runs import EndedRun, ended_run_of

ACTOR_TAG = "back_office/actor"
AS_OF_TAG = "back_office/as_of"
SUBMITTER_TAG = ".dagster/back_office_submitter"
PROCESS_TAG = ".dagster/back_office_process"
"""Dagit lists no tag that begins like these two: they are evidence for the ledger, and would bury batch and client."""
LANE_TAG = "lane"
PARTITION_TAG = "dagster/partition"
PARENT_TAG = "dagster/parent_run_id"
USER_TAG = "user"
LAUNCHERS: Mapping[str, str] = {
    "dagster/sensor_name": "sensor",
    "dagster/schedule_name": "schedule",
    "dagster/backfill": "backfill",
}
"""Tags by which Dagster names what launched a run, and our word for each."""

MACHINE = "dagster"
"""Actor of a run that names nobody: Dagit does not know who clicks."""


@dataclass(frozen=True)
class Launch:
    """Who launched a run, as far as its tags are evidence.

    Attributes:
        actor: who it was launched for.
        submitter: person at the keyboard; None where nobody was.
        launched_by: cli, dagit, or the name of a sensor, schedule or backfill.
    """

    actor: str
    submitter: str | None
    launched_by: str


def launch_of(tags: Mapping[str, str], *, in_process: bool) -> Launch:
    """Return who launched a run.

    Tags typed in Dagit are taken as written. Those of a re-execution were copied from the run before and are no
    evidence of who repeated it.

    Args:
        tags: of the run.
        in_process: whether a command ran it in its own process.
    """
    if PARENT_TAG in tags:
        return Launch(MACHINE, None, "dagit")
    actor = tags.get(ACTOR_TAG) or tags.get(USER_TAG) or MACHINE
    if in_process:
        return Launch(actor, tags.get(SUBMITTER_TAG), "cli")
    launchers = [f"{word} {tags[tag]}" for tag, word in LAUNCHERS.items() if tag in tags]
    return Launch(actor, None, launchers[0] if launchers else "dagit")


def batch_of_run(tags: Mapping[str, str], assets: Iterable[Sequence[str]]) -> tuple[str | None, str | None]:
    """Return lane and batch id of a run; None where it worked on no lane or batch, or on several.

    Args:
        tags: of the run.
        assets: key paths of the assets it was to materialize; their first part is the lane where they are partitioned.
    """
    batch_id = tags.get(PARTITION_TAG)
    firsts = {path[0] for path in assets}
    lane = tags.get(LANE_TAG) or (firsts.pop() if batch_id is not None and len(firsts) == 1 else None)
    return lane, batch_id


def as_of_of_run(tags: Mapping[str, str]) -> datetime | None:
    """Return the as-of time a run names; None where it names none that can be read (anybody can type tags in Dagit)."""
    try:
        return parse_moment(tags[AS_OF_TAG], AS_OF_TAG) if AS_OF_TAG in tags else None
    except UsageError:
        return None


def record_runs(ledger: Ledger, runs: Sequence[EndedRun]) -> int:
    """Append the ends of runs in order of time and return how many were new; what is there already is left alone."""
    ordered = sorted(runs, key=lambda run: (run.ended_at, run.run_id))
    try:
        return len(ledger.append([run.draft() for run in ordered]))
    except AlreadyRecordedError:
        # Somebody was faster with at least one of several, and none was appended; one alone is simply there.
        return sum(record_runs(ledger, [run]) for run in ordered) if len(ordered) > 1 else 0


def run_rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the rows of the published table `runs`."""
    return [
        {
            **vars(ended_run_of(entry)),
            "steps_failed": ", ".join(entry.payload["steps_failed"]) or None,
            "as_of": entry.as_of,
            "recorded_at": entry.recorded_at,
        }
        for entry in entries
        if entry.kind == "run"
    ]

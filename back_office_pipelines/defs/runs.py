"""Dagster's runs read from its storage, as the ledger keeps them. Read-only: nothing is launched or changed here."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from back_office_pipelines.chain.agreement import DagsterRuns
from back_office_pipelines.chain.runs import PARENT_TAG, Launch, as_of_of_run, batch_of_run, launch_of
from back_office_pipelines.defs.origins import ran_in_process
from back_office_pipelines.ledger.runs import EndedRun, RunStatus

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
ENDED: Mapping[dg.DagsterRunStatus, RunStatus] = {
    dg.DagsterRunStatus.SUCCESS: "success",
    dg.DagsterRunStatus.FAILURE: "failure",
    dg.DagsterRunStatus.CANCELED: "canceled",
}
READ_AT_ONCE = 500


def launch_of_run(run: dg.DagsterRun) -> Launch:
    """Return who launched a run."""
    return launch_of(run.tags, in_process=ran_in_process(run))


def ended_run(record: dg.RunRecord, failures: Mapping[str, str]) -> EndedRun | None:
    """Return a run as the ledger keeps it, None where it has not ended.

    Args:
        record: the run as Dagster keeps it.
        failures: what each step that failed said, the first first.
    """
    run = record.dagster_run
    if run.status not in ENDED:
        return None
    launch = launch_of_run(run)
    lane, batch_id = batch_of_run(run.tags, [key.path for key in run.asset_selection or ()])
    ended_at = _moment(record.end_time)
    return EndedRun(
        run_id=run.run_id,
        job=run.job_name,
        lane=lane,
        batch_id=batch_id,
        actor=launch.actor,
        submitter=launch.submitter,
        launched_by=launch.launched_by,
        parent_run_id=run.tags.get(PARENT_TAG),
        status=ENDED[run.status],
        as_of=as_of_of_run(run.tags),
        created_at=record.create_timestamp,
        started_at=_moment(record.start_time),
        ended_at=ended_at if ended_at is not None else record.update_timestamp,
        steps_failed=tuple(sorted(failures)),
        cause=next(iter(failures.values()), None),
    )


def read_ended(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> Iterator[list[EndedRun]]:
    """Yield those of some runs that have ended, a few hundred at once."""
    for start in range(0, len(run_ids), READ_AT_ONCE):
        chunk = run_ids[start : start + READ_AT_ONCE]
        records = instance.get_run_records(filters=dg.RunsFilter(run_ids=chunk))
        found = (ended_run(record, _failures(instance, record.dagster_run)) for record in records)
        yield [run for run in found if run is not None]


def read_runs(instance: dg.DagsterInstance) -> DagsterRuns:
    """Return the ids and ends of all runs, in the order that `DagsterRuns` asks for."""
    unfinished = frozenset(instance.get_run_ids(filters=dg.RunsFilter(statuses=UNFINISHED)))
    ended = frozenset(
        (run_id, word)
        for status, word in ENDED.items()
        for run_id in instance.get_run_ids(filters=dg.RunsFilter(statuses=[status]))
    )
    return DagsterRuns(unfinished, ended, known=frozenset(instance.get_run_ids()))


def _failures(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[str, str]:
    """Return what each failed step of a run said, in order of time."""
    if run.status == dg.DagsterRunStatus.SUCCESS:
        return {}
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    return {
        entry.step_key: cause_of(entry.dagster_event.step_failure_data.error)
        for entry in events
        if entry.step_key and entry.dagster_event is not None
    }


OUR_ERRORS = "back_office_pipelines.errors."


def cause_of(error: SerializableErrorInfo | None) -> str:
    """Return what the innermost error says; errors of our own say everything themselves, whatever caused them."""
    while error is not None and error.cause is not None and not error.message.startswith(OUR_ERRORS):
        error = error.cause
    message = "no error was kept" if error is None else error.message.strip()
    message = message.partition(": ")[2] if message.startswith(OUR_ERRORS) else message
    return message.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")  # as text that can be stored


def _moment(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)

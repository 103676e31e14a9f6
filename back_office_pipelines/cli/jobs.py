"""Running Dagster jobs in this process: the same definitions that Dagit shows, on the same instance."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy.exc import SQLAlchemyError

from back_office_pipelines.chain.agreement import LedgerView
from back_office_pipelines.chain.failures import Failures
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Due
from back_office_pipelines.chain.retirement import forget_retired
from back_office_pipelines.chain.runs import PROCESS_TAG, record_runs
from back_office_pipelines.clock import iso
from back_office_pipelines.definitions import defs
from back_office_pipelines.defs.alarms import is_shown
from back_office_pipelines.defs.failures import evaluation as failures_alarm
from back_office_pipelines.defs.failures import read_failures
from back_office_pipelines.defs.lanes import asset_keys, lane_job_name
from back_office_pipelines.defs.mirror import catch_up, compare, mirror
from back_office_pipelines.defs.mirror import evaluation as mirror_alarm
from back_office_pipelines.defs.origins import origins_named, ran_in_process
from back_office_pipelines.defs.partitions import DagsterPartitions
from back_office_pipelines.defs.runs import UNFINISHED, cause_of, read_ended
from back_office_pipelines.defs.warehouse import JOB_NAME as WAREHOUSE_JOB
from back_office_pipelines.errors import DatabaseError, RunFailedError
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import BatchKey

POOL_RECYCLE = 3600
"""Seconds after which a kept connection is opened anew, as in Dagster's web server."""

MAX_OVERFLOW = 20
"""Connections beyond the one that is kept, as in Dagster's web server."""


@dataclass(frozen=True)
class Jobs:
    """The jobs of the code location, bound to an instance, an as-of time and an inbox."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    ledger: Ledger
    resources: Mapping[str, Any]
    tags: Mapping[str, str]

    @classmethod
    def open(cls, ledger: Ledger, as_of: datetime, inbox: Path, tags: Mapping[str, str]) -> "Jobs":
        """Open the instance that DAGSTER_HOME names."""
        resources = {"clock": {"config": {"as_of": iso(as_of)}}, "inbox": {"config": {"folder": str(inbox)}}}
        instance = dg.DagsterInstance.get()
        # Dagster opens a connection for every statement unless told otherwise: a quarter of a small batch's time.
        instance.optimize_for_webserver(statement_timeout=0, pool_recycle=POOL_RECYCLE, max_overflow=MAX_OVERFLOW)
        return cls(defs(), instance, ledger, resources, tags)

    def close(self) -> None:
        """Give the instance's connections back."""
        self.instance.dispose()

    @property
    def partitions(self) -> DagsterPartitions:
        """The partition keys of the instance."""
        return DagsterPartitions(self.instance)

    def run_batch(self, due: Due) -> str | None:
        """Run what is due on a batch; return a message where the run failed."""
        batch = due.batch
        self.partitions.add([batch.key])
        result = self._execute(
            lane_job_name(batch.lane),
            partition_key=batch.batch_id,
            asset_selection=asset_keys(batch.lane, due.stages),
            run_config=_config(self.resources),
            tags={**self.tags, "client": batch.client},
        )
        return _failure(f"run of batch {batch.address}", result)

    def publish(self) -> str | None:
        """Publish the warehouse; return a message where that failed."""
        config = _config({"clock": self.resources["clock"]})
        result = self._execute(WAREHOUSE_JOB, run_config=config, tags=dict(self.tags))
        return _failure("publication of the warehouse", result)

    def _execute(self, job: str, **how: Any) -> dg.ExecuteInProcessResult:
        """Run a job in this process and record its end in the ledger, however it ended.

        Raises:
            RunFailedError: Dagster's storage went away, so that nothing can be noted of this run or any other.
        """
        run_id = str(uuid.uuid4())
        try:
            try:
                with origins_named(self.instance):
                    return self.definitions.resolve_job_def(job).execute_in_process(
                        instance=self.instance, run_id=run_id, raise_on_error=False, **how
                    )
            finally:
                for ended in read_ended(self.instance, [run_id]):
                    record_runs(self.ledger, ended)
        except (SQLAlchemyError, DagsterPostgresException, DatabaseError) as problem:
            raise RunFailedError(
                f"run {run_id} of {job}",
                f"the operational database went away ({first_line(problem)})",
                "start it and run the same command again: it goes on where this one stopped",
            ) from problem

    def catch_up(self) -> int:
        """Record the ends of runs that nobody recorded; return how many there were."""
        recorded = {(run_id, status) for run_id, status in self.ledger.values("run", "run_id", "status")}
        return catch_up(self.instance, self.ledger, recorded)

    def report_alarms(self, lanes: Iterable[str]) -> None:
        """Show what the checks of the ledger's runs say now, as the sensor does where it is started.

        Args:
            lanes: lanes in use.
        """
        found = mirror(self.instance, self.ledger, LedgerView(), lanes)
        for alarm in (mirror_alarm(found), failures_alarm(read_failures(self.ledger, Failures()))):
            if not is_shown(self.instance, alarm):
                self.instance.report_runless_asset_event(alarm)

    def fail_dead_runs(self, lives: Callable[[str], bool]) -> None:
        """Mark runs of commands whose process is gone as failed, so that nobody waits for them.

        A run repeated in Dagit carries the name of the process that ran it first; it is the daemon's, not ours.

        Args:
            lives: tells whether a process so named still runs.
        """
        for run in self.instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED)):
            process = run.tags.get(PROCESS_TAG)
            if process is not None and ran_in_process(run) and not lives(process):
                self.instance.report_run_failed(
                    run, "The process of this run died; the next run took its batch up again."
                )


def dagster_disagreements(office: Office) -> list[str]:
    """Return one sentence for each kind of difference between Dagster's storage and the ledger."""
    try:
        instance = dg.DagsterInstance.get()
        try:
            return compare(instance, office.ledger, LedgerView(), office.contracts.lanes).sentences()
        finally:
            instance.dispose()
    except (dg.DagsterError, SQLAlchemyError) as problem:  # evidence does not hang on Dagster's storage
        return [f"Dagster's storage cannot be read: {problem}"]


def forget_retired_partitions(office: Office) -> list[BatchKey]:
    """Remove the partition keys of retired batches from Dagster and return these batches."""
    instance = dg.DagsterInstance.get()
    try:
        return forget_retired(office, DagsterPartitions(instance))
    finally:
        instance.dispose()


def first_line(problem: Exception) -> str:
    """Return what a driver says of a failure, without its statement and advice."""
    return next((line.strip() for line in str(problem).splitlines() if line.strip()), type(problem).__name__)


def _config(resources: Mapping[str, Any]) -> dg.RunConfig:
    """Return run config that keeps Dagster's event log out of the terminal; it stands in Dagit."""
    return dg.RunConfig(resources=dict(resources), loggers={"console": {"config": {"log_level": "CRITICAL"}}})


def _failure(thing: str, result: dg.ExecuteInProcessResult) -> str | None:
    if result.success:
        return None
    causes = [
        cause_of(event.step_failure_data.error)
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.error is not None
    ]
    if any("DagsterExecutionInterruptedError" in cause for cause in causes):
        raise RunFailedError(thing, "was interrupted", "run the same command again: it goes on where this one stopped")
    cause = causes[0] if causes else "a blocking check failed"
    return f"{thing} failed: {cause} (run {result.run_id}; see it with 'back-office up')"

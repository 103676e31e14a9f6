"""Running Dagster jobs in this process: the same definitions that Dagit shows, on the same instance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg

from back_office_pipelines.chain.registration import Due
from back_office_pipelines.clock import iso
from back_office_pipelines.definitions import defs
from back_office_pipelines.defs.lanes import asset_keys, lane_job_name
from back_office_pipelines.defs.sensors import UNFINISHED
from back_office_pipelines.defs.warehouse import JOB_NAME as WAREHOUSE_JOB
from back_office_pipelines.errors import RunFailedError


@dataclass(frozen=True)
class Jobs:
    """The jobs of the code location, bound to an instance, an as-of time and an inbox."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    resources: Mapping[str, Any]
    tags: Mapping[str, str]

    @classmethod
    def open(cls, as_of: datetime, inbox: Path, tags: Mapping[str, str]) -> "Jobs":
        """Open the instance that DAGSTER_HOME names."""
        resources = {"clock": {"config": {"as_of": iso(as_of)}}, "inbox": {"config": {"folder": str(inbox)}}}
        return cls(defs(), dg.DagsterInstance.get(), resources, tags)

    def close(self) -> None:
        """Give the instance's connections back."""
        self.instance.dispose()

    def run_batch(self, due: Due) -> str | None:
        """Run what is due on a batch; return a message where the run failed."""
        batch = due.batch
        self.instance.add_dynamic_partitions(batch.lane, [batch.batch_id])
        job = self.definitions.resolve_job_def(lane_job_name(batch.lane))
        result = job.execute_in_process(
            instance=self.instance,
            partition_key=batch.batch_id,
            asset_selection=asset_keys(batch.lane, due.stages),
            run_config=_config(self.resources),
            tags={**self.tags, "client": batch.client},
            raise_on_error=False,
        )
        return _failure(f"run of batch {batch.address}", result)

    def publish(self) -> str | None:
        """Publish the warehouse; return a message where that failed."""
        job = self.definitions.resolve_job_def(WAREHOUSE_JOB)
        result = job.execute_in_process(
            instance=self.instance,
            run_config=_config({"clock": self.resources["clock"]}),
            tags=dict(self.tags),
            raise_on_error=False,
        )
        return _failure("publication of the warehouse", result)

    def fail_dead_runs(self, tag: str, lives: Callable[[str], bool]) -> None:
        """Mark runs whose process is gone as failed, so that nobody waits for them.

        Args:
            tag: run tag that names the process.
            lives: tells whether a process so named still runs.
        """
        for run in self.instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED)):
            process = run.tags.get(tag)
            if process is not None and not lives(process):
                self.instance.report_run_failed(
                    run, "The process of this run died; the next run took its batch up again."
                )


def _config(resources: Mapping[str, Any]) -> dg.RunConfig:
    """Return run config that keeps Dagster's event log out of the terminal; it stands in Dagit."""
    return dg.RunConfig(resources=dict(resources), loggers={"console": {"config": {"log_level": "CRITICAL"}}})


def _failure(thing: str, result: dg.ExecuteInProcessResult) -> str | None:
    if result.success:
        return None
    causes = [
        _innermost(event.step_failure_data.error)
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.error is not None
    ]
    if any("DagsterExecutionInterruptedError" in cause for cause in causes):
        raise RunFailedError(thing, "was interrupted", "run the same command again: it goes on where this one stopped")
    cause = causes[0] if causes else "a blocking check failed"
    return f"{thing} failed: {cause} (run {result.run_id}; see it with 'back-office up')"


def _innermost(error: "dg.SerializableErrorInfo | object") -> str:
    while (inner := getattr(error, "cause", None)) is not None:
        error = inner
    message = str(getattr(error, "message", error)).strip()
    if message.startswith("back_office_pipelines.errors."):
        return message.partition(": ")[2]  # our own errors say everything themselves
    return message

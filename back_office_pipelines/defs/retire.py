"""Retirement as a job: no asset, since it makes nothing; stopped by default, start its schedule in Dagit."""

import dagster as dg

from back_office_pipelines.chain.compaction import BATCHES_A_COMPACTION, compact
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.retirement import QUIET_DAYS, Terms, forget_retired, retire
from back_office_pipelines.defs.partitions import DagsterPartitions
from back_office_pipelines.defs.resources import Clock
from back_office_pipelines.defs.runs import launch_of_run

JOB_NAME = "retire"
SATURDAY_NIGHT = "0 3 * * 6"
"""The night before the sweep, which then removes the small files of what was compacted."""


class RetireConfig(dg.Config):
    """Terms of a retirement.

    Attributes:
        quiet_days: for how many days nothing may have happened to a batch.
        compact_from: retired batches of a lane that make archives worth it.
    """

    quiet_days: int = QUIET_DAYS
    compact_from: int = BATCHES_A_COMPACTION


def retire_job() -> dg.JobDefinition:
    """Return the job that retires batches which are over and quiet."""

    @dg.op(name="retire_batches", description="Retires batches that are over and quiet; forgets their partition keys.")
    def retire_batches(
        context: dg.OpExecutionContext, config: RetireConfig, back_office: dg.ResourceParam[Office], clock: Clock
    ) -> None:
        terms = Terms(clock.moment, launch_of_run(context.run).actor, config.quiet_days)
        retired = retire(back_office, terms)
        forgotten = forget_retired(back_office, DagsterPartitions(context.instance))
        compacted = compact(back_office, terms, config.compact_from)
        for lane, batch_id in retired:
            context.log.info(f"retired {lane}/{batch_id}")
        for one in compacted:
            context.log.info(f"compacted {one.batches} batches of {one.lane}: {one.tables} tables, {one.size} bytes")
        context.add_output_metadata(
            {
                "retired": len(retired),
                "partition_keys_removed": len(forgotten),
                "tables_archived": sum(one.tables for one in compacted),
            }
        )

    @dg.job(
        name=JOB_NAME,
        executor_def=dg.in_process_executor,
        description="Retires quiet batches: their partition keys go; ledger, lake and figures keep them.",
    )
    def retire_graph() -> None:
        retire_batches()

    return retire_graph


def retire_schedule() -> dg.ScheduleDefinition:
    """Return the weekly schedule of the retirement, stopped by default."""
    return dg.ScheduleDefinition(
        name="retire_weekly",
        job_name=JOB_NAME,
        cron_schedule=SATURDAY_NIGHT,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Saturday nights: retires batches that are over and quiet, so that Dagit stays quick.",
    )

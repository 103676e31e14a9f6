"""The sweep as a job: no asset, since it makes nothing; stopped by default, start its schedule in Dagit."""

import dagster as dg

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.sweep import sweep

JOB_NAME = "sweep"
SUNDAY_NIGHT = "0 3 * * 0"


def sweep_job() -> dg.JobDefinition:
    """Return the job that removes files no ledger entry names."""

    @dg.op(name="sweep_files", description="Removes what a step left that died before its ledger entry.")
    def sweep_files(context: dg.OpExecutionContext, back_office: dg.ResourceParam[Office]) -> None:
        swept = sweep(back_office)
        for path, size in swept.removed.items():
            context.log.info(f"removed {path} ({size} bytes)")
        for sentence in swept.left:
            context.log.warning(f"left {sentence}")
        context.add_output_metadata({"files": len(swept.removed), "bytes": sum(swept.removed.values())})

    @dg.job(
        name=JOB_NAME,
        executor_def=dg.in_process_executor,
        description="Removes files that a process left when it died; what the ledger names is never touched.",
    )
    def sweep_graph() -> None:
        sweep_files()

    return sweep_graph


def sweep_schedule() -> dg.ScheduleDefinition:
    """Return the weekly schedule of the sweep, stopped by default."""
    return dg.ScheduleDefinition(
        name="sweep_weekly",
        job_name=JOB_NAME,
        cron_schedule=SUNDAY_NIGHT,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Sunday nights: removes files of processes that died; nothing the ledger names is touched.",
    )

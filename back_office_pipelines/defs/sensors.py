"""Sensors: what is due is told by the ledger, not by Dagster. All are stopped by default; `up --automatic` starts them.

Partition and run are requested together, so no run can find its partition missing. The run key is the batch and the
decision that made it due: the same work is requested once, a new decision is new work. A run that failed is not
requested again by itself: it stays in Dagit until somebody re-executes it or `back-office run` takes the batch up.
"""

from collections.abc import Sequence

import dagster as dg

from back_office_pipelines.chain.agreement import LedgerView
from back_office_pipelines.chain.collection import collect_and_register
from back_office_pipelines.chain.failures import Failures
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import publication_due
from back_office_pipelines.chain.registration import Due, due_batches
from back_office_pipelines.chain.runs import ACTOR_TAG
from back_office_pipelines.chain.unfinished import keep, look
from back_office_pipelines.clock import now
from back_office_pipelines.defs.alarms import is_shown
from back_office_pipelines.defs.failures import evaluation as failures_alarm
from back_office_pipelines.defs.failures import read_failures
from back_office_pipelines.defs.lanes import Job, asset_keys, lane_job_name
from back_office_pipelines.defs.mirror import evaluation as mirror_alarm
from back_office_pipelines.defs.mirror import mirror
from back_office_pipelines.defs.partitions import DagsterPartitions, partitions_of
from back_office_pipelines.defs.runs import UNFINISHED
from back_office_pipelines.defs.warehouse import JOB_NAME as WAREHOUSE_JOB
from back_office_pipelines.errors import BackOfficeError

ACTOR = "inbox_sensor"
PUBLISH_INTERVAL_SECONDS = 60
MIRROR_INTERVAL_SECONDS = 60


def inbox_sensor(jobs: Sequence[Job], lanes: Sequence[str]) -> dg.SensorDefinition:
    """Return the sensor that turns arrivals and decisions into runs."""

    @dg.sensor(
        name="inbox",
        jobs=jobs,
        minimum_interval_seconds=30,
        description="Collects channels, registers complete batches, runs what is due: new batches and new decisions.",
    )
    def inbox(
        context: dg.SensorEvaluationContext, back_office: dg.ResourceParam[Office]
    ) -> dg.SensorResult | dg.SkipReason:
        as_of = now()
        try:
            registered = collect_and_register(back_office, back_office.settings.inbox, as_of, ACTOR)
        except BackOfficeError as problem:
            return dg.SkipReason(str(problem))
        for refusal in registered.refused:
            context.log.warning(refusal)
        running = _running(context.instance)
        found = look(back_office)
        DagsterPartitions(context.instance).add(found.reactivated)
        keep(back_office, found)
        due = [one for one in due_batches(found.snapshot, as_of, frozenset(lanes)) if one.batch.key not in running]
        if not due:
            return dg.SkipReason(f"nothing is due; {len(registered.waiting)} batches wait for their manifest")
        return dg.SensorResult(
            run_requests=[run_request(one) for one in due],
            dynamic_partitions_requests=[
                partitions_of(lane).build_add_request([one.batch.batch_id for one in due if one.batch.lane == lane])
                for lane in sorted({one.batch.lane for one in due})
            ],
        )

    return inbox


def _running(instance: dg.DagsterInstance) -> set[tuple[str | None, str | None]]:
    """Return lane and batch of every run that has not ended: what is under way is not requested again."""
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED))
    return {(run.tags.get("lane"), run.tags.get("dagster/partition")) for run in runs}


def run_request(due: Due) -> dg.RunRequest:
    """Return the run that does what is due on a batch."""
    batch = due.batch
    return dg.RunRequest(
        run_key=f"{batch.address}/{batch.delivery}/{due.basis}",
        job_name=lane_job_name(batch.lane),
        partition_key=batch.batch_id,
        asset_selection=asset_keys(batch.lane, due.stages),
        tags={"client": batch.client, ACTOR_TAG: ACTOR},
    )


def publish_sensor() -> dg.SensorDefinition:
    """Return the sensor that publishes what is new."""

    @dg.sensor(
        name="publish_on_change",
        job_name=WAREHOUSE_JOB,
        minimum_interval_seconds=PUBLISH_INTERVAL_SECONDS,
        description="Publishes the warehouse when the ledger holds something newer than the last published version.",
    )
    def publish_on_change(
        context: dg.SensorEvaluationContext, back_office: dg.ResourceParam[Office]
    ) -> dg.RunRequest | dg.SkipReason:
        del context
        due = publication_due(back_office)
        if due is None:
            return dg.SkipReason("the published warehouse is up to date")
        return dg.RunRequest(run_key=f"publication/{due}", tags={ACTOR_TAG: "publish_on_change"})

    return publish_on_change


def ledger_mirror() -> dg.SensorDefinition:
    """Return the sensor that catches up with Dagster's runs and reports each alarm when what it says changes."""
    view, failed = LedgerView(), Failures()  # kept between ticks: each reads only what the ledger gained since the last

    @dg.sensor(
        name="ledger_mirror",
        minimum_interval_seconds=MIRROR_INTERVAL_SECONDS,
        description="Records the ends of runs in the ledger; raises an alarm where Dagster knows less or more than it,"
        " and where a batch is left failed. It makes nothing due.",
    )
    def mirror_sensor(
        context: dg.SensorEvaluationContext, back_office: dg.ResourceParam[Office]
    ) -> dg.SensorResult | dg.SkipReason:
        found = mirror(context.instance, back_office.ledger, view, back_office.contracts.lanes)
        alarms = [mirror_alarm(found), failures_alarm(read_failures(back_office.ledger, failed))]
        said = "; ".join(alarm.description or alarm.check_name for alarm in alarms)
        new = [alarm for alarm in alarms if not is_shown(context.instance, alarm)]
        if not new:
            return dg.SkipReason(said)
        if not all(alarm.passed for alarm in new):
            context.log.warning(said)
        return dg.SensorResult(skip_reason=said, asset_events=new)

    return mirror_sensor

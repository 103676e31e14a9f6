"""The mirror on a real Dagster instance and a real ledger: runs of every ending, and the alarm as Dagit shows it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest

from back_office_pipelines.chain.agreement import LedgerView
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.runs import SUBMITTER_TAG, record_runs
from back_office_pipelines.defs.alarms import RUNS
from back_office_pipelines.defs.failures import CHECK as FAILURES_CHECK
from back_office_pipelines.defs.mirror import CHECK, catch_up, mirror_check
from back_office_pipelines.defs.runs import ended_run, read_ended
from back_office_pipelines.defs.sensors import ledger_mirror
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.runs import ended_run_of
from back_office_pipelines.settings import Settings
from tests.ledger.test_due import made
from tests.ledger.test_runs import run
from tests.scenario import HOUR, NOON, ROOT, contracts

pytestmark = [pytest.mark.server, pytest.mark.filterwarnings("ignore")]
INTAKE = dg.AssetKey(["ap_invoices", "intake"])


@dg.asset(key=INTAKE, partitions_def=dg.DynamicPartitionsDefinition(name="ap_invoices"))
def intake(context: dg.AssetExecutionContext) -> None:
    if context.partition_key == "broken":
        raise ValueError("no")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("ap_invoices", ["b1", "broken"])
        yield instance


@pytest.fixture
def office(ledger: Ledger) -> Office:
    settings = Settings(data=ROOT / "data", dictionaries=ROOT / "field_dictionaries", dagster_home=ROOT)
    return Office(settings, contracts(), ledger)


def materialize(instance: dg.DagsterInstance, batch_id: str, **tags: str) -> str:
    return dg.materialize([intake], instance=instance, partition_key=batch_id, tags=tags, raise_on_error=False).run_id


def committed(ledger: Ledger, run_id: str, batch_id: str = "b1") -> None:
    payload = {**made("intake").draft("ada").payload, "run_id": run_id}
    draft = made("intake").draft("ada")
    ledger.append([type(draft)("materialization", NOON, "ada", payload, "ap_invoices", batch_id)])


def tick(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, office: Office) -> dg.SensorResult | dg.SkipReason:
    """Evaluate the sensor and keep its events, as the daemon does."""
    result = sensor(dg.build_sensor_context(instance=instance, resources={"back_office": office}))
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    for event in result.asset_events if isinstance(result, dg.SensorResult) else []:
        instance.report_runless_asset_event(event)
    return result


def shown(instance: dg.DagsterInstance, check: str = CHECK) -> dg.AssetCheckEvaluation:
    record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(RUNS, check))
    assert record is not None
    assert record.event is not None
    assert record.event.dagster_event is not None
    evaluation = record.event.dagster_event.event_specific_data
    assert isinstance(evaluation, dg.AssetCheckEvaluation)
    return evaluation


def test_a_run_becomes_what_the_ledger_keeps(instance: dg.DagsterInstance) -> None:
    good = materialize(instance, "b1", **{"back_office/actor": "ada", SUBMITTER_TAG: "bo"})
    bad = materialize(instance, "broken", **{"back_office/as_of": "2026-11-20T12:00:00Z"})
    (runs,) = read_ended(instance, [good, bad])
    first, second = sorted(runs, key=lambda run: run.status, reverse=True)
    assert (first.run_id, first.status, first.steps_failed) == (good, "success", ())
    assert (first.actor, first.submitter, first.launched_by) == ("ada", "bo", "cli")
    assert (first.batch_id, first.as_of) == ("b1", None)
    assert first.started_at is not None
    assert first.created_at <= first.started_at <= first.ended_at
    assert (second.run_id, second.status, second.steps_failed) == (bad, "failure", ("ap_invoices__intake",))
    assert (first.cause, second.cause) == (None, "ValueError: no")
    assert (second.actor, second.submitter, second.as_of) == ("dagster", None, NOON)


def test_a_run_under_way_has_no_end_and_a_dead_one_marked_failed_has(instance: dg.DagsterInstance) -> None:
    started = dg.DagsterRun(job_name="j", run_id="r1", status=dg.DagsterRunStatus.STARTED)
    instance.add_run(started)
    assert list(read_ended(instance, ["r1"])) == [[]]
    instance.report_run_failed(started, "its process died")
    (record,) = instance.get_run_records()
    ended = ended_run(record, {})
    assert ended is not None
    assert (ended.status, ended.lane, ended.batch_id, ended.started_at) == ("failure", None, None, None)


def test_catching_up_records_each_end_once(instance: dg.DagsterInstance, office: Office) -> None:
    runs = {materialize(instance, batch_id) for batch_id in ("b1", "broken", "b1")}
    assert catch_up(instance, office.ledger, frozenset()) == 3
    assert catch_up(instance, office.ledger, frozenset()) == 0
    recorded = [ended_run_of(entry) for entry in office.ledger.entries("run")]
    assert {run.run_id for run in recorded} == runs
    assert [run.ended_at for run in recorded] == sorted(run.ended_at for run in recorded)


def test_the_alarm_is_raised_when_it_changes_and_not_again(instance: dg.DagsterInstance, office: Office) -> None:
    sensor = ledger_mirror()
    run_id = materialize(instance, "b1")
    committed(office.ledger, run_id)
    assert isinstance(tick(sensor, instance, office), dg.SensorResult)
    assert shown(instance).passed
    assert isinstance(tick(sensor, instance, office), dg.SkipReason)

    instance.delete_run(run_id)
    assert isinstance(tick(sensor, instance, office), dg.SensorResult)
    assert (shown(instance).passed, shown(instance).severity) == (False, dg.AssetCheckSeverity.WARN)
    assert shown(instance).metadata["forgotten_first"] == dg.MetadataValue.text(run_id)
    assert shown(instance).metadata["wiped_first"] == dg.MetadataValue.text("ap_invoices/intake of b1")
    assert isinstance(tick(sensor, instance, office), dg.SkipReason)

    by_hand = dg.AssetMaterialization(INTAKE, partition="never-delivered")
    instance.report_runless_asset_event(by_hand)
    assert isinstance(tick(sensor, instance, office), dg.SensorResult)
    assert shown(instance).severity == dg.AssetCheckSeverity.ERROR
    assert shown(instance).metadata["unbacked_first"] == dg.MetadataValue.text("ap_invoices/intake of never-delivered")

    instance.wipe_assets([INTAKE, RUNS])
    assert isinstance(tick(sensor, instance, office), dg.SensorResult)
    assert shown(instance).severity == dg.AssetCheckSeverity.WARN
    assert office.ledger.verify() == []


def test_a_failed_batch_stands_in_one_place_until_a_run_makes_it_good(
    instance: dg.DagsterInstance, office: Office
) -> None:
    sensor = ledger_mirror()
    committed(office.ledger, materialize(instance, "b1"))
    failed = materialize(instance, "broken")
    tick(sensor, instance, office)
    alarm = shown(instance, FAILURES_CHECK)
    assert (alarm.passed, alarm.metadata["failed"]) == (False, dg.MetadataValue.int(1))
    table = alarm.metadata["what_failed"].value
    assert isinstance(table, str)
    (line,) = table.splitlines()[2:]
    assert all(said in line for said in ("broken", "ap_invoices__intake", "ValueError: no", "re-execute", failed[:8]))
    assert isinstance(tick(sensor, instance, office), dg.SkipReason)

    mended = run(ended_at=datetime.now(UTC) + HOUR, lane=None, batch_id="broken", run_id="r2")
    record_runs(office.ledger, [mended])
    tick(sensor, instance, office)
    assert shown(instance, FAILURES_CHECK).passed


def test_the_check_can_be_run_by_hand_and_its_own_run_is_no_disagreement(
    instance: dg.DagsterInstance, office: Office
) -> None:
    committed(office.ledger, materialize(instance, "b1"))
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(RUNS)], asset_checks=[mirror_check()], resources={"back_office": office}
    )
    job = definitions.get_implicit_global_asset_job_def()
    for _ in range(2):
        (evaluation,) = job.execute_in_process(instance=instance).get_asset_check_evaluations()
        assert evaluation.passed, evaluation.description
    assert len(office.ledger.entries("run")) == 2
    view = LedgerView()
    view.read_on(office.ledger.entries())
    assert catch_up(instance, office.ledger, view.ended) == 1

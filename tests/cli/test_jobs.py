"""Runs of a command: however one ends, the ledger has its end before the command goes on; dead ones are failed."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer  # how a run of Dagit or the daemon looks: no exported names
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.storage.tags import TagType, get_tag_type
from sqlalchemy.exc import OperationalError

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Due
from back_office_pipelines.chain.runs import ACTOR_TAG, PROCESS_TAG, SUBMITTER_TAG
from back_office_pipelines.cli import jobs as jobs_module
from back_office_pipelines.cli.jobs import Jobs, dagster_disagreements
from back_office_pipelines.defs.alarms import RUNS
from back_office_pipelines.defs.failures import CHECK as FAILURES_CHECK
from back_office_pipelines.defs.mirror import CHECK as MIRROR_CHECK
from back_office_pipelines.defs.origins import origin_of
from back_office_pipelines.errors import RunFailedError
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.runs import EndedRun, ended_run_of
from back_office_pipelines.settings import Settings
from tests.scenario import ROOT, batch, contracts

pytestmark = [pytest.mark.server, pytest.mark.filterwarnings("ignore")]
CODE = JobPythonOrigin("j", RepositoryPythonOrigin("python", ModuleCodePointer("m", "f")))
LABEL = "__repository__@back_office_pipelines"
DUE = Due(batch(), ("intake",), 0)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def jobs(instance: dg.DagsterInstance, ledger: Ledger, body: Callable[[], None]) -> Jobs:
    partitions = dg.DynamicPartitionsDefinition(name="ap_invoices")

    @dg.asset(key=["ap_invoices", "intake"], partitions_def=partitions)
    def intake() -> None:
        body()

    job = dg.define_asset_job("ap_invoices_batch", [intake], tags={"lane": "ap_invoices"})
    tags = {ACTOR_TAG: "ada", SUBMITTER_TAG: "bo"}
    return Jobs(dg.Definitions(assets=[intake], jobs=[job]), instance, ledger, {}, tags)


def recorded(ledger: Ledger) -> list[EndedRun]:
    return [ended_run_of(entry) for entry in ledger.entries("run", "ap_invoices", "b1")]


def fails() -> None:
    raise ValueError("no")


def is_interrupted() -> None:
    signal.raise_signal(signal.SIGINT)


def test_a_run_that_ends_well_is_recorded_with_who_launched_it(instance: dg.DagsterInstance, ledger: Ledger) -> None:
    assert jobs(instance, ledger, lambda: None).run_batch(DUE) is None
    (run,) = recorded(ledger)
    assert (run.status, run.actor, run.submitter, run.launched_by) == ("success", "ada", "bo", "cli")


def test_a_run_that_fails_is_recorded_with_its_step(instance: dg.DagsterInstance, ledger: Ledger) -> None:
    message = jobs(instance, ledger, fails).run_batch(DUE)
    (run,) = recorded(ledger)
    assert message is not None
    assert run.run_id in message
    assert (run.status, run.steps_failed) == ("failure", ("ap_invoices__intake",))


def test_a_run_that_is_interrupted_is_recorded_before_the_command_ends(
    instance: dg.DagsterInstance, ledger: Ledger
) -> None:
    with pytest.raises(RunFailedError, match="interrupted"):
        jobs(instance, ledger, is_interrupted).run_batch(DUE)
    (run,) = recorded(ledger)
    assert (run.status, run.steps_failed) == ("failure", ("ap_invoices__intake",))


def test_only_runs_of_dead_commands_are_failed_and_then_recorded(instance: dg.DagsterInstance, ledger: Ledger) -> None:
    started, ours = dg.DagsterRunStatus.STARTED, origin_of("j")
    for run_id, tags, loaded_from in (
        ("dead", {PROCESS_TAG: "gone"}, None),
        ("alive", {PROCESS_TAG: "here"}, None),
        ("repeated", {PROCESS_TAG: "gone"}, CODE),
        ("foreign", {}, None),
    ):
        run = dg.DagsterRun("j", run_id, status=started, tags=tags, remote_job_origin=ours)
        instance.add_run(run._replace(job_code_origin=loaded_from))
    command = jobs(instance, ledger, fails)
    command.fail_dead_runs(lambda process: process == "here")
    assert command.catch_up() == 1
    assert command.catch_up() == 0
    assert [(run.payload["run_id"], run.payload["status"]) for run in ledger.entries("run")] == [("dead", "failure")]


def test_a_run_stands_where_dagit_looks_for_the_runs_of_its_job(instance: dg.DagsterInstance, ledger: Ledger) -> None:
    jobs(instance, ledger, lambda: None).run_batch(DUE)
    of_job = dg.RunsFilter(job_name="ap_invoices_batch", tags={".dagster/repository": LABEL})
    (run,) = instance.get_runs(filters=of_job)
    assert run.remote_job_origin == origin_of("ap_invoices_batch")
    assert "create_run_for_job" not in vars(instance)


def test_a_run_lists_few_tags_and_those_say_what_it_worked_on(instance: dg.DagsterInstance, ledger: Ledger) -> None:
    command = jobs(instance, ledger, lambda: None)
    replace(command, tags={**command.tags, PROCESS_TAG: "here"}).run_batch(DUE)
    (run,) = instance.get_runs()
    listed = {name for name in run.tags if get_tag_type(name) is TagType.USER_PROVIDED}
    assert listed == {ACTOR_TAG, "client", "lane"}
    assert run.tags["dagster/partition"] == "b1"


def test_the_checks_of_the_runs_are_shown_once_a_command_is_through(
    instance: dg.DagsterInstance, ledger: Ledger
) -> None:
    def shown(check: str) -> dg.AssetCheckEvaluation | None:
        record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(RUNS, check))
        if record is None or record.event is None or record.event.dagster_event is None:
            return None
        return cast("dg.AssetCheckEvaluation", record.event.dagster_event.event_specific_data)

    command = jobs(instance, ledger, fails)
    command.run_batch(DUE)
    assert shown(FAILURES_CHECK) is None
    command.report_alarms(["ap_invoices"])
    failures, agrees = shown(FAILURES_CHECK), shown(MIRROR_CHECK)
    assert failures is not None
    assert agrees is not None
    assert (failures.passed, agrees.passed) == (False, True)
    command.report_alarms(["ap_invoices"])  # what is shown already is not said again
    key = dg.AssetCheckKey(RUNS, FAILURES_CHECK)
    assert len(instance.event_log_storage.get_asset_check_execution_history(key, limit=9)) == 1


def test_a_dagster_that_cannot_be_read_is_told_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings = Settings(data=ROOT / "data", dictionaries=ROOT / "field_dictionaries", dagster_home=ROOT)
    (said,) = dagster_disagreements(Office(settings, contracts(), ledger))
    assert said.startswith("Dagster's storage cannot be read: ")


def test_a_database_that_goes_away_fails_the_run_with_one_sentence(
    instance: dg.DagsterInstance, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly\n\tThis"))

    monkeypatch.setattr(jobs_module, "read_ended", gone)
    with pytest.raises(
        RunFailedError, match=r"went away \(.*server closed the connection unexpectedly.*\); start it"
    ) as said:
        jobs(instance, ledger, lambda: None).run_batch(DUE)
    assert "\n" not in str(said.value)
    monkeypatch.undo()
    assert jobs(instance, ledger, lambda: None).run_batch(DUE) is None

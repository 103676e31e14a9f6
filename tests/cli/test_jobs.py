"""Runs of a command: however one ends, the ledger has its end before the command goes on; dead ones are failed."""

import signal
from collections.abc import Callable, Iterator

import dagster as dg
import pytest
from dagster._core.remote_origin import (  # how a run of Dagit or the daemon looks; Dagster exports no name for it
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from sqlalchemy.exc import OperationalError

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Due
from back_office_pipelines.chain.runs import ACTOR_TAG, PROCESS_TAG, SUBMITTER_TAG
from back_office_pipelines.cli import jobs as jobs_module
from back_office_pipelines.cli.jobs import Jobs, dagster_disagreements
from back_office_pipelines.errors import RunFailedError
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.runs import EndedRun, ended_run_of
from back_office_pipelines.settings import Settings
from tests.scenario import ROOT, batch, contracts

pytestmark = [pytest.mark.server, pytest.mark.filterwarnings("ignore")]
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
    location = RegisteredCodeLocationOrigin("back_office_pipelines")
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), "j")
    started = dg.DagsterRunStatus.STARTED
    for run_id, tags, launched in (
        ("dead", {PROCESS_TAG: "gone"}, None),
        ("alive", {PROCESS_TAG: "here"}, None),
        ("repeated", {PROCESS_TAG: "gone"}, origin),
        ("foreign", {}, None),
    ):
        instance.add_run(dg.DagsterRun("j", run_id, status=started, tags=tags, remote_job_origin=launched))
    ours = jobs(instance, ledger, fails)
    ours.fail_dead_runs(lambda process: process == "here")
    assert ours.catch_up() == 1
    assert ours.catch_up() == 0
    assert [(run.payload["run_id"], run.payload["status"]) for run in ledger.entries("run")] == [("dead", "failure")]


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

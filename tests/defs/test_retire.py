"""The retirement as a job of Dagster and as a command: keys of retired batches go, nothing else does."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import dagster as dg
import pytest
from typer.testing import CliRunner

from back_office_pipelines.chain.sweep import sweep
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.cli import database, jobs
from back_office_pipelines.cli.main import app
from back_office_pipelines.clock import iso
from back_office_pipelines.defs.partitions import DagsterPartitions
from back_office_pipelines.defs.resources import Clock
from back_office_pipelines.defs.retire import retire_job
from tests.chain.conftest import new_database  # noqa: F401 - a fixture of the chain's rooms
from tests.chain.office import LANE, SmallOffice, open_small_office
from tests.chain.test_retirement import DAY, GOOD
from tests.scenario import NOON

pytestmark = [pytest.mark.server, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def small(
    new_database: Callable[[str], str],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SmallOffice]:
    """One batch that was over yesterday at the latest."""
    opened = open_small_office(new_database("retire_job"), tmp_path_factory.mktemp("retire_job"))
    opened.deliver("b1", {"invoices.csv": GOOD.format("1")})
    opened.register(NOON)
    opened.run(NOON)
    yield opened
    opened.office.close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        DagsterPartitions(opened).add([(LANE, "b1"), (LANE, "b2")])
        yield opened


def test_the_job_retires_and_removes_the_keys(small: SmallOffice, instance: dg.DagsterInstance) -> None:
    def job(quiet_days: int) -> None:
        config = {"ops": {"retire_batches": {"config": {"quiet_days": quiet_days, "compact_from": 1}}}}
        resources = {"back_office": small.office, "clock": Clock(as_of=iso(NOON + DAY))}
        assert retire_job().execute_in_process(instance=instance, resources=resources, run_config=config).success

    job(quiet_days=2)
    assert list(instance.get_dynamic_partitions(LANE)) == ["b1", "b2"]
    job(quiet_days=1)
    assert list(instance.get_dynamic_partitions(LANE)) == ["b2"]
    assert small.office.ledger.retired() == {(LANE, "b1")}
    assert sweep(small.office).removed
    assert verify_office(small.office) == []


def test_the_command_says_what_would_go_and_what_went(
    small: SmallOffice, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "opened_office", lambda: nullcontext(small.office))
    monkeypatch.setattr(instance, "dispose", lambda: None)
    monkeypatch.setattr(jobs.dg.DagsterInstance, "get", lambda: instance)
    small.deliver("b2", {"invoices.csv": GOOD.format("KX-77431")})
    small.register(NOON + 2 * DAY)
    small.run(NOON + 2 * DAY)
    given = ["db", "retire", "--quiet-days", "1", "--as-of", iso(NOON + 3 * DAY), "--compact-from", "1"]
    before = small.office.ledger.count()
    told = CliRunner().invoke(app, [*given, "--dry-run"])
    assert "would retire ap_invoices/b2\n1 batches would be retired; 0 keys left Dagster." in told.output
    assert small.office.ledger.count() == before
    told = CliRunner().invoke(app, given)
    assert told.exit_code == 0, told.output
    assert "retired ap_invoices/b2\n1 batches retired; 2 keys left Dagster." in told.output
    assert "1 batches of ap_invoices compacted: " in told.output
    assert list(instance.get_dynamic_partitions(LANE)) == []

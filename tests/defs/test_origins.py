"""The location that runs of a command name is the one that Dagit loads, and does not make them runs of Dagit."""

import dagster as dg
import yaml

from back_office_pipelines.definitions import defs
from back_office_pipelines.defs.origins import LOCATION, REPOSITORY, origins_named, ran_in_process
from tests.scenario import ROOT


@dg.job
def nothing() -> None:
    """Do nothing, which is enough to be a run."""


def test_the_location_is_the_one_that_dagit_loads() -> None:
    (loaded,) = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    assert loaded["python_module"]["location_name"] == LOCATION
    assert defs().get_repository_def().name == REPOSITORY


def test_a_run_of_a_command_names_it_and_is_no_run_of_dagit() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        with origins_named(instance):
            assert nothing.execute_in_process(instance=instance).success
        assert nothing.execute_in_process(instance=instance).success
        unnamed, named = sorted(instance.get_runs(), key=lambda run: run.remote_job_origin is not None)
    assert unnamed.remote_job_origin is None
    assert named.remote_job_origin is not None
    assert named.remote_job_origin.repository_origin.get_label() == f"{REPOSITORY}@{LOCATION}"
    assert ran_in_process(named)

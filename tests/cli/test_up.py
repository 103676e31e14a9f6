"""`up` holds the embedded server over all of its children, and leaves nothing of it in the environment."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from back_office_pipelines.cli import up as up_module
from back_office_pipelines.cli.console import POSTGRES_VARIABLE
from back_office_pipelines.cli.main import application
from tests.scenario import ROOT

pytestmark = pytest.mark.server
CHILD = """
import os, sys, psycopg2
url = os.environ["BACK_OFFICE_POSTGRES_URL"].replace("+psycopg2", "")
with psycopg2.connect(url) as connection, connection.cursor() as cursor:
    cursor.execute("SELECT pg_postmaster_start_time()")
    print(*sys.argv[1:3], cursor.fetchone()[0].isoformat(), file=open(os.environ["SEEN"], "a"), sep="|")
"""


def test_every_child_of_up_finds_the_same_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)
    for name, value in {"BACK_OFFICE_DATA": tmp_path / "data", "DAGSTER_HOME": ROOT, "SEEN": tmp_path / "seen"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(up_module, "DAGSTER", (sys.executable, "-c", CHILD))
    monkeypatch.setattr(up_module.signal, "signal", lambda *_: None)
    answered = CliRunner().invoke(application(), ["up", "--automatic", "--port", "0"])
    assert answered.exit_code == 0, answered.output
    seen = [line.split("|") for line in (tmp_path / "seen").read_text().splitlines()]
    assert [line[:2] for line in seen] == [["sensor", "start"], ["schedule", "start"], ["dev", "--workspace"]]
    assert len({line[2] for line in seen}) == 1
    assert POSTGRES_VARIABLE not in os.environ


def test_dagit_begins_without_advice_about_another_program(tmp_path: Path) -> None:
    def begun(*program: str) -> str:
        """What Dagit says that finds no home."""
        command = [*program, "dev", "--workspace", str(ROOT / up_module.WORKSPACE)]
        environment = {**os.environ, "DAGSTER_HOME": "no/home"}
        ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        return ended.stderr

    assert "dg dev" in begun(sys.executable, "-m", "dagster")
    assert "dg dev" not in begun(*up_module.DAGSTER)
    assert "DAGSTER_HOME" in begun(*up_module.DAGSTER)


def test_events_of_runs_do_not_flood_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    @dg.job
    def talks() -> None:
        @dg.op
        def talk(context: dg.OpExecutionContext) -> None:
            context.log.warning("something is amiss")

        talk()

    configured = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))["python_logs"]
    with dg.instance_for_test(overrides={"python_logs": configured}) as instance:
        assert talks.execute_in_process(instance=instance).success
    said = capfd.readouterr().err
    assert "something is amiss" in said
    assert "DEBUG" not in said

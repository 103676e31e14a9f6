"""`up` holds the embedded server over all of its children, and leaves nothing of it in the environment."""

import os
import sys
from pathlib import Path

import pytest
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

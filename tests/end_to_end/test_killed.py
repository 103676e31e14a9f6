"""SIGKILL at any moment, then the same run again: the same lake, the same warehouse, the same deliveries, no server."""

import os
import signal
import time
from pathlib import Path

import pytest

from back_office_pipelines.samples import Written
from tests.end_to_end.office import AS_OF, Outside

pytestmark = pytest.mark.server


def progress(office: Outside) -> int:
    """How many files the lake and the warehouse hold."""
    lake, versions = office.data / "lake", office.data / "warehouse" / "versions"
    return sum(1 for _ in lake.rglob("*.parquet")) + sum(1 for _ in versions.glob("*.duckdb"))


@pytest.mark.parametrize("at", [0, 25, 48])
def test_a_killed_run_is_made_good_by_the_next(tmp_path: Path, undisturbed: Outside, samples: Written, at: int) -> None:
    """Killed once `at` files are in the lake; at 0 as early as the database folder exists."""
    office = Outside(tmp_path / "killed", samples.inbox)
    process = office.start("run", "--inbox", str(office.inbox), "--as-of", AS_OF)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if (office.data / "postgres").exists() and progress(office) >= at:
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    office.run()
    assert office.lake_files() == undisturbed.lake_files()
    assert office.warehouse_rows() == undisturbed.warehouse_rows()
    assert office.deliveries() == undisturbed.deliveries()
    assert office.runs_without_an_end() == []
    assert office.servers() == ""

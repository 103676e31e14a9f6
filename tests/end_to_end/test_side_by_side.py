"""Two back offices at the same moment, one on an external Postgres: independent, and alike to the last hash."""

from pathlib import Path

import pytest

from back_office_pipelines.samples import write_samples
from tests.end_to_end.office import AS_OF, Outside

pytestmark = pytest.mark.server


def test_two_at_once_with_and_without_an_external_database(tmp_path: Path, postgres_url: str) -> None:
    inbox = write_samples(tmp_path / "samples").inbox
    external = postgres_url.replace("postgresql+psycopg2://", "postgresql://")
    offices = [Outside(tmp_path / "embedded", inbox), Outside(tmp_path / "external", inbox, external)]
    runs = [office.start("run", "--inbox", str(inbox), "--as-of", AS_OF) for office in offices]
    outputs = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    assert not (offices[1].data / "postgres").exists()
    assert offices[0].lake_files() == offices[1].lake_files()
    assert offices[0].warehouse_rows() == offices[1].warehouse_rows()
    assert offices[0].servers() == ""

"""Two back offices at the same moment, one on an external Postgres with two roles: independent, and alike."""

from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from back_office_pipelines.samples import showcase, write_world
from back_office_pipelines.storage.server import libpq_url
from tests.end_to_end.office import AS_OF, Outside

pytestmark = pytest.mark.server


@pytest.fixture
def roles(postgres_url: str) -> tuple[str, str]:
    """URLs of an empty database, as its owner and as a role without rights."""
    dsn = libpq_url(postgres_url)
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in ("CREATE ROLE owns LOGIN", "CREATE ROLE works LOGIN", "CREATE DATABASE side OWNER owns"):
            cursor.execute(statement)
    place = dsn.partition("?")[2]
    return f"postgresql://owns@/side?{place}", f"postgresql://works@/side?{place}"


def test_two_at_once_with_and_without_an_external_database(tmp_path: Path, roles: tuple[str, str]) -> None:
    inbox = write_world(showcase(1, ()), tmp_path / "samples").inbox
    admin, application = roles
    owner = Outside(tmp_path / "external", inbox, application, admin)
    assert "run 'back-office db upgrade'" in owner.call("worklist", expect=2)
    assert "002_claims.sql" in owner.call("db", "upgrade")
    offices = [Outside(tmp_path / "embedded", inbox), Outside(tmp_path / "external", inbox, application)]
    runs = [office.start("run", "--inbox", str(inbox), "--as-of", AS_OF) for office in offices]
    outputs = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    assert not (offices[1].data / "postgres").exists()
    assert offices[0].lake_files() == offices[1].lake_files()
    assert offices[0].warehouse_rows() == offices[1].warehouse_rows()
    assert offices[0].servers() == ""


def test_one_role_for_everything_works_and_is_told_what_that_means(tmp_path: Path, postgres_url: str) -> None:
    office = Outside(tmp_path / "one", tmp_path / "inbox", libpq_url(postgres_url))
    assert "only triggers and the hash chain protect them" in office.call("db", "upgrade").replace("\n", " ")
    assert "Schema steps applied: none" in office.call("db", "upgrade")

"""Fixtures shared by rooms: a real Postgres server for tests that need one."""

from collections.abc import Iterator

import psycopg2
import pytest

from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.upgrade import upgrade
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import database, libpq_url
from tests.scenario import ROOT


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running embedded server of this test session's own."""
    data = tmp_path_factory.mktemp("postgres")
    with database(Settings(data=data, dictionaries=ROOT / "field_dictionaries", dagster_home=ROOT)) as url:
        yield url


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    """An empty ledger on the real server."""
    dsn = libpq_url(postgres_url)
    upgrade(dsn)
    yield Ledger(dsn)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA ledger CASCADE")
    connection.close()

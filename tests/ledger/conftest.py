"""Fixtures of the ledger's tests: a database with a fresh schema."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from back_office_pipelines.ledger.upgrade import upgrade
from back_office_pipelines.storage.server import libpq_url


@pytest.fixture
def dsn(postgres_url: str) -> Iterator[str]:
    """A database with a fresh schema, as its administrator sees it."""
    dsn = libpq_url(postgres_url)
    upgrade(dsn)
    yield dsn
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA ledger CASCADE")

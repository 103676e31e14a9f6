"""Fixtures of the chain: a database of one's own on the test session's server, and a back office that has lived."""

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from sqlalchemy import make_url

from back_office_pipelines.ledger.upgrade import upgrade
from back_office_pipelines.storage.server import libpq_url
from tests.chain.office import SmallOffice, open_small_office, play


@pytest.fixture(scope="session")
def new_database(postgres_url: str) -> Callable[[str], str]:
    """Creates an empty database with the ledger's schema and returns its URL."""

    def create(name: str) -> str:
        connection = psycopg2.connect(libpq_url(postgres_url))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        upgrade(libpq_url(url))
        return url

    return create


@pytest.fixture(scope="session")
def lived(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    """A back office after several runs and decisions; tests leave it as they find it."""
    small = open_small_office(new_database("lived"), tmp_path_factory.mktemp("lived"))
    play(small)
    yield small
    small.office.close()

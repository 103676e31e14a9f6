"""Fixtures shared by rooms: a real Postgres server for tests that need one; how examples of properties are drawn."""

from collections.abc import Iterator

import psycopg2
import pytest
from hypothesis import HealthCheck, settings

from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.upgrade import upgrade
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import administrator, database, libpq_url
from tests.scenario import ROOT

settings.register_profile(
    "same_each_time", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same_each_time")  # `--hypothesis-profile=default` draws other examples each time

LONG = frozenset({"end_to_end", "guides"})
"""Folders whose files take longest: two processes end together only where these are not begun last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest (`make test` keeps this order)."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def _urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    data = tmp_path_factory.mktemp("postgres")
    office = Settings(data=data, dictionaries=ROOT / "field_dictionaries", dagster_home=ROOT)
    with database(office) as url:
        yield administrator(office, url), url


@pytest.fixture(scope="session")
def postgres_url(_urls: tuple[str, str]) -> str:
    """URL of a running embedded server of this test session's own, as its superuser."""
    return _urls[0]


@pytest.fixture(scope="session")
def application_url(_urls: tuple[str, str]) -> str:
    """URL of the same server as the role that the back office works as."""
    return _urls[1]


@pytest.fixture
def dsn(postgres_url: str) -> Iterator[str]:
    """A database with a fresh schema, as its administrator sees it."""
    dsn = libpq_url(postgres_url)
    upgrade(dsn)
    yield dsn
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA ledger CASCADE")
    connection.close()


@pytest.fixture
def ledger(dsn: str) -> Iterator[Ledger]:
    """An empty ledger on the real server."""
    with Ledger(dsn) as opened:
        yield opened


@pytest.fixture
def pictures_stay_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let recognition find nothing: the many scans among the real documents would take minutes (see test_ocr.py)."""
    monkeypatch.setattr("back_office_pipelines.extraction.ocr.turning.recognise", lambda _: ())

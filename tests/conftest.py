"""Fixtures shared by rooms: a real Postgres server for tests that need one."""

from collections.abc import Iterator

import pytest

from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import database
from tests.scenario import ROOT


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running embedded server of this test session's own."""
    data = tmp_path_factory.mktemp("postgres")
    with database(Settings(data=data, dictionaries=ROOT / "field_dictionaries", dagster_home=ROOT)) as url:
        yield url

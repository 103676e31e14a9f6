"""Fixtures of the stories: the sample inbox, and a back office after one undisturbed run."""

import pytest

from back_office_pipelines.samples import Written, showcase, write_world
from tests.end_to_end.office import Outside

PLANTED = ("wrong_gross", "missing_seller")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write_world(showcase(1, PLANTED), tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, samples: Written) -> Outside:
    """A back office after one undisturbed run."""
    office = Outside(tmp_path_factory.mktemp("undisturbed"), samples.inbox)
    office.run_alone()
    return office

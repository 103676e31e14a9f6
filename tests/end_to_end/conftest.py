"""Fixtures of the stories: the sample inbox, and a back office after one undisturbed run."""

import pytest

from back_office_pipelines.samples import SamplesWritten, write_samples
from tests.end_to_end.office import Outside


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> SamplesWritten:
    return write_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, samples: SamplesWritten) -> Outside:
    """A back office after one undisturbed run."""
    office = Outside(tmp_path_factory.mktemp("undisturbed"), samples.inbox)
    office.run_alone()
    return office

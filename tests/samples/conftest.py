"""One set of samples for all tests of this room: written once, only read afterwards."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.samples import SamplesWritten, write_samples


@dataclass(frozen=True)
class Sample:
    """One document of the written samples with its truth."""

    path: Path
    truth: dict[str, Any]

    @property
    def invoices(self) -> list[dict[str, str]]:
        return [record["fields"] for record in self.truth["records"] if record["record_type"] == "invoice"]

    def lines_of(self, ordinal: int) -> list[dict[str, str]]:
        return [record["fields"] for record in self.truth["records"] if record["parent"] == ordinal]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SamplesWritten:
    return write_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="session")
def samples(written: SamplesWritten) -> list[Sample]:
    found = []
    for path in sorted(written.truth.rglob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        found.append(Sample(written.inbox / truth["lane"] / truth["batch_id"] / truth["file"], truth))
    return found

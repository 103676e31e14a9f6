"""A snapshot of one batch is that batch's part of the snapshot of the office."""

from dataclasses import replace
from pathlib import Path

import pytest

from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.snapshot import take_snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.storage.lake import Lake
from tests.ledger.test_due import made
from tests.scenario import NOON, batch

pytestmark = pytest.mark.server


def decision(number: int, key: BatchKey) -> Draft:
    return Draft("decision", NOON, "ada", {"decision_id": str(number), "action": "triage"}, *key)


def test_a_batch_looks_the_same_alone_and_in_the_office(dsn: str, tmp_path: Path) -> None:
    batches = [batch(batch_id=f"b{number}", intake_sequence=number) for number in range(3)]
    with Ledger(dsn) as ledger:
        ledger.append([one.draft("ada") for one in batches])
        for number, one in enumerate([*batches, *batches]):
            steps = [replace(made(stage), lane=one.lane, batch_id=one.batch_id) for stage in ("intake", "extracted")]  # type: ignore[arg-type]
            ledger.append([*(step.draft("ada") for step in steps), decision(number, one.key)])
        ledger.append([Draft("run", NOON, "ada", {"run_id": "r", "status": "x"}, *batches[0].key)])
        office = take_snapshot(ledger, Lake(tmp_path))
        assert list(office.batches) == [one.key for one in batches]
        for one in batches:
            alone = take_snapshot(ledger, Lake(tmp_path), [one.key])
            assert dict(alone.batches) == {one.key: one}
            assert alone.made == {one.key: office.made[one.key]}
            assert list(alone.decisions) == alone.decisions_of(one.key) == office.decisions_of(one.key)
            assert len(alone.decisions) == 2
            assert alone.due(one.key, NOON) == office.due(one.key, NOON)

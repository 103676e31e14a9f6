"""Checkpoints find what the chain alone cannot: truncation, and another intact chain in its place."""

from pathlib import Path

import pytest

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.chain import Link
from back_office_pipelines.ledger.checkpoints import disagreements, keep_checkpoint, read_checkpoints
from tests.ledger.test_chain import chain


def found(folder: Path, entries: list[Link]) -> list[str]:
    return list(disagreements(read_checkpoints(folder), {entry.seq: entry.hash for entry in entries}))


def test_a_ledger_that_only_grew_agrees_with_its_checkpoints(tmp_path: Path) -> None:
    keep_checkpoint(tmp_path, chain(5)[1])
    keep_checkpoint(tmp_path, chain(5)[3])
    assert found(tmp_path, chain(5)) == []


def test_truncation_and_replacement_show(tmp_path: Path) -> None:
    keep_checkpoint(tmp_path, chain(5)[3])
    assert "has lost entry 4" in found(tmp_path, chain(3))[0]
    other = [entry._replace(hash=entry.hash[::-1]) for entry in chain(5)]
    assert "the ledger was replaced" in found(tmp_path, other)[0]


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"1\.json"):
        read_checkpoints(tmp_path)

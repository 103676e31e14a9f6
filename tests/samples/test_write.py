"""What is written, where, and that the same seed always gives the same bytes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.reference import read_rows
from back_office_pipelines.samples import SamplesWritten, write_samples
from tests.scenario import dictionary


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(written: SamplesWritten, tmp_path: Path) -> None:
    write_samples(tmp_path)
    assert content_of(tmp_path) == content_of(written.inbox.parent)


def test_another_seed_gives_other_amounts_and_is_as_repeatable(written: SamplesWritten, tmp_path: Path) -> None:
    write_samples(tmp_path / "a", seed=7)
    write_samples(tmp_path / "b", seed=7)
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")
    assert content_of(tmp_path / "a").keys() == content_of(written.inbox.parent).keys()
    assert content_of(tmp_path / "a") != content_of(written.inbox.parent)


def test_writing_again_changes_nothing_and_another_seed_is_refused(tmp_path: Path) -> None:
    write_samples(tmp_path)
    before = content_of(tmp_path)
    write_samples(tmp_path)
    assert content_of(tmp_path) == before
    with pytest.raises(UsageError, match="has other content; choose an empty folder"):
        write_samples(tmp_path, seed=2)
    assert content_of(tmp_path) == before


def test_counts(written: SamplesWritten, samples: list) -> None:
    assert Counter(sample.truth["kind"] for sample in samples) == {"ubl": 4, "cii": 3, "hybrid": 4, "pdf": 4, "csv": 2}
    assert (written.documents, written.records, written.faults, len(written.batches)) == (17, 22, 2, 3)
    assert sum(len(sample.invoices) for sample in samples) == written.records
    assert [sample.truth["document_class"] for sample in samples].count("credit_note") == 1


def test_truth_covers_every_document_and_never_lies_in_the_inbox(written: SamplesWritten, samples: list) -> None:
    documents = {path for path in written.inbox.rglob("*") if path.is_file() and path.name != "manifest.yaml"}
    assert {sample.path for sample in samples} == documents
    assert not list(written.inbox.rglob("*.json"))


def test_the_manifest_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finished: list[Path] = []
    replace, write = Path.replace, Path.write_bytes
    monkeypatch.setattr(Path, "replace", lambda self, target: (finished.append(target), replace(self, target))[1])
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: (finished.append(self), write(self, data))[1])
    result = write_samples(tmp_path)
    for batch in result.batches:
        inside = [path for path in finished if (result.inbox / "ap_invoices" / batch) in path.parents]
        assert inside[-1].name == "manifest.yaml"


def test_the_vendor_master_knows_every_seller_by_name_and_account(written: SamplesWritten, samples: list) -> None:
    (path,) = (written.inbox.parent / "reference").rglob("*.csv")
    assert path.relative_to(written.inbox.parent).as_posix() == "reference/northwind/vendors/2026-01-01.csv"
    rows = read_rows(path.read_bytes(), dictionary().reference["vendors"], "samples")
    sellers = {value for sample in samples for value in _values(sample.truth, "seller_name")}
    assert sellers == {row["name"] for row in rows}
    assert {value for sample in samples for value in _values(sample.truth, "seller_iban")} <= {r["iban"] for r in rows}


def _values(truth: Any, name: str) -> Iterator[str]:
    if isinstance(truth, dict):
        if isinstance(truth.get(name), str):
            yield truth[name]
        for inner in truth.values():
            yield from _values(inner, name)
    elif isinstance(truth, list):
        for inner in truth:
            yield from _values(inner, name)

"""The story's format refuses what cannot be drawn."""

import shutil
from pathlib import Path

import pytest

from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.loader import STORY, load_story


@pytest.fixture
def story(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORY, tmp_path / "story"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("batches/1-mail.yaml", "seller: tannwerth", "seller: nobody", "names unknown party 'nobody'"),
        ("batches/1-mail.yaml", 'unit_price: "31.80"', "unit_price: 31.80", "bare float"),
        ("batches/1-mail.yaml", 'percent: "3", ', "", "either 'amount' or 'percent'"),
        ("batches/3-sftp.yaml", "kind: csv", "kind: ubl", "needs a block 'csv' if, and only if"),
        ("parties.yaml", "country: FR", "country: XX", "country"),
    ],
)
def test_a_broken_story_is_refused(story: Path, file: str, old: str, new: str, message: str) -> None:
    change(story, file, old, new)
    with pytest.raises(UsageError, match=message):
        load_story(folder=story)


def test_another_seed_changes_quantities_only() -> None:
    told, retold = load_story(), load_story(seed=5)
    for batch, other in zip(told.batches, retold.batches, strict=True):
        for document, changed in zip(batch.documents, other.documents, strict=True):
            for invoice, variant in zip(document.invoices, changed.invoices, strict=True):
                assert invoice.model_copy(update={"lines": ()}) == variant.model_copy(update={"lines": ()})
                for line, moved in zip(invoice.lines, variant.lines, strict=True):
                    assert moved.quantity > 0
                    assert line == moved.model_copy(update={"quantity": line.quantity})

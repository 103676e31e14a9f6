"""The truth beside the inbox, read back: what each document says, what is wrong with it, and what would be right.

What belongs here: the shape of the truth files. What does not: comparing with what the pipeline made (`score`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from back_office_pipelines.errors import UsageError

WORLD = "world.json"
"""Says how the world was made; its presence says that it is whole."""
Place = tuple[str, str, str | None]
"""Batch id, path and member of a document."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong on purpose; `record` is the ordinal meant, None for the document or batch."""

    kind: str
    codes: frozenset[str]
    record: int | None


@dataclass(frozen=True)
class DocumentTruth:
    """The truth about one document.

    Attributes:
        headers: fields of each bill as the document states them, in canonical text.
        right: fields of each bill as they should be.
    """

    batch_id: str
    path: str
    member: str | None
    medium: str
    layout: str | None
    fault: Fault | None
    headers: tuple[Mapping[str, str], ...]
    right: tuple[Mapping[str, str], ...]

    @property
    def place(self) -> Place:
        """Where the document lies."""
        return self.batch_id, self.path, self.member


@dataclass(frozen=True)
class BatchTruth:
    """The truth about one batch."""

    batch_id: str
    client: str
    received_at: datetime
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Truth:
    """The truth about a written world, batches in order of arrival."""

    batches: tuple[BatchTruth, ...]
    documents: Mapping[Place, DocumentTruth]

    def of_days(self, days: int | None) -> "Truth":
        """Return the truth about what arrives on the first so many business days; None for all of them."""
        arriving = sorted({one.received_at.date() for one in self.batches})[:days]
        batches = tuple(one for one in self.batches if one.received_at.date() in arriving)
        known = {one.batch_id for one in batches}
        return Truth(batches, {place: one for place, one in self.documents.items() if one.batch_id in known})


def read_truth(folder: Path) -> Truth:
    """Return the truth of the world in a folder.

    Raises:
        UsageError: no world was written there.
    """
    card = folder / WORLD
    if not card.is_file():
        raise UsageError(f"sample folder {folder}", "holds no sample world", f"run 'back-office sample --out {folder}'")
    content = json.loads(card.read_text(encoding="utf-8"))
    batches = tuple(_batch(name, entry) for name, entry in content["batches"].items())
    documents = {one.place: one for batch in batches for one in _documents(folder, batch.batch_id)}
    return Truth(batches, documents)


def _batch(name: str, entry: Mapping[str, Any]) -> BatchTruth:
    faults = tuple(_fault(one) for one in entry["planted"])
    return BatchTruth(name, entry["client"], datetime.fromisoformat(entry["received_at"]), faults)


def _fault(entry: Mapping[str, Any]) -> Fault:
    return Fault(entry["kind"], frozenset(entry["codes"]), entry.get("record"))


def _documents(folder: Path, batch_id: str) -> Iterator[DocumentTruth]:
    for line in (folder / "truth" / f"{batch_id}.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        headers = (one["fields"] for one in entry["records"] if one["record_type"] == "invoice")
        yield DocumentTruth(
            batch_id,
            entry["path"],
            entry["member"],
            entry["medium"],
            entry["layout"],
            _fault(entry["planted"]) if entry["planted"] else None,
            tuple(headers),
            tuple(entry["right"]),
        )


def seed_of(folder: Path) -> int:
    """Return the seed that a written world was made of."""
    return int(json.loads((folder / WORLD).read_text(encoding="utf-8"))["seed"])

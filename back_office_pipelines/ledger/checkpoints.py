"""Checkpoints: how long the ledger was and what its head was, written outside the database at every publication.

A ledger that was truncated, or replaced as a whole by another intact chain, no longer agrees with its checkpoints. They
are evidence only where somebody keeps copies beyond the reach of whoever could rewrite the database.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.chain import Link
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.storage.files import write_text


@dataclass(frozen=True)
class Checkpoint:
    """The ledger at one moment: its number of entries and the hash of the last of them."""

    entries: int
    head_hash: str


def keep_checkpoint(folder: Path, head: Entry | Link) -> None:
    """Write the checkpoint of a ledger that ends in this entry."""
    checkpoint = Checkpoint(head.seq, head.hash)
    write_text(folder / f"{head.seq:012d}.json", json.dumps(asdict(checkpoint), indent=2) + "\n")


def read_checkpoints(folder: Path) -> list[Checkpoint]:
    """Return every checkpoint kept in a folder, oldest first.

    Raises:
        LedgerError: a file there is no checkpoint.
    """
    checkpoints = []
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            checkpoints.append(Checkpoint(int(content["entries"]), str(content["head_hash"])))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise LedgerError(f"checkpoint {path}", f"cannot be read: {problem!r}", "restore it from a copy") from None
    return checkpoints


def disagreements(checkpoints: Iterable[Checkpoint], hashes: Mapping[int, str]) -> Iterator[str]:
    """Yield one sentence for each checkpoint that the ledger does not agree with.

    Args:
        checkpoints: kept outside the database.
        hashes: hash of every entry by its sequence.
    """
    for checkpoint in checkpoints:
        found = hashes.get(checkpoint.entries)
        if found is None:
            yield f"the ledger had {checkpoint.entries} entries at a checkpoint and has lost entry {checkpoint.entries}"
        elif found != checkpoint.head_hash:
            yield f"entry {checkpoint.entries} is not the one of its checkpoint: the ledger was replaced"

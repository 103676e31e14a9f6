"""Checkpoints: how long the ledger was and what its head was, written outside the database at every publication.

A ledger that was truncated, or replaced as a whole by another intact chain, no longer agrees with its checkpoints. They
are evidence only where somebody keeps copies beyond the reach of whoever could rewrite the database, or where they are
signed with a key that nobody can reach who could.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.chain import Link
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.signing import Signature, Signer, Verifier
from back_office_pipelines.storage.files import write_text


@dataclass(frozen=True)
class Checkpoint:
    """The ledger at one moment.

    Attributes:
        entries: how many it had.
        head_hash: hash of the last of them.
        signature: None where no key was configured.
    """

    entries: int
    head_hash: str
    signature: Signature | None = None

    @property
    def signed_text(self) -> str:
        """What a signature is made over."""
        return f"back-office checkpoint\n{self.entries}\n{self.head_hash}\n"


def keep_checkpoint(folder: Path, head: Entry | Link, signer: Signer | None = None) -> None:
    """Write the checkpoint of a ledger that ends in this entry."""
    checkpoint = Checkpoint(head.seq, head.hash)
    content: dict[str, int | str] = {"entries": head.seq, "head_hash": head.hash}
    if signer is not None:
        signature = signer.sign(checkpoint.signed_text)
        content |= {"signature": signature.value, "key": signature.key}
    write_text(folder / f"{head.seq:012d}.json", json.dumps(content, indent=2) + "\n")


def read_checkpoints(folder: Path) -> list[Checkpoint]:
    """Return every checkpoint kept in a folder, oldest first.

    Raises:
        LedgerError: a file there is no checkpoint.
    """
    checkpoints = []
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            signature = Signature(str(content["signature"]), str(content["key"])) if "signature" in content else None
            checkpoints.append(Checkpoint(int(content["entries"]), str(content["head_hash"]), signature))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise LedgerError(f"checkpoint {path}", f"cannot be read: {problem!r}", "restore it from a copy") from None
    return sorted(checkpoints, key=lambda checkpoint: checkpoint.entries)


def disagreements(checkpoints: Iterable[Checkpoint], hashes: Mapping[int, str]) -> Iterator[str]:
    """Yield one sentence for each checkpoint that the ledger does not agree with.

    Args:
        checkpoints: kept outside the database.
        hashes: hash of every entry that a checkpoint names, by its sequence.
    """
    for checkpoint in checkpoints:
        found = hashes.get(checkpoint.entries)
        if found is None:
            yield f"the ledger had {checkpoint.entries} entries at a checkpoint and has lost entry {checkpoint.entries}"
        elif found != checkpoint.head_hash:
            yield f"entry {checkpoint.entries} is not the one of its checkpoint: the ledger was replaced"


def bad_signatures(checkpoints: Sequence[Checkpoint], verifier: Verifier | None) -> Iterator[str]:
    """Yield one sentence for each checkpoint whose signature is missing, bad or of an unknown key.

    Args:
        checkpoints: oldest first. Once signing has begun, none may be unsigned.
        verifier: None where no key is configured; then what a signature says cannot be checked.
    """
    begun = False
    for checkpoint in checkpoints:
        thing = f"the checkpoint of entry {checkpoint.entries}"
        if checkpoint.signature is None:
            if begun:
                yield f"{thing} is not signed, although signing had begun before it"
            continue
        begun = True
        problem = verifier.problem(checkpoint.signed_text, checkpoint.signature) if verifier is not None else None
        if problem is not None:
            yield f"{thing} {problem}"


def missing_checkpoints(
    checkpoints: Iterable[Checkpoint], publications: Iterable[tuple[int, str | None]]
) -> Iterator[str]:
    """Yield one sentence for each publication whose checkpoint is gone, or has lost the signature it was given.

    Args:
        checkpoints: all there are.
        publications: of finished ones, the sequence and the key that signed, None where there was none.
    """
    known = {checkpoint.entries: checkpoint for checkpoint in checkpoints}
    for seq, signed_by in publications:
        checkpoint = known.get(seq)
        if checkpoint is None:
            yield f"the checkpoint of entry {seq}, a publication, is gone"
        elif signed_by is not None and checkpoint.signature is None:
            yield f"the checkpoint of entry {seq} has lost its signature"

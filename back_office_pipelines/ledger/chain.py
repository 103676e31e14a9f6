"""Arithmetic of the hash chain: pure functions over entries.

Each entry's hash covers all its columns and the hash before it, so any edit, deletion, insertion or reordering shows.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from back_office_pipelines.ledger.entries import Draft, Entry

GENESIS = "0" * 64


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def link(draft: Draft, seq: int, prev_hash: str, recorded_at: datetime) -> Entry:
    """Return the entry that appends a draft to the chain."""
    return Entry(
        seq=seq,
        kind=draft.kind,
        lane=draft.lane,
        batch_id=draft.batch_id,
        as_of=draft.as_of,
        actor=draft.actor,
        payload=draft.payload,
        recorded_at=recorded_at,
        prev_hash=prev_hash,
        hash=_hash(draft, seq, prev_hash, recorded_at),
    )


def breaks(entries: Iterable[Entry], seq: int = 0, prev_hash: str = GENESIS) -> Iterator[str]:
    """Yield one sentence for every place where a run of entries is not the chain that was written.

    Args:
        entries: in order of their sequence.
        seq: number of the entry before the first one given.
        prev_hash: hash of that entry.
    """
    for entry in entries:
        if entry.seq != seq + 1:
            yield f"entry {seq + 1} is missing or out of order: found {entry.seq}"
        if entry.prev_hash != prev_hash:
            yield f"entry {entry.seq} does not follow entry {seq}"
        draft = Draft(entry.kind, entry.as_of, entry.actor, entry.payload, entry.lane, entry.batch_id)
        if entry.hash != _hash(draft, entry.seq, entry.prev_hash, entry.recorded_at):
            yield f"entry {entry.seq} was changed after it was written"
        seq, prev_hash = entry.seq, entry.hash


def _hash(draft: Draft, seq: int, prev_hash: str, recorded_at: datetime) -> str:
    content = {
        "seq": seq,
        "kind": draft.kind,
        "lane": draft.lane,
        "batch_id": draft.batch_id,
        "as_of": _utc(draft.as_of),
        "actor": draft.actor,
        "payload": draft.payload,
        "recorded_at": _utc(recorded_at),
        "prev_hash": prev_hash,
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

"""Arithmetic of the hash chain: pure functions over rows of text.

A row's hash covers the hash before it, the header columns in canonical form, and the payload's text as it is stored.
So verification parses nothing and writes no JSON again: an edit, deletion, insertion or reordering shows in the bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.values.text import holds_nul

GENESIS = "0" * 64
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Link(NamedTuple):
    """One row of the chain as text, in the order of the table's columns.

    Attributes:
        as_of: the moment as `moment_text` writes it; likewise `recorded_at`.
        payload: canonical JSON, kept by Postgres to the last byte.
    """

    seq: int
    kind: str
    lane: str | None
    batch_id: str | None
    as_of: str
    actor: str
    payload: str
    recorded_at: str
    prev_hash: str
    hash: str


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value: keys sorted, no spaces, UTF-8."""
    return _CANONICAL.encode(value)


def moment_text(moment: datetime) -> str:
    """Return a moment as Postgres writes a `timestamptz` in UTC and ISO style: exact to the microsecond."""
    text = moment.astimezone(UTC).isoformat(sep=" ").removesuffix("+00:00")
    return f"{text.rstrip('0')}+00" if moment.microsecond else f"{text}+00"


def link(draft: Draft, seq: int, prev_hash: str, recorded_at: str) -> Link:
    """Return the row that appends a draft to the chain.

    Raises:
        LedgerError: a text in the draft holds a character that Postgres cannot keep.
    """
    payload = canonical_json(draft.payload)
    header = (seq, draft.kind, draft.lane, draft.batch_id, moment_text(draft.as_of), draft.actor)
    try:
        own = row_hash(*header, payload, recorded_at, prev_hash)
    except UnicodeEncodeError:
        raise _unstorable(draft) from None
    if "\x00" in f"{draft.lane}{draft.batch_id}{draft.actor}" or holds_nul(payload):
        raise _unstorable(draft)
    return Link(*header, payload, recorded_at, prev_hash, own)


def breaks(rows: Iterable[tuple[Any, ...]], seq: int = 0, prev_hash: str = GENESIS) -> Iterator[str]:
    """Yield one sentence for every place where a run of rows is not the chain that was written.

    Args:
        rows: as `Link`, in order of their sequence.
        seq: number of the row before the first one given.
        prev_hash: hash of that row.
    """
    for row in rows:
        found, before, own = row[0], row[8], row[9]
        if found != seq + 1:
            yield f"entry {seq + 1} is missing or out of order: found {found}"
        if before != prev_hash:
            yield f"entry {found} does not follow entry {seq}"
        if own != row_hash(*row[:9]):
            yield f"entry {found} was changed after it was written"
        seq, prev_hash = found, own


def row_hash(
    seq: int,
    kind: str,
    lane: str | None,
    batch_id: str | None,
    as_of: str,
    actor: str,
    payload: str,
    recorded_at: str,
    prev_hash: str,
) -> str:
    """Hash a row; texts that people choose have their length in front, so no two headers share a text."""
    place = f"{prev_hash}\n{seq}\n{_cell(kind)}\n{_cell(lane)}\n{_cell(batch_id)}"
    text = f"{place}\n{as_of}\n{recorded_at}\n{_cell(actor)}\n{payload}"
    return hashlib.sha256(text.encode()).hexdigest()


def _cell(text: str | None) -> str:
    return "-" if text is None else f"{len(text)}:{text}"


def _unstorable(draft: Draft) -> LedgerError:
    return LedgerError(
        f"{draft.kind} for the ledger", "a text in it holds NUL or half a character", "remove that character first"
    )

"""Shapes of the ledger: what is appended and what is read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "dictionary",
    "batch",
    "materialization",
    "decision",
    "publication",
    "run",
    "retired",
    "reactivated",
    "compacted",
    "automation",
    "memory",
]
Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """An act to be appended.

    Attributes:
        kind: what sort of act.
        as_of: when it occurs, as the business sees it (UTC).
        actor: person or machine that acts.
        payload: JSON content; its keys depend on the kind.
        lane: lane concerned, None for acts on the whole back office.
        batch_id: batch concerned.
    """

    kind: Kind
    as_of: datetime
    actor: str
    payload: Payload
    lane: str | None = None
    batch_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """An act as it stands in the chain. Columns as in `schema/`."""

    seq: int
    kind: Kind
    lane: str | None
    batch_id: str | None
    as_of: datetime
    actor: str
    payload: Payload
    recorded_at: datetime
    prev_hash: str
    hash: str

    @property
    def batch_key(self) -> tuple[str, str]:
        """Lane and batch id, of an entry that concerns a batch."""
        return str(self.lane), str(self.batch_id)

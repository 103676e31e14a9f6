"""Decisions as stages and people's lists need them, out of the entries that recorded them.

What belongs here: entries to `Decision`. What does not: making those entries (`review/decisions`).
"""

from collections.abc import Iterable
from datetime import datetime

from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.validation.model import Decision

_SAID = (
    "action", "record_id", "subject_id", "exception_id", "field", "value", "role", "decision_id", "reason",
    "cause_party",
)  # fmt: skip


def decision_of(entry: Entry, *, seen: bool = False) -> Decision:
    """Read a decision.

    Args:
        entry: of the ledger.
        seen: whether the validation before took it into account.
    """
    said = {name: entry.payload[name] for name in _SAID}
    shown = entry.payload.get("shown", {})  # entries from before it was kept have none
    return Decision(decided_at=entry.as_of, actor=entry.actor, seen=seen, shown=shown, **said)


def decisions_until(entries: Iterable[Entry], as_of: datetime | None = None) -> list[Decision]:
    """Return decisions in the order of their entries, none marked as seen; those made after a moment are left out."""
    return [decision_of(entry) for entry in entries if as_of is None or entry.as_of <= as_of]

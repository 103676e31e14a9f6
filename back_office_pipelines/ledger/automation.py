"""Automation in the ledger: from when on, and from which confidence, documents of a client pass without a person.

What belongs here: the entry that switches, and reading which is in force. What does not: the proof behind it
(`routing/proof`) and the acts of switching (`chain/automation`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.ledger.entries import Draft, Entry

Pair = tuple[str, str]
"""Lane and client."""


@dataclass(frozen=True)
class Switch:
    """Automation switched on or off for a lane and client.

    Attributes:
        threshold: confidence of the weakest critical field from which on a record passes, as exact text; None: off.
        target_error: share of wrong documents the exhibit allows, as exact text.
        audited: audited documents looked at.
        above: of those, at or above the threshold.
        errors: wrong ones among them.
        error_bound: upper bound of the share of wrong documents at or above it, 95 % one-sided.
        audits: sha256 over ids, confidences and verdicts of the audited documents.
        through: sequence of the newest score looked at.
        reason: in words.
        submitter: person at the keyboard; None for the machine, which only ever switches off.
    """

    lane: str
    client: str
    threshold: str | None
    target_error: str | None
    audited: int
    above: int
    errors: int
    error_bound: float | None
    audits: str
    through: int
    reason: str
    submitter: str | None = None

    @property
    def pair(self) -> Pair:
        """Lane and client."""
        return (self.lane, self.client)

    def draft(self, as_of: datetime, actor: str) -> Draft:
        """Return the entry of this act."""
        payload = {name: value for name, value in asdict(self).items() if name != "lane"}
        return Draft("automation", as_of, actor, payload, self.lane)

    def terms(self, seq: int) -> dict[str, str]:
        """Return what a batch is bound to; nothing where automation is off.

        Args:
            seq: of the entry.
        """
        if self.threshold is None:
            return {}
        return {"threshold": self.threshold, "audited": str(self.audited), "entry": str(seq)}


def switch_of(entry: Entry) -> Switch:
    """Read an entry."""
    payload: dict[str, Any] = dict(entry.payload)
    return Switch(lane=str(entry.lane), **payload)


def in_force(entries: Iterable[Entry], as_of: datetime) -> Mapping[Pair, tuple[int, Switch]]:
    """Return the newest switch of each lane and client at a moment, with the sequence of its entry.

    Args:
        entries: of kind `automation`, in order of sequence.
        as_of: later acts are not in force yet.
    """
    in_time = sorted((entry for entry in entries if entry.as_of <= as_of), key=lambda entry: entry.as_of)
    switches = [(entry.seq, switch_of(entry)) for entry in in_time]
    return {switch.pair: (seq, switch) for seq, switch in switches}

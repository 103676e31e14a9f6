"""Memory in the ledger: which table of teachings is in force for a lane and client.

What belongs here: the entry, and reading which is in force. What does not: what is taught (`chain/memory`) and what is
learned from it (`extraction/memory`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.ledger.automation import Pair
from back_office_pipelines.ledger.entries import Draft, Entry


@dataclass(frozen=True)
class Remembered:
    """What corrections of a lane and client teach, up to one of them.

    Attributes:
        version: from 1 for each lane and client.
        hash: content hash of the table `teachings`.
        rows: corrections in force in it.
        through: sequence of the newest decision looked at.
    """

    lane: str
    client: str
    version: int
    hash: str
    rows: int
    through: int

    @property
    def pair(self) -> Pair:
        """Lane and client."""
        return (self.lane, self.client)

    def draft(self, as_of: datetime, actor: str) -> Draft:
        """Return the entry of this act."""
        payload = {name: value for name, value in asdict(self).items() if name != "lane"}
        return Draft("memory", as_of, actor, payload, self.lane)

    def terms(self, seq: int, decisions: int) -> dict[str, str]:
        """Return what a batch is bound to.

        Args:
            seq: of the entry.
            decisions: agreeing ones that a lesson needs.
        """
        return {"version": str(self.version), "hash": self.hash, "decisions": str(decisions), "entry": str(seq)}


def remembered_of(entry: Entry) -> Remembered:
    """Read an entry."""
    payload: dict[str, Any] = dict(entry.payload)
    return Remembered(lane=str(entry.lane), **payload)


def memory_in_force(entries: Iterable[Entry], as_of: datetime) -> Mapping[Pair, Entry]:
    """Return the entry of the newest memory of each lane and client at a moment.

    Args:
        entries: of kind `memory`, in order of sequence.
        as_of: later acts are not in force yet.
    """
    in_time = sorted((entry for entry in entries if entry.as_of <= as_of), key=lambda entry: entry.as_of)
    return {remembered_of(entry).pair: entry for entry in in_time}

"""Finding what has work to do without reading the whole ledger: what was unfinished at a mark, and what came since.

A batch is finished where nothing is due whatever the as-of time; only a new entry of its own can change that. So the
batches that may have work are those a mark (`ledger/marks.py`) calls unfinished and those with entries after it; all
others are never looked at, however many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from back_office_pipelines.chain.office import Office
from back_office_pipelines.ledger.entries import Kind
from back_office_pipelines.ledger.marks import Mark
from back_office_pipelines.ledger.snapshot import Snapshot, take_snapshot
from back_office_pipelines.ledger.state import BatchKey

WORK: tuple[Kind, ...] = ("batch", "materialization", "decision")
"""Entries that can make something due, or finish it."""
ENTRIES_A_MARK = 500
"""A mark is kept once so many entries, and as many as batches are unfinished, came since: so marks stay few."""


@dataclass(frozen=True)
class Look:
    """What may have work to do.

    Attributes:
        snapshot: state of every batch that may; finished ones are left out, though not all of them.
        reactivated: batches taken up again since the last mark; the orchestrator may not know them any more.
        before: mark it started from.
        mark: what it found, to be kept once `reactivated` has been seen to.
    """

    snapshot: Snapshot
    reactivated: Sequence[BatchKey]
    before: Mark
    mark: Mark


def look(office: Office) -> Look:
    """Find what may have work to do; the cost grows with that, not with what the ledger holds."""
    ledger, before = office.ledger, office.ledger.mark()
    through = ledger.newest(WORK, after=before.through) or before.through
    touched = ledger.touched(WORK, before.through, through)
    snapshot = take_snapshot(ledger, office.lake, before.unfinished.union(touched))
    # What the snapshot saw beyond `through` does no harm: such a batch has an entry after the mark in any case.
    return Look(
        snapshot=snapshot,
        reactivated=ledger.touched(["reactivated"], before.through, through),
        before=before,
        mark=Mark(through, frozenset(key for key in snapshot.newest if snapshot.due(key, None))),
    )


def keep(office: Office, found: Look) -> None:
    """Keep what a look found finished, where that spares the next one enough."""
    if found.mark.through - found.before.through >= max(ENTRIES_A_MARK, len(found.mark.unfinished)):
        office.ledger.keep_mark(found.mark)


def mark_problems(office: Office) -> list[str]:
    """Return one sentence for each batch that the newest mark calls finished and that the entries do not."""
    mark = office.ledger.mark()
    later = office.ledger.touched(WORK, mark.through, office.ledger.newest(WORK) or 0)
    if mark.through == 0:
        return []
    snapshot = office.snapshot()
    known = mark.unfinished.union(later)
    return [
        f"mark of entry {mark.through}: batch {batch.address} is not among the unfinished, and has work to do"
        for key, batch in snapshot.newest.items()
        if key not in known and snapshot.due(key, None)
    ]

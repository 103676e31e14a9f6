"""Marks: up to which entry which batches were finished, so that finding what is due need not read the whole ledger.

A mark is a sentence about entries that never change, so it stays true and marks are only added. It names the hash of
the last entry it speaks of: over other entries (an older backup) it counts for nothing. What belongs here: the table of
marks. What does not: what makes a batch finished (`state.due_stages`).
"""

import json
from dataclasses import dataclass
from typing import cast

from psycopg2 import extensions

from back_office_pipelines.ledger.state import BatchKey

RULE = "1"
"""Version of what "finished" means. Raise it when `due_stages` finds work where it found none: old marks then lapse."""

_NEWEST = """
SELECT mark.through, mark.unfinished::text
FROM ledger.marks AS mark JOIN ledger.entries AS entry ON entry.seq = mark.through AND entry.hash = mark.hash
WHERE mark.rule = %s ORDER BY mark.through DESC LIMIT 1
"""
_KEEP = """
INSERT INTO ledger.marks (through, hash, rule, unfinished)
SELECT seq, hash, %s, %s FROM ledger.entries WHERE seq = %s ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Mark:
    """What was unfinished up to an entry.

    Attributes:
        through: sequence of the last entry it speaks of; 0 before the first.
        unfinished: every batch with work to do, whatever the as-of time.
    """

    through: int
    unfinished: frozenset[BatchKey]


NOTHING_KNOWN = Mark(0, frozenset())
"""Before the first mark everything after entry 0 counts as new."""


def newest_mark(cursor: extensions.cursor) -> Mark:
    """Return the newest mark that speaks of the entries that are there."""
    cursor.execute(_NEWEST, (RULE,))
    found = cast("tuple[int, str] | None", cursor.fetchone())
    if found is None:
        return NOTHING_KNOWN
    return Mark(found[0], frozenset((lane, batch_id) for lane, batch_id in json.loads(found[1])))


def add_mark(cursor: extensions.cursor, mark: Mark) -> None:
    """Add a mark; one that is there already is left alone. The caller commits."""
    cursor.execute(_KEEP, (RULE, json.dumps(sorted(mark.unfinished)), mark.through))

"""Memory from corrections: what corrections in force teach, kept in the lake and named in the ledger.

What belongs here: which corrections count, reading their documents again, and the memory that a batch is bound to. What
does not: lessons (`extraction/memory`), and how often they were used and right since (`chain/lessons`).
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.chain.office import Office
from back_office_pipelines.extraction.memory.layouts import Fixed
from back_office_pipelines.extraction.memory.lessons import NOTHING, Lesson, Memory, Taught, lessons_of
from back_office_pipelines.extraction.memory.places import Place
from back_office_pipelines.extraction.memory.teaching import Observed
from back_office_pipelines.ledger.automation import Pair
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.memory import Remembered, memory_in_force, remembered_of
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Batch, BatchKey
from back_office_pipelines.storage.tables import fixed_tables

HOME = "_memory"
"""Lane name under which the lake keeps what was taught; no lane's name starts with `_`."""
MEMORY_LOCK = "memory"
"""Lock that whoever adds to a memory holds."""
MACHINE = "machine"
MOST_BUILT = 16
"""Memories that a process keeps built."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Correction:
    """A correction in force of a field of a header record."""

    decision_id: str
    key: BatchKey
    record_id: str
    field: str
    value: str


def learn(office: Office, as_of: datetime) -> list[Remembered]:
    """Take corrections into the memories of the lanes and clients that keep one; return what is new.

    Raises:
        LakeError: a corrected document, or what was taught before, is missing or damaged.
    """
    pairs = kept(office)
    if not pairs:
        return []
    with office.ledger.lock(MEMORY_LOCK):
        history = office.ledger.entries("memory")
        current = memory_in_force(history, as_of)
        fresh = _fresh(office, pairs, current, as_of)
        added = [_learned(office, pair, current.get(pair), history, as_of) for pair in fresh]
        new = [one for one in added if one is not None]
        office.ledger.append([one.draft(as_of, MACHINE) for one in new])
    return new


def kept(office: Office) -> Mapping[Pair, int]:
    """Return the lanes and clients that keep a memory, with the number of agreeing decisions a lesson needs."""
    return {
        (lane, client): terms.decisions
        for client, exhibit in sorted(office.contracts.exhibits.items())
        for lane, terms in sorted(exhibit.memory.items())
        if lane in office.contracts.lanes
    }


def bound_memories(office: Office, as_of: datetime) -> dict[Pair, dict[str, str]]:
    """Return what batches registered at a moment are bound to, by lane and client; nothing where it is off."""
    asked = kept(office)
    current = memory_in_force(office.ledger.entries("memory"), as_of) if asked else {}
    return {
        pair: remembered_of(entry).terms(entry.seq, asked[pair]) for pair, entry in current.items() if pair in asked
    }


def memory_of(rows: Sequence[Mapping[str, Any]], terms: Mapping[str, str]) -> Memory:
    """Return the memory that a batch is bound to.

    Args:
        rows: of `teachings`.
        terms: of the batch's registration.
    """
    key = f"{terms['hash']}/{terms['decisions']}"
    if key not in _BUILT:
        if len(_BUILT) >= MOST_BUILT:
            _BUILT.clear()  # a daemon meets every version there is
        least = int(terms["decisions"])
        lessons = lessons_of(map(taught_of, rows))
        _BUILT[key] = Memory(key, tuple(one for one in lessons if len(one.decisions) >= least))
    return _BUILT[key]


_BUILT: dict[str, Memory] = {}
"""Memories built in this process: a hash and a number stand for one memory, whatever the office."""


def of_batch(batch: Batch, read_table: Any) -> Memory:
    """Return the memory of a batch; `read_table` as of a view."""
    if not batch.memory:
        return NOTHING
    rows = read_table(fixed_tables()["teachings"], HOME, folder_of((batch.lane, batch.client)), batch.memory["hash"])
    return memory_of(rows, batch.memory)


def folder_of(pair: Pair) -> str:
    """Return the folder of the lake that the teachings of a lane and client lie in."""
    return ".".join(pair)


def teachings(office: Office, one: Remembered) -> list[Row]:
    """Return the rows of a memory."""
    return office.lake.read(fixed_tables()["teachings"], HOME, folder_of(one.pair), one.hash)


def lessons_known(office: Office, one: Remembered) -> tuple[Lesson, ...]:
    """Return every lesson of a memory, also those with too few decisions to be used."""
    return lessons_of(map(taught_of, teachings(office, one)))


def taught_of(row: Mapping[str, Any]) -> Taught:
    """Read a row of `teachings`."""
    return Taught(
        decision=row["decision_id"],
        document=row["document_id"],
        field=row["field"],
        value=row["value"],
        shape=row["shape"],
        fixed=frozenset(Fixed(*one) for one in json.loads(row["layout"])),
        marks=frozenset(json.loads(row["marks"])),
        places=frozenset(Place(*one) for one in json.loads(row["places"])),
    )


def corrections(entries: Iterable[Entry], as_of: datetime) -> list[Correction]:
    """Return the corrections of header records in force at a moment: the last one of each record and field."""
    newest: dict[tuple[str, str], Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.as_of, one.seq)):
        if entry.as_of <= as_of:
            newest[str(entry.payload["subject_id"]), str(entry.payload["field"])] = entry
    return [
        Correction(entry.payload["decision_id"], entry.batch_key, record, field, value)
        for (record, field), entry in newest.items()
        if (value := entry.payload["value"]) is not None and record == entry.payload["record_id"]
    ]


def _fresh(office: Office, pairs: Collection[Pair], current: Mapping[Pair, Entry], as_of: datetime) -> list[Pair]:
    """Return the lanes and clients with corrections that their memory in force has not looked at."""
    seen = {pair: (remembered_of(entry).through, entry.as_of) for pair, entry in current.items()}
    complete = pairs if seen.keys() >= set(pairs) else ()
    after = min((seen[pair][0] for pair in complete), default=0)
    since = min((seen[pair][1] for pair in complete), default=None)
    found = [one for one in office.ledger.corrections(after, since) if one.as_of <= as_of]
    owners = office.owners({one.batch_key for one in found})
    fresh = set()
    for one in found:
        pair = owners[one.batch_key]
        if pair in pairs and (pair not in seen or one.seq > seen[pair][0] or one.as_of > seen[pair][1]):
            fresh.add(pair)
    return sorted(fresh)


def _learned(
    office: Office, pair: Pair, before: Entry | None, history: Sequence[Entry], as_of: datetime
) -> Remembered | None:
    """Return the next memory of a lane and client, its table stored; None where it would be the one before."""
    entries = [one for one in office.ledger.corrections() if one.as_of <= as_of and one.lane == pair[0]]
    owners = office.owners({one.batch_key for one in entries})
    own = [one for one in entries if owners[one.batch_key] == pair]
    known = teachings(office, remembered_of(before)) if before is not None else []
    rows = list(rows_taught(office, corrections(own, as_of), {row["decision_id"]: row for row in known}))
    stored = office.lake.put(fixed_tables()["teachings"], HOME, folder_of(pair), rows)
    if before is not None and remembered_of(before).hash == stored.content_hash:
        return None
    version = 1 + sum(remembered_of(one).pair == pair for one in history)
    return Remembered(*pair, version, stored.content_hash, stored.rows, max(one.seq for one in own))


def rows_taught(office: Office, in_force: Sequence[Correction], known: Mapping[str, Row]) -> Iterator[Row]:
    """Yield a row for each correction; documents with a correction that is not known yet are read again, whole."""
    by_record: dict[str, list[Correction]] = {}
    for one in in_force:
        by_record.setdefault(one.record_id, []).append(one)
    unread = {name for name, ones in by_record.items() if any(one.decision_id not in known for one in ones)}
    snapshot = office.snapshot(*{by_record[name][0].key for name in unread}) if unread else None
    for name, ones in by_record.items():
        if snapshot is not None and name in unread:
            yield from _observed(office, snapshot, ones)
        else:
            yield from (known[one.decision_id] for one in ones)


def _observed(office: Office, snapshot: Snapshot, ones: Sequence[Correction]) -> Iterator[Row]:
    """Yield what the corrections of one record teach; nothing but themselves where its document has several records."""
    key, record_id = ones[0].key, ones[0].record_id
    headers = [row for row in snapshot.rows(key, "extracted", "extracted_records") if row["parent_record_id"] is None]
    document_id = next((row["document_id"] for row in headers if row["record_id"] == record_id), "")
    alone = sum(row["document_id"] == document_id for row in headers) == 1
    documents = {row["document_id"]: row for row in snapshot.rows(key, "intake", "documents")}
    seen = Observed()
    if alone and document_id in documents:
        content = office.vault.read(documents[document_id]["content_hash"])
        contract = office.bound_dictionary(snapshot.batches[key].dictionary_fingerprint)
        seen = office.extractor.observe(content, {one.field: one.value for one in ones}, contract)
    for one in ones:
        shown = (seen.values or {}).get(one.field)
        yield {
            "decision_id": one.decision_id,
            "batch_id": key[1],
            "document_id": document_id,
            "field": one.field,
            "value": one.value,
            "shape": shown.shape if shown else "",
            "layout": _json(seen.fixed),
            "marks": _json(seen.marks),
            "places": _json(shown.places if shown else ()),
        }


def _json(values: Iterable[Any]) -> str:
    return json.dumps(sorted(values), ensure_ascii=False)

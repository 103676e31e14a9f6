"""Compaction: the many small lake files of retired batches, history included, written into a few archives.

Per lane: everything that entries of the retired batches name is read and hashed, written behind one another into one
archive a table, synced, read back and hashed again, and then one ledger entry `compacted` names the archives: that is
the commit. Before it the archives mean nothing; after it the sweep may take the small files. A lane waits until enough
batches have been retired, so that archives are worth their files. What belongs here: choosing and writing. What does
not: the form of archives (`storage/archive`), removing small files (`sweep`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.retirement import Terms
from back_office_pipelines.errors import LakeError
from back_office_pipelines.ledger.entries import Draft, Entry
from back_office_pipelines.ledger.state import BatchKey, materialization_of
from back_office_pipelines.storage.archive import Named, Place
from back_office_pipelines.storage.lake import checked

COMPACTION_LOCK = "compaction"
"""Lock that whoever writes or removes archives holds."""
BATCHES_A_COMPACTION = 100
"""A lane with fewer retired batches waits for more."""
MOST_AT_ONCE = 2_000
"""Batches of one compaction; more of them become several, so that none works for hours before its entry."""


@dataclass(frozen=True)
class Compacted:
    """What one compaction came to.

    Attributes:
        archives: how many files were written.
        tables: how many tables lie in them.
        size: bytes of the archives.
    """

    lane: str
    batches: int
    archives: int
    tables: int
    size: int


def compact(office: Office, terms: Terms, at_least: int = BATCHES_A_COMPACTION) -> list[Compacted]:
    """Compact the files of batches retired since the last compaction, lane by lane, where there are enough.

    Args:
        office: the back office.
        terms: when and for whom.
        at_least: retired batches that make a lane's compaction worth it.

    Raises:
        LakeError: a table that the ledger names is missing or damaged.
    """
    done: list[Compacted] = []
    with office.ledger.lock(COMPACTION_LOCK):
        for lane, some in _waiting(office, at_least):
            done += _compact(office, lane, some, terms)
    return done


def archived(office: Office) -> set[tuple[str, str, str]]:
    """Return lane, table and name of every archive that the ledger names."""
    return {
        (str(entry.lane), one["table"], one["file"])
        for entry in office.ledger.entries("compacted")
        for one in entry.payload["archives"]
    }


def archive_problems(office: Office, names: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield one sentence for everything in archives that is not as their entry says.

    A table without a file of its own was read from its archive as the entry of its batch demands; what has a file of
    its own besides is hashed here.
    """
    for lane, table, name in names:
        path = office.lake.archives.path(lane, table, name)
        try:
            for member in office.lake.archives.members(path):
                if office.lake.path(lane, table, member.batch_id, member.content_hash).exists():
                    checked(Place(path, member), table, member.content_hash)
        except LakeError as problem:
            yield str(problem)


def _waiting(office: Office, at_least: int) -> Iterator[tuple[str, Sequence[Entry]]]:
    """Yield lanes with retirements that no compaction has seen, a bounded number at once."""
    through: dict[str, int] = {}
    for entry in office.ledger.entries("compacted"):
        through[str(entry.lane)] = int(entry.payload["through"])
    retired = office.ledger.retired()
    for lane in sorted({lane for lane, _ in retired}):
        entries = office.ledger.entries("retired", lane, after=through.get(lane, 0))
        new = [entry for entry in entries if (lane, str(entry.batch_id)) in retired]
        if len(new) >= max(1, at_least):
            for start in range(0, len(new), MOST_AT_ONCE):
                yield lane, new[start : start + MOST_AT_ONCE]


def _compact(office: Office, lane: str, retirements: Sequence[Entry], terms: Terms) -> list[Compacted]:
    batches = sorted({(lane, str(entry.batch_id)) for entry in retirements})
    archives: list[dict[str, object]] = []
    size = tables = 0
    for table, named in sorted(_named(office, lane, batches).items()):
        for schema, some in _by_columns(office, lane, table, named):
            contents = (_content(office, lane, table, one) for one in some)
            path = office.lake.archives.write(lane, table, schema, some, contents)
            for member in office.lake.archives.members(path):  # hashed again as it lies there
                checked(Place(path, member), table, member.content_hash)
            archives.append({"table": table, "file": path.stem, "tables": len(some)})
            size, tables = size + path.stat().st_size, tables + len(some)
    payload = {
        "through": retirements[-1].seq,
        "batches": len(batches),
        "archives": archives,
        "submitter": terms.submitter,
    }
    office.ledger.append([Draft("compacted", terms.as_of, terms.actor, payload, lane)])
    return [Compacted(lane, len(batches), len(archives), tables, size)]


def _named(office: Office, lane: str, batches: Sequence[BatchKey]) -> dict[str, list[Named]]:
    """Return what entries of some batches name and no archive of the ledger holds yet, by table, batch by batch."""
    known = archived(office)
    named: dict[str, dict[Named, None]] = {}
    entries = office.ledger.of_batches("materialization", batches)
    for made in sorted(map(materialization_of, entries), key=lambda one: one.batch_id):
        for table, written in made.writes.items():
            one = (made.batch_id, written.hash)
            place = office.lake.archives.find(lane, table, *one)
            if place is None or (lane, table, place.path.stem) not in known:
                named.setdefault(table, {})[one] = None
    return {table: list(found) for table, found in named.items()}


def _by_columns(
    office: Office, lane: str, table: str, named: Iterable[Named]
) -> Iterator[tuple[pa.Schema, list[Named]]]:
    """Yield tables with the same columns together: another version of a contract may give others."""
    found: dict[str, tuple[pa.Schema, list[Named]]] = {}
    for one in named:
        schema = _schema(office, lane, table, one)
        found.setdefault(str(schema), (schema, []))[1].append(one)
    yield from found.values()


def _schema(office: Office, lane: str, table: str, one: Named) -> pa.Schema:
    own = office.lake.path(lane, table, *one)
    if own.exists():
        return pq.read_schema(own).remove_metadata()
    return _content(office, lane, table, one).schema


def _content(office: Office, lane: str, table: str, one: Named) -> pa.Table:
    content, _ = checked(office.lake.place(lane, table, *one), table, one[1])
    return content.replace_schema_metadata(None)

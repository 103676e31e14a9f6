"""The only code that speaks to the ledger's entries in Postgres.

What belongs here: appending, reading, verifying, locking. What does not: the meaning of payloads (`state`), hashes
(`chain`), claims (`claims`), marks (`marks`) and the connections themselves (`connections`).
"""

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, cast

import psycopg2
from psycopg2 import extensions

from back_office_pipelines.errors import AlreadyRecordedError
from back_office_pipelines.ledger.chain import GENESIS, Link, breaks, link, moment_text
from back_office_pipelines.ledger.claims import (
    NEWEST,
    Claim,
    Held,
    SealedClaims,
    claim_all,
    held_by_others,
    seal_claims,
)
from back_office_pipelines.ledger.connections import Connections, lock_key
from back_office_pipelines.ledger.entries import Draft, Entry, Kind
from back_office_pipelines.ledger.marks import Mark, add_mark, newest_mark
from back_office_pipelines.ledger.state import BatchKey

_COLUMNS = ", ".join(Link._fields)
_COPY = f"COPY ledger.entries ({_COLUMNS}) FROM STDIN"
_READ = _COLUMNS.replace("payload", "payload::text")  # as text, or the driver would parse it
_TEXTS = _READ.replace("as_of", "as_of::text").replace("recorded_at", "recorded_at::text")
_LAST = (
    "SELECT clock_timestamp(), coalesce(seq, 0), coalesce(hash, %s) FROM (SELECT) AS always"
    " LEFT JOIN (SELECT seq, hash FROM ledger.entries ORDER BY seq DESC LIMIT 1) AS last ON true"
)
_APPEND_LOCK = 0x6C_65_64_67_65_72  # "ledger" in ASCII: one writer at a time keeps the chain a chain
_ROWS_AT_ONCE = 5000
GUARDS = (
    ("ledger.entries", "entries_are_final"),
    ("ledger.entries", "entries_stay"),
    ("ledger.claims", "claims_are_final"),
    ("ledger.claims", "claims_stay"),
    ("ledger.marks", "marks_are_final"),
    ("ledger.marks", "marks_stay"),
)
"""Triggers that stop changes, for the owner as well (`schema/`)."""

_GUARDS = """
SELECT s.nspname || '.' || c.relname, t.tgname
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE s.nspname = 'ledger' AND t.tgenabled = 'A'
"""


class Ledger:
    """Appends to and reads from the ledger of one back office; a context manager that gives its connections back.

    Args:
        database: libpq connection string or URL of the operational database, or connections to it.
    """

    def __init__(self, database: str | Connections) -> None:
        self._connections = Connections(database) if isinstance(database, str) else database

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections; a later call opens one again."""
        self._connections.close()

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append acts in order, all or none, and return their entries.

        Raises:
            AlreadyRecordedError: an act that can exist only once (registration, decision, publication, run) is there.
        """
        if not drafts:
            return []
        with self._cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_APPEND_LOCK,))
            cursor.execute(_LAST, (GENESIS,))
            recorded_at, seq, prev_hash = cast("tuple[datetime, int, str]", cursor.fetchone())
            rows = _Rows(drafts, seq, prev_hash, moment_text(recorded_at))
            try:
                cursor.copy_expert(_COPY, rows)
            except psycopg2.errors.UniqueViolation as problem:
                detail = problem.diag.message_detail or str(problem)
                raise AlreadyRecordedError(
                    "ledger", detail, "read the entry that is there instead of appending it again"
                ) from None
        return [_appended(draft, row, recorded_at) for draft, row in zip(drafts, rows.made, strict=True)]

    def entries(
        self,
        kind: Kind | Sequence[Kind] | None = None,
        lane: str | None = None,
        batch_id: str | None = None,
        after: int = 0,
    ) -> list[Entry]:
        """Return entries in order of sequence, filtered by what is given; `kind` may be several kinds."""
        kinds = [kind] if isinstance(kind, str) else kind and list(kind)
        filters = {"kind = ANY(%(kind)s)": kinds, "lane = %(lane)s": lane, "batch_id = %(batch_id)s": batch_id}
        where = " AND ".join(["seq > %(after)s", *(text for text, value in filters.items() if value is not None)])
        parameters = {"kind": kinds, "lane": lane, "batch_id": batch_id, "after": after}
        return self._select(f"SELECT {_READ} FROM ledger.entries WHERE {where} ORDER BY seq", parameters)  # noqa: S608

    def last(self, kind: Kind) -> Entry | None:
        """Return the newest entry of a kind."""
        found = self._select(f"SELECT {_READ} FROM ledger.entries WHERE kind = %s ORDER BY seq DESC LIMIT 1", (kind,))  # noqa: S608
        return found[0] if found else None

    def find(self, kind: Kind, name: str, value: str) -> Entry | None:
        """Return the first entry of a kind whose payload has this text under a name."""
        found = self._select(
            f"SELECT {_READ} FROM ledger.entries WHERE kind = %s AND payload ->> %s = %s ORDER BY seq LIMIT 1",  # noqa: S608
            (kind, name, value),
        )
        return found[0] if found else None

    def values(self, kind: Kind, *names: str) -> list[tuple[str, ...]]:
        """Return what the payloads of a kind have under some names, as text, without reading the rest of them."""
        wanted = ", ".join(["payload ->> %s"] * len(names))
        return self._rows(f"SELECT {wanted} FROM ledger.entries WHERE kind = %s ORDER BY seq", (*names, kind))  # noqa: S608

    def newest(self, kinds: Sequence[Kind], after: int = 0) -> int | None:
        """Return the sequence of the newest entry of some kinds, None where there is none after a sequence."""
        newest = "SELECT max(seq) FROM ledger.entries WHERE kind = ANY(%s) AND seq > %s"
        return cast("int | None", self._rows(newest, (list(kinds), after))[0][0])

    def hashes(self, sequences: Iterable[int]) -> dict[int, str]:
        """Return the hashes of the entries with these sequences; one that is not there is left out."""
        rows = self._rows("SELECT seq, hash FROM ledger.entries WHERE seq = ANY(%s)", (list(sequences),))
        return dict(rows)

    def registered(self) -> set[tuple[str, str]]:
        """Return lane and batch id of every batch that was ever registered."""
        return set(self._rows("SELECT DISTINCT lane, batch_id FROM ledger.entries WHERE kind = 'batch'", ()))

    def registered_after(self, moment: datetime) -> dict[BatchKey, datetime]:
        """Return when the newest delivery of a batch was registered, of those that were registered after a moment."""
        query = (
            "SELECT lane, batch_id, max(as_of) FROM ledger.entries"
            " WHERE kind = 'batch' AND as_of > %s GROUP BY lane, batch_id"
        )
        return {(lane, batch_id): at for lane, batch_id, at in self._rows(query, (moment,))}

    def left_failed(self) -> set[tuple[str, str]]:
        """Return lane and batch id of every batch with a run that failed and none that succeeded since."""
        query = """
            SELECT lane, batch_id FROM ledger.entries AS failed
            WHERE kind = 'run' AND payload ->> 'status' <> 'success' AND batch_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM ledger.entries AS later
                WHERE later.kind = 'run' AND later.payload ->> 'status' = 'success' AND later.seq > failed.seq
                  AND later.lane = failed.lane AND later.batch_id = failed.batch_id)"""
        return set(self._rows(query, ()))

    def count(self) -> int:
        """Return the number of entries."""
        return cast("int", self._rows("SELECT count(*) FROM ledger.entries", ())[0][0])

    def present(self, keys: Collection[BatchKey] | None = None) -> list[Entry]:
        """Return registrations, decisions and materializations in force, in order of sequence.

        Args:
            keys: lane and batch id of the batches wanted; None for the whole office.
        """
        where = "" if keys is None else f" AND {_OF_KEYS}"
        newest = f"{_NEWEST_MADE}{where} GROUP BY lane, batch_id, payload ->> 'stage'"
        in_force = f"SELECT {_READ} FROM ledger.entries WHERE seq IN ({newest})"  # noqa: S608 - fixed text
        others = f"SELECT {_READ} FROM ledger.entries WHERE kind IN ('batch', 'decision'){where}"  # noqa: S608
        return self._select(f"{in_force} UNION ALL {others} ORDER BY seq", _keys(keys))

    def of_batches(self, kind: Kind, keys: Collection[BatchKey]) -> list[Entry]:
        """Return the entries of a kind that concern some batches, history included, in order of sequence."""
        query = f"SELECT {_READ} FROM ledger.entries WHERE kind = %(kind)s AND {_OF_KEYS} ORDER BY seq"  # noqa: S608
        return self._select(query, {**_keys(keys), "kind": kind})

    def scores(self, after: int = 0) -> list[Entry]:
        """Return the decisions that score what a keyer read, after a sequence and in its order."""
        scored = "kind = 'decision' AND payload ->> 'action' = 'qa_score'"
        return self._select(f"SELECT {_READ} FROM ledger.entries WHERE {scored} AND seq > %s ORDER BY seq", (after,))  # noqa: S608

    def corrections(self, after: int = 0, since: datetime | None = None) -> list[Entry]:
        """Return the corrections recorded after a sequence, or made after a moment, in order of sequence."""
        corrected = "kind = 'decision' AND payload ->> 'action' = 'correct'"
        query = f"SELECT {_READ} FROM ledger.entries WHERE {corrected} AND (seq > %s OR as_of > %s) ORDER BY seq"  # noqa: S608
        return self._select(query, (after, since))

    def looks(self, keys: Collection[BatchKey]) -> dict[BatchKey, str]:
        """Return how the folder of the newest delivery of some batches looked, without reading the rest of them."""
        query = (
            "SELECT lane, batch_id, payload ->> 'folder_look' FROM ledger.entries"  # noqa: S608 - fixed text
            f" WHERE kind = 'batch' AND {_OF_KEYS} ORDER BY (payload ->> 'delivery')::int"
        )
        return {(lane, batch_id): look for lane, batch_id, look in self._rows(query, _keys(keys))}

    def touched(self, kinds: Sequence[Kind], after: int, through: int) -> list[BatchKey]:
        """Return lane and batch id of the batches that entries of some kinds concern, in a range of the ledger."""
        query = (
            "SELECT DISTINCT lane, batch_id FROM ledger.entries"
            " WHERE seq > %s AND seq <= %s AND kind = ANY(%s) AND lane IS NOT NULL AND batch_id IS NOT NULL"
        )
        return [(lane, batch_id) for lane, batch_id in self._rows(query, (after, through, list(kinds)))]

    def retired(self, keys: Collection[BatchKey] | None = None) -> set[BatchKey]:
        """Return the batches that were retired and not taken up again; among some, or of the whole office."""
        where = "" if keys is None else f" AND {_OF_KEYS}"
        query = (
            "SELECT DISTINCT ON (lane, batch_id) lane, batch_id, kind FROM ledger.entries"  # noqa: S608 - fixed text
            f" WHERE kind IN ('retired', 'reactivated'){where} ORDER BY lane, batch_id, seq DESC"
        )
        return {(lane, batch_id) for lane, batch_id, kind in self._rows(query, _keys(keys)) if kind == "retired"}

    def quiet(self, since: datetime, keys: Collection[BatchKey] | None = None) -> set[BatchKey]:
        """Return the batches that no entry after a moment concerns; among some, or of the whole office."""
        where = "lane IS NOT NULL AND batch_id IS NOT NULL" if keys is None else _OF_KEYS
        query = f"SELECT lane, batch_id FROM ledger.entries WHERE {where} GROUP BY lane, batch_id"  # noqa: S608
        found = self._rows(f"{query} HAVING max(as_of) <= %(since)s", {**_keys(keys), "since": since})
        return {(lane, batch_id) for lane, batch_id in found}

    def mark(self) -> Mark:
        """Return up to where it is known which batches were finished. See `marks`."""
        with self._cursor() as cursor:
            return newest_mark(cursor)

    def keep_mark(self, mark: Mark) -> None:
        """Keep what was found finished, so that nobody need read it again."""
        with self._cursor() as cursor:
            add_mark(cursor, mark)

    def _select(self, query: str, parameters: Any) -> list[Entry]:
        return [_entry(row) for row in self._rows(query, parameters)]

    def _rows(self, query: str, parameters: Any) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    @contextlib.contextmanager
    def _cursor(self, name: str | None = None) -> Iterator[extensions.cursor]:
        """Yield a cursor in a transaction of its own; a named one fetches a few thousand rows at a time."""
        with self._connections.transaction() as connection, connection.cursor(name) as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            yield cursor

    def unguarded(self) -> list[str]:
        """Return one sentence for each trigger that no longer stops changes of the ledger's tables."""
        standing = set(self._rows(_GUARDS, None))
        return [
            f"trigger {trigger} of {table} is off or gone: changes of that table were not stopped"
            for table, trigger in GUARDS
            if (table, trigger) not in standing
        ]

    def stream(self, kinds: Sequence[Kind]) -> Iterator[Entry]:
        """Yield entries of some kinds in order of sequence, a few thousand at a time."""
        query = f"SELECT {_READ} FROM ledger.entries WHERE kind = ANY(%s) ORDER BY seq"  # noqa: S608 - fixed text
        with self._cursor("stream") as cursor:
            cursor.execute(query, (list(kinds),))
            yield from map(_entry, cursor)

    def payloads(self, kinds: Sequence[Kind]) -> Iterator[tuple[int, str, str | None, str | None, Any]]:
        """Yield sequence, kind, lane, batch id and payload of some kinds in order; for verification.

        Nothing but the JSON is interpreted, so even an entry that somebody made senseless can be named.
        """
        query = "SELECT seq, kind, lane, batch_id, payload::text FROM ledger.entries WHERE kind = ANY(%s) ORDER BY seq"
        with self._cursor("payloads") as cursor:
            cursor.execute(query, (list(kinds),))
            for seq, kind, lane, batch_id, text in cursor:
                yield seq, kind, lane, batch_id, json.loads(text)

    def verify(self) -> list[str]:
        """Return one sentence for every break of the chain; none for an intact ledger. Rows are read as text only."""
        with self._cursor("verify") as cursor:
            cursor.execute(f"SELECT {_TEXTS} FROM ledger.entries ORDER BY seq")  # noqa: S608 - fixed text
            return list(breaks(cursor))

    def claim(self, wanted: Sequence[Claim]) -> list[Held]:
        """Claim keys, first come, first served; return those that somebody else holds. See `claims`."""
        if not wanted:
            return []
        with self._cursor() as cursor:
            return claim_all(cursor, wanted)

    def held(self, claimed: Sequence[Claim]) -> list[Held]:
        """Return what `claim` answered when these claims were made, without claiming anything."""
        if not claimed:
            return []
        with self._cursor() as cursor:
            return held_by_others(cursor, claimed)

    def sealed_claims(self, key: BatchKey) -> SealedClaims:
        """Return all claims of a batch, sealed."""
        return self.seals({key: NEWEST})[key]

    def seals(self, through: Mapping[BatchKey, int]) -> dict[BatchKey, SealedClaims]:
        """Return the claims of some batches up to a number each, sealed. See `claims`."""
        with self._cursor() as cursor:
            return seal_claims(cursor, through)

    @contextlib.contextmanager
    def lock(self, *names: str) -> Iterator[None]:
        """Hold advisory locks, waiting for another holder; Postgres frees them when this process dies.

        Args:
            names: of the locks, taken in this order; whoever takes several must always take them in the same order.
        """
        with self._connections.locked([lock_key(name) for name in names]):
            yield


class _Rows:
    """Drafts as the lines COPY reads, each made when it is asked for: the server stores one while we hash the next."""

    def __init__(self, drafts: Sequence[Draft], seq: int, prev_hash: str, recorded_at: str) -> None:
        self.made: list[Link] = []
        self._lines = self._linked(drafts, seq, prev_hash, recorded_at)

    def read(self, size: int = -1, /) -> bytes:
        """Return the next line, whatever its size; nothing at the end."""
        del size
        return next(self._lines, "").encode()

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line."""
        return self.read(size)

    def _linked(self, drafts: Sequence[Draft], seq: int, prev_hash: str, recorded_at: str) -> Iterator[str]:
        for place, draft in enumerate(drafts, start=seq + 1):
            row = link(draft, place, prev_hash, recorded_at)
            self.made.append(row)
            prev_hash = row.hash
            yield _copied(row)


def _copied(row: Link) -> str:
    """Write a row as COPY reads it; JSON has no raw tabs or line ends, and numbers, moments and hashes no specials."""
    free = "\t".join(map(_escaped, (row.lane, row.batch_id)))
    payload = row.payload.replace("\\", "\\\\")
    head = f"{row.seq}\t{row.kind}\t{free}\t{row.as_of}\t{_escaped(row.actor)}"
    return f"{head}\t{payload}\t{row.recorded_at}\t{row.prev_hash}\t{row.hash}\n"


def _escaped(text: str | None) -> str:
    if text is None:
        return "\\N"
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


_NEWEST_MADE = "SELECT max(seq) FROM ledger.entries WHERE kind = 'materialization'"
_OF_KEYS = "(lane, batch_id) IN (SELECT * FROM unnest(%(lanes)s::text[], %(batch_ids)s::text[]))"


def _keys(keys: Collection[BatchKey] | None) -> dict[str, list[str]]:
    """Return the parameters of `_OF_KEYS`."""
    return {"lanes": [lane for lane, _ in keys or ()], "batch_ids": [batch_id for _, batch_id in keys or ()]}


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, lane, batch_id, as_of, actor, payload, recorded_at, prev_hash, own = row
    return Entry(seq, kind, lane, batch_id, as_of, actor, json.loads(payload), recorded_at, prev_hash, own)


def _appended(draft: Draft, row: Link, recorded_at: datetime) -> Entry:
    return Entry(
        seq=row.seq,
        kind=draft.kind,
        lane=draft.lane,
        batch_id=draft.batch_id,
        as_of=draft.as_of,
        actor=draft.actor,
        payload=draft.payload,
        recorded_at=recorded_at,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )

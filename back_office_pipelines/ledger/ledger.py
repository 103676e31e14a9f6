"""The only code that speaks to the ledger's tables in Postgres.

What belongs here: appending, reading, locking. What does not: the meaning of payloads (`state`) and hashes (`chain`).
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg2
from psycopg2 import extensions
from psycopg2.extras import Json, execute_values

from back_office_pipelines.errors import AlreadyRecordedError, DatabaseError
from back_office_pipelines.ledger.chain import GENESIS, breaks, link
from back_office_pipelines.ledger.entries import Draft, Entry, Kind

_COLUMNS = "seq, kind, lane, batch_id, as_of, actor, payload, recorded_at, prev_hash, hash"
_INSERT = f"INSERT INTO ledger.entries ({_COLUMNS}) VALUES %s"  # noqa: S608 - fixed text
_APPEND_LOCK = 0x6C_65_64_67_65_72  # "ledger" in ASCII: one writer at a time keeps the chain a chain


class Ledger:
    """Appends to and reads from the ledger of one back office.

    Args:
        dsn: libpq connection string or URL of the operational database.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    @contextlib.contextmanager
    def _connect(self) -> Iterator[extensions.connection]:
        try:
            connection = psycopg2.connect(self._dsn, application_name="back-office")
        except psycopg2.OperationalError as problem:
            raise DatabaseError(
                "operational database", str(problem).strip(), "check BACK_OFFICE_POSTGRES_URL and that the server runs"
            ) from None
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append acts in order, all or none, and return their entries.

        Raises:
            AlreadyRecordedError: an act that can exist only once (registration, decision, publication, run) is there.
        """
        if not drafts:
            return []
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_APPEND_LOCK,))
            cursor.execute("SELECT seq, hash FROM ledger.entries ORDER BY seq DESC LIMIT 1")
            seq, prev_hash = cursor.fetchone() or (0, GENESIS)
            cursor.execute("SELECT clock_timestamp()")
            (recorded_at,) = cursor.fetchone() or ()
            entries: list[Entry] = []
            for draft in drafts:
                entry = link(draft, seq + 1, prev_hash, recorded_at)
                entries.append(entry)
                seq, prev_hash = entry.seq, entry.hash
            try:
                execute_values(cursor, _INSERT, map(_row, entries))
            except psycopg2.errors.UniqueViolation as problem:
                detail = problem.diag.message_detail or str(problem)
                raise AlreadyRecordedError(
                    "ledger", detail, "read the entry that is there instead of appending it again"
                ) from None
        return entries

    def entries(
        self,
        kind: Kind | None = None,
        lane: str | None = None,
        batch_id: str | None = None,
        after: int = 0,
    ) -> list[Entry]:
        """Return entries in order of sequence, filtered by what is given."""
        filters = {"kind": kind, "lane": lane, "batch_id": batch_id}
        given = {name: value for name, value in filters.items() if value is not None}
        where = "".join(f" AND {name} = %({name})s" for name in given)
        return self._select(f"WHERE seq > %(after)s{where} ORDER BY seq", given | {"after": after})

    def materializations_in_force(self) -> list[Entry]:
        """Return the newest materialization of every lane, batch and stage, in order of sequence."""
        newest = (
            "SELECT max(seq) FROM ledger.entries WHERE kind = 'materialization'"
            " GROUP BY lane, batch_id, payload ->> 'stage'"
        )
        return self._select(f"WHERE seq IN ({newest}) ORDER BY seq", {})

    def _select(self, clause: str, parameters: dict[str, Any]) -> list[Entry]:
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS} FROM ledger.entries {clause}", parameters)  # noqa: S608 - fixed text
            return [Entry(*row) for row in cursor.fetchall()]

    def verify(self) -> list[str]:
        """Return one sentence for every break of the chain; none for an intact ledger."""
        with self._connect() as connection, connection.cursor("verify") as cursor:
            cursor.itersize = 5000
            cursor.execute(f"SELECT {_COLUMNS} FROM ledger.entries ORDER BY seq")  # noqa: S608 - fixed text
            return list(breaks(Entry(*row) for row in cursor))

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold an advisory lock, waiting for another holder; Postgres frees it when this process dies."""
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (key,))
            connection.commit()
            yield


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.seq,
        entry.kind,
        entry.lane,
        entry.batch_id,
        entry.as_of,
        entry.actor,
        Json(entry.payload),
        entry.recorded_at,
        entry.prev_hash,
        entry.hash,
    )

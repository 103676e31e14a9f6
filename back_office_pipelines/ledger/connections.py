"""Connections of one process to the operational database: opened when needed, kept for the next call.

What belongs here: opening, keeping, discarding. What does not: any SQL about the ledger's tables.
"""

import contextlib
import hashlib
import os
import select
import threading
from collections.abc import Iterator, Sequence

import psycopg2
from psycopg2 import extensions

from back_office_pipelines.errors import DatabaseError

KEPT = 4
"""Idle connections kept; more are closed when they come back."""

_SESSION = "SET TIME ZONE 'UTC'; SET DateStyle TO 'ISO, YMD'"  # moments as text are part of the chain's hashes
_BROKEN = (psycopg2.OperationalError, psycopg2.InterfaceError)


class Connections:
    """A small stack of idle connections, safe between threads and after a fork.

    Args:
        dsn: libpq connection string or URL.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._idle: list[extensions.connection] = []
        self._pid = os.getpid()
        self._guard = threading.Lock()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[extensions.connection]:
        """Yield a connection; the block is one transaction, committed at its end and rolled back by an exception.

        Raises:
            DatabaseError: the server cannot be reached, or went away.
        """
        with self._borrowed() as connection:
            try:
                with connection:
                    yield connection
            except _BROKEN as problem:
                raise _unreachable(problem) from None

    @contextlib.contextmanager
    def locked(self, keys: Sequence[int]) -> Iterator[None]:
        """Hold session advisory locks, taken in the order given; no transaction stays open meanwhile.

        Raises:
            DatabaseError: the server cannot be reached, or went away.
        """
        owner = os.getpid()
        with self._borrowed() as connection:
            try:
                with connection, connection.cursor() as cursor:
                    for key in keys:
                        cursor.execute("SELECT pg_advisory_lock(%s)", (key,))
            except _BROKEN as problem:
                raise _unreachable(problem) from None
            try:
                yield
            finally:
                if os.getpid() == owner:
                    _unlock(connection)

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[extensions.connection]:
        connection, owner = self._take(), os.getpid()
        try:
            yield connection
        finally:
            if os.getpid() == owner:  # in a forked child it is still our parent's
                self._give_back(connection)

    def _take(self) -> extensions.connection:
        with self._guard:
            if self._pid != os.getpid():
                # psycopg2 leaves a connection alone that another process opened, so forgetting it is enough.
                self._idle, self._pid = [], os.getpid()
            while self._idle:
                connection = self._idle.pop()
                if _quiet(connection):
                    return connection
                connection.close()
        try:
            connection = psycopg2.connect(self._dsn, application_name="back-office")
            with connection, connection.cursor() as cursor:
                cursor.execute(_SESSION)
        except _BROKEN as problem:
            raise _unreachable(problem) from None
        return connection

    def _give_back(self, connection: extensions.connection) -> None:
        unused = not connection.closed and connection.info.transaction_status == extensions.TRANSACTION_STATUS_IDLE
        with self._guard:
            if unused and len(self._idle) < KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close what is idle; a later call simply opens a connection again."""
        with self._guard:
            idle, self._idle = self._idle, []
        if self._pid == os.getpid():
            for connection in idle:
                connection.close()


def lock_key(name: str) -> int:
    """Return the number under which Postgres knows an advisory lock of this name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _quiet(connection: extensions.connection) -> bool:
    """Whether an idle connection still stands: a server that ended has left its farewell in the socket."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    return not poller.poll(0)


def _unlock(connection: extensions.connection) -> None:
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    except _BROKEN:
        connection.close()  # the server frees the locks of a session that ends


def _unreachable(problem: psycopg2.Error) -> DatabaseError:
    return DatabaseError(
        "operational database",
        " ".join(str(problem).split()),
        "check BACK_OFFICE_POSTGRES_URL and that the server runs",
    )

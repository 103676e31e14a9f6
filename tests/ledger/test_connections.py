"""Connections are kept between calls, replaced when the server ended them, left alone by forked children."""

import multiprocessing
from contextlib import closing
from multiprocessing.queues import Queue

import psycopg2
import pytest

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.ledger.connections import Connections
from back_office_pipelines.ledger.ledger import Ledger

pytestmark = pytest.mark.server


def ask(dsn: str, statement: str) -> set[int]:
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return {number for (number,) in cursor.fetchall()}


def backends(dsn: str) -> set[int]:
    """Server processes of the ledger's connections."""
    return ask(dsn, "SELECT pid FROM pg_stat_activity WHERE application_name = 'back-office'")


def held_locks(dsn: str) -> int:
    return sum(ask(dsn, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))


def test_calls_share_a_connection_and_closing_gives_it_back(dsn: str) -> None:
    before = backends(dsn)
    with Ledger(dsn) as ledger:
        ledger.count()
        own = backends(dsn) - before
        for _ in range(5):
            ledger.count()
        assert len(own) == 1
        assert backends(dsn) - before == own
    with Ledger(dsn) as other:
        other.count()
        assert not (backends(dsn) - before) & own


def test_a_connection_that_the_server_ended_is_replaced(dsn: str) -> None:
    with Ledger(dsn) as ledger:
        before = backends(dsn)
        ledger.count()
        (own,) = backends(dsn) - before
        ask(dsn, f"SELECT pg_terminate_backend({own}, 10000)::int")
        assert own not in backends(dsn)
        assert ledger.count() == 0


def test_a_server_that_ends_during_a_call_is_told_in_a_sentence(dsn: str) -> None:
    connections = Connections(dsn)
    with (
        pytest.raises(DatabaseError, match="operational database"),
        connections.transaction() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert Ledger(connections).count() == 0
    connections.close()


def test_locks_are_free_again_before_their_connection_is_used_again(dsn: str) -> None:
    before = held_locks(dsn)
    with Ledger(dsn) as ledger:
        with ledger.lock("a", "b"):
            assert held_locks(dsn) == before + 2
        assert held_locks(dsn) == before
        with pytest.raises(KeyError), ledger.lock("a"):
            raise KeyError
        assert held_locks(dsn) == before
        assert ledger.count() == 0


def _count(ledger: Ledger, answers: "Queue[int]") -> None:
    answers.put(ledger.count())


def test_a_forked_child_leaves_its_parents_connections_alone(dsn: str) -> None:
    fork = multiprocessing.get_context("fork")
    answers: Queue[int] = fork.Queue()
    with Ledger(dsn) as ledger:
        before = backends(dsn)
        ledger.count()
        own = backends(dsn) - before
        child = fork.Process(target=_count, args=(ledger, answers))
        child.start()
        assert answers.get(timeout=30) == 0
        child.join(30)
        assert ledger.count() == 0
        assert backends(dsn) & own == own

"""The ledger on a real Postgres: append-only, chained, one registration and one decision of each, locks that end."""

import threading
from collections.abc import Iterator

import psycopg2
import pytest

from back_office_pipelines.errors import DatabaseError, LedgerError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import batch_of, materialization_of
from back_office_pipelines.ledger.upgrade import upgrade
from back_office_pipelines.storage.server import libpq_url
from tests.ledger.test_due import made
from tests.scenario import NOON, batch

pytestmark = pytest.mark.server


@pytest.fixture
def dsn(postgres_url: str) -> Iterator[str]:
    """A database with a fresh schema."""
    dsn = libpq_url(postgres_url)
    upgrade(dsn)
    yield dsn
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA ledger CASCADE")
    connection.close()


def decision(name: str) -> Draft:
    return Draft("decision", NOON, "ada", {"decision_id": name, "action": "triage"}, "ap_invoices", "b1")


def test_what_goes_in_comes_out_in_order_and_verifies(dsn: str) -> None:
    ledger = Ledger(dsn)
    registered = batch(control_totals={"EUR": {"gross_total": "119.00"}})
    entries = ledger.append([registered.draft("ada"), made("intake").draft("ada")])
    entries += ledger.append([decision("one")])
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert ledger.entries() == entries
    assert batch_of(ledger.entries("batch")[0]) == registered
    assert materialization_of(ledger.entries("materialization")[0]) == made("intake")
    assert ledger.entries(lane="ap_invoices", batch_id="b1", kind="decision") == entries[2:]
    assert ledger.entries(after=2) == entries[2:]
    assert ledger.verify() == []


def test_in_force_is_the_newest_of_each_stage(dsn: str) -> None:
    ledger = Ledger(dsn)
    ledger.append([made(stage).draft("ada") for stage in ("intake", "extracted", "intake")])  # type: ignore[arg-type]
    assert [entry.seq for entry in ledger.materializations_in_force()] == [2, 3]


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger.entries SET actor = 'eve'", "DELETE FROM ledger.entries", "TRUNCATE ledger.entries"]
)
def test_no_entry_can_be_changed_or_removed(dsn: str, statement: str) -> None:
    ledger = Ledger(dsn)
    ledger.append([decision("one")])
    connection = psycopg2.connect(dsn)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
    assert len(ledger.entries()) == 1


def test_tampering_past_the_trigger_is_found(dsn: str) -> None:
    ledger = Ledger(dsn)
    ledger.append([decision(name) for name in "abc"])
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger.entries DISABLE TRIGGER ALL")
        cursor.execute("UPDATE ledger.entries SET actor = 'eve' WHERE seq = 2")
    connection.close()
    assert ledger.verify() == ["entry 2 was changed after it was written"]


def test_what_can_exist_once_exists_once_and_a_refused_batch_of_entries_leaves_nothing(dsn: str) -> None:
    ledger = Ledger(dsn)
    ledger.append([batch().draft("ada"), decision("one")])
    for again in (batch().draft("bo"), decision("one")):
        with pytest.raises(LedgerError, match="already exists"):
            ledger.append([decision("two"), again])
    assert len(ledger.entries()) == 2


def test_writers_at_once_still_make_one_chain(dsn: str) -> None:
    ledger = Ledger(dsn)
    threads = [
        threading.Thread(target=lambda n=n: ledger.append([decision(f"{n}-{m}") for m in range(5)])) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in ledger.entries()] == list(range(1, 31))
    assert ledger.verify() == []


def test_a_lock_is_exclusive_and_ends_with_its_holder(dsn: str) -> None:
    ledger = Ledger(dsn)
    order: list[str] = []
    inside, done = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(10)
        with ledger.lock("batch a"):
            order.append("second")
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with ledger.lock("batch a"):
        inside.set()
        with ledger.lock("batch b"):
            order.append("first")
    assert done.wait(10)
    thread.join()
    assert order == ["first", "second"]


def test_upgrading_twice_changes_nothing_and_an_unreachable_database_is_named(dsn: str) -> None:
    assert upgrade(dsn) == []
    with pytest.raises(DatabaseError, match="operational database"):
        Ledger("postgresql://nobody@127.0.0.1:1/nothing").entries()

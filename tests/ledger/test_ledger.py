"""The ledger on a real Postgres: append-only, chained, one registration and one decision of each, locks that end."""

import threading
from datetime import timedelta

import psycopg2
import pytest

from back_office_pipelines.errors import DatabaseError, LedgerError
from back_office_pipelines.ledger.chain import canonical_json
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import batch_of, materialization_of
from tests.ledger.test_due import made
from tests.scenario import NOON, batch

pytestmark = pytest.mark.server


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
    assert [entry.seq for entry in ledger.present() if entry.kind == "materialization"] == [2, 3]


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger.entries SET actor = 'eve'", "DELETE FROM ledger.entries", "TRUNCATE ledger.entries"]
)
def test_no_entry_can_be_changed_or_removed(dsn: str, statement: str) -> None:
    ledger = Ledger(dsn)
    ledger.append([decision("one")])
    connection = psycopg2.connect(dsn, options="-c session_replication_role=replica")
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


def test_postgres_keeps_exactly_the_text_that_was_hashed(dsn: str) -> None:
    moments = [NOON, NOON + timedelta(microseconds=120), NOON.replace(year=7), NOON.replace(year=9998)]
    awkward = "tab\t line\nreturn\r back\\slash \\N quote'\" zero\\u0000 ü \U0001f9fe \u2028"
    drafts = [
        Draft("run", moment, awkward, {"run_id": awkward, "status": str(number), "z": [1.5, None], "a": 0}, awkward, "")
        for number, moment in enumerate(moments)
    ]
    with Ledger(dsn) as ledger:
        assert ledger.append(drafts) == ledger.entries()
        assert ledger.verify() == []
        stored = psycopg2.connect(dsn, options="-c timezone=Asia/Kolkata -c datestyle=German")
        with stored, stored.cursor() as cursor:
            cursor.execute("SELECT payload::text FROM ledger.entries ORDER BY seq")
            assert [text for (text,) in cursor.fetchall()] == [canonical_json(draft.payload) for draft in drafts]
        stored.close()


def test_a_run_has_one_entry_a_status(dsn: str) -> None:
    started, ended = (Draft("run", NOON, "ada", {"run_id": "r", "status": status}) for status in ("STARTED", "ENDED"))
    with Ledger(dsn) as ledger:
        ledger.append([started, ended])
        with pytest.raises(LedgerError, match="already exists"):
            ledger.append([started])


def test_single_answers_read_no_more_than_they_need(dsn: str) -> None:
    with Ledger(dsn) as ledger:
        assert (ledger.last("decision"), ledger.newest(["decision"]), ledger.count()) == (None, None, 0)
        one, two, three = ledger.append([decision("one"), decision("two"), made("intake").draft("ada")])
        assert ledger.last("decision") == two
        assert ledger.find("decision", "decision_id", "one") == one
        assert ledger.find("decision", "decision_id", "three") is None
        assert [name for (name,) in ledger.values("decision", "decision_id")] == ["one", "two"]
        assert ledger.newest(["decision", "materialization"]) == 3
        assert ledger.newest(["decision"], after=2) is None
        assert ledger.hashes([1, 3, 9]) == {1: one.hash, 3: three.hash}
        assert ledger.entries(("decision", "materialization"), after=1) == [two, three]
        assert list(ledger.stream(["materialization"])) == [three]
        assert ledger.count() == 3


def test_an_unreachable_database_is_named() -> None:
    with pytest.raises(DatabaseError, match="operational database"):
        Ledger("postgresql://nobody@127.0.0.1:1/nothing").entries()

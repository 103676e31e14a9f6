"""A client return through ledger, lake and deliveries: the first release stays, the second is another delivery."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from back_office_pipelines.chain.history import history, told
from back_office_pipelines.chain.publication import publish
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.retirement import Terms, retirable, retire
from back_office_pipelines.chain.stages import compute
from back_office_pipelines.chain.status import batch_status
from back_office_pipelines.chain.steps import page_file, worklist_file
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.chain.view import view_of
from back_office_pipelines.ledger.state import Stage
from tests.chain.office import HEADER, KEY, LANE, SmallOffice, open_small_office
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server
DAY = 24 * HOUR
TWO = (
    f"{HEADER}\nG-1,2026-11-02,EUR,Kupfer & Söhne,100.00,19.00,119.00\nG-2,2026-11-02,EUR,Quarz OHG,10.00,1.90,11.90\n"
)
RETURN = {"field": "seller_name", "reason": "the seller is Kupfer AG", "cause_party": "provider"}


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    """One batch of two records, released at noon."""
    opened = open_small_office(new_database(f"returns_{abs(hash(request.node.name))}"), tmp_path)
    opened.deliver("b1", {"invoices.csv": TWO})
    opened.register()
    opened.run(NOON)
    yield opened
    opened.office.close()


def decide(small: SmallOffice, action: str, hours: int, **cells: str) -> None:
    at = NOON + hours * HOUR
    small.decide(action, small.record("G-1"), at, recorded_at=at, **cells)


def come_back(small: SmallOffice) -> None:
    """Return a record after a day, correct it two hours later, and run after each."""
    decide(small, "return", 24, **RETURN)
    small.run(NOON + 25 * HOUR)
    decide(small, "correct", 26, field="seller_name", value="Kupfer AG")
    small.run(NOON + 27 * HOUR)


def delivered(small: SmallOffice) -> dict[str, str]:
    root = small.office.settings.deliveries
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_return_is_redelivered_and_everything_agrees(small: SmallOffice) -> None:
    office, record = small.office, small.record("G-1")
    first = delivered(small)
    decide(small, "return", 24, **RETURN)
    small.run(NOON + 25 * HOUR)
    assert delivered(small) == first
    assert "CLIENT_RETURN" in worklist_file(office.settings, KEY).read_text()
    status = batch_status(office, small.inbox, KEY, NOON + 25 * HOUR)
    assert status is not None
    assert (status["status"], status["records"]) == ("held", {"released": 1, "returned": 1})
    assert "returned" in page_file(office.settings, KEY).read_text()
    decide(small, "correct", 26, field="seller_name", value="Kupfer AG")
    small.run(NOON + 27 * HOUR)
    after = delivered(small)
    assert first.items() <= after.items()
    (again,) = (text for name, text in after.items() if name not in first and name.endswith("/invoice.csv"))
    assert "Kupfer AG" in again
    assert "Quarz OHG" not in again
    status = batch_status(office, small.inbox, KEY, NOON + 27 * HOUR)
    assert status is not None
    assert (status["status"], status["records"]) == ("done", {"released": 1, "redelivered": 1})
    page = page_file(office.settings, KEY).read_text()
    assert all(name in page for name in after if name.endswith("/invoice.csv"))
    assert "1 redelivered, 1 released" in page
    assert {one.verdict for one in replay_batch(office, *KEY)} == {"same"}
    assert verify_office(office) == []
    said = [told(one) for one in history(office, record) if one.kind == "decision"]
    assert said[0].startswith(f"return on {record} as supervisor caused by provider: the seller is Kupfer AG")


def test_the_evidence_page_is_the_same_whichever_stage_writes_it_last(small: SmallOffice) -> None:
    come_back(small)
    office, snapshot = small.office, small.office.snapshot(KEY)
    stages: tuple[Stage, ...] = ("released", "worklist")
    pages = [compute(view_of(office, snapshot, snapshot.batch(*KEY), stage, NOON + 27 * HOUR)).page for stage in stages]
    assert pages == [page_file(office.settings, KEY).read_text()] * 2


def test_the_warehouse_shows_the_revision_in_force_and_keeps_the_first(small: SmallOffice) -> None:
    come_back(small)
    publish(small.office, NOON + 27 * HOUR, "run", "ada")
    with duckdb.connect(str(small.office.warehouse.published), read_only=True) as connection:

        def rows(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query).fetchall()

        shown = rows("SELECT invoice_number, revision, seller_name FROM records.ap_invoices_invoice ORDER BY 1")
        assert shown == [("G-1", 2, "Kupfer AG"), ("G-2", 1, "Quarz OHG")]
        states = rows("SELECT state, revision, returns, first_pass, straight_through FROM controls.records ORDER BY 1")
        assert states == [("redelivered", 2, 1, False, True), ("released", 1, 0, True, True)]
        clocks = rows("SELECT revision, state, cause_party, field, hours FROM controls.revisions ORDER BY revision")
        assert clocks[-1] == (2, "released", "provider", "seller_name", 0.0)  # on a Saturday
        values = rows(
            "SELECT revision, value FROM controls.accepted_values "
            f"WHERE field = 'seller_name' AND record_id = '{small.record('G-1')}' ORDER BY 1"
        )
        assert values == [(1, "Kupfer & Söhne"), (2, "Kupfer AG")]
        figures = (
            "SELECT released, returned, redelivered FROM measures.rework WHERE period = 'month' AND client = 'all'"
        )
        assert set(rows(figures)) == {(2, 1, 1)}


def test_a_return_brings_a_retired_batch_back_until_it_is_redelivered(small: SmallOffice) -> None:
    office, at = small.office, NOON + 91 * DAY
    assert retire(office, Terms(NOON + 90 * DAY, "ada")) == [KEY]
    small.decide("return", small.record("G-1"), at, recorded_at=at, **RETURN)
    assert office.ledger.retired() == set()
    small.run(at)
    assert retirable(office, Terms(at + 900 * DAY, "ada")) == []
    small.decide("redeliver", small.record("G-1"), at + HOUR, recorded_at=at + HOUR, reason="it is right")
    small.run(at + HOUR)
    assert retirable(office, Terms(at + 900 * DAY, "ada")) == [KEY]
    assert {one.verdict for one in replay_batch(office, *KEY)} == {"same"}
    assert verify_office(office) == []


def test_a_returned_record_keeps_its_document_and_its_keys(small: SmallOffice) -> None:
    decide(small, "return", 24, **RETURN)
    small.run(NOON + 25 * HOUR)
    folder = small.inbox / LANE / "b1"
    (folder / "more.csv").write_text(f"{HEADER}\nG-3,2026-11-02,EUR,Eisen AG,10.00,1.90,11.90\n", encoding="utf-8")
    manifest = folder / "manifest.yaml"
    manifest.write_text(f"{manifest.read_text(encoding='utf-8')}delivery: 2\n", encoding="utf-8")
    small.deliver("b2", {"again.csv": f"{TWO.splitlines()[0]}\n{TWO.splitlines()[1]}\n"})
    small.register(NOON + 26 * HOUR)
    small.run(NOON + 26 * HOUR)
    snapshot = small.office.snapshot()
    states = {row["record_id"]: row["state"] for row in snapshot.rows(KEY, "validated", "record_states")}
    assert states[small.record("G-1")] == "returned"
    assert sorted(states.values()) == ["accepted", "accepted", "returned"]
    later = snapshot.rows((LANE, "b2"), "validated", "exceptions")
    assert "DUPLICATE_RECORD" in {row["reason_code"] for row in later}
    decide(small, "redeliver", 27, reason="it is right")
    small.run(NOON + 28 * HOUR)
    rows = small.office.snapshot().rows(KEY, "released", "releases")
    assert sorted((row["revision"], row["record_id"] == small.record("G-1")) for row in rows) == [
        (1, False),
        (1, False),
        (1, True),
        (2, True),
    ]
    assert verify_office(small.office) == []
    assert {one.verdict for key in (KEY, (LANE, "b2")) for one in replay_batch(small.office, *key)} == {"same"}

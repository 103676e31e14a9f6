"""A gate from the inbox to the delivery: a large invoice waits, is approved, and every later look tells so."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from back_office_pipelines.chain.history import as_lines, history
from back_office_pipelines.chain.publication import publish
from back_office_pipelines.chain.replay import replay_batch
from tests.chain.office import HEADER, KEY, SmallOffice, open_small_office, rows
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server

LARGE = "R-1,2026-11-02,EUR,Kupfer & Söhne,50000.00,0.00,50000.00"
SMALL = "R-2,2026-11-03,EUR,Quarz OHG,200.00,38.00,238.00"
JUST_UNDER = "R-3,2026-11-03,EUR,Quarz OHG,49999.99,0.00,49999.99"


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    office = open_small_office(new_database(request.node.name[:60]), tmp_path)
    office.deliver("b1", {"large.csv": lines(LARGE), "small.csv": lines(SMALL, JUST_UNDER)})
    office.register()
    office.run(NOON)
    yield office
    office.office.close()


def released(small: SmallOffice) -> set[str]:
    return {row["record_id"] for row in rows(small, "released", "releases")}


def page(small: SmallOffice) -> str:
    return (small.office.settings.evidence / KEY[0] / f"{KEY[1]}.html").read_text(encoding="utf-8")


def approve(small: SmallOffice, hours: int, actor: str = "grace") -> None:
    at = NOON + hours * HOUR
    small.decide("approve", small.exception("R-1"), at, recorded_at=at, actor=actor, role="approver")


def test_a_large_invoice_goes_out_once_it_is_approved(small: SmallOffice) -> None:
    assert released(small) == {small.record("R-2"), small.record("R-3")}
    small.run(NOON + HOUR)
    assert released(small) == {small.record("R-2"), small.record("R-3")}  # looking again releases nothing
    approve(small, 2)
    small.run(NOON + 3 * HOUR)
    assert released(small) == {small.record(number) for number in ("R-1", "R-2", "R-3")}
    assert {one.verdict for one in replay_batch(small.office, *KEY)} == {"same"}
    told = "\n".join(as_lines(history(small.office, small.record("R-1"))))
    assert "1 gated" in told
    assert f"approve on {small.exception('R-1')} as approver" in told
    assert "grace (approver)" in page(small)
    publish(small.office, NOON + 3 * HOUR, "run", "ada")
    with duckdb.connect(str(small.office.warehouse.published), read_only=True) as warehouse:
        shown = warehouse.sql(
            "SELECT state, first_pass, straight_through, approver, holds FROM controls.records"
            " JOIN controls.approvals USING (record_id)"
        ).fetchall()
    assert shown == [("released", True, False, "grace", True)]


def test_what_was_corrected_after_the_approval_waits_for_another_and_replays(small: SmallOffice) -> None:
    approve(small, 2)
    at = NOON + 2 * HOUR
    small.decide("correct", small.record("R-1"), at, recorded_at=at, field="seller_name", value="Kupfer GmbH")
    small.run(NOON + 3 * HOUR)
    assert small.record("R-1") not in released(small)
    assert "ada changed seller_name after what was shown" in page(small)
    publish(small.office, NOON + 3 * HOUR, "run", "ada")
    with duckdb.connect(str(small.office.warehouse.published), read_only=True) as warehouse:
        shown = warehouse.sql("SELECT state FROM controls.records WHERE state <> 'released'").fetchall()
    assert shown == [("gated",)]
    approve(small, 4)
    small.run(NOON + 5 * HOUR)
    assert small.record("R-1") in released(small)
    assert {one.verdict for one in replay_batch(small.office, *KEY)} == {"same"}


def test_a_new_delivery_of_the_invoice_needs_an_approval_of_its_own(small: SmallOffice) -> None:
    approve(small, 1)
    shutil.rmtree(small.inbox / KEY[0] / KEY[1])
    changed = {"large.csv": lines(LARGE.replace("50000.00", "90000.00")), "small.csv": lines(SMALL, JUST_UNDER)}
    small.deliver("b1", changed, delivery=2)
    small.register(NOON + 2 * HOUR)
    small.run(NOON + 2 * HOUR)
    found = rows(small, "validated", "exceptions")
    assert sorted((row["state"], row["resolution"]) for row in found) == [("open", None), ("resolved", "superseded")]
    (waiting,) = (row for row in found if row["state"] == "open")
    assert waiting["observed"].startswith("gross_total 90000.00")
    assert [(row["holds"], row["ended_because"]) for row in rows(small, "validated", "approvals")] == [
        (False, "a later delivery took the record's place")
    ]
    assert len(released(small)) == 2
    at = NOON + 3 * HOUR
    small.decide("approve", waiting["exception_id"], at, recorded_at=at, actor="grace", role="approver")
    small.run(at)
    assert waiting["record_id"] in released(small)
    assert {one.verdict for one in replay_batch(small.office, *KEY)} == {"same"}

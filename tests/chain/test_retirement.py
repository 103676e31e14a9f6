"""Retirement: over and quiet batches leave Dagster and nothing else; what concerns them brings them back."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from back_office_pipelines.chain.history import history, told
from back_office_pipelines.chain.registration import due_batches, register_inbox
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.retirement import Terms, forget_retired, retirable, retire
from back_office_pipelines.chain.unfinished import look
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.errors import UsageError
from tests.chain.office import HEADER, KEY, LANE, SmallOffice, open_small_office
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server
GOOD = f"{HEADER}\nG-{{0}},2026-11-02,EUR,Kupfer & Söhne,100.00,19.00,119.00\n"
HELD = f"{HEADER}\nH-1,2026-11-02,EUR,,100.00,19.00,119.00\n"
DAY = 24 * HOUR


@dataclass
class Keys:
    """Partition keys as the orchestrator would have them."""

    lanes: dict[str, set[str]] = field(default_factory=dict)

    def known(self, lane: str) -> Collection[str]:
        return self.lanes.get(lane, set())

    def forget(self, lane: str, batch_ids: Sequence[str]) -> None:
        self.lanes[lane] -= set(batch_ids)


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    """Two batches that are over and one that is held, at noon."""
    opened = open_small_office(new_database(f"retirement_{abs(hash(request.node.name))}"), tmp_path)
    opened.deliver("b1", {"invoices.csv": GOOD.format("1")})
    opened.deliver("b2", {"invoices.csv": GOOD.format("KX-77431")})
    opened.deliver("held", {"invoices.csv": HELD})
    opened.register()
    opened.run(NOON)
    yield opened
    opened.office.close()


def terms(days_later: int, quiet_days: int = 90) -> Terms:
    return Terms(NOON + days_later * DAY, "ada", quiet_days, "bob")


def test_what_is_over_and_quiet_retires_once_and_what_is_held_never(small: SmallOffice) -> None:
    office, keys = small.office, Keys({LANE: {"b1", "b2", "held", "other"}})
    assert retire(office, terms(89)) == []
    before = office.ledger.count()
    assert retirable(office, terms(90)) == [(LANE, "b1"), (LANE, "b2")]
    assert office.ledger.count() == before
    assert retire(office, terms(90)) == [(LANE, "b1"), (LANE, "b2")]
    assert retire(office, terms(900)) == []
    assert forget_retired(office, keys) == [(LANE, "b1"), (LANE, "b2")]
    assert keys.lanes == {LANE: {"held", "other"}}
    assert forget_retired(office, keys) == []
    assert verify_office(office) == []
    assert {one.verdict for one in replay_batch(office, *KEY)} == {"same"}
    assert told(history(office, "ap_invoices/b1")[-1]) == "retired after 90 quiet days (submitted by bob)"


def test_a_folder_that_stays_changes_nothing_and_a_redelivery_brings_its_batch_back(small: SmallOffice) -> None:
    office = small.office
    retire(office, terms(90))
    before = office.ledger.count()
    small.register(NOON + 91 * DAY)
    assert office.ledger.count() == before
    folder = small.inbox / LANE / "b1"
    (folder / "more.csv").write_text(GOOD.format("4711-A"), encoding="utf-8")
    manifest = folder / "manifest.yaml"
    manifest.write_text(f"{manifest.read_text(encoding='utf-8')}delivery: 2\n", encoding="utf-8")
    small.register(NOON + 92 * DAY)
    assert [entry.kind for entry in office.ledger.entries(after=before)] == ["reactivated", "batch"]
    assert office.ledger.retired() == {(LANE, "b2")}
    assert list(look(office).reactivated) == [(LANE, "b1")]
    small.run(NOON + 92 * DAY)
    assert len(office.snapshot().rows((LANE, "b1"), "released", "releases")) == 2
    assert forget_retired(office, Keys({LANE: {"b1", "b2"}})) == [(LANE, "b2")]
    assert retire(office, terms(181)) == []
    assert retire(office, terms(182)) == [(LANE, "b1")]
    assert [told(one) for one in history(office, "ap_invoices/b1") if one.kind == "reactivated"] == [
        "taken up again because of a new batch"
    ]


def test_other_content_without_a_higher_delivery_is_a_conflict_as_before(small: SmallOffice) -> None:
    office = small.office
    retire(office, terms(90))
    (small.inbox / LANE / "b1" / "invoices.csv").write_text(GOOD.format("4711-A"), encoding="utf-8")
    refused = register_inbox(office, small.inbox, NOON + 91 * DAY, "ada").refused
    assert ["BATCH_CONFLICT" in one for one in refused] == [True]
    assert (LANE, "b1") in office.ledger.retired()


def test_a_decision_on_a_retired_batch_is_taken_as_before(small: SmallOffice) -> None:
    office = small.office
    retire(office, terms(90))
    at = NOON + 91 * DAY
    small.decide(
        "qa_score",
        small.record("G-1"),
        at,
        recorded_at=at,
        role="qa_keyer",
        field="seller_name",
        value="Kupfer & Söhne",
    )
    assert office.ledger.retired() == {(LANE, "b2")}
    assert due_batches(look(office).snapshot, at) == []


@pytest.mark.parametrize("days", [-1, 10**9])
def test_days_that_make_no_sense_are_refused(days: int) -> None:
    with pytest.raises(UsageError, match="quiet days"):
        _ = Terms(NOON, "ada", days).since

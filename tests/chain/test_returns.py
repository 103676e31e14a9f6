"""A client return through ledger, lake and deliveries: the first release stays, the second is another delivery."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from back_office_pipelines.chain.history import history, told
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.status import batch_status
from back_office_pipelines.chain.steps import page_file, worklist_file
from back_office_pipelines.chain.verification import verify_office
from tests.chain.office import HEADER, KEY, SmallOffice, open_small_office
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
    assert {one.verdict for one in replay_batch(office, *KEY)} == {"same"}
    assert verify_office(office) == []
    said = [told(one) for one in history(office, record) if one.kind == "decision"]
    assert said[0].startswith(f"return on {record} as supervisor caused by provider: the seller is Kupfer AG")

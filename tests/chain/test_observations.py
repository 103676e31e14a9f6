"""What an exception showed stays with the decision about it, on the page and in the query, whatever it shows later."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from lxml import html

from back_office_pipelines.chain.observations import observed_at
from back_office_pipelines.chain.publication import publish
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.steps import page_file
from back_office_pipelines.chain.verification import verify_office
from tests.chain.office import INVOICES, KEY, SmallOffice, open_small_office, rows
from tests.scenario import HOUR, NOON, ROOT

pytestmark = pytest.mark.server
QUERY = ROOT / "docs" / "guides" / "queries" / "14_overrides.sql"


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    """A batch whose records do not add up to what its manifest says."""
    opened = open_small_office(new_database(f"observed_{abs(hash(request.node.name))}"), tmp_path)
    opened.deliver("b1", {"invoices.csv": INVOICES}, control_totals='{EUR: {gross_total: "1200.00"}}')
    opened.register()
    opened.run(NOON)
    yield opened
    opened.office.close()


def correct(small: SmallOffice) -> None:
    """Correct an amount two hours after the batch came in, so that from the third on the sum is another."""
    at = NOON + 2 * HOUR
    small.decide("correct", small.record("R-3"), at, recorded_at=at, field="gross_total", value="357.00")
    small.run(NOON + 3 * HOUR)
    assert observed(small) == "1190.00 EUR"


def exception(small: SmallOffice) -> str:
    (found,) = (row for row in rows(small, "validated", "exceptions") if row["reason_code"] == "CONTROL_TOTAL")
    return str(found["exception_id"])


def observed(small: SmallOffice) -> str:
    (found,) = (row for row in rows(small, "validated", "exceptions") if row["reason_code"] == "CONTROL_TOTAL")
    return str(found["observed"])


def decide(small: SmallOffice, action: str, hours: int, recorded: int, **cells: str) -> None:
    small.decide(action, exception(small), NOON + hours * HOUR, recorded_at=NOON + recorded * HOUR, **cells)


def shown_on_page(small: SmallOffice) -> dict[str, str]:
    """What stands on the evidence page as shown to who decided, by action."""
    page = html.fromstring(page_file(small.office.settings, KEY).read_text(encoding="utf-8"))
    (table,) = page.xpath("//h2[text()='Decisions of people']/following-sibling::table[1]")
    return {row[2].text_content(): " ".join(row[5].text_content().split()) for row in table.xpath("./tr")}


def test_an_acceptance_stands_beside_the_sum_that_was_accepted(small: SmallOffice) -> None:
    decide(small, "override", 1, 1, reason="the client knows")
    small.run(NOON + HOUR)
    correct(small)
    assert shown_on_page(small)["override"] == "1232.00 EURexpected 1200.00 EUR"
    publish(small.office, NOON + 3 * HOUR, "run", "ada")
    with duckdb.connect(str(small.office.warehouse.published), read_only=True) as warehouse:
        ((_, actor, code, found, expected, _),) = warehouse.sql(QUERY.read_text(encoding="utf-8")).fetchall()
    assert (actor, code, found, expected) == ("ada", "CONTROL_TOTAL", "1232.00 EUR", "1200.00 EUR")
    assert {one.verdict for one in replay_batch(small.office, *KEY)} == {"same"}
    assert verify_office(small.office) == []


def test_what_was_decided_long_before_it_was_recorded_shows_what_stood_there_then(small: SmallOffice) -> None:
    correct(small)
    decide(small, "triage", 2, 4)
    decide(small, "escalate", 4, 4)
    small.run(NOON + 4 * HOUR)
    shown = shown_on_page(small)
    assert shown["triage"].startswith("1232.00 EUR")
    assert shown["escalate"].startswith("1190.00 EUR")


def test_before_the_first_validation_nothing_was_to_be_seen(small: SmallOffice) -> None:
    name = exception(small)
    correct(small)
    assert observed_at(small.office, KEY, name, NOON - HOUR) is None
    assert observed_at(small.office, KEY, "no such exception", NOON) is None
    seen = [observed_at(small.office, KEY, name, NOON + hours * HOUR) for hours in (0, 2, 3)]
    assert [one.observed for one in seen if one] == ["1232.00 EUR", "1232.00 EUR", "1190.00 EUR"]

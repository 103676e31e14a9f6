"""Automation: off until audits prove it, switched on by a person, bound to a batch, broken by later audits."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.chain.automation import standings, switch_off, switch_on
from back_office_pipelines.chain.history import told
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import RefusedActError, UsageError
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.inbox import list_inbox
from tests.chain.office import HEADER, LANE, SmallOffice, open_small_office, rows
from tests.scenario import HOUR, NOON, ROOT

pytestmark = pytest.mark.server

READ = ("invoice_number", "issue_date", "currency", "seller_name", "gross_total")


def printed(number: str) -> dict[str, str]:
    """Return one invoice; no two have the same amounts, or they would be near duplicates."""
    net = 100 * sum(map(ord, number))
    amounts = (f"{net}.00", f"{net * 19 // 100}.00", f"{net * 119 // 100}.00")
    return dict(zip(HEADER.split(","), (number, "2026-11-02", "EUR", "Zink KG", *amounts), strict=True))


def lines(*numbers: str) -> str:
    return "\n".join([HEADER, *(",".join(printed(number).values()) for number in numbers), ""])


def as_from_a_page(
    content: bytes, name: str, dictionary: Dictionary, *, ignore_embedded_xml: bool = False
) -> Extraction:
    """Read as the product does, and be a little less sure of everything."""
    found = extract_document(content, name, dictionary, ignore_embedded_xml=ignore_embedded_xml)
    return replace(
        found,
        records=tuple(
            replace(one, fields=tuple(replace(field, confidence=0.9) for field in one.fields)) for one in found.records
        ),
    )


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> SmallOffice:
    """An office whose northwind allows half of what passes to be wrong, so that five documents are enough."""
    folder = tmp_path / "dictionaries"
    shutil.copytree(ROOT / "field_dictionaries", folder)
    exhibit = folder / "clients" / "northwind.yaml"
    text = exhibit.read_text(encoding="utf-8")
    assert 'target_error: "0.02"' in text
    exhibit.write_text(text.replace('target_error: "0.02"', 'target_error: "0.5"'), encoding="utf-8")
    opened = open_small_office(new_database(request.node.name), tmp_path, folder)
    return replace(opened, office=replace(opened.office, extractor=InProcess(as_from_a_page)))


def arrive(small: SmallOffice, batch_id: str, *numbers: str, hours: int = 0) -> None:
    small.deliver(batch_id, {"invoices.csv": lines(*numbers)})
    small.register(NOON + hours * HOUR)
    small.run(NOON + hours * HOUR)


def audit(small: SmallOffice, numbers: tuple[str, ...], hours: int, *, seller: str = "Zink KG") -> None:
    values: list[dict[str, Any]] = rows(small, "extracted", "field_values")
    for number in numbers:
        (record,) = {row["record_id"] for row in values if row["value"] == number}
        for field in READ:
            at, cells = NOON + hours * HOUR, {"role": "qa_keyer", "field": field, "sample_id": "s1"}
            value = (printed(number) | {"seller_name": seller})[field]
            small.decide("qa_score", str(record), at, recorded_at=at, value=value, **cells)


def held(small: SmallOffice, batch_id: str) -> list[str]:
    found = rows(small, "validated", "exceptions")
    return sorted(row["reason_code"] for row in found if row["batch_id"] == batch_id and row["state"] != "resolved")


def test_off_until_proved_then_on_for_later_batches_then_broken(small: SmallOffice) -> None:
    office = small.office
    numbers = tuple(f"R-{number}" for number in range(5))
    arrive(small, "b1", *numbers)
    assert set(held(small, "b1")) == {"SAMPLING_HOLD"}

    audit(small, numbers[:4], 1)
    with pytest.raises(RefusedActError, match=r"4 audited documents do not prove at most 0\.5 wrong.*1 more without"):
        switch_on(office, LANE, "northwind", NOON + HOUR, "ada", "ada")
    audit(small, numbers[4:], 2)
    switch = switch_on(office, LANE, "northwind", NOON + 2 * HOUR, "ada", "ada")
    assert (switch.threshold, switch.above, switch.errors, switch.submitter) == ("0.60", 5, 0, "ada")

    arrive(small, "b2", "S-1", hours=3)
    assert held(small, "b2") == []
    assert set(held(small, "b1")) == {"SAMPLING_HOLD"}  # bound to what was in force
    assert [one.verdict for key in ("b1", "b2") for one in replay_batch(office, LANE, key)] == ["same"] * 10

    arrive(small, "b3", "T-1", "T-2", "T-3", hours=4)
    audit(small, ("T-1", "T-2", "T-3"), 5, seller="Zinn KG")
    arrive(small, "b4", "U-1", hours=6)
    assert set(held(small, "b4")) == {"SAMPLING_HOLD"}
    acts = [told(entry) for entry in office.ledger.entries("automation")]
    assert acts == [
        "automation for northwind on from confidence 0.60: proved on audited documents (submitted by ada)",
        "automation for northwind off: audits break it: 3 of 8 wrong, bound 0.7108",
    ]
    assert office.ledger.entries("automation")[-1].actor == "machine"
    assert office.ledger.verify() == []


def test_a_run_at_an_earlier_moment_sees_neither_later_audits_nor_later_switches(small: SmallOffice) -> None:
    numbers = tuple(f"R-{number}" for number in range(5))
    arrive(small, "b1", *numbers)
    audit(small, numbers, 5)
    switch_on(small.office, LANE, "northwind", NOON + 6 * HOUR, "ada", "ada")
    earlier = next(one for one in standings(small.office, NOON + HOUR) if (one.lane, one.client) == (LANE, "northwind"))
    assert (earlier.running, earlier.audits.documents) == (False, [])
    small.deliver("b2", {"invoices.csv": lines("S-1")})
    small.register(NOON + HOUR)
    small.run(NOON + HOUR)
    assert "SAMPLING_HOLD" in held(small, "b2")


def test_only_what_is_on_can_be_switched_off_and_only_terms_can_switch_on(small: SmallOffice) -> None:
    office = small.office
    with pytest.raises(UsageError, match="is not on"):
        switch_off(office, LANE, "northwind", NOON, "ada", "ada", "holiday")
    with pytest.raises(UsageError, match="its exhibit has no target"):
        switch_on(office, "expense_receipts", "northwind", NOON, "ada", "ada")
    numbers = tuple(f"R-{number}" for number in range(5))
    arrive(small, "b1", *numbers)
    audit(small, numbers, 1)
    switch_on(office, LANE, "northwind", NOON + 2 * HOUR, "ada", "ada")
    switch_off(office, LANE, "northwind", NOON + 3 * HOUR, "ada", "ada", "new scanner")
    arrive(small, "b2", "S-1", hours=4)
    assert "SAMPLING_HOLD" in held(small, "b2")
    assert list_inbox(small.inbox, office.contracts.lanes, NOON).problems == []

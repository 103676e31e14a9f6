"""A batch stays on the contract it was received under: in every later run and in replay, whatever the folder says."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.dictionary.types import record_table
from tests.chain.office import HEADER, INVOICES, KEY, LANE, LATER, SmallOffice, open_small_office
from tests.scenario import HOUR, NOON, ROOT

pytestmark = pytest.mark.server


def add_version(folder: Path, version: str, effective_from: str, stricter: str) -> None:
    """Write a version that is as 1.0.0 and never lets one more field be missing."""
    text = (folder / LANE / "1.0.0.yaml").read_text(encoding="utf-8")
    for old, new in (
        ('version: "1.0.0"', f'version: "{version}"'),
        ('effective_from: "2020-01-01"', f'effective_from: "{effective_from}"'),
        (
            "\nchanges:\n",
            f"\nchanges:\n  - {{version: {version}, date: '2026-11-22', by: test, kind: major, note: n}}\n",
        ),
        (f"      {stricter}:\n", f"      {stricter}:\n        nullable: never\n"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (folder / LANE / f"{version}.yaml").write_text(text, encoding="utf-8")


def stamped(small: SmallOffice, batch_id: str) -> set[str]:
    """Versions that the batch and its accepted records carry."""
    snapshot, key = small.office.snapshot(), (LANE, batch_id)
    bound = small.office.bound_dictionary(snapshot.batch(*key).dictionary_fingerprint)
    rows = [*snapshot.rows(key, "intake", "batches"), *snapshot.rows(key, "validated", record_table(bound, "invoice"))]
    return {row["dictionary_version"] for row in rows}


def test_new_versions_in_the_folder_change_no_fate_of_a_batch_received_before(
    new_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = new_database("versions")
    small = open_small_office(url, tmp_path)
    small.deliver("b1", {"invoices.csv": INVOICES})
    small.register()
    small.run(NOON)
    before = small.office.ledger.entries("materialization")

    folder = tmp_path / "dictionaries"
    shutil.copytree(ROOT / "field_dictionaries", folder)
    add_version(folder, "2.0.0", "2020-02-01", "due_date")
    add_version(folder, "3.0.0", "2020-03-01", "buyer_name")
    (folder / LANE / "1.0.0.yaml").unlink()
    small = open_small_office(url, tmp_path, folder)
    small.deliver("b2", {"invoices.csv": f"{HEADER}\nR-9,2026-11-02,EUR,Zink KG,100.00,19.00,119.00\n"})
    shutil.rmtree(small.inbox.joinpath(*KEY))
    shutil.rmtree(small.data / "worklists")
    small.register(LATER)
    small.decide("correct", small.exception("R-4"), NOON + HOUR, recorded_at=LATER, value="Zink KG")
    small.run(LATER)

    snapshot = small.office.snapshot()
    assert [row["state"] for row in snapshot.rows((LANE, "b2"), "validated", "record_states")] == ["held"]
    states = [row["state"] for row in snapshot.rows(KEY, "validated", "record_states")]
    assert sorted(states) == ["accepted", "accepted", "held", "held"]
    assert (stamped(small, "b1"), stamped(small, "b2")) == ({"1.0.0"}, {"3.0.0"})
    replayed = replay_batch(small.office, *KEY)
    assert len(replayed) == len(before) + 3
    assert {one.verdict for one in [*replayed, *replay_batch(small.office, LANE, "b2")]} == {"same"}
    assert small.office.ledger.verify() == []

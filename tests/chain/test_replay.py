"""Replay: the same hashes from what was seen then, whatever happened since; what is not the same is named."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from back_office_pipelines.chain import replay as replay_module
from back_office_pipelines.chain import steps
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.replay import Replayed, replay_batch
from back_office_pipelines.chain.stages import compute
from back_office_pipelines.chain.view import Made, View
from back_office_pipelines.cli import audit
from back_office_pipelines.cli.main import app
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.extraction.guard import Reader
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.ledger.state import Stage
from tests.chain.office import INVOICES, KEY, LATER, SmallOffice, open_small_office
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server


def stages(replayed: list[Replayed]) -> list[Stage]:
    return [one.stage for one in replayed]


def assert_same(replayed: list[Replayed]) -> None:
    assert replayed
    assert [(one.stage, one.differences, one.obstacle) for one in replayed if one.verdict != "same"] == []


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_history_with_decisions_and_releases_replays_and_leaves_no_trace(lived: SmallOffice) -> None:
    before = (tree(lived.data), lived.office.ledger.entries())
    replayed = replay_batch(lived.office, *KEY)
    assert_same(replayed)
    again: list[Stage] = ["validated", "released", "worklist"]
    assert stages(replayed) == ["intake", "extracted", *again, *again, *again, *again]
    assert [one.tables for one in replayed[:5]] == [3, 4, 8, 1, 0]
    assert not any(one.other_code for one in replayed)
    assert (tree(lived.data), lived.office.ledger.entries()) == before


def test_the_history_replayed_is_one_in_which_sequence_and_time_both_matter(lived: SmallOffice) -> None:
    """Guards the story: a replay that took other decisions, or another validation, would make other tables."""
    ledger = lived.office.ledger
    override, correct, reject, _ = ledger.entries("decision", *KEY)
    made = ledger.entries("materialization", *KEY)
    second = [one for one in made if one.payload["stage"] == "validated"][1]
    assert override.seq < correct.seq < reject.seq < second.seq
    assert correct.as_of < second.as_of < override.as_of == reject.as_of
    assert second.payload["counts"]["accepted"] == 2
    assert second.payload["decisions_through"] == correct.seq
    released = [one.payload for one in made if one.payload["stage"] == "released"]
    assert [one["counts"]["released"] for one in released] == [
        1,
        1,
        2,
        2,
    ]  # the corrected record waited, and was rejected
    assert released[1]["decisions_through"] == reject.seq


@pytest.fixture
def damaged(lived: SmallOffice, tmp_path: Path) -> SmallOffice:
    """The same ledger over a copy of its files, to be damaged."""
    shutil.copytree(lived.data, tmp_path / "data")
    settings = replace(lived.office.settings, data=tmp_path / "data")
    return SmallOffice(Office(settings, lived.office.contracts, lived.office.ledger, InProcess()), lived.inbox)


def reading(small: SmallOffice, reader: Reader) -> Office:
    """The same back office, whose documents are read by another reader."""
    return replace(small.office, extractor=InProcess(reader))


def test_decisions_recorded_meanwhile_or_afterwards_change_nothing(
    new_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some are recorded between a stage's look and its entry, and dated back; the inbox is gone by the replay."""
    small = open_small_office(new_database("meanwhile"), tmp_path)
    small.deliver("b1", {"invoices.csv": INVOICES})
    small.register()
    meanwhile: dict[str, tuple[str, dict[str, str]]] = {
        "validated": ("R-2", {"field": "seller_name", "value": "Quarz OHG"}),
        "released": ("R-1", {"field": "seller_name", "value": "Kupfer AG"}),
    }

    def slow_compute(view: View) -> Made:
        if view.stage in meanwhile:
            number, cells = meanwhile[view.stage]
            small.decide("correct", small.record(number), NOON, recorded_at=NOON, **cells)
        return compute(view)

    monkeypatch.setattr(steps, "compute", slow_compute)
    small.run(NOON)
    monkeypatch.undo()
    small.decide("correct", small.exception("R-4"), NOON, recorded_at=LATER, value="Zink KG")
    shutil.rmtree(small.inbox)
    shutil.rmtree(small.data / "worklists")
    made = {one.payload["stage"]: one for one in small.office.ledger.entries("materialization")}
    decisions = small.office.ledger.entries("decision")
    assert [one.seq for one in decisions if one.seq < made["released"].seq] == [one.seq for one in decisions[:2]]
    assert made["validated"].payload["decisions_through"] == 0
    assert made["released"].payload["counts"]["released"] == 1
    replayed = replay_batch(small.office, *KEY)
    assert len(replayed) == 5
    assert_same(replayed)


def test_who_was_first_is_told_again_as_it_was_then(new_database: Callable[[str], str], tmp_path: Path) -> None:
    """The same file twice: the first batch never hears of the second, and the second hears of the first again."""
    small = open_small_office(new_database("twice"), tmp_path)
    for batch_id, at in (("b1", NOON), ("b2", NOON + HOUR)):
        small.deliver(batch_id, {"invoices.csv": INVOICES})
        small.register(at)
        small.run(at)
    snapshot = small.office.snapshot()
    told = [len(snapshot.rows((KEY[0], name), "intake", "intake_findings")) for name in ("b1", "b2")]
    assert told == [0, 1]
    assert_same([*replay_batch(small.office, *KEY), *replay_batch(small.office, KEY[0], "b2")])
    small.office.close()


def test_a_lost_source_file_stops_the_stages_that_read_it_and_no_other(damaged: SmallOffice) -> None:
    documents = damaged.office.snapshot().rows(KEY, "intake", "documents")
    (content_hash,) = {row["content_hash"] for row in documents if row["path"] == "invoices.csv"}
    damaged.office.vault.path(content_hash).unlink()
    replayed = replay_batch(damaged.office, *KEY)
    lost = {one.stage: one.obstacle for one in replayed if one.verdict == "cannot be replayed"}
    assert lost.keys() == {"intake", "extracted"}
    assert all(content_hash in str(obstacle) for obstacle in lost.values())
    assert_same([one for one in replayed if one.stage not in lost])


def test_a_lost_table_is_an_obstacle_to_who_reads_it_and_hides_no_hash(damaged: SmallOffice) -> None:
    snapshot = damaged.office.snapshot()
    current = snapshot.stage(KEY, "extracted")
    assert current is not None
    damaged.office.lake.path(*(KEY[0], "field_values", KEY[1]), current.made.writes["field_values"].hash).unlink()
    verdicts = {one.seq: (one.stage, one.verdict) for one in replay_batch(damaged.office, *KEY)}
    assert set(verdicts.values()) == {
        ("intake", "same"),
        ("extracted", "same"),
        ("validated", "cannot be replayed"),
        ("released", "cannot be replayed"),
        ("worklist", "cannot be replayed"),
    }
    extracted = replay_batch(reading(damaged, kupfer_otherwise), *KEY)[1]
    assert [one.thing for one in extracted.differences] == ["table field_values"]
    assert "rows cannot be compared" in extracted.differences[0].detail


def kupfer_otherwise(content: bytes, name: str, dictionary: Dictionary, **how: bool) -> Extraction:
    """A reader that reads one seller otherwise."""
    return extract_document(content.replace(b"Kupfer &", b"Kupfer und"), name, dictionary, **how)


def test_another_reading_today_is_named_with_table_row_and_column(
    lived: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_module, "__version__", "99.0.0")
    replayed = replay_batch(reading(lived, kupfer_otherwise), *KEY)
    assert {one.stage for one in replayed if one.verdict == "differs"} == {"extracted"}
    assert all(one.other_code for one in replayed)
    (difference,) = replayed[1].differences
    values = lived.office.snapshot().rows(KEY, "extracted", "field_values")
    (row,) = (one for one in values if one["value"] == "Kupfer & Söhne")
    assert difference.thing == "table field_values"
    assert difference.expected != difference.found
    assert f"record_id {row['record_id']}, field seller_name: raw was 'Kupfer & Söhne'" in difference.detail


def test_a_record_more_today_is_counted_and_its_row_named(lived: SmallOffice) -> None:
    def one_more(content: bytes, name: str, dictionary: Dictionary, **how: bool) -> Extraction:
        more = content and content + b"R-5,2026-11-05,EUR,,1.00,0.00,1.00\n"
        return extract_document(more, name, dictionary, **how)

    extracted = replay_batch(reading(lived, one_more), *KEY)[1]
    things = {one.thing: one for one in extracted.differences}
    assert {"table extracted_records", "table field_values", "table extractions", "count records"} <= things.keys()
    assert (things["count records"].expected, things["count records"].found) == ("4", "5")
    assert "the row was not there" in things["table extracted_records"].detail
    assert "records was 4, is 5" in things["table extractions"].detail


def test_the_command_tells_all_of_it(lived: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "opened_office", lambda: nullcontext(lived.office))
    runner = CliRunner()
    for name in ("/".join(KEY), lived.record("R-1"), "b1"):
        good = runner.invoke(app, ["audit", "replay", name])
        assert good.exit_code == 0, good.output
        assert "14 materializations of ap_invoices/b1: 14 same, 0 differ, 0 cannot be replayed." in good.output
    assert "worklist as of 2026-11-20T12:00:00Z: same (no table, its counts)" in good.output
    monkeypatch.setattr(audit, "opened_office", lambda: nullcontext(reading(lived, kupfer_otherwise)))
    bad = runner.invoke(app, ["audit", "replay", "/".join(KEY)])
    assert bad.exit_code == 1
    assert "raw was 'Kupfer & Söhne'" in bad.output
    for wrong in ("ap_invoices/nothing", "b2", "ap_invoices/b1/x", "/b1"):
        refused = runner.invoke(app, ["audit", "replay", wrong])
        assert isinstance(refused.exception, Exception)
        assert getattr(refused.exception, "exit_code", None) == 2, refused.exception


def test_an_unknown_batch_is_named(lived: SmallOffice) -> None:
    with pytest.raises(LedgerError, match="batch ap_invoices/b9: is not registered"):
        replay_batch(lived.office, "ap_invoices", "b9")

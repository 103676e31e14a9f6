"""Memory in the office: correct, and the next batch profits; bound at registration, so that replays stay exact."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.chain import lessons
from back_office_pipelines.chain.history import told
from back_office_pipelines.chain.lessons import lesson_rows, lessons_in_force
from back_office_pipelines.chain.memory import HOME, corrections, learn, lessons_known, rows_taught, teachings
from back_office_pipelines.chain.publication import contents_of
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.sweep import sweep
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.ledger.memory import Remembered, remembered_of
from back_office_pipelines.ledger.state import batch_of
from tests.chain.office import LANE, SmallOffice, open_small_office, rows
from tests.extraction.papers import PAPERS, Paper
from tests.scenario import HOUR, NOON, ROOT

pytestmark = pytest.mark.server

MEMORY = "memory:\n  ap_invoices: {decisions: 3}\n"


def office(new_database: Callable[[str], str], name: str, folder: Path, *, on: bool = True) -> SmallOffice:
    """An office whose northwind keeps a memory, or does not."""
    dictionaries = folder / "dictionaries"
    shutil.copytree(ROOT / "field_dictionaries", dictionaries)
    exhibit = dictionaries / "clients" / "northwind.yaml"
    text = exhibit.read_text(encoding="utf-8").partition("memory:")[0]
    exhibit.write_text(text + (MEMORY if on else ""), encoding="utf-8")
    return open_small_office(new_database(name), folder, dictionaries)


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> SmallOffice:
    return office(new_database, request.node.name, tmp_path)


def arrive(small: SmallOffice, batch_id: str, *papers: Paper, hours: int = 0, **manifest: object) -> None:
    folder = small.deliver(batch_id, {}, **manifest)
    for paper in papers:
        (folder / f"{paper.number}.pdf").write_bytes(paper.pdf)
    small.register(NOON + hours * HOUR)
    small.run(NOON + hours * HOUR)


def correct(small: SmallOffice, batch_id: str, paper: Paper, hours: int, value: str | None = None) -> str:
    """Key the number of an invoice and return the id of the decision."""
    at, record = NOON + hours * HOUR, record_of(small, batch_id, paper)
    cells = {"field": "invoice_number", "value": paper.number if value is None else value, "reason": "as printed"}
    small.decide("correct", record, at, recorded_at=at, **cells)
    return str(small.office.ledger.corrections()[-1].payload["decision_id"])


def record_of(small: SmallOffice, batch_id: str, paper: Paper) -> str:
    documents = {
        row["path"]: row["document_id"] for row in rows(small, "intake", "documents") if row["batch_id"] == batch_id
    }
    (record,) = (
        row["record_id"]
        for row in rows(small, "extracted", "extracted_records")
        if row["document_id"] == documents[f"{paper.number}.pdf"] and row["parent_record_id"] is None
    )
    return str(record)


def number(small: SmallOffice, batch_id: str, paper: Paper) -> dict[str, Any]:
    record = record_of(small, batch_id, paper)
    found = rows(small, "extracted", "field_values")
    return next(row for row in found if row["record_id"] == record and row["field"] == "invoice_number")


def remembered(small: SmallOffice) -> list[Remembered]:
    return [remembered_of(entry) for entry in small.office.ledger.entries("memory")]


def bound(small: SmallOffice, batch_id: str) -> dict[str, str]:
    return dict(batch_of(small.office.ledger.entries("batch", LANE, batch_id)[-1]).memory)


def test_corrections_of_one_batch_serve_the_next_and_nothing_that_was_registered_before(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:4])
    ids = [correct(small, "b1", paper, 1) for paper in PAPERS[:3]]
    small.run(NOON + 2 * HOUR)
    arrive(small, "b2", PAPERS[4], replace(PAPERS[5], old=True), hours=3)

    learned = number(small, "b2", PAPERS[4])
    assert (learned["value"], learned["method"]) == (PAPERS[4].number, "text_layer")
    assert sorted(learned["learned_from"].split()) == sorted(ids)
    assert learned["confidence"] <= 0.8
    assert number(small, "b2", PAPERS[5])["learned_from"] is None  # another layout of the same seller
    assert number(small, "b1", PAPERS[3])["value"] != PAPERS[3].number  # what was read before stays as it was read
    (memory,) = remembered(small)
    assert (memory.client, memory.version, memory.rows) == ("northwind", 1, 3)
    assert (bound(small, "b1"), bound(small, "b2")["version"]) == ({}, "1")
    (lesson,) = lessons_known(small.office, memory)
    assert sorted(lesson.decisions) == sorted(ids)
    (entry,) = small.office.ledger.entries("memory")
    assert told(entry) == "memory of northwind, version 1: 3 corrections teach"


def test_replays_are_exact_whatever_is_learned_or_switched_off_since(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:3])
    for paper in PAPERS[:3]:
        correct(small, "b1", paper, 1)
    arrive(small, "b2", PAPERS[3], hours=2)
    correct(small, "b2", PAPERS[3], 3, value="88123")  # contradicts: the lesson is gone
    arrive(small, "b3", PAPERS[4], hours=4)
    assert number(small, "b3", PAPERS[4])["learned_from"] is None
    assert [one.version for one in remembered(small)] == [1, 2]

    exhibit = small.office.settings.dictionaries / "clients" / "northwind.yaml"
    exhibit.write_text(exhibit.read_text(encoding="utf-8").replace(MEMORY, ""), encoding="utf-8")
    verdicts = [one.verdict for key in ("b1", "b2", "b3") for one in replay_batch(small.office, LANE, key)]
    assert set(verdicts) == {"same"}
    assert verify_office(small.office) == []
    assert small.office.ledger.verify() == []


def test_a_client_without_the_term_keeps_no_memory(
    new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    small = office(new_database, request.node.name, tmp_path, on=False)
    arrive(small, "b1", *PAPERS[:3])
    for paper in PAPERS[:3]:
        correct(small, "b1", paper, 1)
    arrive(small, "b2", PAPERS[4], hours=2)
    assert remembered(small) == []
    assert number(small, "b2", PAPERS[4])["value"] != PAPERS[4].number


def test_one_client_s_papers_never_speak_in_another_s_books(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:3])
    for paper in PAPERS[:3]:
        correct(small, "b1", paper, 1)
    arrive(small, "b2", PAPERS[4], hours=2, client="meridian")
    assert (bound(small, "b2"), number(small, "b2", PAPERS[4])["learned_from"]) == ({}, None)


def test_the_last_correction_counts_and_one_that_takes_a_value_back_teaches_nothing(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:3])
    for paper in PAPERS[:3]:
        correct(small, "b1", paper, 1, value="88123")
    for paper in PAPERS[:2]:
        correct(small, "b1", paper, 2)
    correct(small, "b1", PAPERS[2], 2, value="")
    (memory,) = learn(small.office, NOON + 3 * HOUR)
    assert {row["value"] for row in teachings(small.office, memory)} == {paper.number for paper in PAPERS[:2]}


def test_what_is_learned_step_by_step_is_what_is_learned_at_once(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:4])
    for hours, paper in enumerate(PAPERS[:4], start=1):
        correct(small, "b1", paper, hours)
        assert len(learn(small.office, NOON + hours * HOUR)) == 1
        assert learn(small.office, NOON + hours * HOUR) == []
    steps = remembered(small)
    assert [one.rows for one in steps] == [1, 2, 3, 4]
    in_force = corrections(small.office.ledger.corrections(), NOON + 4 * HOUR)
    at_once = sorted(rows_taught(small.office, in_force, {}), key=lambda row: str(row["decision_id"]))
    assert teachings(small.office, steps[-1]) == at_once


def test_a_memory_at_an_earlier_moment_sees_no_later_correction(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:3])
    for paper in PAPERS[:3]:
        correct(small, "b1", paper, 5)
    assert learn(small.office, NOON + 4 * HOUR) == []
    (memory,) = learn(small.office, NOON + 5 * HOUR)
    arrive(small, "b2", PAPERS[4], hours=4)
    assert bound(small, "b2") == {}
    assert memory.rows == 3


def test_the_sweep_keeps_every_version_and_takes_what_no_entry_names(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:2])
    for hours, paper in enumerate(PAPERS[:2], start=1):
        correct(small, "b1", paper, hours)
        learn(small.office, NOON + hours * HOUR)
    (folder,) = (small.office.lake.folder / HOME / "teachings").iterdir()
    stray = folder / f"{'0' * 64}.parquet"
    stray.write_bytes(b"half a step")
    swept = sweep(small.office)
    assert list(swept.removed) == [stray]
    assert len(list(folder.iterdir())) == 2
    assert swept.left == []


@pytest.mark.parametrize(
    ("state", "handed_over", "verdict"),
    [("accepted", False, "right"), ("accepted", True, "right"), ("held", False, None), ("returned", True, None)],
)
def test_a_value_of_a_returned_record_is_open_again(state: str, handed_over: bool, verdict: str | None) -> None:
    tables = {
        "record_states": [{"record_id": "r1", "state": state}],
        "releases": [{"record_id": "r1"}] if handed_over else [],
        "field_values": [{"record_id": "r1", "field": "invoice_number", "value": "K-1", "learned_from": "d1 d2"}],
    }

    class Left:
        def rows(self, key: object, stage: str, table: str) -> list[dict[str, Any]]:
            del key, stage
            return tables[table]

    (use,) = lessons._uses_in(Left(), (LANE, "b1"), {})  # type: ignore[arg-type]
    assert use.verdict == verdict


def test_people_see_what_was_learned_from_which_decisions_and_how_it_fared(small: SmallOffice) -> None:
    arrive(small, "b1", *PAPERS[:3])
    ids = [correct(small, "b1", paper, 1) for paper in PAPERS[:3]]
    arrive(small, "b2", *PAPERS[3:6], hours=2)
    correct(small, "b2", PAPERS[3], 3)  # keyed as it was read
    correct(small, "b2", PAPERS[4], 3, value="KX-1")
    small.run(NOON + 4 * HOUR)
    learn(small.office, NOON + 4 * HOUR)

    (known,) = lessons_in_force(small.office, NOON + 4 * HOUR)
    assert (known.client, known.version, known.least, known.used) == ("northwind", 2, 3, True)
    assert set(ids) < set(known.lesson.decisions)
    assert [known.count(verdict) for verdict in ("right", "wrong", None)] == [1, 1, 1]
    (row,) = lesson_rows(small.office, NOON + 4 * HOUR)
    assert row["agreeing"] == len(row["decisions"].split()) == 4
    assert "belegkennung" in row["learned"]
    contents = contents_of(small.office, small.office.snapshot(), [], NOON + 4 * HOUR)
    (whole,) = (one for one in contents.wholes if one.table.name == "lessons")
    assert whole.rows.num_rows == 1

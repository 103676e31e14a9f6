"""The sweep: what a dead step left goes, what any entry names stays, and nobody at work loses a file."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import OFFICE, PUBLICATION_LOCK
from back_office_pipelines.chain.steps import batch_lock
from back_office_pipelines.chain.sweep import Swept, sweep
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.chain.view import written
from back_office_pipelines.cli import database
from back_office_pipelines.cli.main import app
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.measures.registry import measures
from back_office_pipelines.storage.files import write_text
from back_office_pipelines.storage.lake import StoredTable
from back_office_pipelines.storage.tables import fixed_tables
from tests.chain.office import KEY, LANE, SmallOffice, open_small_office
from tests.ledger.test_due import made
from tests.scenario import NOON, batch

pytestmark = pytest.mark.server
HASH = "0" * 64


@pytest.fixture(scope="module")
def registered(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    """A ledger with one batch of two runs and one publication."""
    small = open_small_office(new_database("sweep"), tmp_path_factory.mktemp("registered"))
    office = small.office
    drafts = [batch().draft("ada")]
    drafts += [
        replace(made("released"), lane=LANE, batch_id="b1", writes=of(put(office, n))).draft("ada") for n in "12"
    ]
    measure = next(iter(measures().values()))
    kept = office.lake.put(measure.table, OFFICE, "1", [])
    figures = {measure.name: {"hash": kept.content_hash, "rows": 0}}
    office.ledger.append([*drafts, Draft("publication", NOON, "ada", {"number": 1, "measures": figures})])
    yield small
    office.close()


@pytest.fixture
def office(registered: SmallOffice, tmp_path: Path) -> Office:
    """The same ledger over a copy of its files."""
    shutil.copytree(registered.data, tmp_path / "data")
    office = registered.office
    return Office(replace(office.settings, data=tmp_path / "data"), office.contracts, office.ledger, office.extractor)


def put(office: Office, record: str, batch_id: str = "b1") -> StoredTable:
    """What a step leaves that dies between its tables and its entry."""
    row = {"lane": LANE, "batch_id": batch_id, "record_id": record, "revision": 1}
    row |= {"released_at": NOON, "delivery_file": "f", "route": "auto", "accepted_at": NOON, "returned_at": None}
    return office.lake.put(fixed_tables()["releases"], LANE, batch_id, [row])


def of(stored: StoredTable) -> dict[str, object]:
    return {stored.table: written(stored, secret=None)}


def files(office: Office) -> set[str]:
    data = office.settings.data
    return {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file()}


def test_nothing_goes_where_nothing_was_left(lived: SmallOffice) -> None:
    before = files(lived.office)
    assert sweep(lived.office) == Swept({}, [])
    assert files(lived.office) == before
    assert verify_office(lived.office) == []


def test_what_a_dead_process_left_goes_and_what_any_entry_names_stays(office: Office) -> None:
    before = files(office)
    data = office.settings.data
    lost = put(office, "lost")
    measure = next(iter(measures().values()))
    left = {
        office.lake.path(LANE, "releases", "b1", lost.content_hash),
        data / "lake" / LANE / "releases" / "b1" / f".{HASH}.parquet.x_1.part",
        data / "lake" / LANE / "exceptions" / "b1" / f".{HASH}.parquet.y.part",
        data / "lake" / OFFICE / measure.name / "1" / f"{HASH}.parquet",
        data / "lake" / OFFICE / measure.name / "2" / f"{HASH}.parquet",
        data / "worklists" / LANE / ".b1.csv.zz.part",
        data / "checkpoints" / ".000000000007.json.q.part",
    }
    for path in left:
        if not path.exists():
            write_text(path, "half")
    swept = sweep(office)
    assert swept.removed.keys() == left
    assert swept.left == []
    assert set(swept.removed.values()) - {4}
    assert files(office) == before
    assert sweep(office) == Swept({}, [])


def test_what_is_not_known_is_left_and_told(office: Office) -> None:
    data = office.settings.data
    put(office, "r", batch_id="b7")
    for path in (
        data / "lake" / OFFICE / "turnaround" / "9" / f"{HASH}.parquet",
        data / "lake" / LANE / "releases" / "b1" / "notes.txt",
        data / "worklists" / LANE / ".b7.csv.zz.part",
        data / "worklists" / LANE / ".mine",
    ):
        write_text(path, "kept")
    before = files(office)
    swept = sweep(office)
    assert swept.removed == {}
    assert files(office) == before
    told = "\n".join(swept.left)
    assert len(swept.left) == 3
    for part in ("batch ap_invoices/b7", "publication 9", "notes.txt"):
        assert part in told


@pytest.fixture
def swept_while_held(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Draft], Swept]:
    """Sweeps in another thread; once it comes to a lock that we hold, appends our entry, then lets go."""

    def swept(lock: str, entry: Draft) -> Swept:
        reached, found, own_lock = threading.Event(), list[Swept](), Ledger.lock

        def watched(ledger: Ledger, name: str) -> AbstractContextManager[None]:
            if name == lock and threading.current_thread() is thread:
                reached.set()
            return own_lock(ledger, name)

        monkeypatch.setattr(Ledger, "lock", watched)
        thread = threading.Thread(target=lambda: found.append(sweep(office)))
        with office.ledger.lock(lock):
            thread.start()
            assert reached.wait(60)
            office.ledger.append([entry])
        thread.join(60)
        return found[0]

    return swept


def test_a_step_at_work_loses_no_file(office: Office, swept_while_held: Callable[[str, Draft], Swept]) -> None:
    """Its table lies there unnamed when the sweep looks first, and is named when the sweep gets the lock."""
    stored = put(office, "at work")
    entry = replace(made("released"), lane=LANE, batch_id="b1", writes=of(stored)).draft("ada")
    assert swept_while_held(batch_lock(*KEY), entry) == Swept({}, [])
    assert office.lake.path(LANE, "releases", "b1", stored.content_hash).exists()


def test_a_publication_at_work_loses_no_file(office: Office, swept_while_held: Callable[[str, Draft], Swept]) -> None:
    measure = next(iter(measures().values()))
    kept = office.lake.put(measure.table, OFFICE, "2", [])
    figures = {measure.name: {"hash": kept.content_hash, "rows": 0}}
    entry = Draft("publication", NOON, "ada", {"number": 2, "measures": figures})
    assert swept_while_held(PUBLICATION_LOCK, entry) == Swept({}, [])
    assert office.lake.path(OFFICE, measure.name, "2", kept.content_hash).exists()


def test_a_ledger_that_lost_entries_makes_no_leftovers(office: Office) -> None:
    """After an older backup came back, tables of lost entries look like leftovers, and are the only evidence."""
    put(office, "of an entry that was lost")
    write_text(office.settings.checkpoints / "000000000999.json", '{"entries": 999, "head_hash": "f"}')
    before = files(office)
    with pytest.raises(LedgerError, match="nothing was removed"):
        sweep(office)
    assert files(office) == before


def test_the_command_tells_what_went(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "opened_office", lambda: nullcontext(office))
    write_text(office.settings.worklists / LANE / ".b1.csv.zz.part", "half")
    put(office, "r", batch_id="b7")
    result = CliRunner().invoke(app, ["db", "sweep"])
    assert result.exit_code == 0, result.output
    assert ".b1.csv.zz.part (4 bytes)" in result.output
    assert "1 files removed, 4 bytes; 1 things left alone." in result.output
    assert "left files of batch ap_invoices/b7: the ledger knows no such batch." in result.output

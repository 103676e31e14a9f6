"""Compaction: fewer files, the same hashes, figures and replays; whatever dies on the way loses nothing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from back_office_pipelines.chain.compaction import Compacted, archived, compact
from back_office_pipelines.chain.history import history, told
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import contents_of
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.retirement import retire
from back_office_pipelines.chain.sweep import sweep
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.storage.files import write_text
from back_office_pipelines.storage.warehouse import Warehouse
from tests.chain.office import HEADER, KEY, LANE, SmallOffice, open_small_office
from tests.chain.test_retirement import DAY, GOOD, terms
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server
END = NOON + 900 * DAY


@pytest.fixture(scope="module")
def retired(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    """Two retired batches, one of them with history, and one that is held."""
    small = open_small_office(new_database("compaction"), tmp_path_factory.mktemp("compaction"))
    small.deliver("b1", {"invoices.csv": f"{GOOD.format('1')}R-3,2026-11-04,EUR,Quarz OHG,300.00,57.00,399.00\n"})
    small.deliver("b2", {"invoices.csv": GOOD.format("KX-77431")})
    small.deliver("held", {"invoices.csv": f"{HEADER}\nH-1,2026-11-02,EUR,,100.00,19.00,119.00\n"})
    small.register()
    small.run(NOON)
    small.decide("reject", small.record("R-3"), NOON + HOUR, recorded_at=NOON + HOUR, reason="not ours")
    small.run(NOON + 2 * HOUR)
    assert retire(small.office, terms(91)) == [(LANE, "b1"), (LANE, "b2")]
    yield small
    small.office.close()


@pytest.fixture
def office(retired: SmallOffice, tmp_path: Path) -> Office:
    """The same ledger over a copy of its files; entries of compactions are of other tests and seen by none."""
    shutil.copytree(retired.data, tmp_path / "data")
    own = retired.office
    return Office(replace(own.settings, data=tmp_path / "data"), own.contracts, own.ledger, own.extractor)


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch, retired: SmallOffice) -> None:
    """Let each test begin with a ledger in which nothing was compacted yet."""
    start, read = retired.office.ledger.count(), Ledger.entries

    def since(ledger: Ledger, kind: Any = None, *given: Any, **more: Any) -> Any:
        found = read(ledger, kind, *given, **more)
        return [entry for entry in found if entry.kind != "compacted" or entry.seq > start]

    def payloads(ledger: Ledger, kinds: Any) -> Any:
        return (one for one in whole(ledger, kinds) if one[1] != "compacted" or one[0] > start)

    whole = Ledger.payloads
    monkeypatch.setattr(Ledger, "entries", since)
    monkeypatch.setattr(Ledger, "payloads", payloads)


def lake_files(office: Office, folder: str = "lake") -> set[str]:
    found = (office.settings.data / folder).rglob("*.parquet")
    return {str(path.relative_to(office.settings.data)) for path in found if "_office" not in path.parts}


def figures(office: Office, *, measured: bool = False) -> dict[str, list[Any]]:
    """Every row of a warehouse built from nothing; measures take seconds and are left out unless wanted."""
    entries = office.ledger.entries(("materialization", "run"))
    contents = contents_of(office, office.snapshot(), entries, END)
    if not measured:
        contents = replace(contents, prepare=lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        path = Warehouse(Path(folder)).build(1, contents)
        with duckdb.connect(path, read_only=True) as connection:
            query = "SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY 1"
            names = connection.sql(query).fetchall()
            return {name: connection.sql(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def test_compaction_and_sweep_keep_every_answer(office: Office, retired: SmallOffice) -> None:
    before, small = figures(office, measured=True), lake_files(office)
    record = retired.record("G-1")
    (one,) = compact(office, terms(91), at_least=2)
    assert (one.lane, one.batches) == (LANE, 2)
    assert one.archives < one.tables == len({path for path in small if "/held/" not in path})
    assert lake_files(office) == small
    assert sweep(office).left == []
    assert {path for path in small if "/held/" in path} == lake_files(office)
    assert not list(office.settings.lake.glob("*/*/b1"))
    assert verify_office(office) == []
    assert {one.verdict for one in replay_batch(office, *KEY)} == {"same"}
    assert len(replay_batch(office, *KEY)) == 8
    assert history(office, record)[0].kind == "dictionary"
    assert figures(office, measured=True) == before
    assert sweep(office).removed == {}


def test_too_few_batches_wait_and_nothing_is_compacted_twice(office: Office) -> None:
    assert compact(office, terms(91), at_least=3) == []
    assert len(compact(office, terms(91), at_least=1)) == 1
    assert compact(office, terms(92), at_least=1) == []
    (entry,) = office.ledger.entries("compacted")
    assert told(entry).startswith("2 batches compacted: ")


def test_a_batch_that_comes_back_and_retires_again_is_compacted_with_what_is_new(
    office: Office, retired: SmallOffice
) -> None:
    """Only its entries are made here: what was in an archive already does not go into a second one."""
    (first,) = compact(office, terms(91), at_least=1)
    sweep(office)
    office.ledger.append([Draft("reactivated", END, "ada", {"because": "decision"}, *KEY)])
    office.ledger.append([Draft("retired", END, "ada", {"quiet_days": 90, "submitter": None}, *KEY)])
    assert compact(office, terms(950), at_least=1) == [Compacted(LANE, 1, 0, 0, 0)]
    assert first.tables == sum(len(office.lake.archives.members(path)) for path in office.lake.archives.files())
    assert verify_office(office) == []


def test_archives_of_a_compaction_that_died_go_and_the_next_one_does_it_all(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = lake_files(office)

    def dies(*_: object) -> None:
        raise LedgerError("ledger", "is gone", "bring it back")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", dies)
        with pytest.raises(LedgerError):
            compact(office, terms(91), at_least=1)
    left = lake_files(office, "archive")
    write_text(office.settings.archive / LANE / "documents" / f".{'0' * 64}.parquet.x.part", "half")
    assert left
    assert verify_office(office) == []
    assert len(sweep(office).removed) == len(left) + 1
    assert lake_files(office) == small
    compact(office, terms(91), at_least=1)
    assert lake_files(office, "archive") == left


def test_a_damaged_archive_is_told_and_its_small_files_stay(office: Office) -> None:
    compact(office, terms(91), at_least=1)
    small = lake_files(office)
    lane, table, name = next(one for one in sorted(archived(office)) if one[1] == "documents")
    path = office.lake.archives.path(lane, table, name)
    content = pq.read_table(path).replace_schema_metadata(pq.read_metadata(path).metadata)
    pq.write_table(content.set_column(0, "lane", [["other"] * content.num_rows]), path)
    assert any(str(path) in problem for problem in verify_office(office))
    told_left = "\n".join(sweep(office).left)
    assert "its archive cannot replace it" in told_left
    assert {one for one in small if "/documents/" in one} <= lake_files(office)
    path.unlink()
    assert any(str(path) in problem for problem in verify_office(office))


kinds_of_rows = st.lists(st.sampled_from(["good", "no seller", "wrong sum"]), min_size=1, max_size=3)


@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(kinds_of_rows, st.booleans(), st.booleans()), min_size=1, max_size=2))
def test_figures_are_the_same_before_and_after_whatever_the_office_lived(
    retired: SmallOffice, world: list[tuple[list[str], bool, bool]]
) -> None:
    """Batches with rows of all fates, some rejected, some come back after their compaction."""
    office, start = retired.office, retired.office.ledger.count()
    at = NOON + start * DAY
    amounts = "100.00,19.00,119.00"
    fates = {"good": f"Kupfer,{amounts}", "no seller": f",{amounts}", "wrong sum": "Kupfer,100.00,19.00,120.00"}
    for place, (kinds, _, _) in enumerate(world):
        numbers = [f"{start * 1000 + place * 77 + row}-{place}" for row in range(len(kinds))]
        rows = [f"{number},2026-11-02,EUR,{fates[kind]}" for number, kind in zip(numbers, kinds, strict=True)]
        retired.deliver(f"w{start}-{place}", {"invoices.csv": "\n".join([HEADER, *rows, ""])})
    retired.register(at)
    retired.run(at)
    for place, (_, rejects, _) in enumerate(world):
        key = (LANE, f"w{start}-{place}")
        for row in office.snapshot(key).rows(key, "validated", "record_states"):
            if rejects and row["state"] == "held":
                retired.decide("reject", row["record_id"], at + HOUR, recorded_at=at + HOUR, reason="no")
    retired.run(at + 2 * HOUR)
    before = figures(office)
    retire(office, replace(terms(0, 1), as_of=at + 2 * DAY))
    compact(office, replace(terms(0), as_of=at + 2 * DAY), at_least=1)
    sweep(office)
    assert figures(office) == before
    for place, (_, _, returns) in enumerate(world):
        name = f"w{start}-{place}"
        states = office.snapshot((LANE, name)).rows((LANE, name), "validated", "record_states")
        if returns:
            score = {"role": "qa_keyer", "field": "seller_name", "value": "Kupfer"}
            retired.decide("qa_score", states[0]["record_id"], at + 3 * DAY, recorded_at=at + 3 * DAY, **score)
    retired.run(at + 4 * DAY)
    assert verify_office(office) == []
    for place in range(len(world)):
        assert {one.verdict for one in replay_batch(office, LANE, f"w{start}-{place}")} == {"same"}

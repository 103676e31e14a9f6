"""The publisher against real files, real processes and real kills."""

import os
import resource
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.errors import LakeError, StorageError, UsageError
from back_office_pipelines.storage.lake import Lake
from back_office_pipelines.storage.parts import Part
from back_office_pipelines.storage.tables import Column, Table
from back_office_pipelines.storage.warehouse import READABLE_SINCE, Contents, Warehouse, Whole

COLUMNS = (
    Column("id", "text", "Which."),
    Column("order", "integer", "A column named by a reserved word."),
    Column("amount", "decimal", "Money.", 18, 2),
    Column("at", "moment", "When."),
)
VALUES = Table("values", "One value; it's a test.", ("id",), COLUMNS)
LINES = Table("lines", "One line.", ("id",), (Column("id", "text", "Which."), Column("n", "integer", "How many.")))
TARGETS = Table("targets", "One target.", ("client",), (Column("client", "text", "Client; 'quoted'."),))
TABLES = (("controls", VALUES), ("records", LINES))
Rows = Sequence[Mapping[str, Any]]
Start = Callable[[str], "subprocess.Popen[str]"]


def totals(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS measures")
    connection.execute('CREATE TABLE measures.totals AS SELECT sum("order") AS total FROM controls.values')


def part(lake: Lake, batch: str, table: Table, rows: Rows) -> Part:
    stored = lake.put(table, "ap", batch, rows)
    schema = "controls" if table is VALUES else "records"
    path = lake.path("ap", table.name, batch, stored.content_hash)
    return Part(schema, table, "ap", batch, stored.content_hash, path)


def values(batch: str, *numbers: int) -> Rows:
    return [{"id": f"{batch}-{n}", "order": n, "amount": None, "at": None} for n in numbers]


def lines(batch: str, *numbers: int) -> Rows:
    return [{"id": f"{batch}-{n}", "n": n} for n in numbers]


def contents(parts: Sequence[Part], clients: Sequence[str] = ("northwind",)) -> Contents:
    whole = Whole("controls", TARGETS, pa.table({"client": list(clients)}, schema=TARGETS.schema))
    return Contents(TABLES, parts, (whole,), totals)


def published(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row, type and comment of a version."""
    catalog = {
        "columns": "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal",
        "tables": "SELECT table_name, comment FROM duckdb_tables()",
        "schemas": "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal",
    }
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute("SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()").fetchall()
        queries = catalog | {name: f"FROM {name}" for (name,) in names}
        return {name: connection.execute(f"{query} ORDER BY ALL").fetchall() for name, query in queries.items()}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Start]:
    """Start Python code in a process of its own; it has to print a line when it is where the test wants it."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", textwrap.dedent(code)]
        settings = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, "text": True}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **settings)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_version_holds_types_and_comments_and_no_bookkeeping(warehouse: Warehouse, lake: Lake) -> None:
    path = warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 1, 2))]))
    found = published(path)
    assert found['controls."values"'] == [("b1-1", 1, None, None), ("b1-2", 2, None, None)]
    assert found['records."lines"'] == []
    assert found['measures."totals"'] == [(3,)]
    assert ("values", "amount", "DECIMAL(18,2)", "Money.") in found["columns"]
    assert ("targets", "client", "VARCHAR", "Client; 'quoted'.") in found["columns"]
    assert {("values", "One value; it's a test."), ("lines", "One line.")} < set(found["tables"])
    assert found["schemas"] == [("controls",), ("measures",), ("records",)]
    assert not any(column == "_part" for _, column, *_ in found["columns"])


def test_a_version_has_the_format_that_old_drivers_read(warehouse: Warehouse, lake: Lake) -> None:
    path = warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 1))]))
    with duckdb.connect(path, read_only=True) as connection:
        (found,) = connection.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE path = ?", [str(path)]
        ).fetchone() or ("nothing",)
    assert found.rstrip("+") == READABLE_SINCE


def test_nothing_points_to_a_version_before_the_swap(warehouse: Warehouse) -> None:
    warehouse.build(1, contents([]))
    assert warehouse.current() is None
    for _ in range(2):
        warehouse.swap(1)
    assert warehouse.current() == 1
    assert str(warehouse.published.readlink()) == "versions/1.duckdb"


def test_changed_parts_are_replaced_vanished_deleted_others_untouched(warehouse: Warehouse, lake: Lake) -> None:
    kept, changed, vanished = (part(lake, batch, VALUES, values(batch, 1, 2)) for batch in ("b1", "b2", "b3"))
    warehouse.build(1, contents([kept, changed, vanished]))
    kept.path.write_bytes(b"not read again")
    path = warehouse.build(2, contents([kept, part(lake, "b2", VALUES, values("b2", 7))], clients=("other",)))
    found = published(path)
    assert [row[0] for row in found['controls."values"']] == ["b1-1", "b1-2", "b2-7"]
    assert found['controls."targets"'] == [("other",)]
    assert found['measures."totals"'] == [(10,)]


def test_a_changed_declaration_reloads_that_table_only(warehouse: Warehouse, lake: Lake) -> None:
    untouched = part(lake, "b1", VALUES, values("b1", 1))
    warehouse.build(1, contents([untouched, part(lake, "b1", LINES, lines("b1", 5))]))
    untouched.path.write_bytes(b"not read again")
    wider = replace(LINES, columns=(*LINES.columns, Column("note", "text", "New.")))
    rows = [{"id": "b1-5", "n": 5, "note": "x"}]
    new = replace(contents([untouched, part(lake, "b1", wider, rows)]), tables=(TABLES[0], ("records", wider)))
    found = published(warehouse.build(2, new))
    assert found['records."lines"'] == [("b1-5", 5, "x")]
    assert len(found['controls."values"']) == 1


def test_parts_of_an_older_declaration_are_null_where_they_lack_a_column(warehouse: Warehouse, lake: Lake) -> None:
    old = part(lake, "b1", LINES, lines("b1", 5))
    wider = replace(LINES, columns=(*LINES.columns, Column("note", "text", "New.")))
    new = part(lake, "b2", wider, [{"id": "b2-6", "n": 6, "note": "x"}])
    both = replace(contents([old, new]), tables=(TABLES[0], ("records", wider)))
    assert published(warehouse.build(1, both))['records."lines"'] == [("b1-5", 5, None), ("b2-6", 6, "x")]


def test_a_table_no_longer_expected_disappears(warehouse: Warehouse, lake: Lake) -> None:
    warehouse.build(1, contents([part(lake, "b1", LINES, lines("b1", 5))]))
    path = warehouse.build(2, replace(contents([]), tables=TABLES[:1], wholes=()))
    assert set(published(path)) == {'controls."values"', 'measures."totals"', "columns", "tables", "schemas"}


def test_a_failing_prepare_leaves_the_private_copy_as_it_was(warehouse: Warehouse, lake: Lake) -> None:
    first = part(lake, "b1", VALUES, values("b1", 1))
    before = published(warehouse.build(1, contents([first])))

    def fail(connection: duckdb.DuckDBPyConnection) -> None:
        totals(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        warehouse.build(2, replace(contents([part(lake, "b2", VALUES, values("b2", 2))]), prepare=fail))
    assert not warehouse.path(2).exists()
    first.path.write_bytes(b"not read again")
    assert published(warehouse.build(2, contents([first]))) == before


@pytest.mark.parametrize("content", [None, b"junk", b"PAR1 cut off"])
def test_a_missing_or_damaged_part_is_named(warehouse: Warehouse, lake: Lake, content: bytes | None) -> None:
    good, bad = (part(lake, batch, VALUES, values(batch, 1)) for batch in ("b1", "b2"))
    bad.path.unlink() if content is None else bad.path.write_bytes(content)
    with pytest.raises(LakeError, match=f"lake file {bad.path}"):
        warehouse.build(1, contents([good, bad]))


def test_contents_that_contradict_themselves_are_refused(warehouse: Warehouse, lake: Lake) -> None:
    other_columns = replace(part(lake, "b1", LINES, lines("b1", 1)), table=VALUES, schema="controls")
    with pytest.raises(LakeError, match="not those declared"):
        warehouse.build(1, contents([other_columns]))
    whole = Whole("controls", TARGETS, pa.table({"name": ["x"]}))
    with pytest.raises(LakeError, match=r"controls.targets.*client.*name"):
        warehouse.build(1, replace(contents([]), wholes=(whole,)))
    with pytest.raises(UsageError, match="given twice"):
        warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", n)) for n in (1, 2)]))


def test_only_an_unpublished_version_is_overwritten(warehouse: Warehouse, lake: Lake) -> None:
    warehouse.build(1, contents([]))
    warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 4))]))
    warehouse.swap(1)
    with pytest.raises(UsageError, match="version 1 is the published one"):
        warehouse.build(1, contents([]))
    assert published(warehouse.published)['measures."totals"'] == [(4,)]


def test_what_is_no_version_is_neither_published_nor_replaced(warehouse: Warehouse) -> None:
    with pytest.raises(UsageError, match="version 3 does not exist"):
        warehouse.swap(3)
    warehouse.folder.mkdir()
    warehouse.published.symlink_to("elsewhere/7.duckdb")
    with pytest.raises(UsageError, match="elsewhere"):
        warehouse.current()
    warehouse.published.unlink()
    warehouse.published.write_text("mine")
    with pytest.raises(UsageError, match="no symlink"):
        warehouse.build(1, contents([]))
    assert warehouse.published.read_text() == "mine"


def test_five_versions_are_kept_and_the_current_one_always(warehouse: Warehouse) -> None:
    for number in range(1, 9):
        warehouse.build(number, contents([]))
        warehouse.swap(number)
    assert sorted(path.name for path in warehouse.path(1).parent.iterdir()) == [f"{n}.duckdb" for n in range(4, 9)]
    warehouse.swap(4)
    warehouse.build(9, contents([]))
    warehouse.swap(4)
    assert sorted(int(path.stem) for path in warehouse.path(1).parent.iterdir()) == [4, 5, 6, 7, 8, 9]
    assert published(warehouse.published)


def test_a_reader_in_another_process_blocks_nothing(warehouse: Warehouse, lake: Lake, run: Start) -> None:
    warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 1))]))
    warehouse.swap(1)
    analyst = run(
        """
        import duckdb
        connections = [duckdb.connect("warehouse/back_office.duckdb", read_only=True)]
        print("ready", flush=True)
        input()
        connections.append(duckdb.connect("warehouse/back_office.duckdb", read_only=True))
        for connection in connections:
            print(connection.execute("SELECT (FROM measures.totals), count(*) FROM controls.values").fetchall())
        """
    )
    warehouse.build(2, contents([part(lake, "b1", VALUES, values("b1", 2, 3))]))
    warehouse.swap(2)
    answer, _ = analyst.communicate("go\n")
    assert answer.splitlines() == ["[(1, 1)]", "[(5, 2)]"]


def test_readers_never_see_half_a_version(warehouse: Warehouse, lake: Lake, run: Start) -> None:
    warehouse.build(1, contents([part(lake, "b0", VALUES, values("b0", 1))]))
    warehouse.swap(1)
    analyst = run(
        """
        import duckdb, sys, threading
        done = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.readline(), done.set())).start()
        print("ready", flush=True)
        seen = set()
        while not done.is_set():
            with duckdb.connect("warehouse/back_office.duckdb", read_only=True) as connection:
                row, = connection.execute(
                    "SELECT (FROM measures.totals), sum(\\"order\\"), count(*) FROM controls.values").fetchall()
            assert row[0] == row[1] and row[0] == row[2], row
            seen.add(row[2])
        print(len(seen) > 1)
        """
    )
    parts: list[Part] = [part(lake, "b0", VALUES, values("b0", 1))]
    for number in range(2, 12):
        parts.append(part(lake, f"b{number}", VALUES, values(f"b{number}", 1)))
        warehouse.build(number, contents(parts))
        warehouse.swap(number)
    answer, _ = analyst.communicate("stop\n")
    assert (analyst.returncode, answer) == (0, "True\n")


def test_in_one_process_the_old_connection_keeps_its_version_and_the_next_sees_the_new(
    warehouse: Warehouse, lake: Lake
) -> None:
    warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 1))]))
    warehouse.swap(1)
    with duckdb.connect(warehouse.published, read_only=True) as before:
        for number in range(2, 9):  # far enough that the version it reads has been removed
            warehouse.build(number, contents([part(lake, "b1", VALUES, values("b1", number))]))
            warehouse.swap(number)
        assert not warehouse.path(1).exists()
        assert before.execute("FROM measures.totals").fetchall() == [(1,)]
        with duckdb.connect(warehouse.published, read_only=True) as after:
            assert after.execute("FROM measures.totals").fetchall() == [(8,)]


def test_a_wal_of_a_reader_that_died_spoils_nothing(warehouse: Warehouse, lake: Lake, run: Start) -> None:
    warehouse.build(1, contents([]))
    warehouse.swap(1)
    careless = run(
        """
        import duckdb
        connection = duckdb.connect("warehouse/back_office.duckdb")
        connection.execute("CREATE TABLE mine AS SELECT 1 AS x")
        print("ready", flush=True)
        input()
        """
    )
    careless.kill()
    careless.wait()
    assert list(warehouse.folder.rglob("*.wal"))
    for stray in (warehouse.folder / "back_office.duckdb.wal", warehouse.path(2).with_suffix(".duckdb.wal")):
        stray.write_bytes(b"junk of another file")
    warehouse.build(2, contents([part(lake, "b1", VALUES, values("b1", 6))]))
    warehouse.swap(2)
    found = published(warehouse.published)
    assert found['measures."totals"'] == [(6,)]
    assert not any("mine" in name for name in found)


KILLED_BUILD = """
    import time
    from pathlib import Path
    from back_office_pipelines.storage import warehouse
    from tests.storage.test_warehouse import VALUES, Lake, Warehouse, contents, part, values

    def stop(*_):
        print("ready", flush=True)
        time.sleep(60)

    parts = [part(Lake(Path("lake")), batch, VALUES, values(batch, *range(3000))) for batch in ("b1", "b2")]
    wanted = contents(parts)
    {place}
    Warehouse(Path("warehouse")).build(2, wanted)
    """


@pytest.mark.parametrize(
    "place",
    [
        "wanted = warehouse.Contents(wanted.tables, wanted.parts, wanted.wholes, stop)",
        "warehouse.replace_parts = stop",
        "warehouse.shutil.copyfile = stop",
        "warehouse._strip = stop",
        "warehouse._wal = stop",
    ],
)
def test_a_killed_build_leaves_nothing_half(warehouse: Warehouse, lake: Lake, run: Start, place: str) -> None:
    warehouse.build(1, contents([part(lake, "b1", VALUES, values("b1", 1))]))
    warehouse.swap(1)
    victim = run(KILLED_BUILD.format(place=place))
    victim.kill()  # SIGKILL
    victim.wait()
    assert not warehouse.path(2).exists()
    assert published(warehouse.published)['measures."totals"'] == [(1,)]
    parts = [part(lake, batch, VALUES, values(batch, *range(3000))) for batch in ("b1", "b2")]
    again = published(warehouse.build(2, contents(parts)))
    fresh = Warehouse(warehouse.folder.with_name("fresh"))
    assert again == published(fresh.build(2, contents(parts)))
    assert [path.name for path in warehouse.path(2).parent.iterdir() if path.name.startswith(".")] == []


def test_two_publishers_at_once_are_refused(warehouse: Warehouse, lake: Lake, run: Start) -> None:
    run(KILLED_BUILD.format(place="warehouse._strip = stop"))
    with pytest.raises(UsageError, match="another publisher"):
        warehouse.build(2, contents([]))


@pytest.mark.parametrize("room", [0, 5_000, 100_000, 600_000])
def test_a_full_disk_is_named_and_the_next_build_is_whole(warehouse: Warehouse, lake: Lake, room: int) -> None:
    """A limit on the size of files refuses in the middle of DuckDB's own writing, as a full disk does."""
    full = contents([part(lake, "b1", VALUES, values("b1", *range(2_000)))])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(StorageError, match="make room or give access, then run again"):
            warehouse.build(1, full)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert warehouse.current() is None
    with duckdb.connect(str(warehouse.build(1, full)), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM controls.values").fetchone() == (2_000,)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"junk" * 10_000),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(path.read_bytes()[:12288] + os.urandom(path.stat().st_size - 12288)),
        lambda path: path.with_suffix(".duckdb.wal").write_bytes(b"junk" * 1000),
        lambda path: path.unlink(),
    ],
)
def test_a_damaged_private_copy_is_built_again(
    warehouse: Warehouse, lake: Lake, damage: Callable[[Path], None]
) -> None:
    parts = [part(lake, batch, VALUES, values(batch, *range(2000))) for batch in ("b1", "b2")]
    before = published(warehouse.build(1, contents(parts)))
    damage(warehouse.folder / "private" / "build.duckdb")
    assert published(warehouse.build(2, contents(parts))) == before


batches = st.dictionaries(
    st.sampled_from(["b1", "b2", "b3"]),
    st.tuples(st.sampled_from([VALUES, LINES]), st.sets(st.integers(0, 3), max_size=3)),
)


@settings(max_examples=15)
@given(st.lists(batches, min_size=1, max_size=4))
def test_updating_step_by_step_equals_building_from_scratch(
    steps: list[dict[str, tuple[Table, set[int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        stepwise = Warehouse(Path(folder) / "stepwise")
        for number, step in enumerate(steps, start=1):
            parts = [
                part(lake, batch, table, values(batch, *numbers) if table is VALUES else lines(batch, *numbers))
                for batch, (table, numbers) in step.items()
            ]
            updated = stepwise.build(number, contents(parts))
        scratch = Warehouse(Path(folder) / "scratch").build(1, contents(parts))
        assert published(updated) == published(scratch)

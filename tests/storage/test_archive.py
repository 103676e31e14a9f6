"""Archives: every table comes back with its hash, wherever row groups end, and what was changed is refused."""

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.errors import LakeError
from back_office_pipelines.storage import archive
from back_office_pipelines.storage.archive import Place
from back_office_pipelines.storage.lake import Lake, StoredTable, arrange, checked
from back_office_pipelines.storage.parts import Part
from back_office_pipelines.storage.warehouse import Contents, Warehouse
from tests.storage.test_lake import TABLE, row

sizes = st.lists(st.integers(0, 7), min_size=1, max_size=9)


def put(lake: Lake, number: int, rows: int) -> StoredTable:
    return lake.put(TABLE, "l", f"b{number}", [row(f"r{at}", count=number) for at in range(rows)])


def archived(lake: Lake, counts: list[int]) -> tuple[Path, list[StoredTable]]:
    """Tables with these numbers of rows, in one archive, their small files gone."""
    stored = [put(lake, number, rows) for number, rows in enumerate(counts)]
    named = [(f"b{number}", one.content_hash) for number, one in enumerate(stored)]
    contents = [checked(lake.place("l", "things", *one), "things", one[1])[0] for one in named]
    path = lake.archives.write("l", "things", TABLE.schema, named, contents)
    for batch_id, content_hash in named:
        lake.path("l", "things", batch_id, content_hash).unlink()
    return path, stored


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@settings(max_examples=10)
@given(counts=sizes, group=st.integers(1, 9))
def test_every_table_comes_back_as_it_was(counts: list[int], group: int) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(archive, "ROWS_A_GROUP", group):
        lake = Lake(Path(folder) / "lake")
        path, stored = archived(lake, counts)
        for number, one in enumerate(stored):
            found = lake.stored("things", "l", f"b{number}", one.content_hash)
            assert (found, found.cells) == (one, one.cells)
            rows = lake.read(TABLE, "l", f"b{number}", one.content_hash)
            assert [(row["name"], row["count"]) for row in rows] == [(f"r{at}", number) for at in range(counts[number])]
        assert [member.rows for member in lake.archives.members(path)] == counts
        assert lake.place("l", "things", "b0", "unknown") == Place(lake.path("l", "things", "b0", "unknown"))


def test_the_warehouse_takes_parts_out_of_archives_as_from_files(lake: Lake, tmp_path: Path) -> None:
    def parts() -> list[Part]:
        found = []
        for number, one in enumerate(stored):
            place = lake.place("l", "things", f"b{number}", one.content_hash)
            span = (place.member.first, place.member.rows) if place.member else (None, 0)
            found.append(Part("controls", TABLE, "l", f"b{number}", one.content_hash, place.path, *span))
        return found

    def built(name: str) -> list[Any]:
        path = Warehouse(tmp_path / name).build(1, Contents([], parts(), [], lambda _: None))
        with duckdb.connect(path, read_only=True) as connection:
            return connection.sql("SELECT * FROM controls.things ORDER BY ALL").fetchall()

    counts = [3, 0, 5, 1, 0]
    stored = [put(lake, number, rows) for number, rows in enumerate(counts)]
    before = built("before")
    archived(lake, counts)
    put(lake, 3, 1)  # one in a file of its own besides
    assert built("after") == before
    assert len(before) == sum(counts)


def test_changed_rows_a_changed_list_and_a_damaged_file_are_told(lake: Lake) -> None:
    path, (one, *_) = archived(lake, [2, 3])
    kept = {b"members": pq.read_metadata(path).metadata[b"members"]}
    whole = pq.read_table(path).replace_schema_metadata(kept)
    pq.write_table(whole.set_column(0, "name", [["x"] * whole.num_rows]), path)
    with pytest.raises(LakeError, match="rows of batch b0 in it no longer have the hash"):
        lake.stored("things", "l", "b0", one.content_hash)
    text = kept[b"members"].replace(b'"b1"', b'"b7"')
    pq.write_table(whole.replace_schema_metadata({"members": text}), path)
    with pytest.raises(LakeError, match="not the one it was named after"):
        lake.archives.members(path)
    pq.write_table(whole.slice(1), path)
    with pytest.raises(LakeError, match="does not fit its rows"):
        lake.stored("things", "l", "b0", one.content_hash)
    path.write_bytes(b"PAR1")
    with pytest.raises(LakeError, match="archive"):
        lake.stored("things", "l", "b0", one.content_hash)


def test_a_table_is_read_from_its_own_file_where_it_has_one(lake: Lake) -> None:
    path, (one,) = archived(lake, [2])
    put(lake, 0, 2)
    path.write_bytes(b"damaged")
    assert lake.stored("things", "l", "b0", one.content_hash) == one
    assert arrange(TABLE, lake.read(TABLE, "l", "b0", one.content_hash)).stored == one

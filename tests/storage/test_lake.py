"""The lake: the hash is of the rows, files are final, and wrong rows are refused with their culprit."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.errors import LakeError
from back_office_pipelines.storage.lake import Lake, stored_table, to_arrow
from back_office_pipelines.storage.tables import Column, Table, fixed_tables

TABLE = Table(
    "things",
    "Things.",
    ("name",),
    (
        Column("name", "text", "Name."),
        Column("amount", "decimal", "Amount."),
        Column("day", "day", "Day."),
        Column("at", "moment", "Moment."),
        Column("share", "double", "Share."),
        Column("yes", "boolean", "Flag."),
        Column("count", "integer", "Count."),
    ),
)


def rows_hash(table: Table, content: pa.Table) -> str:
    return stored_table(table, content).content_hash


def row(name: str = "a", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": name,
        "amount": Decimal("1.50"),
        "day": date(2026, 11, 22),
        "at": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "share": 0.1,
        "yes": True,
        "count": 3,
    }
    return given | changes


def test_rows_come_back_as_they_went_in_ordered_by_key(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    stored = lake.put(TABLE, "l", "b", [row("b", amount=None), row("a")])
    rows = lake.read(TABLE, "l", "b", stored.content_hash)
    assert [one["name"] for one in rows] == ["a", "b"]
    assert rows[0] == row("a", amount=Decimal("1.5000"))
    assert rows[1]["amount"] is None


def test_the_hash_is_of_rows_not_of_files_or_order(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = lake.put(TABLE, "l", "b", [row("a"), row("b")])
    path = lake.path("l", "things", "b", first.content_hash)
    before = path.stat().st_mtime_ns
    assert lake.put(TABLE, "l", "b", [row("b"), row("a")]) == first
    assert path.stat().st_mtime_ns == before
    pq.write_table(pq.read_table(path, partitioning=None), path, compression="none")
    assert rows_hash(TABLE, to_arrow(TABLE, lake.read(TABLE, "l", "b", first.content_hash))) == first.content_hash


def test_the_same_moment_in_another_zone_is_the_same_row(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    berlin = datetime(2026, 11, 22, 11, tzinfo=timezone(timedelta(hours=1)))
    assert lake.put(TABLE, "l", "b", [row()]) == lake.put(TABLE, "l", "b", [row(at=berlin)])


TEXT = st.text(max_size=5)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=3), st.lists(st.tuples(TEXT, TEXT), max_size=3))
def test_different_rows_have_different_hashes(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    table = Table("t", "T.", ("a", "b"), (Column("a", "text", "A."), Column("b", "text", "B.")))

    def digest(pairs: list[tuple[str, str]]) -> str:
        return rows_hash(table, to_arrow(table, [{"a": a, "b": b} for a, b in pairs]))

    assert (digest(one) == digest(other)) == (one == other)


def test_null_is_not_the_empty_text() -> None:
    table = Table("t", "T.", ("a",), (Column("a", "text", "A."),))
    assert rows_hash(table, to_arrow(table, [{"a": ""}])) != rows_hash(table, to_arrow(table, [{"a": None}]))


@pytest.mark.parametrize(
    ("rows", "culprit"),
    [
        ([{"name": "a"}], "lacks or adds columns"),
        ([row(amount=Decimal("0.00001"))], "things"),
        ([row(count="many")], "things"),
        ([row("a"), row("a")], "share the key"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_written(
    tmp_path: Path, rows: list[dict[str, Any]], culprit: str
) -> None:
    with pytest.raises(LakeError, match=culprit):
        Lake(tmp_path).put(TABLE, "l", "b", rows)
    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    stored = lake.put(TABLE, "l", "b", [row()])
    path = lake.path("l", "things", "b", stored.content_hash)
    path.write_bytes(b"no parquet")
    with pytest.raises(LakeError, match=stored.content_hash):
        lake.read(TABLE, "l", "b", stored.content_hash)
    pq.write_table(to_arrow(TABLE, [row(count=4)]), path)
    with pytest.raises(LakeError, match="no longer have the hash"):
        lake.read(TABLE, "l", "b", stored.content_hash)
    path.unlink()
    with pytest.raises(LakeError, match="restore it"):
        lake.read(TABLE, "l", "b", stored.content_hash)


def test_every_fixed_table_is_described_and_has_its_key() -> None:
    for name, table in fixed_tables().items():
        assert table.comment.endswith("."), name
        assert set(table.key) <= set(table.names), name
        assert all(column.comment.endswith(".") for column in table.columns), name

"""The lake: content-addressed Parquet at `lake/<lane>/<table>/<batch>/<content_hash>.parquet`.

A file is never overwritten and means nothing until a ledger entry names its hash: the entry is the commit point. The
hash is that of the canonical rows, not of the Parquet bytes, so a library upgrade does not change it. A table that has
no file of its own any more is looked for in the archives (`archive`), by the same hash.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from back_office_pipelines.errors import LakeError
from back_office_pipelines.storage.archive import Archives, Place, read_member
from back_office_pipelines.storage.files import PART_SUFFIX, atomic_path
from back_office_pipelines.storage.tables import Column, ColumnType, Table, declared_by

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class StoredTable:
    """One table of one batch as it lies in the lake.

    Attributes:
        columns: names of its columns.
        cells: texts of its rows, as the content hash covers them.
    """

    table: str
    content_hash: str
    rows: int
    columns: tuple[str, ...]
    cells: Sequence[tuple[str, ...]] = field(repr=False, compare=False)


class Lake:
    """Reads and writes the Parquet files of one back office.

    Args:
        folder: the lake's folder; created at the first write.
        archive: folder of archives; default one beside it.
    """

    def __init__(self, folder: Path, archive: Path | None = None) -> None:
        self.folder = folder
        self.archives = Archives(archive or folder.with_name("archive"))
        self._checked = CheckedFiles()

    def path(self, lane: str, table: str, batch_id: str, content_hash: str) -> Path:
        """Return where a stored table lies."""
        return self.folder / lane / table / batch_id / f"{content_hash}.parquet"

    def put(self, table: Table, lane: str, batch_id: str, rows: Rows) -> StoredTable:
        """Store the rows of one table of one batch.

        Args:
            table: declares columns, types and key; every row must have exactly its columns.
            lane: operating lane.
            batch_id: batch within the lane.
            rows: mappings from column name to Python value (str, int, float, bool, Decimal, date, datetime, None).

        Raises:
            LakeError: a row has other columns, a value does not fit its type, or two rows share a key.
        """
        arranged = arrange(table, rows)
        target = self.path(lane, table.name, batch_id, arranged.stored.content_hash)
        if not target.exists():
            written = pa.BufferOutputStream()
            pq.write_table(arranged.content, written, compression="zstd")
            file = written.getvalue()
            with atomic_path(target) as temporary:
                temporary.write_bytes(file)
            self._checked.note(target, file)
        return arranged.stored

    def read(self, table: Table, lane: str, batch_id: str, content_hash: str) -> list[dict[str, Any]]:
        """Return the rows stored under a hash.

        Raises:
            LakeError: the file is missing, cannot be read, has other columns than declared, or rows of another hash.
        """
        place = self.place(lane, table.name, batch_id, content_hash)
        content = self._known(place)
        if content is None:
            content, _ = checked(place, table.name, content_hash)
        if not content.schema.equals(table.schema):
            raise LakeError(f"lake file {place.path}", "its columns are not those declared", "re-run the batch")
        rows: list[dict[str, Any]] = content.to_pylist()
        return rows

    def _known(self, place: Place) -> pa.Table | None:
        """Return a table whose file has the very bytes this process wrote, so that its rows need no second hash."""
        if place.member is not None or not self._checked.holds(place.path):
            return None
        try:
            file = place.path.read_bytes()
        except OSError:
            return None  # the check that follows says what is wrong
        return _content(pa.BufferReader(file)) if self._checked.same(place.path, file) else None

    def stored(self, table: str, lane: str, batch_id: str, content_hash: str) -> StoredTable:
        """Return what is stored under a hash as texts, with the columns the file itself has. Errors as of `read`."""
        return checked(self.place(lane, table, batch_id, content_hash), table, content_hash)[1]

    def place(self, lane: str, table: str, batch_id: str, content_hash: str) -> Place:
        """Return where a table lies: in its own file, else in an archive; its own path where it lies nowhere.

        Raises:
            LakeError: it has no file of its own, and the archive that may hold it cannot be read.
        """
        own = self.path(lane, table, batch_id, content_hash)
        if own.exists():
            return Place(own)
        return self.archives.find(lane, table, batch_id, content_hash) or Place(own)

    def batches(self) -> list[tuple[str, str]]:
        """Return lane and batch id of every batch that has a folder, in order."""
        return sorted({(path.parts[-3], path.name) for path in self.folder.glob("*/*/*") if path.is_dir()})

    def files_of(self, lane: str, batch_id: str) -> list[Path]:
        """Return everything that lies in the folders of one batch, in order: tables, and what is no table."""
        return sorted(path for path in self.folder.glob(f"{lane}/*/{batch_id}/*") if not path.is_dir())


def checked(place: Place, table: str, content_hash: str) -> tuple[pa.Table, StoredTable]:
    """Read a table where it lies and hash it again.

    Raises:
        LakeError: it is not there, cannot be read, or has rows of another hash.
    """
    path = place.path
    try:
        content = _content(path) if place.member is None else read_member(path, place.member)
        found = stored_table(declared_by(table, content.schema), content)
    except (OSError, ValueError, pa.ArrowException) as problem:  # a damaged text is a ValueError
        raise LakeError(f"lake file {path}", str(problem), "restore it from a backup or re-run the batch") from None
    if found.content_hash != content_hash:
        what = "its rows no longer have the hash in its name"
        if place.member is not None:
            what = f"the rows of batch {place.member.batch_id} in it no longer have the hash {content_hash}"
        raise LakeError(f"lake file {path}", what, "restore it from a backup")
    return content, found


class CheckedFiles:
    """Digests of the files that this process wrote: hashing rows costs a stage more than its work on them."""

    MOST = 4096

    def __init__(self) -> None:
        self._digests: dict[Path, bytes] = {}

    def note(self, path: Path, file: pa.Buffer) -> None:
        """Remember what was written to a path, as long as there is room."""
        if len(self._digests) >= self.MOST:
            self._digests.clear()
        self._digests[path] = hashlib.sha256(file).digest()

    def holds(self, path: Path) -> bool:
        """Whether anything was written to a path."""
        return path in self._digests

    def same(self, path: Path, file: bytes) -> bool:
        """Whether these are the bytes that were written to a path."""
        return self._digests.get(path) == hashlib.sha256(file).digest()


def _content(source: Path | pa.BufferReader) -> pa.Table:
    with pq.ParquetFile(source) as file:  # half the time of read_table, which looks for a dataset first
        return file.read()


def is_ours(path: Path) -> bool:
    """Whether a file in a batch's folder has a name the lake gives: a stored table, or one half written."""
    return OWN_NAME.fullmatch(path.name) is not None


OWN_NAME = re.compile(rf"[0-9a-f]{{64}}\.parquet|\.[0-9a-f]{{64}}\.parquet\..*{re.escape(PART_SUFFIX)}")


@dataclass(frozen=True)
class Arranged:
    """Rows as the lake would store them: typed, in order of their key, with what names them."""

    content: pa.Table
    stored: StoredTable


def arrange(table: Table, rows: Rows) -> Arranged:
    """Return rows as the lake would store them, without storing them. Arguments and errors as of `Lake.put`."""
    ordered = sorted(rows, key=sort_key(table.key))
    _refuse_shared_keys(table, ordered)
    content = to_arrow(table, ordered)
    return Arranged(content, stored_table(table, content))


def stored_table(table: Table, content: pa.Table) -> StoredTable:
    """Return how the lake names rows that are in order."""
    cells = list(row_texts(table, content))
    return StoredTable(table.name, _hash(table, cells), len(cells), table.names, cells)


def to_arrow(table: Table, rows: Rows) -> pa.Table:
    """Return rows as an Arrow table with the declared types.

    Raises:
        LakeError: a row has other columns than declared, or a value does not fit its column.
    """
    expected = set(table.names)
    for row in rows:
        if row.keys() != expected:
            odd = sorted(row.keys() ^ expected)
            raise LakeError(
                f"table {table.name}", f"a row lacks or adds columns {odd}", "align it with its declaration"
            )
    try:
        return pa.table({column.name: _array(column, rows) for column in table.columns}, schema=table.schema)
    except (pa.ArrowException, OverflowError) as problem:
        raise LakeError(f"table {table.name}", str(problem), "check the values against the declared types") from None


def _array(column: Column, rows: Rows) -> pa.Array:
    values = [row[column.name] for row in rows]
    if column.type == "moment":
        # Arrow drops the offset of a moment once pandas' extension is loaded (tests/test_upstream.py), so we apply it.
        values = [None if value is None else value.astimezone(UTC) for value in values]
    return pa.array(values, column.arrow)


def _hash(table: Table, cells: Iterable[tuple[str, ...]]) -> str:
    """Return the sha256 of a table's name, columns, types and rows in order.

    Each cell is written with its length in front, so no two different tables share a text.
    """
    digest = hashlib.sha256()
    digest.update(";".join([table.name, *(f"{c.name}:{c.duckdb}" for c in table.columns)]).encode())
    for row in cells:
        digest.update("\n".join(row).encode())
        digest.update(b"\r")
    return digest.hexdigest()


def row_texts(table: Table, content: pa.Table) -> Iterator[tuple[str, ...]]:
    """Yield one text a cell for every row: two rows are the same if and only if their texts are."""
    columns = [_texts(column.type, content.column(column.name)) for column in table.columns]
    return zip(*columns, strict=True)


_CELL_TEXT: Mapping[ColumnType, Callable[[Any], str]] = {
    "text": str,
    "integer": str,
    "decimal": str,
    "double": repr,
    "boolean": str,
    "moment": lambda value: value.isoformat(),
    "day": lambda value: value.isoformat(),
}


def _texts(column_type: ColumnType, column: pa.ChunkedArray) -> list[str]:
    """Return the texts of a column's cells, each different value written once."""
    if column_type == "double":  # Arrow might take two zeros for one
        return [_cell_text(column_type, value) for value in column.to_pylist()]
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    texts = [_cell_text(column_type, value) for value in encoded.dictionary.to_pylist()]
    return [texts[at] for at in encoded.indices.to_pylist()]


def _cell_text(column_type: ColumnType, value: Any) -> str:
    if value is None:
        return "-"
    text = _CELL_TEXT[column_type](value)
    return f"{len(text)}:{text}"


def sort_key(key: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return the function that gives a row's place in the order of a table with this key; null comes first."""
    return lambda row: tuple((row[name] is not None, row[name]) for name in key)


def _refuse_shared_keys(table: Table, ordered: Rows) -> None:
    keys = [tuple(row[name] for name in table.key) for row in ordered]
    for first, second in itertools.pairwise(keys):
        if first == second:
            raise LakeError(f"table {table.name}", f"two rows share the key {first}", "make the rows distinct first")

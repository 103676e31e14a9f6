"""Parts of the warehouse: the tables of single batches, brought into the private copy from the lake's files.

What belongs here: which parts are new, changed or gone, and loading them, from files of their own or out of archives.
What does not: the private copy and its versions (`warehouse`), and where a part lies (`lake`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from back_office_pipelines.errors import LakeError, UsageError
from back_office_pipelines.storage.tables import Table

PART = "_part"
"""Column of the private copy only: the part a row was loaded from."""


@dataclass(frozen=True)
class Part:
    """The rows of one table of one batch: a Parquet file of the lake with exactly the columns of `table`.

    Attributes:
        schema: schema of the warehouse, `controls` or `records`.
        table: declaration of the file; columns that `Contents.tables` declares beyond it stay null.
        lane: operating lane; with `batch_id` and the table it identifies the part.
        batch_id: batch within the lane.
        content_hash: hash of the canonical rows; a part with another hash replaces the one loaded before.
        path: the file.
        first: where its rows begin in an archive of many parts; None where the file is its own.
        rows: how many rows it has in that archive.

    """

    schema: str
    table: Table
    lane: str
    batch_id: str
    content_hash: str
    path: Path
    first: int | None = None
    rows: int = 0


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse parts that cannot be loaded.

    Raises:
        UsageError: a batch of a table is given twice.
        LakeError: a part has no file.
    """
    seen: set[tuple[str, str, str]] = set()
    for part in parts:
        identity = (table_id(part.schema, part.table), part.lane, part.batch_id)
        if identity in seen:
            raise UsageError(f"part {' '.join(identity)}", "it is given twice", "give each batch of a table once")
        if not part.path.is_file():
            raise LakeError(f"lake file {part.path}", "it does not exist", "restore it or re-run the batch")
        seen.add(identity)


def replace_parts(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> None:
    """Delete the rows of vanished and changed parts, load new and changed ones; touch nothing else."""
    wanted = {(table_id(part.schema, part.table), part.lane, part.batch_id, part.content_hash): part for part in parts}
    rows = connection.execute("SELECT part, name, lane, batch_id, content_hash FROM publisher.parts").fetchall()
    loaded = {tuple(row[1:]): int(row[0]) for row in rows}
    stale = {identity: loaded[identity] for identity in loaded.keys() - wanted.keys()}
    for name in {identity[0] for identity in stale}:
        numbers = [[number for identity, number in stale.items() if identity[0] == name]]
        connection.execute(f"DELETE FROM {quoted(name)} WHERE {PART} IN (SELECT unnest(?))", numbers)  # noqa: S608
        connection.execute("DELETE FROM publisher.parts WHERE part IN (SELECT unnest(?))", numbers)
    fresh: dict[tuple[str, tuple[str, ...]], dict[int, Part]] = {}
    first = max(loaded.values(), default=0) + 1
    for number, identity in enumerate(sorted(wanted.keys() - loaded.keys()), start=first):
        part = wanted[identity]
        fresh.setdefault((identity[0], part.table.names), {})[number] = part
    for (name, _), numbered in fresh.items():
        _load_parts(connection, name, numbered)


def _load_parts(connection: duckdb.DuckDBPyConnection, name: str, numbered: Mapping[int, Part]) -> None:
    """Load parts of one table, by their numbers, in one statement."""
    parts = list(numbered.values())
    columns = ", ".join(quoted_name(column) for column in parts[0].table.names)
    insert = f"INSERT INTO {quoted(name)} ({columns}, {PART}) SELECT {columns}, _number FROM "  # noqa: S608 - quoted
    own = {number: part for number, part in numbered.items() if part.first is None}
    archived = {number: part for number, part in numbered.items() if part.first is not None and part.rows}
    try:
        if own:
            paths = [str(part.path) for part in own.values()]
            connection.execute(f"{insert}{_OWN_FILES}", {"paths": paths, "numbers": list(own)})
        if archived:
            connection.execute(f"{insert}{_ARCHIVED}", _archived_places(archived))
    except duckdb.Error:
        for part in parts:
            _check_file(part)
        raise
    books = [(number, name, part.lane, part.batch_id, part.content_hash) for number, part in numbered.items()]
    connection.executemany("INSERT INTO publisher.parts VALUES (?, ?, ?, ?, ?)", books)


_OWN_FILES = """read_parquet($paths, filename = '_source')
    JOIN (SELECT unnest($paths) AS _file, unnest($numbers) AS _number) ON _file = _source"""
_ARCHIVED = """read_parquet($archives, filename = '_source', file_row_number = true) AS _rows
    ASOF JOIN (
        SELECT unnest($paths) AS _file, unnest($firsts) AS _first, unnest($ends) AS _end, unnest($numbers) AS _number
    ) AS _places ON _rows._source = _places._file AND _rows.file_row_number >= _places._first
    WHERE file_row_number < _end"""


def _archived_places(archived: Mapping[int, Part]) -> dict[str, object]:
    """Return the parameters of `_ARCHIVED`."""
    parts = [(str(part.path), part.first or 0, part.rows) for part in archived.values()]
    return {
        "archives": sorted({path for path, _, _ in parts}),
        "paths": [path for path, _, _ in parts],
        "firsts": [first for _, first, _ in parts],
        "ends": [first + rows for _, first, rows in parts],
        "numbers": list(archived),
    }


def _check_file(part: Part) -> None:
    try:
        names = pq.read_table(part.path, partitioning=None).schema.names
    except (OSError, pa.ArrowException) as problem:
        raise LakeError(f"lake file {part.path}", str(problem), "restore it or re-run the batch") from None
    if names != list(part.table.names):
        raise LakeError(f"lake file {part.path}", "its columns are not those declared", "re-run the batch")


def table_id(schema: str, table: Table) -> str:
    """Return the name of a table with its schema."""
    return f"{schema}.{table.name}"


def quoted(name: str) -> str:
    """Return a name with its schema as SQL writes it."""
    return ".".join(quoted_name(part) for part in name.split(".", 1))


def quoted_name(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'

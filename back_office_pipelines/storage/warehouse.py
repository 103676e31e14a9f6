"""The publisher of the warehouse: the next version of the DuckDB file, built aside and swapped in whole.

What belongs here: bringing the private copy up to date from lake files, writing `versions/<n>.duckdb` from it,
pointing the symlink that analysts open at a version. What does not: what the tables mean, how measures are
computed (the caller passes `prepare`), the ledger's entry (the caller writes it between `build` and `swap`).

The ways a build can end:

* a new file `versions/<n>.duckdb`, whole and on disk; nothing points to it yet;
* an error: the private copy is as it was (one transaction) and no version has appeared;
* killed: the same; the next build sweeps what was left behind and may use the same number.

A private copy that cannot be read is no end: it is thrown away and built again from the parts. Versions lie
behind a symlink because a second connection of a process does not see a file renamed over one it has open, and a
`.wal` left beside the old file would spoil the new one. Source: DESIGN section 5, "Warehouse published by swap".
"""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import duckdb
import pyarrow as pa

from back_office_pipelines.errors import LakeError, StorageError, UsageError
from back_office_pipelines.storage.files import atomic_path, sync
from back_office_pipelines.storage.parts import PART, Part, check_parts, quoted, quoted_name, replace_parts, table_id
from back_office_pipelines.storage.tables import Table

KEPT_VERSIONS = 5
READABLE_SINCE = "v1.0.0"
"""Oldest DuckDB whose format the file has: drivers of BI tools are often years behind, and lose nothing by it."""
# The bookkeeping, in a schema of its own and in the private copy only: how each table was declared when it was
# created, and which content of which part is loaded.
_BOOKS = """
    CREATE SCHEMA IF NOT EXISTS publisher;
    CREATE TABLE IF NOT EXISTS publisher.tables (name VARCHAR, declaration VARCHAR);
    CREATE TABLE IF NOT EXISTS publisher.parts (
        part BIGINT, name VARCHAR, lane VARCHAR, batch_id VARCHAR, content_hash VARCHAR);
"""
# What DuckDB raises when a file is unreadable or its state cannot be trusted; a wrong checksum is a bare Error.
_DAMAGE = {duckdb.Error, duckdb.IOException, duckdb.FatalException, duckdb.InternalException}


@dataclass(frozen=True)
class Whole:
    """A table replaced entirely at every publish; `rows` have exactly the columns of `table`."""

    schema: str
    table: Table
    rows: pa.Table


@dataclass(frozen=True)
class Contents:
    """Everything one version shall hold.

    Attributes:
        tables: (schema, table) pairs that must exist even where no part brings rows for them.
        parts: at most one for each table, lane and batch.
        wholes: tables given in full; one that `tables` names too is a whole.
        prepare: computes everything else, inside the build's transaction. It finds no derived table of an
            earlier build; whatever it leaves, other than temporary, is published.

    """

    tables: Sequence[tuple[str, Table]]
    parts: Sequence[Part]
    wholes: Sequence[Whole]
    prepare: Callable[[duckdb.DuckDBPyConnection], None]


class Warehouse:
    """The folder with the private copy, the versions and the symlink `back_office.duckdb` that analysts open.

    Args:
        folder: created at the first build.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.published = folder / "back_office.duckdb"
        self._versions = folder / "versions"
        self._private = folder / "private"

    def path(self, number: int) -> Path:
        """Return where a version lies."""
        return self._versions / f"{number}.duckdb"

    def current(self) -> int | None:
        """Return the number of the published version, None before the first swap.

        Raises:
            UsageError: what stands in the symlink's place does not point to a version.

        """
        if not self.published.is_symlink():
            if self.published.exists():
                self._refuse("back_office.duckdb in it is no symlink", "move that file away and publish again")
            return None
        target = self.published.readlink()
        if not (target.stem.isdecimal() and self.folder / target == self.path(int(target.stem))):
            self._refuse(f"its symlink points to {target}", "remove the symlink and publish again")
        return int(target.stem)

    def build(self, number: int, contents: Contents) -> Path:
        """Write version `number` from the contents, without publishing it, and return its path.

        A version of the same number is replaced unless it is the published one.

        Raises:
            UsageError: the number is that of the published version, two parts are the same batch of one table,
                or another publisher is at work in the folder.
            LakeError: the file of a part is missing, damaged or lacks a column of its table; the rows of a
                whole have other columns than its table.

        """
        if self.current() == number and self.path(number).exists():
            self._refuse(f"version {number} is the published one", "build under a higher number")
        check_parts(contents.parts)
        with self._only_publisher():
            copy = self._private / "build.duckdb"
            try:
                _bring_up_to_date(copy, contents)
            except duckdb.Error as problem:
                if type(problem) not in _DAMAGE:
                    raise
                _discard(copy)
                _again(copy, contents)
            return self._write_version(copy, self.path(number))

    def swap(self, number: int) -> None:
        """Point the symlink at a built version, then remove all but the five newest versions and this one.

        Open connections keep reading the version they opened. Doing it again changes nothing.

        Raises:
            UsageError: the version has not been built or was removed.

        """
        if not self.path(number).is_file():
            self._refuse(f"version {number} does not exist", "build it first")
        if self.current() != number:
            step = self.folder / ".back_office.duckdb.next"
            step.unlink(missing_ok=True)
            step.symlink_to(self.path(number).relative_to(self.folder))
            step.replace(self.published)
            sync(self.folder)
        built = sorted(int(path.stem) for path in self._versions.glob("*.duckdb") if path.stem.isdecimal())
        for old in built[:-KEPT_VERSIONS]:
            if old != number:
                _discard(self.path(old))

    def _write_version(self, copy: Path, target: Path) -> Path:
        self._versions.mkdir(exist_ok=True)
        for leftover in self._versions.glob(".*"):  # of builds that were killed
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        with atomic_path(target) as temporary:
            shutil.copyfile(copy, temporary)
            with _blamed_on_the_disk(target):
                _strip(temporary)
            temporary.chmod(0o644)
            _wal(target).unlink(missing_ok=True)
        return target

    @contextmanager
    def _only_publisher(self) -> Iterator[None]:
        """Hold the folder's lock, which the kernel frees however the publisher ends."""
        self._private.mkdir(parents=True, exist_ok=True)
        with (self._private / "build.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._refuse("another publisher is at work in it", "wait until it is done")
            yield

    def _refuse(self, culprit: str, remedy: str) -> NoReturn:
        raise UsageError(f"warehouse {self.folder}", culprit, remedy)


def _again(copy: Path, contents: Contents) -> None:
    """Build a private copy from nothing, after the one before it was found damaged."""
    with _blamed_on_the_disk(copy):  # it is not the damage of an old copy, then
        _bring_up_to_date(copy, contents)


@contextmanager
def _blamed_on_the_disk(path: Path) -> Iterator[None]:
    """Name the disk where DuckDB cannot write a file that is sound; on a full one its checkpoint fails for good."""
    try:
        yield
    except (duckdb.IOException, duckdb.FatalException) as problem:
        raise StorageError(
            f"warehouse file {path}", " ".join(str(problem).split()), "make room or give access, then run again"
        ) from problem


def create_table(connection: duckdb.DuckDBPyConnection, schema: str, table: Table) -> str:
    """Create a table anew, empty, with its declared types and all comments; return its quoted name."""
    name = quoted(f"{schema}.{table.name}")
    columns = ", ".join(f"{quoted_name(column.name)} {column.duckdb}" for column in table.columns)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted_name(schema)}")
    connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
    comments = {f"COLUMN {name}.{quoted_name(column.name)}": column.comment for column in table.columns}
    comments[f"TABLE {name}"] = table.comment
    connection.execute("; ".join(f"COMMENT ON {what} IS {_text(comment)}" for what, comment in comments.items()))
    return name


def fill_table(connection: duckdb.DuckDBPyConnection, schema: str, table: Table, rows: pa.Table) -> None:
    """Create a table anew and insert rows that have exactly its columns, in any order.

    Raises:
        LakeError: the rows have other columns than declared.

    """
    odd = sorted(set(rows.column_names) ^ set(table.names))
    if odd:
        culprit = f"its rows lack or add columns {odd}"
        raise LakeError(f"table {schema}.{table.name}", culprit, "align them with its declaration")
    name = create_table(connection, schema, table)
    connection.register("rows_to_fill", rows)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM rows_to_fill")  # noqa: S608 - name is quoted
    connection.unregister("rows_to_fill")


def _bring_up_to_date(copy: Path, contents: Contents) -> None:
    """Make the private copy hold exactly the contents, in one transaction, and leave no `.wal`."""
    with _opened(copy) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.begin()
        connection.execute(_BOOKS)
        _keep_tables(connection, contents)
        replace_parts(connection, contents.parts)
        for whole in contents.wholes:
            fill_table(connection, whole.schema, whole.table, whole.rows)
        contents.prepare(connection)
        connection.commit()
        connection.execute("CHECKPOINT")


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file for writing; a new one gets the format of `READABLE_SINCE`, and keeps it for good."""
    return duckdb.connect(path, config={"storage_compatibility_version": READABLE_SINCE})


def _keep_tables(connection: duckdb.DuckDBPyConnection, contents: Contents) -> None:
    """Drop all but the tables of parts whose declaration still holds; create those that lack then."""
    tables = [*((part.schema, part.table) for part in contents.parts), *contents.tables]
    wanted = {table_id(schema, table): (schema, table) for schema, table in tables}
    for whole in contents.wholes:
        wanted.pop(table_id(whole.schema, whole.table), None)
    loaded = dict(connection.execute("SELECT name, declaration FROM publisher.tables").fetchall())
    kept = {name for name in wanted.keys() & loaded.keys() if loaded[name] == _declaration(wanted[name][1])}
    _drop_all_but(connection, kept)
    gone = [list(loaded.keys() - kept)]
    connection.execute("DELETE FROM publisher.tables WHERE name IN (SELECT unnest(?))", gone)
    connection.execute("DELETE FROM publisher.parts WHERE name IN (SELECT unnest(?))", gone)
    for name in wanted.keys() - kept:
        schema, table = wanted[name]
        connection.execute(f"ALTER TABLE {create_table(connection, schema, table)} ADD COLUMN {PART} BIGINT")
        connection.execute("INSERT INTO publisher.tables VALUES (?, ?)", [name, _declaration(table)])


def _drop_all_but(connection: duckdb.DuckDBPyConnection, kept: set[str]) -> None:
    present = connection.execute(
        "SELECT schema_name || '.' || table_name, 'TABLE' FROM duckdb_tables() WHERE NOT (internal OR temporary) "
        "UNION ALL "
        "SELECT schema_name || '.' || view_name, 'VIEW' FROM duckdb_views() WHERE NOT (internal OR temporary)"
    ).fetchall()
    for name, kind in present:
        if name not in kept and not name.startswith("publisher."):
            connection.execute(f"DROP {kind} {quoted(name)}")


def _strip(copy: Path) -> None:
    """Take the bookkeeping out of a copy of the private copy."""
    with _opened(copy) as connection:
        for (name,) in connection.execute("SELECT name FROM publisher.tables").fetchall():
            connection.execute(f"ALTER TABLE {quoted(name)} DROP COLUMN {PART}")
        connection.execute("DROP SCHEMA publisher CASCADE")
        connection.execute("CHECKPOINT")


def _declaration(table: Table) -> str:
    """Return a digest of all that a table's declaration writes into the file."""
    return hashlib.sha256(repr((table, [column.duckdb for column in table.columns])).encode()).hexdigest()


def _discard(path: Path) -> None:
    path.unlink(missing_ok=True)
    _wal(path).unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

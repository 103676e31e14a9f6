"""Archives: tables of many batches in one Parquet file, each still found and proved by its own content hash.

`archive/<lane>/<table>/<name>.parquet` holds tables with the same columns one behind the other; the file's metadata
says which batch and content hash begins where. The name is the hash of that list, so a list that was changed shows.
Nothing in an archive is taken on trust: whoever reads a table out of it hashes its rows again (`lake`). What belongs
here: writing and reading such files. What does not: which tables go into one (`chain/compaction.py`), and when the
small files of the same tables may go (`chain/sweep.py`).
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from back_office_pipelines.errors import LakeError
from back_office_pipelines.storage.files import atomic_path

ROWS_A_GROUP = 10_000
"""Rows of a row group, which is what one reading of a table costs (`benchmarks/chain/archive.py` compares sizes)."""
_INDEX = b"members"
_KEPT_GROUPS = 32
_RESTORE = "restore it from a backup"


@dataclass(frozen=True)
class Member:
    """A table in an archive.

    Attributes:
        first: its first row in the file, from 0.
        rows: how many rows it has.
    """

    batch_id: str
    content_hash: str
    first: int
    rows: int


@dataclass(frozen=True)
class Place:
    """Where a table lies: a whole file, or some rows of an archive.

    Attributes:
        member: which rows of an archive; None for a file of its own.
    """

    path: Path
    member: Member | None = None


Named = tuple[str, str]
"""Batch id and content hash of a table."""


class Archives:
    """Reads and writes the archives of one back office.

    Args:
        folder: created at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, lane: str, table: str, name: str) -> Path:
        """Return where an archive lies."""
        return self.folder / lane / table / f"{name}.parquet"

    def write(
        self, lane: str, table: str, schema: pa.Schema, named: Sequence[Named], contents: Iterable[pa.Table]
    ) -> Path:
        """Write an archive and return its path; one with the same members is replaced by an equal one.

        Args:
            lane: operating lane.
            table: name of the table.
            schema: columns of all the contents.
            named: batch id and content hash of each, no two the same.
            contents: rows of each, in the same order.
        """
        target = self.path(lane, table, archive_name(named))
        counts: list[int] = []
        with atomic_path(target) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for group in _groups(contents, counts):
                writer.write_table(group, row_group_size=max(1, group.num_rows))
            index = [[*one, rows] for one, rows in zip(named, counts, strict=True)]
            writer.add_key_value_metadata({_INDEX: json.dumps(index)})
        return target

    def files(self) -> list[Path]:
        """Return everything that lies in the folders of archives, in order, also what is half written."""
        return sorted(path for path in self.folder.glob("*/*/*") if path.is_file())

    def find(self, lane: str, table: str, batch_id: str, content_hash: str) -> Place | None:
        """Return where a table lies in an archive, None where it lies in none.

        Raises:
            LakeError: none has it, and one cannot be read.
        """
        damaged: LakeError | None = None
        for path in sorted((self.folder / lane / table).glob("[!.]*.parquet")):
            try:
                member = _opened(path).members.get((batch_id, content_hash))
            except LakeError as problem:
                damaged = problem
                continue
            if member is not None:
                return Place(path, member)
        if damaged is not None:
            raise damaged
        return None

    def members(self, path: Path) -> list[Member]:
        """Return what an archive holds, in order.

        Raises:
            LakeError: it cannot be read, or its list is not the one it was named after.
        """
        found = list(_opened(path).members.values())
        if archive_name([(one.batch_id, one.content_hash) for one in found]) != path.stem:
            raise LakeError(f"archive {path}", "its list of tables is not the one it was named after", _RESTORE)
        return found


def read_member(path: Path, member: Member) -> pa.Table:
    """Return the rows of a table in an archive.

    Raises:
        LakeError: the archive cannot be read.
    """
    opened = _opened(path)
    if member.rows == 0:
        return opened.schema.empty_table()
    number = next(at for at, end in enumerate(opened.ends) if member.first < end)
    start = opened.ends[number - 1] if number else 0
    return _group(path, opened.stamp, number).slice(member.first - start, member.rows)


def archive_name(named: Sequence[Named]) -> str:
    """Return the name of an archive with these tables."""
    return hashlib.sha256(json.dumps([list(one) for one in named]).encode()).hexdigest()


def _groups(contents: Iterable[pa.Table], counts: list[int]) -> Iterator[pa.Table]:
    """Yield row groups of whole tables, and note how many rows each table had."""
    waiting: list[pa.Table] = []
    rows = 0
    for content in contents:
        counts.append(content.num_rows)
        if content.num_rows:
            waiting.append(content)
            rows += content.num_rows
        if rows >= ROWS_A_GROUP:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


@dataclass(frozen=True)
class _Opened:
    """What is known of an archive without its rows.

    Attributes:
        stamp: size, time and number of the file this was read from.
        ends: row behind the last one of each row group.
    """

    stamp: tuple[int, int, int]
    schema: pa.Schema
    members: dict[Named, Member]
    ends: Sequence[int]


def _opened(path: Path) -> _Opened:
    try:
        status = path.stat()
        return _index(path, (status.st_size, status.st_mtime_ns, status.st_ino))
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException) as problem:
        raise LakeError(f"archive {path}", str(problem) or "has no list of its tables", _RESTORE) from None


@lru_cache(maxsize=1024)
def _index(path: Path, stamp: tuple[int, int, int]) -> _Opened:
    with pq.ParquetFile(path) as file:
        metadata, schema = file.metadata, file.schema_arrow
    members: dict[Named, Member] = {}
    first = 0
    for batch_id, content_hash, rows in json.loads(metadata.metadata[_INDEX]):
        members[batch_id, content_hash] = Member(batch_id, content_hash, first, rows)
        first += rows
    ends = list(itertools.accumulate(metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)))
    if first != (ends[-1] if ends else 0):
        raise ValueError("its list of tables does not fit its rows")
    return _Opened(stamp, schema.remove_metadata(), members, ends)


@lru_cache(maxsize=_KEPT_GROUPS)
def _group(path: Path, stamp: tuple[int, int, int], number: int) -> pa.Table:
    """Return a row group; kept, since the tables of neighbouring batches are mostly read one after the other."""
    del stamp  # part of the key: another file under the same name is read again
    try:
        with pq.ParquetFile(path) as file:
            return file.read_row_group(number)
    except (OSError, ValueError, pa.ArrowException) as problem:
        raise LakeError(f"archive {path}", str(problem), _RESTORE) from None

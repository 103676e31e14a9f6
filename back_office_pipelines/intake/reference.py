"""Reference data of clients: `reference/<client>/<table>/<as_of>.csv`, the snapshot in force when a batch came.

A batch is bound at registration to the hash of each table, as it is to its dictionary; the bytes are kept in the vault,
so every later run reads the same rows, whatever lies in the folder then. What belongs here: finding and reading
snapshots. What does not: comparing records with them (`validation/reference`).
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from back_office_pipelines.dictionary.model import ReferenceTable
from back_office_pipelines.errors import UsageError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ReferenceRow = Mapping[str, str]
Pinned = Mapping[str, Mapping[str, str]]
"""`as_of` and `hash` of each table, by its name."""

Pin = Callable[[str, Mapping[str, ReferenceTable], datetime], Pinned]
"""Returns what a batch of a client, received at a moment, is bound to."""


@dataclass(frozen=True)
class ReferenceFolder:
    """Where clients' tables lie.

    Args:
        folder: one sub-folder a client; may not exist.
        keep: puts bytes into the vault and returns their sha256.
    """

    folder: Path
    keep: Callable[[bytes], str]

    def pin(self, client: str, tables: Mapping[str, ReferenceTable], received_at: datetime) -> Pinned:
        """Return the snapshots in force: of each table the newest whose day is not after the day of receipt (UTC).

        Raises:
            UsageError: a snapshot is not what it should be; the batch waits until it is mended.
        """
        self._refuse_unknown(client, tables)
        pinned = {}
        for name, spec in tables.items():
            path = _in_force(self.folder / client / name, received_at.date())
            if path is not None:
                content = path.read_bytes()
                read_rows(content, spec, f"reference table {client}/{name}/{path.name}")
                pinned[name] = {"as_of": path.stem, "hash": self.keep(content)}
        return pinned

    def _refuse_unknown(self, client: str, tables: Mapping[str, ReferenceTable]) -> None:
        """Refuse a folder that no table is called by: a misspelt name would switch its rules off in silence."""
        for path in sorted((self.folder / client).glob("*")):
            if path.is_dir() and path.name not in tables and not path.name.startswith("."):
                known = ", ".join(sorted(tables)) or "none is declared"
                raise UsageError(f"reference folder {path}", "is no table of _common.yaml", f"call it one of: {known}")


def _in_force(folder: Path, day: date) -> Path | None:
    dated = {}
    for path in sorted(folder.glob("*.csv")):
        day_of_file = _day(path.stem)
        if day_of_file is None:
            raise UsageError(
                f"reference table {path}", "its name is no day", "name it like 2026-01-31.csv, the day it holds from"
            )
        dated[day_of_file] = path
    return dated[max(past)] if (past := [one for one in dated if one <= day]) else None


def _day(text: str) -> date | None:
    """Return the day a text writes as `2026-01-31`, in no other form: two files must not mean one day."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def read_rows(content: bytes, spec: ReferenceTable, thing: str) -> Sequence[ReferenceRow]:
    """Return the rows of a snapshot, as text without outer spaces.

    Raises:
        UsageError: the file is no UTF-8 CSV, has other columns than declared, or repeats a key.
    """
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise UsageError(thing, f"cannot be read: {problem}", "save it as UTF-8 CSV") from None
    header = [name.strip() for name in lines[0]] if lines else []
    if sorted(header) != sorted(spec.columns):
        expected = ",".join(spec.columns)
        raise UsageError(thing, f"its header is {','.join(header)!r}", f"write {expected!r} (see _common.yaml)")
    rows: list[ReferenceRow] = []
    seen: set[tuple[str, ...]] = set()
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            raise UsageError(thing, f"line {number} has {len(line)} cells instead of {len(header)}", "correct the line")
        row = dict(zip(header, (cell.strip() for cell in line), strict=True))
        key = tuple(row[name] for name in spec.key)
        if key in seen:
            raise UsageError(thing, f"line {number} repeats the key {', '.join(key)}", "keep one of the lines")
        seen.add(key)
        rows.append(row)
    return rows

"""Reading a decisions file (DESIGN 7.4): CSV in UTF-8 or the worklist's XLSX, into lines that say where they stand."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.identity import short_hash

REQUIRED_COLUMNS = (
    "decided_at", "actor", "role", "action", "target", "field", "value", "reason_code", "reason",
)  # fmt: skip
OPTIONAL_COLUMNS = ("cause_party", "sample_id", "sheet_token")


@dataclass(frozen=True)
class Line:
    """One line of a decisions file, as text; '' where a cell is empty."""

    number: int
    decided_at: str
    actor: str
    role: str
    action: str
    target: str
    field: str
    value: str
    reason_code: str
    reason: str
    cause_party: str = ""
    sample_id: str = ""
    sheet_token: str = ""

    @property
    def decision_id(self) -> str:
        """Return the identity of what is said, wherever it stands: the same line again is the same decision."""
        said = (getattr(self, column.name) for column in fields(self) if column.name not in {"number", "sheet_token"})
        return short_hash(*said)

    @property
    def is_begun(self) -> bool:
        """Whether a person has written anything into it; a fresh worklist fills in target, field and reason code."""
        own = (self.decided_at, self.actor, self.role, self.action, self.value, self.reason, self.cause_party)
        return any(own)


def read_lines(path: Path) -> list[Line]:
    """Return the decision lines of a file; lines without actor and action are worklist rows nobody decided.

    Raises as of `all_lines`.
    """
    return [line for line in all_lines(path) if line.action or line.actor]


def all_lines(path: Path) -> list[Line]:
    """Return the lines of a file, decided or not.

    Raises:
        UsageError: the file cannot be read, or its header lacks a column or has an unknown one.
    """
    try:
        table = list(_xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    except OSError as problem:
        raise UsageError(
            f"decisions file {path}", problem.strerror or str(problem), "name a file you may read"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"decisions file {path}", "is no text in UTF-8", "save it as CSV in UTF-8, or as XLSX"
        ) from None
    except (csv.Error, KeyError, ValueError) as problem:
        raise UsageError(
            f"decisions file {path}", f"cannot be read: {problem}", "give a UTF-8 CSV or an XLSX"
        ) from None
    if not table:
        raise UsageError(f"decisions file {path}", "is empty", f"start with the header {', '.join(REQUIRED_COLUMNS)}")
    header = [name.strip() for name in table[0]]
    _check_header(path, header)
    for number, row in enumerate(table[1:], start=2):
        if len(row) > len(header) and any(row[len(header) :]):
            raise UsageError(
                f"decisions file {path}", f"line {number} has more cells than the header", "quote its commas"
            )
    return [_line(number, header, row) for number, row in enumerate(table[1:], start=2) if any(row)]


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in header]
    if len(header) == 1 and ";" in header[0]:
        raise UsageError(
            f"decisions file {path}", "its columns are separated by semicolons", "save it with commas, or as XLSX"
        )
    if missing:
        raise UsageError(f"decisions file {path}", f"lacks column {missing[0]!r}", f"use {', '.join(REQUIRED_COLUMNS)}")
    repeated = {name for name in header if name and header.count(name) > 1}
    if repeated:
        raise UsageError(f"decisions file {path}", f"repeats column {min(repeated)!r}", "keep one of them")


def _line(number: int, header: list[str], row: list[str]) -> Line:
    cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
    known = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
    said = {name: cells.get(name, "") for name in known}
    return Line(number=number, **{**said, "role": said["role"].lower(), "action": said["action"].lower()})


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file, strict=True)


def _xlsx(path: Path) -> Iterator[list[str]]:
    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        for row in workbook.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    finally:
        workbook.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)

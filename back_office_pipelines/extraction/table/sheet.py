"""One sheet of a workbook as rows of text, and the limits and errors that both kinds of workbook share.

What belongs here: typing cells, what is hidden and merged. What does not: opening workbooks (`xlsx`, `xls`) and finding
the lane's table among sheets (`workbook`). Numbers and dates come from the cell's own type, never from its display, and
leave as machine texts: a point, ISO days.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from back_office_pipelines.extraction.table.delimited import MOST_COLUMNS

MOST_ROWS = 100_000
"""Rows with a value in them."""
MOST_MERGED = 200_000
"""Cells that merged ranges cover together."""
Cells = list[str]
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""


class WorkbookRefusedError(Exception):
    """A workbook that is not read, with the reason code. Never leaves this package."""

    def __init__(self, reason_code: str, detail: str) -> None:
        self.reason_code = reason_code
        self.detail = detail
        super().__init__(detail)


@dataclass
class Sheet:
    """One sheet as text.

    Attributes:
        rows: number of each row that shows anything, from 1, and its cells.
        unsaved: places of formulas without a saved value.
        hidden_rows: numbers of rows that are hidden and hold values; they are not among `rows`.
        hidden_columns: indices, from 0, of columns that are hidden.
    """

    name: str
    hidden: bool
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)

    def add(self, number: int, cells: Cells, *, hidden: bool = False) -> None:
        """Add a row, unless it is empty.

        Raises:
            WorkbookRefusedError: it is one too many, or too wide.
        """
        width = max((index + 1 for index, cell in enumerate(cells) if cell), default=0)
        if not width:
            return
        if width > MOST_COLUMNS:
            detail = f"row {number} of sheet {self.name!r} has {width:,} columns, more than the {MOST_COLUMNS:,} read"
            raise WorkbookRefusedError("LIMIT_EXCEEDED", detail)
        if len(self.rows) >= MOST_ROWS:
            raise WorkbookRefusedError("LIMIT_EXCEEDED", f"sheet {self.name!r} has more than {MOST_ROWS:,} rows")
        if hidden:
            self.hidden_rows.append(number)
        else:
            self.rows.append((number, cells[:width]))

    def spread(self, merged: list[Range]) -> None:
        """Write the text of merged cells into each cell that they cover: it stands for all of them.

        Raises:
            WorkbookRefusedError: they cover more cells than are read.
        """
        by_number = dict(self.rows)
        room = MOST_MERGED
        for first, left, last, right in merged:
            text = _cell(by_number.get(first, []), left - 1)
            for number in _covered(first, last, by_number) if text else ():
                cells = by_number[number]
                end = min(right, MOST_COLUMNS)
                room -= max(0, end - left + 1)
                if room < 0:
                    detail = f"the merged cells of sheet {self.name!r} cover more than {MOST_MERGED:,} cells"
                    raise WorkbookRefusedError("LIMIT_EXCEEDED", detail)
                cells += [""] * (end - len(cells))
                for column in range(left - 1, end):
                    cells[column] = cells[column] or text


def as_text(value: object) -> str:
    """Return a typed cell as machine text: the shortest digits of a number, the ISO day of a date."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return str(value).strip()


def _cell(cells: Cells, index: int) -> str:
    return cells[index] if 0 <= index < len(cells) else ""


def _covered(first: int, last: int, rows: dict[int, Cells]) -> Iterator[int]:
    """Yield the rows of a range that exist, whichever of the two is shorter to walk."""
    if last - first > len(rows):
        return (number for number in rows if first <= number <= last)
    return (number for number in range(first, last + 1) if number in rows)

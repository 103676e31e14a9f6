"""Spreadsheet files, XLSX and XLS, as rows of text: the first visible sheet whose header row names fields of the lane.

What belongs here: opening workbooks within limits, typing cells, finding the header row. What does not: what columns
mean (`columns`) and records (`reader`). Numbers and dates come from the cell's own type, never from its display, and
leave as machine texts: a point, ISO days.
"""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException
from xlrd.compdoc import CompDocError

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.media import COMPOUND
from back_office_pipelines.extraction.model import Finding
from back_office_pipelines.extraction.table.columns import map_columns

MOST_ROWS = 100_000
MOST_COLUMNS = 500
MOST_UNPACKED = 200_000_000
"""Bytes that the parts of a workbook may have together once unpacked."""
MOST_RATIO = 200
"""Unpacked by packed size of one part; sheets of real numbers stay below 50."""
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream in which a compound file keeps an XLSX behind a password."""
HEADER_ROWS = 30
"""Rows among which a header row is looked for; titles and addresses may stand above it."""
Cells = list[str]


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
        rows: number of each row that is not empty, from 1, and its cells.
        unsaved: places of formulas without a saved value.
    """

    name: str
    hidden: bool
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)


def sheet_of_lane(content: bytes, dictionary: Dictionary) -> tuple[Sheet, tuple[Finding, ...]]:
    """Return the sheet that holds the lane's table, its rows from the header row on, and what was left unread.

    Raises:
        WorkbookRefusedError: damaged, encrypted, beyond a limit, or no visible sheet has such a header row.
    """
    sheets = _xls(content) if content.startswith(COMPOUND) else _xlsx(content)
    visible = [sheet for sheet in sheets if not sheet.hidden]
    ranked = [(best, sheet) for sheet in visible if (best := _header_row(sheet, dictionary))[0] > 1]
    if not ranked:
        raise WorkbookRefusedError(
            "UNCLASSIFIED", f"no sheet has a header row that names fields of a {dictionary.header}"
        )
    (_, start), chosen = max(ranked, key=lambda entry: entry[0][0])
    chosen.rows = _same_width(chosen.rows[start:])
    return chosen, (*_left_unread(sheets, ranked, chosen), *_without_value(chosen))


def _left_unread(sheets: Sequence[Sheet], ranked: Sequence[tuple[object, Sheet]], chosen: Sheet) -> Iterator[Finding]:
    tables = [sheet for _, sheet in ranked]
    for sheet in sheets:
        if sheet.hidden and sheet.rows:
            yield Finding("AMBIGUOUS", f"sheet {sheet.name!r} is hidden and was not read")
        elif sheet is not chosen and any(sheet is one for one in tables):
            yield Finding("AMBIGUOUS", f"sheet {sheet.name!r} holds such a table too and was not read")


def _without_value(sheet: Sheet) -> Iterator[Finding]:
    if sheet.unsaved:
        places = ", ".join(sheet.unsaved[:10])
        yield Finding("MISSING", f"{len(sheet.unsaved)} formulas have no saved value: {places}")


def _header_row(sheet: Sheet, dictionary: Dictionary) -> tuple[int, int]:
    """Return the most fields that one of the first rows names, and the index of that row."""
    counts = [
        (len(map_columns(cells, dictionary)[0]), -index) for index, (_, cells) in enumerate(sheet.rows[:HEADER_ROWS])
    ]
    most, index = max(counts, default=(0, 0))
    return most, -index


def _same_width(rows: list[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """Cut or fill rows to the header's width: a workbook has no ragged rows, only empty cells at their ends."""
    width = max((index + 1 for index, cell in enumerate(rows[0][1]) if cell), default=0)
    return [(number, (cells + [""] * width)[:width]) for number, cells in rows]


def _xlsx(content: bytes) -> list[Sheet]:
    _refuse_bomb(content)
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        try:
            pairs = zip(values.worksheets, formulas.worksheets, strict=True)
            return [_xlsx_sheet(shown, written) for shown, written in pairs]
        finally:
            values.close()
            formulas.close()
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
    ) as problem:
        raise WorkbookRefusedError("UNREADABLE", f"no readable workbook: {problem}") from None


def _xlsx_sheet(shown: Any, written: Any) -> Sheet:
    sheet = Sheet(shown.title, shown.sheet_state != "visible")
    rows = zip(shown.iter_rows(max_col=MOST_COLUMNS), written.iter_rows(max_col=MOST_COLUMNS), strict=False)
    for number, (cells, formulas) in enumerate(islice(rows, MOST_ROWS + 1), start=1):
        if number > MOST_ROWS:
            raise WorkbookRefusedError("LIMIT_EXCEEDED", f"sheet {sheet.name!r} has more than {MOST_ROWS:,} rows")
        for cell, formula in zip(cells, formulas, strict=False):
            if cell.value is None and isinstance(formula.value, str) and formula.value.startswith("="):
                sheet.unsaved.append(f"{formula.coordinate}")
        _add(sheet, number, [_text(cell.value) for cell in cells])
    return sheet


def _xls(content: bytes) -> list[Sheet]:
    try:
        book = xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO())
        return [_xls_sheet(book.sheet_by_index(index), book.datemode) for index in range(book.nsheets)]
    except (xlrd.XLRDError, CompDocError) as problem:
        locked = "encrypted" in str(problem).casefold() or ENCRYPTED_PACKAGE in content
        code = "ENCRYPTED" if locked else "UNSUPPORTED_MEDIA"
        raise WorkbookRefusedError(code, f"no readable workbook: {problem}") from None
    except (ValueError, IndexError, KeyError, TypeError, AssertionError, struct.error, OverflowError) as problem:
        raise WorkbookRefusedError("UNREADABLE", f"the workbook is damaged: {problem}") from None


def _xls_sheet(source: Any, datemode: int) -> Sheet:
    sheet = Sheet(source.name, source.visibility != 0)
    if source.nrows > MOST_ROWS or source.ncols > MOST_COLUMNS:
        detail = f"sheet {sheet.name!r} has {source.nrows:,} rows and {source.ncols:,} columns"
        raise WorkbookRefusedError("LIMIT_EXCEEDED", detail)
    for index in range(source.nrows):
        _add(sheet, index + 1, [_xls_text(cell, datemode) for cell in source.row(index)])
    return sheet


def _xls_text(cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _text(xlrd.xldate_as_datetime(cell.value, datemode))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return _text(cell.value)


def _add(sheet: Sheet, number: int, cells: Cells) -> None:
    if any(cells):
        sheet.rows.append((number, cells))


def _text(value: object) -> str:
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


def _refuse_bomb(content: bytes) -> None:
    """Refuse a file whose parts unpack beyond the limits, by what its directory declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise WorkbookRefusedError("UNREADABLE", f"no readable workbook: {problem}") from None
    total = sum(part.file_size for part in parts)
    steep = [part for part in parts if part.file_size > 1_000_000 and part.file_size > MOST_RATIO * part.compress_size]
    if total > MOST_UNPACKED or steep:
        raise WorkbookRefusedError("LIMIT_EXCEEDED", f"the workbook unpacks to {total:,} bytes")

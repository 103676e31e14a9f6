"""XLS workbooks, and compound files that hold an XLSX behind a password.

What belongs here: opening them within limits, cell types. What does not: which sheet is the lane's (`workbook`).
"""

import io
import struct
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from back_office_pipelines.extraction.table.delimited import MOST_COLUMNS
from back_office_pipelines.extraction.table.sheet import MOST_ROWS, Sheet, WorkbookRefusedError, as_text

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream in which a compound file keeps an XLSX behind a password."""
_DAMAGE = (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, struct.error, OverflowError)


def xls_sheets(content: bytes) -> list[Sheet]:
    """Return all sheets of an XLS workbook.

    Raises:
        WorkbookRefusedError: damaged, encrypted, beyond a limit, or no workbook at all (UNSUPPORTED_MEDIA).
    """
    try:
        book = _opened(content)
        return [_sheet(book.sheet_by_index(index), book.datemode) for index in range(book.nsheets)]
    except (xlrd.XLRDError, CompDocError) as problem:
        if "encrypted" in str(problem).casefold() or ENCRYPTED_PACKAGE in content:
            detail = "the workbook is protected by a password; have it sent without one"
            raise WorkbookRefusedError("ENCRYPTED", detail) from None
        raise WorkbookRefusedError("UNSUPPORTED_MEDIA", f"no readable workbook: {problem}") from None
    except _DAMAGE as problem:
        raise WorkbookRefusedError("UNREADABLE", f"the workbook is damaged: {problem}; have it saved again") from None


def _opened(content: bytes) -> Any:
    """Open a workbook with what it says of hidden rows and merged cells; damage there alone costs only that."""
    try:
        return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
    except (*_DAMAGE, NotImplementedError):
        return xlrd.open_workbook(file_contents=content, logfile=io.StringIO())


def _sheet(source: Any, datemode: int) -> Sheet:
    sheet = Sheet(source.name, source.visibility != 0)
    if source.nrows > MOST_ROWS or source.ncols > MOST_COLUMNS:
        detail = f"sheet {sheet.name!r} has {source.nrows:,} rows and {source.ncols:,} columns"
        raise WorkbookRefusedError("LIMIT_EXCEEDED", detail)
    hidden = {index for index, row in source.rowinfo_map.items() if row.hidden}
    sheet.hidden_columns = {index for index, column in source.colinfo_map.items() if column.hidden}
    for index in range(source.nrows):
        sheet.add(index + 1, [_text(cell, datemode) for cell in source.row(index)], hidden=index in hidden)
    sheet.spread([(first + 1, left + 1, last, right) for first, last, left, right in source.merged_cells])
    return sheet


def _text(cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return as_text(xlrd.xldate_as_datetime(cell.value, datemode))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return as_text(cell.value)

"""XLSX workbooks as sheets of text.

What belongs here: opening them within limits, saved values beside formulas, what is hidden or merged. What does not:
which sheet is the lane's (`workbook`).
"""

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from back_office_pipelines.extraction.media import ZIP_DAMAGE
from back_office_pipelines.extraction.table.delimited import MOST_COLUMNS
from back_office_pipelines.extraction.table.sheet import Range, Sheet, WorkbookRefusedError, as_text

MOST_UNPACKED = 200_000_000
"""Bytes that the parts of a workbook may have together once unpacked."""
MOST_RATIO = 200
"""Unpacked by packed size of one part; sheets of real numbers stay below 50."""
BINARY_WORKBOOK = "xl/workbook.bin"
_DAMAGE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    etree.XMLSyntaxError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    NotImplementedError,
)
"""What openpyxl and the archive below it raise at damaged workbooks; RuntimeError where a part wants a password."""


@dataclass
class _Look:
    """What a sheet's own markup says of its looks.

    Attributes:
        rows: numbers of hidden rows.
        columns: indices of hidden columns.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)


def xlsx_sheets(content: bytes) -> list[Sheet]:
    """Return all sheets of an XLSX workbook.

    Raises:
        WorkbookRefusedError: damaged, beyond a limit, or the binary form, which has no reader.
    """
    _refuse_bomb(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            try:
                pairs = zip(values.worksheets, formulas.worksheets, strict=True)
                return [_sheet(shown, written, archive) for shown, written in pairs]
            finally:
                values.close()
                formulas.close()
    except _DAMAGE as problem:
        raise WorkbookRefusedError("UNREADABLE", f"no readable workbook: {problem}; have it saved again") from None


def _sheet(shown: Any, written: Any, archive: zipfile.ZipFile) -> Sheet:
    sheet = Sheet(shown.title, shown.sheet_state != "visible")
    look = _look(archive, shown._worksheet_path)
    sheet.hidden_columns = look.columns
    shown.reset_dimensions()  # what a sheet says of its own size is not believed: cells beyond would be lost
    written.reset_dimensions()
    rows = zip(shown.iter_rows(), written.iter_rows(), strict=False)
    for number, (cells, formulas) in enumerate(rows, start=1):
        hidden = number in look.rows
        for cell, formula in zip(cells, formulas, strict=False):
            if cell.value is None and formula.value is not None and not hidden:
                sheet.unsaved.append(f"{formula.coordinate}")
        sheet.add(number, [as_text(cell.value) for cell in cells], hidden=hidden)
    sheet.spread(look.merged)
    return sheet


def _look(archive: zipfile.ZipFile, path: str) -> _Look:
    """Return what is hidden and merged in a sheet; its markup is read as a stream."""
    look = _Look()
    with archive.open(path) as stream:
        for _, element in etree.iterparse(stream, events=("end",), resolve_entities=False, no_network=True):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name == "row":
                if element.get("hidden") in ("1", "true"):
                    look.rows.add(int(element.get("r", "0")))
                _forget(element)
            elif name == "col" and element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                look.columns.update(range(first - 1, min(last, MOST_COLUMNS)))
            elif name == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref", "A1"))
                look.merged.append((top or 1, left or 1, bottom or 1, right or 1))
                _forget(element)
    return look


def _forget(element: Any) -> None:
    """Free an element and those before it, so that a large sheet needs no memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_bomb(content: bytes) -> None:
    """Refuse a file whose parts unpack beyond the limits, by what its directory declares: no more is ever unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except ZIP_DAMAGE as problem:
        raise WorkbookRefusedError("UNREADABLE", f"no readable workbook: {problem}; have it sent again") from None
    if BINARY_WORKBOOK in {part.filename for part in parts}:
        raise WorkbookRefusedError("UNSUPPORTED_MEDIA", "a binary workbook (.xlsb); have it saved as .xlsx")
    total = sum(part.file_size for part in parts)
    steep = [part for part in parts if part.file_size > 1_000_000 and part.file_size > MOST_RATIO * part.compress_size]
    if total > MOST_UNPACKED or steep:
        detail = f"the workbook unpacks to {total:,} bytes, at most {MOST_UNPACKED:,} and {MOST_RATIO} times are read"
        raise WorkbookRefusedError("LIMIT_EXCEEDED", detail)

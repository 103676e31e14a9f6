"""Spreadsheet files, XLSX and XLS: the first visible sheet whose header row names fields of the lane, as rows of text.

What belongs here: choosing the sheet and its header row, and naming what was left unread. What does not: opening
workbooks (`xlsx`, `xls`), cells (`sheet`), what columns mean (`columns`) and records (`reader`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.media import COMPOUND
from back_office_pipelines.extraction.model import Finding
from back_office_pipelines.extraction.table.columns import header_row, map_columns
from back_office_pipelines.extraction.table.sheet import Cells, Sheet, WorkbookRefusedError
from back_office_pipelines.extraction.table.xls import xls_sheets
from back_office_pipelines.extraction.table.xlsx import xlsx_sheets

HEADER_ROWS = 30
"""Rows among which a header row is looked for; titles and addresses may stand above it."""
NAMED = 10
"""Places that a detail names; more only make it longer."""


def sheet_of_lane(content: bytes, dictionary: Dictionary) -> tuple[Sheet, tuple[Finding, ...]]:
    """Return the sheet that holds the lane's table, its rows from the header row on, and what was left unread.

    Raises:
        WorkbookRefusedError: damaged, encrypted, beyond a limit, or no visible sheet has such a header row.
    """
    sheets = xls_sheets(content) if content.startswith(COMPOUND) else xlsx_sheets(content)
    ranked = [(best, sheet) for sheet in sheets if not sheet.hidden and (best := _header_row(sheet, dictionary))[0] > 1]
    if not ranked:
        raise WorkbookRefusedError(
            "UNCLASSIFIED", f"no sheet has a header row that names fields of record {dictionary.header}"
        )
    (_, start), chosen = max(ranked, key=lambda entry: entry[0][0])
    chosen.rows = _same_width(chosen.rows[start:])
    unread = (*_left_unread(sheets, ranked, chosen), *_hidden(chosen, dictionary), *_without_value(chosen))
    return chosen, unread


def _header_row(sheet: Sheet, dictionary: Dictionary) -> tuple[int, int]:
    return header_row([cells for _, cells in sheet.rows[:HEADER_ROWS]], dictionary)


def _left_unread(sheets: Sequence[Sheet], ranked: Sequence[tuple[object, Sheet]], chosen: Sheet) -> Iterator[Finding]:
    tables = [sheet for _, sheet in ranked]
    for sheet in sheets:
        if sheet.hidden and sheet.rows:
            yield Finding("AMBIGUOUS", f"sheet {sheet.name!r} is hidden and was not read")
        elif sheet is not chosen and any(sheet is one for one in tables):
            yield Finding("AMBIGUOUS", f"sheet {sheet.name!r} holds such a table too and was not read")


def _hidden(sheet: Sheet, dictionary: Dictionary) -> Iterator[Finding]:
    """Yield what is hidden inside the chosen sheet, and blank its hidden columns: nobody who looks at it sees them."""
    if sheet.hidden_rows:
        places = ", ".join(map(str, sheet.hidden_rows[:NAMED]))
        yield Finding("AMBIGUOUS", f"{len(sheet.hidden_rows)} rows are hidden and were not read: {places}")
    (_, header), *_ = sheet.rows
    mapped, _ = map_columns(header, dictionary)
    for column in mapped:
        if column.index in sheet.hidden_columns:
            yield Finding("AMBIGUOUS", f"column {header[column.index]!r} is hidden and was not read")
    for _, cells in sheet.rows:
        for index in sheet.hidden_columns:
            cells[index : index + 1] = [""] * len(cells[index : index + 1])


def _without_value(sheet: Sheet) -> Iterator[Finding]:
    if sheet.unsaved:
        places = ", ".join(sheet.unsaved[:NAMED])
        detail = f"{len(sheet.unsaved)} formulas have no saved value: {places}; open the workbook once and save it"
        yield Finding("MISSING", detail)


def _same_width(rows: list[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """Cut or fill rows to the header's width: a workbook has no ragged rows, only cells that no header names."""
    width = len(rows[0][1])
    return [(number, (cells + [""] * width)[:width]) for number, cells in rows]

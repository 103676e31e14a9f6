"""The worklist as a workbook that people fill in: the acts a row allows to choose from, wide columns, a filter.

What belongs here: what a spreadsheet program shows and accepts. What does not: what a worklist says (`worklist`), and
reading it back (`lines`), which trusts nothing that this file offered.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from back_office_pipelines.review.lines import REQUIRED_COLUMNS
from back_office_pipelines.review.worklist import BETWEEN_ACTS, COLUMNS, harmless
from back_office_pipelines.storage.files import SHARED, atomic_path

LONGEST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""
LONGEST_CHOICE = 255
"""Characters that the choices of a cell may have together, in the formats of spreadsheet programs."""
NARROWEST, WIDEST = 10, 44
"""Widths of columns, in characters: from what a heading needs to where a text is wrapped."""
TO_FILL_IN = PatternFill("solid", fgColor="FFF4D6")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Row = Mapping[str, str]


def write_xlsx(rows: Sequence[Row], path: Path) -> None:
    """Write the worklist as a workbook with one sheet; cells are text, so that nothing is run or reformatted.

    Columns that a person fills in are coloured; `action` offers what the row allows at the time of writing.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "worklist"
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([_for_sheet(row[name]) for name in COLUMNS])
    _dress(sheet, rows)
    _offer_acts(sheet, rows)
    with atomic_path(path, SHARED) as temporary:
        workbook.save(temporary)


def _dress(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Freeze and filter the heading, widen columns to their texts, and colour what is to be filled in."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for number, name in enumerate(COLUMNS, start=1):
        longest = max((len(row[name]) for row in rows), default=0)
        width = min(max(longest, len(name) + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
        for cells in sheet.iter_rows(min_col=number, max_col=number):
            cells[0].alignment = Alignment(vertical="top", wrap_text=longest > WIDEST)
            if name in REQUIRED_COLUMNS and not cells[0].value:
                cells[0].fill = TO_FILL_IN
        sheet.cell(1, number).font = Font(bold=True)


def _offer_acts(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Let the cell of each row's action be chosen among what the row allows; another text is warned of, not refused."""
    column = get_column_letter(COLUMNS.index("action") + 1)
    offered: dict[str, DataValidation] = {}
    for number, row in enumerate(rows, start=2):
        acts = ",".join(row["may"].split(BETWEEN_ACTS))
        if not acts or len(acts) > LONGEST_CHOICE:
            continue
        if acts not in offered:
            offered[acts] = DataValidation("list", formula1=f'"{acts}"', allow_blank=True, errorStyle="warning")
            offered[acts].error = "this row does not allow that now; column may says what it does"
            offered[acts].showErrorMessage = True
            sheet.add_data_validation(offered[acts])
        offered[acts].add(f"{column}{number}")


def _for_sheet(cell: str) -> str:
    """Return a cell as a workbook can keep it: control characters are escapes, and what is too long says so."""
    text = harmless(_NO_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), cell))
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 2]} …"

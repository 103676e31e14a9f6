"""Bills as a workbook: one row an invoice, typed cells, the same bytes every time.

What belongs here: cells and what keeps the file the same. What does not: which columns there are (the caller).
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.fields import header_values

MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a zip file and a workbook know no zone
ZIP_TIME = MADE.timetuple()[:6]


def workbook_bytes(bills: Sequence[Bill], columns: Mapping[str, str]) -> bytes:
    """Return the file.

    Args:
        bills: one row each.
        columns: field name to heading, in order.
    """
    workbook = Workbook()
    workbook.properties.created = workbook.properties.modified = MADE
    sheet = workbook.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.append(list(columns.values()))
    for bill in bills:
        values = header_values(bill)
        sheet.append([values.get(name) for name in columns])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _without_clock(buffer.getvalue())


def _without_clock(content: bytes) -> bytes:
    """Pack an archive again with the time of every member fixed; the library stamps them, and its own properties."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":
                text = _fixed_properties(text)
            new.writestr(zipfile.ZipInfo(name, ZIP_TIME), text)
    return packed.getvalue()


def _fixed_properties(text: bytes) -> bytes:
    start = text.index(b"<dcterms:modified")
    opened = text.index(b">", start) + 1
    return text[:opened] + b"2026-01-01T00:00:00Z" + text[text.index(b"</dcterms:modified>") :]

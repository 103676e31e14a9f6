"""Spreadsheets: typed cells, the header row among others, hidden sheets and unsaved formulas named, limits held."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from back_office_pipelines.extraction.table import workbook
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.documents import extracted
from tests.scenario import dictionary

HEADER = ["Invoice number", "Invoice date", "Currency", "Seller", "Grand total"]


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book_of(*rows: list[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return book


def test_cells_keep_their_types_and_titles_may_stand_above_the_header() -> None:
    book = book_of(["Export of May"], [], HEADER, ["R-1", date(2026, 3, 4), "EUR", "Kupfer GmbH", 1234.5])
    sheet = book.worksheets[0]
    sheet["B4"].number_format = "MM/DD/YY"
    extraction = extracted(saved(book))
    (record,) = normalise(extraction, dictionary())
    assert {value.name: value.value for value in record.values} == {
        "invoice_number": "R-1",
        "issue_date": "2026-03-04",
        "currency": "EUR",
        "seller_name": "Kupfer GmbH",
        "gross_total": "1234.5",
    }
    assert (record.row, {value.method for value in record.values}) == (4, {"spreadsheet"})
    assert extraction.findings == ()


def test_hidden_sheets_and_formulas_without_a_value_are_findings() -> None:
    book = book_of(HEADER, ["R-1", date(2026, 3, 4), "EUR", "Kupfer GmbH", "=1+1"])
    hidden = book.create_sheet("Secret")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    findings = extracted(saved(book)).findings
    assert [(one.reason_code, one.detail) for one in findings] == [
        ("AMBIGUOUS", "sheet 'Secret' is hidden and was not read"),
        ("MISSING", "1 formulas have no saved value: E2"),
    ]


def test_a_workbook_of_another_kind_is_unclassified() -> None:
    assert extracted(saved(book_of(["a", "b"], [1, 2]))).reason_code == "UNCLASSIFIED"


def test_limits_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved(book_of(HEADER, *[["R", date(2026, 3, 4), "EUR", "K", 1]] * 5))
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert extracted(content).reason_code == "LIMIT_EXCEEDED"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 3_000_000)
    assert extracted(stream.getvalue()).reason_code == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    "cut", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_damaged_compound_file_has_a_reason(cut: bytes) -> None:
    extraction = extracted(cut)
    assert extraction.status == "unreadable"
    assert extraction.detail

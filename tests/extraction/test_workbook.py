"""Spreadsheets: typed cells, the header row among others, hidden sheets and unsaved formulas named, limits held."""

import base64
import io
import zipfile
import zlib
from datetime import date

import openpyxl
import pytest

from back_office_pipelines.extraction.table import sheet
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.compound import compound
from tests.extraction.documents import extracted, values
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
    book.worksheets[0]["B4"].number_format = "MM/DD/YY"
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
        ("MISSING", "1 formulas have no saved value: E2; open the workbook once and save it"),
    ]


def test_a_workbook_of_another_kind_is_unclassified() -> None:
    assert extracted(saved(book_of(["a", "b"], [1, 2]))).reason_code == "UNCLASSIFIED"


def test_a_garbled_cell_is_doubted_though_the_workbook_proves_its_encoding() -> None:
    (finding,) = extracted(saved(book_of(HEADER, ["R-1", date(2026, 3, 4), "EUR", "MÃ¼ller", 5]))).findings
    assert (finding.reason_code, finding.field) == ("AMBIGUOUS", "seller_name")


def test_limits_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved(book_of(HEADER, *[["R", date(2026, 3, 4), "EUR", "K", 1]] * 5))
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    assert extracted(content).reason_code == "LIMIT_EXCEEDED"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 3_000_000)
    assert extracted(stream.getvalue()).reason_code == "LIMIT_EXCEEDED"


ROW: list[object] = ["R-1", date(2026, 3, 4), "EUR", "Kupfer GmbH", 5]


def test_a_sheet_too_wide_is_refused_and_never_cut() -> None:
    wide = extracted(saved(book_of(HEADER, [*ROW, *[None] * 1000, "far"])))
    assert (wide.reason_code, "row 2" in wide.detail, "1,006 columns" in wide.detail) == ("LIMIT_EXCEEDED", True, True)
    many = book_of([*[f"c{number}" for number in range(600)], *HEADER], [*[1] * 600, *ROW])
    assert values(extracted(saved(many)))["invoice_number"] == "R-1"


def with_markup(book: openpyxl.Workbook, old: bytes, new: bytes) -> bytes:
    """A saved workbook whose first sheet says something else."""
    with zipfile.ZipFile(io.BytesIO(saved(book))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return stream.getvalue()


def test_a_size_that_a_sheet_claims_is_not_believed() -> None:
    content = with_markup(book_of(HEADER, ROW, ["R-2", *ROW[1:]]), b'ref="A1:E3"', b'ref="A1:B2"')
    assert [values(extracted(content), at)["gross_total"] for at in (0, 1)] == ["5", "5"]


def test_empty_rows_to_the_end_of_the_sheet_are_no_rows() -> None:
    book = book_of(HEADER, ROW)
    book.worksheets[0].cell(150_000, 1).value = ""
    assert len(extracted(saved(book)).records) == 1


def test_hidden_rows_and_columns_are_named_and_not_read() -> None:
    book = book_of([*HEADER, "Due date"], [*ROW, date(2026, 4, 3)], ["R-2", *ROW[1:]], ["R-3", *ROW[1:]])
    book.worksheets[0].row_dimensions[3].hidden = True
    book.worksheets[0].column_dimensions["F"].hidden = True
    extraction = extracted(saved(book))
    assert [values(extraction, at)["invoice_number"] for at in (0, 1)] == ["R-1", "R-3"]
    assert "due_date" not in values(extraction)
    assert [(one.reason_code, one.detail) for one in extraction.findings] == [
        ("AMBIGUOUS", "1 rows are hidden and were not read: 3"),
        ("AMBIGUOUS", "column 'Due date' is hidden and was not read"),
    ]


def test_merged_cells_stand_for_every_cell_they_cover() -> None:
    book = book_of(
        ["Invoice number", "Currency", "Seller", "Totals", None],
        [None, None, None, "Net total", "Grand total"],
        ["R-1", "EUR", "Kupfer", 1, 5],
    )
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        book.worksheets[0].merge_cells(merged)
    assert values(extracted(saved(book))) == {
        "invoice_number": "R-1", "currency": "EUR", "seller_name": "Kupfer", "net_total": "1", "gross_total": "5",
    }  # fmt: skip
    twice = book_of([*HEADER[:4], "Grand total", None], [*ROW, 7])
    twice.worksheets[0].merge_cells("E1:F1")
    assert [one.reason_code for one in extracted(saved(twice)).findings] == ["AMBIGUOUS"]


def test_merged_cells_without_end_are_refused() -> None:
    book = book_of(HEADER, *[ROW] * 300)
    book.worksheets[0].merge_cells("A1:B1")
    content = with_markup(book, b'ref="A1:B1"', b'ref="A1:XFD1048576"')
    assert extracted(content).reason_code == "LIMIT_EXCEEDED"


def test_a_second_table_is_named() -> None:
    book = book_of(HEADER, ROW)
    other = book.create_sheet("June")
    other.append(HEADER[:3])
    other.append(ROW[:3])
    assert [one.detail for one in extracted(saved(book)).findings] == [
        "sheet 'June' holds such a table too and was not read"
    ]


def test_a_workbook_behind_a_password_and_a_binary_one_are_named() -> None:
    locked = extracted(compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000}))
    assert (locked.status, locked.reason_code, "password" in locked.detail) == ("encrypted", "ENCRYPTED", True)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    binary = extracted(stream.getvalue())
    assert (binary.reason_code, ".xlsx" in binary.detail) == ("UNSUPPORTED_MEDIA", True)


def test_a_header_alone_is_an_empty_file() -> None:
    assert extracted(saved(book_of(HEADER))).reason_code == "EMPTY_FILE"


@pytest.mark.parametrize(
    "cut", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_damaged_compound_file_has_a_reason(cut: bytes) -> None:
    extraction = extracted(cut)
    assert extraction.status == "unreadable"
    assert extraction.detail


def test_an_xls_is_read_through_the_front_door() -> None:
    """The file was saved by xlwt: one sheet, one row, a date with the format DD.MM.YYYY."""
    extraction = extracted(zlib.decompress(base64.b85decode("".join(XLS))))
    (record,) = normalise(extraction, dictionary())
    assert {value.name: value.value for value in record.values} == {
        "invoice_number": "R-1",
        "issue_date": "2026-03-04",
        "currency": "EUR",
        "seller_name": "Kupfer",
        "gross_total": "119.5",
    }


XLS = (
    "c-rk)O-",
    "NKx6#nj;Und<$Q$Yh6gsjX2Y178WLUR$C4MaZ#)696Y!SRi}nF(xBmbnaqRz(}Z7HzCH{n?^+Edr$$K@iN;vQ<#fLg#hvnKv?8fd",
    "eHN?|a;H&(FQ*o_GJ>TUxBk%|2?$V;v5{fr42DcbQI5swxQqkli#DTgttZOdDGYRbCoMw+jn3Z#-",
    "%Y)p+Nj;i2;tQQ#A$vzWk8N|(V+#9@vhDpU+TL<R1W#*b!>s-9__>2{_Mxa13_y{x&xw1>*(#2GAxhB^*dv-p(O#x_5c-",
    "zQw>18cg`h}UWsU%4rYWnDOAB%;YJW@vR*V-7T+15%fUl524fKA^9!YjCjZG$Dru8tgfIH-o^p(yD$LwDp^-",
    "7a;wQwR+DV^j;do_4-?y6PSW|ju*)cP4{C?W$_^_;}`U-",
    "J}UKP#CUV|@}x&XznDtIWkk=8$D~2CB9TsKWn?6pkyIj{H4Lf8C$|A<nM_I}qDRLiNux$8osMKunP}1hg!gq5?LQHw9ph+r;ygP-",
    "aXSgD*-",
    "mPBnN<@VK`rxjyx0O1&+`4RZwF(;p$KcHIKtvVvs1knOk7npsIs3e8dDdg4(9hVy~bX5FyF$ofyz+cKHO+AN2a;Vb+)!sJNp^$Lc",
    "7ZN-Nes)IsUYD=5uHd@$&=uOAYhyL$he3gKvcDt7jUWqEp<tt?(>V%7wKlePr7F%Le7u0#@v%b(+><MJ-",
    "7}9n+$udPl5En$=fD$w881RdSN#v^<O7coytg_0?s~$C1~gX-Tte%Cp<@CD^lPwWRXA@SH9IT0I_fm-m)k1AMSy!-fqTHf-",
    "3iv1K8wOSOY9l*OyHx)yq@|2iv_3ifZ3{}y4S=*iGWWj}Pv4NO)vf12PDC0}BLbxQvW6;4v?2FB<ERmCw@@%*KaE>ZqI8?G4mdrP",
    "R&_6wE7`H$QG2>=A`NB",
)

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


def test_limits_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved(book_of(HEADER, *[["R", date(2026, 3, 4), "EUR", "K", 1]] * 5))
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
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

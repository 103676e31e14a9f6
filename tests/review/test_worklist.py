"""The worklist says what may be decided now: what the reason allows, as far as the state of the exception does."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from back_office_pipelines.review.lines import all_lines
from back_office_pipelines.review.workbook import write_xlsx
from back_office_pipelines.review.worklist import COLUMNS, as_csv, worklist_rows
from back_office_pipelines.validation.model import Decision
from tests.scenario import GOOD, HOUR, NOON, batch, dictionary, record_row, validated, value_rows

RECORD = record_row("d1")
VALUES = value_rows(RECORD, GOOD | {"tax_total": "18.00"})


@pytest.mark.parametrize(
    ("acts", "may"),
    [
        ([], "correct | override | reject | triage | query_client | withdraw | escalate"),
        (["triage"], "correct | override | reject | query_client | withdraw | escalate"),
        (["escalate", "query_client"], "client_answered | escalate"),
        (["override"], None),
    ],
)
def test_what_may_be_decided_follows_the_state(acts: list[str], may: str | None) -> None:
    first = validated([RECORD], VALUES)
    name = first.exceptions[0]["exception_id"]
    record = RECORD["record_id"]
    decisions = [Decision(act, NOON + HOUR, record, record, name) for act in acts]
    made = validated([RECORD], VALUES, decisions=decisions, before=first, as_of=NOON + 2 * HOUR)
    rows = worklist_rows(made.exceptions, [], VALUES, dictionary())
    assert [row["may"] for row in rows] == ([] if may is None else [may])
    assert [row["escalation"] for row in rows] == ([] if may is None else [str(acts.count("escalate"))])


def test_the_document_named_is_the_member_and_not_only_the_file_around_it() -> None:
    made = validated([RECORD], VALUES)
    papers = [{"document_id": "d1", "path": "post.zip", "member": "b/a.csv"}]
    (row,) = worklist_rows(made.exceptions, papers, VALUES, dictionary())
    assert row["document"] == "post.zip » b/a.csv"


def test_a_hold_shows_every_critical_value_in_force_and_its_page() -> None:
    values = [row | {"page": 2, "confidence": 0.97} for row in value_rows(RECORD, GOOD)]
    record = RECORD["record_id"]
    keyed = Decision("correct", NOON + HOUR, record, record, field="seller_name", value="Quarz OHG")
    off = batch(automation={})
    before = validated([RECORD], values, of=off)
    made = validated([RECORD], values, of=off, decisions=[keyed], before=before, as_of=NOON + 2 * HOUR)
    (row,) = worklist_rows(made.exceptions, [], values, dictionary(), (), [keyed])
    critical = {name: GOOD[name] for name in ("invoice_number", "issue_date", "currency", "gross_total")}
    for name, text in critical.items():
        assert f"{name} {text} (page 2)" in row["observed"]
    assert "seller_name Quarz OHG (corrected)" in row["observed"]
    assert "seller_iban not found" in row["observed"]
    assert row["page"] == "2"
    (held,) = made.exceptions
    assert held["observed"] == before.exceptions[0]["observed"]  # or no acceptance would outlive a correction


def test_the_title_of_a_hold_claims_nothing_of_the_record() -> None:
    values = [row | {"confidence": 0.97} for row in value_rows(RECORD, GOOD | {"tax_total": "18.00"})]
    made = validated([RECORD], values, of=batch(automation={}))
    titles = {
        row["reason_code"]: row["reason_title"] for row in worklist_rows(made.exceptions, [], values, dictionary())
    }
    assert set(titles) == {"SAMPLING_HOLD", "TOTALS_DISAGREE"}
    assert "nothing" not in titles["SAMPLING_HOLD"]


@pytest.mark.parametrize(
    ("text", "in_csv", "in_sheet"),
    [
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("=1+1", "'=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"),
        ("-12,50", "-12,50", "-12,50"),
        ("a\x1b[31m\nb\ufffe", "a\x1b[31m\nb\ufffe", "a\\x1b[31m\nb\\ufffe"),
        ("x" * 40_000, "x" * 40_000, "x" * 32_765 + " …"),
    ],
)
def test_text_of_documents_is_kept_and_never_run(tmp_path: Path, text: str, in_csv: str, in_sheet: str) -> None:
    row = dict.fromkeys(COLUMNS, "") | {"raw": text}
    (read,) = csv.DictReader(io.StringIO(as_csv([row]), newline=""))
    assert read["raw"] == in_csv
    write_xlsx([row], tmp_path / "worklist.xlsx")
    sheet = load_workbook(tmp_path / "worklist.xlsx").active
    assert sheet is not None
    assert sheet.cell(2, COLUMNS.index("raw") + 1).value == in_sheet


def test_a_workbook_offers_the_acts_of_each_row_and_is_read_back_as_it_was_filled_in(tmp_path: Path) -> None:
    blank = dict.fromkeys(COLUMNS, "")
    acts = ("correct | override", "approve", "correct | override", "")
    rows = [blank | {"target": f"e{number}", "may": may} for number, may in enumerate(acts)]
    path = tmp_path / "worklist.xlsx"
    write_xlsx(rows, path)
    book = load_workbook(path)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    column = get_column_letter(COLUMNS.index("action") + 1)
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered == {f"{column}2 {column}4": '"correct,override"', f"{column}3": '"approve"'}
    sheet[f"{column}2"] = "override"
    book.save(path)
    assert [(line.target, line.action) for line in all_lines(path)] == [
        ("e0", "override"), ("e1", ""), ("e2", ""), ("e3", "")
    ]  # fmt: skip

"""What Dagit shows of a materialization and of a published measure."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from back_office_pipelines.defs.metadata import made_metadata, measure_metadata, split_metadata, worklist_metadata
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.ledger.state import Materialization, Written
from back_office_pipelines.measures.registry import measures
from tests.ledger.test_due import made
from tests.scenario import batch

WRONG: dict[str, Any] = {
    "subject_kind": "batch", "state": "open", "reason_code": "MANIFEST_INVALID", "tier": "high", "owner": "intake",
    "rule": "manifest", "field": "", "resolution": None,
    "observed": "ap_invoices/b1: received_at has [no] offset", "expected": "2026-11-20T14:05:00-05:00 | Z",
}  # fmt: skip


def shown_of(path: Path, *rows: tuple[str, int, bool]) -> dict[str, Any]:
    """What is shown on Thursday the first of October of weeks with so many records."""
    measure = measures()["first_pass_yield"]
    columns = ", ".join(f"{column.name} {column.duckdb}" for column in measure.table.columns)
    names = "period, client, entity, lane, priority, n, small_n, first_pass_yield, period_start"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE SCHEMA measures; CREATE TABLE measures.first_pass_yield ({columns})")
        for week, n, small in rows:
            values = f"'week', 'all', 'all', 'all', 'all', {n}, {small}, 0.750317460317, '{week}'"
            connection.execute(f"INSERT INTO measures.first_pass_yield ({names}) VALUES ({values})")
    return measure_metadata(path, measure, 2, 7, datetime(2026, 10, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("2026-09-14", 90, False), ("2026-09-21", 80, False), ("2026-09-28", 70, False)],
            "week from 2026-09-21, complete, n = 80",
        ),
        ([("2026-09-14", 90, False), ("2026-09-21", 3, True)], "week from 2026-09-14, complete, n = 90"),
        ([("2026-09-21", 3, True), ("2026-09-28", 316, False)], "week from 2026-09-28, not over yet, n = 316"),
        ([("2026-09-21", 3, True), ("2026-09-28", 2, True)], "week from 2026-09-28, not over yet, n = 2"),
    ],
)
def test_a_week_that_has_just_begun_draws_no_collapse(
    tmp_path: Path, rows: list[tuple[str, int, bool]], said: str
) -> None:
    shown = shown_of(tmp_path / "warehouse.duckdb", *rows)
    assert shown["figures_of"] == said
    assert shown["figures_of"].startswith(f"week from {shown['period_start']}")
    assert shown["first_pass_yield"] == 0.7503
    assert "ci_low" not in shown  # nothing is plotted that is not known
    assert "complete" not in shown


def test_a_measure_without_a_week_yet_shows_no_figure(tmp_path: Path) -> None:
    assert set(shown_of(tmp_path / "warehouse.duckdb")) == {"dagster/row_count", "warehouse_version", "sql_hash"}


def test_a_worklist_counts_its_rows_and_shows_no_empty_table() -> None:
    shown = made_metadata(replace(made("worklist"), counts={"open_exceptions": 3}))
    assert shown["dagster/partition_row_count"] == 3
    assert "tables" not in shown
    wrote = made_metadata(replace(made("intake"), writes={"documents": Written("a" * 64, 2)}))
    assert (wrote["dagster/partition_row_count"], "documents" in wrote["tables"].md_str) == (2, True)


def test_the_command_that_decides_can_be_typed_where_the_product_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    worklist = Path("data/worklists/ap_invoices/b1.csv")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert worklist_metadata(worklist, worklist)["decide_with"] == f".venv/bin/back-office decide {worklist}"
    monkeypatch.setattr(sys, "prefix", "/opt/office")
    assert worklist_metadata(worklist, worklist)["decide_with"].startswith("/opt/office/bin/back-office decide ")


def validation(lane: str, **counts: int) -> Materialization:
    counted = dict.fromkeys(("records", "accepted", "held", "exceptions", "open_exceptions", "warnings"), 0) | counts
    return replace(made("validated"), lane=lane, counts=counted)


def test_a_problem_of_the_inbox_says_what_is_wrong_where_and_no_row_of_zeros() -> None:
    problem = batch(lane=INTAKE_LANE, batch_id="ap-invoices-b1-0", inbox="/srv/inbox")
    shown = split_metadata("exceptions", validation(INTAKE_LANE, exceptions=1, open_exceptions=1), problem, [WRONG])
    told = shown["what_is_wrong"].md_str
    assert "ap\\_invoices/b1: received\\_at has \\[no\\] offset" in told
    assert "2026-11-20T14:05:00-05:00 \\| Z" in told
    assert shown["inbox"] == "/srv/inbox"
    assert {"exceptions": 1, "open_exceptions": 1}.items() <= shown.items()
    assert {"records", "accepted", "warnings", "control_totals"}.isdisjoint(shown)


def test_a_batch_says_what_is_wrong_with_it_as_a_whole_for_as_long_as_it_is() -> None:
    made_of_it = validation("ap_invoices", exceptions=1)
    assert "what_is_wrong" in split_metadata("exceptions", made_of_it, batch(), [WRONG])
    shown = split_metadata("exceptions", made_of_it, batch(), [WRONG | {"state": "resolved"}])
    assert "what_is_wrong" not in shown
    assert (shown["held"], shown["control_totals"].md_str) == (0, "The manifest declares none.")

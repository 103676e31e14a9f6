"""Queries 9 to 12 follow one figure to its hashes in any office: no date is fixed in them, and none is empty."""

import re

import duckdb
import pytest

from back_office_pipelines.cli.guides import QUERIES, queries
from tests.guides.pages import GUIDES

WALK = {query.name[:2]: query.sql for query in queries(GUIDES / QUERIES) if query.name[:2] in {"09", "10", "11", "12"}}
TABLES = """
CREATE SCHEMA measures; CREATE SCHEMA controls;
CREATE TABLE controls.records (record_id VARCHAR, document_id VARCHAR, lane VARCHAR, batch_id VARCHAR, client VARCHAR,
    released_day DATE, first_pass BOOLEAN, straight_through BOOLEAN);
CREATE TABLE controls.exceptions (exception_id VARCHAR, record_id VARCHAR, reason_code VARCHAR);
CREATE TABLE controls.documents (document_id VARCHAR, path VARCHAR, member VARCHAR, content_hash VARCHAR);
CREATE TABLE controls.field_values (record_id VARCHAR, field VARCHAR, raw VARCHAR, value VARCHAR, confidence DOUBLE,
    page BIGINT, x0 DOUBLE, top DOUBLE);
CREATE TABLE controls.decisions (decided_at TIMESTAMPTZ, actor VARCHAR, role VARCHAR, action VARCHAR, record_id VARCHAR,
    exception_id VARCHAR, field VARCHAR, value VARCHAR, reason VARCHAR);
CREATE TABLE controls.materializations (lane VARCHAR, batch_id VARCHAR, stage VARCHAR, as_of TIMESTAMPTZ,
    in_force BOOLEAN, dictionary_fingerprint VARCHAR, code_version VARCHAR, output_hash VARCHAR);
"""
FIGURES = """
CREATE TABLE measures.first_pass_yield AS
SELECT 'week' AS period, date_trunc('week', released_day)::DATE AS period_start, 'all' AS client, 'all' AS entity, lane,
    'all' AS priority, count(*) AS n, count(*) AS completed, count(*) FILTER (first_pass) AS first_pass,
    avg(first_pass::INT) AS first_pass_yield
FROM controls.records WHERE released_day IS NOT NULL GROUP BY ALL
"""


def office(as_of: str, records: dict[str, tuple[str | None, bool]]) -> duckdb.DuckDBPyConnection:
    """A warehouse with some records: day of release, and whether it passed at first."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(TABLES)
    for name, (day, passed) in records.items():
        connection.execute(
            "INSERT INTO controls.records VALUES (?, ?, 'ap_invoices', ?, 'northwind', ?, ?, ?)",
            [name, f"doc-{name}", f"batch-{name}", day, None if day is None else passed, passed],
        )
        connection.execute(f"INSERT INTO controls.documents VALUES ('doc-{name}', '{name}.pdf', NULL, 'ab')")
        connection.execute(f"INSERT INTO controls.field_values VALUES ('{name}', 'gross_total', '1', '1', 1, 1, 2, 3)")
        connection.execute(f"INSERT INTO controls.exceptions VALUES ('x-{name}', '{name}', 'TOTALS_DISAGREE')")
        connection.execute(
            "INSERT INTO controls.decisions VALUES "
            f"('{as_of}', 'ada', 'clerk', 'override', '{name}-line-1', 'x-{name}', NULL, NULL, 'why')"
        )
        connection.execute(
            "INSERT INTO controls.materializations VALUES "
            f"('ap_invoices', 'batch-{name}', 'intake', '{as_of}', true, 'f', '0', 'h')"
        )
    connection.execute(FIGURES)
    return connection


TWO_DAYS = office("2026-10-01T11:30:00Z", {"b": ("2026-09-28", False), "a": ("2026-09-29", True), "c": (None, False)})
WEEKS = office(
    "2026-11-19T20:00:00Z",
    {
        "a": ("2026-10-05", False),
        "d": ("2026-11-10", False),
        "c": ("2026-11-11", False),
        "b": ("2026-11-12", True),
        "e": ("2026-11-17", False),
    },
)
ALL_PASSED = office("2026-10-01T11:30:00Z", {"own": ("2026-10-01", True)})


@pytest.mark.parametrize(("warehouse", "expected"), [(TWO_DAYS, ["b"]), (WEEKS, ["c", "d"]), (ALL_PASSED, [])])
def test_the_walk_follows_the_first_record_of_its_figure(
    warehouse: duckdb.DuckDBPyConnection, expected: list[str]
) -> None:
    figure = warehouse.execute(WALK["09"]).fetchall()
    assert [row[3] for row in figure] == expected
    followed = expected[0] if expected else "own"
    for number in ("10", "11", "12"):
        assert {row[0] for row in warehouse.execute(WALK[number]).fetchall()} == {followed}, number


@pytest.mark.parametrize("number", ["10", "11", "12"])
def test_a_record_of_ones_own_is_followed_as_the_guide_says(number: str) -> None:
    guide = " ".join((GUIDES / "operations-lead.md").read_text(encoding="utf-8").split())
    assert "put `SELECT 'its id' AS record_id` for what stands in the brackets after `walked AS`" in guide
    own, replaced = re.subn(r"(walked AS \().*?\n\)", r"\1 SELECT 'a' AS record_id )", WALK[number], flags=re.DOTALL)
    assert replaced == 1
    assert {row[0] for row in WEEKS.execute(own).fetchall()} == {"a"}


def test_no_date_is_fixed() -> None:
    for query in queries(GUIDES / QUERIES):
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", query.sql), query.name

"""What Dagit shows of a published measure."""

from pathlib import Path

import duckdb

from back_office_pipelines.defs.metadata import measure_metadata
from back_office_pipelines.measures.registry import measures


def test_a_measure_says_of_which_month_its_figures_are(tmp_path: Path) -> None:
    measure, path = measures()["first_pass_yield"], tmp_path / "warehouse.duckdb"
    columns = ", ".join(f"{column.name} {column.duckdb}" for column in measure.table.columns)
    row = "'month', 'all', 'all', 'all', 'all', 12, 0.75"
    names = "period, client, entity, lane, priority, completed, first_pass_yield, period_start"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE SCHEMA measures; CREATE TABLE measures.first_pass_yield ({columns})")
        for month in ("2026-10-01", "2026-11-01"):
            connection.execute(f"INSERT INTO measures.first_pass_yield ({names}) VALUES ({row}, '{month}')")
    shown = measure_metadata(path, measure, 2, 7)
    assert (shown["period_start"], shown["completed"], shown["first_pass_yield"]) == ("2026-11-01", 12, 0.75)
    assert "ci_low" not in shown

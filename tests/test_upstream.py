"""What we rely on in our dependencies, pinned: when one of these fails after an upgrade, the design leans on sand."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pandera.pandas as pa
import psycopg2
import pytest
from dagster_postgres import PostgresEventLogStorage

pytestmark = pytest.mark.filterwarnings("ignore")


def test_arrow_drops_offsets_once_pandera_is_loaded() -> None:
    """Why `storage/lake.py` turns every moment to UTC itself; when this passes no more, that line can go."""
    code = (
        "import pandera.pandas, pyarrow as pa\n"
        "from datetime import datetime, timedelta, timezone\n"
        "at = datetime(2026, 1, 1, 11, tzinfo=timezone(timedelta(hours=1)))\n"
        "print(pa.array([at], pa.timestamp('us', 'UTC')).to_pylist()[0].hour)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "11\n"


def test_duckdb_refuses_other_processes_while_one_writes(tmp_path: Path) -> None:
    """Why the warehouse is published by swap."""
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as writer:
        writer.execute("CREATE TABLE t (a INTEGER)")
        code = f"import duckdb; duckdb.connect({str(path)!r}, read_only=True)"
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert other.returncode != 0
    assert "lock" in other.stderr.lower()


def test_duckdb_carries_time_zones_without_a_download() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT timezone('America/New_York', TIMESTAMPTZ '2026-11-20 01:00:00+00')"
        ).fetchone()
    assert str(found) == "(datetime.datetime(2026, 11, 19, 20, 0),)"


def test_pandera_names_no_row_when_a_check_itself_fails() -> None:
    """Why a failure without a row becomes an exception on the batch."""

    def breaks(column: pd.Series) -> pd.Series:
        raise TypeError("cannot compare")

    schema = pa.DataFrameSchema({"a": pa.Column(checks=[pa.Check(breaks, error="rule")])})
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema.validate(pd.DataFrame({"a": [1]}, index=["r1"]), lazy=True)
    assert caught.value.failure_cases["index"].isna().all()


def lane(ran: list[str], *, passes: bool) -> list[Any]:
    """A split with a separate blocking check on one side, and something behind each side."""
    partitions = dg.DynamicPartitionsDefinition(name="lane")

    @dg.multi_asset(specs=[dg.AssetSpec("accepted"), dg.AssetSpec("exceptions")], partitions_def=partitions)
    def split() -> Iterator[dg.MaterializeResult[Any]]:
        yield dg.MaterializeResult(asset_key="accepted")
        yield dg.MaterializeResult(asset_key="exceptions")

    @dg.asset_check(asset="accepted", blocking=True, partitions_def=partitions)
    def conserved() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=passes)

    @dg.asset(deps=["accepted"], partitions_def=partitions)
    def released() -> None:
        ran.append("released")

    @dg.asset(deps=["exceptions"], partitions_def=partitions)
    def worklist() -> None:
        ran.append("worklist")

    return [split, conserved, released, worklist]


@pytest.mark.parametrize(("passes", "expected"), [(True, ["released", "worklist"]), (False, ["worklist"])])
def test_a_separate_blocking_check_stops_its_own_branch_only(*, passes: bool, expected: list[str]) -> None:
    ran: list[str] = []
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions("lane", ["b1"])
    result = dg.materialize(lane(ran, passes=passes), partition_key="b1", instance=instance, raise_on_error=False)
    assert sorted(ran) == expected
    assert result.success == passes
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.partition == "b1"


def test_dagster_forgets_materializations_with_their_run() -> None:
    """Why the ledger, not Dagster, is the evidence."""

    @dg.asset
    def thing() -> None: ...

    instance = dg.DagsterInstance.ephemeral()
    result = dg.materialize([thing], instance=instance)
    assert len(instance.fetch_materializations(thing.key, limit=5).records) == 1
    instance.delete_run(result.run_id)
    assert instance.fetch_materializations(thing.key, limit=5).records == []


@pytest.mark.server
def test_dagster_keeps_a_connection_only_when_told_to(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why `Jobs.open` tells it to."""
    opened: list[object] = []
    connect = psycopg2.connect

    def counted(*args: Any, **names: Any) -> object:
        opened.append(names)
        return connect(*args, **names)

    storage = PostgresEventLogStorage(postgres_url)
    monkeypatch.setattr(psycopg2, "connect", counted)
    for _ in range(5):
        storage.add_dynamic_partitions("lane", ["b1"])
    assert len(opened) >= 5
    storage.optimize_for_webserver(statement_timeout=0, pool_recycle=3600, max_overflow=20)
    opened.clear()
    for _ in range(5):
        storage.add_dynamic_partitions("lane", ["b1"])
    assert len(opened) <= 2

"""The whole of the measures: roll-ups, determinism, documentation, and the way through the publisher."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.errors import UsageError
from back_office_pipelines.measures.compute import prepare
from back_office_pipelines.measures.declarations import derived_tables, input_tables, published_tables
from back_office_pipelines.measures.registry import measures
from back_office_pipelines.storage.lake import Lake, to_arrow
from back_office_pipelines.storage.parts import Part
from back_office_pipelines.storage.tables import fixed_tables
from back_office_pipelines.storage.warehouse import Contents, Warehouse, Whole
from tests.measures.world import ALL, DAY, HOUR, MONDAY, World

GRAIN = ("period", "period_start", "client", "entity", "lane", "priority")
DESIGNED = {  # DESIGN 7.5
    "first_pass_yield": "completed first_pass first_pass_yield straight_through straight_through_rate",
    "field_accuracy": "field criticality route inspected correct accuracy",
    "critical_field_accuracy": "inspected correct accuracy raw_accuracy weighted_accuracy",
    "turnaround": "completed median_hours p90_hours target_median_hours target_p90_hours attainment",
    "exceptions": "opened resolved open_at_end exception_rate triage_median_hours triage_p90_hours "
    "resolve_median_hours resolve_p90_hours",
    "exception_aging": "as_of reason_code tier bucket open_exceptions over_cap",
    "sla_variance": "sla_term unit direction target actual variance variance_pct spread volatility attainment breached",
}


def eventful() -> World:
    """Return a world in which every table has rows."""
    world = World()
    world.field("total")
    for term, target in {"turnaround_p90": "24", "first_pass_yield": "0.9", "triage_p90": "4"}.items():
        world.target(term, target)
    for number in range(12):
        client, priority = ("acme", "bolt")[number % 2], ("standard", "priority")[number % 3 == 0]
        world.batch(f"b{number}", MONDAY + number * DAY, client=client, priority=priority, entity="(none)")
        for hours in (3, 5, 30):
            released = MONDAY + number * DAY + hours * HOUR
            record = world.record(f"b{number}", released_at=released, route="review" if hours == 30 else "auto")
            world.score(record, "total", "y" if hours == 5 and number < 4 else "x")
        world.exception(record, released, triaged_at=released + HOUR, resolved_at=released + 2 * HOUR)
        world.exception(world.record(f"b{number}"), released)
    world.add("ageing_caps", lane="ap", tier="high", cap_days=Decimal(1))
    return world


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every measure and derived table, in the order in which they are stored."""
    names = [f"controls.{name}" for name in derived_tables()] + [f"measures.{name}" for name in measures()]
    return {name: connection.execute(f"FROM {name}").fetchall() for name in names}


def test_every_measure_of_the_design_has_its_columns() -> None:
    for name, columns in DESIGNED.items():
        names = measures()[name].table.names
        assert names[:6] == GRAIN
        assert set(columns.split()) <= set(names)
        assert {"n", "small_n"} <= set(names)
        assert (name == "exception_aging") != ({"ci_low", "ci_high", "ci_method"} <= set(names))


def test_there_is_no_bare_mean() -> None:
    for measure in measures().values():
        assert not re.search(r"\b(avg|mean)\s*\(", measure.sql)
        assert not [name for name in measure.table.names if re.search(r"mean|average|avg", name)]


def test_a_changed_formula_changes_the_hash() -> None:
    hashes = {measure.sql_hash for measure in measures().values()}
    assert len(hashes) == len(measures())


def test_every_table_and_column_is_documented_and_nothing_else_is_left() -> None:
    with eventful().connect() as connection:
        for schema, tables in (
            ("controls", derived_tables()),
            ("measures", {m.name: m.table for m in measures().values()}),
        ):
            for name, table in tables.items():
                rows = connection.execute(
                    "SELECT column_name, data_type, comment FROM duckdb_columns() "
                    "WHERE schema_name = ? AND table_name = ? ORDER BY column_index",
                    [schema, name],
                ).fetchall()
                types = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}
                found = [(column, types.get(kind, kind), comment) for column, kind, comment in rows]
                assert found == [(column.name, column.duckdb, column.comment) for column in table.columns]
                assert all(comment for _, _, comment in found)
        comments = connection.execute("SELECT comment FROM duckdb_tables() WHERE schema_name = 'measures'").fetchall()
        assert all(re.match(r"[A-Z].+ \(definition \d+\): ", comment) for (comment,) in comments)
        known = {*derived_tables(), *fixed_tables(), *input_tables(), *measures()}
        assert {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == known
        assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []


def test_the_grain_is_unique_and_no_row_is_empty() -> None:
    with eventful().connect() as connection:
        for measure in measures().values():
            key = ", ".join(measure.table.key)
            total, distinct, empty, unlabelled = connection.execute(
                f"SELECT count(*), count(DISTINCT ({key})), count(*) FILTER (n = 0), "
                f"count(*) FILTER (NOT ({' AND '.join(f'{name} IS NOT NULL' for name in measure.table.key)})) "
                f"FROM measures.{measure.name}"
            ).fetchall()[0]
            assert total == distinct > 0, measure.name
            assert (empty, unlabelled) == (0, 0), measure.name


def test_two_runs_give_the_same_rows_in_the_same_order() -> None:
    with eventful().connect() as first, eventful().connect() as second:
        once = everything(first)
        assert once == everything(second)
        prepare(first, eventful().calendars, eventful().as_of)
        assert everything(first) == once


@pytest.mark.parametrize("column", ["client", "entity", "lane", "priority"])
def test_a_real_value_is_never_mistaken_for_a_roll_up(column: str) -> None:
    world = World()
    world.batch(**{column: "all"})
    with pytest.raises(UsageError, match=rf"its {column} is called 'all'"):
        world.connect()


def test_an_error_inside_is_the_one_that_is_raised() -> None:
    world = World()
    with world.connect() as connection:
        connection.execute("DROP TABLE controls.targets")
        connection.begin()
        with pytest.raises(duckdb.CatalogException, match="targets"):
            prepare(connection, world.calendars, world.as_of)


worlds = st.lists(
    st.tuples(
        st.sampled_from(["acme", "bolt"]),
        st.sampled_from(["us", "de"]),
        st.sampled_from(["standard", "priority"]),
        st.sampled_from(["ap", "freight"]),
        st.integers(0, 40),  # day of the release
        st.integers(0, 23),  # hours of turnaround
        st.booleans(),  # spoiled by an exception
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=12)
@given(worlds)
def test_roll_ups_are_computed_from_the_records(rows: list[tuple[str, str, str, str, int, int, bool]]) -> None:
    world = World()
    for number, (client, entity, priority, lane, day, hours, spoiled) in enumerate(rows):
        received = MONDAY.replace(hour=0) + timedelta(days=day)
        world.batch(f"b{number}", received, client=client, entity=entity, priority=priority, lane=lane)
        record = world.record(f"b{number}", released_at=received + hours * HOUR)
        if spoiled:
            world.exception(record, received, resolved_at=received)
    cells: list[tuple[dict[str, str], Callable[[tuple[Any, ...]], bool]]] = [
        (ALL, lambda row: True),
        ({**ALL, "client": "acme"}, lambda row: row[0] == "acme"),
        ({**ALL, "entity": "de", "lane": "ap"}, lambda row: (row[1], row[3]) == ("de", "ap")),
        ({**ALL, "client": "bolt", "priority": "priority"}, lambda row: (row[0], row[2]) == ("bolt", "priority")),
    ]
    for cell, belongs in cells:
        for start in {month_of(row) for row in rows}:
            mine = [row for row in rows if belongs(row) and month_of(row) == start]
            expected = (len(mine), sum(not row[6] for row in mine), *percentiles([row[5] for row in mine]))
            assert month(world, start, cell) == pytest.approx(expected)


def month_of(row: tuple[Any, ...]) -> date:
    day: date = MONDAY.date() + timedelta(days=row[4])
    return day.replace(day=1)


def percentiles(hours: list[int]) -> tuple[float, ...]:
    return tuple(float(value) for value in np.percentile(hours, [50, 90])) if hours else ()


def month(world: World, start: date, cell: dict[str, str]) -> tuple[Any, ...]:
    yields = world.measure("first_pass_yield", period_start=start, **cell)
    hours = world.measure("turnaround", period_start=start, **cell)
    assert len(yields) == len(hours) <= 1
    if not yields:
        return (0, 0)
    counts = [yields[0][name] for name in ("completed", "first_pass")]
    return (*counts, *(hours[0][name] for name in ("median_hours", "p90_hours")))


def test_documents_tell_what_became_of_them_and_are_told_again_when_that_changes() -> None:
    world = World()
    world.batch()
    where = {"lane": "ap", "batch_id": "b1"}
    for name in ("read", "bad", "waiting"):
        world.add("documents", **where, document_id=name)
    outcome = {"status": "ok", "document_class": "invoice", "pages": 2, "records": 1}
    world.add("extractions", **where, document_id="read", **outcome)
    failed = {"status": "unreadable", "reason_code": "UNREADABLE", "pages": 0, "records": 0}
    world.add("extractions", **where, document_id="bad", **failed)
    query = "SELECT document_id, status, reason_code, pages, records FROM controls.documents ORDER BY document_id"
    with world.connect() as connection:
        assert connection.execute(query).fetchall() == [
            ("bad", "unreadable", "UNREADABLE", 0, 0),
            ("read", "ok", None, 2, 1),
            ("waiting", None, None, None, None),
        ]
        connection.execute("UPDATE controls.extractions SET reason_code = 'ENCRYPTED' WHERE document_id = 'bad'")
        prepare(connection, world.calendars, world.as_of)
        assert connection.execute(query).fetchall()[0][2] == "ENCRYPTED"


def test_through_the_publisher(tmp_path: Path) -> None:
    world = eventful()
    lake, warehouse = Lake(tmp_path / "lake"), Warehouse(tmp_path / "warehouse")
    parts, wholes = [], []
    for name, table in {**fixed_tables(), **input_tables()}.items():
        batches = {row.get("batch_id") for row in world.rows[name]}
        if name in input_tables() or name in ("decisions", "materializations"):
            wholes.append(Whole("controls", table, to_arrow(table, world.rows[name])))
            continue
        for batch in batches:
            rows = [row for row in world.rows[name] if row["batch_id"] == batch]
            stored = lake.put(table, "ap", batch, rows)
            path = lake.path("ap", name, batch, stored.content_hash)
            parts.append(Part("controls", table, "ap", batch, stored.content_hash, path))
    tables = [("controls", table) for table in published_tables().values()]
    ready = partial(prepare, calendars=world.calendars, as_of=world.as_of)
    for number in (1, 2):
        path = warehouse.build(number, Contents(tables, parts, wholes, ready))
        warehouse.swap(number)
        with duckdb.connect(path, read_only=True) as published, world.connect() as direct:
            published.execute("SET TimeZone = 'UTC'")
            assert everything(published) == everything(direct)
            undocumented = published.execute(
                "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
            ).fetchall()
            assert undocumented == []
            assert published.execute("SELECT count(*) FROM duckdb_functions() WHERE NOT internal").fetchall() == [(0,)]

"""Computing the derived tables and the measures inside the build of the warehouse.

What belongs here: the order of the models and the checks on what goes in and comes out. What does not: formulas (the
SQL), declarations (`registry`, `declarations`), publishing (`storage/warehouse`). Nothing here is random or asks what
time it is: the same rows and the same as-of time give the same tables.
"""

from datetime import datetime

import duckdb
import pyarrow as pa

from back_office_pipelines.clock import iso
from back_office_pipelines.errors import UsageError
from back_office_pipelines.measures import declarations, registry
from back_office_pipelines.measures.clocks import (
    Calendars,
    with_exception_clocks,
    with_record_clocks,
    with_revision_clocks,
)
from back_office_pipelines.measures.declarations import derived_tables, read_text
from back_office_pipelines.measures.functions import python_functions
from back_office_pipelines.measures.registry import Measure, measures, minimum_n
from back_office_pipelines.storage.warehouse import create_table, fill_table

ROLLED_UP = "all"
# Temporary tables between the inputs and the models, in the order in which they are made.
_STEPS = ("record_families", "record_pauses")
_PERIODS = "CREATE OR REPLACE TEMP TABLE periods AS FROM (VALUES ('day'), ('week'), ('month')) AS periods(period)"


def prepare(connection: duckdb.DuckDBPyConnection, calendars: Calendars, as_of: datetime) -> None:
    """Compute the derived tables of schema `controls` and every measure; complete `controls.documents`.

    Reads the fixed tables of schema `controls` and the tables of `declarations.input_tables`. Leaves no other
    object behind than those tables, all with types and comments as declared.

    Args:
        connection: to the warehouse being built; its time zone is set to UTC.
        calendars: by client, from the exhibits.
        as_of: moment of the publish.

    Raises:
        UsageError: a client has no calendar, or a client, entity, lane or priority is called `all`.

    """
    connection.execute("SET TimeZone = 'UTC'")
    _refuse_rolled_up_names(connection)
    connection.execute(read_text("documents.sql"))
    with python_functions(connection):
        connection.execute(read_text("macros.sql"))
        connection.execute(_PERIODS)
        for kind, minimum in minimum_n().items():
            connection.execute(f"SET VARIABLE minimum_{kind} = {minimum}")
        connection.execute(f"SET VARIABLE as_of = TIMESTAMPTZ '{iso(as_of)}'")
        for name in _STEPS:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {read_text(f'{name}.sql')}")
        _derive(connection, calendars, as_of)
        for measure in measures().values():
            _compute(connection, measure)
        for name in (*_STEPS, "periods"):
            connection.execute(f"DROP TABLE temp.{name}")


def _refuse_rolled_up_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a real value that rows over several clients, entities, lanes or priorities are labelled with."""
    for column in ("client", "entity", "lane", "priority"):
        query = f"SELECT batch_id FROM controls.batches WHERE {column} = ? ORDER BY ALL LIMIT 1"  # noqa: S608
        row = connection.execute(query, [ROLLED_UP]).fetchone()
        if row:
            culprit = f"its {column} is called {ROLLED_UP!r}, the label of figures over every {column}"
            raise UsageError(f"batch {row[0]}", culprit, "give it another name")


def _derive(connection: duckdb.DuckDBPyConnection, calendars: Calendars, as_of: datetime) -> None:
    derived = derived_tables()
    records = with_record_clocks(_rows(connection, "record_facts"), calendars)
    fill_table(connection, declarations.SCHEMA, derived["records"], records)
    revisions = with_revision_clocks(_rows(connection, "revision_facts"), calendars)
    fill_table(connection, declarations.SCHEMA, derived["revisions"], revisions)
    clocks = with_exception_clocks(_rows(connection, "exception_facts"), calendars, as_of)
    fill_table(connection, declarations.SCHEMA, derived["exception_clocks"], clocks)
    scores = _rows(connection, "qa_scores")
    fill_table(connection, declarations.SCHEMA, derived["qa_scores"], scores)


def _compute(connection: duckdb.DuckDBPyConnection, measure: Measure) -> None:
    name = create_table(connection, registry.SCHEMA, measure.table)
    found = connection.sql(measure.sql).columns
    assert sorted(found) == sorted(measure.table.names), (measure.name, found)  # noqa: S101 - both ship with the package
    order = ", ".join(measure.table.key)
    connection.execute(f"INSERT INTO {name} BY NAME FROM ({measure.sql}) ORDER BY {order}")


def _rows(connection: duckdb.DuckDBPyConnection, model: str) -> pa.Table:
    return connection.sql(read_text(f"{model}.sql")).to_arrow_table()

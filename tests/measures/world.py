"""A small world of one lane for the tests of the measures: rows with sensible defaults, and what comes out of them.

Monday 5 January 2026 is the first day; the client's clock is elapsed UTC unless a test gives another calendar.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from back_office_pipelines.calendars import BusinessCalendar
from back_office_pipelines.measures.compute import prepare
from back_office_pipelines.measures.declarations import derived_tables, input_tables, published_tables
from back_office_pipelines.measures.registry import measures
from back_office_pipelines.storage.lake import to_arrow
from back_office_pipelines.storage.tables import Table

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ELAPSED = BusinessCalendar("UTC", {}, clock="elapsed")
OFFICE = BusinessCalendar("UTC", {day: (time(9), time(17)) for day in range(5)}, clock="business")
NEW_YORK = ZoneInfo("America/New_York")
US_OFFICE = BusinessCalendar(
    "America/New_York",
    {day: (time(9), time(17)) for day in range(5)},
    cut_off=time(15),
    holidays=frozenset({date(2026, 11, 26)}),
)
"""The calendar of METRICS section 5."""
ALL = {"client": "all", "entity": "all", "lane": "all", "priority": "all"}
TABLES: Mapping[str, Table] = {**published_tables(), **input_tables()}


class World:
    """Rows of the input tables, added one by one; `measure` computes everything and reads it."""

    def __init__(self, calendars: Mapping[str, BusinessCalendar] | None = None) -> None:
        self.calendars = calendars or {"acme": ELAPSED, "bolt": ELAPSED}
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.as_of = MONDAY + 30 * DAY
        self._count = 0
        self._states: dict[str, dict[str, Any]] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._computed: tuple[object, dict[str, list[dict[str, Any]]]] = (None, {})

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        row = dict.fromkeys(TABLES[table].names) | values
        assert row.keys() == set(TABLES[table].names), values
        self.rows[table].append(row)
        return row

    def batch(self, batch_id: str = "b1", received_at: datetime = MONDAY, **values: Any) -> str:
        defaults = {"lane": "ap", "client": "acme", "entity": "acme-us", "priority": "standard", "channel": "email"}
        version = {"dictionary_version": "1.0.0", "delivery": 1}
        self.add("batches", **{**defaults, **version, "batch_id": batch_id, "received_at": received_at, **values})
        return batch_id

    def _batch(self, batch_id: str) -> dict[str, Any]:
        return next(row for row in self.rows["batches"] if row["batch_id"] == batch_id)

    def record(
        self,
        batch_id: str = "b1",
        released_at: datetime | None = None,
        record_id: str | None = None,
        *,
        route: str = "auto",
        **state: Any,
    ) -> str:
        """Add a header record; it is accepted when it is released unless said otherwise."""
        self._count += 1
        record_id = record_id or f"{batch_id}-invoice-{self._count:05}"
        lane = self._batch(batch_id)["lane"]
        where = {"lane": lane, "batch_id": batch_id, "record_id": record_id, "record_type": "invoice"}
        self._records[record_id] = self.add("extracted_records", **where, ordinal=1)
        defaults = {"state": "accepted" if released_at else "held", "accepted_at": released_at, "route": route}
        self._states[record_id] = self.add("record_states", **where, **{**defaults, **state}, revision=1)
        if released_at:
            self.release(record_id, released_at)
        return record_id

    def release(self, record_id: str, released_at: datetime, revision: int = 1) -> None:
        state = self._states[record_id]
        state["state"] = "accepted"
        known = ("lane", "batch_id", "record_id", "route", "returned_at")
        where = {name: state[name] for name in known}
        accepted_at = state["accepted_at"] if revision == 1 else released_at
        self.add("releases", **where, revision=revision, released_at=released_at, accepted_at=accepted_at)

    def returned(self, record_id: str, at: datetime, cause_party: str = "provider") -> None:
        """Let the client return a released record, and a validation take that up."""
        state = self._states[record_id]
        state |= {"state": "returned", "revision": state["revision"] + 1, "returned_at": at, "accepted_at": None}
        self.decide("return", record_id, at, cause_party=cause_party, reason="wrong")

    def child(self, record_id: str, number: int = 1) -> str:
        state = self._states[record_id]
        child_id = f"{record_id}-line-{number}"
        where = {"lane": state["lane"], "batch_id": state["batch_id"], "record_id": child_id}
        child = {"record_type": "line", "parent_record_id": record_id, "ordinal": number}
        self._records[child_id] = self.add("extracted_records", **where, **child)
        return child_id

    def exception(self, record_id: str | None, opened_at: datetime = MONDAY, **values: Any) -> str:
        self._count += 1
        batch = self._batch(values.pop("batch_id", self._states[record_id]["batch_id"] if record_id else "b1"))
        exception_id = values.pop("exception_id", f"x{self._count:05}")
        state = "resolved" if values.get("resolved_at") else "triaged" if values.get("triaged_at") else "open"
        defaults = {"tier": "high", "reason_code": "MISSING", "counts_against_fpy": True, "state": state}
        where = {"lane": batch["lane"], "batch_id": batch["batch_id"], "record_id": record_id}
        self.add("exceptions", **{**defaults, **values}, **where, exception_id=exception_id, opened_at=opened_at)
        return exception_id

    def wait(self, exception_id: str, since: datetime, until: datetime | None = None) -> None:
        """Let an exception wait for the client."""
        row = next(row for row in self.rows["exceptions"] if row["exception_id"] == exception_id)
        where = {name: row[name] for name in ("lane", "batch_id", "exception_id", "record_id")}
        self.add("client_waits", **where, since=since, until=until)

    def decide(self, action: str, target: str, decided_at: datetime, **values: Any) -> None:
        """Add a decision on a record (header or child) or an exception, whichever the target names."""
        self._count += 1
        exception = next((row for row in self.rows["exceptions"] if row["exception_id"] == target), None)
        known = {"record_id": exception["record_id"], "exception_id": target} if exception else {"record_id": target}
        identity = {"decision_id": f"d{self._count:06}", "action": action, "target": target}
        self.add("decisions", **identity, decided_at=decided_at, actor="ana", **known, **values)

    def target(self, term: str, target: str, **values: Any) -> None:
        rate = term in {"first_pass_yield", "critical_field_accuracy"}
        defaults = {"client": "acme", "lane": "ap", "priority": "standard", "unit": "fraction" if rate else "hours"}
        direction = "higher_is_better" if rate else "lower_is_better"
        self.add("targets", **{**defaults, "direction": direction, **values}, term=term, target=Decimal(target))

    def field(self, field: str, criticality: str = "critical", weight: int = 5, **values: Any) -> None:
        where = {"lane": "ap", "dictionary_version": "1.0.0", "record_type": "invoice", "compare": "exact"}
        kind = {"type": "string", "criticality": criticality, "weight": weight}
        self.add("fields", **{**where, **kind, **values}, field=field)

    def accepted(self, record_id: str, field: str, value: str, revision: int = 1) -> None:
        record = self._records[record_id]
        where = {name: record[name] for name in ("lane", "batch_id", "record_id", "record_type")}
        header = record["parent_record_id"] or record_id
        values = {"header_record_id": header, "revision": revision, "field": field, "value": value}
        self.add("accepted_values", **where, **values)

    def score(self, record_id: str, field: str, read: str, accepted: str | None = "x", **values: Any) -> None:
        """Add an accepted value and an independent reading of it in draw s1."""
        if accepted is not None:
            self.accepted(record_id, field, accepted)
        draw = {"sample_id": "s1", "decided_at": MONDAY + 9 * DAY}
        self.decide("qa_score", record_id, field=field, value=read, **{**draw, **values})

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to a database in memory with the inputs filled and everything computed."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("CREATE SCHEMA controls")
        for name, table in TABLES.items():
            connection.register("given", to_arrow(table, self.rows[name]))
            connection.execute(f"CREATE TABLE controls.{name} AS FROM given")
            connection.unregister("given")
        prepare(connection, self.calendars, self.as_of)
        return connection

    def compute(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of every derived table and measure, by schema and name; nothing is computed twice."""
        version = (self.as_of, id(self.calendars), *map(len, self.rows.values()))
        if self._computed[0] != version:
            names = [f"controls.{name}" for name in derived_tables()] + [f"measures.{name}" for name in measures()]
            with self.connect() as connection:
                found = {name: connection.sql(f"FROM {name} ORDER BY ALL").to_arrow_table() for name in names}
            self._computed = (version, {name: table.to_pylist() for name, table in found.items()})
        return self._computed[1]

    def measure(self, table: str, period: str | None = "month", **cell: Any) -> list[dict[str, Any]]:
        """Return the rows of a measure (or of schema `controls`) in one cell, the whole of it unless said otherwise."""
        derived = table.startswith("controls.")
        wanted = (cell if derived else {**ALL, "period": period, **cell}).items()
        rows = self.compute()[table if derived else f"measures.{table}"]
        return [row for row in rows if all(row[name] == value for name, value in wanted)]

    def only(self, table: str, period: str | None = "month", **cell: Any) -> dict[str, Any]:
        """Return the one row of a cell."""
        rows = self.measure(table, period, **cell)
        assert len(rows) == 1, rows
        return rows[0]

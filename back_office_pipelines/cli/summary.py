"""The summary that `run` prints: counts by lane, read from the published warehouse, never counted a second way."""

from datetime import datetime

import duckdb
from rich import box
from rich.table import Table

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Registered
from back_office_pipelines.cli.console import out
from back_office_pipelines.clock import iso
from back_office_pipelines.review.filled import filled_worklists

COUNTS = """
SELECT lane,
       (SELECT count(*) FROM controls.batches    b WHERE b.lane = lanes.lane)                             AS batches,
       (SELECT count(*) FROM controls.documents  d WHERE d.lane = lanes.lane)                             AS documents,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane)                             AS records,
       (SELECT count(*) FROM controls.records    r
        WHERE r.lane = lanes.lane AND state IN ('released', 'redelivered'))                               AS released,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane AND state = 'returned')      AS returned,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane AND state = 'accepted')      AS accepted,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane AND state = 'held')          AS held,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane AND state = 'gated')         AS gated,
       (SELECT count(*) FROM controls.records    r WHERE r.lane = lanes.lane AND state = 'rejected')      AS rejected,
       (SELECT count(*) FROM controls.exceptions e WHERE e.lane = lanes.lane AND state <> 'resolved') AS open_exceptions
FROM (SELECT DISTINCT lane FROM controls.batches) AS lanes
ORDER BY lane
"""
MEASURES = """
SELECT lane, strftime(period_start, '%Y-%m'), completed, first_pass_yield, ci_low, ci_high, small_n
FROM measures.first_pass_yield
WHERE period = 'month' AND client = 'all' AND entity = 'all' AND priority = 'all' AND lane <> 'all'
ORDER BY period_start DESC, lane
"""
SHOWN_MONTHS = 3


def print_summary(office: Office, registered: Registered) -> None:
    """Print what the back office holds now, and where to look next."""
    if office.warehouse.current() is None:
        waiting = f"; {len(registered.waiting)} batches wait for their manifest" if registered.waiting else ""
        out.print(f"No batch has been taken in yet{waiting}.")
        return
    with duckdb.connect(str(office.warehouse.published), read_only=True) as connection:
        out.print(_counts_table(connection))
        for lane, month, completed, value, low, high, small in connection.execute(MEASURES).fetchmany(SHOWN_MONTHS):
            interval = "" if low is None else f", 95 % interval {low:.3f} to {high:.3f}"
            flag = ", small n" if small else ""
            rest = f"n = {completed}{interval}{flag}"
            out.print(f"First-pass yield of {lane}, of the records released in {month}: {value:.3f} ({rest})")
    if registered.waiting:
        out.print(f"Waiting for their manifest: {', '.join(registered.waiting)}")
    for path in filled_worklists(office.settings.worklists):
        out.print(f"Filled in but not handed in: {path} (hand it in with `back-office decide`, or remove it)")
    out.print(f"New batches: {registered.new}. Warehouse: {office.warehouse.published}")
    out.print(f"Worklists: {office.settings.worklists}. Deliveries: {office.settings.deliveries}")


def left_for_later(as_of: datetime, registered: Registered) -> str:
    """Return why an as-of time in the past leaves arrivals alone: how many came later, and the earliest of them."""
    moment, first = min(registered.later)
    number = len(registered.later)
    came = "1 arrival came later" if number == 1 else f"{number} arrivals came later, the earliest"
    new = "nothing was registered" if registered.new == 0 else f"{registered.new} new registered"
    return (
        f"as-of time {iso(as_of)}: {new}, and {came} ({first}, {iso(moment)}); "
        f"run again with an as-of time from then on, or without one."
    )


def _counts_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Return the counts as a table with one column a lane."""
    found = connection.execute(COUNTS)
    names = [column[0].replace("_", " ") for column in found.description or ()]
    lanes = found.fetchall()
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for lane in lanes:
        table.add_column(str(lane[0]), justify="right", no_wrap=True)
    for position, name in enumerate(names[1:], start=1):
        table.add_row(name, *(f"{lane[position]:,}" for lane in lanes))
    return table

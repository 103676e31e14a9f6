"""The clients' tables: vendor master, purchase orders and receipts, as snapshots of the days they hold from.

What belongs here: rows and files. What does not: what the columns mean (`_common.yaml`).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from back_office_pipelines.samples.world.companies import Company
from back_office_pipelines.samples.world.plan import Reference

VENDORS = ("vendor_id", "name", "vat_id", "iban", "country")
ORDERS = ("purchase_order", "vendor_id", "entity", "ordered_on", "currency", "net_total")
RECEIPTS = ("receipt", "purchase_order", "received_on", "net_total")


@dataclass(frozen=True)
class Order:
    """One purchase order of a client, and what came of it."""

    number: str
    client: str
    entity: str
    vendor_id: str
    ordered_on: date
    received_on: date
    currency: str
    net_total: Decimal


def vendor_master(client: str, vendors: Sequence[Company], as_of: date) -> Reference:
    """Return the client's vendor master, one row a vendor and account."""
    rows = []
    for one in vendors:
        iban = one.party.account.iban if one.party.account else None
        rows.append((one.vendor_id, one.party.name, one.party.vat_id or "", iban or "", one.party.country))
    return Reference(client, "vendors", as_of.isoformat(), _csv(VENDORS, rows))


def order_book(client: str, orders: Iterable[Order], mondays: Sequence[date]) -> list[Reference]:
    """Return the client's orders and receipts as they stood on each Monday."""
    mine = sorted((one for one in orders if one.client == client), key=lambda one: one.number)
    made = []
    for day in mondays:
        known = [one for one in mine if one.ordered_on <= day]
        book = [(o.number, o.vendor_id, o.entity, o.ordered_on, o.currency, o.net_total) for o in known]
        came = [(f"GR-{o.number}", o.number, o.received_on, o.net_total) for o in known if o.received_on <= day]
        made.append(Reference(client, "purchase_orders", day.isoformat(), _csv(ORDERS, book)))
        made.append(Reference(client, "receipts", day.isoformat(), _csv(RECEIPTS, came)))
    return made


def mondays(start: date, weeks: int) -> list[date]:
    """Return the Mondays of so many weeks."""
    return [start + timedelta(days=7 * week) for week in range(weeks)]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()

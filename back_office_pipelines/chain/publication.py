"""The chain's end: what the ledger says is in force, published as the next version of the warehouse.

Ends of a publication: the symlink points to the new version and the ledger has its entry; or the entry is there and the
swap is made good at the next start (`finish_publication`); or neither, and the next publication starts over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

import duckdb
import pyarrow as pa

from back_office_pipelines.calendars import BusinessCalendar
from back_office_pipelines.chain.controls import Rows, whole_rows
from back_office_pipelines.chain.lessons import lesson_rows
from back_office_pipelines.chain.office import Office
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import version_order
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.intake.problems import NONE
from back_office_pipelines.ledger.checkpoints import keep_checkpoint
from back_office_pipelines.ledger.entries import Draft, Entry, Kind
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Stage
from back_office_pipelines.measures.compute import prepare
from back_office_pipelines.measures.declarations import input_tables, published_tables
from back_office_pipelines.measures.registry import measures
from back_office_pipelines.storage.lake import to_arrow
from back_office_pipelines.storage.parts import Part
from back_office_pipelines.storage.tables import Table, fixed_tables
from back_office_pipelines.storage.warehouse import Contents, Whole

OFFICE = "_office"
"""Lane name under which the lake keeps tables of the whole back office; no lane's name starts with `_`."""

PUBLISHED: Mapping[str, Stage] = {
    "batches": "intake",
    "documents": "intake",
    "extractions": "extracted",
    "extracted_records": "extracted",
    "field_values": "extracted",
    "exceptions": "validated",
    "client_waits": "validated",
    "approvals": "validated",
    "warnings": "validated",
    "record_states": "validated",
    "accepted_values": "validated",
    "releases": "released",
}
"""Tables of schema `controls` that come from the lake, and the stage that writes them."""

SHOWN_KINDS: tuple[Kind, ...] = ("dictionary", "batch", "materialization", "decision", "automation", "memory")
"""Entries that the warehouse shows; publications and runs make no new one due, or each would cause the next."""

PUBLICATION_LOCK = "publication"
"""Lock that whoever changes the warehouse, the checkpoints or the tables of the whole back office holds."""

OF_THE_HOUSE = BusinessCalendar("UTC", dict.fromkeys(range(5), (time(0), time(0))), clock="business")
"""Calendar of what no client can be named for, such as a broken manifest: Monday to Friday, around the clock."""


@dataclass(frozen=True)
class Publication:
    """A published version.

    Attributes:
        number: of the version, from 1.
        rows: rows of each measure.
    """

    number: int
    rows: Mapping[str, int]


def publication_due(office: Office) -> int | None:
    """Return the newest ledger entry that the published warehouse does not show, None where it shows all.

    Ends of runs do not count: they are published along with what the runs made.
    A warehouse whose last version was deleted shows nothing: everything in it can be computed again.
    """
    last = _last(office)
    shown = int(last.payload["through"]) if last is not None and _exists(office, last) else 0
    return office.ledger.newest(SHOWN_KINDS, after=shown)


def finish_publication(office: Office) -> None:
    """Swap in the version the ledger names last, where a crash came between its entry and the swap.

    Raises:
        SettingsError: checkpoints are signed, and no key is configured; told before anything is done.
    """
    with office.ledger.lock(PUBLICATION_LOCK):
        _finish(office)


def _finish(office: Office) -> None:
    signer, last = office.signer, _last(office)  # the signer in any case: without its key nothing is begun
    if last is not None and _exists(office, last) and office.warehouse.current() != last.payload["number"]:
        keep_checkpoint(office.settings.checkpoints, last, signer)
        office.warehouse.swap(last.payload["number"])


def _last(office: Office) -> Entry | None:
    return office.ledger.last("publication")


def _exists(office: Office, publication: Entry) -> bool:
    return office.warehouse.path(publication.payload["number"]).is_file()


def publish(office: Office, as_of: datetime, run_id: str, actor: str) -> Publication:
    """Publish what is in force as the next version; measures are computed as of a moment.

    Raises:
        LakeError: a table the ledger names is missing or damaged.
    """
    with office.ledger.lock(PUBLICATION_LOCK):
        _finish(office)
        before = _last(office)
        number = before.payload["number"] + 1 if before is not None else 1
        through = office.ledger.newest(SHOWN_KINDS) or 0  # read first: what comes in meanwhile makes the next one due
        entries = office.ledger.entries(("materialization", "run", "automation"))
        path = office.warehouse.build(number, contents_of(office, office.snapshot(), entries, as_of))
        rows = _keep_measures(office, path, number)
        payload = {
            "number": number,
            "through": through,
            "run_id": run_id,
            "signed_by": office.signer.fingerprint if office.signer is not None else None,
            "measures": {
                name: {
                    "hash": stored,
                    "rows": count,
                    "definition_version": str(measures()[name].definition_version),
                    "sql_hash": measures()[name].sql_hash,
                }
                for name, (stored, count) in rows.items()
            },
        }
        (entry,) = office.ledger.append([Draft("publication", as_of, actor, payload)])
        keep_checkpoint(office.settings.checkpoints, entry, office.signer)
        office.warehouse.swap(number)
    return Publication(number, {name: count for name, (_, count) in rows.items()})


def _keep_measures(office: Office, path: Any, number: int) -> dict[str, tuple[str, int]]:
    """Keep the measure rows of this publish for good, so that a restated figure can be seen beside its first form."""
    kept: dict[str, tuple[str, int]] = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for name, measure in measures().items():
            columns = ", ".join(f'"{column}"' for column in measure.table.names)
            found = connection.sql(f"SELECT {columns} FROM measures.{name}").to_arrow_table()  # noqa: S608
            stored = office.lake.put(measure.table, OFFICE, str(number), found.to_pylist())
            kept[name] = (stored.content_hash, stored.rows)
    return kept


def contents_of(office: Office, snapshot: Snapshot, entries: Sequence[Entry], as_of: datetime) -> Contents:
    """Return everything a version shall hold.

    Args:
        office: whose lake the tables lie in.
        snapshot: what is in force.
        entries: every materialization and end of a run, in order of sequence.
        as_of: moment of the measures.
    """
    dictionaries = office.bound_dictionaries()
    tables = published_tables()
    record_tables = published_record_tables(dictionaries.values())
    lessons = lesson_rows(office, as_of)
    inputs = whole_rows(office.contracts.exhibits, dictionaries, snapshot, entries, lessons)
    known = {**tables, **input_tables()}
    exhibits = office.contracts.exhibits
    calendars = {client: exhibit.business_calendar() for client, exhibit in exhibits.items()} | {NONE: OF_THE_HOUSE}
    return Contents(
        tables=[("controls", tables[name]) for name in PUBLISHED] + [("records", table) for table in record_tables],
        parts=list(_parts(office, snapshot, dictionaries)),
        wholes=[Whole("controls", known[name], _arrow(known[name], rows)) for name, rows in inputs.items()],
        prepare=lambda connection: prepare(connection, calendars, as_of),
    )


def published_record_tables(dictionaries: Iterable[Dictionary]) -> list[Table]:
    """Return the record tables over all versions in use: the newest version's columns, then those only older ones had.

    A batch keeps the version it is bound to, so its file may lack a column of the published table; it is null there.
    """
    tables: dict[str, Table] = {}
    lanes = (one for one in dictionaries if one.lane != INTAKE_LANE)  # the home of problems has no records
    for dictionary in sorted(lanes, key=version_order, reverse=True):
        for name in dictionary.records:
            own = record_table(dictionary, name)
            known = tables.setdefault(own.name, own)
            dropped = tuple(column for column in own.columns if column.name not in known.names)
            tables[own.name] = replace(known, columns=(*known.columns, *dropped))
    return list(tables.values())


def _parts(office: Office, snapshot: Snapshot, dictionaries: Mapping[str, Dictionary]) -> Iterator[Part]:
    for key, batch in sorted(snapshot.batches.items()):
        own = dictionaries[batch.dictionary_fingerprint]
        record_tables = {table.name: table for table in (record_table(own, name) for name in own.records)}
        for stage, current in snapshot.made.get(key, {}).items():
            for name, written in current.made.writes.items():
                schema = "records" if name in record_tables else "controls"
                if key[0] == INTAKE_LANE and schema == "records":
                    continue
                if schema == "records" or PUBLISHED.get(name) == stage:
                    table = record_tables.get(name) or fixed_tables()[name]
                    place = office.lake.place(key[0], name, key[1], written.hash)
                    span = (place.member.first, place.member.rows) if place.member else (None, 0)
                    yield Part(schema, table, *key, written.hash, place.path, *span)


def _arrow(table: Table, rows: Rows) -> pa.Table:
    return to_arrow(table, sorted(rows, key=lambda row: tuple(str(row[name]) for name in table.key)))

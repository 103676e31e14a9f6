"""Stage release: accepted records that no gate holds, handed over once and for good.

A released revision is immutable: its row of `releases` is carried on unchanged by every later run of its batch.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.exports.table_schema import data_package, delivered_columns, table_schema
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.storage.tables import Column
from back_office_pipelines.validation.states import RECORDS, can

Row = Mapping[str, Any]
AMOUNT_SCALE = 4
"""Columns with at most this scale are amounts or rates; those beyond are quantities and prices."""


@dataclass(frozen=True)
class Released:
    """What the stage made.

    Attributes:
        releases: rows of `releases`, earlier ones included.
        new: how many of them are new.
        delivery: folder of the new delivery, below the deliveries folder.
        files: text of its files by name; none where nothing is new.
    """

    releases: list[dict[str, Any]]
    new: int
    delivery: str
    files: Mapping[str, str]


def release(
    batch: Batch,
    dictionary: Dictionary,
    as_of: datetime,
    states: Sequence[Row],
    accepted: Mapping[str, Sequence[Row]],
    previous: Sequence[Row],
    undecided: frozenset[str] = frozenset(),
) -> Released:
    """Release every accepted record of a batch whose revision in force was not released before.

    Args:
        batch: the registration.
        dictionary: contract of the batch; gives the columns of the delivery files.
        as_of: time of this release.
        states: rows of `record_states`.
        accepted: typed rows of accepted records by record type.
        previous: rows of `releases` of the release before.
        undecided: records with decisions that validation has not taken into account yet; they wait.
    """
    done = {(row["record_id"], row["revision"]) for row in previous}
    new = [
        row
        for row in states
        if can(RECORDS, row["state"], "release")
        and (row["record_id"], row["revision"]) not in done
        and row["record_id"] not in undecided
    ]
    number = len({row["delivery_file"] for row in previous}) + 1
    delivery = f"{delivery_folder(batch)}/{iso(as_of).replace(':', '')}-{number}"
    ids = {row["record_id"] for row in new}
    tables = {name: _csv(dictionary, name, _of(ids, rows)) for name, rows in accepted.items()}
    rows = [
        {
            "lane": batch.lane,
            "batch_id": batch.batch_id,
            "record_id": row["record_id"],
            **{name: row[name] for name in ("revision", "route", "accepted_at", "returned_at")},
            "released_at": as_of,
            "delivery_file": f"{delivery}/{dictionary.header}.csv",
        }
        for row in new
    ]
    files = delivery_files(dictionary, delivery, iso(as_of), tables) if rows else {}
    return Released([*map(dict, previous), *rows], len(rows), delivery, files)


def newest_revisions(releases: Iterable[Row]) -> dict[str, int]:
    """Return the newest revision handed over, by header record.

    Args:
        releases: rows of `releases`.
    """
    newest: dict[str, int] = {}
    for row in releases:
        newest[row["record_id"]] = max(row["revision"], newest.get(row["record_id"], 0))
    return newest


def delivery_files(dictionary: Dictionary, delivery: str, created: str, tables: Mapping[str, str]) -> dict[str, str]:
    """Return every file of a delivery by name: a CSV and its Table Schema a record type, and the package around them.

    Args:
        dictionary: contract of the batch.
        delivery: folder of the delivery, below the deliveries folder.
        created: as-of time of the release, ISO 8601.
        tables: text of the CSV by record type.
    """
    described = {f"{name}.schema.json": table_schema(dictionary, name) for name in tables}
    described["datapackage.json"] = data_package(dictionary, delivery, created, tables)
    texts = {name: f"{json.dumps(content, indent=2, ensure_ascii=False)}\n" for name, content in described.items()}
    return {**{f"{name}.csv": text for name, text in tables.items()}, **texts}


def delivery_folder(batch: Batch) -> str:
    """Return the folder of a batch's deliveries, below the deliveries folder."""
    return f"{batch.client}/{batch.lane}/{batch.batch_id}"


def _of(ids: set[str], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("parent_record_id", row["record_id"]) in ids]


def _csv(dictionary: Dictionary, record_type: str, rows: Sequence[Row]) -> str:
    columns = {column.name: column for column in delivered_columns(dictionary, record_type)}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in sorted(rows, key=lambda row: str(row["record_id"])):
        writer.writerow({name: _cell(columns[name], row[name]) for name in columns})
    return text.getvalue()


def _cell(column: Column, value: Any) -> Any:
    """Write numbers plainly: never with an exponent, amounts with two decimals at least, no padding beyond."""
    if not isinstance(value, Decimal):
        return value
    plain = format(value.normalize(), "f")
    decimals = len(plain.partition(".")[2])
    return format(value, ".2f") if column.scale <= AMOUNT_SCALE and decimals < 2 else plain

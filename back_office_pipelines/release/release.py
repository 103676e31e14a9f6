"""Stage release: accepted records that no gate holds, handed over once and for good.

A released revision is immutable: its row of `releases` is carried on unchanged by every later run of its batch.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
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
    """Release every accepted record of a batch that was not released before.

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
    files = {f"{name}.csv": _csv(dictionary, name, _of(ids, rows)) for name, rows in accepted.items()}
    rows = [
        {
            "lane": batch.lane,
            "batch_id": batch.batch_id,
            "record_id": row["record_id"],
            "revision": row["revision"],
            "released_at": as_of,
            "delivery_file": f"{delivery}/{dictionary.header}.csv",
        }
        for row in new
    ]
    return Released([*map(dict, previous), *rows], len(rows), delivery, files if rows else {})


def delivery_folder(batch: Batch) -> str:
    """Return the folder of a batch's deliveries, below the deliveries folder."""
    return f"{batch.client}/{batch.lane}/{batch.batch_id}"


def _of(ids: set[str], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("parent_record_id", row["record_id"]) in ids]


def _csv(dictionary: Dictionary, record_type: str, rows: Sequence[Row]) -> str:
    """Return a delivery file: record ids first, then the fields in the order of the dictionary."""
    columns = {column.name: column for column in record_table(dictionary, record_type).columns}
    names = [name for name in columns if name not in {"lane", "batch_id"}]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in sorted(rows, key=lambda row: str(row["record_id"])):
        writer.writerow({name: _cell(columns[name], row[name]) for name in names})
    return text.getvalue()


def _cell(column: Column, value: Any) -> Any:
    """Write numbers plainly: never with an exponent, amounts with two decimals at least, no padding beyond."""
    if not isinstance(value, Decimal):
        return value
    plain = format(value.normalize(), "f")
    decimals = len(plain.partition(".")[2])
    return format(value, ".2f") if column.scale <= AMOUNT_SCALE and decimals < 2 else plain

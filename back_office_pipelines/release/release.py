"""Stage release: accepted records that no gate holds, handed over once and for good.

A released revision is immutable: its row of `releases` is carried on unchanged by every later run of its batch.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.ledger.state import Batch

Row = Mapping[str, Any]


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
) -> Released:
    """Release every accepted record of a batch that was not released before.

    Args:
        batch: the registration.
        dictionary: contract of the batch; gives the columns of the delivery files.
        as_of: time of this release.
        states: rows of `record_states`.
        accepted: typed rows of accepted records by record type.
        previous: rows of `releases` of the release before.
    """
    done = {(row["record_id"], row["revision"]) for row in previous}
    new = [row for row in states if row["state"] == "accepted" and (row["record_id"], row["revision"]) not in done]
    delivery = f"{batch.client}/{batch.lane}/{batch.batch_id}/{iso(as_of).replace(':', '')}"
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


def _of(ids: set[str], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("parent_record_id", row["record_id"]) in ids]


def _csv(dictionary: Dictionary, record_type: str, rows: Sequence[Row]) -> str:
    """Return a delivery file: record ids first, then the fields in the order of the dictionary."""
    names = [name for name in record_table(dictionary, record_type).names if name not in {"lane", "batch_id"}]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: str(row["record_id"])))
    return text.getvalue()

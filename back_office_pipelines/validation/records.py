"""From field values and corrections to typed frames, one per record type, with every cell's problem kept aside.

Grain of a frame: one row a record of its type; index: unique record id; columns: `document_id`, `header_id` and every
field of the dictionary, Arrow-typed. A cell without a usable value is null here and has a `Failure` instead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table, typed
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.validation.model import Decision, Failure, Row

CORRECTED = 1.0
"""Confidence of a value a person keyed."""


@dataclass(frozen=True)
class Cell:
    """The value in force of one field of one record."""

    raw: str
    value: str | None
    problem: str | None
    detail: str | None
    confidence: float


Cells = Mapping[tuple[str, str], Cell]
"""Cells by record id and field."""


def cells_in_force(field_values: Iterable[Row], corrections: Iterable[Decision]) -> dict[tuple[str, str], Cell]:
    """Lay corrections over extracted values; the newest correction of a cell wins, an empty one removes the value."""
    cells = {
        (row["record_id"], row["field"]): Cell(
            row["raw"], row["value"], row["problem"], row["detail"], row["confidence"]
        )
        for row in field_values
    }
    for correction in sorted(corrections, key=lambda decision: decision.decided_at):
        assert correction.subject_id is not None  # noqa: S101 - decisions are checked when recorded
        assert correction.field is not None  # noqa: S101
        key = (correction.subject_id, correction.field)
        if correction.value:
            cells[key] = Cell(correction.value, correction.value, None, None, CORRECTED)
        else:
            cells.pop(key, None)
    return cells


def header_ids(records: Sequence[Row]) -> dict[str, str]:
    """Return the header record of every record; a header is its own."""
    return {row["record_id"]: row["parent_record_id"] or row["record_id"] for row in records}


def typed_frames(dictionary: Dictionary, records: Sequence[Row], cells: Cells) -> dict[str, pd.DataFrame]:
    """Return one frame per record type, typed column by column."""
    return {name: _frame(dictionary, name, records, cells) for name in dictionary.records}


def _frame(dictionary: Dictionary, record_type: str, records: Sequence[Row], cells: Cells) -> pd.DataFrame:
    rows = [row for row in records if row["record_type"] == record_type]
    ids = [row["record_id"] for row in rows]
    if len(set(ids)) != len(ids):
        shared = next(one for one, count in Counter(ids).items() if count > 1)
        raise LedgerError(f"record {shared}", "is there twice", "report it: nothing can be told about either")
    columns: dict[str, pa.Array] = {
        "document_id": pa.array([row["document_id"] for row in rows], pa.string()),
        "header_id": pa.array([row["parent_record_id"] or row["record_id"] for row in rows], pa.string()),
    }
    arrow = {column.name: column.arrow for column in record_table(dictionary, record_type).columns}
    for field in dictionary.records[record_type].fields:
        value_type = dictionary.value_type(record_type, field)
        column: list[Any] = []
        for record_id in ids:
            cell = cells.get((record_id, field))
            column.append(None if cell is None or cell.value is None else typed(value_type, cell.value))
        columns[field] = pa.array(column, arrow[field])
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame.set_index(pd.Index(ids, dtype=object, name="record_id"))


def present_values(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield record id and values of some columns, absent ones left out, record by record."""
    wanted = list(dict.fromkeys(columns))
    values = [frame[name].tolist() for name in wanted]
    for record_id, *cells in zip(frame.index, *values, strict=True):
        yield str(record_id), {name: cell for name, cell in zip(wanted, cells, strict=True) if not pd.isna(cell)}


def with_headers(failures: Iterable[Failure], headers: Mapping[str, str]) -> list[Failure]:
    """Fill in the header record of failures on records."""
    return [
        replace(failure, record_id=headers[failure.subject_id]) if failure.subject_kind == "record" else failure
        for failure in failures
    ]

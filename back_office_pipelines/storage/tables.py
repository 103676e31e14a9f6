"""The one description of every fixed table, read from `tables.yaml`, and the one type table to Arrow and DuckDB.

What belongs here: column names, order, types and comments. What does not: record tables, whose columns come from a
field dictionary (`dictionary/types.py` builds a `Table` for those with the same classes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

import pyarrow as pa
from ruamel.yaml import YAML

ColumnType = Literal["text", "integer", "decimal", "double", "boolean", "moment", "day"]


@dataclass(frozen=True)
class Column:
    """One column of a published table.

    Attributes:
        name: column name, snake case, unit in the name where there is one.
        type: one of our types.
        comment: what a reader of the warehouse needs to know.
        precision: total digits of a decimal.
        scale: digits after the point of a decimal.
    """

    name: str
    type: ColumnType
    comment: str
    precision: int = 18
    scale: int = 4

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        if self.type == "decimal":
            return pa.decimal128(self.precision, self.scale)
        return _ARROW[self.type]

    @property
    def duckdb(self) -> str:
        """DuckDB type of the column."""
        if self.type == "decimal":
            return f"DECIMAL({self.precision},{self.scale})"
        return _DUCKDB[self.type]


_ARROW: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "moment": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
}
_DUCKDB: Mapping[str, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "moment": "TIMESTAMPTZ",
    "day": "DATE",
}


@dataclass(frozen=True)
class Table:
    """A table: its grain in words, the columns that order and identify its rows, and all columns."""

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema with explicit types, so that no library version decides them."""
        return pa.schema([pa.field(column.name, column.arrow) for column in self.columns])

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def declared_by(name: str, schema: pa.Schema) -> Table:
    """Return the table that a stored file itself declares: its columns and their types, without key or comments.

    So a file is verified against its own hash whatever later versions declare.

    Raises:
        ValueError: a column has a type that we never write.
    """
    return Table(name, "", (), tuple(_declared(field) for field in schema))


def _declared(field: pa.Field) -> Column:
    if pa.types.is_decimal128(field.type):
        return Column(field.name, "decimal", "", field.type.precision, field.type.scale)
    for ours in get_args(ColumnType):
        if _ARROW.get(ours) == field.type:
            return Column(field.name, ours, "")
    raise ValueError(f"column {field.name} has type {field.type}, which the lake never writes")


@cache
def fixed_tables() -> Mapping[str, Table]:
    """Return every table of `tables.yaml` by name."""
    text = resources.files(__package__).joinpath("tables.yaml").read_text(encoding="utf-8")
    return {name: _table(name, block) for name, block in YAML(typ="safe", pure=True).load(text).items()}


def _table(name: str, block: Mapping[str, object]) -> Table:
    columns = block["columns"]
    key = block["key"]
    assert isinstance(columns, dict)  # noqa: S101 - the file ships with the package and is tested
    assert isinstance(key, list)  # noqa: S101
    return Table(
        name=name,
        comment=str(block["comment"]),
        key=tuple(key),
        columns=tuple(Column(column, spec["type"], spec["comment"]) for column, spec in columns.items()),
    )

"""The one table from a dictionary's types to storage, and the record tables that follow from it.

What belongs here: columns of published record tables and the typed Python value of canonical text. What does not:
limits on values (`contract`) and how raw text becomes canonical (`values`, `normalization`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary, ValueType
from back_office_pipelines.dictionary.primitives import BaseType
from back_office_pipelines.storage.tables import Column, ColumnType, Table


@dataclass(frozen=True)
class Backend:
    """What one base type is called everywhere else.

    `storage/tables.py` gives Arrow and DuckDB through the column type; pandas and pandera hold Arrow's own types.

    Attributes:
        column: our storage type.
        python: type of a value in memory.
        odcs: logical type of the Open Data Contract Standard 3.1.
        table_schema: field type of a Frictionless Table Schema.
        json_schema: what JSON Schema says of its canonical text, as `extract` writes it.
        readable: a text that every normaliser of this type can read.
    """

    column: ColumnType
    python: type
    odcs: str
    table_schema: str
    json_schema: Mapping[str, str]
    readable: str


_DECIMAL_TEXT = r"^-?[0-9]+(\.[0-9]+)?$"
BACKENDS: Mapping[BaseType, Backend] = {
    "string": Backend("text", str, "string", "string", {"type": "string"}, "A"),
    "decimal": Backend("decimal", Decimal, "number", "number", {"type": "string", "pattern": _DECIMAL_TEXT}, "1"),
    "date": Backend("day", date, "date", "date", {"type": "string", "format": "date"}, "2000-01-31"),
    "integer": Backend("integer", int, "integer", "integer", {"type": "string", "pattern": "^-?[0-9]+$"}, "1"),
    "boolean": Backend("boolean", bool, "boolean", "boolean", {"type": "string", "pattern": "^(true|false)$"}, "true"),
}


def typed(value_type: ValueType, canonical: str) -> Any:
    """Return the Python value of canonical text: str, Decimal, date, int or bool."""
    if value_type.type == "decimal":
        return Decimal(canonical)
    if value_type.type == "date":
        return date.fromisoformat(canonical)
    if value_type.type == "integer":
        return int(canonical)
    if value_type.type == "boolean":
        return canonical == "true"
    return canonical


def record_table(dictionary: Dictionary, record_type: str) -> Table:
    """Return the published table of a record type; grain: one row a record, key `record_id`."""
    spec = dictionary.records[record_type]
    fields = tuple(_column(dictionary, record_type, field) for field in spec.fields)
    parent = (Column("parent_record_id", "text", "Header record this record belongs to."),) if spec.parent else ()
    return Table(
        name=f"{dictionary.lane}_{record_type}",
        comment=f"{spec.description} One row a record accepted or released.",
        key=("lane", "batch_id", "record_id"),
        columns=(
            Column("lane", "text", "Operating lane."),
            Column("batch_id", "text", "Batch the record came with."),
            Column("record_id", "text", "Document id, record type and ordinal in the document."),
            *parent,
            Column("revision", "integer", "1, or higher where the client returned it before."),
            Column("document_id", "text", "Document the record was found in."),
            Column("dictionary_version", "text", "Version of the field dictionary that accepted it."),
            *fields,
        ),
    )


def _column(dictionary: Dictionary, record_type: str, field: str) -> Column:
    spec = dictionary.records[record_type].fields[field]
    value_type = dictionary.value_type(record_type, field)
    source = f" Source: {spec.source}." if spec.source else ""
    comment = f"{spec.description}{source}"
    column_type = BACKENDS[value_type.type].column
    if value_type.precision is None or value_type.scale is None:
        return Column(field, column_type, comment)
    return Column(field, column_type, comment, precision=value_type.precision, scale=value_type.scale)

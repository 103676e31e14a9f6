"""The one table from a dictionary's types to storage, and the record tables that follow from it.

What belongs here: columns of published record tables and the typed Python value of canonical text. What does not:
limits on values (`contract`) and how raw text becomes canonical (`values`, `normalization`).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary, ValueType
from back_office_pipelines.dictionary.primitives import BaseType
from back_office_pipelines.storage.tables import Column, ColumnType, Table

COLUMN_TYPES: Mapping[BaseType, ColumnType] = {
    "string": "text",
    "decimal": "decimal",
    "date": "day",
    "integer": "integer",
    "boolean": "boolean",
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
    column_type = COLUMN_TYPES[value_type.type]
    if value_type.precision is None or value_type.scale is None:
        return Column(field, column_type, comment)
    return Column(field, column_type, comment, precision=value_type.precision, scale=value_type.scale)

"""Frictionless Table Schema and Data Package: what stands in a delivery, for whoever opens it without us.

What belongs here: the descriptors of delivery files. What does not: the files themselves (`release/`). Limits are JSON
numbers; all values of a delivery are CSV text, empty where there is none.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from back_office_pipelines.dictionary.exports.numbers import json_number
from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.dictionary.types import BACKENDS, record_table
from back_office_pipelines.storage.tables import Column, ColumnType

PROFILE = "https://datapackage.org/profiles/2.0/"
NOT_DELIVERED = frozenset({"lane", "batch_id"})
"""Columns of record tables that a delivery says by its folder."""

_TYPES: Mapping[ColumnType, str] = {backend.column: backend.table_schema for backend in BACKENDS.values()}


def delivered_columns(dictionary: Dictionary, record_type: str) -> tuple[Column, ...]:
    """Return the columns of a delivery file: record ids first, then the fields in the order of the dictionary."""
    columns = record_table(dictionary, record_type).columns
    return tuple(column for column in columns if column.name not in NOT_DELIVERED)


def table_schema(dictionary: Dictionary, record_type: str) -> dict[str, Any]:
    """Return the Table Schema (version 2) of a record type's delivery file."""
    record = dictionary.records[record_type]
    schema: dict[str, Any] = {
        "$schema": f"{PROFILE}tableschema.json",
        "title": record.title,
        "description": record.description,
        "missingValues": [""],
        "primaryKey": ["record_id"],
        "fields": [_field(dictionary, record_type, column) for column in delivered_columns(dictionary, record_type)],
    }
    if record.parent is not None:
        reference = {"resource": record.parent, "fields": ["record_id"]}
        schema["foreignKeys"] = [{"fields": ["parent_record_id"], "reference": reference}]
    return schema


def _field(dictionary: Dictionary, record_type: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "description": column.comment}
    spec = dictionary.records[record_type].fields.get(column.name)
    if spec is None:
        return {**field, "constraints": {"required": True, **({"unique": True} if column.name == "record_id" else {})}}
    limits = _constraints(dictionary.constraints(record_type, column.name), required=spec.nullable == "never")
    return {**field, "title": spec.title, **({"constraints": limits} if limits else {})}


def _constraints(limits: Constraints, *, required: bool) -> dict[str, Any]:
    """Return what Table Schema can say of our limits; check digits it cannot."""
    known = {
        "pattern": limits.pattern,
        "maxLength": limits.max_length,
        "minimum": None if limits.minimum is None else json_number(limits.minimum),
        "maximum": None if limits.maximum is None else json_number(limits.maximum),
        "enum": None if limits.one_of is None else list(limits.one_of),
    }
    found = {name: value for name, value in known.items() if value is not None}
    return {"required": True, **found} if required else found


def data_package(dictionary: Dictionary, name: str, created: str, files: Mapping[str, str]) -> dict[str, Any]:
    """Return the Data Package descriptor (version 2) of one delivery.

    Args:
        dictionary: contract of the batch.
        name: where the delivery lies.
        created: as-of time of the release, ISO 8601.
        files: text of each record type's CSV by record type.
    """
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": re.sub(r"[^a-z0-9._-]", ".", name.lower()),
        "title": dictionary.identity.title,
        "description": (
            "Records accepted under the field dictionary named here. A limit of a schema can be broken only by a value "
            "that a person let through by a recorded decision."
        ),
        "version": dictionary.version,
        "dictionary": {"lane": dictionary.lane, "version": dictionary.version, "fingerprint": dictionary.fingerprint},
        "created": created,
        "resources": [_resource(dictionary, record_type, text) for record_type, text in files.items()],
    }


def _resource(dictionary: Dictionary, record_type: str, text: str) -> dict[str, Any]:
    content = text.encode()
    return {
        "name": record_type,
        "title": dictionary.records[record_type].title,
        "type": "table",
        "path": f"{record_type}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": f"{record_type}.schema.json",
    }


def lane_package(dictionary: Dictionary) -> dict[str, Any]:
    """Return all Table Schemas of a lane as one descriptor, as `dictionary export` writes it."""
    resources = [
        {"name": name, "type": "table", "path": f"{name}.csv", "schema": table_schema(dictionary, name)}
        for name in dictionary.records
    ]
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": f"{dictionary.lane}.{dictionary.version}",
        "title": dictionary.identity.title,
        "version": dictionary.version,
        "resources": resources,
    }

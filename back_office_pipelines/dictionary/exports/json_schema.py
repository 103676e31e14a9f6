"""JSON Schema of a lane's records: canonical texts of a document, as `back-office extract` writes them (DESIGN 7.3).

What belongs here: field names, types, limits and what is required. What does not: checks over several values, which
JSON Schema cannot say; and the schema of the dictionary format itself (`format_schema`).
"""

from typing import Any

from back_office_pipelines.dictionary.model import Dictionary, FieldSpec
from back_office_pipelines.dictionary.types import BACKENDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def record_json_schema(dictionary: Dictionary) -> dict[str, Any]:
    """Return the schema of one header record: canonical texts by field name, each child type as a list below its name.

    Bounds of numbers are left to the words of the field: canonical text is exact, JSON numbers are not.
    """
    schema = _record(dictionary, dictionary.header)
    children = {name: {"type": "array", "items": _record(dictionary, name)} for name in dictionary.children}
    return {
        "$schema": DIALECT,
        "$id": f"urn:back-office:{dictionary.lane}:{dictionary.version}",
        "title": f"{dictionary.identity.title} {dictionary.version}",
        "$comment": f"Field dictionary fingerprint {dictionary.fingerprint}.",
        **schema,
        "properties": {**schema["properties"], **children},
    }


def _record(dictionary: Dictionary, record_type: str) -> dict[str, Any]:
    record = dictionary.records[record_type]
    return {
        "description": record.description,
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, spec in record.fields.items() if spec.nullable == "never"],
        "properties": {name: _field(dictionary, record_type, name, spec) for name, spec in record.fields.items()},
    }


def _field(dictionary: Dictionary, record_type: str, name: str, spec: FieldSpec) -> dict[str, Any]:
    limits = dictionary.constraints(record_type, name)
    bounds = [
        f"{word} {bound}"
        for word, bound in (("At least", limits.minimum), ("At most", limits.maximum))
        if bound is not None
    ]
    known = {
        "maxLength": limits.max_length,
        "pattern": None if limits.pattern is None else f"^(?:{limits.pattern})$",
        "enum": None if limits.one_of is None else list(limits.one_of),
    }
    return {
        "title": spec.title,
        "description": " ".join([spec.description, *(f"{bound}." for bound in bounds)]),
        **BACKENDS[dictionary.value_type(record_type, name).type].json_schema,
        **{key: value for key, value in known.items() if value is not None},
    }

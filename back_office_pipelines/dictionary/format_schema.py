"""JSON Schemas of our own YAML files, for editors: what a lane's dictionary, `_common.yaml` and an exhibit may hold.

What belongs here: turning the models into schemas of the files as people write them. What does not: rules that need the
whole file or another one; those are the loader's, and an editor does not know them.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from back_office_pipelines.dictionary.exhibit import Exhibit
from back_office_pipelines.dictionary.loader import NOT_YOURS
from back_office_pipelines.dictionary.model import Common, Dictionary
from back_office_pipelines.dictionary.problems import AS_WRITTEN
from back_office_pipelines.dictionary.verbs import Check


def format_schemas() -> Mapping[str, dict[str, Any]]:
    """Return the schema of each kind of file by the name it is kept under."""
    return {
        "dictionary": _dictionary_schema(),
        "common": _schema(Common, "Shared part of all field dictionaries"),
        "exhibit": _schema(Exhibit, "Service terms of one client"),
    }


def _dictionary_schema() -> dict[str, Any]:
    schema = _schema(Dictionary, "Field dictionary of one lane and version")
    written = {name: AS_WRITTEN.get(name, name) for name in schema["properties"]}
    kept = [name for name in schema["properties"] if name not in NOT_YOURS or name in AS_WRITTEN]
    schema["properties"] = {written[name]: schema["properties"][name] for name in kept}
    schema["required"] = [written[name] for name in schema["required"] if name in kept and name != "reasons"]
    schema["$defs"]["Check"]["oneOf"] = [{"required": [verb]} for verb in Check.VERBS]
    schema["$defs"] = {name: block for name, block in schema["$defs"].items() if name in _used(schema)}
    return schema


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_Written)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": title}


class _Written(GenerateJsonSchema):
    """Leaves out the titles that pydantic makes of every key; they only repeat it."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def _used(schema: Mapping[str, Any]) -> set[str]:
    """Return the definitions that can be reached from the properties."""
    found: set[str] = set()
    waiting: list[Any] = [schema["properties"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(schema["$defs"][name])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found

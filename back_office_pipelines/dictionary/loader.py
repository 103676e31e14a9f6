"""From one dictionary file plus `_common.yaml` to a checked, frozen `Dictionary`.

What belongs here: merging the shared taxonomy in and every rule that needs the whole file (names that must exist,
reasons that must be used). What does not: versions and dates in force (`store`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from back_office_pipelines.dictionary.contract import contract_problems
from back_office_pipelines.dictionary.model import Common, Dictionary
from back_office_pipelines.dictionary.strict_yaml import fingerprint, load_mapping
from back_office_pipelines.dictionary.verbs import Check, InReference
from back_office_pipelines.errors import DictionaryError

Model = TypeVar("Model", Common, Dictionary)
VAGUE_WORDS = frozenset({"MISC", "MISCELLANEOUS", "OTHER", "GENERAL", "VARIOUS"})


def load_common(folder: Path) -> dict[str, Any]:
    """Return the parsed and checked content of a folder's `_common.yaml`."""
    path = folder / "_common.yaml"
    content = load_mapping(path)
    _validated(str(path), Common, content)
    return content


def load_dictionary(path: Path, common: dict[str, Any]) -> Dictionary:
    """Load one dictionary file.

    Args:
        path: `<lane>/<version>.yaml`.
        common: content of `_common.yaml`.

    Raises:
        DictionaryError: the file breaks the format, refers to something that does not exist, or lies elsewhere than
            its lane and version say.
    """
    dictionary = build_dictionary(load_mapping(path), common, str(path))
    _refuse(str(path), _location_problems(path, dictionary))
    return dictionary


def build_dictionary(content: dict[str, Any], common: dict[str, Any], thing: str) -> Dictionary:
    """Build a dictionary from parsed content: a file's, or the text the ledger kept.

    Lane reasons are merged over the shared ones; the fingerprint covers both, because both decide a record's fate.
    """
    merged = {
        **{key: value for key, value in content.items() if key not in {"dictionary", "reasons"}},
        "identity": content.get("dictionary"),
        "reasons": {**common["reasons"], **(content.get("reasons") or {})},
        "ageing_caps": common["ageing_caps"],
        "roles": common["roles"],
        "reference": common.get("reference") or {},
        "fingerprint": fingerprint(content, common),
        "source": {"content": content, "common": common},
    }
    dictionary = _validated(thing, Dictionary, merged)
    _refuse(thing, _reference_problems(dictionary))
    return dictionary


def _refuse(thing: str, problems: Iterator[str]) -> None:
    for problem in problems:
        raise DictionaryError(thing, problem, "correct the name or define what it refers to")


def _validated(thing: str, model: type[Model], content: dict[str, Any]) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "top level"
        more = f" (and {problem.error_count() - 1} more)" if problem.error_count() > 1 else ""
        raise DictionaryError(thing, f"{where}: {first['msg']}{more}", "correct the entry") from None


def _location_problems(path: Path, dictionary: Dictionary) -> Iterator[str]:
    if path.parent.name != dictionary.lane:
        yield f"names lane {dictionary.lane!r} but lies in folder {path.parent.name!r}"
    if path.stem != dictionary.version:
        yield f"names version {dictionary.version} but the file is called {path.name}"
    if dictionary.version not in {change.version for change in dictionary.changes}:
        yield f"has no entry for its version {dictionary.version} under 'changes'"


def _reference_problems(dictionary: Dictionary) -> Iterator[str]:
    if sum(record.parent is None for record in dictionary.records.values()) != 1:
        yield "needs exactly one record type without a parent"
    for name in dictionary.records:
        yield from _record_problems(name, dictionary)
    for name, document in dictionary.documents.items():
        if document.record is not None and document.record not in dictionary.records:
            yield f"document class {name!r} names unknown record type {document.record!r}"
    for name, check in dictionary.checks.items():
        yield from _check_problems(name, check, dictionary)
    yield from _taxonomy_problems(dictionary)
    yield from contract_problems(dictionary)


def _record_problems(name: str, dictionary: Dictionary) -> Iterator[str]:
    record = dictionary.records[name]
    if record.parent is not None and record.parent not in dictionary.records:
        yield f"record type {name!r} names unknown parent {record.parent!r}"
    for field, spec in record.fields.items():
        if spec.type not in dictionary.types:
            yield f"field {name}.{field} has unknown type {spec.type!r}"
        for code in (spec.reasons.missing, spec.reasons.invalid):
            if code is not None and code not in dictionary.reasons:
                yield f"field {name}.{field} names unknown reason {code!r}"


def _check_problems(name: str, check: Check, dictionary: Dictionary) -> Iterator[str]:
    if check.record not in dictionary.records:
        yield f"check {name!r} names unknown record type {check.record!r}"
        return
    if check.reason not in dictionary.reasons:
        yield f"check {name!r} names unknown reason {check.reason!r}"
    known = dictionary.records[check.record].fields
    for field in check.operands:
        if field not in known:
            yield f"check {name!r} names unknown field {check.record}.{field}"
    yield from _child_problems(name, check, dictionary)
    if isinstance(check.verb, InReference):
        yield from _reference_table_problems(name, check.verb, dictionary)


def _child_problems(name: str, check: Check, dictionary: Dictionary) -> Iterator[str]:
    if check.child is None:
        return
    child = dictionary.records.get(check.child)
    if child is None or child.parent != check.record:
        yield f"check {name!r} names {check.child!r}, which is no child of {check.record!r}"
        return
    for field in check.child_operands:
        if field not in child.fields:
            yield f"check {name!r} names unknown field {check.child}.{field}"


def _reference_table_problems(name: str, verb: InReference, dictionary: Dictionary) -> Iterator[str]:
    table = dictionary.reference.get(verb.table)
    if table is None:
        yield f"check {name!r} names unknown reference table {verb.table!r}"
        return
    for column in (*verb.find_by.values(), *verb.agree.values()):
        if column not in table.columns:
            yield f"check {name!r} names unknown column {verb.table}.{column}"


def _taxonomy_problems(dictionary: Dictionary) -> Iterator[str]:
    for code, reason in dictionary.reasons.items():
        if VAGUE_WORDS & set(code.replace("-", "_").split("_")):
            yield f"reason {code!r} is a catch-all; name what failed"
        if reason.decide not in dictionary.roles:
            yield f"reason {code!r} is decided by unknown role {reason.decide!r}"

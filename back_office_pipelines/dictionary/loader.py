"""From one dictionary file plus `_common.yaml` to a checked, frozen `Dictionary`.

What belongs here: merging the shared taxonomy in and every rule that needs the whole file (names that must exist,
reasons that must be used). What does not: versions and dates in force (`store`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from back_office_pipelines.dictionary.gates import Gate
from back_office_pipelines.dictionary.limits import limit_problems
from back_office_pipelines.dictionary.model import Common, Dictionary, ValueType
from back_office_pipelines.dictionary.problems import nearest, refuse, sentences
from back_office_pipelines.dictionary.strict_yaml import fingerprint, load_mapping
from back_office_pipelines.dictionary.taxonomy import taxonomy_problems
from back_office_pipelines.dictionary.types import BACKENDS
from back_office_pipelines.dictionary.verbs import Check, InReference
from back_office_pipelines.errors import DictionaryError, DictionaryProblemsError
from back_office_pipelines.values.normalisers import run_normalisers
from back_office_pipelines.values.problem import Problem
from back_office_pipelines.values.style import Style

Model = TypeVar("Model", Common, Dictionary)
COMMON_FILE = "_common.yaml"
_SHARED = "; it belongs into _common.yaml, for all lanes"
NOT_YOURS: Mapping[str, str] = {
    **dict.fromkeys(("ageing_caps", "reference", "roles"), _SHARED),
    "fingerprint": "; it is computed",
    "identity": "; did you mean 'dictionary'?",
    "source": "; it is computed",
}
"""Keys of the model that a lane's file may not set, and where they come from."""


def load_common(folder: Path) -> dict[str, Any]:
    """Return the parsed and checked content of a folder's `_common.yaml`."""
    return load_common_file(folder / COMMON_FILE)


def load_common_file(path: Path) -> dict[str, Any]:
    """Return the parsed and checked content of one shared part."""
    content = load_mapping(path)
    _validated(str(path), Common, content)
    return content


def load_dictionary(path: Path, common: dict[str, Any]) -> Dictionary:
    """Load one dictionary file.

    Args:
        path: `<lane>/<version>.yaml`.
        common: content of `_common.yaml`.

    Raises:
        DictionaryProblemsError: the file breaks the format, refers to something that does not exist, lies elsewhere
            than its lane and version say, or has reasons that name nothing or that nothing uses.
    """
    content = load_mapping(path)
    dictionary = build_dictionary(content, common, str(path))
    refuse(str(path), [*_location_problems(path, dictionary), *taxonomy_problems(dictionary, content, common)])
    return dictionary


def build_dictionary(content: dict[str, Any], common: dict[str, Any], thing: str) -> Dictionary:
    """Build a dictionary from parsed content: a file's, or the text the ledger kept.

    Lane reasons are merged over the shared ones; the fingerprint covers both, because both decide a record's fate. A
    text the ledger kept is not held against rules of good craft, which may be younger than it: `load_dictionary` does.

    Raises:
        DictionaryProblemsError: the content breaks the format or refers to something that does not exist.
    """
    refuse(
        thing, (f"top level: unknown key {key!r}{NOT_YOURS[key]}" for key in sorted(NOT_YOURS.keys() & content.keys()))
    )
    merged = {
        **{key: value for key, value in content.items() if key not in {"dictionary", "reasons"}},
        "reasons": {**common["reasons"], **(content.get("reasons") or {})},
        "ageing_caps": common["ageing_caps"],
        "roles": common["roles"],
        "reference": common.get("reference") or {},
        "fingerprint": fingerprint(content, common),
        "source": {"content": content, "common": common},
    }
    if "dictionary" in content:
        merged["identity"] = content["dictionary"]
    dictionary = _validated(thing, Dictionary, merged)
    refuse(thing, _reference_problems(dictionary), "correct the name or define what it refers to")
    return dictionary


def _validated(thing: str, model: type[Model], content: dict[str, Any]) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        raise DictionaryProblemsError(thing, tuple(sentences(problem, model)), "correct the entry") from None


def _location_problems(path: Path, dictionary: Dictionary) -> Iterator[str]:
    if path.parent.name != dictionary.lane:
        yield f"names lane {dictionary.lane!r} but lies in folder {path.parent.name!r}"
    if path.stem != dictionary.version:
        yield f"names version {dictionary.version} but the file is called {path.name}"


def _reference_problems(dictionary: Dictionary) -> Iterator[str]:
    if sum(record.parent is None for record in dictionary.records.values()) != 1:
        yield "needs exactly one record type without a parent"
    for name, value_type in dictionary.types.items():
        yield from _normaliser_problems(name, value_type)
    for name in dictionary.records:
        yield from _record_problems(name, dictionary)
    for name, document in dictionary.documents.items():
        if document.record is not None and document.record not in dictionary.records:
            yield f"document class {name!r} names unknown record type {document.record!r}"
    for name, check in dictionary.checks.items():
        yield from _check_problems(name, check, dictionary)
    for code, reason in dictionary.reasons.items():
        if reason.decide not in dictionary.roles:
            yield f"reason {code!r} is decided by unknown role {reason.decide!r}"
    yield from _role_problems(dictionary)
    for name, gate in dictionary.review.gates.items():
        yield from _gate_problems(name, gate, dictionary)
    yield from limit_problems(dictionary)


def _normaliser_problems(name: str, value_type: ValueType) -> Iterator[str]:
    """Try the list of normalisers on a text of each base type: what it reads, it gives as the type says."""
    backend = BACKENDS[value_type.type]
    try:
        made = {one.readable: run_normalisers(one.readable, value_type.normalise, Style()) for one in BACKENDS.values()}
    except DictionaryError as problem:
        yield f"type {name!r}, {problem.thing}: {problem.culprit} ({problem.remedy})"
        return
    for value in made.values():
        if not isinstance(value, Problem) and type(value) is not backend.python:
            yield f"the normalisers of type {name!r} give {type(value).__name__}, not {value_type.type}"
            return
    if value_type.type != "string" and isinstance(made[backend.readable], Problem):
        yield f"the normalisers of type {name!r} cannot read the {value_type.type} {backend.readable!r}"


def _role_problems(dictionary: Dictionary) -> Iterator[str]:
    for name, role in dictionary.roles.items():
        for included in role.includes:
            if included not in dictionary.roles:
                yield f"role {name!r} includes unknown role {included!r}"


def _gate_problems(name: str, gate: Gate, dictionary: Dictionary) -> Iterator[str]:
    fields = dictionary.records[dictionary.header].fields
    for operand, base in zip(gate.operands, ("decimal", "string"), strict=True):
        if operand not in fields:
            yield f"gate {name!r} names unknown field {operand!r}{nearest(operand, tuple(fields))}"
        elif (
            fields[operand].type in dictionary.types and dictionary.value_type(dictionary.header, operand).type != base
        ):
            yield f"gate {name!r} needs a {base}, and field {operand!r} is none"
    reason = dictionary.reasons.get(gate.reason)
    if reason is None:
        yield f"gate {name!r} names unknown reason {gate.reason!r}{nearest(gate.reason, tuple(dictionary.reasons))}"
        return
    if "approve" not in reason.actions or "override" in reason.actions:
        yield f"gate {name!r} has reason {gate.reason!r}, which must allow 'approve' and not 'override'"
    for role in gate.roles:
        if role not in dictionary.roles:
            yield f"gate {name!r} names unknown role {role!r}{nearest(role, tuple(dictionary.roles))}"
        elif not dictionary.may_decide(role, gate.reason):
            yield f"gate {name!r} lets {role!r} approve, who may not decide {gate.reason!r}"


def _record_problems(name: str, dictionary: Dictionary) -> Iterator[str]:
    record = dictionary.records[name]
    if record.parent is not None and record.parent not in dictionary.records:
        yield f"record type {name!r} names unknown parent {record.parent!r}"
    for field, spec in record.fields.items():
        if spec.type not in dictionary.types:
            yield f"field {name}.{field} has unknown type {spec.type!r}"
        for block, tiers in (
            ("criticality", dictionary.criticality),
            ("review.confidence", dictionary.review.confidence),
        ):
            if spec.criticality not in tiers:
                yield f"field {name}.{field} has tier {spec.criticality!r}, which {block!r} does not know"
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
    for column in (*(one.column for one in verb.find_by), *verb.agree.values()):
        if column not in table.columns:
            yield f"check {name!r} names unknown column {verb.table}.{column}"

"""Open Data Contract Standard 3.1.0: a version with the service terms of the clients it serves.

What ODCS has a place for goes there (status, roles, service levels, quality, critical elements); what it has none for
(weights, reasons, labels, confidence, tolerances) goes into `customProperties`, so that nothing is lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from back_office_pipelines.dictionary.exhibit import Exhibit
from back_office_pipelines.dictionary.exports.numbers import json_number
from back_office_pipelines.dictionary.model import Constraints, Dictionary, FieldSpec, Reason
from back_office_pipelines.dictionary.types import BACKENDS, record_table
from back_office_pipelines.dictionary.verbs import Check
from back_office_pipelines.dictionary.words import rule_in_words
from back_office_pipelines.storage.tables import Column, ColumnType

Block = dict[str, Any]
API_VERSION = "v3.1.0"
ENGINE = "back-office-pipelines"
_DIMENSIONS: Mapping[str, str] = {
    "accuracy": "accuracy",
    "completeness": "completeness",
    "consistency": "consistency",
    "compliance": "conformity",
    "intake": "coverage",
}
_LOGICAL: Mapping[ColumnType, str] = {backend.column: backend.odcs for backend in BACKENDS.values()}
_UNITS: Mapping[str, str] = {"first_pass_yield": "fraction", "critical_field_accuracy": "fraction"}


def odcs_contract(dictionary: Dictionary, exhibits: Iterable[Exhibit]) -> Block:
    """Return the data contract of a version.

    Args:
        dictionary: the version.
        exhibits: every client's terms; those with targets for the lane become service levels.
    """
    identity = dictionary.identity
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": identity.lane,
        "name": identity.title,
        "version": identity.version,
        "status": identity.status,
        "domain": identity.lane,
        "description": {
            "purpose": f"{identity.title}: {identity.grain}.",
            "limitations": "Clients' calendars and prices stand in their exhibits.",
        },
        "team": {"name": identity.owner.removeprefix("team:"), "description": "Owner of the contract."},
        "roles": [_role(dictionary, name) for name in dictionary.roles],
        "schema": [_object(dictionary, name) for name in dictionary.records],
        "slaProperties": list(_service_levels(dictionary, exhibits)),
        "customProperties": _properties(
            fingerprint=dictionary.fingerprint,
            effectiveFrom=identity.effective_from.isoformat(),
            criticality=_plain(dictionary.criticality),
            confidence=_plain(dictionary.review.confidence),
            approvalGates=_plain(dictionary.review.gates),
            ageingCapsDays=_plain(dictionary.ageing_caps),
            documents=_plain(dictionary.documents),
            reasons=_plain(dictionary.reasons),
            referenceTables=_plain(dictionary.reference),
            changes=[_plain(change) for change in dictionary.changes],
        ),
    }


def _role(dictionary: Dictionary, name: str) -> Block:
    codes = [code for code in dictionary.reasons if dictionary.may_decide(name, code)]
    role = dictionary.roles[name]
    gates = [gate for gate, spec in dictionary.review.gates.items() if dictionary.may_approve(name, spec)]
    return {
        "role": name,
        "description": role.description,
        "access": "decide" if codes else "read",
        "customProperties": _properties(includes=list(role.includes), decidesReasons=codes, approvesGates=gates),
    }


def _object(dictionary: Dictionary, record_type: str) -> Block:
    record = dictionary.records[record_type]
    table = record_table(dictionary, record_type)
    checks = {name: check for name, check in dictionary.checks.items() if check.record == record_type}
    block: Block = {
        "name": record_type,
        "physicalName": f"records.{table.name}",
        "logicalType": "object",
        "physicalType": "table",
        "businessName": record.title,
        "description": record.description,
        "dataGranularityDescription": f"one row a {record_type}",
        "properties": [_property(dictionary, record_type, column) for column in table.columns],
        "quality": [_check(name, check, dictionary.reasons[check.reason]) for name, check in checks.items()],
    }
    if record.parent is not None:
        ends = {"from": f"{record_type}.parent_record_id", "to": f"{record.parent}.record_id"}
        block["relationships"] = [{"type": "foreignKey", **ends}]
    return block


def _property(dictionary: Dictionary, record_type: str, column: Column) -> Block:
    block: Block = {
        "name": column.name,
        "logicalType": _LOGICAL[column.type],
        "physicalType": column.duckdb,
        "description": column.comment,
    }
    spec = dictionary.records[record_type].fields.get(column.name)
    if spec is None:
        key = {"primaryKey": True, "primaryKeyPosition": 1, "unique": True} if column.name == "record_id" else {}
        return {**block, "required": True, **key}
    limits = dictionary.constraints(record_type, column.name)
    options = _options(limits)
    return {
        **block,
        "businessName": spec.title,
        "required": spec.nullable == "never",
        "criticalDataElement": spec.criticality == "critical",
        "classification": spec.sensitivity,
        **({"logicalTypeOptions": options} if options else {}),
        "quality": list(_limit_rules(dictionary, spec, limits)),
        "customProperties": _field_properties(dictionary, record_type, column.name, spec),
    }


def _options(limits: Constraints) -> Block:
    known = {
        "pattern": limits.pattern,
        "maxLength": limits.max_length,
        "minimum": limits.minimum,
        "maximum": limits.maximum,
    }
    return {name: _plain(value) for name, value in known.items() if value is not None}


def _field_properties(dictionary: Dictionary, record_type: str, field: str, spec: FieldSpec) -> list[Block]:
    return _properties(
        type=spec.type,
        normalise=list(dictionary.value_type(record_type, field).normalise),
        criticality=spec.criticality,
        weight=dictionary.criticality[spec.criticality].weight,
        lowestConfidence=_plain(dictionary.review.confidence[spec.criticality]),
        compare=spec.compare,
        labels=_plain(spec.labels),
        unlike=_plain(spec.unlike),
        foundBy=list(spec.found_by) if spec.found_by != ("label",) else [],
        examples=_plain(spec.examples),
        source=spec.source,
    )


def _limit_rules(dictionary: Dictionary, spec: FieldSpec, limits: Constraints) -> Iterator[Block]:
    if spec.nullable == "never":
        yield _rule("required", "nullValues", {}, spec.reasons.missing, dictionary)
    for name, limit in limits.model_dump().items():
        if limit is not None:
            yield _rule(name, "invalidValues", {name: _plain(limit)}, spec.reasons.of_rule(name), dictionary)


def _rule(name: str, metric: str, arguments: Block, code: str, dictionary: Dictionary) -> Block:
    return {
        "name": name,
        "type": "library",
        "metric": metric,
        **({"arguments": arguments} if arguments else {}),
        "mustBe": 0,
        "severity": "error",
        "dimension": _DIMENSIONS[dictionary.reasons[code].family],
        "customProperties": _properties(reasonCode=code),
    }


def _check(name: str, check: Check, reason: Reason) -> Block:
    verb = next(verb for verb in check.VERBS if getattr(check, verb) is not None)
    return {
        "name": name,
        "description": f"{check.description} Rule: {rule_in_words(check)}.",
        "type": "custom",
        "engine": ENGINE,
        "implementation": {verb: _plain(check.verb)},
        "severity": check.severity,
        "dimension": _DIMENSIONS[reason.family],
        "customProperties": _properties(reasonCode=check.reason),
    }


def _service_levels(dictionary: Dictionary, exhibits: Iterable[Exhibit]) -> Iterator[Block]:
    for exhibit in exhibits:
        for priority, targets in exhibit.targets.get(dictionary.lane, {}).items():
            for term, target in targets.model_dump(exclude_none=True).items():
                yield {
                    "property": term,
                    "value": _plain(target),
                    "unit": _UNITS.get(term, "h"),
                    "element": dictionary.header,
                    "driver": "operational",
                    "description": f"Client {exhibit.client}, priority {priority}, {exhibit.calendar.clock} hours of "
                    f"{exhibit.calendar.time_zone}, from {exhibit.effective_from}.",
                }


def _properties(**values: object) -> list[Block]:
    return [{"property": name, "value": value} for name, value in values.items() if value not in (None, [], {})]


def _plain(value: Any) -> Any:
    """Return a value of the model as JSON and YAML have it: numbers for exact decimals, ISO text for dates."""
    if hasattr(value, "model_dump"):
        return _plain(value.model_dump(exclude_none=True))
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return json_number(value)
    return value if isinstance(value, str | int | float) or value is None else value.isoformat()

"""Contracts in other people's formats are valid there, and say what ours says."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from back_office_pipelines.dictionary.contract import record_contract
from back_office_pipelines.dictionary.exports.json_schema import record_json_schema
from back_office_pipelines.dictionary.exports.odcs import odcs_contract
from back_office_pipelines.dictionary.exports.table_schema import lane_package, table_schema
from back_office_pipelines.dictionary.format_schema import format_schemas
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.primitives import BaseType
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.dictionary.types import BACKENDS, record_table, typed
from back_office_pipelines.storage.tables import Column
from back_office_pipelines.values.normalisers import canonical_text
from tests.dictionary.variants import FOLDER, content, version
from tests.scenario import GOOD, ROOT, contracts

ODCS = ROOT.parent / "shared" / "schemas" / "odcs-3.1.0.schema.json"
EVERY = [*(one for versions in contracts().lanes.values() for one in versions), version()]
IDS = [f"{one.lane}-{number}" for number, one in enumerate(EVERY)]


def properties(block: Mapping[str, Any]) -> dict[str, Any]:
    return {one["property"]: one["value"] for one in block["customProperties"]}


@pytest.mark.parametrize("dictionary", EVERY, ids=IDS)
def test_odcs_validates_against_the_published_schema(dictionary: Dictionary) -> None:
    if not ODCS.is_file():
        pytest.skip(f"the published schema of ODCS 3.1.0 is not at {ODCS}")
    schema = json.loads(ODCS.read_text(encoding="utf-8"))
    made = odcs_contract(dictionary, contracts().exhibits.values())
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads(json.dumps(made)))


def test_odcs_says_what_the_dictionary_says() -> None:
    dictionary = version()
    made = odcs_contract(dictionary, contracts().exhibits.values())
    assert (made["id"], made["version"], made["status"]) == ("ap_invoices", "1.0.0", "active")
    invoice, line = made["schema"]
    found = {one["name"]: one for one in invoice["properties"]}
    assert found["gross_total"]["criticalDataElement"] is True
    assert found["gross_total"]["required"] is True
    assert (found["gross_total"]["logicalType"], found["gross_total"]["physicalType"]) == ("number", "DECIMAL(18,4)")
    assert properties(found["gross_total"])["weight"] == 5
    assert properties(found["gross_total"])["labels"]["en"]
    assert [one["name"] for one in found["seller_iban"]["quality"]] == ["checksum"]
    assert {one["name"] for one in invoice["quality"]} == set(dictionary.checks)
    sums = next(one for one in invoice["quality"] if one["name"] == "net_plus_tax")
    assert sums["implementation"]["sum_equals"]["within"] == 0.01
    assert properties(sums)["reasonCode"] == "TOTALS_DISAGREE"
    assert line["relationships"] == [{"type": "foreignKey", "from": "line.parent_record_id", "to": "invoice.record_id"}]
    assert {one["role"] for one in made["roles"]} == set(dictionary.roles)
    terms = [one for exhibit in contracts().exhibits.values() for one in exhibit.targets["ap_invoices"].values()]
    assert len(made["slaProperties"]) == sum(len(one.model_dump(exclude_none=True)) for one in terms)
    assert set(properties(made)["reasons"]) == set(dictionary.reasons)


def test_no_weight_reason_or_label_is_lost() -> None:
    dictionary = version()
    text = json.dumps(odcs_contract(dictionary, ()), ensure_ascii=False)
    for record in dictionary.records.values():
        for spec in record.fields.values():
            for labels in spec.labels.values():
                assert all(json.dumps(label, ensure_ascii=False) in text for label in labels)
    assert all(reason.playbook in text for reason in dictionary.reasons.values())


def test_a_table_schema_has_keys_limits_and_the_child_leads_to_its_parent() -> None:
    header, line = (table_schema(version(), name) for name in ("invoice", "line"))
    found = {one["name"]: one for one in header["fields"]}
    assert header["primaryKey"] == ["record_id"]
    assert header["missingValues"] == [""]
    assert found["issue_date"]["type"] == "date"
    assert found["gross_total"]["constraints"] == {"required": True}
    assert found["invoice_type"]["constraints"] == {"maxLength": 3, "enum": ["380", "381"]}
    assert "foreignKeys" not in header
    assert line["foreignKeys"][0]["reference"] == {"resource": "invoice", "fields": ["record_id"]}
    rate = next(one for one in line["fields"] if one["name"] == "tax_rate")
    assert rate["constraints"] == {"minimum": 0, "maximum": 100}
    assert [one["name"] for one in lane_package(version())["resources"]] == ["invoice", "line"]


def test_the_schema_of_records_takes_canonical_texts_and_refuses_others() -> None:
    validator = jsonschema.Draft202012Validator(record_json_schema(version()))
    jsonschema.Draft202012Validator.check_schema(validator.schema)
    good = {**GOOD, "invoice_type": "380", "line": [{"description": "Cheese", "tax_rate": "19", "line_net": "-1.50"}]}
    assert list(validator.iter_errors(good)) == []
    for change in (
        {"colour": "red"}, {"gross_total": "1,190.00"}, {"gross_total": 1190}, {"currency": "EURO"},
        {"invoice_type": "1"}, {"invoice_number": "x" * 101}, {"line": [{"x": "y"}]},
    ):  # fmt: skip
        assert not validator.is_valid({**good, **change}), change
    assert not validator.is_valid({name: value for name, value in good.items() if name != "gross_total"})


FILES = [
    *(("dictionary", path) for path in FOLDER.glob("*/*.yaml") if path.parent.name in contracts().lanes),
    ("common", FOLDER / "_common.yaml"),
    *(("exhibit", path) for path in (FOLDER / "clients").glob("*.yaml")),
]


@pytest.mark.parametrize(("name", "path"), FILES, ids=[f"{name}-{path.stem}" for name, path in FILES])
def test_the_schemas_for_editors_take_what_ships_and_refuse_unknown_keys(name: str, path: Any) -> None:
    validator = jsonschema.Draft202012Validator(format_schemas()[name])
    jsonschema.Draft202012Validator.check_schema(validator.schema)
    shipped = load_mapping(path)
    assert list(validator.iter_errors(shipped)) == []
    assert not validator.is_valid({**shipped, "colour": "red"})


def test_the_schema_for_editors_knows_verbs_exact_numbers_and_what_is_computed() -> None:
    validator = jsonschema.Draft202012Validator(format_schemas()["dictionary"])
    assert list(validator.iter_errors(content())) == []
    for path, value in (
        (("checks", "net_plus_tax", "not_before"), {"earlier": "issue_date", "later": "due_date"}),
        (("checks", "net_plus_tax", "sum_equals", "within"), 0.01),
        (("checks", "net_plus_tax", "sum_equals", "witin"), "1"),
        (("records", "invoice", "fields", "currency", "nullable"), "sometimes"),
        (("dictionary", "version"), "1.0"),
        (("fingerprint",), "x"),
        (("roles",), {}),
    ):
        changed = content()
        node = changed
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = value
        assert not validator.is_valid(changed), path


SAMPLES: Mapping[BaseType, tuple[str, str]] = {
    "string": ("A", "VARCHAR"), "decimal": ("1.5", "DECIMAL(18,4)"), "date": ("2026-01-31", "DATE"),
    "integer": ("7", "BIGINT"), "boolean": ("true", "BOOLEAN"),
}  # fmt: skip


@pytest.mark.parametrize("base", list(BACKENDS))
def test_every_base_type_is_known_everywhere(base: BaseType) -> None:
    backend = BACKENDS[base]
    text, duckdb = SAMPLES[base]
    decimals = {"precision": 18, "scale": 4} if base == "decimal" else {}

    def edit(own: dict[str, Any], common: dict[str, Any]) -> None:
        normaliser = "squash_spaces" if base == "string" else base
        own["types"]["tried"] = {"type": base, "normalise": [normaliser], **decimals}
        own["records"]["invoice"]["fields"]["tried"] = {
            "title": "x", "description": "x", "type": "tried", "criticality": "minor",
        }  # fmt: skip

    dictionary = version(edit)
    column = next(one for one in record_table(dictionary, "invoice").columns if one.name == "tried")
    value = typed(dictionary.types["tried"], text)
    assert type(value) is backend.python
    assert Decimal(canonical_text(value)) == Decimal(text) if base == "decimal" else canonical_text(value) == text
    assert (column.type, column.duckdb) == (backend.column, duckdb)
    assert column.arrow == Column("x", backend.column, "x").arrow
    assert "tried" in record_contract(dictionary, "invoice").columns
    field = next(one for one in table_schema(dictionary, "invoice")["fields"] if one["name"] == "tried")
    odcs = next(one for one in odcs_contract(dictionary, ())["schema"][0]["properties"] if one["name"] == "tried")
    assert (field["type"], odcs["logicalType"]) == (backend.table_schema, backend.odcs)
    assert jsonschema.Draft202012Validator(dict(backend.json_schema)).is_valid(text)

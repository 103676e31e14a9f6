"""Dictionaries: what ships loads, and every break of the format is refused with its place."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from back_office_pipelines.dictionary.loader import load_common, load_dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.dictionary.strict_yaml import fingerprint, load_mapping
from back_office_pipelines.errors import DictionaryError, SettingsError, UsageError
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.normalization.normalise import normalise_value
from tests.scenario import NOON, ROOT, contracts, record_row, validated, value_rows

FOLDER = ROOT / "field_dictionaries"
AP = FOLDER / "ap_invoices" / "1.0.0.yaml"


def changed(tmp_path: Path, change: Any) -> Path:
    content = load_mapping(AP)
    change(content)
    path = tmp_path / "ap_invoices" / "1.0.0.yaml"
    path.parent.mkdir()
    YAML(typ="safe", pure=True).dump(content, path)
    return path


def test_everything_that_ships_loads_and_every_reason_can_be_decided() -> None:
    for versions in contracts().lanes.values():
        for dictionary in versions:
            for code, reason in dictionary.reasons.items():
                assert dictionary.may_decide(reason.decide, code)
                assert reason.actions


@pytest.mark.parametrize(
    ("change", "culprit"),
    [
        (lambda c: c["dictionary"].update(lane="other"), "lies in folder"),
        (lambda c: c["dictionary"].update(version="1.0.1"), "the file is called"),
        (lambda c: c["changes"].clear(), "no entry for its version"),
        (lambda c: c["dictionary"].update(colour="red"), "colour"),
        (lambda c: c["records"]["invoice"]["fields"]["currency"].update(type="colour"), "unknown type"),
        (lambda c: c["records"]["line"].update(parent="nobody"), "exactly one|unknown parent"),
        (lambda c: c["checks"]["net_plus_tax"].update(reason="NO_SUCH"), "unknown reason"),
        (lambda c: c["checks"]["net_plus_tax"]["sum_equals"].update(total="colour"), "unknown field"),
        (lambda c: c["checks"]["net_plus_tax"]["sum_equals"].update(within=0.01), "bare float"),
        (
            lambda c: c["checks"]["net_plus_tax"].update(not_before={"earlier": "issue_date", "later": "due_date"}),
            "one of",
        ),
        (lambda c: c["types"]["money"].pop("scale"), "precision and scale"),
        (lambda c: c["types"]["currency"]["constraints"].update(pattern="["), "no regular expression"),
        (lambda c: c["types"]["currency"]["constraints"].update(pattern="(?=A)A"), "cannot be applied"),
        (lambda c: c["types"]["date"].update(constraints={"minimum": "3"}), "cannot be applied"),
        (lambda c: c["reasons"].update({"AP-MISC": dict(load_common(FOLDER)["reasons"]["FORMAT"])}), "catch-all"),
    ],
)
def test_breaks_of_the_format_are_refused(tmp_path: Path, change: Any, culprit: str) -> None:
    with pytest.raises(DictionaryError, match=culprit):
        load_dictionary(changed(tmp_path, change), load_common(FOLDER))


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("a: 1\na: 2\n", "duplicate key"),
        ("a: &x 1\nb: *x\n", "anchor"),
        ("- 1\n", "no mapping"),
        ("a: [1\n", "line"),
    ],
)
def test_yaml_is_read_strictly(tmp_path: Path, text: str, culprit: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DictionaryError, match=culprit):
        load_mapping(path)


def test_look_alikes_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("country: NO\n", encoding="utf-8")
    assert load_mapping(path) == {"country": "NO"}


def test_the_fingerprint_follows_content_not_layout(tmp_path: Path) -> None:
    same = load_dictionary(changed(tmp_path, lambda c: None), load_common(FOLDER))
    assert same.fingerprint == contracts().latest("ap_invoices").fingerprint
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})


def examples() -> list[tuple[str, str, str, bool]]:
    return [
        (record_type, field, text, accepted)
        for record_type, record in contracts().latest("ap_invoices").records.items()
        for field, spec in record.fields.items()
        for texts, accepted in ((spec.examples.accept, True), (spec.examples.reject, False))
        for text in texts
    ]


@pytest.mark.parametrize(("record_type", "field", "text", "accepted"), examples())
def test_examples_pass_and_fail_as_they_say(record_type: str, field: str, text: str, *, accepted: bool) -> None:
    dictionary = contracts().latest("ap_invoices")
    made = normalise_value(FieldValue(field, text, 1.0, "xml"), dictionary.value_type(record_type, field))
    record = record_row("d1", record_type)
    rows = value_rows(record, {field: made.value})
    failing = [row for row in validated([record], rows).exceptions if row["field"] == field]
    assert (failing == []) == accepted, failing


def test_the_version_in_force_is_the_one_of_the_day() -> None:
    assert contracts().in_force("ap_invoices", NOON).version == "1.0.0"
    with pytest.raises(DictionaryError, match="no dictionary version was in force"):
        contracts().in_force("ap_invoices", NOON.replace(year=1999))
    with pytest.raises(UsageError, match="has no field dictionary"):
        contracts().latest("nothing")
    with pytest.raises(UsageError, match="has no exhibit"):
        contracts().exhibit("nobody")
    with pytest.raises(SettingsError, match="has no dictionary"):
        load_contracts(FOLDER, frozenset({"nothing"}))

"""Dictionaries: what ships loads, and every break of the format is refused with its place."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from back_office_pipelines.dictionary.loader import build_dictionary, load_common, load_dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.dictionary.strict_yaml import fingerprint, load_mapping, load_texts
from back_office_pipelines.errors import DictionaryError, DictionaryProblemsError, SettingsError, UsageError
from back_office_pipelines.normalization.examples import example_problems
from tests.scenario import NOON, ROOT, contracts

FOLDER = ROOT / "field_dictionaries"
AP = FOLDER / "ap_invoices" / "1.0.0.yaml"


def changed(tmp_path: Path, change: Any) -> Path:
    content = load_mapping(AP)
    change(content)
    path = tmp_path / "ap_invoices" / "1.0.0.yaml"
    path.parent.mkdir()
    YAML(typ="safe", pure=True).dump(content, path)
    return path


def test_texts_that_ship_read_the_same_by_the_strict_rules() -> None:
    words = ROOT / "back_office_pipelines" / "extraction"
    files = [
        words / "pdf" / "countries.yaml",
        words / "pdf" / "headings" / "title_words.yaml",
        words / "pdf" / "parties" / "parties.yaml",
        *(words / "pdf" / "page" / "phrases").glob("*.yaml"),
        *words.glob("xml/**/*.yaml"),
        *(path for path in words.glob("slip/*.yaml") if path.stem != "confidence"),  # counts, read strictly
    ]
    assert len(files) > 8
    assert all(load_texts(path) == load_mapping(path) for path in files)


def test_everything_that_ships_loads_and_every_reason_can_be_decided() -> None:
    for versions in contracts().lanes.values():
        for dictionary in versions:
            for code, reason in dictionary.reasons.items():
                assert dictionary.may_decide(reason.decide, code)
                assert reason.actions


@pytest.mark.parametrize(
    ("change", "culprit"),
    [
        (lambda c: c["dictionary"].update(colour="red"), "dictionary: unknown key 'colour'"),
        (lambda c: c["dictionary"].update(version="01.0.0"), r"dictionary\.version: must match"),
        (lambda c: c["records"]["line"]["fields"]["unit"].update(nullabel="never"), "did you mean 'nullable'"),
        (lambda c: c["records"]["invoice"]["fields"]["currency"]["examples"].update(acept=[]), "did you mean 'accept'"),
        (lambda c: c["checks"]["net_plus_tax"]["sum_equals"].update(witin="1"), "did you mean 'within'"),
        (lambda c: c["checks"]["net_plus_tax"].pop("reason"), "key 'reason' is missing"),
        (lambda c: c["documents"]["quote"]["cues"].update(en="quote"), "must be a list"),
        (lambda c: c.update(recrods={}), "top level: unknown key 'recrods'; did you mean 'records'"),
        (lambda c: c.update(roles={}), "belongs into _common.yaml"),
        (lambda c: c.update(identity={}), "did you mean 'dictionary'"),
        (lambda c: c.pop("dictionary"), "key 'dictionary' is missing"),
        (lambda c: c["types"]["text"].update(normalise=["squash"]), "no registered normaliser"),
        (lambda c: c["types"]["text"].update(normalise=["decimal"]), "give Decimal, not string"),
        (lambda c: c["types"]["money"].update(normalise=["squash_spaces"]), "give str, not decimal"),
        (lambda c: c["types"]["date"].update(normalise=["decimal"]), "give Decimal, not date"),
        (lambda c: c["types"]["money"].update(normalise=["currency_code", "decimal"]), "cannot read the decimal"),
        (lambda c: c["review"]["confidence"].pop("minor"), "which 'review.confidence' does not know"),
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
    ],
)
def test_breaks_of_the_format_are_refused(change: Any, culprit: str) -> None:
    content = load_mapping(AP)
    change(content)
    with pytest.raises(DictionaryError, match=culprit):
        build_dictionary(content, load_common(FOLDER), "lane")


@pytest.mark.parametrize(
    ("change", "culprit"),
    [
        (lambda c: c["dictionary"].update(lane="other"), "lies in folder"),
        (lambda c: c["dictionary"].update(version="1.0.1"), "the file is called"),
        (lambda c: c["reasons"].update({"AP-MISC": dict(load_common(FOLDER)["reasons"]["FORMAT"])}), "catch-all"),
    ],
)
def test_files_in_the_wrong_place_or_with_poor_reasons_are_refused(tmp_path: Path, change: Any, culprit: str) -> None:
    with pytest.raises(DictionaryError, match=culprit):
        load_dictionary(changed(tmp_path, change), load_common(FOLDER))


def test_the_first_problem_is_said_with_how_many_more_and_all_are_kept(tmp_path: Path) -> None:
    def change(own: dict[str, Any]) -> None:
        own["records"]["line"]["fields"]["unit"] |= {"titel": "x", "sourc": "y"}
        own["checks"]["net_plus_tax"]["colour"] = "red"

    with pytest.raises(DictionaryProblemsError, match=r"\(and 2 more\)") as caught:
        load_dictionary(changed(tmp_path, change), load_common(FOLDER))
    assert len(caught.value.sentences) == 3
    assert all("unknown key" in one and str(tmp_path) in one for one in caught.value.sentences)


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
    shared = load_common(FOLDER)
    same = load_dictionary(changed(tmp_path, lambda c: None), shared)
    assert same.fingerprint == load_dictionary(AP, shared).fingerprint
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})


@pytest.mark.parametrize("lane", sorted(contracts().lanes))
def test_examples_pass_and_fail_as_they_say(lane: str) -> None:
    for dictionary in contracts().lanes[lane]:
        specs = [spec for record in dictionary.records.values() for spec in record.fields.values()]
        assert any(spec.examples.accept for spec in specs)
        assert list(example_problems(dictionary)) == []


@pytest.mark.parametrize(
    ("field", "examples", "problem"),
    [
        ("currency", {"accept": ["EURO"]}, "refuses its own example 'EURO'"),
        ("currency", {"reject": ["EUR"]}, "accepts 'EUR'"),
        ("invoice_type", {"accept": ["12345"]}, "refuses its own example '12345'"),
        ("issue_date", {"accept": ["2026-02-30"]}, "refuses its own example"),
        ("gross_total", {"reject": ["1190.00"]}, "accepts '1190.00'"),
    ],
)
def test_an_example_that_lies_is_found(field: str, examples: dict[str, list[str]], problem: str) -> None:
    own = load_mapping(AP)
    own["records"]["invoice"]["fields"][field]["examples"] = examples
    found = list(example_problems(build_dictionary(own, load_common(FOLDER), "lane")))
    assert len(found) == 1
    assert problem in found[0]


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


def test_no_label_names_two_fields() -> None:
    for versions in contracts().lanes.values():
        for dictionary in versions:
            named: dict[str, set[str]] = {}
            for record_type, record in dictionary.records.items():
                for field, spec in record.fields.items():
                    for label in {label.casefold() for labels in spec.labels.values() for label in labels}:
                        named.setdefault(label, set()).add(f"{record_type}.{field}")
            assert {label: fields for label, fields in named.items() if len(fields) > 1} == {}

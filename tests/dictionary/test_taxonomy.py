"""Reason codes: each names something, is used, and what the machine gives is there."""

import ast
import copy
import re
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.dictionary.checkup import check_folder
from back_office_pipelines.dictionary.loader import build_dictionary, load_common
from back_office_pipelines.dictionary.model import RULE_REASONS
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.dictionary.taxonomy import EMITTED, GENERIC, names_nothing, taxonomy_problems
from back_office_pipelines.normalization.examples import example_problems
from tests.dictionary.variants import FOLDER
from tests.scenario import ROOT

PACKAGE = ROOT / "back_office_pipelines"
DESIGN = ROOT.parent / "shared" / "DESIGN.md"


def texts(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_list_of_codes_the_machine_gives_is_what_its_code_names() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if path.name != "taxonomy.py"]
    named = {text for path in files for text in texts(path)} & GENERIC
    assert named == EMITTED
    assert set(RULE_REASONS.values()) <= EMITTED


def test_the_generic_codes_are_those_of_the_design() -> None:
    if not DESIGN.is_file():
        pytest.skip(f"the design is not at {DESIGN}")
    section = DESIGN.read_text(encoding="utf-8").split("### 7.8")[1]
    assert set(re.findall(r"`([A-Z_]{5,})`", section)) == GENERIC - {"CLIENT_RETURN", "REFERENCE_INVALID"}  # ours


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("AP-MISC", "x y"), ("AP-Misc".upper(), "x y"), ("OTHER", "x y"), ("AP-OTHER-2", "x y"), ("AP-OT-HER", "x y"),
        ("AP-N-A", "x y"), ("AP-TBD", "x y"), ("UNKNOWN", "x y"), ("AP-ERROR", "x y"), ("VARIOUS_THINGS", "x y"),
        ("GENERAL", "x y"), ("AP-GENERAL_ERROR", "x y"), ("AP-CATCH-ALL", "x y"), ("AP-7", "Other"),
        ("AP-7", "misc."), ("AP-7", "N/A"), ("AP-7", "Other error"), ("AP-7", "General problem"), ("AP-7", "tbd"),
        ("AP-7", "Unknown"),
    ],
)  # fmt: skip
def test_catch_alls_are_found(code: str, title: str) -> None:
    assert names_nothing(code, title)


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("CODE_UNKNOWN", "A code is not in its list"), ("LANE_UNKNOWN", "No lane has this name"),
        ("AP-GENERAL-LEDGER", "No account of the general ledger"), ("AP-103", "A purchase order is unknown"),
        ("AP-PO-CLOSED", "The order is closed"), ("CHECKSUM", "An identifier's check digits are wrong"),
    ],
)  # fmt: skip
def test_codes_that_name_something_are_left_alone(code: str, title: str) -> None:
    assert not names_nothing(code, title)


def found(reasons: dict[str, Any], used: str | None = None, drop: str | None = None) -> list[str]:
    own, common = load_mapping(FOLDER / "ap_invoices" / "1.0.0.yaml"), copy.deepcopy(load_common(FOLDER))
    pattern = common["reasons"]["FORMAT"]
    own["reasons"] |= {code: {**pattern, **change} for code, change in reasons.items()}
    if used:
        next(iter(own["checks"].values()))["reason"] = used
    if drop:
        del common["reasons"][drop]
    return list(taxonomy_problems(build_dictionary(own, common, "lane"), own, common))


def test_a_lanes_own_reasons_are_used_and_have_one_prefix() -> None:
    assert found({"AP-PRICE": {}}, used="AP-PRICE") == []
    assert "is used by no check" in found({"AP-PRICE": {}})[0]
    assert "needs a prefix" in found({"PRICE": {}}, used="PRICE")[0]
    assert "different prefixes" in found({"AP-PRICE": {}, "FR-RATE": {}})[0]
    assert found({"FORMAT": {"tier": "high"}}) == [], "a lane may say more about a shared reason"


def test_what_the_machine_gives_cannot_be_left_out() -> None:
    assert "'UNREADABLE' is missing" in found({}, drop="UNREADABLE")[0]


def test_shared_reasons_beyond_the_generic_ones_are_used_by_some_lane(tmp_path: Path) -> None:
    common = (FOLDER / "_common.yaml").read_text(encoding="utf-8")
    extra = "reasons:\n  NEVER_USED: {title: A rule nobody has, family: accuracy, tier: low, decide: clerk, "
    extra += "actions: [reject], playbook: Look.}\n"
    (tmp_path / "_common.yaml").write_text(common.replace("reasons:\n", extra, 1), encoding="utf-8")
    assert ["'NEVER_USED' is used by no lane" in one for one in check_folder(tmp_path, example_problems).refused] == [
        True
    ]

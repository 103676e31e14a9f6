"""`back-office dictionary` as a person uses it: what is said, and the exit codes."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from back_office_pipelines.cli.main import app
from back_office_pipelines.errors import BackOfficeError
from tests.scenario import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = Path(shutil.copytree(ROOT / "field_dictionaries", tmp_path / "dictionaries"))
    monkeypatch.setenv("BACK_OFFICE_DICTIONARIES", str(made))
    return made


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["dictionary", *arguments])


def following(folder: Path, number: str, old: str, new: str) -> Path:
    text = (folder / "ap_invoices" / "1.0.0.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "1.0.0"\n', f'version: "{number}"\n').replace('"2020-01-01"', '"2027-01-01"')
    assert old in text
    path = folder / "ap_invoices" / f"{number}.yaml"
    kind = "major" if number.endswith("0.0") else "minor"
    line = f'  - {{version: "{number}", date: "2026-12-01", by: AP, kind: {kind}, note: Shorter.}}\n'
    path.write_text(text.replace(old, new).rstrip("\n") + f"\n{line}", encoding="utf-8")
    return path


def test_what_ships_passes(folder: Path) -> None:
    result = call("check", "--signed")
    assert result.exit_code == 0, result.output
    assert "ap_invoices 1.0.0: active from 2020-01-01" in result.output


def test_a_tighter_limit_needs_a_major_version_and_then_a_signature(folder: Path) -> None:
    tighter = ("max_length: 100}", "max_length: 40}")
    path = following(folder, "1.1.0", *tighter)
    result = call("check")
    assert result.exit_code == 2
    assert "needs a major one" in result.output
    assert "call it 2.0.0" in result.output
    result = call("diff", "ap_invoices", "1.0.0", "1.1.0")
    assert result.exit_code == 1
    assert "major:\n  Type reference: the longest text was 100, is now 40" in result.output
    assert "needs a major step, takes a minor step: too small; call it 2.0.0" in result.output
    path.unlink()
    following(folder, "2.0.0", *tighter)
    assert call("diff", "ap_invoices", "1.0.0", "2.0.0").exit_code == 0
    assert call("check").exit_code == 0
    assert call("check", "--signed").exit_code == 1
    assert "signed by Ann" in call("sign", "ap_invoices", "2.0.0", "--by", "Ann").output
    assert call("check", "--signed").exit_code == 0


def test_everything_wrong_is_said_at_once(folder: Path) -> None:
    path = folder / "ap_invoices" / "1.0.0.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("nullable:", "nullabel:"), encoding="utf-8")
    result = call("check")
    assert result.exit_code == 2
    assert result.output.count("did you mean 'nullable'?") >= 5


def test_a_version_is_shown_and_exported(folder: Path, tmp_path: Path) -> None:
    shown = call("show", "ap_invoices", "--version", "1.0.0").output
    assert "active from 2020-01-01, owned by team:ap-operations" in shown
    assert "net_plus_tax" in shown
    for name, file in (("odcs", "a.yaml"), ("odcs", "a.json"), ("table-schema", "b.json"), ("json-schema", "c.json")):
        assert call("export", "ap_invoices", "--format", name, "--out", str(tmp_path / file)).exit_code == 0
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8").startswith("apiVersion: v3.1.0\n")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["kind"] == "DataContract"
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["additionalProperties"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nothing"), "use one of: ap_invoices"),
        (("show", "ap_invoices", "--version", "9.0.0"), "has no version 9.0.0"),
        (("diff", "ap_invoices", "1.0.0", "1.0.0"), "name the earlier one first"),
        (("sign", "ap_invoices", "9.0.0", "--by", "Ann"), "has no version 9.0.0"),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    result = call(*arguments)
    assert isinstance(result.exception, BackOfficeError)
    assert words in str(result.exception)

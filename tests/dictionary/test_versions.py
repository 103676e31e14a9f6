"""Versions follow each other by steps that are large enough, and what was signed stays as it was."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from back_office_pipelines.dictionary.checkup import check_folder
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.signatures import load_signatures
from back_office_pipelines.dictionary.signing import sign_version
from back_office_pipelines.dictionary.steps import Step, next_version, step_between, step_over
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.dictionary.versions import version_problems
from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.normalization.examples import example_problems
from tests.dictionary.variants import FOLDER, Edit, numbered, version, write

TODAY = date(2026, 11, 22)


def nothing(own: dict, common: dict) -> None:  # type: ignore[type-arg]
    """No edit."""


def tighter(own: dict, common: dict) -> None:  # type: ignore[type-arg]
    own["types"]["reference"]["constraints"]["max_length"] = 40


def looser(own: dict, common: dict) -> None:  # type: ignore[type-arg]
    own["types"]["reference"]["constraints"]["max_length"] = 400


def problems(edit: Edit, number: str, since: str = "2027-01-01", kind: str = "major") -> list[str]:
    later = version(edit, number, since, kind=kind)
    return [str(one.error()) for one in version_problems([first(), later])]


def first() -> Dictionary:
    return version(number="1.0.0", kind="first")


def test_numbers_grow_by_one_step() -> None:
    assert [next_version("1.2.3", step) for step in Step] == ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]
    assert [step_between("1.2.3", later) for later in ("1.2.4", "1.3.0", "2.0.0")] == [Step(1), Step(2), Step(3)]
    assert {step_between("1.2.3", later) for later in ("1.2.3", "1.2.5", "1.3.1", "3.0.0", "2.1.0", "1.2.2")} == {None}
    assert [step_over("1.0.0", later) for later in ("1.0.0", "1.0.7", "1.4.2", "3.1.0")] == list(Step)


@pytest.mark.parametrize(
    ("edit", "number", "kind"),
    [(tighter, "2.0.0", "major"), (looser, "1.1.0", "minor"), (looser, "2.0.0", "major"), (nothing, "1.0.1", "patch")],
)
def test_a_step_that_is_large_enough_is_taken(edit: Edit, number: str, kind: str) -> None:
    assert problems(edit, number, kind=kind) == []


@pytest.mark.parametrize(
    ("edit", "number", "since", "kind", "words"),
    [
        (tighter, "1.1.0", "2027-01-01", "minor", ["needs a major one", "was 100, is now 40", "call it 2.0.0"]),
        (looser, "1.0.1", "2027-01-01", "patch", ["needs a minor one", "call it 1.1.0"]),
        (tighter, "1.1.0", "2020-01-01", "minor", ["call it 2.0.0"]),
        (tighter, "3.0.0", "2027-01-01", "major", ["not one step after 1.0.0", "call it 2.0.0"]),
        (nothing, "1.0.2", "2027-01-01", "patch", ["call it 1.0.1 or 1.1.0 or 2.0.0"]),
        (nothing, "2.0.0", "2020-01-01", "major", ["the same day as 1.0.0"]),
        (nothing, "0.9.0", "2027-01-01", "major", ["after the higher version 1.0.0"]),
        (nothing, "2.0.0", "2027-01-01", "minor", ["'changes' calls it 'minor'", "makes it 'major'"]),
    ],
)
def test_what_may_not_follow_is_refused(edit: Edit, number: str, since: str, kind: str, words: list[str]) -> None:
    message = problems(edit, number, since, kind)[0]
    assert all(one in message for one in [f"ap_invoices {number}", *words]), message


def test_every_version_has_its_line_in_the_change_log() -> None:
    later = version(nothing, "1.0.1", "2027-01-01")
    assert ["no entry for itself" in str(one.error()) for one in version_problems([first(), later])] == [True]
    assert "'first'" in str(next(version_problems([version(kind="minor")])).error())


def test_a_change_of_the_shared_part_needs_its_step_too() -> None:
    def edit(own: dict, common: dict) -> None:  # type: ignore[type-arg]
        common["ageing_caps"]["low"] = "30"

    assert "the ageing cap in days was 10, is now 30" in problems(edit, "1.1.0", kind="minor")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what ships."""
    return Path(shutil.copytree(FOLDER, tmp_path / "dictionaries"))


def add(
    folder: Path, edit: Edit, number: str, since: str = "2027-01-01", status: str = "active", **change: str
) -> Path:
    own = load_mapping(FOLDER / "ap_invoices" / "1.0.0.yaml")
    edit(own, {})
    numbered(own, number, since, **change)
    own["dictionary"]["status"] = status
    return write(folder, number, own)


def refused(folder: Path) -> list[str]:
    found = check_folder(folder, example_problems)
    return [*found.broken, *found.refused]


def resign(folder: Path) -> None:
    sign_version(folder, "ap_invoices", "1.0.0", "Owner", TODAY, example_problems, renew=True)


def test_what_ships_is_signed_and_has_nothing_against_it() -> None:
    found = check_folder(FOLDER, example_problems)
    assert (found.broken, found.refused, found.unsigned) == ([], [], []), "sign it: back-office dictionary sign"


def test_commands_refuse_a_lane_whose_step_is_too_small_and_take_the_right_one(folder: Path) -> None:
    path = add(folder, tighter, "1.1.0", kind="minor")
    with pytest.raises(DictionaryError, match=r"needs a major one.*call it 2\.0\.0"):
        load_contracts(folder)
    path.unlink()
    add(folder, tighter, "1.1.0", status="draft", kind="minor")
    assert len(load_contracts(folder).lanes["ap_invoices"]) == 1
    (folder / "ap_invoices" / "1.1.0.yaml").unlink()
    add(folder, tighter, "2.0.0", kind="major")
    assert [one.version for one in load_contracts(folder).lanes["ap_invoices"]] == ["1.0.0", "2.0.0"]
    found = check_folder(folder, example_problems)
    assert [one.version for one in found.unsigned] == ["2.0.0"]


def test_a_signed_version_cannot_change_or_go(folder: Path) -> None:
    resign(folder)
    path = folder / "ap_invoices" / "1.0.0.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"# A comment changes nothing.\n{text}", encoding="utf-8")
    assert refused(folder) == []
    path.write_text(text.replace("max_length: 100}", "max_length: 400}"), encoding="utf-8")
    (only,) = refused(folder)
    assert "has been changed since" in only
    with pytest.raises(DictionaryError, match=r"was signed by .* and 1\.0\.0\.yaml says something else now"):
        sign_version(folder, "ap_invoices", "1.0.0", "Other", TODAY, example_problems)
    path.write_text(text.replace("status: active", "status: retired"), encoding="utf-8")
    assert not any("1.0.0, signed" in one for one in refused(folder)), "a version may be retired"
    path.write_text(text.replace("status: active", "status: draft"), encoding="utf-8")
    assert "is called a draft again" in refused(folder)[0]
    path.unlink()
    assert "is gone; restore" in refused(folder)[0]


def test_a_change_of_the_shared_part_reaches_a_lane_only_through_a_new_version(folder: Path) -> None:
    resign(folder)
    signed = load_contracts(folder).latest("ap_invoices")
    common = folder / "_common.yaml"
    common.write_text(common.read_text(encoding="utf-8").replace('low: "10"', 'low: "30"'), encoding="utf-8")
    assert load_contracts(folder).latest("ap_invoices") == signed
    add(folder, nothing, "1.0.1", kind="patch")
    with pytest.raises(DictionaryError, match="ageing cap in days was 10, is now 30"):
        load_contracts(folder)
    (copy,) = (folder / "_commons").iterdir()
    copy.write_text(copy.read_text(encoding="utf-8").replace('high: "1"', 'high: "2"'), encoding="utf-8")
    with pytest.raises(DictionaryError, match="is not what was signed"):
        load_contracts(folder)
    copy.unlink()
    with pytest.raises(DictionaryError, match="which is gone"):
        load_contracts(folder)


def test_signing_is_said_once_kept_in_order_and_a_renewal_leaves_its_trace(folder: Path) -> None:
    resign(folder)
    before = load_signatures(folder)["ap_invoices"]["1.0.0"]
    again = sign_version(folder, "ap_invoices", "1.0.0", "Another", TODAY, example_problems)
    assert again == before
    path = add(folder, looser, "1.1.0", kind="minor")
    sign_version(folder, "ap_invoices", "1.1.0", 'Ann "Q" Öz', TODAY, example_problems)
    one = load_signatures(folder)["ap_invoices"]["1.1.0"]
    assert one.signed_by == 'Ann "Q" Öz'
    path.write_text(path.read_text(encoding="utf-8").replace("A change.", "A note."), encoding="utf-8")
    renewed = sign_version(folder, "ap_invoices", "1.1.0", "Ann", TODAY, example_problems, renew=True)
    assert (renewed.renews, list(load_signatures(folder)["ap_invoices"])) == (one.fingerprint, ["1.0.0", "1.1.0"])


def test_drafts_and_steps_that_are_too_small_are_not_signed(folder: Path) -> None:
    add(folder, nothing, "1.0.1", status="draft", kind="patch")
    with pytest.raises(DictionaryError, match="is draft"):
        sign_version(folder, "ap_invoices", "1.0.1", "Ann", TODAY, example_problems)
    add(folder, tighter, "1.0.1", kind="patch")
    with pytest.raises(DictionaryError, match="needs a major one"):
        sign_version(folder, "ap_invoices", "1.0.1", "Ann", TODAY, example_problems)


def test_a_file_that_would_be_passed_over_is_refused(folder: Path) -> None:
    shutil.copy(folder / "ap_invoices" / "1.0.0.yaml", folder / "ap_invoices" / "1.1.0.yml")
    with pytest.raises(DictionaryError, match=r"call it 1\.1\.0\.yaml"):
        load_contracts(folder)

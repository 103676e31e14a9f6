"""Documentation that lags fails here."""

import re
from pathlib import Path

import pytest

from back_office_pipelines.cli.main import app
from back_office_pipelines.cli.reference import pages
from back_office_pipelines.storage.tables import fixed_tables
from tests.scenario import ROOT, contracts

DOCS = ROOT / "docs"


@pytest.mark.parametrize("path", sorted(pages(contracts())))
def test_generated_pages_are_up_to_date(path: str) -> None:
    committed = DOCS / path
    assert committed.is_file(), f"run 'make docs': {path} is missing"
    assert committed.read_text(encoding="utf-8") == pages(contracts())[path], "run 'make docs'"


def markdown() -> list[Path]:
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("path", markdown(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_setting_and_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "back_office_pipelines").rglob("*.py"))
    for name in set(re.findall(r"`(BACK_OFFICE_[A-Z_]+|DAGSTER_HOME)`", readme)):
        assert name in code, name
    commands = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    assert set(re.findall(r"back-office ([a-z]+)", readme)) <= commands


def test_every_lake_table_has_a_grain() -> None:
    assert all("one row" in table.comment for table in fixed_tables().values())

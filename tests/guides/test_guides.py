"""The guides are true: every command in them is run, every query gives what its page shows.

One office is played once and then lives through the guides, in the order in which they are read.
"""

import contextlib
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg2
import pytest
import typer.main

from back_office_pipelines.cli.guides import PAGE, QUERIES, play_thinly, queries, queries_page
from back_office_pipelines.cli.main import app
from back_office_pipelines.clock import now
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import libpq_url
from tests.end_to_end.office import Outside
from tests.guides.pages import COMMAND, GUIDES, NOT_TRIED, Block, blocks, shell
from tests.scenario import ROOT

pytestmark = pytest.mark.server
PAGES = ("operations-lead.md", "analyst.md", "data-engineer.md")


@dataclass(frozen=True)
class Reader:
    """Somebody who follows a guide in a folder that looks like the repository."""

    folder: Path

    @property
    def office(self) -> Outside:
        return Outside(self.folder / "data", self.folder / "data" / "inbox")

    def follow(self, block: Block) -> None:
        """Do what a block says, in order; every command must end well."""
        for step in block.steps():
            if step.startswith(COMMAND):
                (arguments,) = Block("sh", True, step, "").calls()
                with contextlib.chdir(self.folder):
                    self.office.call(*arguments)
            else:
                shell(step, self.folder)


def after_the_story() -> datetime:
    """A moment for machines whose clock is behind the story."""
    return max(now(), datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder like the repository after the thin world was played in its office, on a day after the story."""
    folder = tmp_path_factory.mktemp("guides")
    shutil.copytree(ROOT / "field_dictionaries", folder / "field_dictionaries")
    for name in ("dagster.yaml", "workspace.yaml", "docs"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    settings = Settings(data=folder / "data", dictionaries=folder / "field_dictionaries", dagster_home=folder)
    with mock.patch("back_office_pipelines.cli.console.now", after_the_story):
        play_thinly(settings, folder / "data" / "samples" / "thin")
        yield folder


def test_the_queries_give_what_their_page_shows(played: Path) -> None:
    found = queries(GUIDES / QUERIES)
    assert len(found) == 21
    page = queries_page(found, Outside(played / "data", played).data / "warehouse" / "back_office.duckdb")
    assert (GUIDES / PAGE).read_text(encoding="utf-8") == page, "run 'make docs'"
    assert "|---|\n\n" not in page  # no query without an answer


@pytest.mark.parametrize("page", PAGES)
def test_what_a_guide_says_can_be_done(played: Path, page: str) -> None:
    reader, tried = Reader(played), [one for one in blocks(GUIDES / page) if one.language == "sh" and one.tried]
    assert tried
    for block in tried:
        reader.follow(block)


def test_the_guides_came_to_what_they_say(played: Path) -> None:
    office = Reader(played).office
    assert office.query("SELECT carrier, total::INT FROM records.freight_bills_bill") == [("Brise Cargo", 460)]
    assert office.query("SELECT delivery, declared_documents FROM controls.batches WHERE batch_id = 'first'") == [
        (2, 2)
    ]
    assert office.query(
        "SELECT invoice_number FROM records.ap_invoices_invoice WHERE batch_id = 'first' ORDER BY 1"
    ) == [
        ("R-1",),
        ("R-2",),
    ]
    assert office.query("SELECT action, submitter <> actor FROM controls.decisions WHERE actor = 'Jo Clerk'") == [
        ("override", True)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_tried_says_why_and_exists(page: str) -> None:
    root = typer.main.get_command(app)
    for block in blocks(GUIDES / page):
        if block.tried:
            continue
        assert block.above.startswith(NOT_TRIED), block.text
        for arguments in block.calls():
            _parsed(root, arguments)
        for target in re.findall(r"^make ([a-z]+)", block.text, re.MULTILINE):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def _parsed(command: Any, arguments: list[str]) -> None:
    """Let a command read its arguments without running; it refuses what it does not know."""
    name, *rest = arguments
    if name in getattr(command, "commands", {}):
        _parsed(command.commands[name], rest)
    else:
        command.make_context(command.name, arguments).close()


def test_two_roles_of_an_external_server_are_enough(postgres_url: str, tmp_path: Path) -> None:
    page = blocks(GUIDES / "data-engineer.md")
    (sql,) = (one.text for one in page if one.language == "sql")
    (settings,) = (one.text for one in page if one.language == "ini")
    dsn = libpq_url(postgres_url)
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in filter(str.strip, sql.split(";")):
            cursor.execute(statement)
    host = dsn.partition("?")[2]
    urls = dict(re.findall(r"^(\w+)=(.*)$", settings, re.MULTILINE))
    admin, application = (
        urls[name].replace("db.example:5432/office", f"/office?{host}")
        for name in ("BACK_OFFICE_POSTGRES_ADMIN_URL", "BACK_OFFICE_POSTGRES_URL")
    )
    office = Outside(tmp_path / "data", tmp_path / "inbox", application, admin)
    office.inbox.mkdir()
    assert "db upgrade" in office.call("run", expect=2)
    office.call("db", "upgrade")
    assert "No batch has been taken in yet" in office.call("run")

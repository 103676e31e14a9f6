"""What libraries say goes into a file, never between our sentences."""

import logging
import sys
from pathlib import Path

import pytest
from rich.console import Console

from back_office_pipelines.cli import logs
from back_office_pipelines.cli.logs import TROUBLE, libraries_logged_to


def test_libraries_write_into_the_file_and_our_sentences_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a command: nobody asked for logs yet
    path = tmp_path / "data" / "logs" / "x.log"
    with libraries_logged_to(path):
        assert not path.parent.exists(), "nothing is made where nothing is logged"
        logging.warning("retrying")
        logging.getLogger("some.library").error("gone")
        sys.stderr.write(f"{TROUBLE}: too many retries\n")
        Console(stderr=True).print("running ap_invoices/b1")
    assert logging.getLogger().handlers == []
    assert capsys.readouterr().err == "running ap_invoices/b1\n"
    written = path.read_text(encoding="utf-8")
    assert [line.split(" ", 2)[2] for line in written.splitlines()] == [
        "WARNING root: retrying",
        "ERROR some.library: gone",
        f"ERROR dagster: {TROUBLE}: too many retries",
    ]


def test_a_log_that_cannot_be_written_stops_nobody_and_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("no folder", encoding="utf-8")
    with libraries_logged_to(tmp_path / "logs" / "x.log"):
        logging.getLogger("some.library").error("gone")
    assert capsys.readouterr().err == ""


def test_a_log_keeps_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 2_000)
    with libraries_logged_to(tmp_path / "x.log"):
        for _ in range(200):
            logging.getLogger("some.library").error("x" * 50)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 4_000

"""`back-office channels`: what the page about channels says, done as it says."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from back_office_pipelines.cli import channels
from back_office_pipelines.cli.main import app
from back_office_pipelines.errors import UsageError
from tests.intake.channels.doors import TOKEN, mailbox
from tests.scenario import ROOT

PAGE = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
CLI = [sys.executable, "-m", "back_office_pipelines.cli.main"]


@pytest.fixture
def environment(tmp_path: Path, dsn: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """A back office with the channels of the page."""
    del dsn  # makes the schema and drops it again
    dictionaries = tmp_path / "field_dictionaries"
    shutil.copytree(ROOT / "field_dictionaries", dictionaries)
    (declared,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (dictionaries / "channels.yaml").write_text(declared, encoding="utf-8")
    data = tmp_path / "data"
    mailbox(data / "channels" / "northwind-mail")
    (data / "channels" / "northwind-sftp").mkdir()
    given = {
        "BACK_OFFICE_DATA": str(data),
        "BACK_OFFICE_DICTIONARIES": str(dictionaries),
        "BACK_OFFICE_POSTGRES_URL": postgres_url,
        "NORTHWIND_TOKEN": TOKEN,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BACK_OFFICE_LANES", raising=False)
    return dict(os.environ) | {"PYTHONPATH": str(ROOT)}


def call(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["channels", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.stdout.split()), " ".join(result.stderr.split())


@pytest.mark.server
def test_channels_are_listed_and_collected(
    environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.out, "width", 200)
    code, told, _ = call("list")
    assert code == 0
    for part in ("northwind-mail maildir ap_invoices northwind channels/northwind-mail ready",
                 "northwind-scans drop expense_receipts northwind channels/northwind-scans its folder is not there",
                 "/v1/batches/ap_invoices ready, variable NORTHWIND_TOKEN"):  # fmt: skip
        assert part in told
    assert TOKEN not in told
    monkeypatch.delenv("NORTHWIND_TOKEN")
    assert "token in variable NORTHWIND_TOKEN is missing" in call("list")[1]
    (tmp_path / "data" / "channels" / "northwind-mail" / "new" / "1.host").write_bytes(b"Subject: x\n\nhello\n")
    code, told, _ = call("collect", "--channel", "northwind-mail")
    assert code == 0
    assert re.fullmatch(r"taken ap_invoices/northwind-mail-[0-9a-f]{16} 1 taken, 0 not complete yet\.", told)
    code, told, refused = call("collect")
    assert (code, told) == (1, "0 taken, 0 not complete yet.")
    assert "channel northwind-scans: " in refused
    with pytest.raises(UsageError, match="use one of"):
        call("collect", "--channel", "nothwind")


def test_without_a_declaration_there_is_nothing_to_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACK_OFFICE_DICTIONARIES", str(ROOT / "field_dictionaries"))
    monkeypatch.setenv("BACK_OFFICE_DATA", str(tmp_path))
    code, told, _ = call("list")
    assert (code, "declares none" in told) == (0, True)
    assert list(tmp_path.iterdir()) == [], "no database was started"


def test_a_port_that_is_taken_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="name another with --port"):
        call("serve", "--port", str(taken.getsockname()[1]))


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [*CLI, "channels", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert any("Uvicorn running" in line for line in server.stderr)
        try:
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            rest = server.stderr.read()
        assert server.wait() == 0
        assert TOKEN not in rest


@pytest.mark.server
@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands are curl's")
def test_the_page_s_commands_deliver_a_document_and_ask_for_it(environment: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.7")
    deliver, ask = (block for block in SHELL if block.startswith("curl"))
    with served(environment) as port:

        def run(block: str) -> dict[str, str]:
            script = block.replace("8410", str(port))
            done = subprocess.run(
                ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
            )
            return dict(json.loads(done.stdout))

        delivered = run(deliver)
        batch_id = delivered["batch"].partition("/")[2]
        assert run(ask.replace("BATCH_ID", batch_id))["status"] == "received"
    assert (tmp_path / "data" / "inbox" / "ap_invoices" / batch_id / "invoice.pdf").read_bytes() == b"%PDF-1.7"


def test_every_command_of_the_page_exists() -> None:
    named = {command.name for command in channels.app.registered_commands}
    assert named == {"list", "collect", "serve"}
    assert set(re.findall(r"back-office channels ([a-z]+)", PAGE)) == named

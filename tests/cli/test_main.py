"""The command line imports what is named and knows every command."""

import subprocess
import sys

import pytest
import typer

from back_office_pipelines.cli import main
from back_office_pipelines.errors import UsageError


def names(application: typer.Typer) -> list[str | None]:
    return [one.name for one in application.registered_commands] + [one.name for one in application.registered_groups]


def test_the_whole_application_has_every_command() -> None:
    assert sorted(map(str, names(main.app))) == sorted(main.MODULES)


@pytest.mark.parametrize("name", main.MODULES)
def test_one_command_is_made_alone(name: str) -> None:
    assert names(main.application([name])) == [name]


def test_extraction_starts_without_the_heavy_libraries() -> None:
    loaded = (
        "import sys; from back_office_pipelines.cli.main import application; application(['extract']);"
        "from back_office_pipelines.dictionary.store import load_contracts;"
        "print([name for name in ('pandas', 'pandera', 'dagster', 'duckdb') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_our_errors_are_one_sentence_and_their_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object = None) -> typer.Typer:
        raise UsageError("command extract", "it is not there", "name a file")

    monkeypatch.setattr(main, "application", refuse)
    monkeypatch.setattr(sys, "argv", ["back-office", "extract"])
    with pytest.raises(SystemExit) as stopped:
        main.main()
    assert stopped.value.code == UsageError.exit_code
    assert "it is not there" in capsys.readouterr().err

"""Whom an invocation acts for: a name people can read, and the person at the keyboard whatever the environment says."""

import os

import pytest

from back_office_pipelines.cli import console
from back_office_pipelines.cli.console import LONGEST_NAME, Acting, acting_for, submitter
from back_office_pipelines.errors import UsageError


def test_the_person_at_the_keyboard_is_kept_beside_the_one_named() -> None:
    assert acting_for(None) == Acting(submitter(), submitter())
    assert acting_for("  Ada Lovelace ") == Acting("Ada Lovelace", submitter())
    assert acting_for("Zoë O'Neil-李").actor == "Zoë O'Neil-李"


@pytest.mark.parametrize("name", ["", "  ", "42", "...", "a\nb", "a\x1b[2J", "a\u202eb", "x" * (LONGEST_NAME + 1)])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        acting_for(name)


def test_the_environment_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    before = submitter()
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "somebody-else")
    assert submitter() == before


def test_a_user_without_a_name_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.os, "getuid", lambda: 2_000_000_011)
    assert submitter() == "uid 2000000011"
    assert os.getuid() == 2_000_000_011

"""The file that declares channels: refused as a whole with the nearest name, or taken as it is."""

from pathlib import Path

import pytest

from back_office_pipelines.errors import DictionaryProblemsError, SettingsError, UsageError
from back_office_pipelines.intake.channels.declaration import FILE_NAME, Channel, chosen, load_channels
from back_office_pipelines.intake.channels.tokens import open_doors
from tests.intake.channels.doors import API, DROP, MAIL, TOKEN, VARIABLE, channel
from tests.scenario import contracts

GOOD = """
channels:
  mail: {kind: maildir, lane: ap_invoices, client: northwind, folder: mail}
  a-drop: {kind: drop, lane: ap_invoices, client: northwind, entity: northwind-us, folder: drop, channel: portal}
  api: {kind: http, lane: ap_invoices, client: northwind, token_variable: NORTHWIND_TOKEN}
"""


def load(folder: Path, text: str) -> tuple[Channel, ...]:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return load_channels(folder / FILE_NAME, contracts())


def test_channels_are_loaded_in_order_of_their_names_and_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert load_channels(tmp_path / FILE_NAME, contracts()) == ()
    loaded = load(tmp_path, GOOD)
    assert [(one.name, one.manifest_channel, one.place) for one in loaded] == [
        ("a-drop", "portal", "drop"),
        ("api", "api", "/v1/batches/ap_invoices"),
        ("mail", "email", "mail"),
    ]
    assert chosen(loaded, None) == loaded
    assert [one.name for one in chosen(loaded, ["mail"])] == ["mail"]
    with pytest.raises(UsageError, match="use one of: a-drop, api, mail"):
        chosen(loaded, ["mial"])


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("kind: maildir", "kind: mialdir", "did you mean 'maildir'"),
        ("kind: maildir, ", "", "kind must be one of drop, http, maildir"),
        ("folder: mail", "foldr: mail", "unknown key 'foldr'; did you mean 'folder'"),
        ("lane: ap_invoices, client: northwind, folder: mail", "lane: ap_invoice, client: northwind, folder: mail",
         "did you mean 'ap_invoices'"),
        ("client: northwind, folder: mail", "client: northwint, folder: mail", "did you mean 'northwind'"),
        ("entity: northwind-us", "entity: northwind-uk", "did you mean 'northwind-us'"),
        ("folder: drop", "folder: ./mail", "already that of channel mail"),
        ("channel: portal", "channel: fax", "must be 'sftp', 'portal', 'scan' or 'email'"),
        ("token_variable: NORTHWIND_TOKEN", "token: secret", "unknown key 'token'"),
        ("token_variable: NORTHWIND_TOKEN", "token_variable: A, token_file: b", "name either"),
        ("  mail:", "  Mail Box:", "small letters"),
        ("channels:", "chanels:", "did you mean 'channels'"),
        ("folder: drop", "folder: drop, patience_minutes: -1", "at least 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    assert before in GOOD
    with pytest.raises(DictionaryProblemsError) as refused:
        load(tmp_path, GOOD.replace(before, after, 1))
    assert any(sentence in line for line in refused.value.sentences), refused.value.sentences


def test_batch_ids_are_legal_the_channels_own_and_the_same_whenever_they_are_asked_for() -> None:
    assert MAIL.batch_id("1.host") == MAIL.batch_id("1.host") != DROP.batch_id("1.host")
    assert MAIL.is_own(MAIL.batch_id("a\nb/.."))
    longer = channel("mail-two", "maildir", folder="x")
    assert not MAIL.is_own(longer.batch_id("1.host"))


def test_tokens_come_from_the_environment_or_a_file_and_never_into_a_message(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{TOKEN}\n{'u' * 40}\n")
    filed = channel("filed", "http", token_file=file.name, lane="expense_receipts")
    doors = open_doors([MAIL, API, filed], {"TOKEN": TOKEN}, tmp_path)
    assert [door.channel.name for door in doors] == ["api", "filed"]
    assert [door.opens_for("u" * 40) for door in doors] == [False, True]
    assert [door.opens_for(TOKEN) for door in doors] == [True, True]
    assert not doors[0].opens_for(TOKEN[:-1])
    for environment, culprit in (({}, "is missing"), ({"TOKEN": "short-secret"}, "shorter than 32")):
        with pytest.raises(SettingsError, match=culprit) as refused:
            open_doors([API], environment, tmp_path)
        assert "short-secret" not in str(refused.value)
    file.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        open_doors([filed], {}, tmp_path)
    with pytest.raises(SettingsError, match="also that of channel api"):
        open_doors([API, channel("api2", "http", token_variable=VARIABLE)], {"TOKEN": TOKEN}, tmp_path)

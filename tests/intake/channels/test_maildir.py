"""A mailbox: every message once, raw, whoever looked at it before and wherever the process died."""

import os
from datetime import timedelta
from pathlib import Path

from back_office_pipelines.clock import now
from back_office_pipelines.intake.channels.staging import Destination, remove_leftovers
from back_office_pipelines.intake.inbox import Arrival
from tests.intake.channels.doors import AT_ONCE, LANE, MAIL, arrivals, from_mail, killed_after, mailbox, only
from tests.scenario import NOON

RAW = b"Received: from mx by host; Mon, 1 Jan 2001 00:00:00 +0000\r\nSubject: x\r\n\r\nbody\r\n"


def post(folder: Path, name: str, content: bytes = RAW, part: str = "new", at: object = NOON) -> Path:
    path = folder / part / name
    path.write_bytes(content)
    os.utime(path, (at.timestamp(),) * 2)  # type: ignore[attr-defined]
    return path


def names(folder: Path) -> dict[str, list[str]]:
    return {part: sorted(path.name for path in (folder / part).iterdir()) for part in ("new", "cur", "tmp")}


def test_a_message_becomes_a_raw_batch_and_is_moved_to_cur_as_seen(tmp_path: Path) -> None:
    folder, inbox = mailbox(tmp_path / "mail"), tmp_path / "inbox"
    post(folder, "1700.M1P2.host,S=80")
    (folder / "tmp" / "half").write_bytes(b"Subj")
    collected = from_mail(folder, Destination(inbox))
    assert (len(collected.taken), collected.waiting, collected.problems) == (1, [], [])
    assert names(folder) == {"new": [], "cur": ["1700.M1P2.host,S=80:2,S"], "tmp": ["half"]}
    manifest, files = only(inbox)
    assert files == {"1700.M1P2.host,S=80.eml": RAW}
    assert (manifest.channel, manifest.priority, manifest.received_at) == ("email", "priority", min(NOON, now()))
    assert (from_mail(folder, Destination(inbox)).taken, len(arrivals(inbox))) == ([], 1)


def test_messages_that_a_person_opened_first_are_taken_and_flags_change_nothing(tmp_path: Path) -> None:
    folder, inbox = mailbox(tmp_path / "mail"), tmp_path / "inbox"
    opened = post(folder, "1.host:2,RS", part="cur")
    assert len(from_mail(folder, Destination(inbox)).taken) == 1
    opened.rename(folder / "cur" / "1.host:2,FRST")
    assert from_mail(folder, Destination(inbox)).taken == []
    (arrival,) = arrivals(inbox)
    gone = Destination(tmp_path / "emptied", {arrival.batch_id})
    assert from_mail(folder, gone).taken == [], "the ledger knows it although the inbox does not"


def test_a_message_of_later_waits_and_one_of_the_future_has_come_when_its_file_did(tmp_path: Path) -> None:
    folder, inbox = mailbox(tmp_path / "mail"), tmp_path / "inbox"
    post(folder, "1.host", at=AT_ONCE + timedelta(days=400))
    early = from_mail(folder, Destination(inbox), now() - timedelta(days=1))
    ((came, place),) = early.later
    assert (early.taken, early.waiting, place) == ([], [], "channel mail/1.host")
    assert came <= now()
    assert len(from_mail(folder, Destination(inbox)).taken) == 1
    manifest, _ = only(inbox)
    assert manifest.received_at <= AT_ONCE


def test_a_link_a_folder_and_a_message_that_is_too_large_are_named_and_stay(tmp_path: Path) -> None:
    folder, inbox = mailbox(tmp_path / "mail"), tmp_path / "inbox"
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    (folder / "new" / "link").symlink_to(secret)
    (folder / "new" / "sub").mkdir()
    with (folder / "new" / "large").open("wb") as file:
        file.truncate(MAIL.terms.largest + 1)
    post(folder, "ok")
    collected = from_mail(folder, Destination(inbox))
    assert len(collected.taken) == 1
    assert sorted((one.place, one.reason_code) for one in collected.problems) == [
        ("channel mail/large", "LIMIT_EXCEEDED"),
        ("channel mail/link", "UNREADABLE"),
        ("channel mail/sub", "UNREADABLE"),
    ]
    assert {path.name for path in (folder / "new").iterdir()} == {"link", "sub", "large"}
    assert from_mail(folder, Destination(inbox)).problems == collected.problems, "the same problems seen again"


def test_a_mailbox_that_is_not_there_is_a_problem_and_no_empty_one(tmp_path: Path) -> None:
    (problem,) = from_mail(tmp_path / "nowhere", Destination(tmp_path)).problems
    assert (problem.place, problem.reason_code, problem.client) == ("channel mail", "UNREADABLE", "northwind")


def test_a_place_taken_by_something_else_is_a_conflict_and_the_message_stays(tmp_path: Path) -> None:
    folder, inbox = mailbox(tmp_path / "mail"), tmp_path / "inbox"
    post(folder, "1.host")
    taken = Arrival(LANE, MAIL.batch_id("1.host"), inbox / LANE / MAIL.batch_id("1.host"))
    taken.folder.mkdir(parents=True)
    (taken.folder / "other.pdf").write_bytes(b"x")
    (problem,) = from_mail(folder, Destination(inbox)).problems
    assert problem.reason_code == "BATCH_CONFLICT"
    assert names(folder)["new"] == ["1.host"]


def test_a_collector_that_dies_at_any_change_loses_and_doubles_nothing(tmp_path: Path) -> None:
    died = 0
    while True:
        folder, inbox = mailbox(tmp_path / f"mail{died}"), tmp_path / f"inbox{died}"
        for number in range(2):
            post(folder, f"{number}.host", RAW + bytes([number]))
        if not killed_after(lambda: from_mail(folder, Destination(inbox)), died):  # noqa: B023 - runs at once
            break
        remove_leftovers(inbox, [LANE])
        from_mail(folder, Destination(inbox))
        assert sorted(path.read_bytes()[-1] for one in arrivals(inbox) for path in one.files()) == [0, 1]
        assert names(folder) == {"new": [], "cur": ["0.host:2,S", "1.host:2,S"], "tmp": []}
        died += 1
    assert died >= 10

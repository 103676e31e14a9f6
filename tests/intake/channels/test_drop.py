"""A drop folder: whole files only, each once, a wrong or missing checksum always named."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from back_office_pipelines.clock import now
from back_office_pipelines.intake.channels import drop as drop_module
from back_office_pipelines.intake.channels import taken as taken_module
from back_office_pipelines.intake.channels.staging import Destination, remove_leftovers
from back_office_pipelines.intake.channels.taken import TAKEN
from back_office_pipelines.intake.documents import gather, take_in
from back_office_pipelines.intake.inbox import PATIENCE
from back_office_pipelines.intake.manifest import read_manifest
from tests.intake.channels.doors import DROP, LANE, LATER, OPTIONAL, arrivals, from_drop, killed_after, only
from tests.scenario import batch, nobody_else

BYTES = b"%PDF-1.7 invoice"
HASH = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture
def into(tmp_path: Path) -> Destination:
    return Destination(tmp_path / "inbox")


def upload(folder: Path, name: str = "a.pdf", content: bytes = BYTES, declared: str | None = HASH) -> Path:
    (folder / name).write_bytes(content)
    if declared is not None:
        (folder / f"{name}.sha256").write_text(f"{declared}  {name}\n", encoding="utf-8")
    return folder / name


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != TAKEN)


def put_away(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / TAKEN).rglob("*") if path.is_file())


def test_a_file_with_its_checksum_is_taken_at_once_and_put_away(folder: Path, into: Destination) -> None:
    path = upload(folder)
    os.utime(path, (1, 1))  # as programs that keep the sender's times do
    collected = from_drop(folder, into)
    assert (len(collected.taken), collected.waiting, collected.problems) == (1, [], [])
    manifest, files = only(into.inbox)
    assert files == {"a.pdf": BYTES}
    assert (manifest.channel, manifest.checksums) == ("sftp", {"a.pdf": f"sha256:{HASH}"})
    assert now() - timedelta(minutes=5) < manifest.received_at <= now(), "when it came, not what its sender says"
    assert (left(folder), put_away(folder)) == ([], ["a.pdf", "a.pdf.sha256"])
    assert from_drop(folder, into).taken == []


def test_one_checksum_file_for_the_whole_folder_is_read_and_left(folder: Path, into: Destination) -> None:
    upload(folder, declared=None)
    upload(folder, "b.pdf", b"b", declared=None)
    (folder / "SHA256SUMS").write_text(f"{HASH} *a.pdf\n{HASH}  never-came.pdf\n{HASH}  ../../etc/passwd\n")
    assert len(from_drop(folder, into).taken) == 1
    assert left(folder) == ["SHA256SUMS", "b.pdf"]


@pytest.mark.parametrize("name", ["a.part", "a.pdf.filepart", ".a.pdf", "a.TMP", ".a.pdf.part.sha256"])
def test_unfinished_uploads_are_never_touched_and_named_after_a_day(folder: Path, into: Destination, name: str) -> None:
    path = upload(folder, name, declared=None)
    before = path.stat()
    for at in (LATER, now() + PATIENCE + timedelta(minutes=1)):
        collected = from_drop(folder, into, at, OPTIONAL)
        assert collected.taken == []
    assert path.stat().st_ctime_ns == before.st_ctime_ns
    assert [one.reason_code for one in collected.problems] == ([] if name.startswith(".") else ["BATCH_INCOMPLETE"])


def test_a_wrong_checksum_waits_for_the_rest_of_its_file_and_then_goes_to_the_inbox_with_it(
    folder: Path, into: Destination
) -> None:
    upload(folder, content=BYTES[:5])
    assert from_drop(folder, into).waiting == ["channel sftp/a.pdf"]
    assert len(from_drop(folder, into, LATER).taken) == 1
    manifest, files = only(into.inbox)
    assert (files, manifest.checksums) == ({"a.pdf": BYTES[:5]}, {"a.pdf": f"sha256:{HASH}"})


def test_a_missing_checksum_is_a_problem_until_it_comes_or_is_done_without(folder: Path, into: Destination) -> None:
    upload(folder, declared=None)
    assert from_drop(folder, into).waiting == ["channel sftp/a.pdf"]
    (problem,) = from_drop(folder, into, LATER).problems
    assert (problem.place, problem.reason_code) == ("channel sftp/a.pdf", "BATCH_INCOMPLETE")
    assert left(folder) == ["a.pdf"]
    assert from_drop(folder, into, of=OPTIONAL).taken == []
    assert len(from_drop(folder, into, LATER, OPTIONAL).taken) == 1
    manifest, _ = only(into.inbox)
    assert (manifest.checksums, manifest.channel, manifest.entity) == ({}, "scan", "northwind-us")


def test_a_checksum_that_cannot_be_read_or_has_no_file_is_named(folder: Path, into: Destination) -> None:
    upload(folder, declared="not a hash")
    upload(folder, "b.pdf").unlink()
    for of in (DROP, OPTIONAL):
        assert len(from_drop(folder, into, of=of).waiting) == 2
        collected = from_drop(folder, into, LATER, of)
        assert collected.taken == []
        assert {(one.place.rpartition("/")[2], one.reason_code) for one in collected.problems} == {
            ("a.pdf.sha256", "UNREADABLE"),
            ("a.pdf", "BATCH_INCOMPLETE"),
            ("b.pdf.sha256", "BATCH_INCOMPLETE"),
        }


def test_a_list_that_cannot_be_read_proves_no_file(folder: Path, into: Destination) -> None:
    upload(folder, declared=None)
    (folder / "SHA256SUMS").write_bytes(b"\xff" * 10)
    collected = from_drop(folder, into, LATER, OPTIONAL)
    assert collected.taken == []
    assert {one.reason_code for one in collected.problems} == {"UNREADABLE", "BATCH_INCOMPLETE"}


def test_folders_links_and_large_files_stay_where_they_are(folder: Path, into: Destination, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(BYTES)
    (folder / "link.pdf").symlink_to(tmp_path / "secret")
    (folder / "sub").mkdir()
    upload(folder / "sub")
    upload(folder, "large.pdf", b"x" * (DROP.terms.largest + 1))
    os.mkfifo(folder / "pipe.pdf")
    collected = from_drop(folder, into, LATER)
    assert collected.taken == []
    assert {(one.place, one.reason_code) for one in collected.problems} == {
        ("channel sftp/large.pdf", "LIMIT_EXCEEDED"),
        ("channel sftp/link.pdf", "UNREADABLE"),
        ("channel sftp/pipe.pdf", "UNREADABLE"),
        ("channel sftp/sub", "UNREADABLE"),
    }
    (problem,) = from_drop(tmp_path / "nowhere", into).problems
    assert problem.reason_code == "UNREADABLE"


HOSTILE = ["a\nb.pdf", "-rf *.pdf", "a%2Fx", "é" * 120 + ".pdf", "x" * 251 + ".pdf", os.fsdecode(b"\xff.pdf"), "%00",
           "manifest.yaml", "a\\u0000", "'\"{}: [#].pdf"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_stay_in_their_folder_and_survive(folder: Path, into: Destination, name: str) -> None:
    upload(folder, name, declared=None)
    (folder / "SHA256SUMS").write_bytes(b"\\" + HASH.encode() + b"  " + os.fsencode(escaped(name)) + b"\n")
    assert len(from_drop(folder, into).taken) == 1
    (arrival,) = arrivals(into.inbox)
    (shown,) = [shown for shown, _ in arrival.named_files()]
    assert shown == {"manifest.yaml": "%6Danifest.yaml", os.fsdecode(b"\xff.pdf"): "\\xff.pdf"}.get(name, name)
    manifest = read_manifest(arrival.manifest, "b")
    registered = batch(checksums=dict(manifest.checksums), declared_documents=manifest.document_count)
    kept = gather(arrival, lambda content: hashlib.sha256(content).hexdigest())
    taken = take_in(registered, kept, nobody_else)
    assert ([row["path"] for row in taken.documents], taken.findings) == ([shown], [])


def escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("\n", "\\n")


def test_the_same_file_sent_again_is_another_delivery(folder: Path, into: Destination) -> None:
    for second in (10, 20):
        os.utime(upload(folder), (second, second))
        assert len(from_drop(folder, into).taken) == 1
    assert len(arrivals(into.inbox)) == 2
    assert put_away(folder) == ["a.pdf", "a.pdf", "a.pdf.sha256", "a.pdf.sha256"]


@pytest.mark.parametrize("at", ["stat", "rename"])
def test_a_file_replaced_at_the_last_moment_comes_back_as_a_new_one(
    folder: Path, into: Destination, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """A partner writes over the file between our copy and our putting it away."""
    upload(folder)
    act = getattr(taken_module.os, at)

    def replaced_first(*arguments: object, **named: object) -> object:
        if arguments[0] == "a.pdf":
            patched.undo()
            (folder / "x.part").write_bytes(b"another")
            (folder / "x.part").replace(folder / "a.pdf")
        return act(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(taken_module.os, at, replaced_first)
        assert len(from_drop(folder, into).taken) == 1
    assert (folder / "a.pdf").read_bytes() == b"another"
    (folder / "a.pdf.sha256").unlink(missing_ok=True)
    assert len(from_drop(folder, into, LATER, OPTIONAL).taken) == 1
    assert sorted(path.read_bytes() for one in arrivals(into.inbox) for path in one.files()) == [BYTES, b"another"]


def test_two_files_that_follow_at_the_last_moment_are_both_kept(
    folder: Path, into: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second lies where the first has to come back to."""
    upload(folder)
    rename = os.rename

    def followed(source: str, target: str, **named: int) -> None:
        if source == "a.pdf":
            (folder / "a.pdf").write_bytes(b"second, as long as need be")
        rename(source, target, **named)
        if source == "a.pdf":
            (folder / "a.pdf").write_bytes(b"third")

    with monkeypatch.context() as patched:
        patched.setattr(taken_module.os, "rename", followed)
        assert len(from_drop(folder, into).taken) == 1
    assert len(from_drop(folder, into, LATER, OPTIONAL).taken) == 2
    found = sorted(path.read_bytes() for one in arrivals(into.inbox) for path in one.files())
    assert found == [BYTES, b"second, as long as need be", b"third"]


@pytest.mark.parametrize("lies", ["file", "link", "link below"])
def test_a_file_that_cannot_be_put_away_is_named_and_taken_once(
    folder: Path, into: Destination, tmp_path: Path, lies: str
) -> None:
    path, elsewhere = upload(folder), tmp_path / "elsewhere"
    elsewhere.mkdir()
    if lies == "link":
        (folder / TAKEN).symlink_to(elsewhere)
    elif lies == "link below":
        (folder / TAKEN).mkdir()
        (folder / TAKEN / DROP.batch_id("a.pdf", HASH, str(path.stat().st_mtime_ns))).symlink_to(elsewhere)
    else:
        (folder / TAKEN).write_bytes(b"a file where the folder should be")
    for taken in (1, 0):
        collected = from_drop(folder, into)
        assert (len(collected.taken), [one.reason_code for one in collected.problems]) == (taken, ["UNREADABLE"])
    assert len(arrivals(into.inbox)) == 1
    assert list(elsewhere.iterdir()) == []
    assert path.is_file()


def test_an_upload_that_is_renamed_while_we_look_is_no_problem(
    folder: Path, into: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.scandir

    def renamed_after(path: Path) -> object:
        found = listed(path)
        (folder / "a.pdf.part").rename(folder / "a.pdf")
        return found

    (folder / "a.pdf.part").write_bytes(BYTES)
    monkeypatch.setattr(drop_module.os, "scandir", renamed_after)
    collected = from_drop(folder, into)
    assert (collected.taken, collected.problems) == ([], [])


def test_a_file_that_grows_while_it_is_copied_waits(
    folder: Path, into: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copied = upload(folder), drop_module.copied

    def grown(source: object, status: os.stat_result, target: Path) -> str:
        with path.open("ab") as file:
            file.write(b"more")
        return copied(source, status, target)  # type: ignore[arg-type]

    monkeypatch.setattr(drop_module, "copied", grown)
    collected = from_drop(folder, into)
    assert (collected.taken, collected.waiting) == ([], ["channel sftp/a.pdf"])
    assert arrivals(into.inbox) == []


def test_a_collector_that_dies_at_any_change_loses_and_doubles_nothing(tmp_path: Path) -> None:
    died = 0
    while True:
        folder, into = tmp_path / f"drop{died}", Destination(tmp_path / f"inbox{died}")
        folder.mkdir()
        upload(folder)
        upload(folder, "b.pdf", b"b", hashlib.sha256(b"b").hexdigest())
        if not killed_after(lambda: from_drop(folder, into), died):  # noqa: B023 - runs at once
            break
        remove_leftovers(into.inbox, [LANE])
        from_drop(folder, into)
        assert sorted(path.name for one in arrivals(into.inbox) for path in one.files()) == ["a.pdf", "b.pdf"]
        assert (left(folder), put_away(folder)) == ([], ["a.pdf", "a.pdf.sha256", "b.pdf", "b.pdf.sha256"])
        died += 1
    assert died >= 16

"""A batch folder is there whole or not at all, whoever dies and whoever else writes at the same moment."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from back_office_pipelines.errors import StorageError
from back_office_pipelines.intake.channels import staging
from back_office_pipelines.intake.channels.delivery import manifest_of
from back_office_pipelines.intake.channels.staging import Destination, Outcome, remove_leftovers, staged
from back_office_pipelines.intake.inbox import list_inbox
from tests.intake.channels.doors import DROP, LANE, arrivals, killed_after, only
from tests.scenario import HOUR, NOON


def deliver(inbox: Path, content: bytes = b"a", received_at: object = NOON, name: str = "a.pdf") -> Outcome:
    with staged(Destination(inbox), LANE, "b1") as batch:
        batch.place(name).write_bytes(content)
        return batch.commit(manifest_of(DROP, received_at))  # type: ignore[arg-type]


def test_an_equal_batch_is_no_error_and_other_content_stays_out(tmp_path: Path) -> None:
    assert deliver(tmp_path) is Outcome.WRITTEN
    assert deliver(tmp_path, received_at=NOON + HOUR) is Outcome.ALREADY_THERE
    assert deliver(tmp_path, content=b"b") is Outcome.OTHER_CONTENT
    assert deliver(tmp_path, name="b.pdf") is Outcome.OTHER_CONTENT
    manifest, files = only(tmp_path)
    assert (manifest.received_at, files) == (NOON, {"a.pdf": b"a"}), "the first stays in force"
    assert [path.name for path in (tmp_path / LANE).iterdir()] == ["b1"]


def test_a_half_written_folder_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / LANE / "b1").mkdir(parents=True)
    (tmp_path / LANE / "b1" / "half.pdf").write_bytes(b"ha")
    assert deliver(tmp_path) is Outcome.OTHER_CONTENT
    assert [path.name for path in (tmp_path / LANE / "b1").iterdir()] == ["half.pdf"]
    assert not Destination(tmp_path).has(LANE, "b1")


def test_what_was_registered_counts_as_taken_when_its_folder_has_left_the_inbox(tmp_path: Path) -> None:
    assert Destination(tmp_path, {"b1"}).has(LANE, "b1")
    assert not Destination(tmp_path, {"b2"}).has(LANE, "b1")


def test_a_process_that_dies_at_any_change_leaves_nothing_or_all_and_the_next_one_clears_up(tmp_path: Path) -> None:
    died = 0
    while True:
        inbox = tmp_path / str(died)
        if not killed_after(lambda: deliver(inbox), died):  # noqa: B023 - runs at once
            break
        whole = [one.content() for one in arrivals(inbox)]
        listing = list_inbox(inbox, [LANE], NOON) if inbox.is_dir() else None
        assert listing is None or (listing.waiting, listing.problems) == ([], [])
        remove_leftovers(inbox, [LANE])
        assert deliver(inbox) in {Outcome.WRITTEN, Outcome.ALREADY_THERE}
        assert not whole or whole == [one.content() for one in arrivals(inbox)]
        assert [path.name for path in (inbox / LANE).iterdir()] == ["b1"]
        died += 1
    assert died >= 5, "folder, staging, file, manifest, rename"


def test_what_a_living_process_stages_is_not_cleared_away(tmp_path: Path) -> None:
    with staged(Destination(tmp_path), LANE, "b1") as batch:
        assert remove_leftovers(tmp_path, [LANE]) == []
        assert batch.folder.is_dir()
    left = tmp_path / LANE / f".b1.{'0' * 16}.part"
    left.mkdir()
    others = tmp_path / LANE / ".being-written"
    others.mkdir()
    descriptor = os.open(tmp_path / LANE, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    assert remove_leftovers(tmp_path, [LANE, "nowhere"]) == []
    os.close(descriptor)
    assert remove_leftovers(tmp_path, [LANE]) == [left]
    assert others.is_dir(), "the senders' own work in progress"


@pytest.mark.parametrize("room", range(6))
def test_a_full_disk_is_one_sentence_and_leaves_the_inbox_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    left = [room]

    def refuses(path: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(staging, "sync", refuses)
    if room < 5:
        with pytest.raises(StorageError, match="No space left"):
            deliver(tmp_path)
    else:
        assert deliver(tmp_path) is Outcome.WRITTEN
    assert not list((tmp_path / LANE).glob(".*"))
    monkeypatch.undo()
    assert deliver(tmp_path) is (Outcome.WRITTEN if room < 4 else Outcome.ALREADY_THERE)

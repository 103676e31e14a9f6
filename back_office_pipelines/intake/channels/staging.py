"""Writing a batch folder into the inbox so that it is there whole or not at all. All channels deliver through here.

A folder is made under a dot name in its lane's folder, where nobody looks: files first, then the manifest, all synced
to disk, then one rename puts it in its place. A process that dies leaves a dot name behind, which `remove_leftovers`
clears away; the source still holds what it was made of, so nothing is lost with it. Whoever stages holds a shared lock
on the lane's folder, so that nothing of a living process is cleared away; the kernel frees the lock of a dead one.
"""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from back_office_pipelines.errors import StorageError
from back_office_pipelines.intake.channels.delivery import kept_name
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.intake.manifest import Manifest, write_manifest
from back_office_pipelines.storage.files import PART_SUFFIX, sync

_LEFTOVER = re.compile(rf"\.[A-Za-z0-9_-]+\.[0-9a-f]{{16}}{re.escape(PART_SUFFIX)}")
_TAKEN_NAME = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


class Outcome(Enum):
    """How a delivery ended."""

    WRITTEN = "written"
    ALREADY_THERE = "already there"
    OTHER_CONTENT = "other content under its name"


@dataclass(frozen=True)
class Destination:
    """Where deliveries go, and which were taken before.

    Attributes:
        inbox: folder of lanes and batches.
        registered: ids of batches the ledger knows, of any lane: their folders may have left the inbox since, and
            their channel may serve another lane today.
    """

    inbox: Path
    registered: Collection[str] = ()

    def has(self, lane: str, batch_id: str) -> bool:
        """Whether a delivery was taken before, so that its source may be put away."""
        if batch_id in self.registered:
            return True
        arrival = self.arrival(lane, batch_id)
        if not os.path.lexists(arrival.manifest):
            return False
        sync(arrival.folder.parent)  # a process that died right after the rename may not have come to it
        return True

    def arrival(self, lane: str, batch_id: str) -> Arrival:
        """Return the place of a batch."""
        return Arrival(lane, batch_id, self.inbox / lane / batch_id)


@dataclass(frozen=True)
class Staged:
    """A batch folder in the making.

    Attributes:
        folder: where it is made, under a dot name.
        target: where it will lie.
    """

    folder: Path
    target: Arrival

    def place(self, name: str) -> Path:
        """Return where a file of this name goes, always inside the folder."""
        return self.folder / kept_name(name)

    def commit(self, manifest: Manifest) -> Outcome:
        """Write the manifest and put the folder in its place; equal content that lies there already stays.

        Raises:
            StorageError: the disk refused; what is in the inbox is whole, and the source is still where it was.
        """
        try:
            return self._commit(manifest)
        except OSError as problem:
            raise refused_by_disk(self.target.folder, problem) from problem

    def _commit(self, manifest: Manifest) -> Outcome:
        made = Arrival(self.target.lane, self.target.batch_id, self.folder)
        for path in made.files():
            sync(path)
        write_manifest(made.manifest, manifest)
        sync(made.manifest)
        sync(self.folder)
        try:
            self.folder.rename(self.target.folder)
        except OSError as problem:
            if problem.errno not in _TAKEN_NAME:
                raise
            return _compared(made, self.target)
        sync(self.target.folder.parent)
        return Outcome.WRITTEN


def _compared(made: Arrival, lies: Arrival) -> Outcome:
    """Compare what was to be written with what lies there; times of receipt in the manifests may differ."""
    complete = os.path.lexists(lies.manifest)
    return Outcome.ALREADY_THERE if complete and lies.content() == made.content() else Outcome.OTHER_CONTENT


@contextlib.contextmanager
def staged(destination: Destination, lane: str, batch_id: str) -> Iterator[Staged]:
    """Make a batch folder; what the block does not commit is removed again.

    Raises:
        StorageError: the disk refuses a folder.
    """
    target = destination.arrival(lane, batch_id)
    folder = target.folder.with_name(f".{batch_id}.{secrets.token_hex(8)}{PART_SUFFIX}")
    try:
        if not folder.parent.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            sync(folder.parent.parent)
    except OSError as problem:
        raise refused_by_disk(folder, problem) from problem
    with _lane_lock(folder.parent, fcntl.LOCK_SH):
        try:
            folder.mkdir()
        except OSError as problem:
            raise refused_by_disk(folder, problem) from problem
        try:
            yield Staged(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # what stays is a leftover like that of a dead process


def remove_leftovers(inbox: Path, lanes: Iterable[str]) -> list[Path]:
    """Remove what dead processes staged; a lane where somebody stages right now is left for the next time."""
    removed: list[Path] = []
    for lane in sorted(lanes):
        parent = inbox / lane
        left = [path for path in _entries(parent) if _LEFTOVER.fullmatch(path.name)]
        if not left:
            continue
        with contextlib.suppress(BlockingIOError), _lane_lock(parent, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in left:
                shutil.rmtree(path, ignore_errors=True)
                removed.append(path)
    return removed


def refused_by_disk(path: Path, problem: OSError) -> StorageError:
    """Return the error of a disk that does not take a batch."""
    return StorageError(
        f"batch folder {path}",
        f"cannot be written ({problem.strerror or problem})",
        "make room or give access, then collect again: what was not taken still lies in its channel",
    )


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


@contextlib.contextmanager
def _lane_lock(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)

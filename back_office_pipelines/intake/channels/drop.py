"""A folder where a partner leaves files: each becomes a batch, once it is whole as far as can be told.

A file is whole when the hash its checksum file declares is its own. While it is not, or none has come, the file waits
`patience_minutes` after its last change; then a file with another hash goes to the inbox with the hash declared, where
intake raises CHECKSUM_MISMATCH, and a file without any is a named problem (`checksums: required`) or taken without
(`optional`). Names that begin with a dot or end as programs mark unfinished uploads are never touched.

The delivery is named by file name, content and modification time, so a repeat after a crash is the same batch, and the
same file sent again is another. `received_at` is the file's last change of status: a partner's program can set the
modification time, and often does. What was taken is moved to `.taken/<batch id>/` in the folder, and never removed.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path

from back_office_pipelines.errors import StorageError
from back_office_pipelines.intake.channels.checksum_files import (
    LIST,
    LONGEST,
    SIDECAR,
    UnreadableChecksumsError,
    declared_in_sidecar,
    parse_checksums,
)
from back_office_pipelines.intake.channels.copying import ChangedError, copied, digest_of, opened
from back_office_pipelines.intake.channels.declaration import Channel, Drop
from back_office_pipelines.intake.channels.delivery import Collected, kept_name, manifest_of, moment_of, place_of
from back_office_pipelines.intake.channels.problems import conflict, incomplete, too_large, unreadable
from back_office_pipelines.intake.channels.staging import Destination, Outcome, staged
from back_office_pipelines.intake.channels.taken import put_away
from back_office_pipelines.intake.inbox import PATIENCE

UNFINISHED = (".part", ".filepart", ".partial", ".tmp", ".crdownload")
"""Endings under which programs write uploads that they rename when they are whole."""


@dataclass
class _Drop:
    """One look at a drop folder.

    Attributes:
        sidecars: names of checksum files of one document.
        listed: hashes of the checksum file of the whole folder, by name; None where it cannot be understood.
    """

    channel: Channel
    terms: Drop
    folder: Path
    destination: Destination
    as_of: datetime
    documents: list[str] = field(default_factory=list)
    sidecars: set[str] = field(default_factory=set)
    listed: Mapping[str, str] | None = field(default_factory=dict)
    collected: Collected = field(default_factory=Collected)

    def quiet(self, *names: str) -> timedelta:
        """Return how long ago the last of some files changed; one that is gone by now changed just now."""
        try:
            changed = max((self.folder / name).lstat().st_ctime for name in names)
        except FileNotFoundError:
            return timedelta(0)
        return self.as_of - moment_of(changed)

    @property
    def patience(self) -> timedelta:
        """How long a file waits for what is missing."""
        return timedelta(minutes=self.terms.patience_minutes)


def collect_drop(channel: Channel, terms: Drop, folder: Path, destination: Destination, as_of: datetime) -> Collected:
    """Take every whole file of a drop folder.

    Args:
        channel: the folder as it was declared.
        terms: of the channel.
        folder: where files are left.
        destination: where batches go.
        as_of: moment at which patience is measured; files that came after it are left for later.

    Raises:
        StorageError: the disk of the inbox refused.
    """
    drop = _Drop(channel, terms, folder, destination, as_of)
    if not folder.is_dir():
        drop.collected.problems.append(unreadable(channel, "", f"{folder} is no folder", "a folder that is there"))
        return drop.collected
    try:
        _sort_entries(drop)
    except OSError as problem:
        drop.collected.problems.append(unreadable(channel, "", str(problem.strerror or problem), "a readable folder"))
    for name in drop.documents:
        try:
            _look_at(drop, name)
        except (FileNotFoundError, ChangedError):  # renamed, replaced or written to meanwhile
            drop.collected.waiting.append(place_of(channel, name))
        except StorageError:
            raise
        except OSError as problem:
            drop.collected.problems.append(
                unreadable(channel, name, str(problem.strerror or problem), "a file to read and move")
            )
    return drop.collected


def _sort_entries(drop: _Drop) -> None:
    """Tell documents from checksum files, unfinished uploads and what is no file."""
    with os.scandir(drop.folder) as found:
        entries = {one.name: one for one in found if not one.name.startswith(".")}
    for name, entry in sorted(entries.items()):
        if not entry.is_file(follow_symlinks=False):
            what = "a link, which is never followed" if entry.is_symlink() else "no file"
            drop.collected.problems.append(unreadable(drop.channel, name, what, "files side by side in the folder"))
        elif name.lower().endswith(UNFINISHED):
            _wait(drop, name, PATIENCE, "an upload that was not finished", "the file under its final name")
        elif name.endswith(SIDECAR) and name != SIDECAR:
            drop.sidecars.add(name)
        elif name != LIST:
            drop.documents.append(name)
    for name in sorted(drop.sidecars - {f"{one}{SIDECAR}" for one in drop.documents}):
        _wait(drop, name, drop.patience, "a checksum without its file", f"a file {name.removesuffix(SIDECAR)}")
    if LIST in entries:
        drop.listed = _read_checksums(drop, LIST)


def _wait(drop: _Drop, name: str, patience: timedelta, observed: str, expected: str) -> None:
    """Let something wait for the rest of it; after the patience it is a problem."""
    if drop.quiet(name) < patience:
        drop.collected.waiting.append(place_of(drop.channel, name))
    else:
        drop.collected.problems.append(incomplete(drop.channel, name, observed, expected))


def _read_checksums(drop: _Drop, name: str) -> Mapping[str, str] | None:
    """Return what a checksum file declares; None of one that cannot be understood, which in the end is a problem."""
    try:
        with opened(drop.folder / name) as source:
            content = source.read(LONGEST + 1)
        if len(content) > LONGEST:
            raise UnreadableChecksumsError(f"more than {LONGEST} bytes")
        return parse_checksums(content)
    except UnreadableChecksumsError as problem:
        if drop.quiet(name) >= drop.patience:
            drop.collected.problems.append(
                unreadable(drop.channel, name, str(problem), "a file as sha256sum writes it")
            )
        return None


def _look_at(drop: _Drop, name: str) -> None:
    """Take a document, finish with one that was taken, or say why it stays."""
    with opened(drop.folder / name) as source:
        status = os.fstat(source.fileno())
        if status.st_size > drop.terms.largest:
            drop.collected.problems.append(too_large(drop.channel, name, status.st_size))
            return
        actual = digest_of(source)
        batch_id = drop.channel.batch_id(name, actual, str(status.st_mtime_ns))
        if not drop.destination.has(drop.terms.lane, batch_id):
            declared = _declared(drop, name)
            if _stays(drop, name, declared, actual, status) or not _take(
                drop, name, source, status, batch_id, actual, declared
            ):
                return
    put_away(drop.folder, name, tuple(_sidecar(drop, name)), batch_id, status)


def _sidecar(drop: _Drop, name: str) -> Iterator[str]:
    if f"{name}{SIDECAR}" in drop.sidecars:
        yield f"{name}{SIDECAR}"


def _declared(drop: _Drop, name: str) -> str | None:
    for sidecar in _sidecar(drop, name):
        return declared_in_sidecar(_read_checksums(drop, sidecar) or {}, name)
    return (drop.listed or {}).get(name)


def _stays(drop: _Drop, name: str, declared: str | None, actual: str, status: os.stat_result) -> bool:
    """Whether a file is not to be taken now; where its patience is over, a problem says why."""
    sidecar = tuple(_sidecar(drop, name))
    source_of_hash = sidecar or ((LIST,) if declared is not None else ())
    waits = declared != actual and drop.quiet(name, *source_of_hash) < drop.patience
    if moment_of(status.st_ctime) > drop.as_of:
        drop.collected.later.append((moment_of(status.st_ctime), place_of(drop.channel, name)))
        return True
    if waits:
        drop.collected.waiting.append(place_of(drop.channel, name))
        return True
    not_understood = bool(sidecar) or drop.listed is None
    if declared is not None or (drop.terms.checksums == "optional" and not not_understood):
        return False
    wanted = f"{name}{SIDECAR} or a line in {LIST} within {drop.terms.patience_minutes} minutes of its last change"
    drop.collected.problems.append(incomplete(drop.channel, name, "no checksum of this file has come", wanted))
    return True


def _take(
    drop: _Drop,
    name: str,
    source: BufferedReader,
    status: os.stat_result,
    batch_id: str,
    actual: str,
    declared: str | None,
) -> bool:
    """Copy a document into the inbox; return whether it lies there."""
    with staged(drop.destination, drop.terms.lane, batch_id) as batch:
        if copied(source, status, batch.place(name)) != actual:
            raise ChangedError
        checksums = {} if declared is None else {kept_name(name): declared}
        outcome = batch.commit(manifest_of(drop.channel, moment_of(status.st_ctime), checksums))
    if outcome is Outcome.OTHER_CONTENT:
        drop.collected.problems.append(conflict(drop.channel, name, batch_id))
        return False
    drop.collected.taken.append(f"{drop.terms.lane}/{batch_id}")
    return True

"""Copying a file out of a folder that others write to: never through a link, and never while it changes."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from back_office_pipelines.intake.channels.staging import refused_by_disk

CHUNK = 1 << 20


class ChangedError(Exception):
    """A file changed while it was read; it is looked at again later."""


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading.

    Raises:
        OSError: it is a link or anything else that is no file, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as source:  # noqa: PTH123 - of a descriptor, so that it is the file looked at
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("no regular file")
        yield source


def digest_of(source: BufferedReader) -> str:
    """Return the sha256 of a file from its beginning."""
    source.seek(0)
    return hashlib.file_digest(source, "sha256").hexdigest()


def copied(source: BufferedReader, before: os.stat_result, target: Path) -> str:
    """Copy a file from its beginning and return the sha256 of what was copied.

    Args:
        source: the open file.
        before: how it was when it was looked at.
        target: a new file.

    Raises:
        ChangedError: somebody wrote to it since.
        StorageError: the disk of the target refused.
        OSError: the source cannot be read.
    """
    source.seek(0)
    digest = hashlib.sha256()
    try:
        file = target.open("xb")
    except OSError as problem:
        raise refused_by_disk(target, problem) from problem
    with file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            try:
                file.write(chunk)
            except OSError as problem:
                raise refused_by_disk(target, problem) from problem
    if not same_file(os.fstat(source.fileno()), before):
        raise ChangedError
    return digest.hexdigest()


def same_file(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two looks at a file saw the same file with the same content."""
    return (one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns) == (
        other.st_dev,
        other.st_ino,
        other.st_size,
        other.st_mtime_ns,
    )

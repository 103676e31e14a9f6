"""Writing files so that a crash leaves either the old one or the whole new one."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from back_office_pipelines.errors import StorageError

PART_SUFFIX = ".part"
"""Ending of a file that is being written; one that stays was left by a process that died."""


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block succeeds, its file is synced and moved into place.

    Raises:
        StorageError: the disk refused; nothing is left at `path` that was not there before.
    """
    try:
        with _temporary_beside(path) as temporary:
            yield temporary
            sync(temporary)
            temporary.replace(path)
            sync(path.parent)
    except OSError as problem:
        raise StorageError(
            f"file {path}",
            f"cannot be written ({os.strerror(problem.errno) if problem.errno else problem})",
            "make room or give access, then run again: nothing half written is in force",
        ) from problem


@contextlib.contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=PART_SUFFIX, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a whole UTF-8 text file atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")

"""Writing files so that a crash leaves either the old one or the whole new one."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from back_office_pipelines.errors import StorageError

PRIVATE, SHARED = 0o600, 0o666
"""Rights of files that only the office reads, and of files that people hand on."""
PART_SUFFIX = ".part"
"""Ending of a file that is being written; one that stays was left by a process that died."""


@contextlib.contextmanager
def atomic_path(path: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block succeeds, its file is synced and moved into place.

    Args:
        path: where the file goes.
        mode: rights of a new file, less what the user's umask takes away.

    Raises:
        StorageError: the disk refused; nothing is left at `path` that was not there before.
    """
    try:
        with _temporary_beside(path, mode) as temporary:
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
def _temporary_beside(path: Path, mode: int) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}{PART_SUFFIX}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
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


def write_text(path: Path, text: str, mode: int = PRIVATE) -> None:
    """Write a whole UTF-8 text file atomically; `mode` as of `atomic_path`."""
    with atomic_path(path, mode) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")

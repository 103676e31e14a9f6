"""Putting away what was taken from a drop folder: into `.taken/<batch id>/` beside it, and never through a link.

Others can write to the folder, and can know a batch id before we do: they could have laid a link where files are put
away. So each folder on the way is opened without following links, and files are moved relative to what was opened.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from back_office_pipelines.intake.channels.copying import ChangedError, same_file
from back_office_pipelines.intake.channels.delivery import kept_name
from back_office_pipelines.intake.identity import short_hash

TAKEN = ".taken"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def put_away(folder: Path, name: str, sidecars: tuple[str, ...], batch_id: str, taken: os.stat_result) -> None:
    """Move a file and its checksum files to where taken files lie; the file last, because it is what is looked for.

    Args:
        folder: the drop folder.
        name: of the file.
        sidecars: names of its checksum files.
        batch_id: batch it became.
        taken: how the file was when it was taken.

    Raises:
        ChangedError: somebody replaced the file since; the new one stays, or comes back, as a file of its own.
        OSError: the files cannot be moved, or a link lies on the way.
    """
    with _opened(folder) as here, _below(here, TAKEN) as all_taken, _below(all_taken, batch_id) as there:
        if not same_file(os.stat(name, dir_fd=here, follow_symlinks=False), taken):
            raise ChangedError
        for one in (*sidecars, name):
            os.rename(one, one, src_dir_fd=here, dst_dir_fd=there)
        if not same_file(os.stat(name, dir_fd=there, follow_symlinks=False), taken):
            _bring_back(name, batch_id, here, there)
            raise ChangedError


def _bring_back(name: str, batch_id: str, here: int, there: int) -> None:
    """Bring a file back that replaced the one taken at the last moment, under another name where its own is taken."""
    try:
        os.link(name, name, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)
    except FileExistsError:
        another = kept_name(f"{short_hash(batch_id)}-{name}")
        os.link(name, another, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)
    os.unlink(name, dir_fd=there)


@contextlib.contextmanager
def _below(parent: int, name: str) -> Iterator[int]:
    """Open a folder below another, made where it is missing.

    Raises:
        OSError: a link or a file has its name.
    """
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    with _opened(name, parent, os.O_NOFOLLOW) as descriptor:
        yield descriptor


@contextlib.contextmanager
def _opened(path: Path | str, parent: int | None = None, links: int = 0) -> Iterator[int]:
    descriptor = os.open(path, _FOLDER | links, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)

"""Members of a ZIP archive. Sizes in its directory are claims: what counts is what comes out.

What belongs here: names, encryption and sizes of members. What does not: what a member is (`parts`).
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from back_office_pipelines.extraction.containers.limits import Budget, too_large
from back_office_pipelines.extraction.media import ZIP_DAMAGE
from back_office_pipelines.intake.parts import Refusal

_ENCRYPTED = 0x1

Member = tuple[str, bytes]


def archive_members(content: bytes, budget: Budget) -> Iterator[Member | Refusal]:
    """Yield name and bytes of every file in an archive, or why it could not be taken.

    Raises:
        TooLargeError: the archive holds more than is opened.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except ZIP_DAMAGE as problem:
        yield Refusal("", "UNREADABLE", f"its directory cannot be read: {problem}", "an archive without damage")
        return
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        if not members:
            yield Refusal("", "EMPTY_FILE", "an archive without files", "at least one file")
        if len(members) > budget.members:
            raise too_large(f"{len(members)} members", f"at most {budget.limits.members}")
        for info in members:
            refusal = _refusal(info)
            yield refusal if refusal is not None else _unpacked(archive, info, budget)


def _refusal(info: zipfile.ZipInfo) -> Refusal | None:
    """Return why a member is not even opened."""
    name = info.filename
    if info.flag_bits & _ENCRYPTED:
        return Refusal(name, "ENCRYPTED", "a member protected by a password", "an archive without a password")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Refusal(name, "UNREADABLE", "a symbolic link", "a file")
    if _leaves(name):
        return Refusal(name, "UNREADABLE", "a name that leads out of the archive", "a name below its top folder")
    return None


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name.partition("/")[0] or not path.parts


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Member | Refusal:
    room = budget.room
    try:
        with archive.open(info) as member:
            content = member.read(room + 1)
    except ZIP_DAMAGE as problem:
        return Refusal(info.filename, "UNREADABLE", f"damaged: {problem}", "a member without damage")
    if len(content) > room:
        raise too_large(f"more than {room} bytes unpacked", f"at most {room} bytes", info.filename)
    limits = budget.limits
    if len(content) > limits.ratio_from and len(content) > limits.ratio * max(info.compress_size, 1):
        raise too_large(
            f"{len(content)} bytes out of {info.compress_size}", f"at most {limits.ratio} times", info.filename
        )
    budget.take(len(content))
    return info.filename, content

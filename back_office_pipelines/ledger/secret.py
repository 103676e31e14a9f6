"""The secret of a back office: 32 random bytes in a file of its owner's alone, made at first use and never again.

It salts the Merkle trees. Whoever has it can compute every root again and could guess redacted values; whoever loses it
can prove nothing of older rows any more. So it belongs into the backup, apart from what it protects.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.storage.files import sync

BYTES = 32


def known_secret(path: Path) -> bytes | None:
    """Return the secret, None where none was ever made.

    Raises:
        LedgerError: the file is damaged, or others may read it.
    """
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) != BYTES:
        raise LedgerError(f"secret {path}", f"has {len(content)} bytes instead of {BYTES}", "restore it from a backup")
    if mode & 0o077:
        raise LedgerError(f"secret {path}", "is open to other users", f"close it with 'chmod 600 {path}'")
    return content


def office_secret(path: Path) -> bytes:
    """Return the secret, made now where there is none; of several processes that make it at once, one wins.

    Raises:
        LedgerError: the file is damaged, or others may read it.
    """
    known = known_secret(path)
    if known is not None:
        return known
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(BYTES))
        os.fsync(descriptor)
        with suppress(FileExistsError):  # somebody was faster, and theirs counts
            path.hardlink_to(own)
        sync(path.parent)
    finally:
        os.close(descriptor)
        own.unlink()
    made = known_secret(path)
    assert made is not None  # noqa: S101 - one of us has just linked it
    return made

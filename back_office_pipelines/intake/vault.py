"""The vault: every source file received, by the sha256 of its bytes, never changed and never removed by us."""

import hashlib
from pathlib import Path

from back_office_pipelines.errors import LakeError
from back_office_pipelines.storage.files import atomic_path


class Vault:
    """Content-addressed copies of source files at `vault/<first two digits>/<sha256>`.

    Args:
        folder: the vault's folder; created at the first copy.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, content_hash: str) -> Path:
        """Return where a file with this hash lies."""
        return self.folder / content_hash[:2] / content_hash

    def keep(self, content: bytes) -> str:
        """Keep a copy of these bytes and return their hash."""
        content_hash = hashlib.sha256(content).hexdigest()
        target = self.path(content_hash)
        if not target.exists():
            with atomic_path(target) as temporary:
                temporary.write_bytes(content)
        return content_hash

    def read(self, content_hash: str) -> bytes:
        """Return the bytes kept under a hash.

        Raises:
            LakeError: the copy is missing, or its bytes no longer have this hash.
        """
        path = self.path(content_hash)
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise LakeError(f"vault file {path}", str(problem), "restore it from a backup") from None
        if hashlib.sha256(content).hexdigest() != content_hash:
            raise LakeError(
                f"vault file {path}", "its bytes do not have the hash in its name", "restore it from a backup"
            )
        return content

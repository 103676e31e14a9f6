"""Checksum files as `sha256sum` writes them: which name has which hash. Pure; names are compared, never opened."""

import re
from collections.abc import Mapping

SIDECAR = ".sha256"
"""Ending of the checksum file of one document."""
LIST = "SHA256SUMS"
"""Name of a checksum file for a whole folder; it is read and never moved."""
LONGEST = 1 << 20

_GNU = re.compile(r"(?P<escaped>\\?)(?P<digest>[0-9A-Fa-f]{64})(?: [ *](?P<name>.+))?")
_BSD = re.compile(r"SHA256 \((?P<name>.+)\) = (?P<digest>[0-9A-Fa-f]{64})")
_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}


class UnreadableChecksumsError(Exception):
    """A checksum file has a line that is none of a checksum file."""


def parse_checksums(content: bytes) -> dict[str, str]:
    r"""Return the hashes of a checksum file by file name; a hash without a name stands under "".

    Lines are those of GNU coreutils (`<hash>  name`, `<hash> *name`, with a leading `\` where the name is escaped) or
    BSD (`SHA256 (name) = <hash>`). Of a path only the last part counts: it was written on the sender's machine.

    Raises:
        UnreadableChecksumsError: a line is neither; a file that is half understood proves nothing.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").lstrip("\ufeff").split("\n"), start=1):
        text = line.rstrip("\r")
        if not text.strip():
            continue
        match = _GNU.fullmatch(text.rstrip()) if text.strip().isalnum() else _GNU.fullmatch(text)
        match = match or _BSD.fullmatch(text)
        if match is None:
            raise UnreadableChecksumsError(f"line {number} is no line of sha256sum")
        name = match["name"] or ""
        if match.groupdict().get("escaped"):
            name = re.sub(r"\\[\\nr]", lambda one: _ESCAPES[one[0]], name)
        found[name.rpartition("/")[2]] = match["digest"].lower()
    return found


def declared_in_sidecar(checksums: Mapping[str, str], name: str) -> str | None:
    """Return the hash a document's own checksum file declares: that of its name, else the only one in the file."""
    if name in checksums:
        return checksums[name]
    return next(iter(checksums.values())) if len(checksums) == 1 else None

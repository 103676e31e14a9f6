"""What every channel makes of what it takes: a delivery to the inbox, under a name that is safe and a manifest.

What belongs here: the words and pure functions that channels share. What does not: writing the folder (`staging`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from back_office_pipelines.clock import iso
from back_office_pipelines.intake.channels.declaration import Channel
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.intake.manifest import FILE_NAME, Manifest
from back_office_pipelines.intake.problems import Problem, shown_name

LONGEST_NAME = 255
"""Bytes of a name that file systems take."""
_LONGEST_ENDING = 20


@dataclass
class Collected:
    """What collecting came to.

    Attributes:
        taken: addresses of the batches that were written now.
        waiting: places of what is not complete yet.
        problems: what cannot be taken as it is; nothing of it was moved.
        later: moment and place of what came after the as-of time.
    """

    taken: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    later: list[tuple[datetime, str]] = field(default_factory=list)

    def add(self, other: "Collected") -> None:
        """Add what another channel came to."""
        self.taken += other.taken
        self.waiting += other.waiting
        self.problems += other.problems
        self.later += other.later


def place_of(channel: Channel, name: str = "") -> str:
    """Return how people name a thing in a channel; problems of an inbox begin with the name of a lane instead."""
    return f"channel {channel.name}/{shown_name(name)}" if name else f"channel {channel.name}"


def manifest_of(channel: Channel, received_at: datetime, checksums: Mapping[str, str] | None = None) -> Manifest:
    """Return the manifest of one delivered document.

    Args:
        channel: it came by.
        received_at: moment from which its clocks run.
        checksums: sha256 in hex digits that the sender declared, by name in the batch folder.
    """
    declared = {shown_name(name): f"sha256:{digest}" for name, digest in (checksums or {}).items()}
    said = {
        "client": channel.terms.client,
        "entity": channel.terms.entity,
        "channel": channel.manifest_channel,
        "priority": channel.terms.priority,
        "received_at": iso(received_at),
        "document_count": 1,
        "checksums": declared,
    }
    return Manifest.model_validate(said)


def moment_of(seconds: float) -> datetime:
    """Return a time of the file system as the moment it lies in, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC)


def kept_name(name: str) -> str:
    """Return a name that is one file in its folder, whatever was given.

    What a file system refuses or would follow is written as %XX, as is the name of the manifest; a name that is too
    long keeps its beginning and ending, with a hash of the whole between them.

    Args:
        name: text without lone surrogates other than those that stand for bytes of a file name.
    """
    escaped = name.replace("/", "%2F").replace("\0", "%00")
    if escaped in {"", ".", ".."}:
        return escaped.replace(".", "%2E") or "document"
    if escaped == FILE_NAME:
        return f"%{ord(escaped[0]):02X}{escaped[1:]}"
    return escaped if len(_bytes(escaped)) <= LONGEST_NAME else _shortened(escaped)


def _shortened(name: str) -> str:
    ending = "".join(name.rpartition(".")[1:]) if "." in name else ""
    tail = f"~{short_hash(name)}{ending if len(_bytes(ending)) <= _LONGEST_ENDING else ''}"
    head = _bytes(name)[: LONGEST_NAME - len(_bytes(tail))].decode(errors="ignore")
    return head + tail


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")

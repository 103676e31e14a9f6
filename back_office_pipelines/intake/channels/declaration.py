"""Channels as data: `channels.yaml` beside the field dictionaries says which doors there are and whose they are.

What belongs here: the format of that file, and what can be wrong with it. What does not: taking anything in
(`maildir`, `drop`, `endpoint`), and tokens, which never stand in the file (`tokens`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from back_office_pipelines.dictionary.exhibit import Priority
from back_office_pipelines.dictionary.primitives import Frozen, LaneName
from back_office_pipelines.dictionary.problems import nearest, refuse, sentences
from back_office_pipelines.dictionary.store import Contracts, version_files
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.intake.manifest import ManifestChannel

FILE_NAME = "channels.yaml"
MEBIBYTE = 1 << 20
CHANNEL_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
Folder = Annotated[str, Field(min_length=1)]


class _Terms(Frozen):
    """What every kind of channel says: where its batches go, whose they are, how large a document may be."""

    lane: LaneName
    client: str
    entity: str | None = None
    priority: Priority = "standard"
    largest_mib: Annotated[int, Field(ge=1, le=1024)] = 100

    @property
    def largest(self) -> int:
        """Bytes of the largest document taken."""
        return self.largest_mib * MEBIBYTE


class Maildir(_Terms):
    """A mailbox in Maildir form, used for nothing else: every message in it is a delivery, read or not."""

    kind: Literal["maildir"]
    folder: Folder


class Drop(_Terms):
    """A folder where a partner, a portal, a scanner or a mail program leaves whole files.

    Attributes:
        channel: how its documents came.
        checksums: whether a file without a checksum is taken once the patience is over, or becomes a problem.
        patience_minutes: how long after its last change a file waits for a checksum that fits.
    """

    kind: Literal["drop"]
    folder: Folder
    channel: Literal["sftp", "portal", "scan", "email"] = "sftp"
    checksums: Literal["required", "optional"] = "required"
    patience_minutes: Annotated[int, Field(ge=0)] = 60


class Http(_Terms):
    """The endpoint for one client and lane.

    Attributes:
        token_variable: environment variable that holds the token.
        token_file: file that holds it, below the data folder.
    """

    kind: Literal["http"]
    token_variable: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    token_file: Folder | None = None

    @model_validator(mode="after")
    def _one_source_of_tokens(self) -> "Http":
        if (self.token_variable is None) == (self.token_file is None):
            raise ValueError("name either token_variable or token_file")
        return self


KINDS: Mapping[str, type[Maildir | Drop | Http]] = {"maildir": Maildir, "drop": Drop, "http": Http}


@dataclass(frozen=True)
class Channel:
    """A channel as it was declared."""

    name: str
    terms: Maildir | Drop | Http

    @property
    def manifest_channel(self) -> ManifestChannel:
        """What the manifests of its batches say."""
        if isinstance(self.terms, Drop):
            return self.terms.channel
        return "email" if isinstance(self.terms, Maildir) else "api"

    @property
    def place(self) -> str:
        """Where it takes from, as it was declared: a folder, or for HTTP the path of the endpoint."""
        return f"/v1/batches/{self.terms.lane}" if isinstance(self.terms, Http) else self.terms.folder

    def batch_id(self, *delivery: str) -> str:
        """Return the batch id of a delivery; what names it is the same whenever it is looked at."""
        return f"{self.name}-{short_hash(self.name, *delivery)}"

    def is_own(self, batch_id: str) -> bool:
        """Whether a batch id is one this channel gives."""
        return re.fullmatch(rf"{re.escape(self.name)}-[0-9a-f]{{16}}", batch_id) is not None


def load_channels(path: Path, contracts: Contracts) -> tuple[Channel, ...]:
    """Load the channels of a back office, in order of their names; without the file there are none.

    Args:
        path: of `channels.yaml`.
        contracts: lanes, clients and entities that channels may name.

    Raises:
        DictionaryError: the file breaks its format, or names a lane, client or entity that does not exist.
    """
    if not path.is_file():
        return ()
    content = load_mapping(path)
    refuse(str(path), _outer_problems(content))
    declared = content["channels"]
    refuse(str(path), (line for name, entry in declared.items() for line in _problems(str(name), entry)))
    channels = tuple(Channel(name, KINDS[entry["kind"]].model_validate(entry)) for name, entry in declared.items())
    lanes = sorted({file.parent.name for file in version_files(path.parent)} | set(contracts.lanes))
    refuse(str(path), (line for one in channels for line in _unknown_names(one, contracts, lanes)))
    refuse(str(path), _shared_folders(channels))
    return tuple(sorted(channels, key=lambda one: one.name))


def chosen(channels: Sequence[Channel], names: Sequence[str] | None) -> tuple[Channel, ...]:
    """Return the channels of some names, or all where none is named.

    Raises:
        UsageError: no channel is called so.
    """
    known = [one.name for one in channels]
    for name in names or ():
        if name not in known:
            what = f"is not declared in {FILE_NAME}"
            raise UsageError(f"channel {name!r}", what, f"use one of: {', '.join(known) or 'none'}")
    return tuple(one for one in channels if not names or one.name in names)


def _outer_problems(content: Mapping[str, Any]) -> Iterator[str]:
    for key in content:
        if key != "channels":
            yield f"top level: unknown key {key!r}{nearest(str(key), ['channels'])}"
    if not isinstance(content.get("channels"), dict):
        yield "top level: key 'channels' must be a mapping of names to channels"


def _problems(name: str, entry: Any) -> Iterator[str]:
    if CHANNEL_NAME.fullmatch(name) is None:
        yield f"channels.{name}: must be called with up to 40 small letters, digits and -"
    kind = entry.get("kind") if isinstance(entry, dict) else None
    model = KINDS.get(str(kind))
    if model is None:
        yield f"channels.{name}: kind must be one of {', '.join(sorted(KINDS))}{nearest(str(kind), sorted(KINDS))}"
        return
    try:
        model.model_validate(entry)
    except ValidationError as problem:
        yield from (f"channels.{name}: {line}" for line in sentences(problem, model))


def _unknown_names(channel: Channel, contracts: Contracts, lanes: Sequence[str]) -> Iterator[str]:
    terms, where = channel.terms, f"channels.{channel.name}"
    if terms.lane not in lanes:
        yield f"{where}: lane {terms.lane!r} has no field dictionary{nearest(terms.lane, lanes)}"
    exhibit = contracts.exhibits.get(terms.client)
    if exhibit is None:
        yield f"{where}: client {terms.client!r} has no exhibit{nearest(terms.client, sorted(contracts.exhibits))}"
    elif terms.entity is not None and terms.entity not in exhibit.entities:
        known = sorted(exhibit.entities)
        yield f"{where}: entity {terms.entity!r} is not in the exhibit of {terms.client}{nearest(terms.entity, known)}"


def _shared_folders(channels: tuple[Channel, ...]) -> Iterator[str]:
    """Yield a sentence for each folder that two channels would both empty."""
    first: dict[str, str] = {}
    for channel in channels:
        if not isinstance(channel.terms, Http):
            other = first.setdefault(str(Path(channel.place)), channel.name)
            if other != channel.name:
                yield f"channels.{channel.name}: folder {channel.place} is already that of channel {other}"

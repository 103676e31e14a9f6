"""Bearer tokens of the HTTP endpoint: read at its start from the environment or a file, kept as hashes only.

Nothing here puts a token into a message, a log or a file. Several tokens, separated by white space, are all valid, so
that one can be replaced while the other still works.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import SettingsError
from back_office_pipelines.intake.channels.declaration import Channel, Http

SHORTEST = 32
"""Characters of a token that nobody guesses; `openssl rand -hex 32` makes 64."""


@dataclass(frozen=True)
class Door:
    """A channel of kind http with the hashes of the tokens that open it."""

    channel: Channel
    terms: Http
    digests: tuple[bytes, ...]

    def opens_for(self, token: str) -> bool:
        """Whether a token is one of this door's; takes as long for a near miss as for anything else."""
        given = _digest(token)
        return sum(hmac.compare_digest(given, digest) for digest in self.digests) > 0  # no early end


def open_doors(channels: Sequence[Channel], environment: Mapping[str, str], data: Path) -> tuple[Door, ...]:
    """Return the doors of the channels of kind http.

    Args:
        channels: as declared.
        environment: variables that may hold tokens.
        data: folder that token files lie below.

    Raises:
        SettingsError: a token is missing or too short, or opens two doors of one lane.
    """
    doors: list[Door] = []
    for channel in channels:
        if isinstance(channel.terms, Http):
            tokens = _tokens(channel.terms, environment, data)
            door = Door(channel, channel.terms, tuple(map(_digest, tokens)))
            for other in doors:
                if other.terms.lane == door.terms.lane and set(other.digests) & set(door.digests):
                    raise SettingsError(
                        f"token of channel {channel.name}",
                        f"is also that of channel {other.channel.name} of the same lane",
                        "give each its own",
                    )
            doors.append(door)
    return tuple(doors)


def source_of(terms: Http) -> str:
    """Return where the token of a channel is kept, for people."""
    return f"variable {terms.token_variable}" if terms.token_variable else f"file {terms.token_file}"


def _tokens(terms: Http, environment: Mapping[str, str], data: Path) -> list[str]:
    thing = f"token in {source_of(terms)}"
    if terms.token_variable is not None:
        text = environment.get(terms.token_variable, "")
    else:
        try:
            text = (data / str(terms.token_file)).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingsError(
                thing, f"cannot be read ({type(problem).__name__})", "write one token a line into it"
            ) from None
    tokens = text.split()
    if not tokens:
        raise SettingsError(thing, "is missing", "make one with: openssl rand -hex 32")
    if min(map(len, tokens)) < SHORTEST:
        raise SettingsError(thing, f"is shorter than {SHORTEST} characters", "make one with: openssl rand -hex 32")
    return tokens


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()

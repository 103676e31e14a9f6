"""What is inside a file: the words that intake shares with whoever opens an e-mail or archive for it.

What belongs here: the shapes alone, so that a worker process that opens files imports nothing else of this room. What
does not: opening (`extraction.containers`) and what becomes of the parts (`documents`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Role = Literal["document", "container", "aside"]
"""`document` is read; `container` is an e-mail or archive whose parts are documents of their own; `aside` is kept and
not read: a picture in the text of an e-mail, its signature, what an archiving program added."""


@dataclass(frozen=True)
class Refusal:
    """Something in a container that could not be taken: which member, for which reason."""

    member: str
    reason_code: str
    observed: str
    expected: str


@dataclass(frozen=True)
class Part:
    """A file, or something inside it, with its bytes.

    Attributes:
        member: path inside the file; None for the file itself.
        refusals: what in it could not be taken, where it is a container.
    """

    member: str | None
    content: bytes
    role: Role = "document"
    refusals: tuple[Refusal, ...] = ()


Unpack = Callable[[bytes], Iterable[Part]]
"""Returns the parts of a file, itself included, one after the other."""

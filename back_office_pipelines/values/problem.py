"""Why a raw text has no canonical value: a typed answer, never an exception and never a guess.

What belongs here: the one shape that all parsers of this room return beside a value. What does not: which reason code
a lane gives a broken field (the dictionary), and what happens to the record then (`validation/`).
"""

from dataclasses import dataclass
from typing import Literal

ProblemCode = Literal["AMBIGUOUS", "FORMAT", "CODE_UNKNOWN", "OUT_OF_RANGE"]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a raw text.

    Attributes:
        reason_code: entry of the shared taxonomy.
        detail: what a person needs to know, without a full stop.
    """

    reason_code: ProblemCode
    detail: str


def unreadable(raw: str, kind: str) -> Problem:
    """Return the problem of a text that is no value of its kind under any reading."""
    return Problem("FORMAT", f"{shorten(raw)!r} is no {kind}")


def shorten(raw: str, limit: int = 60) -> str:
    """Return a text short enough for a message."""
    return raw if len(raw) <= limit else f"{raw[: limit - 1]}…"

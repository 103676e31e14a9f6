"""What a label beside an amount says where no list holds it: put together from the words it is made of.

What belongs here: taking a label's letters apart into known words, and what these make of it together. What does not:
labels that are listed whole, and those with letters read wrong (`till`).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from back_office_pipelines.dictionary.strict_yaml import load_texts

Kind = Literal[
    "sum", "owed", "part", "with", "without", "after", "before", "tax", "count", "discount", "rounding", "tender",
    "change", "service", "mute",
]  # fmt: skip
Role = Literal[
    "total", "subtotal", "net", "tax", "rounding", "tender", "change", "discount", "charge", "count", "other"
]
FILE = Path(__file__).parent / "wording.yaml"
NO_LETTER = re.compile(r"[\W\d_]+")
LONGEST = 60
"""Letters of a label; more are a sentence."""
FUZZY_FROM = 5
"""Letters of a text from which on it is known with letters read wrong: fewer make another word."""
ALIKE = 0.79
"""Share of letters that two spellings of one text have in common at least."""


@lru_cache(maxsize=20_000)
def role_of(letters: str) -> Role | None:
    """Return what a label says by its words, None where some of its letters are no known word.

    Args:
        letters: of the whole label, in lower case, without spaces, digits and marks.
    """
    kinds = _taken_apart(letters) if 0 < len(letters) <= LONGEST else None
    return None if kinds is None else _meaning(kinds)


@lru_cache(maxsize=20_000)
def role_in(parts: tuple[str, ...]) -> tuple[Role, float] | None:
    """Return what the known words of a label say, some with letters read wrong, and the share of its letters they are.

    Args:
        parts: letters of its words.
    """
    known = [(part, kinds) for part in parts if (kinds := _taken_apart(part) or _most_like(part))]
    role = _meaning([kind for _, kinds in known for kind in kinds])
    letters = sum(map(len, parts))
    return None if role is None or letters > LONGEST else (role, sum(len(part) for part, _ in known) / letters)


def _most_like(word: str) -> tuple[Kind, ...]:
    """Return the kind of the word that one with letters read wrong is most like; short words are like many."""
    if len(word) < FUZZY_FROM:
        return ()
    found = process.extractOne(word, tuple(_known()), scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE)
    return () if found is None else (_known()[found[0]],)


def _meaning(kinds: Sequence[Kind]) -> Role | None:
    """Return what kinds of words, in their order, make of a label."""
    said = set(kinds)
    asks = "sum" in said or kinds.count("owed") > 1
    role: Role | None = next((role for kind, role in _DEDUCTIONS if kind in said), None)
    if role is not None:
        role = _around(said, role)
    elif "tax" in said:
        role = _of_tax(kinds, said, asks)
    elif said & {"without", "before"}:
        role = "net" if asks or "part" in said else None
    elif "part" in said:
        role = "subtotal"
    elif "service" in said:
        role = "charge"
    elif asks:
        role = "total"
    return role


_DEDUCTIONS: tuple[tuple[Kind, Role], ...] = (
    ("change", "change"),
    ("count", "count"),
    ("discount", "discount"),
    ("rounding", "rounding"),
    ("tender", "tender"),
)


def _around(said: set[Kind], role: Role) -> Role:
    """Return the role of a deduction's label: the total after it, the subtotal before it, or the deduction itself."""
    return "total" if "after" in said else "subtotal" if "before" in said else role


def _of_tax(kinds: Sequence[Kind], said: set[Kind], asks: bool) -> Role | None:
    """Return what a label with a tax says: a sum with it, a sum without it, or the tax alone."""
    if said & {"without", "before"}:
        return "net" if asks or said & {"owed", "part"} else None
    if said & {"with", "after"}:
        if "part" in said:
            return "subtotal"
        first = kinds.index("tax") < min((kinds.index(kind) for kind in ("sum", "owed") if kind in said), default=99)
        return "tax" if first else "total"
    return "tax"


@lru_cache(maxsize=20_000)
def _taken_apart(letters: str) -> tuple[Kind, ...] | None:
    """Return the kinds of the fewest known words that make up some letters, None where no words do."""
    known = _known()
    best: list[tuple[Kind, ...] | None] = [()]
    for end in range(1, len(letters) + 1):
        found = [
            (*before, kind)
            for start in range(max(0, end - _longest()), end)
            if (before := best[start]) is not None and (kind := known.get(letters[start:end])) is not None
        ]
        best.append(min(found, key=len, default=None))
    return best[-1]


@cache
def _known() -> Mapping[str, Kind]:
    """Return the kind of each word by its letters."""
    kinds = TypeAdapter(dict[Kind, tuple[str, ...]]).validate_python(load_texts(FILE))
    return {NO_LETTER.sub("", word.casefold()): kind for kind, words in kinds.items() for word in words}


@cache
def _longest() -> int:
    return max(map(len, _known()))

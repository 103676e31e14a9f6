"""The words beside amounts of a till slip: total, tax, rounding, tender, change and their kind.

What belongs here: reading `till.yaml`, and which of these a run of words says, spelled as recognition left it. What
does not: labels of the total itself (the dictionary), and what follows from an amount's role (`total`).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.slip.mending import mended_words
from back_office_pipelines.extraction.slip.wording import ALIKE, FUZZY_FROM, Role, role_in, role_of

FILE = Path(__file__).parent / "till.yaml"
NO_LETTER = re.compile(r"[\W\d_]+")
MONEY_WORDS = frozenset(("rm", "myr", "eur", "usd", "sgd", "gbp", "chf", "rs"))
"""Currencies stand inside many labels and say nothing of them."""
LONGEST = 8
"""Words that a label can span."""
COVERED = 0.8
"""Share of the letters before an amount from which on a label known to the letter needs no other."""


UNSAID = 0.6
"""What a label is still worth where it is nothing of the words before an amount; all of them make it 1."""
LEAST_SAID = 0.5
"""Share of the letters before an amount that known words must be, where the rest is unknown."""


class Label(NamedTuple):
    """What the words before an amount say.

    Attributes:
        likeness: 1 where spelled as known, less where letters were read wrong or words beside it are unknown.
        letters: number of its letters.
    """

    role: Role
    likeness: float
    letters: int


Words = Mapping[str, Role]
_built: dict[tuple[str, str], Words] = {}


def words_of(dictionary: Dictionary, field: str) -> Words:
    """Return every known label by its letters: the field's own and, before all, those of `till.yaml`."""
    wanted = dictionary.fingerprint, field
    if wanted not in _built:
        spec = dictionary.records[dictionary.header].fields[field]
        unlike: Words = {letters(text): "other" for texts in spec.unlike.values() for text in texts}
        own: Words = {letters(text): "total" for texts in spec.labels.values() for text in texts}
        _built[wanted] = {**unlike, **own, **_till()}
    return _built[wanted]


def label_of(texts: Sequence[str], words: Words) -> Label | None:
    """Return what the words before an amount say, None where they say nothing known.

    The longest label known to the letter; where it leaves something unsaid, what its words say together; else the one
    that all words together are most like.
    """
    parts = [part for text in texts if (part := letters(text))]
    exact = max(_spelled(parts, words), key=lambda label: label.letters, default=None)
    whole = "".join(parts)
    if (exact is None or exact.letters < len(whole)) and (role := role_of(whole)) is not None:
        return Label(role, 1.0, len(whole))
    if exact is not None and exact.letters >= COVERED * len(whole):
        return exact
    if exact is not None:
        exact = exact._replace(likeness=_worth(exact.letters / len(whole)))
    alike = _most_like(whole, tuple(words)) if len(whole) >= FUZZY_FROM else None
    if alike is not None:
        return Label(words[alike[0]], alike[1], len(alike[0]))
    return _partly_said(tuple(parts), exact)


def _partly_said(parts: tuple[str, ...], exact: Label | None) -> Label | None:
    """Return what the known words among others say, or a label among them where that is longer."""
    said = role_in(parts)
    if said is None or said[1] < LEAST_SAID:
        return exact
    length = round(said[1] * sum(map(len, parts)))
    return exact if exact is not None and exact.letters >= length else Label(said[0], _worth(said[1]), length)


def _worth(said: float) -> float:
    """Return the likeness of a label that is a share of the letters before an amount."""
    return UNSAID + (1 - UNSAID) * said


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """Return the letters of a word alone, in lower case, nothing of a currency; digits inside it are letters."""
    bare = NO_LETTER.sub(" ", mended_words(text).casefold()).split()
    return "".join(part for part in bare if part not in MONEY_WORDS)


def _spelled(parts: Sequence[str], words: Words) -> list[Label]:
    found = []
    for start in range(len(parts)):
        for end in range(start + 1, min(len(parts), start + LONGEST) + 1):
            key = "".join(parts[start:end])
            if key in words:
                found.append(Label(words[key], 1.0, len(key)))
    return found


@lru_cache(maxsize=20_000)
def _most_like(text: str, known: tuple[str, ...]) -> tuple[str, float] | None:
    found = process.extractOne(text, known, scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE)
    return None if found is None else (found[0], float(found[1]))


@cache
def _till() -> Words:
    roles = TypeAdapter(dict[Role, tuple[str, ...]]).validate_python(load_texts(FILE))
    return {letters(text): role for role, texts in roles.items() for text in texts}

"""What a date on a slip is the day of, by the words before it: the purchase, its print, a step around it, or another.

What belongs here: reading `occasions.yaml`, and what the end of a text says. What does not: where dates stand
(`day_shapes`), and which of them is the day of the slip (`days`).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.slip.till import letters

Occasion = Literal["purchase", "printing", "handling", "other"]
_Entry = Literal["printing", "handling", "other", "lead"]
FILE = Path(__file__).parent / "occasions.yaml"
LONGEST = 3
"""Words that an entry can span."""
MOST_LEADING = 3
"""Words that only lead on, between what a date is called and the date."""
RANGE = re.compile(r"\s*(?:[-~]|to|till|until|thru|bis|hingga|au|al|a|t/m)\s*", re.IGNORECASE)
"""What stands between the first and the last day of a period."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d+|[^\w\s]")


@lru_cache(maxsize=5_000)
def occasion_of(before: str) -> Occasion:
    """Return what a date is the day of.

    Args:
        before: what stands before it on its line, or on the line above where nothing does.
    """
    words = _last_words(before)
    known = _known()
    leading = 0
    while words:
        for count in range(min(LONGEST, len(words)), 0, -1):
            entry = known.get("".join(words[-count:]))
            if entry is not None and entry != "lead":
                return _earlier(words[:-count], entry)
        if known.get(words[-1]) != "lead" or leading == MOST_LEADING:
            break
        words = words[:-1]
        leading += 1
    return "purchase"


def _earlier(before: Sequence[str], entry: Occasion) -> Occasion:
    """Return what an entry says: a copy that was printed is a copy, and so for all that stand together."""
    if entry == "printing" and before and _known().get(before[-1]) == "handling":
        return "handling"
    return entry


def _last_words(text: str) -> list[str]:
    """Return the letters of the last words of a text, back to a number: what is before one names another thing."""
    words: list[str] = []
    for word in reversed(_WORD.findall(text)):
        if word[0].isdigit() or len(words) == LONGEST + MOST_LEADING:
            break
        if spelled := letters(word):
            words.append(spelled)
    return words[::-1]


def heads(line: str) -> bool:
    """Tell whether a whole line says what the date below it is of: few words, every one of them known."""
    words = _last_words(line)
    known = _known()
    return 0 < len(words) <= LONGEST and all(word in known for word in words) and not any(map(str.isdigit, line))


@cache
def _known() -> Mapping[str, _Entry]:
    """Return every entry by its letters; what leads on is one only where it is nothing else."""
    entries = TypeAdapter(dict[_Entry, tuple[str, ...]]).validate_python(load_texts(FILE))
    order: Sequence[_Entry] = ("lead", "other", "printing", "handling")
    return {letters(text): kind for kind in order for text in entries[kind]}

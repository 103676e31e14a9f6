"""Texts made comparable: when two names or numbers count as the same, and when as nearly the same.

What belongs here: folding of texts for keys, look-alike characters, distance of one edit. What does not: which fields
make a key (the dictionary), and who came first (`ledger/claims`).
"""

import re
import unicodedata

from rapidfuzz.distance import DamerauLevenshtein

LOOK_ALIKES = str.maketrans({"o": "0", "q": "0", "i": "1", "l": "1", "z": "2", "s": "5", "g": "6", "b": "8"})
"""Letters that readers and typists take for digits, and the other way round."""

_OTHER = re.compile(r"[\W_]+")
_RUNS = re.compile(r"\d+|[^\W\d_]+")


def fold(text: str) -> str:
    """Return a text without letter case and with one space for all that is no letter or digit: `INV-7` is `inv 7`.

    The places of separators stay, because `2026-1-11` and `2026-11-1` are two numbers. Composition and width of
    characters do not count (NFKC); accents do: `Muller` is not `Müller`.
    """
    return _OTHER.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def fold_name(text: str) -> str:
    """Return a name's letters and digits only: `A.B.C. Freight & Co.` and `ABC Freight Co` are one name."""
    return fold(text).replace(" ", "")


def skeleton(text: str) -> str:
    """Return a number as it looks: look-alike characters made one, zeros before digits and separators dropped.

    `INV-00O17` and `inv 17` have one skeleton; `2026-1-11` and `2026-11-1` have not.
    """
    runs = _RUNS.findall(fold(text).translate(LOOK_ALIKES))
    return " ".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)


def neighbourhood(text: str) -> frozenset[str]:
    """Return the folded text and all that is left of it without one character.

    Two texts that are one edit apart share one of these, so near ones are found by equal keys and never by comparing
    everything with everything (symmetric deletion, Garbe 2012).
    """
    whole = fold(text)
    return frozenset({whole, *(whole[:place] + whole[place + 1 :] for place in range(len(whole)))})


def one_edit_apart(first: str, second: str) -> bool:
    """Whether two folded texts differ by one insertion, deletion, exchange or transposition (Damerau 1964)."""
    return DamerauLevenshtein.distance(fold(first), fold(second), score_cutoff=1) == 1

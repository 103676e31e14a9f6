"""Words printed with wide spaces between their letters: "R E C H N U N G", closed up again.

What belongs here: which single letters are one word. What does not: words and lines themselves (`words`).

Titles and letterheads are often spaced so, and a text layer then has a space after each letter. Between two words the
gap is wider than between two letters.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Protocol

SHORT = 2
"""Letters of the pieces of a word printed so: pairs that are set close ("TA", "WA") stand together."""
FEWEST, SHARE, OF_LETTERS = 4, 0.7, 0.55
"""Single letters that a text must have, the share of single letters and figures among its pieces, and of letters."""
WIDER = 1.7
"""Usual gaps between letters from which on a gap is one between words."""
LEAST_HEIGHT = 0.12
"""Heights of print by which it is wider, at least."""
WEEKDAYS = frozenset(
    (
        "mtwtfss", "smtwtfs", "mtwtf", "mtwrfss", "mdmdfss", "mdmdf", "lmmjvsd", "lmxjvsd", "lmmgvsd", "lmmjv",
        "lmxjv", "lmmgv", "dstqqss", "stqqssd", "stqqs", "mdwdvzz", "mdwdv", "smdmdfs",
    )
)  # fmt: skip
"""Heads of columns of days."""


class Piece(Protocol):
    """A word as it was printed."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, in points."""

    @property
    def height(self) -> float:
        """Height of its print."""


def words_of_letters(run: Sequence[Piece]) -> Iterator[slice]:
    """Yield the words that the pieces of a text are, each as a slice of them; none where its letters are not spaced.

    Longer pieces that follow the letters stay what they are.
    """
    letters = list(takewhile(lambda piece: len(piece.text) <= SHORT, run))
    if len(letters) < FEWEST or not _are_letters(letters):
        return
    found = list(_divided(letters))
    words = ("".join(piece.text for piece in letters[one]) for one in found)
    if all(word.isupper() or word.islower() or word.istitle() or not any(map(str.isalpha, word)) for word in words):
        yield from found
        yield from (slice(at, at + 1) for at in range(len(letters), len(run)))


def _divided(letters: Sequence[Piece]) -> Iterator[slice]:
    """Yield the words of letters, which wider gaps divide."""
    gaps = [other.box[0] - one.box[2] for one, other in pairwise(letters)]
    usual = sorted(gaps)[len(gaps) // 2]
    widest = max(WIDER * usual, usual + LEAST_HEIGHT * letters[0].height)
    start = 0
    for at, gap in enumerate(gaps, start=1):
        if gap > widest:
            yield slice(start, at)
            start = at
    yield slice(start, len(letters))


def _are_letters(run: Sequence[Piece]) -> bool:
    """Tell whether short pieces are mostly letters, hardly any two together, and no days of the week."""
    single = [piece.text for piece in run if len(piece.text) == 1 and piece.text.isalnum()]
    letters = sum(map(str.isalpha, single))
    if letters < max(FEWEST, OF_LETTERS * len(run)) or len(single) < SHARE * len(run):
        return False
    return "".join(piece.text for piece in run).lower() not in WEEKDAYS

"""Patterns of words in any letter case, several times as fast as with a flag.

What belongs here: searching. What does not: what is searched for. With the flag, `re` tries every word of a pattern at
every letter of a text; without it, one look at a letter tells which words may begin there. A text of plain letters in
lower case is the same text, letter by letter; letters beyond ASCII have rules of their own and keep the flag.
"""

import re
from collections.abc import Iterator


class Caseless:
    """A pattern that is found in any letter case.

    The pattern is written in lower case, classes of letters included.
    """

    __slots__ = ("_any", "_lower")

    def __init__(self, pattern: str) -> None:
        self._any = re.compile(pattern, re.IGNORECASE)
        self._lower = re.compile(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match; its offsets are those of the text, its letters may be in lower case."""
        return self._lower.search(text.lower()) if text.isascii() else self._any.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield all matches, as `search`."""
        return self._lower.finditer(text.lower()) if text.isascii() else self._any.finditer(text)

    @property
    def flagged(self) -> re.Pattern[str]:
        """The pattern as `re` alone would search it."""
        return self._any

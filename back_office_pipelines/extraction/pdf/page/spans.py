"""A run of words as one text whose parts still know their place on the page.

What belongs here: text offsets to words and boxes. What does not: what is looked for in the text (`shapes`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.words import Word, around


class Found(NamedTuple):
    """A piece of text with its place.

    Attributes:
        score: lowest score of its words where they were recognised in a picture; None in a text layer.
    """

    text: str
    page: int
    box: Box
    score: float | None = None


@dataclass(frozen=True)
class Span:
    """Words of one page, joined by single spaces."""

    words: tuple[Word, ...]
    page: int

    @property
    def text(self) -> str:
        """The joined text."""
        return " ".join([word.text for word in self.words])

    def piece(self, start: int, end: int) -> Found:
        """Return the text between two offsets with the box around the words it touches."""
        touched, offset = [], 0
        for word in self.words:
            if offset < end and offset + len(word.text) > start:
                touched.append(word)
            offset += len(word.text) + 1
        return found_in(self.text[start:end].strip(), self.page, touched or self.words)


def found_in(text: str, page: int, words: Sequence[Word]) -> Found:
    """Return a text that stands in some words of a page."""
    if len(words) == 1:
        return Found(text, page, words[0].box, words[0].score)
    scores = [word.score for word in words if word.score is not None]
    return Found(text, page, around(words), min(scores) if scores else None)


def span(words: Sequence[Word], page: int) -> Span:
    """Return a span of words."""
    return Span(tuple(words), page)

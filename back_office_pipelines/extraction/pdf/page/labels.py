"""The labels of a dictionary, found on a page.

What belongs here: labels as folded keys and the rule that the longest label claims its words first. What does not:
the labels (the dictionary) and the values beside them (`locate`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.words import Line, Word, around
from back_office_pipelines.values.text import squash_spaces

SECOND_LANGUAGE = "en"
"""Labels that documents of any language carry beside their own."""
EDGES = ":.*()[]|,;"
MEANINGLESS = re.compile(r"[^\w#°º]|_")
PROSE = 8
"""Words after a label in its segment from which on, without a colon or a digit among them, they are a sentence."""
PROSE_BEFORE_VALUE = 3
"""Words between a label and its value from which on they are a sentence: "invoice no later than 30 days"."""
LONGEST_LABEL = 8
"""Words of a page that a label can span."""


@dataclass(frozen=True)
class Label:
    """One label of one field.

    Attributes:
        key: the label as `key` folds it.
        field: None for a label that names none of the lane's fields, and only keeps shorter ones from its words.
        generic: a longer label of the same field contains it ("date" beside "invoice date"), so it says less.
    """

    field: str | None
    key: str
    generic: bool


@dataclass(frozen=True)
class Occurrence:
    """A label on a page: the words it claims are `start` to `end` of the line's words."""

    label: Label
    line: Line
    start: int
    end: int
    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        """Box of the label's own words."""
        return around(self.words[self.start : self.end])


Vocabulary = Mapping[str, tuple[Label, ...]]


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Return a word for comparison: lower case, without punctuation at its edges."""
    return squash_spaces(text).casefold().strip(EDGES)


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """Return a label for comparison: lower case, without spaces and punctuation, so that "VAT-ID:" is "vat id"."""
    return MEANINGLESS.sub("", squash_spaces(text).casefold())


def vocabulary(dictionary: Dictionary, language: str | None) -> Vocabulary:
    """Return the header labels of a language and of English by their keys; of all languages where unknown."""
    found: dict[str, dict[str, Label]] = {}
    others: set[str] = set()
    for field, spec in dictionary.records[dictionary.header].fields.items():
        keys = _keys(spec.labels, language)
        others |= _keys(spec.unlike, language)
        for text in keys:
            generic = any(text != other and text in other for other in keys)
            found.setdefault(text, {})[field] = Label(field, text, generic)
    unlike = {text: (Label(None, text, False),) for text in others - found.keys()}
    return {**unlike, **{text: tuple(labels.values()) for text, labels in found.items()}}


def _keys(labels: Mapping[str, tuple[str, ...]], language: str | None) -> set[str]:
    spoken = [texts for code, texts in labels.items() if language is None or code in (language, SECOND_LANGUAGE)]
    return {key(text) for texts in spoken for text in texts}


def find_labels(lines: Sequence[Line], labels: Vocabulary) -> tuple[Occurrence, ...]:
    """Return every label on some lines, the longest first at each word; words are claimed once."""
    return tuple(occurrence for line in lines for occurrence in _in_line(line, labels))


def _in_line(line: Line, labels: Vocabulary) -> Iterator[Occurrence]:
    words = tuple(word for segment in line.segments for word in segment.words)
    ends = _segment_ends(line)
    index, start = 0, True
    while index < len(words):
        end = _longest(words, index, _next(ends, index), labels)
        if end is None:
            start = index + 1 in ends
            index += 1
            continue
        if start or end - index > 1 or words[end - 1].text.endswith((":", "#")):
            rest = words[end : _next(ends, index)]
            if not _continues(words[end - 1], rest):
                for label in labels[key("".join(word.text for word in words[index:end]))]:
                    yield Occurrence(label, line, index, end, words)
        index, start = end, True


def _longest(words: Sequence[Word], index: int, limit: int, labels: Vocabulary) -> int | None:
    """Return the end of the longest label that starts at a word and stays within its segment."""
    for end in range(min(limit, index + LONGEST_LABEL), index, -1):
        if key("".join(word.text for word in words[index:end])) in labels:
            return end
    return None


def _continues(last: Word, rest: Sequence[Word]) -> bool:
    """Tell whether a label goes on into a longer one ("Invoice date corrected: 3 May") or into a sentence."""
    if last.text.endswith(":"):
        return False
    for position, word in enumerate(rest):
        if any(character.isdigit() for character in word.text):
            return position >= PROSE_BEFORE_VALUE
        if word.text.endswith((":", "#")):
            return position > 0 or len(word.text) > 1
    return len(rest) >= PROSE


def _segment_ends(line: Line) -> list[int]:
    """Return the index after the last word of each segment."""
    ends, count = [], 0
    for segment in line.segments:
        count += len(segment.words)
        ends.append(count)
    return ends


def _next(ends: Sequence[int], index: int) -> int:
    return next(end for end in ends if end > index)

"""The lines of a document with everything on them that matters: labels, and texts shaped like values.

What belongs here: finding both, once, by position among the words of their line. What does not: which label a value
belongs to (`pairing`), and what its field is (`invoice`).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.bars import without_bars
from back_office_pipelines.extraction.pdf.page.registrations import vat_id_spans
from back_office_pipelines.extraction.pdf.page.shapes import (
    NAMED_IBAN,
    Reach,
    amount_spans,
    date_spans,
    iban_spans,
    reference_spans,
)
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import Meaning, Vocabulary, key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word, around
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style

Kind = Literal["date", "amount", "reference", "vat_id", "iban"]
LONGEST_LABEL = 9
"""Words of a page that a label can span."""
SHORTEST = 2
"""Letters beyond which what a stroke joins are words of two languages."""
MOST_WORDS = 40
"""Words of a segment up to which it is searched for labels; longer ones are prose."""
COMPOUNDED = ("rechnung", "gutschrift", "factuur", "rabatt", "korting")
"""Words that German and Dutch write at the end of longer ones."""
SUBJECTS = frozenset(
    ("re", "subject", "betreff", "betr", "betrifft", "objet", "oggetto", "betreft", "asunto", "onderwerp")
)
"""Words that, with a colon, begin the line that says what a letter is about."""
NO_COMPOUNDS = frozenset(("inrechnung", "xrechnung"))
DIGIT = re.compile(r"\d")
_SPANS: Mapping[Kind, Callable[[str], Iterable[Reach]]] = {
    "date": date_spans,
    "amount": amount_spans,
    "iban": iban_spans,
    "vat_id": vat_id_spans,
    "reference": reference_spans,
}


class Mention(NamedTuple):
    """A text shaped like a value.

    Attributes:
        row: number of its line in the document.
        start, end: its words among those of the line.
        lead: words before it in its segment.
    """

    kind: Kind
    found: Found
    row: int
    start: int
    end: int
    lead: int

    @property
    def box(self) -> Box:
        """Its place."""
        return self.found.box


class Label(NamedTuple):
    """A label on a page.

    Attributes:
        row: number of its line in the document.
        start, end: its words among those of the line.
        lead: words before it in its segment, a mark of the subject of a letter ("Re:") aside.
        tail: words after it in its segment.
        colon: whether it ends in a mark that announces a value.
    """

    meaning: Meaning
    key: str
    row: int
    start: int
    end: int
    lead: int
    tail: int
    colon: bool
    box: Box


def number_of(mention: Mention, style: Style) -> Decimal | None:
    """Return the number an amount writes; None where it has none, or more than one reading."""
    number = parse_decimal(mention.found.text, style)
    return number if isinstance(number, Decimal) else None


@dataclass(frozen=True)
class Row:
    """One line of a document.

    Attributes:
        words: all its words, left to right.
        first: for each segment the position of its first word, and the number of words at the end.
        numbers: its numbers by the style they were read in, once that was asked (`numerals.numbers_of`).
    """

    number: int
    line: Line
    words: tuple[Word, ...]
    first: tuple[int, ...]
    labels: tuple[Label, ...]
    mentions: tuple[Mention, ...]
    numbers: dict[Style, tuple[Any, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def page(self) -> int:
        """Page from 1."""
        return self.line.page

    @cached_property
    def height(self) -> float:
        """Height of its print."""
        return max(self.words[0].height, 1.0)

    @property
    def base(self) -> float:
        """Base line of its first word."""
        return self.words[0].base

    @cached_property
    def box(self) -> Box:
        """Box around it."""
        return around(self.line.segments)

    @cached_property
    def text(self) -> str:
        """Its words joined by single spaces."""
        return " ".join([word.text for word in self.words])

    def of_kind(self, kind: Kind) -> tuple[Mention, ...]:
        """Return its mentions of a kind, left to right."""
        return self._by_kind.get(kind, ()) if self.mentions else ()

    @cached_property
    def claimed(self) -> frozenset[int]:
        """Words of its labels, by position."""
        return frozenset(at for label in self.labels for at in range(label.start, label.end))

    @cached_property
    def taken(self) -> frozenset[int]:
        """Words of its mentions, by position."""
        return frozenset(at for mention in self.mentions for at in range(mention.start, mention.end))

    @cached_property
    def _by_kind(self) -> dict[Kind, tuple[Mention, ...]]:
        found: dict[Kind, list[Mention]] = {}
        for mention in self.mentions:
            found.setdefault(mention.kind, []).append(mention)
        return {kind: tuple(mentions) for kind, mentions in found.items()}


def rows_of(lines: Sequence[Line], vocabulary: Vocabulary) -> tuple[Row, ...]:
    """Return the lines of a document as rows, numbered in reading order."""
    return tuple(_row(number, line, vocabulary) for number, line in enumerate(without_bars(lines)))


def _row(number: int, line: Line, vocabulary: Vocabulary) -> Row:
    words = tuple([word for segment in line.segments for word in segment.words])
    first = (0, *accumulate([len(segment.words) for segment in line.segments]))
    labels: list[Label] = []
    mentions: list[Mention] = []
    banking = "iban" in line.text.casefold()
    for segment, offset in zip(line.segments, first, strict=False):
        labels.extend(_labels(segment.words, number, offset, vocabulary))
        if DIGIT.search(segment.text):
            mentions.extend(_mentions(segment, number, offset, banking))
    mentions.sort(key=lambda one: one.start)
    return Row(number, line, words, first, tuple(labels), tuple(mentions))


def _labels(words: Sequence[Word], row: int, offset: int, vocabulary: Vocabulary) -> Iterator[Label]:
    """Yield the labels of a segment, the longest first at each word; words are claimed once."""
    if len(words) > MOST_WORDS:
        return
    keys = [_key_of(word.text, vocabulary) for word in words]
    if vocabulary.starts.isdisjoint(keys):
        return
    about = int(words[0].text.endswith(":") and keys[0] in SUBJECTS)
    index = 0
    while index < len(words):
        found = _longest(keys, index, vocabulary) if keys[index] in vocabulary.starts else None
        if found is None or (index and vocabulary.meanings[found[1]].first):
            index += 1
            continue
        end, text = found
        following = words[end].text if end < len(words) else ""
        colon = words[end - 1].text.rstrip("*").endswith((":", "#")) or following.startswith(":")
        yield Label(
            vocabulary.meanings[text], text, row, offset + index, offset + end, max(index - about, 0), len(words) - end,
            colon, around(words[index:end]),
        )  # fmt: skip
        index = end


def _key_of(word: str, vocabulary: Vocabulary) -> str:
    """Return the key of a word; of one in two languages, "TVA/BTW", that of the first, where both are no label."""
    text = _simple_key(word)
    if "/" not in word or text in vocabulary.starts:
        return text
    parts = word.split("/")
    return _simple_key(parts[0]) if all(len(part) > SHORTEST and part.isalpha() for part in parts) else text


@lru_cache(maxsize=20_000)
def _simple_key(word: str) -> str:
    """Return the key of a word, of a compound the last part that says what it is: "Mietrechnung" is a "Rechnung"."""
    text = key(word)
    return next((last for last in COMPOUNDED if text.endswith(last) and text not in NO_COMPOUNDS), text)


def _longest(keys: Sequence[str], index: int, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Return the end and text of the longest label that starts at a word."""
    found, text = None, ""
    for end in range(index + 1, min(len(keys), index + LONGEST_LABEL) + 1):
        text += keys[end - 1]
        if text not in vocabulary.starts:
            break
        if keys[end - 1] and text in vocabulary.meanings:
            found = end, text
    return found


def _mentions(segment: Segment, row: int, offset: int, banking: bool) -> Iterator[Mention]:
    words, text = segment.words, segment.text
    starts = list(accumulate([len(word.text) + 1 for word in words[:-1]], initial=0))
    for kind, reach in _reaches(text, banking) if len(text) <= LONGEST_KEPT else _reaches.__wrapped__(text, banking):
        start, end = _touched(starts, reach) if len(words) > 1 else (0, 1)
        found = found_in(text[slice(*reach)].strip(), segment.page, words[start:end])
        yield Mention(kind, found, row, offset + start, offset + end, start)


LONGEST_KEPT = 200
"""Characters of a text up to which what it holds is kept for the next like it: texts that repeat are short."""


@lru_cache(maxsize=20_000)
def _reaches(text: str, banking: bool) -> tuple[tuple[Kind, Reach], ...]:
    """Return where values of each kind stand in a text; pages repeat many of theirs."""
    found: list[tuple[Kind, Reach]] = []
    for kind, spans in _SPANS.items():
        reaches = list(spans(text))
        if kind == "iban" and banking and not reaches:
            reaches = [match.span() for match in NAMED_IBAN.finditer(text)]
        found += [(kind, reach) for reach in reaches]
    return tuple(found)


def _touched(starts: Sequence[int], reach: Reach) -> tuple[int, int]:
    """Return the words that a reach of the joined text touches."""
    return max(bisect_right(starts, reach[0]) - 1, 0), bisect_right(starts, reach[1] - 1)

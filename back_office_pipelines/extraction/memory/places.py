"""Places of values on pages, said in a way that holds for other pages of the same layout.

What belongs here: which places give a text, and which text a place gives. What does not: which places are believed
(`lessons`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import Literal, NamedTuple

from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word

Relation = Literal["right", "below", "at"]
RELATIONS: tuple[Relation, ...] = ("right", "below", "at")
"""From the most to the least telling: a label says what stands beside it, a spot on the page only where it stood."""
MOST_LABEL = 3
"""Words of a label that tell it, those next to the value first."""
MOST_HEADING = 4
"""Words of a text that can head the value below it."""
MOST_VALUE = 10
"""Words of a value."""
LINES_BELOW = 3
REACH_BELOW = 4.0
"""How far below its label a value may stand, in lines and in heights of the label."""
CELL = 12.0
SHIFT = 6.0
"""Size of the cells of a page, and how far from its cell a value may stand, in points."""
ROUND_VALUES = " :;,."

Reads = Callable[[str], str | None]
"""Returns the canonical text of a raw one, None where it cannot be a value of the field."""


class Place(NamedTuple):
    """Where a value stands.

    Attributes:
        label: keys of the words it stands right of or below, joined by spaces; empty at a spot of the page.
        words: how many words it has; 0: all that is left of its run of words.
        across, down: cell of the first page, for a spot.
    """

    relation: Relation
    label: str = ""
    words: int = 0
    across: int = 0
    down: int = 0

    def told(self) -> str:
        """Return the place in words."""
        where = f"{self.relation} {'of ' if self.relation == 'right' else ''}{self.label!r}"
        if self.relation == "at":
            where = f"{self.across * CELL:.0f} points from the left and {self.down * CELL:.0f} from the top"
        many = "to the end of the run" if self.words == 0 else f"{self.words} word{'s' if self.words > 1 else ''}"
        return f"{where}, {many}"


@dataclass(frozen=True)
class TextLine:
    """A line with all its words, their keys, and for each word the end of its segment."""

    line: Line
    words: tuple[Word, ...]
    keys: tuple[str, ...]
    ends: tuple[int, ...]
    firsts: tuple[int, ...]

    @classmethod
    def of(cls, line: Line) -> "TextLine":
        """Lay out a line."""
        words = tuple(word for segment in line.segments for word in segment.words)
        lasts = list(accumulate(len(segment.words) for segment in line.segments))
        ends = tuple(end for segment, end in zip(line.segments, lasts, strict=True) for _ in segment.words)
        return cls(line, words, tuple(_label_key(word.text) for word in words), ends, (0, *lasts[:-1]))

    def run(self, start: int, count: int) -> tuple[int, int] | None:
        """Return start and end of so many words of one segment, 0 for all that is left; None where there are not."""
        end = self.ends[start] if count == 0 else start + count
        return (start, end) if end <= self.ends[start] else None

    def found(self, start: int, end: int) -> Found:
        """Return some words as a value, without the marks around it."""
        text = " ".join(word.text for word in self.words[start:end]).strip(ROUND_VALUES)
        return found_in(text, self.line.page, self.words[start:end])


@dataclass(frozen=True)
class Text:
    """The lines of a document, laid out once for all places that are looked at."""

    lines: Sequence[Line]

    @cached_property
    def laid(self) -> tuple[TextLine, ...]:
        """Every line."""
        return tuple(map(TextLine.of, self.lines))

    def at(self, place: Place, reads: Reads) -> Found | None:
        """Return the one value that stands at a place; None where none does, or several that differ."""
        values: dict[str, Found] = {}
        for laid, start in _STARTS[place.relation](self, place):
            run = laid.run(start, place.words)
            if run is not None and (value := reads((found := laid.found(*run)).text)) is not None:
                values.setdefault(value, found)
        return next(iter(values.values())) if len(values) == 1 else None

    def places_of(self, value: str, reads: Reads) -> frozenset[Place]:
        """Return every place that gives a value on these pages, and no other value.

        Args:
            value: canonical text.
            reads: of its field.
        """
        found: set[Place] = set()
        for number, laid in enumerate(self.laid):
            for start, end in _runs(laid, value, reads):
                found.update(self._leading_to(number, start, end))
        return frozenset(one for one in found if (at := self.at(one, reads)) is not None and reads(at.text) == value)

    def _leading_to(self, number: int, start: int, end: int) -> Iterator[Place]:
        """Yield the places that may lead to some words of a line."""
        laid = self.laid[number]
        lengths = (end - start, 0) if end == laid.ends[start] else (end - start,)
        for words in lengths:
            label: list[str] = []
            for before in reversed(range(start)):
                if laid.keys[before] and len(label) < MOST_LABEL:
                    label.insert(0, laid.keys[before])
                    yield Place("right", " ".join(label), words)
                elif laid.keys[before] or _is_value(laid.words[before].text):
                    break
            for above in self.laid[max(0, number - LINES_BELOW) : number]:
                yield from (Place("below", text, words) for text, _ in _headings(above))
            if laid.line.page == 1:
                yield from (Place("at", "", words, *cell) for cell in _cells(laid.words[start]))


def _runs(laid: TextLine, value: str, reads: Reads) -> Iterator[tuple[int, int]]:
    """Yield the words of a line that are a value."""
    for start in range(len(laid.words)):
        for end in range(start + 1, min(laid.ends[start], start + MOST_VALUE) + 1):
            if reads(laid.found(start, end).text) == value:
                yield start, end


def _right(text: Text, place: Place) -> Iterator[tuple[TextLine, int]]:
    """Yield where values begin right of a label: its marks, such as a colon, are skipped."""
    label = tuple(place.label.split())
    for laid in text.laid:
        if label[-1] not in laid.keys:
            continue
        for last, found in enumerate(laid.keys):
            if found == label[-1] and _before(laid, last)[-len(label) :] == label:
                following = (at for at in range(last + 1, len(laid.words)) if not _is_mark(laid, at))
                yield from ((laid, at) for at in islice(following, 1))


def _before(laid: TextLine, last: int) -> tuple[str, ...]:
    """Return the keys of the words up to one, those between it and the value before it."""
    keys: list[str] = []
    for at in reversed(range(last + 1)):
        if laid.keys[at]:
            keys.insert(0, laid.keys[at])
        elif _is_value(laid.words[at].text):
            break
        if len(keys) == MOST_LABEL:
            break
    return tuple(keys)


def _below(text: Text, place: Place) -> Iterator[tuple[TextLine, int]]:
    """Yield where values begin below a label: in the first line that has words under it."""
    for number, laid in enumerate(text.laid):
        for heading, segment in _headings(laid):
            if heading == place.label and (found := _under(text.laid[number + 1 :], laid, segment)) is not None:
                yield found


def _under(following: Sequence[TextLine], above: TextLine, segment: Segment) -> tuple[TextLine, int] | None:
    left, top, right, bottom = segment.box
    for laid in following[:LINES_BELOW]:
        if laid.line.page != above.line.page:
            return None
        for at, word in enumerate(laid.words):
            if word.box[0] < right and word.box[2] > left and word.box[1] - bottom <= REACH_BELOW * (bottom - top):
                return laid, at
    return None


def _spot(text: Text, place: Place) -> Iterator[tuple[TextLine, int]]:
    """Yield where values begin at a spot of the first page."""
    cell = place.across, place.down
    for laid in text.laid:
        if laid.line.page > 1:
            return
        yield from ((laid, at) for at, word in enumerate(laid.words) if cell in _cells(word))


_STARTS: dict[Relation, Callable[[Text, Place], Iterator[tuple[TextLine, int]]]] = {
    "right": _right,
    "below": _below,
    "at": _spot,
}


def _headings(laid: TextLine) -> Iterator[tuple[str, Segment]]:
    """Yield the segments of a line that are a few words without a digit."""
    for segment, first in zip(laid.line.segments, laid.firsts, strict=True):
        keys = laid.keys[first : first + len(segment.words)]
        known = [one for one in keys if one]
        if 0 < len(known) <= MOST_HEADING and not any(_is_value(word.text) for word in segment.words):
            yield " ".join(known), segment


def _cells(word: Word) -> set[tuple[int, int]]:
    """Return the cells that a word stands in, or would if it stood a little elsewhere."""
    left, top = word.box[:2]
    shifts = (-SHIFT, 0.0, SHIFT)
    return {(int((left + x) // CELL), int((top + y) // CELL)) for x in shifts for y in shifts}


def _is_mark(laid: TextLine, at: int) -> bool:
    """Tell whether a word is no more than marks: a colon, dots that lead to a value."""
    return not laid.keys[at] and not _is_value(laid.words[at].text)


def _label_key(text: str) -> str:
    return "" if _is_value(text) else key(text)


def _is_value(text: str) -> bool:
    return any(map(str.isdigit, text))

"""Candidates for each field: what stands right of its labels, else what stands below them.

What belongs here: where a label's value may stand. What does not: choosing between candidates (`choose`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import Occurrence
from back_office_pipelines.extraction.pdf.page.shapes import Shape, amounts, names, references, shape_of
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Line, Word

Place = Literal["right", "below"]
LINES_BELOW = 3
FILLERS = frozenset(
    (
        "nr",
        "no",
        "nº",
        "n°",
        "number",
        "vom",
        "von",
        "van",
        "am",
        "of",
        "the",
        "le",
        "du",
        "in",
        "eur",
        "usd",
        "gbp",
        "chf",
    )
)
"""Words that may stand between a label and its value."""
REACH_BESIDE = 1.5
"""How far a name may start beside its label's left edge, in heights of the label."""
REACH_BELOW = 4.0
"""How far below a label its value may stand, in heights of the label."""


@dataclass(frozen=True)
class Candidate:
    """A text that may be a field's value, and the evidence for it.

    Attributes:
        place: where it stands relative to its label.
        generic: the label says little (see `Label`).
    """

    field: str
    found: Found
    place: Place
    generic: bool


def candidates(
    lines: Sequence[Line], occurrences: Sequence[Occurrence], dictionary: Dictionary
) -> tuple[Candidate, ...]:
    """Return every candidate of every labelled field. Below is looked at only where nothing fits on the right."""
    fields = dictionary.records[dictionary.header].fields
    found: list[Candidate] = []
    for occurrence in occurrences:
        label = occurrence.label
        if label.field is None:
            continue
        shape = shape_of(label.field, fields[label.field].type)
        if shape is None:
            continue
        places: tuple[tuple[Place, list[Found]], ...] = (
            ("right", list(_right(occurrence, occurrences, shape))),
            ("below", list(_below(occurrence, occurrences, lines, shape))),
        )
        place, values = next(((place, values) for place, values in places if values), ("right", []))
        found.extend(Candidate(label.field, value, place, label.generic) for value in values)
    return tuple(found)


def _claimed(line: Line, occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    return [other for other in occurrences if other.line is line]


def _right(occurrence: Occurrence, occurrences: Sequence[Occurrence], shape: Shape) -> Iterator[Found]:
    """Yield what fits between a label and the next label on its line; a name or reference is the first that fits."""
    others = [other.start for other in _claimed(occurrence.line, occurrences) if other.start >= occurrence.end]
    end = min(others, default=len(occurrence.words))
    rest = occurrence.words[occurrence.end : end]
    if shape is names and not _introduces(occurrence):
        return
    for group in _segments(rest, occurrence.line):
        values = list(shape(span(group, occurrence.line.page)))
        if values and occurrence.label.generic and _other_words(group, values[0], occurrence):
            return
        if values and shape in (names, references):
            yield values[0]
            return
        yield from values


def _other_words(group: Sequence[Word], value: Found, occurrence: Occurrence) -> bool:
    """Tell whether words stand between a generic label and its value in one segment: "Date of delivery 3 May"."""
    same = occurrence.words[occurrence.end - 1].base == group[0].base and group[0] is occurrence.words[occurrence.end]
    before = [word.text for word in group if word.box[2] <= value.box[0]]
    return same and any(len(text) > 1 and text.isalpha() and text.casefold() not in FILLERS for text in before)


def _introduces(occurrence: Occurrence) -> bool:
    """Tell whether a label ends in a colon: "from" begins many sentences, and beside a heading stands another one."""
    rest = occurrence.words[occurrence.end :]
    return occurrence.words[occurrence.end - 1].text.endswith(":") or bool(rest and rest[0].text.startswith(":"))


def _segments(words: Sequence[Word], line: Line) -> Iterator[tuple[Word, ...]]:
    """Yield the given words of a line segment by segment."""
    wanted = set(map(id, words))
    for segment in line.segments:
        group = tuple(word for word in segment.words if id(word) in wanted)
        if group:
            yield group


def _below(
    occurrence: Occurrence, occurrences: Sequence[Occurrence], lines: Sequence[Line], shape: Shape
) -> Iterator[Found]:
    """Yield what fits in the first segment under a label that holds anything fitting, another label's own excepted."""
    if shape is amounts and not _heads_totals(occurrence, occurrences):
        return
    if shape is references and occurrence.label.generic:
        return  # below a heading such as "Invoice" stands any number
    left, _, right, bottom = occurrence.box
    reach = bottom + REACH_BELOW * (bottom - occurrence.box[1])
    line = occurrence.line
    following = [other for other in lines if other.page == line.page and line.number < other.number]
    for other in following[:LINES_BELOW]:
        labels = [taken.box for taken in _claimed(other, occurrences)]
        for segment in other.segments:
            x0, top, x1, _ = segment.box
            overlaps = x0 < right and x1 > left and top <= reach
            if shape is names:
                overlaps = overlaps and abs(x0 - left) < REACH_BESIDE * (bottom - occurrence.box[1])
            if not overlaps or any(box[0] < x1 and box[2] > x0 for box in labels):
                continue
            values = list(shape(span(segment.words, segment.page)))
            if values:
                yield values[0]
                return
            if shape is names:
                return


def _heads_totals(occurrence: Occurrence, occurrences: Sequence[Occurrence]) -> bool:
    """Tell whether a line holds labels only ("Net | VAT | Total"): the header of a table of items holds other words."""
    labelled = {
        id(word) for other in _claimed(occurrence.line, occurrences) for word in other.words[other.start : other.end]
    }
    return all(id(word) in labelled for word in occurrence.words)

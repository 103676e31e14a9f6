"""Lessons: what all corrections of a field on one layout have in common, and the memory that holds them.

What belongs here: from what single decisions taught to lessons, and how sure one is. What does not: reading a corrected
document again (`teaching`), reading a new one by lessons (`recall`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from back_office_pipelines.extraction.memory.layouts import LEAST_SHARED, SAME, Cell, Fixed, cells_near, grouped, shared
from back_office_pipelines.extraction.memory.places import RELATIONS, Place
from back_office_pipelines.extraction.pdf.page.vocabulary import key

CONSTANT = frozenset({"seller_name", "merchant_name"})
"""Fields that a layout may not print as text, and whose value is the same on all papers of a business. Nothing else is
ever given that is not on the page: least of all where money goes."""
RUNS = re.compile(r"[^\W_]+")
GROUPED = re.compile(r"9(?:[.,'\u2019\s]9)+")


@dataclass(frozen=True)
class Taught:
    """What one decision teaches.

    Attributes:
        decision: its id.
        document: the document it was made on.
        value: canonical text that was keyed.
        shape: kinds of characters of the value as printed; empty where it is not on the page.
        fixed: texts of the document that tell its layout.
        marks: what only its sender writes.
        places: where the value stands; none where it is not on the page.
    """

    decision: str
    document: str
    field: str
    value: str
    shape: str
    fixed: frozenset[Fixed]
    marks: frozenset[str]
    places: frozenset[Place]


@dataclass(frozen=True)
class Layout:
    """A kind of paper.

    Attributes:
        cells: what all its documents have in common.
    """

    cells: frozenset[Cell]

    @cached_property
    def texts(self) -> frozenset[str]:
        """Keys of its fixed texts: labels, for the most part."""
        return frozenset(text for text, _ in self.cells)


@dataclass(frozen=True)
class Lesson:
    """Where a field's value stands on a layout, or what it is there.

    Attributes:
        decisions: ids of the decisions it was learned from, in order.
        places: those that all of them have in common, of one relation, the most telling.
        shapes: kinds of characters that values had.
        values: the values themselves, canonical.
        constant: value where none is printed; only of papers with all `marks`.
    """

    field: str
    layout: Layout
    decisions: tuple[str, ...]
    places: tuple[Place, ...] = ()
    shapes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    constant: str | None = None
    marks: frozenset[str] = frozenset()

    @property
    def bound(self) -> float:
        """Most that can be claimed after so many agreeing decisions (Laplace's rule of succession)."""
        return (len(self.decisions) + 1) / (len(self.decisions) + 2)

    def may_be(self, text: str, value: str | None) -> bool:
        """Tell whether a text may be a value: it looks like those before, and is no label of the layout."""
        known = value in self.values or " ".join(filter(None, map(key, text.split()))) not in self.layout.texts
        return known and shape_of(text) in self.shapes

    def told(self) -> str:
        """Return what was learned, in words."""
        if self.constant is not None:
            return f"is {self.constant!r} where {', '.join(sorted(self.marks))} stands"
        return " or ".join(place.told() for place in self.places)


@dataclass(frozen=True)
class Memory:
    """Everything that was learned for a lane and client, as one batch is bound to it.

    Attributes:
        key: what it was made of: content hash of a table, and the number of decisions asked for; empty for the memory
            that knows nothing.
        lessons: those with as many agreeing decisions as the client asks for.
    """

    key: str = ""
    lessons: tuple[Lesson, ...] = ()

    def of_page(self, texts: Iterable[Fixed]) -> list[Lesson]:
        """Return the lessons of the layouts that a page is of."""
        shown = Counter(layout for cell in cells_near(texts) for layout in self._by_cell.get(cell, ()))
        known = {layout for layout, count in shown.items() if count >= SAME * len(layout.cells)}
        return [lesson for lesson in self.lessons if lesson.layout in known]

    @cached_property
    def _by_cell(self) -> Mapping[Cell, Sequence[Layout]]:
        found: dict[Cell, list[Layout]] = {}
        for layout in dict.fromkeys(lesson.layout for lesson in self.lessons):
            for cell in layout.cells:
                found.setdefault(cell, []).append(layout)
        return found


NOTHING = Memory()


def lessons_of(taught: Iterable[Taught]) -> tuple[Lesson, ...]:
    """Return what decisions teach, in order of field and decisions; their own order plays no part."""
    by_document: dict[str, list[Taught]] = {}
    for one in taught:
        by_document.setdefault(one.document, []).append(one)
    pages = {name: ones[0].fixed for name, ones in by_document.items()}
    found = [
        lesson
        for group in grouped(pages)
        for lesson in _of_layout([one for name in group for one in by_document[name]], pages)
    ]
    return tuple(sorted(found, key=lambda one: (one.field, one.decisions)))


def shape_of(text: str) -> str:
    """Return the kinds of characters of a text: letters are A, digits 9, both in one word X, marks are themselves.

    The groups of a number are one number, and names are alike whatever they consist of.
    """
    if not any(map(str.isdigit, text)):
        return "A"
    kinds = RUNS.sub(lambda run: "9" if run[0].isdigit() else "A" if run[0].isalpha() else "X", text)
    return GROUPED.sub("9", kinds)


def _of_layout(taught: Sequence[Taught], pages: Mapping[str, frozenset[Fixed]]) -> Iterator[Lesson]:
    for field in sorted({one.field for one in taught}):
        own = sorted((one for one in taught if one.field == field), key=lambda one: (one.document, one.decision))
        printed = [one for one in own if one.places]
        if printed:
            yield from _printed(field, printed, pages)
        elif field in CONSTANT:
            yield from _constants(field, own, pages)


def _printed(field: str, taught: Sequence[Taught], pages: Mapping[str, frozenset[Fixed]]) -> Iterator[Lesson]:
    """Yield the lesson of values that stand on their pages; none where they have no place in common."""
    layout = _layout(taught, pages)
    places = _most_telling(frozenset.intersection(*(one.places for one in taught)))
    if layout is not None and places:
        shapes, values = frozenset(one.shape for one in taught), frozenset(one.value for one in taught)
        yield Lesson(field, layout, _ids(taught), places, shapes, values)


def _constants(field: str, taught: Sequence[Taught], pages: Mapping[str, frozenset[Fixed]]) -> Iterator[Lesson]:
    """Yield a lesson for each value that no page shows: businesses that share a layout are told apart by their marks.

    A value whose marks stand on a paper that was given another value is contradicted.
    """
    for value in sorted({one.value for one in taught}):
        own = [one for one in taught if one.value == value]
        layout, marks = _layout(own, pages), frozenset.intersection(*(one.marks for one in own))
        contradicted = any(marks <= one.marks for one in taught if one.value != value)
        if layout is not None and marks and not contradicted:
            yield Lesson(field, layout, _ids(own), constant=value, marks=marks)


def _layout(taught: Sequence[Taught], pages: Mapping[str, frozenset[Fixed]]) -> Layout | None:
    common = shared([pages[name] for name in sorted({one.document for one in taught})])
    return Layout(common) if len(common) >= LEAST_SHARED else None


def _ids(taught: Sequence[Taught]) -> tuple[str, ...]:
    return tuple(sorted(one.decision for one in taught))


def _most_telling(places: frozenset[Place]) -> tuple[Place, ...]:
    """Return the places of the most telling relation, of these the ones with the longest label."""
    for relation in RELATIONS:
        own = [place for place in places if place.relation == relation]
        longest = max((len(place.label.split()) for place in own), default=0)
        if own:
            return tuple(sorted(place for place in own if len(place.label.split()) == longest))
    return ()

"""Reading a page by what was learned about its layout, after the rules have read it.

What belongs here: when a lesson speaks, what it overrules, and the most it may claim. What does not: lessons themselves
(`lessons`) and places (`places`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.memory.layouts import fixed_texts, marks
from back_office_pipelines.extraction.memory.lessons import Lesson, Memory
from back_office_pipelines.extraction.memory.places import Reads, Text
from back_office_pipelines.extraction.pdf.evidence import LEARNED, Choice, Learned
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.values.normalisers import canonical_text, run_normalisers
from back_office_pipelines.values.problem import Problem
from back_office_pipelines.values.style import Style

NOWHERE = (0.0, 0.0, 0.0, 0.0)
"""Place of a value that is not on the page."""

Chosen = tuple[Choice, str | None]


@dataclass(frozen=True)
class _Page:
    """A page that lessons are held against."""

    text: Text
    of_others: tuple[str, ...]
    dictionary: Dictionary
    style: Style

    @cached_property
    def shown(self) -> frozenset[str]:
        """What only its sender writes; looked for where a lesson asks for it."""
        return marks(self.text.lines, self.of_others)

    def reads(self, field: str) -> Reads:
        """Return what reads texts as values of a field."""
        return reads_of(self.dictionary, field, self.style)


def reads_of(dictionary: Dictionary, field: str, style: Style) -> Reads:
    """Return what gives the canonical text of a raw one, None where it is no value of a field of the header."""
    names = dictionary.value_type(dictionary.header, field).normalise

    def reads(raw: str) -> str | None:
        value = run_normalisers(raw, names, style)
        return None if isinstance(value, Problem) or value == "" else canonical_text(value)

    return reads


def recalled(
    choices: Sequence[Chosen], lines: Sequence[Line], dictionary: Dictionary, style: Style, memory: Memory
) -> tuple[Chosen, ...]:
    """Return the choices of the rules, with those that the memory knows better in their places.

    Args:
        choices: of the header, with the readings that stand beside them.
        lines: of the document.
        dictionary: the lane.
        style: how the document writes numbers and dates.
        memory: what the batch is bound to.
    """
    if not memory.lessons or not (lessons := memory.of_page(fixed_texts(lines))):
        return tuple(choices)
    known = {choice.field: (choice, told) for choice, told in choices}
    page = _Page(Text(lines), _of_buyer(known), dictionary, style)
    for field in sorted({lesson.field for lesson in lessons} & dictionary.records[dictionary.header].fields.keys()):
        choice = _recalled(field, [one for one in lessons if one.field == field], known, page)
        if choice is not None:
            known[field] = choice, None
    return tuple(known.values())


def _of_buyer(known: Mapping[str, Chosen]) -> tuple[str, ...]:
    return (known["buyer_vat_id"][0].found.text,) if "buyer_vat_id" in known else ()


def _recalled(field: str, lessons: Sequence[Lesson], known: Mapping[str, Chosen], page: _Page) -> Choice | None:
    """Return the choice of the lessons about a field; None where they are still, disagree, or say what the rules do."""
    reads = page.reads(field)
    said = [(lesson, found) for lesson in lessons if (found := _found(lesson, reads, page)) is not None]
    values = {reads(found.text) for _, found in said}
    if len(values) != 1:
        return None
    lesson, found = max(said, key=lambda one: (one[0].bound, one[0].decisions))
    rules = known.get(field)
    if rules is not None and (_is_confirmed(rules[0], page) or reads(rules[1] or rules[0].found.text) in values):
        return None
    # What the rules read instead contradicts it, so the next best other value is no distance away.
    rival = rules[0].found if rules is not None else None
    learned = Learned(lesson.decisions, lesson.told(), lesson.bound, constant=lesson.constant is not None)
    return Choice(field, found, LEARNED, margin=0.0 if rival else 1.0, rival=rival, learned=learned)


def _is_confirmed(choice: Choice, page: _Page) -> bool:
    """Tell whether sums of the document confirm an amount: what they say is not overruled."""
    return choice.held and page.dictionary.value_type(page.dictionary.header, choice.field).type == "decimal"


def _found(lesson: Lesson, reads: Reads, page: _Page) -> Found | None:
    """Return the value that a lesson gives on a page; none where its places give several, or to a name not all one."""
    if lesson.constant is not None:
        return Found(lesson.constant, 1, NOWHERE) if lesson.marks <= page.shown else None
    at = [page.text.at(place, reads) for place in lesson.places]
    found = [one for one in at if one is not None and lesson.may_be(one.text, reads(one.text))]
    if len({reads(one.text) for one in found}) != 1:
        return None
    numbered = any(map(str.isdigit, found[0].text))  # words without a digit have nothing but their places to tell them
    return found[0] if numbered or len(found) == len(at) else None

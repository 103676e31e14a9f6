"""Where in a file one document ends and the next begins, by what its pages say about themselves.

What belongs here: the signs of a page, and the verdict they lead to. What does not: reading the parts and holding the
verdict against what they say (`several`).

Three signs speak for a beginning: another number under the label of the document's number, a title of the lane's
classes, and page numbers that begin again. All three are sure; two need a second look; one is at most a doubt. A page
that names the same number, or says that it is the second, goes on with what came before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.facts.captions import NUMBER_SIGNS
from back_office_pipelines.extraction.pdf.facts.identifiers import numbers_by_page
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.headings.deciding import document_class, is_attachment
from back_office_pipelines.extraction.pdf.headings.heading import Heading
from back_office_pipelines.extraction.pdf.headings.headings import headings_on
from back_office_pipelines.extraction.pdf.numbering import Place, place_of
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.vocabulary import key, vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.spoken import language_of, language_of_labels, words_of_languages
from back_office_pipelines.extraction.pdf.textlayer import Reading

Verdict = Literal["begins", "may_begin", "again", "attached", "goes_on"]
ALL_SIGNS = 3
CLEAR = 0.45
"""Score of a number, see `pairing`, from which on it tells documents apart; below, it may stand in any sentence."""
UPPER = 2 / 3
"""Share of a page's text, from the top, within which a title in usual print stands."""


@dataclass(frozen=True)
class Signs:
    """What one page says about itself.

    Attributes:
        page: page from 1.
        place: the page number it prints.
        numbers: what it calls the number of the document, the best first.
        clear: the best is named clearly enough to tell two documents apart.
        titled: it is headed as a document of the lane.
        attached: it is headed as something else: a delivery note, terms, an order.
    """

    page: int
    place: Place | None
    numbers: tuple[str, ...]
    clear: bool
    titled: bool
    attached: bool

    @property
    def is_first(self) -> bool:
        """Whether the page calls itself the first."""
        return self.place is not None and self.place.number == 1

    @property
    def is_later(self) -> bool:
        """Whether the page calls itself the second or a later one."""
        return self.place is not None and self.place.number > 1


@dataclass
class Part:
    """Pages that are one document as far as their signs tell.

    Attributes:
        pages: of the document itself.
        signs: how many signs speak for its beginning; all for the first part of a file.
        attached: pages that go with it and are something else.
        again: page groups that give the same document once more.
        doubtful: pages among `pages` where another document may begin.
        numbers: what its pages call its number, the best first.
    """

    pages: list[int]
    signs: int = ALL_SIGNS
    attached: list[int] = field(default_factory=list)
    again: list[list[int]] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    numbers: tuple[str, ...] = ()
    _last: Verdict = "begins"

    def add(self, one: Signs, verdict: Verdict) -> None:
        """Add a page that does not begin another part."""
        if verdict == "goes_on" and not one.numbers and not one.is_later:
            verdict = self._last if self._last in ("attached", "again") else verdict
        if verdict == "attached":
            self.attached.append(one.page)
        elif verdict == "again" and (self._last != "again" or one.is_first):
            self.again.append([one.page])
        elif self._last == "again" and verdict == "goes_on":
            self.again[-1].append(one.page)
            verdict = "again"
        else:
            self.pages.append(one.page)
            self.numbers = self.numbers or one.numbers
            if verdict == "may_begin":
                self.doubtful.append(one.page)
        self._last = verdict


def signs_of(lines: Sequence[Line], reading: Reading, dictionary: Dictionary) -> tuple[Signs, ...]:
    """Return the signs of every page that has lines.

    Args:
        lines: of all pages.
        reading: of all pages as if they were one document.
        dictionary: the lane, whose classes are titles.
    """
    found: list[Signs] = []
    for page, group in groupby(lines, key=lambda line: line.page):
        own = list(group)
        place, named = place_of(own), reading.numbers.get(page, {})
        later = place is not None and place.number > 1
        if not named and not later:
            named = _numbers_alone(own, reading.language, dictionary)
        clear = max(named.values(), default=0.0) >= CLEAR
        goes_on = bool(found) and later and not (clear and named.keys().isdisjoint(found[-1].numbers))
        titled, attached = _headed(own, dictionary) if found and not goes_on else (False, False)
        found.append(Signs(page, place, tuple(named), clear, titled, attached))
    return tuple(found)


def _headed(page: Sequence[Line], dictionary: Dictionary) -> tuple[bool, bool]:
    """Tell whether a page is headed as a document of the lane, and whether as something else."""
    heading = document_class(headings_on(page, dictionary))
    of_lane = heading is not None and dictionary.keeps(heading.document_class)
    titled = heading is not None and of_lane and _is_title(heading, page)
    return titled, not titled and ((heading is not None and not of_lane and heading.large) or is_attachment(page))


def _numbers_alone(page: Sequence[Line], language: str | None, dictionary: Dictionary) -> Mapping[str, float]:
    """Return what a page calls the number of the document in its own language, where the file's is another."""
    spoken = words_of_languages(page, dictionary)
    if language_of(spoken) in (None, language):
        return {}
    rows = rows_of(page, vocabulary_of(dictionary, language_of_labels(spoken, language_of(spoken))))
    return numbers_by_page(rows, candidates(rows)).get(page[0].page, {})


def parts_of(signs: Sequence[Signs]) -> tuple[Part, ...]:
    """Return the documents of a file as far as the signs of its pages tell."""
    parts: list[Part] = []
    for one in signs:
        if not parts:
            parts.append(Part([one.page], numbers=one.numbers))
            continue
        verdict, count = _verdict(one, parts[-1])
        if verdict == "begins":
            parts.append(Part([one.page], signs=count, numbers=one.numbers))
        else:
            parts[-1].add(one, verdict)
    return tuple(parts)


def _verdict(one: Signs, part: Part) -> tuple[Verdict, int]:
    """Return what a page is beside the part before it, and the number of signs that it begins a document."""
    if one.attached:
        return "attached", 0
    if one.numbers and part.numbers and (one.numbers[0] in part.numbers or part.numbers[0] in one.numbers):
        return _same_number(one), 0
    count = one.clear + one.titled + one.is_first
    if one.is_later:
        return ("may_begin" if count > 1 else "goes_on"), count
    if count > 1:
        return "begins", count
    return ("may_begin" if count else "goes_on"), count


def _same_number(one: Signs) -> Verdict:
    """Return what a page is that names the number of the part before it."""
    if one.is_later or not one.titled:
        return "goes_on"
    return "again" if one.is_first else "may_begin"


def _is_title(heading: Heading, page: Sequence[Line]) -> bool:
    """Tell whether a heading is the title of its page: in large print, else on top, alone or with its number."""
    if heading.large:
        return True
    rest = heading.segment.text.split()[1:]
    goes_on = any(word.strip(".:,").isalpha() and key(word) not in NUMBER_SIGNS for word in rest[:1])
    return not goes_on and heading.segment.box[1] <= UPPER * page[-1].segments[0].box[3]

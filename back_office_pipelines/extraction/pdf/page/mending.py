"""Pages of recognised text: labels that recognition spelled wrong, and letters inside numbers, set right.

What belongs here: telling that a page is recognised text of middling quality, and which of its words are mended. What
does not: how letters are mistaken (`misread`), and pages that this program recognises itself (`scanned`).

Labels alone are mended, never values: names, numbers of documents and texts stay as the page has them. A day, time,
rate or amount whose marks leave no doubt is read without its letters. Both are less sure than clear print: such a
number by a fixed score, and words of letters by the share of labels that were misread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import SECOND_LANGUAGE
from back_office_pipelines.extraction.pdf.page.misread import (
    COMMA_FOR_POINT,
    COUNT,
    DIGITS,
    WITH_POINT,
    Spelling,
    month_meant,
    number_meant,
    part_of_day,
    spelling_of,
)
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word, line_of, segment_of

SUSPECTS = 2
"""Words of a page that look misread below which its labels are not looked at."""
SIGNS = 3
"""Misread labels and numbers from which on a page is recognised text: one or two are names and codes."""
LONGEST_LABEL = 6
SHORTEST = 4
"""Letters of a label below which too many other words look like it."""
LONG_WORD = 3
"""Letters beyond which a word that looks misread makes a page suspicious."""
REPAIRED = 0.9
"""Score of a number with a letter in it that was read as the digit it looks like."""
DAY_AND_YEAR = 2
"""Numbers beside the name of a month that make it a date."""
CLEAR = 4
"""How many times more often points than commas must stand before cents for a comma there to be a point misread."""


@dataclass
class Mender:
    """Mends the pages of one document; a page that shows it is recognised text speaks for those after it.

    Attributes:
        proven: some page was recognised text.
        right, wrong: words of labels on its pages of recognised text.
    """

    dictionary: Dictionary
    proven: bool = False
    right: int = 0
    wrong: int = 0
    spelling: Spelling = field(init=False)

    def __post_init__(self) -> None:
        self.spelling = spelling_of(self.dictionary, SECOND_LANGUAGE)

    def mended(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Return the lines of a page, mended where they are recognised text."""
        texts = set(" ".join([line.text for line in lines]).split())
        numbers = {text for text in texts if number_meant(text) is not None}
        misread = {text for text in texts if self.spelling.misread(text)}
        if not self.proven:
            if len(numbers) + sum(len(text) > LONG_WORD for text in misread) < SUSPECTS:
                return tuple(lines)
            self.proven = len(numbers) + len(self._labels(lines, misread)) >= SIGNS
        if not self.proven:
            return tuple(lines)
        self._count(lines, misread)
        return tuple(self._line(line, misread, _misprints_points(texts)) for line in lines)

    def _count(self, lines: Sequence[Line], misread: set[str]) -> None:
        """Count the words of labels that were read right and wrong: as often any other word is wrong."""
        for segment in (segment for line in lines for segment in line.segments):
            self.right += sum(
                len(one.text) > LONG_WORD and key(one.text) in self.spelling.words for one in segment.words
            )
            for start, end, _ in runs(segment.words, self.spelling, misread):
                self.wrong += sum(word.text in misread for word in segment.words[start:end])

    @property
    def score(self) -> float:
        """How probable it is that a word of letters is right, by Laplace's rule of succession."""
        return round((self.right + 1) / (self.right + self.wrong + 2), 3)

    def _labels(self, lines: Sequence[Line], misread: set[str]) -> set[str]:
        """Return the different misread labels of a page, and the words among them with a digit, which no word has."""
        found: set[str] = set()
        for line in lines:
            for segment in line.segments:
                for start, end, _ in runs(segment.words, self.spelling, misread):
                    words = segment.words[start:end]
                    found.add(" ".join(word.text for word in words))
                    found.update(word.text for word in words if any(map(str.isdigit, word.text)))
        return found

    def _line(self, line: Line, misread: set[str], points: bool) -> Line:
        counted = WITH_POINT.search(line.text) is not None
        segments = tuple(self._segment(segment, misread, points, counted) for segment in line.segments)
        return line if segments == line.segments else line_of(segments, line.page, line.number)

    def _segment(self, segment: Segment, misread: set[str], points: bool, counted: bool) -> Segment:
        words = list(segment.words)
        for start, _, readings in runs(segment.words, self.spelling, misread):
            for at, reading in enumerate(readings, start):
                words[at] = words[at]._replace(text=_spelled(words[at].text, reading))
        alone = counted and len(words) == 1
        mended = [self._scored(_number(word, points, alone)) for word in _with_months(words)]
        return segment if mended == list(segment.words) else segment_of(mended, segment.page, segment.line)

    def _scored(self, word: Word) -> Word:
        """Return a word of letters with what the labels of its page tell of its letters; names are never mended."""
        return (
            word if word.score is not None or not any(map(str.isalpha, word.text)) else word._replace(score=self.score)
        )


def runs(words: Sequence[Word], spelling: Spelling, misread: set[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield start, end and words of the misread labels of a segment.

    A label begins the segment or follows a value, and ends the segment, in a colon, or before a number.
    """
    if not any(word.text in misread for word in words):
        return
    at = 0
    while at < len(words):
        found = _run(words, at, spelling) if _may_begin(words, at) else None
        if found is None:
            at += 1
            continue
        end, readings = found
        if any(word.text in misread for word in words[at:end]):
            yield at, end, readings
        at = end


def _may_begin(words: Sequence[Word], at: int) -> bool:
    before = words[:at]
    return all(not any(map(str.isalnum, word.text)) for word in before) or _is_value(before[-1].text)


def _is_value(text: str) -> bool:
    return text.endswith(":") or any(map(str.isdigit, text))


def _run(words: Sequence[Word], at: int, spelling: Spelling) -> tuple[int, tuple[str, ...]] | None:
    """Return the end of the longest label from a word on, with its words as they are spelled."""
    for end in range(min(len(words), at + LONGEST_LABEL), at, -1):
        if not _may_end(words, end):
            continue
        for readings in product(*(spelling.readings(word.text) for word in words[at:end])):
            text = "".join(readings)
            if len(text) >= SHORTEST and text in spelling.labels:
                return end, readings
    return None


def _may_end(words: Sequence[Word], end: int) -> bool:
    following = words[end].text if end < len(words) else "0"
    return words[end - 1].text.endswith((":", "#")) or any(map(str.isdigit, following)) or following.startswith("$")


def _spelled(text: str, reading: str) -> str:
    """Return a word of a label in the letter case of the page, with the marks around it."""
    first = next((at for at, letter in enumerate(text) if letter.isalnum() or letter in "|!"), 0)
    marks = text[len(text.rstrip(":.,#)")) :].removeprefix("#" if reading.endswith("#") else "")
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(map(str.isupper, letters))
    if len(letters) > 1 and 2 * capitals > len(letters):
        reading = reading.upper()
    elif text[first : first + 1].isupper() or text[first : first + 1].isdigit():
        reading = reading.capitalize()
    return text[:first] + reading + marks


def _with_months(words: Sequence[Word]) -> list[Word]:
    """Return the words of a segment with the days that a month's name is part of: "Novcmber l5, 2O12"."""
    found = list(words)
    for at, word in enumerate(words):
        name = month_meant(word.text)
        if name is None:
            continue
        beside = (one for one in (at - 1, at + 1, at + 2) if 0 <= one < len(words))
        parts = {one: text for one in beside if (text := part_of_day(words[one].text)) is not None}
        if len(parts) < DAY_AND_YEAR:
            continue
        for one, text in {at: name, **parts}.items():
            if text != words[one].text:
                found[one] = words[one]._replace(text=text, score=REPAIRED)
    return found


def _number(word: Word, points: bool, alone: bool) -> Word:
    """Return a number without the letters in it.

    Args:
        word: of a page of recognised text.
        points: a comma before its cents is a point.
        alone: it fills a cell of a line with an amount: a count may be short.
    """
    text = number_meant(word.text) or word.text
    if points:
        text = COMMA_FOR_POINT.sub(r"\1.\2", text) if COMMA_FOR_POINT.fullmatch(text) else text
    if alone and COUNT.fullmatch(text):
        text = text.translate(DIGITS)
    return word if text == word.text else word._replace(text=text, score=REPAIRED)


def _misprints_points(texts: set[str]) -> bool:
    """Tell whether amounts of a page have points before their cents, and so few commas that these are misread."""
    points = sum(WITH_POINT.search(text) is not None for text in texts)
    return points > CLEAR * sum(COMMA_FOR_POINT.fullmatch(text) is not None for text in texts)

"""Pages without a title that say what they are: in the first sentence of a letter, else by their own number.

What belongs here: these two. What does not: titles (`headings`), and when they are asked (`deciding`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.headings.heading import HEADING_WORDS, LARGER, Heading, usual_height
from back_office_pipelines.extraction.pdf.headings.headings import is_named
from back_office_pipelines.extraction.pdf.headings.title import NUMBER_WORDS, SUBJECT, titles_of
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.shapes import is_priced
from back_office_pipelines.extraction.pdf.page.words import Line

FEWEST_AMOUNTS = 2
"""Amounts of a bill: a line and its total."""
SUBJECT_LINES = 20
"""Lines from the top of a page within which a letter says what it is about."""


def subject(lines: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the sentence of a letter that begins with what it is and its number, None where none of the lane's does.

    "Invoice SN24-0317 - 2024 season sponsorship, on behalf of": a page without a heading says so in its first lines.
    """
    table = titles_of(dictionary)
    top = (line for line in lines if line.page == 1 and line.number < SUBJECT_LINES)
    for segment in (segment for line in top for segment in line.segments if len(segment.words) > HEADING_WORDS):
        keys = [key(word.text) for word in segment.words[:HEADING_WORDS]]
        best = max(table.beginning(keys), default=None)
        if best is None or not dictionary.keeps(best[1]):
            continue
        following = [word.text for word in segment.words[best[0] : best[0] + 2]]
        if key(following[0]) in NUMBER_WORDS:
            following = following[1:]
        if SUBJECT.fullmatch(following[0]):
            return Heading(best[1], segment, segment.words[0].height, numbered=True)
    return None


def captioned(page: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the caption of the document's own number on a page without a heading, None where there is none.

    "Factuurnummer: 20261214" says what "Invoice number" says in two words. A page that has more in large print than its
    first line is a letter or a form that mentions a number, and one with a single amount tells what was paid.
    """
    large = LARGER * usual_height(page)
    headed = any(segment.words[0].height > large for line in page[1:] for segment in line.segments)
    if headed or sum(is_priced(segment.text) for line in page for segment in line.segments) < FEWEST_AMOUNTS:
        return None
    return next((one for line in page for one in _captions(line, dictionary)), None)


def _captions(line: Line, dictionary: Dictionary) -> Iterator[Heading]:
    """Yield the captions of a line that a number of one of the lane's documents stands beside."""
    table = titles_of(dictionary)
    for number, segment in enumerate(line.segments):
        beside = (word for one in line.segments[number + 1 : number + 2] for word in one.words)
        name = table.captioned(segment.words[0].text)
        if name is not None and dictionary.keeps(name) and is_named((*segment.words[1:], *beside)):
            yield Heading(name, segment, segment.words[0].height, numbered=True, mentions=True)

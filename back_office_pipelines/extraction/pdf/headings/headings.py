"""The headings of a page: segments that name a class of documents, the most telling first.

What belongs here: finding them, and what each says beside its class. What does not: what the words of one say
(`title`), the one that decides (`deciding`), and the cue words of classes (the dictionary).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.headings.heading import (
    ABOUT_INVOICES,
    BEFORE_INVOICES,
    HEADING_WORDS,
    LARGER,
    UPPER,
    Heading,
    bottom_of,
    usual_height,
)
from back_office_pipelines.extraction.pdf.headings.title import NUMBER_WORDS, SUBJECT, titles_of
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.printing import is_recognised
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS
from back_office_pipelines.extraction.pdf.page.words import Line, Word

LOWER = 0.6
"""Share of a page beyond which another document is only mentioned."""
MOST_SEGMENTS = 2
"""Segments of a line beyond which it is one of captions."""
LARGER_UNEVEN = 1.6
"""The same where recognition tells heights: a word with letters that reach up and down is half as high again."""
NEAR_LINES, FEWEST_CAPTIONS = 4, 3
"""Lines above and below a caption among which others of its column stand, and how many these are with it."""
SAME_LEFT, CAPTION_STEPS = 0.4, 4.0
"""Heights of print by which captions of a column differ in place and height, and within which they stand."""
BEFORE_TITLE = re.compile(
    r"\d{1,2}(?:\.|st|nd|rd|th|e|è|ère|er|ème|[ºª°])?|erste|zweite|dritte|vierte|letzte|first|second|third|final|last"
    r"|premi(?:er|ère)|deuxième|second[ae]?|troisième|derni(?:er|ère)|prim[oa]|terz[oa]|ultim[oa]|eerste|tweede|derde|laatste"
    r"|primer|segundo|tercer|último|(?:re|betreff|betr\.?|betrifft|subject|objet|oggetto|betreft|asunto|onderwerp) ?:",
    re.IGNORECASE,
)
"""A word that a title may begin with: which of several it is ("2. Mahnung"), or that this is what a letter is about."""


def headings(lines: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings of the first page that name a class, as `headings_on`."""
    return headings_on([line for line in lines if line.page == 1], dictionary)


def headings_on(page: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings that name a class, the most telling first: the largest print, then the highest place.

    Args:
        page: lines of one page.
        dictionary: whose classes are looked for.
    """
    usual = usual_height(page)
    uneven = is_recognised([word for line in page for segment in line.segments for word in segment.words])
    large = (LARGER_UNEVEN if uneven else LARGER) * usual
    bottom = bottom_of(page)
    found = [heading for line in page for heading in _in_line(line, dictionary, large, LOWER * bottom)]
    found = [one for one in found if not one.behind or one.segment.box[1] <= UPPER * bottom]
    own = [one for one in found if dictionary.keeps(one.document_class)]
    if not own or any(one.named or not one.mentions for one in own):  # "Invoice to:" is said by orders
        found = [replace(one, labels=True) if _is_caption(one, page) else one for one in found]
    if uneven:
        found = [one if one.large else replace(one, height=usual) for one in found]
    return tuple(sorted(found, key=lambda heading: (-round(heading.height), heading.segment.box[1])))


def _in_line(line: Line, dictionary: Dictionary, large: float, lower: float) -> Iterator[Heading]:
    """Yield the headings of a line.

    Args:
        line: of a page.
        dictionary: whose classes are looked for.
        large: height of print beyond which it is large.
        lower: place on the page beyond which other classes than the lane's only head a part of it.
    """
    table = titles_of(dictionary)
    for number, segment in enumerate(line.segments):
        words = segment.words
        if len(words) > HEADING_WORDS:
            continue
        skip = int(len(words) > 1 and BEFORE_TITLE.fullmatch(words[0].text) is not None)
        title = table.title([word.text for word in words[skip:]], large=words[skip].height > large)
        if title is None or (skip and title.document_class in BEFORE_INVOICES):
            continue
        end = title.words + skip
        height = max(word.height for word in words[:end])
        following = words[end - 1 :] + (line.segments[number + 1].words[:1] if number + 1 < len(line.segments) else ())
        label = height <= large and _may_be_label(title.document_class, words[end:], following, line)
        labels = not dictionary.keeps(title.document_class) and (label or segment.box[1] > lower)
        numbered = _have_digit(following)
        mentions = _mentions(words[end:], following, line)
        before = title.document_class in BEFORE_INVOICES
        yield Heading(
            title.document_class,
            segment,
            height,
            labels,
            large=height > large,
            numbered=numbered,
            behind=title.behind,
            mentions=mentions,
            alone=end == len(words) and not skip and segment.text.isupper(),
            refers=before and title.words == 1 and _names_another(words[end:], following),
            named=is_named(following[1:]),
        )


def _is_caption(one: Heading, page: Sequence[Line]) -> bool:
    """Tell whether the name of an order is one of a column of captions in usual print, each beside its value."""
    if one.large or one.labels or one.document_class not in BEFORE_INVOICES:
        return False
    at = next(number for number, line in enumerate(page) if one.segment in line.segments)
    beside = [line for line in page[max(0, at - NEAR_LINES) : at + NEAR_LINES + 1] if _is_beside(one, line)]
    return len(beside) >= FEWEST_CAPTIONS and _is_beside(one, page[at])


def _is_beside(one: Heading, line: Line) -> bool:
    """Tell whether a line has a segment in the column of a heading, in the same print, and another right of it."""
    return any(
        abs(caption.box[0] - one.segment.box[0]) < SAME_LEFT * one.height
        and abs(caption.words[0].height - one.segment.words[0].height) < SAME_LEFT * one.height
        and abs(caption.words[0].base - one.segment.words[0].base) < CAPTION_STEPS * one.height
        for caption, _ in pairwise(line.segments)
    )


def is_named(following: Sequence[Word]) -> bool:
    """Tell whether the first word after a class, signs of a number aside, is the number of a document."""
    texts = [one.text for one in following if key(one.text.rstrip(":")) not in NUMBER_WORDS]
    return bool(texts) and SUBJECT.fullmatch(texts[0]) is not None


def _names_another(rest: Sequence[Word], following: Sequence[Word]) -> bool:
    """Tell whether what follows a word makes it a label: a sign of a number, what of it is told, or its number."""
    if rest and (key(rest[0].text) in NUMBER_WORDS or rest[0].text[:1].isalpha()):
        return True
    return _have_digit(following)


def _have_digit(words: Sequence[Word]) -> bool:
    return any(letter.isdigit() for word in words for letter in word.text)


def _mentions(rest: Sequence[Word], following: Sequence[Word], line: Line) -> bool:
    """Tell whether the name of a class mentions a document: more than its number follows, or an amount; or captions."""
    if len(line.segments) > MOST_SEGMENTS or any(":" in word.text for word in following):
        return True
    if rest and not _have_digit(following):
        return True  # "Invoice no." over a column
    more = [one for one in rest if key(one.text) not in NUMBER_WORDS and not any(map(str.isdigit, one.text))]
    return any(any(map(str.isalpha, one.text)) for one in more) or WITH_CENTS.search(line.text) is not None


def _may_be_label(name: str, rest: Sequence[Word], following: Sequence[Word], line: Line) -> bool:
    """Tell whether the name of a class may as well be the label of a number or date, or the begin of a sentence."""
    if len(line.segments) > MOST_SEGMENTS or any(":" in word.text for word in following):
        return True
    if name in ABOUT_INVOICES and rest:
        if all(word.text.isupper() for word in rest if any(map(str.isalpha, word.text))):
            return False  # "STATEMENT OF ACCOUNT AND REMINDER"
        return rest[-1].text.endswith(".") or not _have_digit(rest)
    return bool(rest)

"""What a page says about its own place: "Page 2 of 3".

What belongs here: the words for pages, and which number a page gives itself. What does not: what follows from it
(`boundaries`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.words import Line

PAGE_WORDS = (
    "page|seite|pagina|página|pag|pág|blatt|blad|foglio|feuillet|hoja|sivu|oldal|strana|stranica|stran|strona"
    r"|sida(?= ?:? ?\d)|side(?= ?:? ?\d{1,3} ?(?:av|af|/))"
)
"""English has sides that are no pages."""
NAMED = Caseless(
    rf"(?<!\w)(?:{PAGE_WORDS})(?!\w)\.?\s*(?:n[or°º]\.?|#)?\s*:?\s*(\d{{1,3}})(?:\s*(?:of|von|de|di|van|sur|av|af|din|od|z|/|\|)\s*(\d{{1,3}}))?(?![\d.,]\d|\w)"
)
BARE = re.compile(
    r"^[-\u2013(\s]*(\d{1,3})\s?(?:/|of|von|de|di|van|sur|av|af|din|od|z)\s?(\d{1,3})[-\u2013)\s]*$", re.IGNORECASE
)
"""Two numbers and nothing else, as the head or foot of a page has them."""
EDGE = 3
"""Lines at the head and at the foot of a page where two bare numbers count its pages."""
MOST_WORDS = 12
"""Words of a segment up to which it may tell the page; longer ones are sentences."""


class Place(NamedTuple):
    """The number a page gives itself, and how many pages it says there are; None where it does not say."""

    number: int
    of: int | None


def place_of(lines: Sequence[Line]) -> Place | None:
    """Return the number that a page gives itself, None where it gives none, or several.

    Args:
        lines: of one page.
    """
    found = set(_named(lines)) or set(_bare([*lines[:EDGE], *lines[-EDGE:]]))
    return found.pop() if len(found) == 1 else None


def _named(lines: Sequence[Line]) -> Iterator[Place]:
    for line in lines:
        if NAMED.search(line.text) is None:
            continue
        for segment in line.segments:
            if len(segment.words) <= MOST_WORDS and (match := NAMED.search(segment.text)) is not None:
                yield from _place(match)


def _bare(lines: Sequence[Line]) -> Iterator[Place]:
    for line in lines:
        for segment in line.segments:
            if (match := BARE.match(segment.text)) is not None:
                yield from _place(match)


def _place(match: re.Match[str]) -> Iterator[Place]:
    """Yield what a match says, if it is possible: no page comes after the last."""
    number, of = int(match[1]), int(match[2]) if match[2] else None
    if number and (of is None or number <= of):
        yield Place(number, of)

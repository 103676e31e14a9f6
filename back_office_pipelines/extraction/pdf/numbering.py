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
OF_ANOTHER = frozenset(
    (
        "a", "al", "alla", "auf", "aus", "da", "dalla", "de", "della", "des", "från", "fra", "from", "goto", "la", "na",
        "naar", "next", "nächste", "on", "op", "pe", "previous", "på", "see", "siehe", "sur", "til", "till", "to",
        "van", "vom", "von", "vorige", "z", "ze", "zie",
    )
)  # fmt: skip
"""Words before the number of another page: "Übertrag von Seite 1", "continued on page 3"."""
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
        for text in _texts(line):
            match = NAMED.search(text)
            if match is not None and (match[2] or not _is_of_another(text[: match.start()].split())):
                yield from _place(match)


def _is_of_another(before: Sequence[str]) -> bool:
    """Tell whether words before the number of a page make it another one's; "Número de página 2" is its own."""
    if not before or before[-1] not in OF_ANOTHER:
        return False
    return len(before) == 1 or not before[-2].casefold().startswith(("n", "№"))


def _texts(line: Line) -> Iterator[str]:
    """Yield the short segments of a line, a caption with the number in the last column."""
    for segment in line.segments:
        if len(segment.words) <= MOST_WORDS:
            yield segment.text
    caption = " ".join(segment.text for segment in line.segments[-2:])
    if len(line.segments) > 1 and NAMED.flagged.fullmatch(caption):
        yield caption


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

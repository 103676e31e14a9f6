"""Names in running text: whom a sentence asks to pay, whose a sign is, and a name in capitals written out elsewhere.

What belongs here: these. What does not: names that a label announces (`addressed`), and whose a name is (`parties`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, has_legal_form
from back_office_pipelines.extraction.pdf.parties.leads import ARTICLE, OWNER, PAYEE, TRADES
from back_office_pipelines.extraction.pdf.parties.names import SEPARATED, name_in
from back_office_pipelines.extraction.pdf.parties.naming import Naming
from back_office_pipelines.extraction.pdf.parties.senders import SMALL

PARTNERS = re.compile(r"(?:[^\W\d_a-z][\w'-]+, )+[^\W\d_a-z][\w'-]+ (?:&|and|und|et|y|e) [^\W\d_a-z][\w'-]+")
"""Names of persons that are one name of a partnership: "Taylor, Finch & Moody"."""
NAME_ENDS = re.compile(
    r",|;|\s(?:or|and|oder|und|ou|et|o|of|en)\s(?=[a-z])|\s[-\u2013\u2014\u00b7|(]"
    r"|(?<! [A-Z])(?<!^[A-Z])(?<!\.[A-Z])(?<!\bDr)(?<!\bEts)(?<!\bSt)(?<!\bMr)(?<!\bMrs)(?<!\bInh)\.(?=\s[A-Z]|$)"
    r"|\s(?:is|ist|est|settles?|registered|eingetragen|at|d/b/a|dba|t/a|trading as|as (?:agent|trustee))\s|\s(?=\d)"
)
PARTICLE = re.compile(
    r"(?:van|von|de|den|der|ter|ten|di|da|del|du|d|zu|zum|al|el|le|la|l)(?: \w+)*['\u2019 ][^\W\d_a-z]"
)
"""How names begin in small letters: "van Rijswaard"."""
LEAST_WORDS = 2
BRACKET = re.compile(r" \([^()]{2,30}\)(?= )")
"""What tells apart two companies of one name: "Hardware (Ludbrook) LLP"."""
LONGEST_FORM = 12
"""Letters after a name within which its legal form stands: ", L.L.C."."""


def payees(rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that sentences ask to pay or call the owner of a sign: whoever sends an invoice is both."""
    for row in rows:
        for segment in row.line.segments:
            if len(segment.words) <= LEAST_WORDS:
                continue  # the words before a name are one at least
            if (sign := TRADES.search(segment.text)) is not None and (owner := _name_before(segment, sign.start())):
                yield Naming("seller_name", owner, "owner")
            for pattern, evidence in ((PAYEE, "payee"), (OWNER, "owner")):
                for match in pattern.finditer(segment.text):
                    if (name := _name_after(segment, match.end())) is not None:
                        yield Naming("seller_name", name, evidence)


def _name_before(segment: Segment, end: int) -> Found | None:
    """Return the name that ends at a letter of a text: from its start, or from the last mark in it."""
    start = max((mark.end() for mark in SEPARATED.finditer(segment.text, 0, end)), default=0)
    text = segment.text[start:end]
    if has_legal_form(segment.text[:end]) and not has_legal_form(text):
        return None
    first = len(segment.text[:start].split())
    return name_in(segment.words[first : first + len(text.split())], segment.page)


def _name_after(segment: Segment, start: int) -> Found | None:
    """Return the name that begins at a letter of a text: up to its legal form, else to where a sentence goes on."""
    start += len(article.group()) if (article := ARTICLE.match(segment.text[start:])) is not None else 0
    rest = segment.text[start:]
    partners = PARTNERS.match(rest)
    ends = partners.group() if partners is not None else NAME_ENDS.split(rest)[0]
    bracket = BRACKET.match(rest, len(ends))
    reach = (len(ends) if bracket is None else bracket.end()) + LONGEST_FORM
    formed = COMPANY.search(rest[:reach], 1)
    name = rest[: formed.end()].strip() if formed is not None else ends.strip()
    if len(name.split()) < LEAST_WORDS or not (
        name[0].isupper() or PARTICLE.match(name) or (name[0].isdigit() and formed is not None)
    ):
        return None
    place = span(segment.words, segment.page).piece(start, start + len(name))
    words = [one for one in segment.words if place.box[0] - 0.1 <= one.box[0] <= place.box[2]]
    return place if name_in(words, segment.page) is not None else None


def in_small_letters(found: Found, rows: Sequence[Row]) -> Found:
    """Return a name in capitals as another place of the document writes it: capitals are a style of print.

    Only a place that begins its words with capitals counts, and that letters or digits do not go on from.
    """
    if not found.text.isupper() or len(found.text.split()) < LEAST_WORDS:
        return found
    pattern = re.compile(rf"(?<![\w@./-]){re.escape(found.text)}(?![\w@/-])", re.IGNORECASE)
    for segment in (one for row in rows for one in row.line.segments if len(one.text) >= len(found.text)):
        match = next((one for one in pattern.finditer(segment.text) if _is_written_out(one.group())), None)
        if match is not None:
            return span(segment.words, segment.page).piece(*match.span())
    return found


def _is_written_out(name: str) -> bool:
    """Tell whether a name is in small letters, its first word and its others but small ones with a capital."""
    words = name.split()
    return (
        not name.isupper() and name[0].isupper() and all(one[0].isupper() or one.casefold() in SMALL for one in words)
    )

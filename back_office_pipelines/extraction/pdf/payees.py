"""Names in running text: whom a sentence asks to pay, and a name in capitals written in small letters elsewhere.

What belongs here: both. What does not: names that a label announces (`addressed`), and whose a name is (`parties`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.caseless import Caseless
from back_office_pipelines.extraction.pdf.names import name_in
from back_office_pipelines.extraction.pdf.naming import Naming
from back_office_pipelines.extraction.pdf.rows import Row
from back_office_pipelines.extraction.pdf.senders import SMALL
from back_office_pipelines.extraction.pdf.spans import Found, span

PAYEE = Caseless(
    r"\b(?:lautend auf|zugunsten(?: von)?|(?:checks?|cheques?) payable to|payable to the order of|in favou?r of"
    r"|à l.ordre de|intestato a|a favore di|a nombre de|a favor de|ten name van|t\.n\.v\.)\s+"
)
"""What stands before the name of whoever is to be paid: of the account, or of a check."""
NAME_ENDS = re.compile(
    r",|;|\s(?:or|and|oder|und|ou|et|o|of|en)\s(?=[a-z])|\s[-\u2013\u2014\u00b7|(]"
    r"|(?<! [A-Z])(?<!\.[A-Z])\.(?=\s[A-Z]|$)|\s(?=\d)"
)
LEAST_WORDS = 2


def payees(rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that sentences ask to pay: whoever sends an invoice wants to be paid."""
    for row in rows:
        for segment in row.line.segments:
            for match in PAYEE.finditer(segment.text):
                rest = segment.text[match.end() :]
                name = NAME_ENDS.split(rest)[0].strip()
                if len(name.split()) < LEAST_WORDS or not name[0].isupper():
                    continue
                place = span(segment.words, segment.page).piece(match.end(), match.end() + len(name))
                words = [one for one in segment.words if place.box[0] - 0.1 <= one.box[0] <= place.box[2]]
                if name_in(words, segment.page) is not None:
                    yield Naming("seller_name", place, "payee")


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

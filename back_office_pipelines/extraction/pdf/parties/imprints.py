"""Names in one line with their address: the imprint at the foot of a page, and an addressee at its head.

What belongs here: lines of parts between marks, a name the first of them. What does not: the sender's line over an
address window, names above one another (`parties`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, POSTCODE, STREET
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.names import SEPARATED, name_in
from back_office_pipelines.extraction.pdf.parties.naming import Naming
from back_office_pipelines.extraction.pdf.parties.senders import names_register

HEAD, LOW = 0.45, 0.5
"""Shares of the text's height: above which an addressee stands, and below which an imprint."""
LEAST_PARTS = 3
MOST_WORDS = 8
"""Words of a part of an imprint, those of numbers aside, beyond which it is a sentence."""
CAPITAL = re.compile(r"\bcapital\b|\bcap\. ?soc|\bloi (?:de )?1901\b", re.IGNORECASE)
"""What French and Italian letters say beside a name and is none: its capital, and the law of associations."""
PHONE = re.compile(r"\+?[\d ()/-]{9,}")
PHONE_DIGITS = 9
MOST_TRIED = 2
"""Parts of an imprint among which the name is: the owner may stand before it."""


def one_line_names(rows: Sequence[Row], bottoms: Mapping[int, float]) -> Iterator[Naming]:
    """Yield the seller of each imprint and the buyer of each addressee's line, with what they rest on."""
    for row in rows:
        share = row.box[1] / max(bottoms[row.page], 1.0)
        for segment in row.line.segments:
            parts = _parts(segment.text)
            if len(parts) < LEAST_PARTS:
                continue
            if share > LOW and _is_imprint(row, parts):
                name, role, evidence = _first_name(segment, parts), "seller_name", "imprint"
            elif share < HEAD and row.page == 1 and row.number and is_one_line(parts):
                name, role, evidence = _piece(segment, parts[0]), "buyer_name", "address_line"
            else:
                continue
            if name is not None:
                yield Naming(role, name, evidence)


@lru_cache(maxsize=20_000)
def _parts(text: str) -> tuple[str, ...]:
    """Return the parts of a line between marks; pages repeat many of their texts."""
    return tuple(SEPARATED.split(text))


def is_one_line(parts: Sequence[str]) -> bool:
    """Tell whether parts of a line are a name, its street with a number, and its place."""
    first, street, *rest = parts
    return (
        any(map(str.isdigit, street)) and not any(map(str.isdigit, first)) and bool(POSTCODE.search(" , ".join(rest)))
    )


def _is_imprint(row: Row, parts: Sequence[str]) -> bool:
    """Tell whether a line says how to reach, register or pay whoever writes."""
    told = names_register(row) or CONTACT.search(row.text) is not None or any(map(_is_phone, parts))
    told = told or bool(row.of_kind("vat_id") or row.of_kind("iban"))
    short = all(sum(not any(map(str.isdigit, word)) for word in part.split()) <= MOST_WORDS for part in parts)
    return bool(told) and short and not parts[0].rstrip().endswith(".")


def _is_phone(part: str) -> bool:
    """Tell whether a part is the number of a telephone: digits, spaces and brackets, and a zero or plus before them."""
    text = part.strip()
    return (
        text[:1] in ("0", "+", "(")
        and PHONE.fullmatch(text) is not None
        and sum(map(str.isdigit, text)) >= PHONE_DIGITS
    )


def _first_name(segment: Segment, parts: Sequence[str]) -> Found | None:
    """Return the name among the first parts; behind a street there is none, only its place."""
    first = takewhile(lambda part: STREET.search(part) is None or not any(map(str.isdigit, part)), parts[:MOST_TRIED])
    told = [part for part in first if CAPITAL.search(part) is None]
    return next((name for part in told if (name := _piece(segment, part)) is not None), None)


def _piece(segment: Segment, part: str) -> Found | None:
    """Return one part of a line as a name."""
    found = span(segment.words, segment.page).piece(start := segment.text.index(part), start + len(part))
    words = [word for word in segment.words if found.box[0] - 0.1 <= word.box[0] and word.box[2] <= found.box[2] + 0.1]
    text = " ".join(word.text for word in words)
    return name_in(words, segment.page) if text.strip(" ,") == part.strip(" ,") else None

"""The head of a receipt or letter: the name of the business and, below it, its address.

What belongs here: telling names, addresses and the lines around them apart. What does not: labelled parties (`locate`)
and the company an invoice names most (`parties`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.companies import COMPANY
from back_office_pipelines.extraction.pdf.spans import Found, found_in, span
from back_office_pipelines.extraction.pdf.words import Line, Word

HEAD_LINES = 14
"""Lines of the first page among which a head stands."""
ADDRESS_LINES = 6
STREET = re.compile(
    r"(?<!\w)(?:jalan|jln|lorong|lrg|taman|tmn|persiaran|lebuh\w*|lot|block|blok|level|floor|unit|plaza|wisma|mukim"
    r"|street|st|road|rd|avenue|ave|boulevard|blvd|drive|lane|highway|hwy|suite|square|autoroute"
    r"|rue|place|quai|calle|c/|avda|plaza|via|viale|piazza|corso|straat|laan|plein|weg|platz|allee)(?!\w)"
    r"|stra(?:ß|ss)e|str\.",
    re.IGNORECASE,
)
HOUSE = re.compile(r"^no\.?\s*[:.]?\s*\d|^(?:no\.?\s*[:.]?\s*|lot\s*|g\.?)?\d+[\w/&.,-]*[ ,]+\D{3}", re.IGNORECASE)
POSTCODE = re.compile(r"(?<![\d-])\d{4,6},?\s+[^\W\d_]{2}")
NOT_ADDRESS = re.compile(
    r"(?<!\w)(?:te?[li1]\.?|telp?|phone|fax|h/?p|hotline|gst|sst|vat|reg|roc|rob|co\.?\s?no|company no|tin|abn"
    r"|siret|e-?mail|www\.|https?|invoice|receipt"
    r"|facture|rechnung|date|tarikh|datum|cash|bill|table|cashier|order|welcome|thank|tax|ust|siren|customer|member|counter|website|operator|licen[cs]ee?)(?!\w)"
    r"|\d{2,3}-\d{3,4}\s?-?\d{3,}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}|@|(?<!\d)\d{9,}|^\W*\d{4,7}\s?-\s?[A-Z]\W*$",
    re.IGNORECASE,
)
OWNER = re.compile(
    r"(?:(?:owned|operated|managed|franchised) by|owner(?: by)?|dimiliki(?: oleh)?|trading as|t/a)\s*:?\s*",
    re.IGNORECASE,
)
REGISTRATION = re.compile(
    r"\s*\(?\s*(?:co\.?\s?(?:reg\.?)?\s?(?:no\.?)?\s?:?\s?)?\d{5,}\s?-?\s?[A-Z]?\s*\)?\s*$", re.IGNORECASE
)
LEAST_LETTERS = 4


@dataclass(frozen=True)
class Head:
    """A text of the head with its place.

    Attributes:
        text: its lines joined by one space.
        place: raw text (lines joined by " + ") and box.
        evidence: class of evidence.
    """

    text: str
    place: Found
    evidence: str


def name_of(lines: Sequence[Line]) -> Head | None:
    """Return the business at the head: the line with a legal form, else that above the address, else the first."""
    head = _head(lines)
    start = next((index for index, line in enumerate(head) if _is_address(line.text)), len(head))
    above = head[: start + 1] if start < len(head) else head
    for index, line in enumerate(above):
        if (match := COMPANY.search(_text(line))) and not _is_address(_text(line)[: match.start()]):
            return _company(above, index, match.end())
    names = [line for line in head[:start] if _is_name(line.text)]
    if not names:
        return None
    chosen, evidence = (names[-1], "above_address") if start < len(head) else (names[0], "first_line")
    return _as_head([_words(chosen)], chosen.page, evidence)


def address_of(lines: Sequence[Line]) -> Head | None:
    """Return the first lines of the head that are an address."""
    head = _head(lines)
    start = next((index for index, line in enumerate(head) if _is_address(line.text)), None)
    if start is None:
        return None
    block = [head[start]]
    for line in head[start + 1 : start + ADDRESS_LINES]:
        if NOT_ADDRESS.search(line.text) or not (_is_address(line.text) or _is_place(line.text)):
            break
        block.append(line)
    return _as_head([_words(line) for line in block], block[0].page, "address_block")


def _head(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.page == 1][:HEAD_LINES]


def _company(head: Sequence[Line], index: int, end: int) -> Head:
    """Return a company's name, begun on the line above where its legal form alone stands on this one."""
    words = _words(head[index])
    found = span(words, head[index].page).piece(_after_owner(_text(head[index])), end)
    if len(found.text.split()) <= 2 and index and _is_name(head[index - 1].text):
        above = _words(head[index - 1])
        first = " ".join(word.text for word in above)
        place = found_in(f"{first} + {found.text}", head[index].page, [*above, *words])
        return Head(f"{first} {found.text}", place, "legal_form")
    return Head(found.text, found, "legal_form")


def _after_owner(text: str) -> int:
    """Return the offset after what introduces a company: "owned by:"."""
    match = OWNER.match(text)
    return match.end() if match else 0


def _as_head(groups: Sequence[Sequence[Word]], page: int, evidence: str) -> Head:
    texts = [" ".join(word.text for word in group) for group in groups]
    words = [word for group in groups for word in group]
    return Head(" ".join(texts), found_in(" + ".join(texts), page, words), evidence)


def _words(line: Line) -> list[Word]:
    return [word for segment in line.segments for word in segment.words]


def _text(line: Line) -> str:
    return " ".join(word.text for word in _words(line))


def _is_address(text: str) -> bool:
    """Tell whether a line is part of an address: a street or house with a number, or a postal code with its place."""
    if NOT_ADDRESS.search(text) or not any(map(str.isdigit, text)):
        return False
    return bool(STREET.search(text) or HOUSE.search(text) or POSTCODE.search(text))


def _is_place(text: str) -> bool:
    """Tell whether a line below an address goes on with it: words and commas, perhaps a street without a number."""
    return ":" not in text and sum(map(str.isalpha, text)) >= LEAST_LETTERS


def _is_name(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    if ":" in text or STREET.search(text):
        return False
    return letters >= LEAST_LETTERS and not NOT_ADDRESS.search(text) and not REGISTRATION.fullmatch(text)

"""The head of a slip: which of its lines are an address, and which may be a name.

What belongs here: one line at a time, and the block of an address. What does not: which name is the merchant's
(`merchant`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.words import Line, Word
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY
from back_office_pipelines.extraction.slip.mending import mended_words
from back_office_pipelines.extraction.slip.trades import BUSINESS

HEAD_LINES = 14
"""Lines of the first page among which a head stands."""
PRICE = re.compile(r"(?<![\w.,/:-])\d+[.,]\d{2}\s?[A-Z*]{0,2}$")
ADDRESS_LINES = 6
STREET = re.compile(
    r"(?<!\w)(?:jalan|jln|lorong|lrg|taman|tmn|persiaran|lebuh\w*|lot|block|blok|level|floor|unit|plaza|wisma|mukim"
    r"|street|st|road|rd|avenue|ave|boulevard|blvd|drive|lane|highway|hwy|suite|square|basement|autoroute"
    r"|rue|place|quai|calle|c/|avda|plaza|via|viale|piazza|corso|straat|laan|plein|weg|platz|allee)(?!\w)"
    r"|stra(?:ß|ss)e|str\.",
    re.IGNORECASE,
)
HOUSE = re.compile(
    r"^no\.?\s*[:.]?\s*\d|^(?:no\.?\s*[:.]?\s*|lot\s*|g\.?)?\d+[\w/&.,-]*[ ,]+\D{3}"
    r"|^(?:[A-Z]{1,2}\d{0,2}-)+\d+[A-Z]?(?:-\d+[A-Z]?)*\s?,|^(?:no\.?\s*[:.]?\s*)?[A-Z]{1,2}\d+[A-Z]?,|^(?:pt|km|batu|bt)\.?\s?\d",
    re.IGNORECASE,
)
"""A house or a unit of one first on its line: "No. 12", "53, 55 & 57,", "B-1-7,", "PT 2811"."""
LONE_NUMBER = re.compile(r"^\d+[A-Z]?\s[^,]+$", re.IGNORECASE)
"""A number before words without a comma, which a house and a name begin with alike: "99 Speed", "7 Brothers"."""
POSTCODE = re.compile(r"(?<![\d-])\d{4,6},?\s+[^\W\d_]{2}")
NOT_ADDRESS = re.compile(
    r"(?<!\w)(?:te?[li1]\.?|telp?|(?:tele)?phone|fax|h/?p|hotline|guest|chit|gst|sst|vat"
    r"|reg|roc|rob|co\.?\s?no|company no|tin|abn"
    r"|siret|e-?mail|www\.|https?|invoice|receipt"
    r"|facture|rechnung|date|tarikh|datum|cash|bill|table|cashier|order|welcome|thank|tax|ust|siren|customer|member|counter|website|operator|licen[cs]ee?)(?!\w)"
    r"|\d{2,3}-\d{3,4}\s?-?\d{3,}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}|@|(?<!\d)\d{9,}|(?:^\W*\d{4}|(?<!\d)\d{5,7})\s?-\s?[A-Z]\W*$",
    re.IGNORECASE,
)
NOT_NAME = re.compile(
    r"(?<!\w)(?:te?[li1]\.|tel|telp|phone|fax|hotline|gst|sst|vat|reg|roc|rob|tin|abn|siret|siren|e-?mail|www|https?|invoice"
    r"|receipt|facture|rechnung|date|tarikh|datum|tax|cashier|welcome|selamat datang|thank|customer|website|ref|copy"
    r"|duplicate|reprint|original|take ?-?away|dine ?-?in"
    r"|(?:cash|guest|sales?) (?:bill|sales?|memo|check|invoice)|chit|bill no|table no|member|operator|site \d"
    r"|formerly|known as|approval|descriptions?|qty|u\.?\s?price|amount|salesperson|terminal|branch:?)(?!\w)"
    r"|^(?:cash|table|order|bill|page|site|outlet|branch|cawangan)\W*\w*$|(?:outlet|branch)\W*$|^\W*\([^()]*\)?\W*$|\d{2,3}-\d{3,4}\s?-?\d{3,}|\d{1,2}:\d{2}|@",
    re.IGNORECASE,
)
"""What headings, numbers and branches say: a name is none of these."""
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


def address_of(lines: Sequence[Line]) -> Head | None:
    """Return the first lines of the head that are an address."""
    head = head_of(lines)
    start = address_start(head)
    if start == len(head):
        return None
    block = [head[start]]
    for line in head[start + 1 : start + ADDRESS_LINES]:
        if NOT_ADDRESS.search(line.text) or not (is_address(line.text) or _is_place(line.text)):
            break
        block.append(line)
    return as_head([words_in(line) for line in block], block[0].page, "address_block")


def address_start(head: Sequence[Line]) -> int:
    """Return the first line of a head that is an address, the number of all where none is.

    A first line of a number and words is a name where an address follows at once.
    """
    start = next((index for index, line in enumerate(head) if is_address(line.text)), len(head))
    named = start < len(head) and LONE_NUMBER.match(head[start].text) and not STREET.search(head[start].text)
    if named and not any(may_be_name(line.text) for line in head[:start]):
        following = (
            start + 1 + index for index, line in enumerate(head[start + 1 : start + 3]) if is_address(line.text)
        )
        return next(following, start)
    return start


def head_of(lines: Sequence[Line]) -> list[Line]:
    """Return the lines among which a head stands: above the first price."""
    head = [line for line in lines if line.page == 1][:HEAD_LINES]
    return head[: next((index for index, line in enumerate(head) if PRICE.search(line.text)), len(head))]


def as_head(groups: Sequence[Sequence[Word]], page: int, evidence: str) -> Head:
    """Return some lines' words as one text, set right where letters were read as look-alikes."""
    texts = [" ".join(word.text for word in group) for group in groups]
    words = [word for group in groups for word in group]
    return Head(mended_words(" ".join(texts)), found_in(" + ".join(texts), page, words), evidence)


def words_in(line: Line) -> list[Word]:
    """Return the words of a line, left to right."""
    return [word for segment in line.segments for word in segment.words]


def text_in(line: Line) -> str:
    """Return a line with one space between any two words, column gaps too."""
    return " ".join(word.text for word in words_in(line))


def is_address(text: str) -> bool:
    """Tell whether a line is part of an address: a street or house with a number, or a postal code with its place."""
    if NOT_ADDRESS.search(text) or not any(map(str.isdigit, text)):
        return False
    if STREET.search(text) or POSTCODE.search(text):
        return True
    return bool(HOUSE.search(text)) and not (
        LONE_NUMBER.match(text) and (BUSINESS.search(text) or COMPANY.search(text))
    )


def _is_place(text: str) -> bool:
    """Tell whether a line below an address goes on with it: words and commas, perhaps a street without a number."""
    return ":" not in text and sum(map(str.isalpha, text)) >= LEAST_LETTERS


def may_be_name(text: str) -> bool:
    """Tell whether a line may name a business: letters enough, and nothing that only addresses and headings say."""
    if ":" in text or NOT_NAME.search(text) or (STREET.search(text) and any(map(str.isdigit, text))):
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= LEAST_LETTERS and letters > sum(map(str.isdigit, text))

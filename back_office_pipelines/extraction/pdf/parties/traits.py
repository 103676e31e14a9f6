"""What can be said of a name and of the places where it stands: the evidence that `ranking` weighs.

What belongs here: one trait after another, each for any page, none for a single layout. What does not: which names
there are (`nominees`), what a trait is worth (`parties.yaml`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log2

from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, POSTCODE, STREET, Block
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, LEADING
from back_office_pipelines.extraction.pdf.parties.cues import (
    ACCOUNT,
    CAPTION,
    CARE,
    COURTESY,
    DELIVERED,
    DEPARTMENT,
    PHONE,
    ROLE,
)
from back_office_pipelines.extraction.pdf.parties.names import CALL_SIGN, HOUSE, SEPARATED, is_formed
from back_office_pipelines.extraction.pdf.parties.organisations import PERSON, is_organisation
from back_office_pipelines.extraction.pdf.parties.senders import is_of_domain, names_register
from back_office_pipelines.extraction.pdf.parties.surroundings import Place, Surroundings

Trait = tuple[str, float]
FOOT, TOP, HEAD = 0.84, 0.16, 0.45
"""Shares of a page's height: where footers begin, where letterheads end, where address windows end."""
LARGEST = 2.0
"""Powers of two, beside the usual height of print, beyond which larger print says no more."""
WINDOW = 5
"""Lines under a name within which the place of its address stands."""
SENTENCE = 8
"""Words of a segment from which on a name in it stands in a sentence or an imprint."""
LEAST_WORD = 4
"""Letters of a word from which on two names that share it are likely of one party."""
UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "å": "aa", "ø": "oe"}
)


@lru_cache(maxsize=20_000)
def of_text(text: str) -> tuple[Trait, ...]:
    """Return the traits of a name as a text."""
    words = text.split()
    begun = COMPANY.match(text) is not None and LEADING.match(text) is None
    formed = is_formed(text) and not begun
    traits = {
        "form": formed,
        "form_alone": begun and len(words) == 1,
        "organisation": not formed and is_organisation(text),
        "person": not formed and PERSON.fullmatch(text) is not None,
        "capitals": text.isupper(),
        "one_word": len(words) == 1,
        "many_words": len(words) > 5,
        "small_letter": text[0].islower(),
        "digits": any(map(str.isdigit, text)),
        "comma": "," in text and not formed,
        "listing": not formed and len(SEPARATED.split(text)) > 1,
        "slash": "/" in text and not formed,
        "small_words": not formed and sum(word[0].islower() for word in words) > 1,
        "marks": not formed and re.search(r"[|<>=%*\"“”!?€$£]", text) is not None,
        "ends_in_point": text.endswith(".") and not formed,
        "department": not formed and DEPARTMENT.search(text) is not None,
        "house": HOUSE.match(text) is not None,
        "caption": not formed and (CAPTION.search(text) or DELIVERED.search(text)) is not None,
        "form_first": begun and len(words) > 1,
        "role_first": ROLE.match(text) is not None,
        "call_sign": CALL_SIGN.match(text) is not None,
    }
    return tuple((name, 1.0) for name, holds in traits.items() if holds)


def of_place(place: Place, around: Surroundings) -> Iterator[Trait]:
    """Yield the traits of one place where a name stands."""
    yield from _on_page(place, around)
    yield from _in_line(place, around)
    if place.starts and len(place.segment.words) < SENTENCE:
        yield from _in_block(place, around)
        yield "caption_column", _captions(place, around)
        if around.has_sign_above(place):
            yield "under_sign", 1.0
        if around.has_below(place, around.accounts):
            yield "account_below", 1.0
        if around.has_below(place, around.contacts):
            yield "contact_below", 1.0


def _on_page(place: Place, around: Surroundings) -> Iterator[Trait]:
    share = place.row.box[1] / around.heights[place.row.page]
    if place.row.page > 1:
        yield "later_page", 1.0
        return
    if place.row.number == 0:
        yield "first_line", 1.0
    zone = "top" if share < TOP else "head" if share < HEAD else "middle" if share < FOOT else "foot"
    yield zone, 1.0
    if zone in ("top", "head") and place.found.box[0] > around.middle:
        yield "right", 1.0
    height = place.segment.words[0].height
    if zone in ("top", "head"):
        yield "print", max(-0.5, min(log2(max(height, 1.0) / around.usual), LARGEST))


def _in_line(place: Place, around: Surroundings) -> Iterator[Trait]:
    yield from _of_line(place.segment.text)
    if place.starts and CONTACT.search(place.segment.text[len(place.found.text) :]):
        yield "contact_after", 1.0
    if names_register(place.row):
        yield "register_in_line", 1.0
    if not place.starts:
        yield "inside_line", 1.0
    labelled = [id(word) in around.labelled for word in place.segment.words]
    if any(labelled):
        yield "label_in_line", 1.0
    if all(labelled):
        yield "label_alone", 1.0
    if place.row.of_kind("iban"):
        yield "account_beside", 1.0
    if place.row.of_kind("amount") or place.row.of_kind("date"):
        yield "value_in_line", 1.0


@lru_cache(maxsize=20_000)
def _of_line(text: str) -> tuple[Trait, ...]:
    """Return what the text around a name has: pages repeat many of theirs."""
    traits = {
        "contact_in_line": CONTACT.search(text),
        "account_in_line": ACCOUNT.search(text),
        "phone_in_line": PHONE.search(text),
        "in_sentence": len(text.split()) > SENTENCE,
        "place_in_line": POSTCODE.search(text),
    }
    return tuple((name, 1.0) for name, holds in traits.items() if holds)


def _in_block(place: Place, around: Surroundings) -> Iterator[Trait]:
    if place.at == 0:
        yield "heads_block", 1.0
    else:
        yield from _under(place.block.segments[place.at - 1].text)
    below = [one for one in place.block.segments[place.at + 1 :] if one.box[1] > place.found.box[3] - 2]
    if not below:
        yield "ends_block", 1.0
    else:
        yield from _over(below, place)
    placed = next((at for at, one in enumerate(below[:WINDOW]) if POSTCODE.search(one.text)), None)
    if placed is not None:
        yield from _over_address(below, placed, place.found.text, around.dated_from)
    if place.block.page == 1 and place.block.is_address:
        yield from _among_addresses(place.block, around.addresses)


def _under(text: str) -> Iterator[Trait]:
    """Yield what the line over a name says."""
    if text.rstrip().endswith(":"):
        yield "colon_above", 1.0
    if DELIVERED.search(text):
        yield "delivered", 1.0
    if COURTESY.fullmatch(text):
        yield "courtesy_above", 1.0


def _over(below: Sequence[Segment], place: Place) -> Iterator[Trait]:
    """Yield what the line under a name says."""
    next_line = below[0]
    yield "larger_than_next", max(0.0, min(log2(place.segment.words[0].height / next_line.words[0].height), 1.0))
    if STREET.search(next_line.text) and any(map(str.isdigit, next_line.text)):
        yield "street_next", 1.0
    if CARE.match(next_line.text):
        yield "care_below", 1.0


def _over_address(below: Sequence[Segment], placed: int, text: str, dated_from: frozenset[str]) -> Iterator[Trait]:
    """Yield what the address under a name says, whose place stands in the line `placed`."""
    yield "address_below", 1.0
    if not placed:
        yield "place_next", 1.0
        if any(map(str.isdigit, text.rsplit(" ", 1)[-1])) and not is_formed(text):
            yield "street_like", 1.0
    if not dated_from.isdisjoint(key(word) for word in below[placed].text.split()):
        yield "dated_there", 1.0
    yield from _beyond(below[placed:])


def _among_addresses(block: Block, addresses: Sequence[Block]) -> Iterator[Trait]:
    """Yield how an address stands to the others of its page: who writes stands above, or beside, whom it is for."""
    others = [one for one in addresses if one is not block]
    if not others:
        yield "only_address", 1.0
    if any(one.box[3] <= block.box[1] + 2 for one in others):
        yield "lower_address", 1.0
    if any(block.box[3] <= one.box[1] + 2 for one in others):
        yield "upper_address", 1.0
    beside = [one for one in others if one.box[1] < block.box[3] and block.box[1] < one.box[3]]
    if any(one.box[0] > block.box[2] for one in beside):
        yield "left_address", 1.0
    if any(one.box[2] < block.box[0] for one in beside):
        yield "right_address", 1.0


def _captions(place: Place, around: Surroundings) -> float:
    """Return the share of the other lines of a block that are labels: a line among captions is one itself."""
    others = [one for one in place.block.segments if one is not place.segment]
    return sum(id(one.words[0]) in around.labelled for one in others) / max(len(others), 2)


def _beyond(lines: Sequence[Segment]) -> Iterator[Trait]:
    """Yield what an address says from its place on: how to reach somebody, or nothing."""
    texts = [line.text for line in lines[:6]]
    if any(CONTACT.search(text) or PHONE.search(text) for text in texts):
        yield "address_reached", 1.0
    elif len(texts) == 1:
        yield "address_ends", 1.0


def of_document(text: str, around: Surroundings) -> Iterator[Trait]:
    """Yield the traits of a name by the web and mail addresses of the document."""
    words = rare_words(text)
    if words & around.greeted:
        yield "greeted", 1.0
    if not around.domains:
        return
    if is_of_domain(text, around.domains):
        yield "domain", 1.0
    if any(word in one for one in around.domains for word in (*words, *rare_words(_spelt_out(text)))):
        yield "word_of_domain", 1.0


def _spelt_out(text: str) -> str:
    """Return a text with its umlauts as domains write them."""
    return text.translate(UMLAUTS)


@lru_cache(maxsize=20_000)
def rare_words(text: str) -> frozenset[str]:
    """Return the words of a name that are likely its own, as keys: no legal form, no short word."""
    return frozenset(
        word for part in COMPANY.sub(" ", text).split() if len(word := key(part)) >= LEAST_WORD and word.isalpha()
    )

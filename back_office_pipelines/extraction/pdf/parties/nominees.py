"""All names of a document that may be a party's, each with everything that can be said of it.

What belongs here: which texts are considered, and what names share with one another. What does not: the single traits
(`traits`), what they are worth and who is chosen (`ranking`, `parties`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from back_office_pipelines.extraction.pdf.page.blocks import POSTCODE, STREET, Block
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.block_names import MOST_WORDS
from back_office_pipelines.extraction.pdf.parties.companies import has_legal_form
from back_office_pipelines.extraction.pdf.parties.cues import COURTESY
from back_office_pipelines.extraction.pdf.parties.names import SEPARATED, before_address, before_contact, name_in
from back_office_pipelines.extraction.pdf.parties.naming import Naming
from back_office_pipelines.extraction.pdf.parties.surroundings import Surroundings
from back_office_pipelines.extraction.pdf.parties.traits import of_document, of_place, of_text, rare_words

STANDING = frozenset(
    ("address_below", "colon_above", "street_next", "contact_after", "care_below", "courtesy_above", "first_name")
)
"""Places of which one a name has that nothing speaks for: over an address or before a telephone, announced, first."""
NUMBERED = frozenset(("form", "house"))
"""Traits of names that have numbers in them, where others with numbers are none."""
CENTS = re.compile(r"\d[.,]\d\d(?!\d)")
LEAST_WORD = 3
"""Letters of a first line that a name goes on under: shorter ones announce ("De", "An")."""
MOST_TIMES = 3
"""How often a name is counted."""


@dataclass
class Nominee:
    """A name with what speaks for and against its being a party's.

    Attributes:
        places: where it stands, best print first come.
        traits: by name; of several places the most.
        evidence: kinds of evidence by role, as `naming` calls them.
    """

    places: list[Found] = field(default_factory=list)
    traits: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def found(self) -> Found:
        """The name as it is written: in capitals only where no other place has it in small letters."""
        best = next((one for one in self.places if not one.text.isupper()), self.places[0])
        shortened = "." in best.text.split()[-1][:-1]  # "B.V." ends in its own point, "Ltd." may end a sentence
        pointed = [one for one in self.places if one.text.endswith(".") == shortened]
        return best if not pointed or best in pointed else best._replace(text=_pointed(best.text, shortened))

    def add(self, traits: Iterable[tuple[str, float]]) -> None:
        """Add traits; of several values of one the most counts."""
        for name, value in traits:
            self.traits[name] = max(value, self.traits.get(name, value))


def _pointed(text: str, point: bool) -> str:
    return text.rstrip(".") + ("." if point else "")


def nominees(namings: Sequence[Naming], around: Surroundings) -> tuple[Nominee, ...]:
    """Return the names that evidence or place brings up, those with the same letters as one."""
    found: dict[str, Nominee] = {}
    for naming in namings:
        one = found.setdefault(key(naming.found.text), Nominee())
        one.places.append(naming.found)
        one.evidence.setdefault(naming.role, []).append(naming.evidence)
    _mark_first(namings, found)
    for at, name in enumerate(swept(around)):
        one = found.setdefault(key(name.text), Nominee())
        one.places.append(name)
        if at == 0:
            one.add([("first_name", 1.0)])
    for first, whole in joined(around):
        one = found.setdefault(key(whole.text), Nominee())
        one.places.append(whole)
        one.add([("joined", 1.0)])
        if (part := found.get(key(first.text))) is not None:
            one.evidence.update({role: [*one.evidence.get(role, ()), *kinds] for role, kinds in part.evidence.items()})
    found.pop("", None)
    for one in found.values():
        _describe(one, around)
        if not one.evidence:
            one.add([("bare", 1.0)])
    found = {text: one for text, one in found.items() if one.evidence or _stands_as_name(one)}
    _compare(found)
    _beside_advertiser(found)
    return tuple(found.values())


def _beside_advertiser(found: Mapping[str, Nominee]) -> None:
    """Mark the names beside that of an advertiser: agencies are billed, advertisers buy."""
    named = [
        one
        for one in found.values()
        if "advertiser" in one.evidence.get("buyer_name", ()) and "caption" not in one.traits
    ]
    for one in found.values():
        if named and "buyer_name" in one.evidence and not any(one is other for other in named):
            one.add([("beside_advertiser", 1.0)])


def _stands_as_name(one: Nominee) -> bool:
    named = "digits" not in one.traits or not NUMBERED.isdisjoint(one.traits)
    return named and not STANDING.isdisjoint(one.traits)


def _mark_first(namings: Sequence[Naming], found: Mapping[str, Nominee]) -> None:
    """Mark the first name that labels announce of each role: later ones are of columns and copies."""
    for role in ("seller_name", "buyer_name"):
        first = next((one for one in namings if one.role == role and one.evidence == "label"), None)
        if first is not None:
            found[key(first.found.text)].add([(f"{role.removesuffix('_name')}_first_label", 1.0)])


def _describe(one: Nominee, around: Surroundings) -> None:
    for role, kinds in one.evidence.items():
        party = role.removesuffix("_name")
        one.add((f"{party}_{kind}", 1.0) for kind in kinds)
        one.add([(f"{party}_labels", float(min(kinds.count("label") - 1, MOST_TIMES)))] if "label" in kinds else ())
    seen: set[int] = set()
    one.add((*of_text(one.found.text), *of_document(one.found.text, around)))
    zones: set[str] = set()
    for found in one.places:
        place = around.place(found)
        if place is not None and id(place.segment) not in seen:
            seen.add(id(place.segment))
            traits = tuple(of_place(place, around))
            one.add(traits)
            zones |= {name for name, _ in traits if name in ("top", "head", "foot")}
    one.add([("again", float(min(len(seen), MOST_TIMES) - 1))])
    if one.traits.get("delivered") and len(seen) > 1:
        del one.traits["delivered"]  # elsewhere it is not where goods go
    if "foot" in zones and len(zones) > 1:
        one.add([("head_and_foot", 1.0)])


def _compare(found: Mapping[str, Nominee]) -> None:
    """Add what names share: a sign on top and the full name that has its word, a name beside another."""
    signs = {
        word
        for one in found.values()
        if one.traits.get("print", 0.0) > 0.5 and "top" in one.traits
        for word in rare_words(one.found.text)
    }
    for text, one in found.items():
        words = rare_words(one.found.text)
        formed = "form" in one.traits
        if words & signs and not one.traits.get("print", 0.0) > 0.5:
            one.add([("word_of_sign", 1.0)])
        for other_text, other in found.items():
            if other is one or not words or not words & rare_words(other.found.text):
                continue
            if len(text) < len(other_text) and text in other_text:
                one.add([("part_of_longer", 1.0)])
            if "form" in other.traits and not formed:
                one.add([("other_is_formed", 1.0)])
                if len(text) < len(other_text) and other_text.startswith(text):
                    one.add([("begins_formed", 1.0)])
            if formed and "form" not in other.traits:
                one.add([("formed_of_others", 1.0)])


def swept(around: Surroundings) -> Iterator[Found]:
    """Yield every short text of the first page that may be a name."""
    for row in around.first_page:
        for segment in () if _has_amount(row) else row.line.segments:
            yield from _in_segment(segment, around.labelled)


def _has_amount(row: Row) -> bool:
    """Tell whether a line has an amount with cents; the year of a date is none, nor any number of something."""
    dates = row.of_kind("date")
    return any(
        CENTS.search(row.words[amount.end - 1].text) and not any(one.start <= amount.start < one.end for one in dates)
        for amount in row.of_kind("amount")
    )


def joined(around: Surroundings) -> Iterator[tuple[Found, Found]]:
    """Yield a word and the line under it, right above a street or place, as one name, after the word alone."""
    for block in around.blocks:
        if block.page == 1:
            yield from _joined(block, around)


def _in_segment(segment: Segment, labelled: Collection[int]) -> Iterator[Found]:
    """Yield the name that a text is or begins with; a label alone is none."""
    parts = SEPARATED.split(segment.text)
    starts = [before_contact(before_address(segment.words))]
    starts += [segment.words[: len(parts[0].split())]] if len(parts) > 1 else []
    for words in starts:
        if len(words) > MOST_WORDS or all(id(word) in labelled for word in words):
            continue
        if (name := name_in(words, segment.page)) is not None:
            yield name
            return


def _joined(block: Block, around: Surroundings) -> Iterator[tuple[Found, Found]]:
    lines = block.segments
    for at, (first, second) in enumerate(pairwise(lines[:-1])):
        if (
            len(first.words) > 1
            or len(first.text) < LEAST_WORD
            or first.text.isupper() != second.text.isupper()
            or not any(map(_is_place, lines[at + 2 : at + 4]))
            or not _are_alike(first, second)
            or has_legal_form(first.text)
            or COURTESY.fullmatch(first.text)
        ):
            continue
        words = (*first.words, *second.words)
        if any(id(word) in around.labelled for word in words) or len(words) > MOST_WORDS:
            continue
        start = name_in(first.words, 1)
        if start is not None and name_in(second.words, 1):
            yield start, found_in(f"{first.text} {second.text}", first.page, words)


def _is_place(line: Segment) -> bool:
    return bool(POSTCODE.search(line.text) or (STREET.search(line.text) and any(map(str.isdigit, line.text))))


def _are_alike(first: Segment, second: Segment) -> bool:
    """Tell whether two lines are of one print and without figures."""
    height = first.words[0].height
    same = abs(second.words[0].height - height) <= 0.05 * height
    return same and not any(map(str.isdigit, first.text + second.text))

"""Blocks: segments that stand under one another at one left edge, as addresses do.

What belongs here: grouping, and what kind of text the lines of a block are. What does not: whose block it is
(`parties`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, around

EDGE = 4.0
"""Points by which left edges of one block may differ."""
SAME_EDGE = 1.5
"""Points by which right edges, or middles, of one block may differ."""
LARGER = 1.4
"""Height of print, beside that of the line above, from which on a line is a heading and begins a block."""
LINE_GAP = 2.1
"""Distance of base lines, in heights of print, within a block."""
EMPTY_LINE = 4.5
"""Distance of base lines, in heights of print, of a street and its place with an empty line between them."""
MOST_LINES = 12
POSTCODE = re.compile(
    r"(?<![\d-])(?:[A-Z]{1,2}[ -])?\d{4,5}(?:\s?[A-Z]{2}(?![A-Za-z]))?,?\s*[^\W\d_]{2}"
    r"|(?<![A-Za-z])[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?(?!\d)|(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}(?!\w)"
    r"|(?<!\w)[AC-FHKNPRTV-Y]\d[\dW] [AC-FHKNPRTV-Y\d]{4}(?!\w)|,\s[^\W\d_][^,\d]*[ -]\d{6}$"
    r"|(?:^|(?<=[,\u00b7|] ))(?:(?:SE-|CZ-|SK-)?\d{3} \d{2}|RO-\d{6}|(?:PL-)?\d{2}-\d{3}|\d{4,5}-\d{3}),?\s+"
    r"[^\W\d_a-z][^\W\d_]{2}"
    r"|\bcod po[sșş]tal:? \d{6}\b|^0\d{5},?\s+[^\W\d_a-z][^\W\d_]{2}"
    r"|(?<!\w)[A-Z]\d[A-Z] ?\d[A-Z]\d(?!\w)|(?<!\w)(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT)\s+\d{4}(?!\d)"
)
"""Postal codes with their place, or with the state before them, in the forms of their countries."""
STREET = Caseless(
    r"stra(?:ß|ss)e|str\.|(?:weg|platz|allee|gasse|ring|ufer|damm|promenade|chaussee|zeile|steig|graben|laan|plein|kade"
    r"|gracht|gatan|vägen|vej|gade"
    r"|gata|gaten|veien|vegen|katu|kuja|n(?<!an)tie|utca|körút|rakpart)\b|straat|postfach|p\.?\s?o\.? box|box \d"
    r"|\b(?:rue|avenue|place|esplanade|parvis|faubourg|boulevard|bd|chemin|impasse|quai|allées?|route"
    r"|street|st|road|rd|ave|lane|drive|dr|blvd|crescent|terrace|parkway|pkwy|hwy|turnpike|tpke|expressway|expy"
    r"|via|viale|piazza|corso|calle|plaza|avda|avenida|paseo|carretera|rua|travessa"
    r"|út|útja|tér|tere|ulica|trg|cesta|námestie|namestie|strada|bulevardul|b-dul|calea|șoseaua|soseaua|aleea|piața|piata"
    r"|splaiul)\b|\b\d+,? av\.? (?!\d)"
    r"|\b\d+[a-z]? (?:[\w.'-]+ ){0,2}(?:highway|broadway|plz|cir|ct|ln|ter|trl|close|mews|gardens)\b"
    r"|\b(?:c/|ul\.|nám\.|nam\.|șos\.|sos\.) "
)
CONTACT = Caseless(
    r"@|www\.|https?:|steuer(?!berat)|\b(?:(?:tel|fon|fax|phone|iban|bic|ust|vat|tva|siret|siren|kvk|btw|hr[ab]|p\.?\s?iva|nif|cif"
    r"|gln|tlf|puh|mva|alv|y-tunnus|adószám|ičo|dič|ič dph|oib|ddv|pdv"
    r"|org\.? ?nr|cui)\b|tel\.|telefon|mobil|ust-|main:|billing:)"
)
TAX = re.compile(
    r"steuer(?!berat)|\b(?:ust-|(?:ust|vat|tva|btw|p\.?\s?iva|nif|cif|siret|siren|kvk|gln|mva|alv|y-tunnus|adószám"
    r"|ičo|dič|ič dph|oib"
    r"|ddv|pdv|org\.? ?nr|cui)\b)",
    re.IGNORECASE,
)
"""Of these, the words of numbers that buyers have in their address as well."""


@dataclass(frozen=True)
class Block:
    """Segments under one another.

    Attributes:
        segments: top to bottom.
    """

    segments: tuple[Segment, ...]

    @property
    def page(self) -> int:
        """Page from 1."""
        return self.segments[0].page

    @cached_property
    def box(self) -> Box:
        """Box around it."""
        return around(self.segments)

    @cached_property
    def is_address(self) -> bool:
        """Whether it has a line of a postal code and place, under a name."""
        return any(POSTCODE.search(segment.text) for segment in self.segments[1:6])

    @cached_property
    def reached(self) -> bool:
        """Whether a line says how to reach or pay a company: a tax number alone stands in the buyer's address too."""
        return any(CONTACT.search(TAX.sub(" ", segment.text)) for segment in self.segments)

    @cached_property
    def contacts(self) -> int:
        """Number of lines that say how to reach or book a company."""
        return sum(bool(CONTACT.search(segment.text)) for segment in self.segments)


class _Growing:
    """A block that later lines may go on with: its segments, and the edges of the last of them.

    Attributes:
        reach: distance of base lines within which another line may go on with it.
    """

    __slots__ = ("base", "height", "left", "reach", "right", "segments")

    def __init__(self, segment: Segment) -> None:
        self.segments: list[Segment] = []
        self.add(segment)

    def add(self, segment: Segment) -> None:
        """Go on with a segment."""
        first = segment.words[0]
        self.segments.append(segment)
        self.base, self.height, self.reach = first.base, first.height, _reach(first.height)
        self.left, self.right = first.box[0], segment.words[-1].box[2]

    def is_near(self, base: float) -> bool:
        """Tell whether a line on this base may still go on with the block."""
        return base - self.base <= self.reach * 1.5


def _reach(height: float) -> float:
    """Return the distance of base lines within which a print of some height goes on."""
    return LINE_GAP * max(height, 1.0)


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks of a document, by page and place of their first line."""
    finished: list[_Growing] = []
    growing: list[_Growing] = []
    page = 0
    for line in lines:
        if line.page != page:
            finished, growing, page = [*finished, *growing], [], line.page
        for segment in line.segments:
            home = _home(growing, segment)
            if home is not None:
                home.add(segment)
            else:
                growing.append(_Growing(segment))
        if len(growing) > MOST_LINES:
            base = line.segments[0].words[0].base
            near = [block for block in growing if block.is_near(base)]
            if len(near) < len(growing):
                finished += [block for block in growing if not block.is_near(base)]
                growing = near
    runs = [block.segments for block in (*finished, *growing)]
    runs.sort(key=lambda run: (run[0].page, run[0].words[0].base, run[0].words[0].box[0]))
    return tuple(Block(tuple(run)) for run in _with_places(runs))


def _with_places(runs: Sequence[list[Segment]]) -> list[list[Segment]]:
    """Return the blocks, each whose address goes on with its place after an empty line together with that."""
    whole: list[list[Segment]] = []
    near: list[list[Segment]] = []
    for run in runs:
        near = [other for other in near if _may_go_on(other, run)]
        home = next((other for other in near if _lacks_place(other, run)), None) if _begins_with_place(run) else None
        if home is not None:
            home.extend(run)
        else:
            whole.append(run)
            near.append(run)
    return whole


def _may_go_on(run: Sequence[Segment], later: Sequence[Segment]) -> bool:
    """Tell whether a place may still follow a block after those that begin higher than a later one."""
    last, first = run[-1].words[0], later[0].words[0]
    return run[0].page == later[0].page and first.base - last.base <= EMPTY_LINE * max(last.height, 1.0)


def _begins_with_place(run: Sequence[Segment]) -> bool:
    return POSTCODE.match(run[0].text) is not None


def _lacks_place(run: Sequence[Segment], rest: Sequence[Segment]) -> bool:
    """Tell whether a block above has a street at its end and no place, at the left edge of one that begins with it."""
    last, first = run[-1].words[0], rest[0].words[0]
    near = run[0].page == rest[0].page and 0 < first.base - last.base <= EMPTY_LINE * max(last.height, 1.0)
    if not near or len(run) < 2 or abs(last.box[0] - first.box[0]) > SAME_EDGE:
        return False
    return any(map(str.isdigit, run[-1].text)) and not any(POSTCODE.search(one.text) for one in run)


def _home(growing: Sequence[_Growing], segment: Segment) -> _Growing | None:
    """Return the block that a segment goes on with: one at its left edge, else at its right edge or middle."""
    word = segment.words[0]
    base, height, left, right = word.base, word.height, word.box[0], segment.words[-1].box[2]
    reach, second = _reach(height), None
    for block in growing:
        step = base - block.base
        if step <= 0 or (step > block.reach and step > reach) or height > LARGER * block.height:
            continue
        if abs(left - block.left) <= EDGE:
            return block
        if second is None and _at_right_or_middle(block, left, right):
            second = block
    return second


def _at_right_or_middle(block: _Growing, left: float, right: float) -> bool:
    return abs(right - block.right) <= SAME_EDGE or abs(left + right - block.left - block.right) <= 2 * SAME_EDGE

"""What stands around the texts of a page: the block each is in, the lines under it, accounts and addresses below.

What belongs here: geometry that several kinds of evidence ask for, found once a document. What does not: what it says
about a name (`traits`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from back_office_pipelines.extraction.model import Box
from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, TAX, Block
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.shapes import PLACE_AND_DAY
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.senders import domains, in_large_print

GREETING = Caseless(
    r"^(?:dear|sehr geehrte[rn]?|liebe[rn]?|hallo|guten tag|hello|hi|geachte|beste|chère?|bonjour|monsieur|madame"
    r"|gentile"
    r"|egregio|estimad[oa]|caro|cara|kære|bästa|hej|hei|szanown[ya]\w*|vážen[ýá])\b"
)
"""How a letter begins that greets its reader by name."""
MOST_OF_DATE = 8
"""Words of a place and date, the month in letters among them."""
UNDER_SIGN, LARGER = 2.5, 1.25
"""Heights of print under a sign within which the name of its owner stands, and how much larger a sign is than that."""
LEAST_WORD = 4
"""Letters of a word from which on it tells whose name it is of."""
LEAST_HEIGHT = 1.2
"""Height of a page, in widths of its text, of which shares are told where the text ends sooner."""
NEAR = 2.0
"""Points by which the top of a text may differ from that of its segment."""
SAME_LEFT = 6.0
"""Points by which left edges of one column may differ."""
COLUMN_REACH = 190.0
"""Points under a name within which an account in its column may be its owner's."""


@dataclass(frozen=True)
class Place:
    """One text on a page with what it is part of.

    Attributes:
        at: its line within its block, from 0.
        starts: whether the text begins its segment.
    """

    found: Found
    row: Row
    segment: Segment
    block: Block
    at: int
    starts: bool


@dataclass(frozen=True)
class Surroundings:
    """The lines and blocks of a document with what is looked up in them again and again."""

    rows: Sequence[Row]
    blocks: Sequence[Block]

    @cached_property
    def bottoms(self) -> dict[int, float]:
        """Where the last line of each page ends."""
        return {row.page: row.box[3] for row in self.rows}

    @cached_property
    def heights(self) -> dict[int, float]:
        """Height of each page, as far as its text tells."""
        rights: dict[int, float] = {}
        for row in self.rows:
            rights[row.page] = max(rights.get(row.page, 0.0), row.box[2])
        return {page: max(end, LEAST_HEIGHT * rights[page], 1.0) for page, end in self.bottoms.items()}

    @cached_property
    def first_page(self) -> tuple[Row, ...]:
        """Lines of the first page."""
        return tuple(row for row in self.rows if row.page == 1)

    @cached_property
    def usual(self) -> float:
        """Usual height of print of the first page, in points."""
        heights = sorted(row.height for row in self.first_page)
        return heights[len(heights) // 2] if heights else 10.0

    @cached_property
    def middle(self) -> float:
        """Middle of the text of the first page, in points from the left."""
        first = [row.box for row in self.first_page]
        return (min(box[0] for box in first) + max(box[2] for box in first)) / 2 if first else 300.0

    @cached_property
    def labelled(self) -> frozenset[int]:
        """Words of labels, by identity."""
        return frozenset(
            id(word) for row in self.rows for label in row.labels for word in row.words[label.start : label.end]
        )

    @cached_property
    def signs(self) -> tuple[Box, ...]:
        """Boxes of the texts in large print on top of the first page."""
        return tuple(segment.box for segment in in_large_print(self.rows))

    def has_sign_above(self, place: Place) -> bool:
        """Tell whether a text stands right under large print and is in smaller print itself."""
        x0, top, x1, bottom = place.segment.box
        return place.row.page == 1 and any(
            0 <= top - sign[3] < UNDER_SIGN * (bottom - top)
            and sign[3] - sign[1] > LARGER * (bottom - top)
            and sign[0] - SAME_LEFT <= x1
            and x0 <= sign[2] + SAME_LEFT
            for sign in self.signs
        )

    @cached_property
    def addresses(self) -> tuple[Block, ...]:
        """Blocks of the first page that are addresses."""
        return tuple(block for block in self.blocks if block.page == 1 and block.is_address)

    @cached_property
    def greeted(self) -> frozenset[str]:
        """Words of the line that greets the reader of a letter, as keys."""
        return frozenset(
            word
            for row in self.first_page
            for segment in row.line.segments
            if GREETING.search(segment.text)
            for one in segment.text.split()
            if len(word := key(one)) >= LEAST_WORD
        )

    @cached_property
    def dated_from(self) -> frozenset[str]:
        """Places that stand before a date, as keys: "Quedlinburg, 31. März 2022"."""
        return frozenset(
            key(match.group(1).split()[0])
            for row in self.first_page
            if row.of_kind("date")
            for segment in row.line.segments
            if len(segment.words) <= MOST_OF_DATE and (match := PLACE_AND_DAY.match(segment.text)) is not None
        )

    @cached_property
    def domains(self) -> frozenset[str]:
        """Names in web and mail addresses, as `senders.domains`."""
        return domains(self.rows)

    @cached_property
    def _blocks(self) -> dict[int, tuple[Block, int]]:
        return {id(one): (block, at) for block in self.blocks for at, one in enumerate(block.segments)}

    @cached_property
    def _by_page(self) -> dict[int, list[Row]]:
        """Rows by page."""
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.page, []).append(row)
        return found

    def place(self, found: Found) -> Place | None:
        """Return what a text is part of; None where it is not on these lines."""
        x0, top, _, _ = found.box
        for row in self._by_page.get(found.page, ()):
            if not row.box[1] - NEAR <= top <= row.box[3]:
                continue
            for segment in row.line.segments:
                if abs(segment.box[1] - top) <= NEAR and segment.box[0] - 1 <= x0 <= segment.box[2]:
                    return self._placed(found, row, segment)
        return None

    def _placed(self, found: Found, row: Row, segment: Segment) -> Place | None:
        block, at = self._blocks.get(id(segment), (None, 0))
        return None if block is None else Place(found, row, segment, block, at, abs(segment.box[0] - found.box[0]) < 1)

    @cached_property
    def accounts(self) -> tuple[tuple[int, float, float], ...]:
        """Page, left edge and top of each segment with an account: whoever writes an invoice wants to be paid."""
        return tuple(
            (row.page, segment.box[0], segment.box[1])
            for row in self.rows
            if row.of_kind("iban")
            for segment in row.line.segments
            if "iban" in segment.text.casefold() or len(row.line.segments) == 1
        )

    @cached_property
    def contacts(self) -> tuple[tuple[int, float, float], ...]:
        """Page, left edge and top of each segment with a telephone, mail or web address."""
        return tuple(
            (row.page, segment.box[0], segment.box[1]) for row in self.rows for segment in _reaching(row.line.segments)
        )

    def has_below(self, place: Place, marks: Sequence[tuple[int, float, float]]) -> bool:
        """Tell whether one of some marks stands under a text, in its column and near."""
        left, top = place.segment.box[0], place.segment.box[1]
        return any(
            page == place.row.page and abs(left - x0) <= SAME_LEFT and 0 < y - top <= COLUMN_REACH
            for page, x0, y in marks
        )


def _reaching(segments: Sequence[Segment]) -> Iterator[Segment]:
    yield from (segment for segment in segments if says_how_to_reach(segment.text))


@lru_cache(maxsize=20_000)
def says_how_to_reach(text: str) -> bool:
    """Tell whether a text has a telephone, mail or web address, or an account."""
    return CONTACT.search(text) is not None and CONTACT.search(TAX.sub(" ", text)) is not None

"""VAT identifiers of seller and buyer.

What belongs here: whose identifier a text is, and which of several is given. What does not: their shapes
(`registrations`), names (`parties`), check digits (`values.checksums`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.countries import Seat
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.facts.captions import heads_facts
from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, Block
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.registrations import COUNTRY, canonical, is_well_formed
from back_office_pipelines.extraction.pdf.page.rows import Label, Mention, Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.parties.parties import Party
from back_office_pipelines.values.checksums import is_vat_id

UNLABELLED, UNPROVED = 0.45, 0.3
"""Worth of an identifier without a label, and of one whose check digits are wrong though it is in its place."""
ANNOUNCED = 0.9
"""Worth of an identifier that its own word announces where no label of the dictionary does."""
IN_FOOT, FOOT = 0.1, 0.85
"""What it is worth for a seller's VAT id to stand among the last lines of a page, and where these begin."""
CUSTOMER = Caseless(
    r"client|kunde|kund|debitor|customer|klant|relatie|odběratel|nabywc|contribuyente|kjøper|asiakas|ostaja|vevő"
    r"|cumpărător|beneficiar|odberateľ|zákazník|kupac|kupec|naročnik"
)
"""Words of captions over facts of the buyer: an identifier in their strip is the buyer's."""
YOURS = frozenset(
    ("ihre", "ihr", "your", "votre", "vos", "uw", "su", "vostra", "vs", "deres", "teidän", "vaše", "vaša")
)
FACTS = {"invoice_number", "issue_date", "due_date", "purchase_order"}
SECTION = 12
"""Lines under a label of a party that are about that party."""
TITLES = 3
"""Different fields of a line that a row names which heads a table of them."""
POUND = "£"
WORDS_BEFORE = 5
"""Words before a number among which the one that announces it stands."""
_COUNTRY = re.compile(COUNTRY)


@dataclass(frozen=True)
class Registered:
    """An identifier with what it rests on.

    Attributes:
        text: canonical, as `registrations.canonical` gives it.
    """

    text: str
    score: float
    mention: Mention
    evidence: str


def choose_vat_ids(
    rows: Sequence[Row],
    blocks: Sequence[Block],
    candidates: Sequence[Candidate],
    parties: dict[str, Party],
    seat: Seat | None,
) -> dict[str, tuple[Choice, str]]:
    """Return the seller's and the buyer's VAT id, each with its canonical text: by label, else by whose block it is in.

    Args:
        rows: of the document.
        blocks: of the document.
        candidates: labelled values of all fields.
        parties: names chosen, by role.
        seat: country of the document, None where unknown; numbers without letters of a country may be its.
    """
    labelled = _labelled(candidates)
    country = seat.code if seat is not None else _country_of_money(rows)
    scored: dict[str, list[Registered]] = {"seller_vat_id": [], "buyer_vat_id": []}
    last = {row.page: row.number for row in rows}
    for row in rows:
        for mention in (*row.of_kind("vat_id"), *_divided(row, rows)):
            named = labelled.get(id(mention))
            found = _registered(mention, named, row, country)
            if found is not None:
                field = _owner(rows, mention, named, blocks, parties)
                in_foot = row.number > FOOT * last[row.page]
                scored[field].append(replace(found, score=_in_foot(found) if in_foot else found.score))
    return {field: chosen for field, found in scored.items() if (chosen := _best(field, found)) is not None}


def _country_of_money(rows: Sequence[Row]) -> str | None:
    """Return the country whose sign of money alone tells it: amounts in pounds are taxed by the United Kingdom."""
    return "GB" if any(POUND in one.found.text for row in rows for one in row.of_kind("amount")) else None


def _in_foot(found: Registered) -> float:
    """Return what an identifier in the imprint is worth: with the right check digits as much as an announced one."""
    return max(found.score, ANNOUNCED if is_vat_id(found.text) else 0.0) + IN_FOOT


def _labelled(candidates: Sequence[Candidate]) -> dict[int, Candidate]:
    """Return the best label of each text that labels name as an identifier; a label of the buyer's always wins."""
    found: dict[int, Candidate] = {}
    for one in candidates:
        if one.field in ("seller_vat_id", "buyer_vat_id"):
            kept = found.get(id(one.mention))
            if kept is None or one.score > kept.score or one.field == "buyer_vat_id":
                found[id(one.mention)] = one
    return found


def _registered(mention: Mention, named: Candidate | None, row: Row, country: str | None) -> Registered | None:
    """Return a text as an identifier, None where nothing says that it is one."""
    words = row.words[max(0, mention.start - WORDS_BEFORE) : mention.start]
    label = named.label.key if named is not None and named.label is not None else ""
    before = f"{label} {' '.join(word.text for word in words)}"
    text = canonical(mention.found.text, before, country)
    if text is None:
        return None
    if named is not None:
        return Registered(text, named.score, mention, named.evidence)
    if not text[:2].isalpha() or not is_vat_id(text):
        placed = len(row.line.segments[0].words) == len(row.words) == mention.end - mention.start or CONTACT.search(
            row.text
        )
        if not (is_well_formed(text) and placed) and text[:2].isalpha():
            return None
        score = ANNOUNCED if not text[:2].isalpha() else UNPROVED
        return Registered(text, score, mention, "unlabelled")
    return Registered(text, UNLABELLED, mention, "unlabelled")


def _divided(row: Row, rows: Sequence[Row]) -> Iterator[Mention]:
    """Yield an identifier that a line break divides after the letters of its country."""
    after = next((other for other in rows[row.number + 1 : row.number + 2] if other.page == row.page), None)
    if after is None or not row.labels or _COUNTRY.fullmatch(row.words[-1].text) is None:
        return
    for end in range(min(4, len(after.words)), 0, -1):
        digits = " ".join(word.text.strip(".,;") for word in after.words[:end])
        text = f"{row.words[-1].text} {digits}"
        if is_well_formed(canonical(text) or ""):
            found = found_in(text, row.page, [row.words[-1], *after.words[:end]])
            last = len(row.words) - 1
            yield Mention("vat_id", found, row.number, last, last + 1, last - row.first[-2])
            return


def _best(field: str, found: Sequence[Registered]) -> tuple[Choice, str] | None:
    """Return the best of several identifiers; of equals the first in reading order."""
    best: dict[str, Registered] = {}
    for one in found:
        if one.text not in best or best[one.text].score < one.score:
            best[one.text] = one
    if not best:
        return None
    first, *others = sorted(best.values(), key=lambda one: -round(one.score, 1))
    margin = first.score - others[0].score if others else first.score
    rival = others[0].mention.found if others else None
    valid = is_vat_id(first.text)
    return Choice(field, first.mention.found, first.evidence, first.score, margin, held=valid, rival=rival), first.text


def _begins_facts(row: Row, left: float) -> bool:
    """Tell whether a row begins with the label of a fact of the document, in a column: no longer about a party."""
    return any(
        label.lead == 0 and FACTS & set(label.meaning.header) and abs(label.box[0] - left) < 60 for label in row.labels
    )


def _heads_table(row: Row) -> bool:
    """Tell whether a row has the titles of a table of lines: what stands under it is about no party."""
    return len({label.meaning.line[0] for label in row.labels if label.meaning.line}) >= TITLES


def _is_yours(rows: Sequence[Row], label: Label) -> bool:
    """Tell whether a word before a label, which may stand in a row above its value, speaks to the buyer."""
    before = rows[label.row].words[label.start - 1].text if label.start > 0 else ""
    return before.casefold().strip(":.") in YOURS


def _is_of_customer(rows: Sequence[Row], one: Candidate) -> bool:
    """Tell whether an identifier stands in a strip of boxes of which another says that it is about the customer."""
    label = one.label
    if label is None or label.row == one.mention.row or not heads_facts(rows[label.row], label):
        return False
    return CUSTOMER.search(rows[label.row].text) is not None


def _section(rows: Sequence[Row], mention: Mention) -> str | None:
    """Return whose section a text stands in: that of the nearest label of a party above it, in its column."""
    row = rows[mention.row]
    left = row.words[mention.start - mention.lead].box[0]
    for other in reversed(rows[max(0, mention.row - SECTION) : mention.row]):
        if other.page != row.page:
            break
        if _begins_facts(other, left) or _heads_table(other):
            return None
        for label in other.labels:
            parties = {"seller_name", "buyer_name"} & set(label.meaning.header)
            alone = label.lead == 0 and label.tail <= 1 and not (label.meaning.weak and not label.colon)
            if parties and alone and -20 <= left - label.box[0] <= 60:
                return f"{parties.pop().removesuffix('_name')}_vat_id"
    return None


def _owner(
    rows: Sequence[Row],
    mention: Mention,
    one: Candidate | None,
    blocks: Sequence[Block],
    parties: dict[str, Party],
) -> str:
    """Return whose VAT id a text is: by a label that says so, else the buyer's within the buyer's block."""
    if one is not None and one.field == "buyer_vat_id":
        return "buyer_vat_id"
    if one is not None and one.label is not None and (_is_yours(rows, one.label) or _is_of_customer(rows, one)):
        return "buyer_vat_id"
    if (section := _section(rows, mention)) is not None:
        return section
    return "buyer_vat_id" if _is_buyers(rows, mention, blocks, parties) else "seller_vat_id"


def _is_buyers(rows: Sequence[Row], mention: Mention, blocks: Sequence[Block], parties: dict[str, Party]) -> bool:
    """Tell whether a text stands beside the buyer's name or under it, nearer than the seller's."""
    buyer, seller = (parties.get(role) for role in ("buyer_name", "seller_name"))
    if buyer is None:
        return False
    if _is_beside(buyer.found, mention, rows):
        return True
    for block in blocks:
        if block.page == buyer.found.page and _holds(block, buyer.found.box) and _holds(block, mention.box):
            return seller is None or _is_nearer(buyer, seller, block, mention)
    return False


def _is_beside(name: Found, mention: Mention, rows: Sequence[Row]) -> bool:
    """Tell whether a name and an identifier stand in one segment, the name first."""
    row = rows[mention.row]
    first = row.words[mention.start - mention.lead]
    level = name.page == row.page and row.box[1] - 1 <= (name.box[1] + name.box[3]) / 2 <= row.box[3] + 1
    return level and first.box[0] - 1 <= name.box[0] < mention.box[0]


def _is_nearer(buyer: Party, seller: Party, block: Block, mention: Mention) -> bool:
    """Tell whether, in one block, the buyer's name is the last above an identifier."""
    if not _holds(block, seller.found.box):
        return True
    top = mention.box[1] + 1
    return buyer.found.box[1] < top and not buyer.found.box[1] < seller.found.box[1] < top


def _holds(block: Block, box: tuple[float, float, float, float]) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(
        left - 1 <= across <= right + 1 and top - 1 <= down <= bottom + 1
        for left, top, right, bottom in (segment.box for segment in block.segments)
    )

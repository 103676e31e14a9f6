"""Names that labels announce: beside a label, or under it.

What belongs here: which of both is a label's, and whose it is. What does not: finding them (`beside_label`,
`below_label`), names that no label announces (`parties`), and what text is a name (`names`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.lines.airtime import bills_airtime
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.below_label import name_below
from back_office_pipelines.extraction.pdf.parties.beside_label import ADVERTISERS, CLIENTS, name_beside
from back_office_pipelines.extraction.pdf.parties.names import before_address, name_in
from back_office_pipelines.extraction.pdf.parties.naming import Naming

CAPTION_STEP = 2.2
"""Distance of base lines, in heights of print, within which two captions are of one column."""
SAME_LEFT = 0.4
"""Heights of print by which left edges of captions of one column may differ: recognised ones are never the same."""
FAR = 8.0
"""Heights of print between a label and what stands beside it from which on that is of another column."""
LINES_ABOVE, FAR_ABOVE = 3, 11.0
"""Lines, and heights of print, above a line within which the label of who is billed stands that it goes on from."""
PERSONS = frozenset(("attention", "attn", "tav"))
"""Labels of the person a letter is for, as keys: the buyer is whom the address under it names."""
MOST_BEFORE, MOST_REPRESENTED = 6, 12
BILLED = frozenset(
    ("billto", "billedto", "soldto", "invoiceto", "agency", "agencia", "agence", "agentur", "to", "billingaddress")
)
"""Labels of who is billed beside them."""
AGENCY = Caseless(r"\bagency\b|\bagencia\b|\bagence\b|\bagentur|\bcommission \d")
"""Words of a page that bills an agency."""
OF_NUMBERS = Caseless(
    r"^(?:codes?|cd|ref(?:erence|erenz|erentie|s)?|nos?|nr|num|number|nummer|núm|numéro|numero|id|account|type"
    r"|order|po|tel|phone|email"
    r"|fax|vat|tax|contact|service|since|rep|referenz|konto|auftrag)\b"
)
"""Words after a label that make it one of a number or a contact: "Advertiser Ref", "Client code"."""
REPRESENTED = Caseless(r"(?:\(?on behalf of:?|o/b/o:?|for (?:the )?account of:?)\s+")
"""How a line under who is billed begins that names whom an agency bought for."""
SLIP = Caseless(r"^(?:payment|remittance) (?:advice|slip|stub)$")
"""Heads of slips that go back with a payment."""
ADDRESSED = re.compile(r"\s(?:a|à|an|aan|to|for|für|pour|para|per|voor)\s?:$", re.IGNORECASE)
"""How a line ends that announces whom an invoice is for."""


def labelled_names(rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that labels announce, and those under a line that ends in "to:"."""
    clients = _bills_an_agency(rows)
    for position, row in enumerate(rows):
        for label in row.labels:
            for role in ("seller_name", "buyer_name"):
                if role in label.meaning.header and label.lead <= 1:
                    found = _announced(rows, position, label)
                    if found is not None and label.key == "to" and _is_on_slip(rows, position):
                        yield Naming("seller_name", found, "label")
                    elif found is not None:
                        yield Naming(role, found, _evidence(label, clients))
        if row.page == 1 and (found := _addressed(rows, position)) is not None:
            yield Naming("buyer_name", found, "label_weak")
    if bills_airtime(rows) or any(AGENCY.search(row.text) for row in rows):
        yield from (Naming("buyer_name", found, "advertiser") for found in _represented(rows))


def _is_on_slip(rows: Sequence[Row], position: int) -> bool:
    """Tell whether a line stands right under the head of a slip that goes back with a payment, to who is paid."""
    row = rows[position]
    above = rows[max(0, position - LINES_ABOVE) : position]
    return any(
        SLIP.search(segment.text) for other in above if other.page == row.page for segment in other.line.segments
    )


def _bills_an_agency(rows: Sequence[Row]) -> bool:
    """Tell whether a page bills an agency and names its client: an address of its own, and words of agencies."""
    keys = {label.key for row in rows for label in row.labels}
    return not CLIENTS.isdisjoint(keys) and not BILLED.isdisjoint(keys) and any(AGENCY.search(row.text) for row in rows)


def _evidence(label: Label, clients: bool) -> str:
    """Return the kind of evidence that a label is; with `clients`, its page names the clients of an agency."""
    if label.key in PERSONS:
        return "label_person"
    if label.key in ADVERTISERS or (clients and label.key in CLIENTS):
        return "advertiser"
    return "label_weak" if label.meaning.weak else "label"


def _announced(rows: Sequence[Row], position: int, label: Label) -> Found | None:
    """Return the name beside a label, else under it; of "bill to" under it where what is beside is far off."""
    row = rows[position]
    if not label.colon and OF_NUMBERS.search(
        " ".join(word.text for word in row.words[label.end : label.end + label.tail])
    ):
        return None
    column = not label.colon and (_is_in_captions(rows, position, label) or _is_over_address(rows, position, label))
    beside = name_beside(row, label, column)
    under = None if column else name_below(rows, position, label)
    if beside is None and label.lead == label.tail == 0 and _is_far_under(under, label, row):
        beside = name_beside(row, label, column=True)
    far = label.key.endswith("to") and beside is not None and beside.box[0] - label.box[2] > FAR * row.height
    return under if beside is None or (far and not _is_far_under(under, label, row)) else beside


def _is_far_under(found: Found | None, label: Label, row: Row) -> bool:
    """Tell whether nothing stands right under a label that it may be of."""
    return found is None or found.box[1] - label.box[3] > CAPTION_STEP * row.height


def _addressed(rows: Sequence[Row], position: int) -> Found | None:
    """Return the name under a line that ends in a word of address with a colon: "Fattura n. 18 a:"."""
    row = rows[position]
    segment = row.line.segments[-1]
    if not 1 < len(segment.words) <= MOST_BEFORE or ADDRESSED.search(segment.text) is None:
        return None
    after = next((other for other in rows[position + 1 : position + 2] if other.page == row.page), None)
    first = None if after is None else after.line.segments[0]
    if first is None or abs(first.box[0] - segment.box[0]) > 1.6 * row.height:
        return None
    return name_in(before_address(first.words), row.page)


def _represented(rows: Sequence[Row]) -> Iterator[Found]:
    """Yield the names of the first page that a line under who is billed says an agency bought for."""
    for position, row in enumerate(rows):
        for segment in row.line.segments if row.page == 1 else ():
            match = REPRESENTED.search(segment.text)
            if match is None or match.start() or len(segment.words) > MOST_REPRESENTED:
                continue
            found = name_in(segment.words[len(match.group().split()) :], segment.page)
            if found is not None and _is_under_buyer(rows, position, segment):
                yield found


def _is_under_buyer(rows: Sequence[Row], position: int, segment: Segment) -> bool:
    """Tell whether a label of who is billed stands at most three lines above a segment, at its left edge."""
    return any(
        "buyer_name" in label.meaning.header and abs(label.box[0] - segment.box[0]) < SAME_LEFT * row.height
        for row in rows[max(0, position - LINES_ABOVE) : position]
        if row.page == segment.page and segment.box[1] - row.box[1] < FAR_ABOVE * row.height
        for label in row.labels
    )


def _is_in_captions(rows: Sequence[Row], position: int, label: Label) -> bool:
    """Tell whether a label is one of a column of them, with the values in the column beside."""
    if label.lead or label.tail:
        return False
    row = rows[position]
    return any(
        one.lead == one.tail == 0 and not one.colon and abs(one.box[0] - label.box[0]) < SAME_LEFT * row.height
        for other in (*rows[max(0, position - 2) : position], *rows[position + 1 : position + 3])
        if other.page == row.page and abs(other.base - row.base) < CAPTION_STEP * row.height
        for one in other.labels
    )


def _is_over_address(rows: Sequence[Row], position: int, label: Label) -> bool:
    """Tell whether what follows a caption in its own text stands over another line: a name over its street."""
    if label.lead or not label.tail or label.meaning.weak:
        return False
    row = rows[position]
    first = row.words[label.end]
    return any(
        abs(segment.box[0] - first.box[0]) < SAME_LEFT * row.height
        for other in rows[position + 1 : position + 2]
        if other.page == row.page and other.base - row.base < CAPTION_STEP * row.height
        for segment in other.line.segments
    )

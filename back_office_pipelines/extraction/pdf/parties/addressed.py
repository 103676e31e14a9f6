"""Names that labels announce: beside a label, or under it.

What belongs here: where the name stands that a label is of. What does not: names that no label announces (`parties`),
and what text is a name (`names`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from back_office_pipelines.extraction.pdf.lines.airtime import bills_airtime
from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, POSTCODE, STREET
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment, Word
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, has_legal_form
from back_office_pipelines.extraction.pdf.parties.names import before_address, name_in, with_legal_form
from back_office_pipelines.extraction.pdf.parties.naming import Naming

CAPTION_STEP = 2.2
"""Distance of base lines, in heights of print, within which two captions are of one column."""
SAME_LEFT = 0.4
"""Heights of print by which left edges of captions of one column may differ: recognised ones are never the same."""
NAME_ROWS = 5
"""Lines under a label within which a name may stand."""
FAR = 8.0
"""Heights of print between a label and what stands beside it from which on that is of another column."""
LINES_ABOVE, FAR_ABOVE = 3, 11.0
"""Lines, and heights of print, above a line within which the label of who is billed stands that it goes on from."""
PERSONS = frozenset(("attention", "attn", "tav"))
"""Labels of the person a letter is for, as keys: the buyer is whom the address under it names."""
LEAST_NUMBERED, LEAST_DIGITS = 2, 3
"""Words of a number and a name, and digits of a customer's number."""
LEAST_HEADS = 3
"""Labels of columns that head a table."""
GOING_ON = frozenset(
    ("to", "for", "für", "pour", "voor", "per", "para", "an", "à", "a", "aan", "til", "till", "dla", "pro")
)
"""Last words of labels that a name goes on from without a colon."""
MOST_BEFORE, MOST_REPRESENTED = 6, 12
PERSON = re.compile(r"[^\W\d_a-z][\w'-]+(?: [^\W\d_a-z]\.)?(?: [^\W\d_a-z][\w'-]+){1,2}")
"""Two or three words with capitals, an initial between them."""
ORGANISATION = Caseless(
    r"\b(?:school|college|university|academy|clinic|hospital|church|association|society|institute|museum|library"
    r"|council"
    r"|department|district|foundation|trust|club|hotel|restaurant|bakery|pharmacy|studio|agency|holding"
    r"|schule|gymnasium|kindergarten|klinik|krankenhaus|universität|stiftung|verein|verband|gemeinde|stadt|praxis"
    r"|école|lycée|mairie|ville d|commune|hôpital|fondation|université|cabinet|scuola|comune|ospedale|università"
    r"|fondazione"
    r"|colegio|ayuntamiento|fundación|universidad|stichting|gemeente|ziekenhuis|universiteit"
    r"|skole|sykehus|kommune|forening|koulu|kaupunki|sairaala|yhdistys|säätiö|iskola|kórház|önkormányzat|egyesület"
    r"|alapítvány|școala|primăria|spitalul|fundația|škola|nemocnica|nadácia|bolnica|općina|občina|udruga)\b"
)
"""Words that organisations are called by, and persons are not."""
ADVERTISERS = frozenset(("advertiser", "advertisername", "anunciante", "annonceur", "inserent", "werbetreibender"))
"""Labels of whose advertising it is that an agency bought: the buyer, also where the agency is billed."""
CLIENTS = frozenset(("client", "clientname", "sponsor", "sponsorname", "cliente", "kunde"))
"""Labels of the same where an agency is billed; elsewhere of the buyer as many others."""
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
NAME_CAPTIONS = frozenset(
    key(one)
    for one in (
        "name", "company", "company name", "firma", "nom", "raison sociale", "nome", "denominazione", "ragione sociale",
        "nombre", "razón social", "naam", "navn", "namn", "nimi", "nazwa", "název", "názov", "név", "denumire",
    )
)  # fmt: skip
"""Captions of a name within a box whose title says whose it is."""
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
    beside = _beside(row, label, column)
    under = None if column else _under(rows, position, label)
    if beside is None and label.lead == label.tail == 0 and _is_far_under(under, label, row):
        beside = _beside(row, label, column=True)
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


def _beside(row: Row, label: Label, column: bool) -> Found | None:
    """Return the name right of a label that announces one, up to the next label or column.

    Args:
        row: with the label.
        label: ends in a colon, or stands alone.
        column: it is one of a column of captions, which need no colon.
    """
    if not (label.colon or column or _goes_on(row, label)):
        return None
    end = label.end + label.tail
    words = row.words[label.end : end] or _next_segment(row, end)
    stop = next(
        (
            other.start
            for other in row.labels
            if other.start > label.start
            and (
                _announces(other)
                or (other.key == label.key and other.start > label.end)
                or _is_first_of_two(other, row)
            )
        ),
        len(row.words),
    )
    words = tuple(word for word in words if row.words.index(word) < stop and word.text.strip(":"))
    words = tuple(dropwhile(lambda word: not word.text.strip("-"), words))
    return name_in(before_address(_without_number(words)), row.page)


def _without_number(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a name without the customer's number before them: "4711 - Hotel Seeblick"."""
    if len(words) < LEAST_NUMBERED or len(words[0].text) < LEAST_DIGITS or not words[0].text.isdecimal():
        return words
    return words if STREET.search(" ".join(word.text for word in words)) else words[1:]


def _goes_on(row: Row, label: Label) -> bool:
    """Tell whether a name follows a label in its own text: "Invoice for Hotel Seeblick", "Client Hotel Seeblick"."""
    announces = label.key in ADVERTISERS | CLIENTS or (
        not label.meaning.weak and row.words[label.end - 1].text.casefold() in GOING_ON
    )
    return announces and label.lead == 0 and label.tail > 1 and row.words[label.end].text[:1].isupper()


def _announces(label: Label) -> bool:
    """Tell whether a label is a caption: it ends in a colon, is all its segment holds, or ends it in several words."""
    return label.colon or (label.tail == 0 and (label.lead == 0 or label.end - label.start > 1))


def _is_first_of_two(label: Label, row: Row) -> bool:
    """Tell whether the same caption in another language follows a label at once: "Agencia / Agency:"."""
    return any(
        other.start == label.end and other.meaning == label.meaning and _announces(other) for other in row.labels
    )


def _next_segment(row: Row, start: int) -> tuple[Word, ...]:
    end = next((at for at in row.first if at > start), len(row.words))
    return row.words[start:end]


def _under(rows: Sequence[Row], position: int, label: Label) -> Found | None:
    """Return the first name under a label: lines of numbers and salutations in between are passed over."""
    if label.tail > 2:
        return None
    row = rows[position]
    bottom = row.base
    for other in rows[position + 1 : position + 2 + 2 * NAME_ROWS]:
        if other.page != row.page or other.base - bottom > 3.2 * row.height or _heads_columns(other):
            return None
        for segment in other.line.segments:
            x0 = segment.words[0].box[0]
            if abs(x0 - label.box[0]) > 1.6 * row.height and not label.box[0] - 2 <= x0 <= label.box[2]:
                continue
            bottom = other.base
            found = _in_caption(other, segment) or _in_text(rows, other, segment)
            contact = CONTACT.search(segment.text) is not None and "gln" not in segment.text.casefold()
            if found is not None or contact or STREET.search(segment.text):
                return found
    return None


def _in_text(rows: Sequence[Row], row: Row, segment: Segment) -> Found | None:
    """Return a text under a label as the name that it is, with its legal form; None where it is none, or a street."""
    found = None if _is_pair(row, segment) else name_in(before_address(segment.words), row.page)
    lines = [] if found is None else _downward(rows, row.number, segment)
    return None if found is None or _is_street(lines) else _employer(found, lines)


def _in_caption(row: Row, segment: Segment) -> Found | None:
    """Return the name beside the caption of one under a label: in the next column, or in its own text."""
    if key(segment.text) not in NAME_CAPTIONS:
        return _captioned(segment)
    after = row.words.index(segment.words[-1]) + 1
    return name_in(before_address(_next_segment(row, after)), row.page)


def _captioned(segment: Segment) -> Found | None:
    """Return the name behind the caption of one in its own text: "Nazwa: Browar Jutrzenka S.A."."""
    caption, colon, _ = segment.text.partition(":")
    if not colon or key(caption) not in NAME_CAPTIONS:
        return None
    return name_in(segment.words[len(caption.split()) :], segment.page)


def _heads_columns(row: Row) -> bool:
    """Tell whether a row is the head of a table of goods, under which no party is named."""
    return sum(bool(label.meaning.line) and label.tail == 0 for label in row.labels) >= LEAST_HEADS


def _employer(found: Found, lines: Sequence[Segment]) -> Found:
    """Return the organisation under the name of a person it employs, where its words say that it is one; else the name.

    "Grace Ohlendorf" over "Prairie Sky Montessori School": two or three plain words over a line that only an
    organisation is called by.
    """
    if len(lines) > 1 and PERSON.fullmatch(found.text) and not is_organisation(found.text):
        below = name_in(lines[1].words, lines[1].page)
        if below is not None and is_organisation(below.text) and not COMPANY.fullmatch(below.text):
            return with_legal_form(below, lines[1:])
    return with_legal_form(found, lines)


def is_organisation(text: str) -> bool:
    """Tell whether a name has a legal form, or a word that only organisations are called by."""
    return has_legal_form(text) or ORGANISATION.search(text) is not None


def _is_street(lines: Sequence[Segment]) -> bool:
    """Tell whether a line is a street: it ends in a number, and the place stands right under it."""
    if len(lines) < 2 or not any(map(str.isdigit, lines[0].words[-1].text)):
        return False
    return not has_legal_form(lines[0].text) and POSTCODE.match(lines[1].text) is not None


def _downward(rows: Sequence[Row], number: int, first: Segment) -> list[Segment]:
    """Return a segment and those right under it at its left edge, three at most."""
    run = [first]
    for row in rows[number + 1 : number + 6]:
        for segment in row.line.segments:
            step = segment.words[0].base - run[-1].words[0].base
            aligned = abs(segment.words[0].box[0] - first.words[0].box[0]) < 4
            if aligned and row.page == first.page and 0 < step < 2 * row.height and len(run) < 3:
                run.append(segment)
    return run


def _is_pair(row: Row, segment: Segment) -> bool:
    """Tell whether a segment is a label itself: the next one begins with a colon, or it is one from end to end."""
    follows = next((other for other in row.line.segments if other.words[0].box[0] > segment.words[-1].box[2]), None)
    if follows is not None and follows.words[0].text.startswith(":"):
        return True
    return any(
        row.words[label.start] is segment.words[0] and label.end - label.start == len(segment.words)
        for label in row.labels
    )

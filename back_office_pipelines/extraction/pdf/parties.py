"""Who sells and who buys: names gathered from labels, letterheads, address windows and footers, chosen as a pair.

What belongs here: evidence for names and its weights. What does not: blocks (`blocks`), labels (`rows`), what text is a
name (`names`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.addressed import labelled_names
from back_office_pipelines.extraction.pdf.blocks import POSTCODE, STREET, Block
from back_office_pipelines.extraction.pdf.companies import COMPANY, companies
from back_office_pipelines.extraction.pdf.imprints import is_one_line, one_line_names
from back_office_pipelines.extraction.pdf.names import CALL_SIGN, MUTUAL, SEPARATED, name_in, with_legal_form
from back_office_pipelines.extraction.pdf.naming import KINDS, MOST_MORE, WEIGHTS, Naming
from back_office_pipelines.extraction.pdf.payees import in_small_letters, payees
from back_office_pipelines.extraction.pdf.rows import Row
from back_office_pipelines.extraction.pdf.senders import (
    domains,
    in_large_print,
    is_of_domain,
    named_by_domain,
    names_register,
)
from back_office_pipelines.extraction.pdf.spans import Found, span
from back_office_pipelines.extraction.pdf.vocabulary import key
from back_office_pipelines.extraction.pdf.words import Segment, Word

LEAST_HEIGHT = 1.2
"""Height of a page, in widths of its text, of which the shares below are where the text ends sooner."""
SPELT_OUT = frozenset(("imprint", "payee"))
"""Evidence that names a company in full, whether or not a legal form is part of its name."""
LEAST_SHORT = 4
"""Letters of a short name from which on a full one may begin with it."""
IN_PRINT = 1.25
"""Height of print, beside that of the address, from which on a line above is a sign rather than the addressee."""
MOST_WORDS = 7
"""Words of a line without a label up to which it is a name rather than a sentence."""
TWO_LINES = 16.0
"""Points of height from which on a name may stand in two lines."""
HIGHEST, TOP, HEAD, FOOT = 0.06, 0.16, 0.45, 0.84
"""Shares of a page's height: from which on the first address may be a window, where letterheads end, where address
windows end, where footers begin."""


@dataclass(frozen=True)
class Party:
    """A chosen name with all that speaks for it.

    Attributes:
        rival: score of the best other name.
        kinds: number of independent kinds of evidence for it.
        other: that name.
    """

    found: Found
    score: float
    rival: float
    evidence: str
    kinds: int = 1
    other: Found | None = None


def choose_parties(rows: Sequence[Row], blocks: Sequence[Block]) -> dict[str, Party]:
    """Return seller and buyer, each where anything names one; never the same name for both."""
    labelled = {id(word) for row in rows for label in row.labels for word in row.words[label.start : label.end]}
    ends = _bottoms(rows)
    heights = {page: max(end, LEAST_HEIGHT * _right(rows, page)) for page, end in ends.items()}
    found = [
        *labelled_names(rows),
        *one_line_names(rows, ends),
        *_blocks(blocks, labelled, heights),
        *_companies(rows, ends),
        *_signs(rows, labelled),
        *payees(rows),
    ]
    namings = _whole(found)
    namings += list(_by_domain(namings, rows))
    namings = _by_full_name(namings)
    sellers, buyers = (_ranked(role, namings) for role in ("seller_name", "buyer_name"))
    pairs: list[tuple[Party | None, Party | None]] = [
        (seller, buyer)
        for seller in (*sellers[:5], None)
        for buyer in (*buyers[:5], None)
        if seller is None or buyer is None or not _is_same(seller.found.text, buyer.found.text)
    ]
    seller, buyer = max(pairs, key=lambda pair: sum(one.score for one in pair if one is not None))
    taken = {key(one.found.text) for one in (seller, buyer) if one is not None}
    chosen = (("seller_name", seller, sellers), ("buyer_name", buyer, buyers))
    return {
        role: _beside_others(replace(party, found=in_small_letters(party.found, rows)), others, taken)
        for role, party, others in chosen
        if party is not None
    }


def _is_same(seller: str, buyer: str) -> bool:
    """Tell whether two names are one party's: the same, or the buyer's only the sign that the seller's begins with."""
    full, short = key(seller), key(buyer)
    return full == short or (len(short) >= LEAST_SHORT and full.startswith(short) and not COMPANY.search(buyer))


def _beside_others(party: Party, others: Sequence[Party], taken: Collection[str]) -> Party:
    """Return a party with its rival: the best other name that is not the other party's."""
    best = max((one for one in others if key(one.found.text) not in taken), key=lambda one: one.score, default=None)
    return party if best is None else replace(party, rival=best.score, other=best.found)


def _by_full_name(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings, a seller's short name as the full one that begins with it: a sign and its legal name."""
    full = {
        key(one.found.text): one.found
        for one in namings
        if one.role == "seller_name" and (one.evidence in SPELT_OUT or COMPANY.search(one.found.text))
    }
    return [
        replace(one, found=full[longer]) if one.role == "seller_name" and (longer := _longer(one, full)) else one
        for one in namings
    ]


def _longer(one: Naming, full: Collection[str]) -> str | None:
    """Return the only full name that begins with a short one, None where there is none or several."""
    short = key(one.found.text)
    if len(short) < LEAST_SHORT or COMPANY.search(one.found.text):
        return None
    found = [name for name in full if name != short and name.startswith(short)]
    return found[0] if len(found) == 1 else None


def _whole(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings, each line of a name that goes over two lines as the whole name."""
    wholes = {one.found.text: one.found for one in namings if one.found.box[3] - one.found.box[1] > TWO_LINES}
    return [
        replace(one, found=next((whole for whole in wholes.values() if _is_part(one.found, whole)), one.found))
        for one in namings
    ]


def _is_part(line: Found, whole: Found) -> bool:
    """Tell whether a text is one line of another that has several."""
    inside = line.page == whole.page and whole.box[1] - 1 <= line.box[1] and line.box[3] <= whole.box[3] + 1
    return inside and line.text != whole.text and (whole.text.startswith(line.text) or whole.text.endswith(line.text))


def _ranked(role: str, namings: Sequence[Naming]) -> list[Party]:
    """Return the names of a role, what speaks for the same name added up, the best first."""
    other = {
        key(one.found.text) for one in namings if one.role != role and one.evidence in ("label", "under_sender_line")
    }
    by_name: dict[str, list[Naming]] = {}
    for naming in namings:
        if naming.role == role:
            by_name.setdefault(key(naming.found.text), []).append(naming)
    parties: list[Party] = []
    for name, group in by_name.items():
        best = max(group, key=lambda one: (one.score, not one.found.text.isupper()))
        more = sum(one.score for one in group if one is not best)
        kinds = len({KINDS.get(one.evidence, one.evidence) for one in group})
        score = best.score + min(more, MOST_MORE) - (0.4 if name in other else 0.0)
        parties.append(Party(_as_written([one.found for one in group], best.found), score, 0.0, best.evidence, kinds))
    return sorted(parties, key=lambda one: -one.score)


def _as_written(places: Sequence[Found], best: Found) -> Found:
    """Return a name as it is written: in capitals only where no other place has it in small letters."""
    return next((one for one in places if not one.text.isupper()), best) if best.text.isupper() else best


def _blocks(blocks: Sequence[Block], labelled: set[int], heights: Mapping[int, float]) -> Iterator[Naming]:
    """Yield names from the sender's line, the window under it, and blocks that say how to reach a company."""
    first = [block for block in blocks if block.page == 1]
    sent = [_sender(block) for block in first]
    senders = [
        block for block, sender in zip(first, sent, strict=True) if len(block.segments) == 1 and sender is not None
    ]
    for block, sender in zip(first, sent, strict=True):
        if sender is not None:
            yield Naming("seller_name", sender, "sender_line", WEIGHTS["sender_line"])
        names = _names(block.segments[1:] if sender is not None else block.segments, labelled)
        under = sender is not None or _is_under_sender(block, senders)
        low = block.box[1] > HEAD * heights[1]
        if names and under and not low:
            yield Naming("buyer_name", names[0], "under_sender_line", WEIGHTS["under_sender_line"])
        elif names and block.is_address and block.reached and names[0].box[1] - block.box[1] < 30:
            yield Naming("seller_name", names[0], "contact_block", WEIGHTS["contact_block"])
        elif names and block.is_address and not low:
            name = _addressee(names, block)
            if name is not None and (block is not first[0] or name.box[1] > HIGHEST * heights[1]):
                yield Naming("buyer_name", name, "window", WEIGHTS["window"])
            if block.contacts:
                yield Naming("seller_name", names[0], "registered_block", WEIGHTS["registered_block"])
        if names and block.box[1] < TOP * heights[1]:
            evidence = "letterhead" if block is not first[0] else "first_in_letterhead"
            yield Naming("seller_name", names[0], evidence, WEIGHTS[evidence])
            if _runs_over(names[0], block):
                yield Naming("seller_name", names[0], "company", WEIGHTS["company"])


def _addressee(names: Sequence[Found], block: Block) -> Found | None:
    """Return the name that an address is of: the first in print no larger than it, under a sign in larger print.

    None where the block is a letterhead, a sign over a tax number, or where name and address stand in one line.
    """
    place = next(one for one in block.segments[1:] if POSTCODE.search(one.text))
    parts = SEPARATED.split(place.text)
    if len(parts) > 2 and is_one_line(parts):
        return None
    small = [one for one in names if one.box[3] - one.box[1] < IN_PRINT * place.words[0].height]
    if not small or small[0] is names[0]:
        return names[0]
    return None if block.contacts else small[0]


def _runs_over(name: Found, block: Block) -> bool:
    """Tell whether a name has its legal form in another line than its start, where `companies` finds none."""
    formed = COMPANY.search(name.text) or MUTUAL.search(name.text)
    return formed is not None and not any(one.text == name.text for one in block.segments)


def _bottoms(rows: Sequence[Row]) -> dict[int, float]:
    """Return where the last line of each page ends."""
    return {page: row.box[3] for page, row in {row.page: row for row in rows}.items()}


def _right(rows: Sequence[Row], page: int) -> float:
    """Return where the lines of a page end at the right."""
    return max(row.box[2] for row in rows if row.page == page)


def _names(segments: Sequence[Segment], labelled: set[int]) -> list[Found]:
    """Return the names among the first lines of a block; a line that is all label is none."""
    above = list(segments[: next((at for at, one in enumerate(segments) if at and POSTCODE.search(one.text)), 4)])
    if len(above) < len(segments) and len(above) > 1 and any(map(str.isdigit, above[-1].text)):
        above.pop()  # the street, right above the place
    lines = [one for one in above[:4] if not all(id(word) in labelled or _is_number(word) for word in one.words)]
    found = [
        name for line in lines if len(line.words) <= MOST_WORDS and (name := name_in(line.words, line.page)) is not None
    ]
    if len(found) > 1 and CALL_SIGN.fullmatch(found[0].text) and not STREET.search(found[1].text):
        found.pop(0)
    if found and (start := _line_of(segments, found[0])) is not None:
        found[0] = with_legal_form(found[0], segments[start : start + 3])
    return found


def _is_number(word: Word) -> bool:
    return not any(map(str.isalpha, word.text))


def _line_of(lines: Sequence[Segment], name: Found) -> int | None:
    return next((at for at, line in enumerate(lines) if line.box[1] <= name.box[1] + 0.1 <= line.box[3]), None)


def _sender(block: Block) -> Found | None:
    """Return the name at the start of a sender's line: name, street and place in one line, marks between."""
    segment = block.segments[0]
    if len(segment.words) > 20 or not POSTCODE.search(segment.text):
        return None
    parts = SEPARATED.split(segment.text)
    if len(parts) < 3 or not any(POSTCODE.search(part) for part in parts[1:]):
        return None
    where = span(segment.words, segment.page)
    found = where.piece(0, len(parts[0]))
    return name_in(tuple(word for word in segment.words if word.box[2] <= found.box[2] + 0.1), segment.page)


def _is_under_sender(block: Block, senders: Sequence[Block]) -> bool:
    """Tell whether a block stands right under a sender's line."""
    x0, top, _, _ = block.box
    return any(
        0 < top - other.box[3] < 5 * max(other.segments[0].words[0].height, 6) and abs(other.box[0] - x0) < 60
        for other in senders
        if other is not block
    )


def _companies(rows: Sequence[Row], bottoms: Mapping[int, float]) -> Iterator[Naming]:
    """Yield the companies a document names: an invoice names its seller again and again, its buyer once."""
    seen: dict[str, int] = {}
    for row in rows:
        for found in companies(row.line):
            text = key(found.text)
            seen[text] = seen.get(text, 0) + 1
            if seen[text] > 4:
                continue
            evidence = "company" if seen[text] == 1 else "company_again"
            yield Naming("seller_name", found, evidence, WEIGHTS[evidence])
            if names_register(row):
                yield Naming("seller_name", found, "registered", WEIGHTS["registered"])
            share = row.box[1] / max(bottoms[row.page], 1.0)
            if share > FOOT:
                yield Naming("seller_name", found, "company_in_foot", WEIGHTS["company_in_foot"])
            elif share < TOP:
                yield Naming("seller_name", found, "company_on_top", WEIGHTS["company_on_top"])


def _signs(rows: Sequence[Row], labelled: set[int]) -> Iterator[Naming]:
    """Yield the name in the largest print on top."""
    for segment in in_large_print(rows):
        if labelled.isdisjoint(map(id, segment.words)) and (found := name_in(segment.words, segment.page)) is not None:
            yield Naming("seller_name", found, "large_print", WEIGHTS["large_print"])
            return


def _by_domain(namings: Sequence[Naming], rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that a web or mail address of the document has, each once."""
    known = domains(rows)
    found = {key(one.found.text): one.found for one in namings if is_of_domain(one.found.text, known)}
    for words in named_by_domain(rows, known):
        if (name := name_in(words, 1)) is not None:
            found.setdefault(key(name.text), name)
    for name in found.values():
        yield Naming("seller_name", name, "domain", WEIGHTS["domain"])

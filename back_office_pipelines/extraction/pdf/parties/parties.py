"""Who sells and who buys: names gathered from labels, letterheads, address windows and footers, chosen as a pair.

What belongs here: evidence for names. What does not: blocks (`blocks`), labels (`rows`), what text is a name (`names`),
and how likely a name is a party's (`ranking`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.page.blocks import POSTCODE, Block
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.parties.addressed import labelled_names
from back_office_pipelines.extraction.pdf.parties.block_names import names_of_block
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, companies, has_legal_form
from back_office_pipelines.extraction.pdf.parties.correspondents import correspondents
from back_office_pipelines.extraction.pdf.parties.imprints import is_one_line, one_line_names
from back_office_pipelines.extraction.pdf.parties.names import SEPARATED, is_formed, name_in
from back_office_pipelines.extraction.pdf.parties.naming import EVIDENCE, KINDS, Naming
from back_office_pipelines.extraction.pdf.parties.nominees import Nominee, nominees
from back_office_pipelines.extraction.pdf.parties.payees import in_small_letters, payees
from back_office_pipelines.extraction.pdf.parties.ranking import ranked
from back_office_pipelines.extraction.pdf.parties.senders import (
    domains,
    in_large_print,
    is_of_domain,
    named_by_domain,
    names_register,
)
from back_office_pipelines.extraction.pdf.parties.surroundings import Surroundings
from back_office_pipelines.extraction.pdf.parties.traits import FOOT, HEAD, TOP

SPELT_OUT = frozenset(("imprint", "payee", "owner", "sender_line"))
"""Evidence that names a company in full, whether or not a legal form is part of its name."""
TAILS = frozenset(("haftungsbeschrankt", "cokg", "ukg", "cokgaa", "sarl", "arl", "sa", "mbb"))
"""What a legal form goes on with, as keys: names with and without it are one party's."""
LEAST_SHORT = 4
"""Letters of a short name from which on a full one may begin with it."""
IN_PRINT = 1.25
"""Height of print, beside that of the address, from which on a line above is a sign rather than the addressee."""
TWO_LINES = 16.0
"""Points of height from which on a name may stand in two lines."""
BESIDE = 50.0
"""Points between the tops of two addresses side by side."""
HIGHEST = 0.06
"""Share of a page's height from which on the first address may be a window."""


@dataclass(frozen=True)
class Party:
    """A chosen name with all that speaks for it.

    Attributes:
        score: as `ranking.Likely`.
        margin: as `ranking.Likely`.
        kinds: number of independent kinds of evidence for it.
        other: the best other name.
    """

    found: Found
    score: float
    margin: float
    evidence: str
    kinds: int = 1
    other: Found | None = None


def nominated(rows: Sequence[Row], blocks: Sequence[Block]) -> tuple[Nominee, ...]:
    """Return all names of a document that may be a party's, with what speaks for them."""
    around = Surroundings(rows, blocks)
    found = [
        *labelled_names(rows),
        *one_line_names(rows, around.bottoms),
        *_blocks(blocks, around.labelled, around.heights),
        *_companies(rows, around.bottoms),
        *_signs(rows, around.labelled),
        *payees(rows),
        *correspondents(blocks, around.labelled),
    ]
    namings = _without_billed(_whole(found))
    namings += list(_by_domain(namings, rows))
    return nominees(_by_full_name(namings), around)


def choose_parties(rows: Sequence[Row], blocks: Sequence[Block]) -> dict[str, Party]:
    """Return seller and buyer, each where a name is likely; never the same name for both."""
    likely = ranked(nominated(rows, blocks), are_apart)
    return {
        role: Party(
            in_small_letters(one.nominee.found, rows),
            one.score,
            one.margin,
            _evidence(one.nominee, role),
            _kinds(one.nominee, role),
            None if one.rival is None else one.rival.found,
        )
        for role, one in likely.items()
    }


def _evidence(one: Nominee, role: str) -> str:
    """Return the kind of evidence that says most of a name, "standing" where only its place and letters speak."""
    kinds = one.evidence.get(role, ())
    return next((kind for kind in EVIDENCE if kind in kinds), "standing")


def _kinds(one: Nominee, role: str) -> int:
    """Return the number of independent kinds of evidence for a name."""
    return len({KINDS.get(kind, kind) for kind in one.evidence.get(role, ())})


def are_apart(seller: Nominee, buyer: Nominee) -> bool:
    """Tell whether two names may be two parties': not the same, nor the buyer's the sign the seller's begins with."""
    full, short = key(seller.found.text), key(buyer.found.text)
    sign = len(short) >= LEAST_SHORT and full.startswith(short) and not has_legal_form(buyer.found.text)
    return full != short and not sign


def _by_full_name(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings, a seller's short name as the full one that begins with it: a sign and its legal name."""
    full = {
        key(one.found.text): one.found
        for one in namings
        if one.role == "seller_name" and (one.evidence in SPELT_OUT or has_legal_form(one.found.text))
    }
    return [
        replace(one, found=full[longer]) if one.role == "seller_name" and (longer := _longer(one, full)) else one
        for one in namings
    ]


def _longer(one: Naming, full: Collection[str]) -> str | None:
    """Return the only full name that begins with a short one, None where there is none or several."""
    short = key(one.found.text)
    if len(short) < LEAST_SHORT:
        return None
    formed = has_legal_form(one.found.text)
    found = [
        name
        for name in full
        if name != short and name.startswith(short) and (not formed or name[len(short) :] in TAILS)
    ]
    return found[0] if len(found) == 1 else None


def _billed(namings: Sequence[Naming]) -> list[str]:
    """Return the names that labels call billed."""
    return [one.found.text for one in namings if one.role == "buyer_name" and one.evidence == "label"]


def _without_billed(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings without those of a seller that a label calls billed, its legal form left out: one party."""
    billed = _billed(namings)
    return [one for one in namings if one.role != "seller_name" or not any(_is_in_full(one, name) for name in billed)]


def _is_in_full(one: Naming, name: str) -> bool:
    """Tell whether a name is another one and its legal form."""
    full = one.found.text
    same = len(name) >= LEAST_SHORT and full[: len(name)].casefold() == name.casefold()
    return same and COMPANY.fullmatch(full[len(name) :].strip(" ,")) is not None


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


def _blocks(blocks: Sequence[Block], labelled: Collection[int], heights: Mapping[int, float]) -> Iterator[Naming]:
    """Yield names from the sender's line, the window under it, and blocks that say how to reach a company."""
    first = [block for block in blocks if block.page == 1]
    sent = [_sender(block) for block in first]
    senders = [
        block for block, sender in zip(first, sent, strict=True) if len(block.segments) == 1 and sender is not None
    ]
    for block, sender in zip(first, sent, strict=True):
        if sender is not None:
            yield Naming("seller_name", sender, "sender_line")
        under, on_top = sender is not None or _is_under_sender(block, senders), block.box[1] < TOP * heights[1]
        if not (on_top or under or block.is_address):
            continue  # as the cells of tables
        if names := names_of_block(block.segments[1:] if sender is not None else block.segments, labelled):
            yield from _in_address(names, block, under, first, heights[1])
            yield from _in_letterhead(names, block, first) if on_top else ()


def _in_address(
    names: Sequence[Found], block: Block, under: bool, first: Sequence[Block], height: float
) -> Iterator[Naming]:
    """Yield whose address a block is: in the window it is the buyer's, the seller's where it says how to reach them.

    Args:
        names: of the block.
        block: of the first page.
        under: it stands under a sender's line.
        first: all blocks of the first page.
        height: of the page.
    """
    low = block.box[1] > HEAD * height
    if under and not low:
        yield Naming("buyer_name", names[0], "under_sender_line")
    elif block.is_address and block.reached and names[0].box[1] - block.box[1] < 30:
        yield Naming("seller_name", names[0], "contact_block")
    elif block.is_address and not low:
        name = _addressee(names, block)
        if name is not None and (block is not first[0] or name.box[1] > HIGHEST * height):
            yield Naming("buyer_name", name, "window")
        if block.contacts:
            yield Naming("seller_name", names[0], "registered_block")


def _in_letterhead(names: Sequence[Found], block: Block, first: Sequence[Block]) -> Iterator[Naming]:
    """Yield the name of a block on top of the first page, whose blocks are given as well."""
    evidence = "letterhead" if block is not first[0] or _has_beside(block, first) else "first_in_letterhead"
    yield Naming("seller_name", names[0], evidence)
    if _runs_over(names[0], block):
        yield Naming("seller_name", names[0], "company")


def _has_beside(block: Block, others: Sequence[Block]) -> bool:
    """Tell whether another address stands beside one, from about its first line on: which is higher says nothing."""
    return any(
        other is not block and other.is_address and other.box[1] - block.box[1] < BESIDE and other.box[0] > block.box[0]
        for other in others
    )


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
    return is_formed(name.text) and not any(one.text == name.text for one in block.segments)


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
            yield Naming("seller_name", found, evidence)
            if names_register(row):
                yield Naming("seller_name", found, "registered")
            share = row.box[1] / max(bottoms[row.page], 1.0)
            if share > FOOT:
                yield Naming("seller_name", found, "company_in_foot")
            elif share < TOP:
                yield Naming("seller_name", found, "company_on_top")


def _signs(rows: Sequence[Row], labelled: Collection[int]) -> Iterator[Naming]:
    """Yield the name in the largest print on top."""
    for segment in in_large_print(rows):
        if (
            not any(id(word) in labelled for word in segment.words)
            and (found := name_in(segment.words, segment.page)) is not None
        ):
            yield Naming("seller_name", found, "large_print")
            return


def _by_domain(namings: Sequence[Naming], rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that a web or mail address of the document has, each once; not a word of who is billed."""
    known = domains(rows)
    billed = [key(name) for name in _billed(namings)]
    found = {key(one.found.text): one.found for one in namings if is_of_domain(one.found.text, known)}
    for words in named_by_domain(rows, known):
        if (name := name_in(words, 1)) is not None:
            found.setdefault(key(name.text), name)
    for text, name in found.items():
        if not any(one != text and one.startswith(text) for one in billed):
            yield Naming("seller_name", name, "domain")

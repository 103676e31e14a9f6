"""Names that the first page's blocks of lines show: the sender's line, the window under it, letterheads and addresses.

What belongs here: whose a block is by where it stands and what it says. What does not: grouping lines (`blocks`), which
of its lines are names (`block_names`), and who is chosen (`ranking`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from back_office_pipelines.extraction.pdf.page.blocks import POSTCODE, Block
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.parties.block_names import names_of_block
from back_office_pipelines.extraction.pdf.parties.imprints import is_one_line
from back_office_pipelines.extraction.pdf.parties.names import SEPARATED, is_formed, name_in
from back_office_pipelines.extraction.pdf.parties.naming import Naming
from back_office_pipelines.extraction.pdf.parties.traits import HEAD, TOP

IN_PRINT = 1.25
"""Height of print, beside that of the address, from which on a line above is a sign rather than the addressee."""
BESIDE = 50.0
"""Points between the tops of two addresses side by side."""
HIGHEST = 0.06
"""Share of a page's height from which on the first address may be a window."""


def names_in_blocks(
    blocks: Sequence[Block], labelled: Collection[int], heights: Mapping[int, float]
) -> Iterator[Naming]:
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

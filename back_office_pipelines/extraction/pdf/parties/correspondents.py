"""Who writes to whom where two words head two addresses: "von" and "an", "De" and "À", "From" and "To".

What belongs here: the pair of words. What does not: labels that say as much alone (`addressed`). One of these words
alone says nothing: it is a preposition.
"""

from collections.abc import Collection, Iterator, Sequence

from back_office_pipelines.extraction.pdf.page.blocks import Block
from back_office_pipelines.extraction.pdf.parties.block_names import names_of_block
from back_office_pipelines.extraction.pdf.parties.names import FROM, TO
from back_office_pipelines.extraction.pdf.parties.naming import Naming


def correspondents(blocks: Sequence[Block], labelled: Collection[int]) -> Iterator[Naming]:
    """Yield seller and buyer of a page on which exactly one block is headed by each kind of word.

    Args:
        blocks: of the document.
        labelled: words of labels, by identity.
    """
    first = [block for block in blocks if block.page == 1 and len(block.segments) > 1]
    writers = [block for block in first if _head(block) in FROM]
    readers = [block for block in first if _head(block) in TO]
    if len(writers) != 1 or len(readers) != 1:
        return
    for role, block in (("seller_name", writers[0]), ("buyer_name", readers[0])):
        if names := names_of_block(block.segments[1:], labelled):
            yield Naming(role, names[0], "label")


def _head(block: Block) -> str:
    return block.segments[0].text.strip(" :\u2013-").casefold()

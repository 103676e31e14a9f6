"""The names among the first lines of a block, as of a letterhead or an address.

What belongs here: which lines of a block are names, the first with its legal form. What does not: whose they are
(`parties`, `correspondents`).
"""

from collections.abc import Collection, Sequence

from back_office_pipelines.extraction.pdf.page.blocks import POSTCODE, STREET
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.words import Segment, Word
from back_office_pipelines.extraction.pdf.parties.names import CALL_SIGN, name_in, with_legal_form

MOST_WORDS = 7
"""Words of a line without a label up to which it is a name rather than a sentence."""


def names_of_block(segments: Sequence[Segment], labelled: Collection[int]) -> list[Found]:
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
        whole = with_legal_form(found[0], segments[start : start + 3])
        found = [whole, *(one for one in found[1:] if one.box[1] >= whole.box[3] - 1)]
    return found


def _is_number(word: Word) -> bool:
    return not any(map(str.isalpha, word.text))


def _line_of(lines: Sequence[Segment], name: Found) -> int | None:
    return next((at for at, line in enumerate(lines) if line.box[1] <= name.box[1] + 0.1 <= line.box[3]), None)

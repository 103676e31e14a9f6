"""Who sells and who buys: names gathered from labels, letterheads, address windows and footers, chosen as a pair.

What belongs here: evidence for names and its weights. What does not: blocks (`blocks`), labels (`rows`), what text is a
name (`names`).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.blocks import CONTACT, POSTCODE, STREET, Block
from back_office_pipelines.extraction.pdf.companies import COMPANY, companies
from back_office_pipelines.extraction.pdf.names import MUTUAL, name_in, with_legal_form
from back_office_pipelines.extraction.pdf.rows import Label, Row
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

SEPARATED = re.compile(r"\s*[\u25cf\u2022\u00b7|*]\s*|\s[-\u2013\u2014]\s|,\s")
MOST_WORDS = 7
"""Words of a line without a label up to which it is a name rather than a sentence."""
CAPTION_STEP = 2.2
"""Distance of base lines, in heights of print, within which two captions are of one column."""
TWO_LINES = 16.0
"""Points of height from which on a name may stand in two lines."""
NAME_ROWS = 5
"""Lines under a label within which a name may stand."""
TOP, HEAD, FOOT = 0.16, 0.45, 0.84
"""Shares of a page's height: where letterheads end, where address windows end, where footers begin."""
WEIGHTS: Mapping[str, float] = {
    "label": 1.0,
    "label_weak": 0.6,
    "sender_line": 0.9,
    "under_sender_line": 0.9,
    "contact_block": 0.55,
    "window": 0.6,
    "company": 0.4,
    "company_again": 0.12,
    "company_in_foot": 0.2,
    "company_on_top": 0.15,
    "letterhead": 0.3,
    "first_in_letterhead": 0.45,
    "large_print": 0.3,
    "domain": 0.5,
    "registered": 0.3,
}
"""Worth of each kind of evidence for a name."""
KINDS: Mapping[str, str] = {
    "label_weak": "label",
    "company_again": "company",
    "company_on_top": "head",
    "letterhead": "head",
    "first_in_letterhead": "head",
    "large_print": "head",
    "contact_block": "head",
    "company_in_foot": "foot",
    "registered": "foot",
    "under_sender_line": "window",
}
"""Evidence that is one kind because it comes from one place; every other is a kind of its own."""
MOST_MORE = 0.9
"""What all further evidence for a name is worth at most."""


@dataclass(frozen=True)
class Naming:
    """A name with one piece of evidence that it is a party's.

    Attributes:
        role: seller_name or buyer_name.
        evidence: a key of WEIGHTS.
    """

    role: str
    found: Found
    evidence: str
    score: float


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
    found = [*_labelled(rows), *_blocks(blocks, labelled, ends), *_companies(rows, ends), *_signs(rows, labelled)]
    namings = _whole(found)
    namings += list(_by_domain(namings, rows))
    sellers, buyers = (_ranked(role, namings) for role in ("seller_name", "buyer_name"))
    pairs: list[tuple[Party | None, Party | None]] = [
        (seller, buyer)
        for seller in (*sellers[:5], None)
        for buyer in (*buyers[:5], None)
        if seller is None or buyer is None or key(seller.found.text) != key(buyer.found.text)
    ]
    seller, buyer = max(pairs, key=lambda pair: sum(one.score for one in pair if one is not None))
    taken = {key(one.found.text) for one in (seller, buyer) if one is not None}
    chosen = (("seller_name", seller, sellers), ("buyer_name", buyer, buyers))
    return {role: _beside_others(party, others, taken) for role, party, others in chosen if party is not None}


def _beside_others(party: Party, others: Sequence[Party], taken: Collection[str]) -> Party:
    """Return a party with its rival: the best other name that is not the other party's."""
    best = max((one for one in others if key(one.found.text) not in taken), key=lambda one: one.score, default=None)
    return party if best is None else replace(party, rival=best.score, other=best.found)


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


def _labelled(rows: Sequence[Row]) -> Iterator[Naming]:
    for position, row in enumerate(rows):
        for label in row.labels:
            for role in ("seller_name", "buyer_name"):
                if role in label.meaning.header and label.lead <= 1:
                    column = not label.colon and _is_in_captions(rows, position, label)
                    found = _beside(row, label, column) or (None if column else _under(rows, position, label))
                    if found is not None:
                        evidence = "label_weak" if label.meaning.weak else "label"
                        yield Naming(role, found, evidence, WEIGHTS[evidence] * 0.9**label.lead)


def _is_in_captions(rows: Sequence[Row], position: int, label: Label) -> bool:
    """Tell whether a label is one of a column of them, with the values in the column beside."""
    if label.lead or label.tail:
        return False
    row = rows[position]
    return any(
        one.lead == one.tail == 0 and not one.colon and abs(one.box[0] - label.box[0]) < 2
        for other in (*rows[max(0, position - 2) : position], *rows[position + 1 : position + 3])
        if other.page == row.page and abs(other.base - row.base) < CAPTION_STEP * row.height
        for one in other.labels
    )


def _beside(row: Row, label: Label, column: bool) -> Found | None:
    """Return the name right of a label that announces one, up to the next label or column.

    Args:
        row: with the label.
        label: ends in a colon, or stands alone.
        column: it is one of a column of captions, which need no colon.
    """
    if not (label.colon or column):
        return None
    end = label.end + label.tail
    words = row.words[label.end : end] or _next_segment(row, end)
    stop = next(
        (other.start for other in row.labels if other.start > label.start and _announces(other)), len(row.words)
    )
    words = tuple(word for word in words if row.words.index(word) < stop)
    return name_in([word for word in words if word.text.strip(":-")], row.page)


def _announces(label: Label) -> bool:
    """Tell whether a label is a caption: it ends in a colon, is all its segment holds, or ends it in several words."""
    return label.colon or (label.tail == 0 and (label.lead == 0 or label.end - label.start > 1))


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
        if other.page != row.page or other.base - bottom > 3.2 * row.height:
            return None
        for segment in other.line.segments:
            x0 = segment.words[0].box[0]
            if abs(x0 - label.box[0]) > 1.6 * row.height and not label.box[0] - 2 <= x0 <= label.box[2]:
                continue
            bottom = other.base
            found = None if _is_pair(other, segment) else name_in(segment.words, other.page)
            if found is not None:
                return with_legal_form(found, _downward(rows, other.number, segment))
            if (CONTACT.search(segment.text) and "gln" not in segment.text.casefold()) or STREET.search(segment.text):
                return None
    return None


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
        elif names and block.is_address and block.contacts and names[0].box[1] - block.box[1] < 30:
            yield Naming("seller_name", names[0], "contact_block", WEIGHTS["contact_block"])
        elif names and block.is_address and not low and block.box[1] > 0.08 * heights[1]:
            yield Naming("buyer_name", names[0], "window", WEIGHTS["window"])
        if names and block.box[1] < TOP * heights[1]:
            evidence = "letterhead" if block is not first[0] else "first_in_letterhead"
            yield Naming("seller_name", names[0], evidence, WEIGHTS[evidence])
            if _runs_over(names[0], block):
                yield Naming("seller_name", names[0], "company", WEIGHTS["company"])


def _runs_over(name: Found, block: Block) -> bool:
    """Tell whether a name has its legal form in another line than its start, where `companies` finds none."""
    formed = COMPANY.search(name.text) or MUTUAL.search(name.text)
    return formed is not None and not any(one.text == name.text for one in block.segments)


def _bottoms(rows: Sequence[Row]) -> dict[int, float]:
    """Return where the last line of each page ends."""
    return {page: row.box[3] for page, row in {row.page: row for row in rows}.items()}


def _names(segments: Sequence[Segment], labelled: set[int]) -> list[Found]:
    """Return the names among the first lines of a block; a line that is all label is none."""
    above = list(segments[: next((at for at, one in enumerate(segments) if at and POSTCODE.search(one.text)), 4)])
    if len(above) < len(segments) and len(above) > 1 and any(map(str.isdigit, above[-1].text)):
        above.pop()  # the street, right above the place
    lines = [one for one in above[:4] if not all(id(word) in labelled for word in one.words)]
    found = [
        name for line in lines if len(line.words) <= MOST_WORDS and (name := name_in(line.words, line.page)) is not None
    ]
    if found and (start := _line_of(segments, found[0])) is not None:
        found[0] = with_legal_form(found[0], segments[start : start + 3])
    return found


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

"""Captions over facts, and the cells they name: strips of small boxes, and numbers right under a title.

What belongs here: whether a label is a caption, which text of a cell is a number under one, and orders that are written
with words. What does not: labels on a page (`rows`), and what a pair of label and value is worth (`pairing`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from back_office_pipelines.extraction.pdf.page.rows import Label, Mention, Row
from back_office_pipelines.extraction.pdf.page.spans import found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import Meaning, key
from back_office_pipelines.extraction.pdf.page.words import Word

CAPTION = 2
"""Words of a caption over one fact of a document."""
CAPTIONS = 2
"""Labels that make a line one of captions."""
COLUMNS = 3
"""Segments beyond which a line of short ones is one of captions."""
NEAR_CAPTION = 15.0
"""Heights of print within which two captions stand beside one another."""
NUMBER_SIGNS = frozenset(("nr", "no", "n°", "nº", "#", "num", "número", "numero", "numéro", "number", "nummer", "n"))
BARE = NUMBER_SIGNS - {"#"} | {"numer", "cislo", "document", "dokument", "beleg", "belegnr", "piece"}
"""Captions that name the number of the document where nothing else stands in their box: "Number" over "IO26118"."""
GRID = 2
"""Lines around a word that only says "number" within which the title of the document stands, or its day."""
OWN = Meaning(("invoice_number",), weak=True)
OWN_NUMBER = re.compile(r"#?(?=(?:\D*\d){3})(?=.*[A-Za-z/-]|\d{5})[\w./-]{4,}")
"""What may be the number of a document by its look alone: three digits, with letters or strokes, or five of them."""
CODE_OF_ORDER = re.compile(r"[A-Z0-9]{2,}(?:[-/][A-Z0-9]{2,})+")
"""An order without a digit: "RFB-MAR"."""
PREFIX = re.compile(r"[A-Z]{1,4}")
"""Capitals before a number that are a part of it: "BC 45-2209"."""
STROKE = frozenset(("/", "|"))
MOST_WORDS = 4
"""Words of an order, at most."""
RELEASES = frozenset(("rel", "release", "rev", "line", "item", "pos", "position", "abruf", "calloff", "afroep"))
"""Words between an order and the number of its part that is billed: "450-77391 Rel 12"."""
PART_OF_ORDER = 2


def heads_facts(row: Row, label: Label | None = None) -> bool:
    """Tell whether a line consists of labels, two at least: captions over the facts of a document.

    Beside an address on the same line, captions are those that fill neighbouring segments.
    """
    labels = row.labels if label is None or label in row.labels else (*row.labels, label)
    if len(labels) < CAPTIONS:
        return False
    if sum(one.end - one.start for one in labels) >= len(row.words) - 1:
        return True
    if label is not None and _beside_caption(row, labels, label):
        return True
    short = all(_longest_part(row.words[start:end]) <= CAPTION for start, end in pairwise(row.first))
    return short and len(row.first) > COLUMNS and not any(map(_has_digit, row.words))


def _longest_part(words: Sequence[Word]) -> int:
    """Return the most words of a caption that strokes and brackets leave together: one in two languages is two."""
    parts, longest = 0, 0
    for word in words:
        parts = 0 if word.text in STROKE else parts + (not word.text.startswith("("))
        longest = max(longest, parts)
    return longest


def _beside_caption(row: Row, labels: Sequence[Label], label: Label) -> bool:
    """Tell whether a label fills its segment, and another one the segment right before or after."""
    filling = {one.start: one for one in labels if not one.lead and not one.tail}
    if label.start not in filling:
        return False
    return any(
        one is not label
        and (one.end == label.start or one.start == label.end)
        and _gap(one, label) < NEAR_CAPTION * row.height
        for one in filling.values()
    )


def _gap(one: Label, other: Label) -> float:
    return max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])


def _has_digit(word: Word) -> bool:
    return any(map(str.isdigit, word.text))


def bare_captions(row: Row) -> Iterator[Label]:
    """Yield the segments that only say "number": captions of the document's own, where one stands below."""
    for start, end in pairwise(row.first):
        if end - start == 1 and key(text := row.words[start].text) in BARE and not _has_digit(row.words[start]):
            yield Label(OWN, key(text), row.number, start, end, 0, 0, False, row.words[start].box)


def numbers_beside(rows: Sequence[Row], position: int) -> Iterator[tuple[Label, Mention]]:
    """Yield what stands beside a word that only says "number", with that word: "Nr.  GU-100482", "Number: 2023-118".

    It is the document's own where the grid is: right under its title, or with its day. The number of a customer stands
    beside such a word as well, under a heading of its own.
    """
    row = rows[position]
    words, first = row.words, row.first
    for number, start in enumerate(first[:-1]):
        text = words[start].text
        if key(text) not in BARE or _has_digit(words[start]):
            continue
        colon = text.endswith(":")
        at = start + 1
        if at < first[number + 1] and words[at].text == ":":
            colon, at = True, at + 1
        if not (colon or at == first[number + 1]) or not _is_of_document(rows, position):
            continue
        beside = next((one for one in row.of_kind("reference") if one.end > at), None)
        begin = 0 if beside is None else _begin(row, beside, at)
        if beside is not None and begin == at and not _is_registered(row, beside):
            box = words[start].box
            yield Label(OWN, key(text), row.number, start, at, 0, first[number + 1] - at, colon, box), beside


def _begin(row: Row, mention: Mention, at: int) -> int:
    """Return where a number begins with the capitals before it."""
    return at if mention.start == at + 1 and PREFIX.fullmatch(row.words[at].text) else mention.start


def _is_of_document(rows: Sequence[Row], position: int) -> bool:
    """Tell whether a line is one of the facts of the document: a title or a label of its day is near."""
    row = rows[position]
    near = (one for one in rows[max(position - GRID, 0) : position + GRID + 1] if one.page == row.page)
    for other in near:
        for label in other.labels:
            titled = "invoice_number" in label.meaning.header and other.number <= row.number
            if titled or ("issue_date" in label.meaning.header and label.lead == 0):
                return True
    return False


def _is_registered(row: Row, mention: Mention) -> bool:
    """Tell whether a text is an identifier of another kind."""
    return any(one.kind in ("vat_id", "iban") and one.start <= mention.start < one.end for one in row.mentions)


def is_own_number(row: Row, mention: Mention) -> bool:
    """Tell whether a text fills its segment and looks like the number of a document, which is under its title."""
    if mention.lead or mention.end not in row.first or not OWN_NUMBER.fullmatch(mention.found.text):
        return False
    return not _is_registered(row, mention)


def is_marked(row: Row, mention: Mention) -> bool:
    """Tell whether a mark says that a text is a number: under the title of a document that is the document's own."""
    before = row.words[mention.start - 1].text if mention.lead else ""
    return row.words[mention.start].text.startswith("#") or key(before) in NUMBER_SIGNS


def whole_order(row: Row, label: Label, mention: Mention) -> Mention:
    """Return the number of an order with the words that are parts of it: "CSA 889", "26-0417 / Kita Sonnenweg".

    Args:
        row: line of the number.
        label: what names the order, on this line or above.
        mention: the word of it that has a digit.
    """
    first, last = cell(row, label, mention.start)
    before = row.words[first : mention.start]
    boxed = label.row != row.number or label.colon or first in row.first or (label.meaning.weak and label.lead == 0)
    start = mention.start
    if before and len(before) < MOST_WORDS - 1 and all(_is_part(word.text, boxed) for word in before):
        start = first
    elif before and _is_part(before[-1].text, boxed=False):
        start = mention.start - 1
    end = _end_of_order(row, mention, last)
    if (start, end) == (mention.start, mention.end):
        return mention
    words = row.words[start:end]
    found = found_in(" ".join(word.text for word in words), row.page, words)
    return mention._replace(found=found, start=start, end=end, lead=mention.lead - (mention.start - start))


def cell(row: Row, label: Label, at: int) -> tuple[int, int]:
    """Return the words of the cell that a word stands in: of its segment, what is beside or under its label."""
    first = max(start for start in row.first if start <= at)
    last = min(end for end in row.first if end > at)
    if label.row == row.number:
        others = [one.start for one in row.labels if label.end <= one.start < last and one.start > at]
        return max(first, label.end), min([last, *others])
    left = label.box[0] - row.height
    while first < at and row.words[first].box[0] < left:
        first += 1
    return first, last


def is_cell_under(row: Row, label: Label, mention: Mention) -> bool:
    """Tell whether the few words around a number stand under a label, though the number itself is right of it."""
    first = max(start for start in row.first if start <= mention.start)
    last = min(end for end in row.first if end > mention.start)
    dated = any(first <= one.start < last for one in row.of_kind("date"))
    begins = abs(row.words[first].box[0] - label.box[0]) < row.height
    return begins and not dated and last - first <= MOST_WORDS and mention.end == last


def _is_part(text: str, boxed: bool) -> bool:
    """Tell whether a word before a number may be a part of it: capitals, in a cell of its own a name as well."""
    if key(text) in NUMBER_SIGNS or text.endswith((":", "#")):
        return False
    return bool(PREFIX.fullmatch(text)) or (boxed and text[:1].isupper() and not text.endswith(","))


def _end_of_order(row: Row, mention: Mention, last: int) -> int:
    """Return the end of what a stroke adds to a number, where that ends its cell."""
    rest = [word.text for word in row.words[mention.end : last]]
    if len(rest) == PART_OF_ORDER and key(rest[0]) in RELEASES and rest[1].isdecimal():
        return last
    dated = any(one.start < last and one.end > mention.end for one in row.of_kind("date"))
    added = len(rest) > 1 and rest[0] in STROKE and len(rest) <= MOST_WORDS and not dated
    return last if added else mention.end


def orders_without_digits(label: Label, rows: Sequence[Row], position: int) -> Mention | None:
    """Return the word in capitals right of the label of an order, or in the cell below: "CLIENT PO  RFB-MAR"."""
    row = rows[position]
    beside = row.words[label.end : label.end + 1]
    if beside and CODE_OF_ORDER.fullmatch(beside[0].text) and not _has_digit(beside[0]):
        return _as_mention(row, label.end)
    if label.tail or not (row.first[-2] <= label.start or heads_facts(row, label) or label.lead == 0):
        return None
    below = next((one for one in rows[position + 1 : position + 2] if one.page == row.page), None)
    if below is None or below.base - row.base > 2.6 * row.height:
        return None
    for at, word in enumerate(below.words):
        under = word.box[0] < label.box[2] + row.height / 2 and word.box[2] > label.box[0] - row.height / 2
        if under and CODE_OF_ORDER.fullmatch(word.text) and not _has_digit(word):
            return _as_mention(below, at)
    return None


def _as_mention(row: Row, at: int) -> Mention:
    first = max(start for start in row.first if start <= at)
    words = row.words[at : at + 1]
    return Mention("reference", found_in(words[0].text, row.page, words), row.number, at, at + 1, at - first)

"""Labels and the values they may belong to, each pair with how well it fits: the candidates of every header field.

What belongs here: where a value may stand relative to its label, and what that is worth. What does not: finding either
(`rows`), and choosing between candidates (`choose`, `totals`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.facts.captions import (
    NUMBER_SIGNS,
    STROKE,
    bare_captions,
    heads_facts,
    is_cell_under,
    is_marked,
    is_own_number,
    numbers_beside,
    orders_without_digits,
    whole_order,
)
from back_office_pipelines.extraction.pdf.facts.captions_below import Cell, cells_above
from back_office_pipelines.extraction.pdf.facts.grouped import whole_number
from back_office_pipelines.extraction.pdf.page.rows import Kind, Label, Mention, Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key

WEAK = 0.55
"""Worth of a label that says little, beside 1 for one that names its field."""
LATER = 0.82
"""Worth of each further value to the right of a label, relative to the one before."""
BELOW, BESIDE_BELOW, ABOVE = 0.78, 0.6, 0.9
"""Worth of a value under its label, of one on the next line further right, and of one over a caption."""
NEAR = 0.75
"""Share of its label's worth above which a value to the right leaves no doubt that it is the label's."""
LEAD, GAP = 0.9, 0.85
"""Worth left by each word before a label in its segment, and by each word between label and value."""
WITHIN_TEXT = 0.6
"""Worth left by each word right before a number under its label: it is rather that of a street."""
OF_ANOTHER = 0.4
"""Worth left by each word right before a number in the next column."""
ROWS_BELOW, REACH_BELOW = 12, 5.0
"""Lines, and heights of print, within which a value may stand under its label."""
MARKED_BELOW = 2
"""Lines within which a marked number may stand under a title: "Invoice" over "# 4711"."""
ASIDE = 0.8
"""Distance of base lines, in heights of print, within which a caption and a value of another print are one row."""
NEXT_LINE = 2.6
"""Heights of print within which a line is the next one."""
TOTALS = frozenset(("net_total", "tax_total", "gross_total", "amount_due"))
SUMMARY = 2
"""Labels of totals that make a line the head of a summary."""
COLUMNS_OF_ITEMS = 3
"""Labels of line fields that make a line the head of a table of items."""
FILLERS = frozenset(
    (
        "nr", "no", "nº", "n°", "number", "numéro", "numero", "núm", "nummer", "vom", "von", "van", "am", "of",
        "the", "le", "la", "du", "de", "des", "in", "eur", "usd", "gbp", "chf", "dated", "from", "at", "on", "is",
        "bis", "zum", "til", "until", "by", "est", "der", "den", "dd", "und", "and", "et", "e", "en", "zu", "à",
    )
)  # fmt: skip
"""Words that may stand between a label and its value at no cost."""
PER = frozenset(("per", "pro", "je", "par", "por", "each"))
"""Words after an amount that make it a price: "a storage charge of 4.50 per pallet and day"."""
POST_BOXES = frozenset(("box", "pobox", "postfach", "postbus", "apartado", "bp", "cs", "tsa"))
IN_PARENTHESES, AFTER_NUMBER_SIGN, ONE_DIGIT = 0.4, 1.3, 0.6
"""Worth of what explains, of what a mark calls a number, and of a single digit, which mostly counts something."""
KIND_OF: Mapping[str, Kind] = {
    "invoice_number": "reference",
    "purchase_order": "reference",
    "issue_date": "date",
    "due_date": "date",
    "seller_vat_id": "vat_id",
    "buyer_vat_id": "vat_id",
    "seller_iban": "iban",
    "net_total": "amount",
    "tax_total": "amount",
    "gross_total": "amount",
    "amount_due": "amount",
    "prepaid_total": "amount",
    "allowance_total": "amount",
    "charge_total": "amount",
    "rounding_amount": "amount",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be a field's value.

    Attributes:
        score: from 0 to 1, how well label and value fit.
        label: the label that names it, None where other evidence does.
        evidence: where it stands relative to its label, and what kind of label that is.
    """

    field: str
    mention: Mention
    score: float
    label: Label | None
    evidence: str


def heads_items(row: Row) -> bool:
    """Tell whether a line is the head of a table of items: several labels of line fields, and no amount."""
    fields = {name for label in row.labels for name in label.meaning.line}
    named = sum(bool(label.meaning.line) for label in row.labels)
    totals = sum(bool(TOTALS & set(label.meaning.header)) and not label.meaning.weak for label in row.labels)
    telling = "quantity" in fields or (bool(fields & {"unit_price", "description"}) and totals < SUMMARY)
    return named >= COLUMNS_OF_ITEMS and telling and not row.of_kind("amount")


def candidates(rows: Sequence[Row]) -> tuple[Candidate, ...]:
    """Return the candidates of every labelled header field."""
    found: list[Candidate] = []
    for position, row in enumerate(rows):
        items = heads_items(row)
        if not items:
            for label in bare_captions(row):
                found.extend(_below("invoice_number", "reference", label, rows, position))
            for label, mention in numbers_beside(rows, position):
                whole = _whole("invoice_number", row, label, mention)
                found.append(Candidate("invoice_number", whole, _worth(label), label, _evidence("right", label)))
        above = {cell.label: cell for cell in cells_above(rows, position)}
        for index, label in enumerate(row.labels):
            for field in label.meaning.header:
                kind = KIND_OF.get(field)
                if kind is None or (items and kind == "amount") or _begins_post_box(label, row):
                    continue
                if label in above:
                    found.extend(_above(field, kind, above[label]))
                else:
                    found.extend(_beside_or_below(field, kind, rows, (position, index), items))
    return tuple(found)


def _beside_or_below(
    field: str, kind: Kind, rows: Sequence[Row], place: tuple[int, int], items: bool
) -> Iterator[Candidate]:
    """Yield the values right of a label, and those under it where the ones beside it leave doubt.

    Args:
        field: that the label may name.
        kind: of its values.
        rows: of the document.
        place: number of the row, and of the label on it.
        items: the row heads a table of items.
    """
    position, index = place
    row = rows[position]
    label = row.labels[index]
    right = list(_right(field, kind, row, index))
    if field == "purchase_order" and not right and not label.meaning.weak:
        right = list(_without_digits(label, rows, position))
    yield from right
    if not right and position:
        yield from _beside_above(field, kind, label, rows[position - 1], row)
    best = max((one.score for one in right), default=0.0)
    strong = best > WEAK and best > NEAR * _worth(label)
    beside_table = items and kind == "date" and not label.meaning.weak and label.lead == 0
    if not strong and (not items or beside_table):
        yield from _below(field, kind, label, rows, position)


def _without_digits(label: Label, rows: Sequence[Row], position: int) -> Iterator[Candidate]:
    """Yield an order that is named without a digit beside or under its label."""
    if (mention := orders_without_digits(label, rows, position)) is not None:
        place = "right" if mention.row == label.row else "below"
        worth = _worth(label) * (1.0 if mention.row == label.row else BELOW)
        yield Candidate("purchase_order", mention, worth, label, _evidence(place, label))


def is_post_box(text: str) -> bool:
    """Tell whether a word stands before the number of a post box: "PO Box 742980" names no order."""
    return key(text) in POST_BOXES


def _begins_post_box(label: Label, row: Row) -> bool:
    return bool(label.tail) and is_post_box(row.words[label.end].text)


def _worth(label: Label) -> float:
    return (WEAK if label.meaning.weak else 1.0) * LEAD**label.lead


def _evidence(place: str, label: Label) -> str:
    return f"{place}_{'generic' if label.meaning.weak else 'specific'}"


def _right(field: str, kind: Kind, row: Row, index: int) -> Iterator[Candidate]:
    """Yield the values between a label and the next one that announces a value of its own."""
    label = row.labels[index]
    end = _blocked(row, index, kind)
    number, taken = 0, label.end
    for mention in row.of_kind(kind):
        if (
            _begins_within(row, label, mention)
            or mention.start >= end
            or (kind == "reference" and mention.start < taken)
        ):
            continue
        if (kind == "amount" and _is_price(row, mention)) or (kind == "reference" and _is_apart(label, mention)):
            continue
        whole = _whole(field, row, label, mention)
        taken = whole.end
        score = _worth(label) * GAP ** _between(row, label, whole) * LATER**number
        if kind == "reference":
            score *= _reference_worth(row, mention) * OF_ANOTHER ** _said_in_next(row, label, whole)
        yield Candidate(field, whole, score, label, _evidence("right", label))
        number += 1


def _said_in_next(row: Row, label: Label, whole: Mention) -> int:
    """Count the words before a number in another column than its label, which may be a street's; none after a mark."""
    own = next(at for at in row.first if at > label.start)
    if whole.start < own or key(row.words[whole.start - 1].text) in NUMBER_SIGNS:
        return 0
    return _said_before(row, whole)


def _begins_within(row: Row, label: Label, mention: Mention) -> bool:
    """Tell whether a value begins before its label ends; a currency may be a word of both: "To pay: EUR 10.00"."""
    if mention.start >= label.end:
        return False
    shared = row.words[mention.start : label.end]
    return mention.start <= label.start or mention.end <= label.end or not all(word.text.isalpha() for word in shared)


def _is_apart(label: Label, mention: Mention) -> bool:
    """Tell whether a number stands in another column than the sentence that a weak label is a word of."""
    if not label.meaning.weak or label.colon or label.lead <= 1 or label.tail:
        return False
    return mention.start >= label.end


def _is_price(row: Row, mention: Mention) -> bool:
    """Tell whether an amount is one of something: a word like "per" follows it in its segment."""
    return mention.end not in (*row.first, len(row.words)) and row.words[mention.end].text.casefold() in PER


def _whole(field: str, row: Row, label: Label, mention: Mention) -> Mention:
    """Return a value with all its parts: numbers of documents are written in groups, orders with words."""
    if field == "purchase_order":
        return whole_order(row, label, mention)
    return whole_number(row, label, mention) if field == "invoice_number" else mention


def _reference_worth(row: Row, mention: Mention) -> float:
    """Return what the mark before a number is worth: in parentheses it explains, after "No." it is one."""
    if row.words[mention.start].text.startswith("("):
        return IN_PARENTHESES
    if mention.found.text.isdecimal() and len(mention.found.text) == 1:
        return ONE_DIGIT
    return AFTER_NUMBER_SIGN if mention.start and key(row.words[mention.start - 1].text) in NUMBER_SIGNS else 1.0


def _blocked(row: Row, index: int, kind: Kind) -> int:
    """Return the first word that another label of the row claims with all that follows."""
    label = row.labels[index]
    for other in row.labels[index + 1 :]:
        announces = other.colon or other.lead == 0 or not other.meaning.weak
        same = set(other.meaning.header) & set(label.meaning.header)
        if announces and not same and not (kind == "amount" and label.lead == 0 and other.lead > 0 and not other.colon):
            return other.start
    return len(row.words)


def _between(row: Row, label: Label, mention: Mention) -> int:
    """Count the words between a label and its value that are neither fillers, marks, numbers nor labels."""
    claimed = {at for other in row.labels for at in range(other.start, other.end)}
    taken = {at for other in row.mentions for at in range(other.start, other.end)}
    return sum(
        1
        for at in range(label.end, mention.start)
        if at not in claimed and at not in taken and _counts(row.words[at].text)
    )


def _counts(text: str) -> bool:
    word = text.strip("().,:;*%/-|").casefold()
    return sum(map(str.isalpha, word)) > 1 and word not in FILLERS


def _below(field: str, kind: Kind, label: Label, rows: Sequence[Row], position: int) -> Iterator[Candidate]:
    """Yield the first value under a label, or on the next line further right where nothing stands between."""
    row = rows[position]
    if kind == "amount" and not _is_caption(row, label):
        return
    if kind == "date" and label.meaning.weak and label.lead and label.tail and not label.colon:
        return  # a word of a sentence
    if kind == "reference" and _is_dated(row, label):
        return
    marked = kind == "reference" and label.meaning.weak and not heads_facts(row, label)
    reach = label.box[3] + REACH_BELOW * row.height
    over = 0
    for number, other in enumerate(rows[position + 1 : position + 1 + ROWS_BELOW]):
        if other.page != row.page or other.box[1] > reach or (marked and over == MARKED_BELOW):
            return
        under = [
            mention
            for mention in other.of_kind(kind)
            if (_is_under(mention, label, row.height) or _is_order_under(field, label, other, mention))
            and not _labelled(other, mention)
            and (not marked or is_marked(other, mention) or _is_titled(field, over, other, mention))
        ]
        over += any(label.box[0] < word.box[2] and word.box[0] < label.box[2] for word in other.words)
        for mention in under[:1]:
            whole = _whole(field, other, label, mention)
            score = _worth(label) * BELOW * 0.95**number
            if kind == "reference":
                score *= GAP ** _said_after(row, label) * WITHIN_TEXT ** _said_before(other, whole)
            yield Candidate(field, whole, score, label, _evidence("below", label))
        if under and kind != "amount":
            return
        apart = marked or (kind == "reference" and heads_facts(row, label))
        if number == 0 and not apart and other.base - row.base < NEXT_LINE * row.height:
            yield from _beside_below(field, kind, label, other)


def _above(field: str, kind: Kind, cell: Cell) -> Iterator[Candidate]:
    """Yield the first value over a caption that stands below what it names."""
    inside = (one for one in cell.row.of_kind(kind) if cell.start <= one.start < cell.end)
    for mention in inside:
        yield Candidate(field, mention, _worth(cell.label) * ABOVE, cell.label, _evidence("above", cell.label))
        return


def _is_dated(row: Row, label: Label) -> bool:
    """Tell whether nothing but its day follows a label: "Your order of 8 December 2025" has no number."""
    day = next((one for one in row.of_kind("date") if label.end <= one.start < label.end + label.tail), None)
    return day is not None and all(word.text.casefold() in FILLERS for word in row.words[label.end : day.start])


def _is_order_under(field: str, label: Label, row: Row, mention: Mention) -> bool:
    return field == "purchase_order" and is_cell_under(row, label, mention)


def _said_after(row: Row, label: Label) -> int:
    """Count the words that go on after a caption and make it one of something else: "Order internal"."""
    after = row.words[label.end : label.end + label.tail]
    known = {at for other in row.labels for at in range(other.start, other.end)}
    stroke = next((at for at, word in enumerate(after) if word.text in STROKE), len(after))
    return sum(_counts(word.text) for at, word in enumerate(after[:stroke], label.end) if at not in known)


def _said_before(row: Row, mention: Mention) -> int:
    """Count the words right before a number that make it one of something else: "Paseo de la Ribera 40"."""
    taken = {at for other in row.mentions if other.start < mention.start for at in range(other.start, other.end)}
    claimed = {at for label in row.labels for at in range(label.start, label.end)}
    count, at = 0, mention.start - 1
    while at >= 0 and row.words[at + 1].box[0] - row.words[at].box[2] < row.height and at not in taken | claimed:
        count += _counts(row.words[at].text)
        at -= 1
    return count


def _is_titled(field: str, over: int, row: Row, mention: Mention) -> bool:
    """Tell whether a number stands by itself right under the title of a document, no line of its column between."""
    return field == "invoice_number" and not over and is_own_number(row, mention)


def _is_caption(row: Row, label: Label) -> bool:
    """Tell whether a label of an amount stands over a column of totals rather than in a text or beside an amount."""
    if label.lead > 1:
        return False
    end = label.end + label.tail
    base = any("%" in word.text for word in row.words[label.start : end])  # "VAT 20 % on 1,000.00"
    beside = [one for one in row.of_kind("amount") if not (base and label.start < one.start < end)]
    return (base or label.tail <= 2) and not any(_is_beside(one, row) for one in beside)


def _is_beside(amount: Mention, row: Row) -> bool:
    """Tell whether an amount is one of the row's values rather than the base that a rate is of."""
    first = amount.start - amount.lead
    return not any("%" in word.text for word in row.words[first : amount.start])


def _is_under(mention: Mention, label: Label, height: float) -> bool:
    left, _, right, _ = label.box
    x0, _, x1, _ = mention.box
    return x0 < right + height / 2 and x1 > left - height / 2


def _labelled(row: Row, mention: Mention) -> bool:
    """Tell whether a value has a label of its own before it in its segment."""
    first = mention.start - mention.lead
    return any(first <= label.start < mention.start and (label.colon or label.lead == 0) for label in row.labels)


def _beside_above(field: str, kind: Kind, label: Label, row: Row, own: Row) -> Iterator[Candidate]:
    """Yield the value right of a caption that is printed a little higher than it, with nothing between."""
    step = own.base - row.base
    if row.page == own.page and step < ASIDE * max(row.height, own.height) and label.tail == 0:
        yield from _beside_below(field, kind, label, row)


def _beside_below(field: str, kind: Kind, label: Label, row: Row) -> Iterator[Candidate]:
    """Yield the first value of the next line that stands further right than its label, with nothing between."""
    for mention in row.of_kind(kind):
        free = not any(label.box[0] - row.height < word.box[0] for word in row.words[: mention.start])
        if mention.box[0] > label.box[2] and free and not _labelled(row, mention):
            yield Candidate(field, mention, _worth(label) * BESIDE_BELOW, label, _evidence("beside_below", label))
            return

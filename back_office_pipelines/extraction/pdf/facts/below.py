"""Values on another line than their label: under it, on the next line further right, or over a caption.

What belongs here: where such values may stand, and what that leaves of the label's worth. What does not: values on its
own line (`beside`), and when they are looked for (`pairing`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.facts.candidate import (
    FILLERS,
    GAP,
    Candidate,
    evidence,
    is_labelled,
    said_before,
    says_more,
    whole_value,
    worth,
)
from back_office_pipelines.extraction.pdf.facts.captions import (
    STROKE,
    heads_facts,
    is_cell_under,
    is_marked,
    is_own_number,
)
from back_office_pipelines.extraction.pdf.facts.captions_below import Cell
from back_office_pipelines.extraction.pdf.page.rows import Kind, Label, Mention, Row

BELOW, BESIDE_BELOW, ABOVE = 0.78, 0.6, 0.9
"""Worth of a value under its label, of one on the next line further right, and of one over a caption."""
WITHIN_TEXT = 0.6
"""Worth left by each word right before a number under its label: it is rather that of a street."""
ROWS_BELOW, REACH_BELOW = 12, 5.0
"""Lines, and heights of print, within which a value may stand under its label."""
MARKED_BELOW = 2
"""Lines within which a marked number may stand under a title: "Invoice" over "# 4711"."""
ASIDE = 0.8
"""Distance of base lines, in heights of print, within which a caption and a value of another print are one row."""
NEXT_LINE = 2.6
"""Heights of print within which a line is the next one."""


def under(field: str, kind: Kind, label: Label, rows: Sequence[Row], position: int) -> Iterator[Candidate]:
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
    between = 0
    for number, other in enumerate(rows[position + 1 : position + 1 + ROWS_BELOW]):
        if other.page != row.page or other.box[1] > reach or (marked and between == MARKED_BELOW):
            return
        found = [
            mention
            for mention in other.of_kind(kind)
            if (_is_under(mention, label, row.height) or _is_order_under(field, label, other, mention))
            and not is_labelled(other, mention)
            and (not marked or is_marked(other, mention) or _is_titled(field, between, other, mention))
        ]
        between += any(label.box[0] < word.box[2] and word.box[0] < label.box[2] for word in other.words)
        for mention in found[:1]:
            whole = whole_value(field, other, label, mention)
            score = worth(label) * BELOW * 0.95**number
            if kind == "reference":
                score *= GAP ** _said_after(row, label) * WITHIN_TEXT ** said_before(other, whole)
            yield Candidate(field, whole, score, label, evidence("below", label))
        if found and kind != "amount":
            return
        apart = marked or (kind == "reference" and heads_facts(row, label))
        if number == 0 and not apart and other.base - row.base < NEXT_LINE * row.height:
            yield from _beside_below(field, kind, label, other)


def over(field: str, kind: Kind, cell: Cell) -> Iterator[Candidate]:
    """Yield the first value over a caption that stands below what it names."""
    inside = (one for one in cell.row.of_kind(kind) if cell.start <= one.start < cell.end)
    for mention in inside:
        yield Candidate(field, mention, worth(cell.label) * ABOVE, cell.label, evidence("above", cell.label))
        return


def a_little_over(field: str, kind: Kind, label: Label, row: Row, own: Row) -> Iterator[Candidate]:
    """Yield the value right of a caption that is printed a little higher than it, with nothing between."""
    step = own.base - row.base
    if row.page == own.page and step < ASIDE * max(row.height, own.height) and label.tail == 0:
        yield from _beside_below(field, kind, label, row)


def _beside_below(field: str, kind: Kind, label: Label, row: Row) -> Iterator[Candidate]:
    """Yield the first value of the next line that stands further right than its label, with nothing between."""
    for mention in row.of_kind(kind):
        free = not any(label.box[0] - row.height < word.box[0] for word in row.words[: mention.start])
        if mention.box[0] > label.box[2] and free and not is_labelled(row, mention):
            yield Candidate(field, mention, worth(label) * BESIDE_BELOW, label, evidence("beside_below", label))
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
    stroke = next((at for at, word in enumerate(after) if word.text in STROKE), len(after))
    return sum(says_more(word.text) for at, word in enumerate(after[:stroke], label.end) if at not in row.claimed)


def _is_titled(field: str, between: int, row: Row, mention: Mention) -> bool:
    """Tell whether a number stands by itself right under the title of a document, no line of its column between."""
    return field == "invoice_number" and not between and is_own_number(row, mention)


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

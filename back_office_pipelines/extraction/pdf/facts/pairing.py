"""Labels and the values they may belong to, each pair with how well it fits: the candidates of every header field.

What belongs here: which places are looked at for a label, and when. What does not: finding labels and values (`rows`),
the places themselves (`beside`, `below`), and choosing between candidates (`identifiers`, `days`, `totals`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.facts.below import BELOW, a_little_over, over, under
from back_office_pipelines.extraction.pdf.facts.beside import right_of
from back_office_pipelines.extraction.pdf.facts.candidate import (
    KIND_OF,
    WEAK,
    Candidate,
    evidence,
    whole_value,
    worth,
)
from back_office_pipelines.extraction.pdf.facts.captions import bare_captions, numbers_beside, orders_without_digits
from back_office_pipelines.extraction.pdf.facts.captions_below import cells_above
from back_office_pipelines.extraction.pdf.page.rows import Kind, Label, Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key

NEAR = 0.75
"""Share of its label's worth above which a value to the right leaves no doubt that it is the label's."""
TOTALS = frozenset(("net_total", "tax_total", "gross_total", "amount_due"))
SUMMARY = 2
"""Labels of totals that make a line the head of a summary."""
COLUMNS_OF_ITEMS = 3
"""Labels of line fields that make a line the head of a table of items."""
POST_BOXES = frozenset(("box", "pobox", "postfach", "postbus", "apartado", "bp", "cs", "tsa"))


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
                found.extend(under("invoice_number", "reference", label, rows, position))
            for label, mention in numbers_beside(rows, position):
                whole = whole_value("invoice_number", row, label, mention)
                found.append(Candidate("invoice_number", whole, worth(label), label, evidence("right", label)))
        above = {cell.label: cell for cell in cells_above(rows, position)}
        for index, label in enumerate(row.labels):
            for field in label.meaning.header:
                kind = KIND_OF.get(field)
                if kind is None or (items and kind == "amount") or _begins_post_box(label, row):
                    continue
                if label in above:
                    found.extend(over(field, kind, above[label]))
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
    right = list(right_of(field, kind, row, index))
    if field == "purchase_order" and not right and not label.meaning.weak:
        right = list(_without_digits(label, rows, position))
    yield from right
    if not right and position:
        yield from a_little_over(field, kind, label, rows[position - 1], row)
    best = max((one.score for one in right), default=0.0)
    strong = best > WEAK and best > NEAR * worth(label)
    beside_table = items and kind == "date" and not label.meaning.weak and label.lead == 0
    if not strong and (not items or beside_table):
        yield from under(field, kind, label, rows, position)


def _without_digits(label: Label, rows: Sequence[Row], position: int) -> Iterator[Candidate]:
    """Yield an order that is named without a digit beside or under its label."""
    if (mention := orders_without_digits(label, rows, position)) is not None:
        place, share = ("right", 1.0) if mention.row == label.row else ("below", BELOW)
        yield Candidate("purchase_order", mention, worth(label) * share, label, evidence(place, label))


def is_post_box(text: str) -> bool:
    """Tell whether a word stands before the number of a post box: "PO Box 742980" names no order."""
    return key(text) in POST_BOXES


def _begins_post_box(label: Label, row: Row) -> bool:
    return bool(label.tail) and is_post_box(row.words[label.end].text)

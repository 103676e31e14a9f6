"""Tables of texts and amounts that no head names, by arithmetic: amounts under one another that sum up to a total.

What belongs here: finding such rows, and the two columns they stand in. What does not: tables with quantities and
prices (`headless`), and the lines themselves (`items`). A row of a percentage of the rows above it is an allowance, a
charge or a tax: it counts for the sum and is no line.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from back_office_pipelines.extraction.pdf.lines.columns import Column, Head
from back_office_pipelines.extraction.pdf.lines.numerals import ROUNDING, Number, in_cents, numbers_of
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.style import Style

EDGE = 3.0
"""Points by which amounts of one column may differ at their right edge."""
FEWEST = 2
INDENT = 12.0
"""Points by which texts of one column may differ at their left edge."""


@dataclass(frozen=True)
class Summed:
    """A table that its sum proves.

    Attributes:
        rows: numbers of the rows that are lines.
        end: number of the row of the sum.
    """

    head: Head
    rows: frozenset[int]
    end: int


@dataclass(frozen=True)
class _Entry:
    """A row that ends in an amount; `left` and `right` are the edges of its longest text, `rates` its percentages.

    `others` are the edges of its further texts: codes and periods in columns of their own. One that is not
    `named` has no text but a short label; it may be a sum and is no line.
    """

    row: Row
    amount: Number
    rates: tuple[Decimal, ...]
    left: float
    right: float
    others: tuple[tuple[float, float], ...] = ()
    named: bool = True


def table_by_sum(rows: Sequence[Row], style: Style, is_total: Callable[[Row], bool]) -> Summed | None:
    """Return the first table whose amounts are summed up below them, None where there is none.

    Args:
        rows: of the document.
        style: how it writes numbers.
        is_total: tells whether a row is labelled as a total.
    """
    entries = [one for row in rows if (one := _entry(row, style)) is not None]
    by_page = {page: list(group) for page, group in groupby(entries, key=lambda one: one.row.page)}
    for first in entries:
        column = [one for one in by_page[first.row.page] if _same_edge(one, first)]
        if column[0] is first and (found := _table(column, is_total)) is not None:
            return found
    return None


def _same_edge(one: _Entry, other: _Entry) -> bool:
    return abs(one.amount.right - other.amount.right) <= EDGE


def _entry(row: Row, style: Style) -> _Entry | None:
    """Return what a row that ends in an amount says; letters behind an amount make it part of a sentence."""
    numbers = numbers_of(row, style)
    if not numbers or numbers[-1].percent or not in_cents(numbers[-1].value):
        return None
    after = "".join(word.text for word in row.words[numbers[-1].end :])
    every = list(_texts(row, numbers[-1].start))
    texts = [one for one in every if one[0] > len("EUR")]
    if len(after) > len("EUR"):
        return None
    if not texts:
        return _Entry(row, numbers[-1], (), 0.0, 0.0, named=False)
    _, left, right = max(texts)
    others = tuple(edges[1:] for edges in every if edges != max(texts))
    return _Entry(row, numbers[-1], tuple(one.value for one in numbers if one.percent), left, right, others)


def _texts(row: Row, end: int) -> Iterator[tuple[int, float, float]]:
    """Yield the letters and edges of each text of a row before its amount; rates with their code are none."""
    for first, last in pairwise(row.first):
        words = row.words[first : min(last, end)]
        letters = sum(map(str.isalpha, "".join(word.text for word in words)))
        if letters > len("EUR") or (letters and not words[-1].text.endswith("%")):
            yield letters, words[0].box[0], words[-1].box[2]


def _table(column: Sequence[_Entry], is_total: Callable[[Row], bool]) -> Summed | None:
    """Return the lines of a column of amounts, from its top to the first row that sums up what is above it.

    What stands elsewhere counts where it is a charge; where it says of what the lines consist, they alone are summed.
    """
    lines: list[_Entry] = []
    total = Decimal(0)
    for one in column:
        amount = one.amount.value
        sums = (total, sum((line.amount.value for line in lines), Decimal(0)))
        if len(lines) >= FEWEST and any(abs(one_sum - amount) <= ROUNDING for one_sum in sums):
            return _summed(lines, one.row.number)
        if is_total(one.row) and lines:
            return None
        if is_total(one.row) or not one.named:
            continue
        aligned = not lines or abs(one.left - lines[0].left) <= INDENT
        if aligned and not any(abs(abs(total * rate / 100) - abs(amount)) <= ROUNDING for rate in one.rates):
            lines.append(one)
        total += amount
    return None


def _summed(lines: Sequence[_Entry], end: int) -> Summed:
    first = lines[0].row.number - 1
    text = Column("description", min(one.left for one in lines), max(one.right for one in lines))
    amounts = Column("line_net", min(one.amount.left for one in lines), max(one.amount.right for one in lines))
    beside = [edges for one in lines for edges in one.others if edges[0] > text.right or edges[1] < text.left]
    columns = (text, *(Column(None, *edges) for edges in beside), amounts)
    in_order = tuple(sorted(columns, key=lambda one: one.left + one.right))
    return Summed(Head(first, first, in_order), frozenset(one.row.number for one in lines), end)

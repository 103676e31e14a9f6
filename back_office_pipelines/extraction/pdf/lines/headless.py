"""The columns of a table of items that no head names, by arithmetic: where quantity times price is the amount.

What belongs here: finding such rows, and reading columns off them. What does not: heads (`columns`), and the lines of
the table (`items`), which are read as under any head. A product that is no accident needs factors other than 1; two
rows in the same columns prove each other, and a single one must be printed again as a total further down.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.lines.columns import Column, Head
from back_office_pipelines.extraction.pdf.lines.numerals import ROUNDING, Number, in_cents, numbers_of
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.currencies import CODES, SIGNS
from back_office_pipelines.values.style import Style

SAME_COLUMN = 12.0
"""Points by which numbers of one column may differ at the edge that they share."""
MOST_NUMBERS = 24
"""Numbers at the end of a row that are tried: no table has so many columns."""
FACTORS = 2
PRICED = frozenset(("à", "a", "@", "je", "zu"))
"""Words and signs right before a price."""
LONGEST_UNIT = 8
"""Letters of a word up to which it may be a unit."""


@dataclass(frozen=True)
class _Product:
    """A row in which two numbers make a third, left to right."""

    row: Row
    numbers: tuple[Number, Number, Number]

    def stands_with(self, other: "_Product") -> bool:
        """Tell whether the numbers of two rows stand in the same columns."""
        pairs = zip(self.numbers, other.numbers, strict=True)
        return all(min(abs(a.left - b.left), abs(a.right - b.right)) <= SAME_COLUMN for a, b in pairs)

    def stands_beside(self, run: "_Run") -> bool:
        """Tell whether a text stands beside one of the numbers, without another text between them."""
        others = [other for other in _runs(self) if other != run]
        gaps = [(min(run.right, one.right), max(run.left, one.left)) for one in self.numbers]
        return any(not any(left <= other.left and other.right <= right for other in others) for left, right in gaps)


def head_by_arithmetic(rows: Sequence[Row], style: Style) -> Iterator[Head]:
    """Yield the head that a table would have, where its rows prove which column is which; none where they do not."""
    alike = _alike(rows, style)
    if alike:
        last = _first_beside(alike, rows, style) - 1
        yield Head(last, last, tuple(_columns(alike)))


def refined(head: Head, body: Sequence[Row], style: Style) -> Head | None:
    """Return a head with its columns of numbers where the rows below prove them, None where they prove none.

    Titles often stand left of numbers that end at the right, so that a number is nearer to the title beside its own.

    Args:
        head: as its titles stand.
        body: rows below it.
        style: how the document writes numbers.
    """
    alike = _alike(body, style)
    if not alike:
        return None
    by_column = list(zip(*(one.numbers for one in alike), strict=True))
    fields = (*_named_factors(head, by_column[0], by_column[1]), "line_net")
    proved = [_column(field, column) for field, column in zip(fields, by_column, strict=True)]
    kept = [
        one
        for one in head.columns
        if one.field not in fields and (one.field is not None or not any(_overlap(one, other) for other in proved))
    ]
    return replace(head, columns=tuple(sorted([*kept, *proved], key=lambda one: one.left + one.right)))


def _named_factors(head: Head, one: Sequence[Number], other: Sequence[Number]) -> tuple[str | None, str | None]:
    """Return which factor is which: as the titles stand; where one is named, the number nearest to it is that."""
    prices, quantities = head.of("unit_price"), head.of("quantity")
    if prices and quantities and len(prices) + len(quantities) > FACTORS:
        straight, crossed = (
            min(title.distance(pair[0][0].left, pair[0][0].right) for title in quantities)
            + min(title.distance(pair[1][0].left, pair[1][0].right) for title in prices)
            for pair in ((one, other), (other, one))
        )
        first = straight <= crossed
    elif prices and quantities:
        first = quantities[0].left < prices[0].left
    elif prices or quantities:
        title = (prices or quantities)[0]
        nearer = title.distance(one[0].left, one[0].right) < title.distance(other[0].left, other[0].right)
        first = nearer == bool(quantities)
    else:
        return _factors(one, other)
    return ("quantity", "unit_price") if first else ("unit_price", "quantity")


def _overlap(one: Column, other: Column) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)


def _alike(rows: Sequence[Row], style: Style) -> list[_Product]:
    """Return the products that prove each other by standing in the same columns, or one printed again as a total."""
    products = [found for row in rows if (found := _product(row, style)) is not None]
    alike = max(([one for one in products if one.stands_with(first)] for first in products), key=len, default=[])
    return alike if len(alike) > 1 or (alike and _is_printed_below(alike[0], rows, style)) else []


def _first_beside(alike: Sequence[_Product], rows: Sequence[Row], style: Style) -> int:
    """Return the number of the first row in the columns of others whose numbers multiply, also by one."""
    beside = (_product(row, style, telling=False) for row in rows if row.page == alike[0].row.page)
    found = [one.row.number for one in beside if one is not None and one.stands_with(alike[0])]
    return min([*found, alike[0].row.number])


def _product(row: Row, style: Style, telling: bool = True) -> _Product | None:
    """Return the numbers of a row that are a product and its factors: of several, those nearest to the product.

    Args:
        row: the row.
        style: how the document writes numbers.
        telling: a factor of one proves nothing.
    """
    numbers = [number for number in numbers_of(row, style) if not number.percent][-MOST_NUMBERS:]
    for at in range(len(numbers) - 1, FACTORS - 1, -1):
        amount = numbers[at]
        if not amount.value or not in_cents(amount.value):
            continue
        for second in range(at - 1, 0, -1):
            for first in range(second - 1, -1, -1):
                if _makes(numbers[first], numbers[second], amount, telling):
                    return _Product(row, (numbers[first], numbers[second], amount))
    return None


def _makes(one: Number, other: Number, amount: Number, telling: bool) -> bool:
    tells = abs(one.value) != 1 and abs(other.value) != 1
    return (tells or not telling) and abs(abs(one.value * other.value) - abs(amount.value)) <= ROUNDING


def _is_printed_below(one: _Product, rows: Sequence[Row], style: Style) -> bool:
    amount = one.numbers[-1].value
    below = [row for row in rows if row.number > one.row.number]
    return any(number.value == amount for row in below for number in numbers_of(row, style))


def _columns(alike: Sequence[_Product]) -> Iterator[Column]:
    """Yield the columns left to right; factors that could both be the price are columns that are not kept."""
    by_column = list(zip(*(one.numbers for one in alike), strict=True))
    fields = _counted(alike)
    if fields[0] is None:
        fields = _factors(by_column[0], by_column[1])
    if fields[0] is None:
        fields = _signed(alike)
    found = [_column(field, column) for field, column in zip((*fields, "line_net"), by_column, strict=True)]
    yield from sorted([*found, *_text_columns(alike)], key=lambda column: column.left + column.right)


def _factors(one: Sequence[Number], other: Sequence[Number]) -> tuple[str | None, str | None]:
    """Return which of two columns is which, left to right; none where nothing tells.

    The price alone is in cents. Where both are, as hours and their rates may be, quantities stand first and prices come
    again: one of both signs is enough, unless the other speaks against it. Else the price alone has decimals.
    """
    if _is_in_cents(one) != _is_in_cents(other):
        told: bool | None = _is_in_cents(one)
    elif _is_in_cents(one) and _comes_again(one) != _comes_again(other):
        told = None if _comes_again(one) else False
    else:
        told = _is_broken(one) if _is_broken(one) != _is_broken(other) else None
    if told is None:
        return None, None
    return ("unit_price", "quantity") if told else ("quantity", "unit_price")


def _counted(alike: Sequence[_Product]) -> tuple[str | None, str | None]:
    """Return which factor is which by a unit that follows one of them, and the other nowhere: "22,50 m  189,00"."""
    counted = [[_is_counted(one.row, one.numbers[at]) for one in alike] for at in range(FACTORS)]
    if all(counted[0]) and not any(counted[1]):
        return "quantity", "unit_price"
    return ("unit_price", "quantity") if all(counted[1]) and not any(counted[0]) else (None, None)


def _is_counted(row: Row, number: Number) -> bool:
    """Tell whether a short word right behind a number may be its unit: no currency, and no sign of a product."""
    if number.end >= len(row.words):
        return False
    word = row.words[number.end]
    text = word.text.strip(".")
    near = word.box[0] - number.right < row.height
    unit = text.isalpha() and len(text) <= LONGEST_UNIT and text.casefold() not in PRICED | {"x", "kr"}
    return near and unit and text.upper() not in CODES and text not in SIGNS


def _signed(alike: Sequence[_Product]) -> tuple[str | None, str | None]:
    """Return which factor is which by a sign of money or a mark of prices that one of them has in every row."""
    priced = [all(_is_priced(one.row, one.numbers[at]) for one in alike) for at in range(FACTORS)]
    if priced[0] == priced[1]:
        return None, None
    return ("unit_price", "quantity") if priced[0] else ("quantity", "unit_price")


def _is_priced(row: Row, number: Number) -> bool:
    """Tell whether a number is printed as a price: "à 26,40", "@ 3.50", "26.40 €", "EUR 12"."""
    before = row.words[number.start - 1].text if number.start else ""
    after = row.words[number.end].text if number.end < len(row.words) else ""
    text = "".join(word.text for word in row.words[number.start : number.end])
    money = any(sign in text for sign in SIGNS) or {before, after} & (CODES | SIGNS.keys())
    return bool(money) or before.casefold() in PRICED


def _comes_again(numbers: Sequence[Number]) -> bool:
    return len({number.value for number in numbers}) < len(numbers)


def _is_in_cents(numbers: Sequence[Number]) -> bool:
    return all(in_cents(number.value) for number in numbers)


def _is_broken(numbers: Sequence[Number]) -> bool:
    return any(number.value != number.value.to_integral_value() for number in numbers)


def _column(field: str | None, numbers: Sequence[Number]) -> Column:
    """Return a column as wide as its widest number, so that its edges are where its numbers end."""
    return Column(field, min(one.left for one in numbers), max(one.right for one in numbers))


def _text_columns(alike: Sequence[_Product]) -> Iterator[Column]:
    """Yield the column of descriptions, where the longest text of each row stands, and that of one short word each."""
    texts: list[_Run] = []
    units: list[_Run] = []
    others: list[_Run] = []
    for one in alike:
        runs = sorted(_runs(one), key=lambda run: -run.letters)
        texts += runs[:1]
        beside = [run for run in runs[1:] if run.is_unit and one.stands_beside(run)]
        units += beside
        others += [run for run in runs[1:] if run not in beside]
    for field, found in (("description", texts), ("unit", units)):
        if len(found) == len(alike):
            yield Column(field, min(run.left for run in found), max(run.right for run in found))
    if texts:
        left, right = min(run.left for run in texts), max(run.right for run in texts)
        yield from (Column(None, run.left, run.right) for run in others if run.left > right or run.right < left)


class _Run(NamedTuple):
    """A text of a row between its numbers."""

    letters: int
    words: int
    left: float
    right: float

    @property
    def is_unit(self) -> bool:
        """Whether it may be a unit: one short word."""
        return self.words == 1 and self.letters <= LONGEST_UNIT


def _runs(one: _Product) -> Iterator[_Run]:
    """Yield the texts of a row with letters, numbers of its product left out."""
    used = {at for number in one.numbers for at in range(number.start, number.end)}
    for first, end in pairwise(one.row.first):
        words = [one.row.words[at] for at in range(first, end) if at not in used]
        letters = sum(map(str.isalpha, "".join(word.text for word in words)))
        if letters:
            yield _Run(letters, len(words), words[0].box[0], words[-1].box[2])

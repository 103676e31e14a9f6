"""The columns of a table of items: what its head calls them and where they stand.

What belongs here: finding heads and reading columns off them. What does not: the lines below (`items`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from back_office_pipelines.extraction.pdf.lines.airtime import heads_broadcasts, of_broadcasts
from back_office_pipelines.extraction.pdf.lines.titles import Title, preferred, titles_of
from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import Vocabulary
from back_office_pipelines.values.style import Style

WIDE = 100.0
"""Points of room that the last column is taken to have."""
FRACTION = re.compile(r"\d[.,](?!\d{3}\b)\d+(?![\d\s]*%)")
"""A number with decimals that is no rate: no line of titles has one."""
GAP = 10.0
"""Points between a text and the column of numbers right of it."""
FEWEST_LABELS = 2
STACKED = 1.9
"""Distance of base lines, in heights of print, within which two lines are one head."""
PRICES = 2
LONGEST_TITLES = 4
"""Words of a line of one text beyond which it is no line of titles, if it has digits."""
NEEDED = {"description", "quantity", "unit_price"}
NUMBERS = ("quantity", "unit_price", "line_net")


class Column(NamedTuple):
    """One column.

    Attributes:
        field: field of a line, None for a column the lane does not keep.
        left, right: edges of its title.
        per: for how many pieces its prices are, where its title says so.
    """

    field: str | None
    left: float
    right: float
    per: Found | None = None

    def distance(self, left: float, right: float) -> float:
        """Return how far a text is from standing in this column, by the edge or middle that fits best."""
        _, own_left, own_right, _ = self
        at_left, at_right = left - own_left, right - own_right
        middle = (at_left + at_right) / 2
        best = min(abs(at_left), abs(at_right), abs(middle))
        if left > own_right:
            return best + left - own_right
        return best + own_left - right if own_left > right else best


@dataclass(frozen=True)
class Head:
    """The head of a table.

    Attributes:
        last: number of its last row.
        assumed: no title says which numbers are the amounts; the lines must prove it.
        cells: of its rows by number and style, once they were read (`items`).
    """

    first: int
    last: int
    columns: tuple[Column, ...]
    assumed: bool = False
    cells: dict[tuple[int, Style], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def has(self, field: str) -> bool:
        """Tell whether a column holds a field."""
        return any(column.field == field for column in self.columns)

    def of(self, field: str) -> tuple[Column, ...]:
        """Return the columns of a field, left to right."""
        return tuple(column for column in self.columns if column.field == field)

    @cached_property
    def text_edges(self) -> tuple[float, float] | None:
        """Edges between which descriptions stand: from their title to the next column; None without such a title."""
        column = next(iter(self.of("description")), None)
        if column is None:
            return None
        after = [one.left for one in self.columns if one.left > column.right]
        before = [one.right for one in self.columns if one.right < column.left]
        return max(before, default=0.0), min(after, default=float("inf"))


def heads(rows: Sequence[Row], vocabulary: Vocabulary) -> Iterator[Head]:
    """Yield the heads of tables of items, each with the lines stacked above and below that belong to it."""
    position = 0
    while position < len(rows):
        group = _stack(rows, position)
        columns = _columns(group, vocabulary) if group else ()
        fields = {column.field for column in columns} - {None}
        if "line_net" in fields and fields & NEEDED and len(fields) >= FEWEST_LABELS + ("description" not in fields):
            yield Head(group[0].number, group[-1].number, _with_a_text(columns))
            position = group[-1].number + 1
        elif group and "line_net" not in fields and (assumed := _with_amounts(columns)):
            yield Head(group[0].number, group[-1].number, _with_a_text(assumed), assumed=True)
            position = group[-1].number + 1
        else:
            position += 1


def _with_amounts(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns with the one that must be the amounts where no title says so, none where none must be.

    With a quantity and a price it is the last column, right of both, whatever it is called. With a price alone, as for
    each broadcast of a spot, what one costs is its amount.
    """
    fields = [column.field for column in columns]
    if fields and fields[-1] is None and {"quantity", "unit_price"} <= set(fields):
        return (*columns[:-1], columns[-1]._replace(field="line_net"))
    if fields.count("unit_price") == 1 and "description" in fields and "quantity" not in fields:
        return tuple(one._replace(field="line_net") if one.field == "unit_price" else one for one in columns)
    return ()


def _stack(rows: Sequence[Row], position: int) -> list[Row]:
    """Return the lines of a head that begins at a row: rows of labels and words, close together, without numbers."""
    group: list[Row] = []
    for row in rows[position : position + 4]:
        near = not group or (row.page == group[-1].page and row.base - group[-1].base <= STACKED * row.height)
        titled = bool(_line_labels(row)) or (not group and heads_broadcasts(row))
        if not near or (not group and not titled) or _has_values(row) or FRACTION.search(row.text):
            break
        if group and ((not _line_labels(row) and not _overlaps(row, group)) or _is_text(row)):
            break
        group.append(row)
    while len(group) > 1 and not _line_labels(group[-1]):
        group.pop()
    return group


def _is_text(row: Row) -> bool:
    """Tell whether a line is one text with digits in it: the first line of the table, and no title."""
    return len(row.line.segments) == 1 and len(row.words) > LONGEST_TITLES and any(map(str.isdigit, row.text))


def _has_values(row: Row) -> bool:
    return bool(row.of_kind("amount") or row.of_kind("date"))


def _line_labels(row: Row) -> list[Label]:
    return [label for label in row.labels if label.meaning.line]


def _overlaps(row: Row, group: Sequence[Row]) -> bool:
    return len(row.line.segments) <= len(group[-1].line.segments) + 2


def _columns(group: Sequence[Row], vocabulary: Vocabulary) -> tuple[Column, ...]:
    """Return the columns of a head: titles that stand over one another are one."""
    joined: list[Title] = []
    for row in group:
        for title in titles_of(row, vocabulary, len(group) == 1):
            above = next((one for one in joined if _stand_over(one, title)), None)
            if above is not None:
                joined.remove(above)
                title = _merged(above, title, vocabulary)  # noqa: PLW2901
            joined.append(title)
    in_order = of_broadcasts(sorted(joined, key=lambda one: one.left + one.right))
    named = any(one.field == "line_net" for one in in_order)
    money = None if named else next((one for one in reversed(in_order) if one.is_money), None)
    if not named and money is None:
        money = _last_price(in_order)
    columns = [Column("line_net" if one is money else one.field, one.left, one.right, one.per) for one in in_order]
    return _without_doubles(columns)


def _last_price(titles: Sequence[Title]) -> Title | None:
    """Return the last title of prices where another one stands before it and nothing but rates after it.

    "Unit price" and "Price" beside one another are what one costs and what the line comes to.
    """
    prices = [at for at, one in enumerate(titles) if one.field == "unit_price"]
    if len(prices) < PRICES or any(one.field != "tax_rate" for one in titles[prices[-1] + 1 :]):
        return None
    return titles[prices[-1]]


def _stand_over(above: Title, below: Title) -> bool:
    shared = min(above.right, below.right) - max(above.left, below.left)
    return shared > 0.5 * min(above.right - above.left, below.right - below.left)


def _merged(above: Title, below: Title, vocabulary: Vocabulary) -> Title:
    text = above.text + below.text
    meaning = vocabulary.meanings.get(text)
    field = preferred(meaning.line) if meaning is not None and meaning.line else above.field or below.field
    left, right = min(above.left, below.left), max(above.right, below.right)
    return Title(text, field, left, right, per=above.per or below.per)


def _without_doubles(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Keep one column of amounts, the last; one before it, left of the prices, is the quantity where none is named."""
    columns = _with_one_text(columns)
    amounts = [index for index, column in enumerate(columns) if column.field == "line_net"]
    if len(amounts) < 2:
        return tuple(columns)
    prices = [index for index, column in enumerate(columns) if column.field == "unit_price"]
    quantity = any(column.field == "quantity" for column in columns)
    found = list(columns)
    for index in amounts[:-1]:
        is_quantity = not quantity and bool(prices) and index < prices[0]
        found[index] = columns[index]._replace(field="quantity" if is_quantity else None)
        quantity = quantity or is_quantity
    return tuple(found)


def _with_one_text(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Keep one column of descriptions: of several, the one with the most room before the next column."""
    texts = [index for index, column in enumerate(columns) if column.field == "description"]
    if len(texts) < 2:
        return tuple(columns)
    widest = _widest(columns, texts)
    return tuple(
        column if column.field != "description" or index == widest else column._replace(field=None)
        for index, column in enumerate(columns)
    )


def _widest(columns: Sequence[Column], among: Sequence[int]) -> int:
    """Return which of some columns has the most room before the next one."""
    ends = [*(column.left for column in columns[1:]), columns[-1].right + WIDE]
    return max(among, key=lambda index: ends[index] - columns[index].left)


def _with_a_text(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Take the widest column of an unknown title left of all numbers for the descriptions, where no title names them.

    Trades call what they sell by many words; what stands first and has the most room is what is sold.
    """
    if any(column.field == "description" for column in columns):
        return tuple(columns)
    numbers = next(index for index, column in enumerate(columns) if column.field in NUMBERS)
    if not numbers:
        return _text_after_quantities(columns)
    widest = _widest(columns, range(numbers))
    return tuple(
        column._replace(field="description") if index == widest and column.field is None else column
        for index, column in enumerate(columns)
    )


def _text_after_quantities(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Take a column for the descriptions where quantities are the first that is titled.

    It is the widest one of an unknown title before the prices; where none is there, what stands left of all titles.
    """
    prices = next(index for index, column in enumerate(columns) if column.field in ("unit_price", "line_net"))
    unknown = [index for index in range(prices) if columns[index].field is None]
    if unknown:
        widest = _widest(columns, unknown)
        return tuple(
            column._replace(field="description") if index == widest else column for index, column in enumerate(columns)
        )
    if columns[0].left < WIDE:
        return tuple(columns)
    return (Column("description", 0.0, columns[0].left - GAP), *columns)

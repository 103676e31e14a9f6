"""The columns of a table of items: what its head calls them and where they stand.

What belongs here: finding heads and reading columns off them. What does not: the lines below (`items`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.rows import Label, Row

FEWEST_LABELS = 2
STACKED = 1.9
"""Distance of base lines, in heights of print, within which two lines are one head."""
PREFERENCE = ("description", "quantity", "unit", "unit_price", "line_net", "tax_rate", "price_base_quantity")
NEEDED = {"description", "quantity", "unit_price"}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        field: field of a line, None for a column the lane does not keep.
        left, right: edges of its title.
    """

    field: str | None
    left: float
    right: float

    def distance(self, left: float, right: float) -> float:
        """Return how far a text is from standing in this column, by the edge or middle that fits best."""
        middle = abs((left + right) - (self.left + self.right)) / 2
        apart = max(left - self.right, self.left - right, 0.0)
        return min(abs(left - self.left), abs(right - self.right), middle) + apart


@dataclass(frozen=True)
class Head:
    """The head of a table.

    Attributes:
        last: number of its last row.
    """

    first: int
    last: int
    columns: tuple[Column, ...]

    def has(self, field: str) -> bool:
        """Tell whether a column holds a field."""
        return any(column.field == field for column in self.columns)

    def of(self, field: str) -> tuple[Column, ...]:
        """Return the columns of a field, left to right."""
        return tuple(column for column in self.columns if column.field == field)


def heads(rows: Sequence[Row]) -> Iterator[Head]:
    """Yield the heads of tables of items, each with the lines stacked above and below that belong to it."""
    position = 0
    while position < len(rows):
        group = _stack(rows, position)
        columns = _columns(group)
        fields = {column.field for column in columns} - {None}
        if "line_net" in fields and fields & NEEDED and len(fields) >= FEWEST_LABELS + ("description" not in fields):
            yield Head(group[0].number, group[-1].number, columns)
            position = group[-1].number + 1
        else:
            position += 1


def _stack(rows: Sequence[Row], position: int) -> list[Row]:
    """Return the lines of a head that begins at a row: rows of labels and words, close together, without numbers."""
    group: list[Row] = []
    for row in rows[position : position + 4]:
        near = not group or (row.page == group[-1].page and row.base - group[-1].base <= STACKED * row.height)
        if not near or _has_values(row) or (not group and not _line_labels(row)):
            break
        if group and not _line_labels(row) and not _overlaps(row, group):
            break
        group.append(row)
    while len(group) > 1 and not _line_labels(group[-1]):
        group.pop()
    return group


def _has_values(row: Row) -> bool:
    return any(mention.kind in ("amount", "date") for mention in row.mentions)


def _line_labels(row: Row) -> list[Label]:
    return [label for label in row.labels if label.meaning.line]


def _overlaps(row: Row, group: Sequence[Row]) -> bool:
    return len(row.line.segments) <= len(group[-1].line.segments) + 2


def _columns(group: Sequence[Row]) -> tuple[Column, ...]:
    """Return the columns of a head: one a label, and one a run of other words."""
    found: list[Column] = []
    for row in group:
        taken: set[int] = set()
        for label in row.labels:
            if label.meaning.line:
                field = next(name for name in PREFERENCE if name in label.meaning.line)
                found.append(Column(field, label.box[0], label.box[2]))
                taken.update(range(label.start, label.end))
        found.extend(_others(row, taken))
    named = [column for column in found if column.field is not None]
    others = [
        column
        for column in found
        if column.field is None and not any(column.left < one.right and one.left < column.right for one in named)
    ]
    return tuple(sorted([*named, *others], key=lambda column: column.left))


def _others(row: Row, taken: set[int]) -> Iterator[Column]:
    """Yield the runs of words between labels, each a column that is not kept."""
    for start, end in zip(row.first, row.first[1:], strict=False):
        run: list[int] = []
        for at in range(start, end + 1):
            if at < end and at not in taken:
                run.append(at)
            elif run:
                yield Column(None, row.words[run[0]].box[0], row.words[run[-1]].box[2])
                run = []

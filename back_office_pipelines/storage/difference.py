"""Where two contents of one table first differ: for people who have to judge a hash that is not the expected one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from back_office_pipelines.storage.lake import row_texts, sort_key
from back_office_pipelines.storage.tables import Table

WHOLE_ROW = "(row)"
"""Stands for a column where a row is on one side only."""


@dataclass(frozen=True)
class RowDifference:
    """The first row, in order of the key, that is not the same in both contents.

    Attributes:
        key: its values in the columns of the table's key.
        column: first column that differs, or `WHOLE_ROW`.
        before: value of that column in the expected content; whether the row is there, for a whole row.
        now: the same of the content found.
    """

    key: Mapping[str, Any]
    column: str
    before: Any
    now: Any

    def __str__(self) -> str:
        """Return the difference as a clause that people can read."""
        row = ", ".join(f"{name} {value}" for name, value in self.key.items())
        if self.column == WHOLE_ROW:
            return f"{row}: the row {'is missing now' if self.before else 'was not there'}"
        return f"{row}: {self.column} was {self.before!r}, is {self.now!r}"


def first_difference(table: Table, expected: pa.Table, found: pa.Table) -> RowDifference | None:
    """Return where two contents first differ, None where all rows are the same.

    Args:
        table: declaration of both.
        expected: typed rows with distinct keys, as the lake stores them.
        found: the same on the other side.
    """
    before, now = _by_key(table, expected), _by_key(table, found)
    for key in sorted(before.keys() | now.keys()):
        texts, row = before.get(key, _NOTHING)
        other_texts, other = now.get(key, _NOTHING)
        if texts == other_texts:
            continue
        named = {name: (row or other)[name] for name in table.key}
        if not row or not other:
            return RowDifference(named, WHOLE_ROW, bool(row), bool(other))
        pairs = zip(table.names, texts, other_texts, strict=True)
        column = next(name for name, text, other_text in pairs if text != other_text)
        return RowDifference(named, column, row[column], other[column])
    return None


_Row = tuple[tuple[str, ...], Mapping[str, Any]]
_NOTHING: _Row = ((), {})


def _by_key(table: Table, content: pa.Table) -> dict[tuple[Any, ...], _Row]:
    """Return texts and values of every row by its place in the order of the table."""
    place = sort_key(table.key)
    return {place(row): (texts, row) for texts, row in zip(row_texts(table, content), content.to_pylist(), strict=True)}

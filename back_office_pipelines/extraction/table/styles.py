"""How the numbers and dates of each column are written, decided from all its cells.

What belongs here: one column's proof, what the other columns may add, and what the header's language may. What does
not: weighing one value (`values.evidence`). A column that contradicts itself stays undecided, whatever else points
where: its doubtful cells are then AMBIGUOUS, and never guessed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.table.columns import BY_NAME, Column, column_key
from back_office_pipelines.values.evidence import decide_decimal, decide_order
from back_office_pipelines.values.style import DateOrder, DecimalMark, Style

AGAINST: Mapping[str, DecimalMark] = {";": ".", ",": ","}
"""Decimal mark that a delimiter speaks against: programs write semicolons where the comma is taken, and the reverse."""
T = TypeVar("T")


def column_styles(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], dictionary: Dictionary, language: str | None, between: str
) -> dict[Column, Style]:
    """Return the style of every column.

    Args:
        columns: those that hold fields.
        rows: the cells below the header, each row as wide as it.
        dictionary: the lane, whose types tell numbers from dates.
        language: of the header, None where it does not tell.
        between: the delimiter.
    """
    cells: dict[Column, set[str]] = {column: set() for column in columns}
    for row in rows:
        for column in columns:
            cells[column].add(row[column.index])
    marks: dict[Column, set[DecimalMark]] = _decided(
        _of_type(cells, "decimal", dictionary), lambda text: decide_decimal([text])
    )
    orders: dict[Column, set[DateOrder]] = _decided(
        _of_type(cells, "date", dictionary), lambda text: decide_order([text])
    )
    mark, order = decide_decimal([], language), decide_order([], language)
    if AGAINST.get(between) == mark:
        mark = None
    return {
        column: Style(decimal=_settled(marks, column, mark), date_order=_settled(orders, column, order))
        for column in columns
    }


def header_language(header: Sequence[str], columns: Sequence[Column], dictionary: Dictionary) -> str | None:
    """Return the only language in which all labels of a header are written, None where there is not one.

    Field names are no labels: programs write them in every country.
    """
    common: set[str] | None = None
    for column in (one for one in columns if one.confidence != BY_NAME):
        spec = dictionary.records[column.record_type].fields[column.field]
        cell = column_key(header[column.index])
        spoken = {language for language, labels in spec.labels.items() if cell in map(column_key, labels)}
        if spoken:
            common = spoken if common is None else common & spoken
    return next(iter(common)) if common and len(common) == 1 else None


def _of_type(cells: Mapping[Column, set[str]], kind: str, dictionary: Dictionary) -> dict[Column, set[str]]:
    return {
        column: texts
        for column, texts in cells.items()
        if dictionary.value_type(column.record_type, column.field).type == kind
    }


def _decided(cells: Mapping[Column, set[str]], judge: Callable[[str], T | None]) -> dict[Column, set[T]]:
    """Return the conventions that the cells of each column prove."""
    return {column: {proof for text in texts if text and (proof := judge(text))} for column, texts in cells.items()}


def _settled(proofs: Mapping[Column, set[T]], column: Column, otherwise: T | None) -> T | None:
    """Return a column's convention: its own proof, else that of all other columns, else the given one."""
    own = proofs.get(column, set())
    if own:
        return next(iter(own)) if len(own) == 1 else None
    others = {proof for proved in proofs.values() for proof in proved}
    if others:
        return next(iter(others)) if len(others) == 1 else None
    return otherwise

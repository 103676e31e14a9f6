"""Which column of a table holds which field: by field name, else by title or label of any language.

What belongs here: matching header cells, and finding the row they stand in. What does not: the cells below (`reader`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Finding
from back_office_pipelines.values.text import squash_spaces

KEY_FIELDS = ("invoice_number",)
"""Fields that number a record: a table of such records has the column, and its equal values hold rows together."""
BY_NAME, BY_LABEL = 1.0, 0.99
"""Confidence of a value under a field's own name (agreed) and under one of its labels (a reading of words)."""

Vocabulary = tuple[dict[str, tuple[str, str]], dict[str, set[tuple[str, str]]]]
"""Record type and field by the key of a field's name, and all that a title or label can mean by its key."""


@dataclass(frozen=True)
class Column:
    """One column that holds a field."""

    index: int
    record_type: str
    field: str
    confidence: float


def map_columns(cells: Sequence[str], dictionary: Dictionary) -> tuple[tuple[Column, ...], tuple[Finding, ...]]:
    """Return the columns that hold fields, and what is ambiguous about the others.

    A field's own name wins over its labels. A label that belongs to several fields, or several columns for one field,
    are AMBIGUOUS and left out. Columns that mean nothing to the lane are no finding.
    """
    return _mapped(cells, _vocabulary(dictionary))


def _mapped(cells: Sequence[str], vocabulary: Vocabulary) -> tuple[tuple[Column, ...], tuple[Finding, ...]]:
    names, labels = vocabulary
    found: list[Column] = []
    findings: list[Finding] = []
    for index, cell in enumerate(cells):
        key = column_key(cell)
        if key in names:
            found.append(Column(index, *names[key], BY_NAME))
        elif len(meanings := labels.get(key, set())) == 1:
            found.append(Column(index, *next(iter(meanings)), BY_LABEL))
        elif meanings:
            fields = ", ".join(sorted(field for _, field in meanings))
            findings.append(Finding("AMBIGUOUS", f"column {cell!r} can mean {fields}"))
    return _one_each(found, cells, findings)


def header_row(rows: Sequence[Sequence[str]], dictionary: Dictionary) -> tuple[int, int]:
    """Return the most fields that one of some rows names, and the index of that row, the first of equals."""
    vocabulary = _vocabulary(dictionary)
    counts = [(len(_mapped(cells, vocabulary)[0]), -index) for index, cells in enumerate(rows)]
    most, index = max(counts, default=(0, 0))
    return most, -index


def names_records(columns: Iterable[Column], dictionary: Dictionary) -> bool:
    """Tell whether columns are the lane's: the numbering field and another, else two that records cannot lack."""
    fields = dictionary.records[dictionary.header].fields
    mapped = {column.field for column in columns if column.record_type == dictionary.header}
    keys = set(KEY_FIELDS) & fields.keys()
    required = {name for name, spec in fields.items() if spec.nullable == "never"}
    return bool(mapped & keys) and len(mapped) > 1 if keys else len(mapped & required) > 1


def _one_each(
    found: list[Column], cells: Sequence[str], findings: list[Finding]
) -> tuple[tuple[Column, ...], tuple[Finding, ...]]:
    """Keep one column a field: the one under its own name, else the only one."""
    kept: list[Column] = []
    for field in dict.fromkeys((column.record_type, column.field) for column in found):
        rivals = [column for column in found if (column.record_type, column.field) == field]
        best = [column for column in rivals if column.confidence == max(rival.confidence for rival in rivals)]
        if len(best) == 1:
            kept.append(best[0])
        else:
            titles = ", ".join(repr(cells[column.index]) for column in best)
            findings.append(Finding("AMBIGUOUS", f"columns {titles} all name {field[1]}"))
    return tuple(kept), tuple(findings)


def _vocabulary(dictionary: Dictionary) -> Vocabulary:
    """Return header keys of field names, and of titles and labels with every field they can mean."""
    names: dict[str, tuple[str, str]] = {}
    labels: dict[str, set[tuple[str, str]]] = {}
    for record_type, record in dictionary.records.items():
        for name, spec in record.fields.items():
            names[column_key(name)] = (record_type, name)
            texts = [spec.title, *(label for group in spec.labels.values() for label in group)]
            for text in texts:
                labels.setdefault(column_key(text), set()).add((record_type, name))
    return names, labels


def column_key(text: str) -> str:
    """Return a header cell without letter case, punctuation at its end, or the way its words are joined."""
    return squash_spaces(re.sub(r"[_\s]+", " ", text)).rstrip(":.* ").casefold()

"""Rules against a client's reference tables: whether a record is found there, and agrees with what is found.

Pure: rows of the snapshots a batch is bound to are given. A client without a table is not held to it; which snapshots
a batch was held to stands in its registration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from back_office_pipelines.dictionary.model import Dictionary, ReferenceTable
from back_office_pipelines.dictionary.verbs import Check, InReference
from back_office_pipelines.intake.reference import ReferenceRow
from back_office_pipelines.validation.model import Failure
from back_office_pipelines.validation.records import present_values
from back_office_pipelines.values.keys import fold_name
from back_office_pipelines.values.text import compact_upper, squash_spaces

FOLD: Mapping[str, Callable[[str], str]] = {"exact": squash_spaces, "identifier": compact_upper, "name": fold_name}
"""How values of a column are made comparable, by its `match`."""

Tables = Mapping[str, Sequence[ReferenceRow]]


def reference_failures(
    dictionary: Dictionary, frames: Mapping[str, pd.DataFrame], tables: Tables
) -> Iterator[tuple[Check, Failure]]:
    """Yield every record that is not in a reference table, or contradicts it.

    Args:
        dictionary: contract of the batch.
        frames: typed frames by record type.
        tables: rows of the client's tables that the batch is bound to.
    """
    for name, check in dictionary.checks.items():
        verb = check.verb
        if not isinstance(verb, InReference) or verb.table not in tables:
            continue
        found_by = _Finder(verb, dictionary.reference[verb.table], tables[verb.table])
        for record_id, values in present_values(frames[check.record], verb.operands):
            for field, observed, expected in found_by.problems(values):
                yield check, Failure("record", record_id, name, check.reason, observed, expected, field)


class _Finder:
    """Looks records up in one table."""

    def __init__(self, verb: InReference, spec: ReferenceTable, rows: Sequence[ReferenceRow]) -> None:
        self._verb = verb
        self._spec = spec
        self._rows: dict[str, dict[str, list[ReferenceRow]]] = {}
        for column in {one.column for one in verb.find_by}:
            by_value = self._rows.setdefault(column, {})
            for row in rows:
                if row[column]:
                    by_value.setdefault(self._fold(column, row[column]), []).append(row)

    def _fold(self, column: str, value: Any) -> str:
        return FOLD[self._spec.columns[column].match](str(value))

    def problems(self, values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Yield field ('' for the record), observed and expected of each disagreement."""
        given = {one.field: one.column for one in self._verb.find_by if one.field in values}
        rows = next((rows for field, column in given.items() if (rows := self._found(column, values[field]))), [])
        if not self._verb.agree and not rows:
            shown = ", ".join(f"{field} {values[field]}" for field in given) or "none of its fields"
            yield "", shown, f"a row of {self._verb.table}"
        for field, column in self._verb.agree.items():
            if rows and field in values:
                known = {self._fold(column, row[column]) for row in rows if row[column]}
                if self._fold(column, values[field]) not in known:
                    key = rows[0][self._spec.key[0]]
                    listed = " or ".join(sorted(known)) or "none"
                    yield field, str(values[field]), f"{column} of {self._verb.table} {key}: {listed}"

    def _found(self, column: str, value: Any) -> list[ReferenceRow]:
        return self._rows[column].get(self._fold(column, value), [])

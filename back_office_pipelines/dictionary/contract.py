"""Compiling a record type to pandera: the record contract, run on typed values that survived coercion.

pandera is given columns only. Cross-field rules are `validation/cross_field.py`, because pandera reports a frame-wide
check once per column; and cells that could not be typed never reach it, because one of them would hide every other
failure of its column.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pyarrow as arrow

from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.storage.tables import ColumnType

REQUIRED = "required"
"""Name of the rule that a value must be present."""

_CANNOT_NAME_ITSELF = {"not_nullable": REQUIRED}


def rule_of(check: object) -> str:
    """Return our rule's name for a check as pandera reports it."""
    return _CANNOT_NAME_ITSELF.get(str(check), str(check))


def record_contract(dictionary: Dictionary, record_type: str) -> pa.DataFrameSchema:
    """Return the pandera schema of a record type; grain: one row a record, the index is the unique record id.

    Every check carries the name of its rule as its error, so that failures come back by rule.
    """
    columns = {
        field: pa.Column(
            nullable=spec.nullable != "never",
            checks=list(_checks(dictionary.constraints(record_type, field))),
            required=True,
        )
        for field, spec in dictionary.records[record_type].fields.items()
    }
    return pa.DataFrameSchema(columns, index=pa.Index(unique=True), name=f"{dictionary.lane}.{record_type}")


def contract_problems(dictionary: Dictionary) -> Iterator[str]:
    """Yield one sentence for each limit that cannot be applied to the type of its field.

    The engine that runs a pattern is Arrow's, not Python's, so every contract is tried on one typed row. Whether that
    row passes does not matter; a limit that breaks on it would break on every record and check none.
    """
    for record_type, record in dictionary.records.items():
        if any(spec.type not in dictionary.types for spec in record.fields.values()):
            return  # an unknown type; that has a sentence of its own
        columns = record_table(dictionary, record_type).columns
        row = {column.name: arrow.array([_SAMPLES[column.type]], column.arrow) for column in columns}
        frame = arrow.table(row).to_pandas(types_mapper=pd.ArrowDtype)[list(record.fields)]
        frame.index = pd.Index(["r"], dtype=object)
        try:
            record_contract(dictionary, record_type).validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as problem:
            broken = problem.failure_cases[problem.failure_cases["index"].isna()]
            for case in broken.to_dict("records"):
                where = f"limit {case['check']} of {record_type}.{case['column']}"
                yield f"{where} cannot be applied: {case['failure_case']}"


_SAMPLES: Mapping[ColumnType, object] = {
    "text": "A",
    "decimal": Decimal(0),
    "day": date(2000, 1, 1),
    "integer": 0,
    "boolean": True,
}


def _checks(limits: Constraints) -> Iterator[pa.Check]:
    if limits.pattern is not None:
        yield _whole_text_matches(limits.pattern)
    if limits.max_length is not None:
        yield pa.Check.str_length(max_value=limits.max_length, error="max_length")
    if limits.minimum is not None:
        yield pa.Check.ge(limits.minimum, error="minimum")
    if limits.maximum is not None:
        yield pa.Check.le(limits.maximum, error="maximum")
    if limits.one_of is not None:
        yield pa.Check.isin(limits.one_of, error="one_of")


def _whole_text_matches(pattern: str) -> pa.Check:
    """Match the whole text: pandera's own check matches a beginning, and Arrow's engine knows no end mark but this."""

    def matches(column: pd.Series) -> pd.Series:
        return column.str.fullmatch(pattern)

    return pa.Check(matches, error="pattern")

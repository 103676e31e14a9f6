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
import pyarrow.compute as pc

from back_office_pipelines.dictionary.limits import Holds, limits_of
from back_office_pipelines.dictionary.model import Dictionary
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
            checks=[_judged_by(holds, rule) for rule, holds in limits_of(dictionary.constraints(record_type, field))],
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


def _judged_by(holds: Holds, rule: str) -> pa.Check:
    def judge(column: pd.Series) -> pd.Series:
        passes = pc.fill_null(holds(chunked(column)), fill_value=True)
        return pd.Series(passes.to_numpy(), index=column.index)

    return pa.Check(judge, error=rule)


def suspects(dictionary: Dictionary, record_type: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that break at least one limit: pandera then tells which, and for what.

    Screening a million rows takes Arrow a fifth of what pandera takes, and most rows pass everything.
    """
    keep = arrow.chunked_array([arrow.repeat(arrow.scalar(value=False), len(frame))])
    for field, spec in dictionary.records[record_type].fields.items():
        column = chunked(frame[field])
        if spec.nullable == "never":
            keep = pc.or_(keep, pc.is_null(column))
        for _, holds in limits_of(dictionary.constraints(record_type, field)):
            keep = pc.or_(keep, pc.invert(pc.fill_null(holds(column), fill_value=True)))
    return frame.take(pc.indices_nonzero(keep).to_numpy())


def chunked(column: pd.Series) -> arrow.ChunkedArray:
    """Return the Arrow column behind a column of a typed frame."""
    array = arrow.array(column)
    return array if isinstance(array, arrow.ChunkedArray) else arrow.chunked_array([array])

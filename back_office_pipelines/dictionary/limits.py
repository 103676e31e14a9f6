"""Limits on single values, each as one function from an Arrow column to a boolean column.

What belongs here: what a constraint of the dictionary means. What does not: who asks (`contract` lets pandera judge by
these functions, and screens with them), cross-field rules, and turning text into values. A null stays null: an absent
value breaks no limit, its absence has a rule of its own. Patterns are RE2, the language of Arrow and DuckDB. Every
command loads contracts and few judge records, so nothing here needs pandas or pandera, which take a second to import.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.storage.tables import ColumnType
from back_office_pipelines.values.checksums import CHECKSUMS

Holds = Callable[[pa.ChunkedArray], pa.ChunkedArray]
_SAMPLES: Mapping[ColumnType, object] = {
    "text": "A",
    "decimal": Decimal(0),
    "day": date(2000, 1, 1),
    "integer": 0,
    "boolean": True,
}


def limits_of(constraints: Constraints) -> Iterator[tuple[str, Holds]]:
    """Yield rule name and function of every limit that is set."""
    if constraints.pattern is not None:
        yield "pattern", _whole_text_matches(constraints.pattern)
    if constraints.max_length is not None:
        yield "max_length", _not_longer(constraints.max_length)
    if constraints.minimum is not None:
        yield "minimum", _at_least(constraints.minimum)
    if constraints.maximum is not None:
        yield "maximum", _at_most(constraints.maximum)
    if constraints.one_of is not None:
        yield "one_of", _one_of(constraints.one_of)
    if constraints.checksum is not None:
        yield "checksum", _check_digits_hold(constraints.checksum)


def limit_problems(dictionary: Dictionary) -> Iterator[str]:
    """Yield one sentence for each limit that cannot be applied to the type of its field.

    The engine that runs a pattern is Arrow's, not Python's, so every limit is tried on one typed value. Whether that
    value passes does not matter; a limit that breaks on it would break on every record and check none.
    """
    for record_type, record in dictionary.records.items():
        if any(spec.type not in dictionary.types for spec in record.fields.values()):
            return  # an unknown type; that has a sentence of its own
        columns = {column.name: column for column in record_table(dictionary, record_type).columns}
        for field in record.fields:
            sample = pa.chunked_array([pa.array([_SAMPLES[columns[field].type]], columns[field].arrow)])
            for rule, holds in limits_of(dictionary.constraints(record_type, field)):
                if (problem := _breaks(holds, sample)) is not None:
                    yield f"limit {rule} of {record_type}.{field} cannot be applied: {problem}"


def _breaks(holds: Holds, sample: pa.ChunkedArray) -> str | None:
    try:
        holds(sample)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the limit does not work on this type
        return f"{type(problem).__name__}({problem})"
    return None


def _whole_text_matches(pattern: str) -> Holds:
    whole = rf"\A(?:{pattern})\z"
    return lambda column: pc.match_substring_regex(column, whole)


def _not_longer(most: int) -> Holds:
    return lambda column: pc.less_equal(pc.utf8_length(column), most)


def _at_least(least: Decimal) -> Holds:
    return lambda column: pc.greater_equal(column, pa.scalar(least))


def _at_most(most: Decimal) -> Holds:
    return lambda column: pc.less_equal(column, pa.scalar(most))


def _one_of(known: tuple[str, ...]) -> Holds:
    def holds(column: pa.ChunkedArray) -> pa.ChunkedArray:
        found = pc.is_in(column, value_set=pa.array(known, column.type))
        return pc.if_else(pc.is_valid(column), found, None)

    return holds


def _check_digits_hold(algorithm: str) -> Holds:
    """Compute check digits once for each value: few sellers send many invoices."""

    def holds(column: pa.ChunkedArray) -> pa.ChunkedArray:
        encoded = column.combine_chunks().dictionary_encode()
        valid = pa.array([CHECKSUMS[algorithm](text) for text in encoded.dictionary.to_pylist()], pa.bool_())
        return pa.chunked_array([valid.take(encoded.indices)])

    return holds

"""The record contract: the screen hides nothing from pandera, and each limit means what it says."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.errors
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.dictionary.contract import record_contract, rule_of, suspects
from back_office_pipelines.dictionary.limits import limits_of
from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.validation.cells import contract_failures
from tests.scenario import dictionary

TEXTS = st.one_of(st.none(), st.sampled_from(["EUR", "EURO", "", "380", "DE136695976", "DE1", "x" * 101, "ä"]))
AMOUNTS = st.one_of(st.none(), st.decimals(-150, 150, places=2))
DAYS = st.one_of(st.none(), st.dates(date(1999, 1, 1), date(2030, 1, 1)))
BY_ARROW: list[tuple[Callable[[pa.DataType], bool], Any]] = [
    (pa.types.is_decimal, AMOUNTS),
    (pa.types.is_date, DAYS),
    (pa.types.is_string, TEXTS),
]


def frames(contract: Dictionary, record_type: str) -> st.SearchStrategy[pd.DataFrame]:
    fields = contract.records[record_type].fields
    columns = {column.name: column.arrow for column in record_table(contract, record_type).columns}
    rows = st.lists(
        st.fixed_dictionaries({name: next(one for fits, one in BY_ARROW if fits(columns[name])) for name in fields}),
        max_size=6,
    )

    def frame(drawn: list[dict[str, Any]]) -> pd.DataFrame:
        arrays = {name: pa.array([row[name] for row in drawn], columns[name]) for name in fields}
        typed: pd.DataFrame = pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)
        return typed.set_index(pd.Index([f"r{place}" for place in range(len(drawn))], dtype=object))

    return rows.map(frame)


@pytest.mark.parametrize("record_type", ["invoice", "line"])
def test_the_screen_hides_nothing(record_type: str) -> None:
    contract = dictionary()

    @settings(max_examples=12)
    @given(frames(contract, record_type))
    def compare(frame: pd.DataFrame) -> None:
        found = {(one.subject_id, one.field, one.rule) for one in contract_failures(contract, record_type, frame, "b")}
        assert found == _judged(contract, record_type, frame)
        assert set(suspects(contract, record_type, frame).index) == {row for row, _, _ in found}

    compare()


def _judged(contract: Dictionary, record_type: str, frame: pd.DataFrame) -> set[tuple[str, str, str]]:
    if frame.empty:
        return set()
    try:
        record_contract(contract, record_type).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        cases = problem.failure_cases
        return {
            (str(row), str(column), rule_of(check))
            for row, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True)
        }
    return set()


@pytest.mark.parametrize(
    ("limits", "column", "holds"),
    [
        ({"pattern": "[A-Z]{3}"}, pa.array(["EUR", "EURO", "xEUR", "EUR\n", None]), [True, False, False, False, None]),
        ({"pattern": "A|BC"}, pa.array(["A", "BC", "AC", "B"]), [True, True, False, False]),
        ({"max_length": 2}, pa.array(["ää", "äää", "", None]), [True, False, True, None]),
        ({"minimum": "0"}, pa.array([Decimal("0.00"), Decimal("-0.01"), None]), [True, False, None]),
        ({"maximum": "10"}, pa.array([10, 11, None]), [True, False, None]),
        ({"one_of": ["a", "b"]}, pa.array(["a", "c", None]), [True, False, None]),
        ({"checksum": "vat"}, pa.array(["DE136695976", "DE136695975", None]), [True, False, None]),
    ],
)
def test_limits_mean_what_they_say(limits: dict[str, Any], column: pa.Array, holds: list[bool | None]) -> None:
    ((_, judge),) = limits_of(Constraints(**limits))
    assert judge(pa.chunked_array([column])).to_pylist() == holds

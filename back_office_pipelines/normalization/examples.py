"""The accept and reject examples of a dictionary, run: normalisers, type and limits, as a document's text would be.

What belongs here: holding the examples of fields against their own contract. What does not: rules on more than one
cell; an example is one text.
"""

from collections.abc import Iterator

import pandas as pd
import pandera.errors
import pyarrow as pa

from back_office_pipelines.dictionary.contract import REQUIRED, record_contract, rule_of
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.normalization.normalise import NormalisedValue, normalise_value

Example = tuple[str, str, bool]
"""Field, text, and whether it is said to pass."""


def example_problems(dictionary: Dictionary) -> Iterator[str]:
    """Yield a sentence for each example that does not do what it says: pass, or fail."""
    for record_type, record in dictionary.records.items():
        examples = [
            (field, text, passes)
            for field, spec in record.fields.items()
            for texts, passes in ((spec.examples.accept, True), (spec.examples.reject, False))
            for text in texts
        ]
        made = [_read(dictionary, record_type, example) for example in examples]
        why = _broken_limits(dictionary, record_type, examples, made)
        for number, (field, text, passes) in enumerate(examples):
            problem = made[number].problem
            reason = problem.detail if problem else why.get(number)
            if passes and reason is not None:
                yield f"field {record_type}.{field} refuses its own example {text!r}: {reason}"
            elif not passes and reason is None:
                yield f"field {record_type}.{field} accepts {text!r}, which its examples say it rejects"


def _read(dictionary: Dictionary, record_type: str, example: Example) -> NormalisedValue:
    field, text, _ = example
    return normalise_value(FieldValue(field, text, 1.0, "xml"), dictionary.value_type(record_type, field))


def _broken_limits(
    dictionary: Dictionary, record_type: str, examples: list[Example], made: list[NormalisedValue]
) -> dict[int, str]:
    """Return which examples break which limit; one row an example, all other cells empty."""
    if not examples:
        return {}
    arrow = {column.name: column.arrow for column in record_table(dictionary, record_type).columns}
    columns = {
        name: pa.array([one.typed if one.name == name else None for one in made], arrow[name])
        for name in dictionary.records[record_type].fields
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = pd.Index([str(number) for number in range(len(examples))], dtype=object)
    found: dict[int, str] = {}
    try:
        record_contract(dictionary, record_type).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        for case in problem.failure_cases.to_dict("records"):
            rule = rule_of(case["check"])
            if rule != REQUIRED and examples[int(case["index"])][0] == case["column"]:
                found.setdefault(int(case["index"]), f"{rule} {_limit(dictionary, record_type, case['column'], rule)}")
    return found


def _limit(dictionary: Dictionary, record_type: str, field: str, rule: str) -> object:
    return getattr(dictionary.constraints(record_type, field), rule)

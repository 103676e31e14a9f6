"""Rules on single cells: readable, present, within limits, certain enough. In that order, one failure a cell and rule.

A cell that cannot be read is reported once, for that; its absence from the typed frame is not reported again.
"""

from collections.abc import Iterator, Mapping

import pandas as pd
import pandera.errors

from back_office_pipelines.dictionary.contract import REQUIRED, record_contract, rule_of, suspects
from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.validation.automation import Automation, automation_holds
from back_office_pipelines.validation.model import Failure
from back_office_pipelines.validation.records import Cell, Cells

READABLE = "readable"
CONFIDENCE = "confidence"
CONTRACT = "contract"


def cell_failures(
    dictionary: Dictionary,
    frames: Mapping[str, pd.DataFrame],
    cells: Cells,
    batch_address: str,
    automation: Automation,
) -> Iterator[Failure]:
    """Yield every failure of a single cell.

    Args:
        dictionary: contract of the batch.
        frames: typed survivors by record type.
        cells: values in force, unreadable ones included.
        batch_address: subject of a failure that pandera cannot give a row.
        automation: how sure values must be to pass without a person.
    """
    types = {str(record_id): record_type for record_type, frame in frames.items() for record_id in frame.index}
    known = {key: cell for key, cell in cells.items() if key[0] in types}
    unreadable = {key: cell for key, cell in known.items() if cell.problem is not None}
    for (record_id, field), cell in unreadable.items():
        yield _unreadable(dictionary, types[record_id], record_id, field, cell)
    for record_type, frame in frames.items():
        for failure in contract_failures(dictionary, record_type, frame, batch_address):
            if (failure.subject_id, failure.field) not in unreadable:
                yield failure
    yield from _uncertain(automation.demanded(dictionary), types, known)
    yield from automation_holds(dictionary, automation, types, known)


def _unreadable(dictionary: Dictionary, record_type: str, record_id: str, field: str, cell: Cell) -> Failure:
    base = dictionary.value_type(record_type, field).type
    reasons = dictionary.records[record_type].fields[field].reasons
    code = reasons.of_rule("pattern") if cell.problem == "FORMAT" else str(cell.problem)
    return Failure("record", record_id, READABLE, code, cell.raw, f"{base}: {cell.detail or 'readable text'}", field)


def contract_failures(
    dictionary: Dictionary, record_type: str, frame: pd.DataFrame, batch_address: str
) -> Iterator[Failure]:
    """Yield every failure of a record type's pandera contract; one without a row is a failure of the batch."""
    fields = dictionary.records[record_type].fields
    doubtful = suspects(dictionary, record_type, frame)
    if doubtful.empty:
        return
    try:
        record_contract(dictionary, record_type).validate(doubtful[list(fields)], lazy=True)
    except pandera.errors.SchemaErrors as problem:
        cases = problem.failure_cases
        rules = cases["check"].map({check: rule_of(check) for check in cases["check"].unique()})
        columns = [one.tolist() for one in (cases["index"], cases["column"], rules, cases["failure_case"])]
        for row, column, rule, found in zip(*columns, strict=True):
            if not isinstance(row, str) or column not in fields:
                where = f"{record_type}.{column}"
                yield Failure("batch", batch_address, CONTRACT, "FORMAT", str(found), rule, where)
            elif rule == REQUIRED:
                code = fields[column].reasons.missing
                yield Failure("record", str(row), rule, code, "nothing", "a value", str(column))
            else:
                expected = _expectation(rule, dictionary.constraints(record_type, column))
                code = fields[column].reasons.of_rule(rule)
                yield Failure("record", str(row), rule, code, str(found), expected, str(column))


def _expectation(rule: str, limits: Constraints) -> str:
    if rule == "one_of":
        return f"one of {', '.join(limits.one_of or ())}"
    return f"{rule} {getattr(limits, rule)}"


def _uncertain(
    demanded: Mapping[tuple[str, str], tuple[float, str]], types: Mapping[str, str], cells: Cells
) -> Iterator[Failure]:
    for (record_id, field), cell in cells.items():
        threshold, words = demanded[types[record_id], field]
        if cell.problem is None and cell.confidence < threshold:
            yield Failure(
                subject_kind="record",
                subject_id=record_id,
                rule=CONFIDENCE,
                reason_code="LOW_CONFIDENCE",
                observed=f"{cell.value} with confidence {cell.confidence:.4f}",
                expected=words,
                field=field,
            )

"""Rules on single cells: readable, present, within limits, certain enough. In that order, one failure a cell and rule.

A cell that cannot be read is reported once, for that; its absence from the typed frame is not reported again.
"""

from collections.abc import Iterator, Mapping

import pandas as pd
import pandera.errors

from back_office_pipelines.dictionary.contract import REQUIRED, record_contract, rule_of
from back_office_pipelines.dictionary.model import Constraints, Dictionary
from back_office_pipelines.validation.model import Failure
from back_office_pipelines.validation.records import Cells

READABLE = "readable"
CONFIDENCE = "confidence"
CONTRACT = "contract"


def cell_failures(
    dictionary: Dictionary, frames: Mapping[str, pd.DataFrame], cells: Cells, batch_address: str
) -> Iterator[Failure]:
    """Yield every failure of a single cell.

    Args:
        dictionary: contract of the batch.
        frames: typed survivors by record type.
        cells: values in force, unreadable ones included.
        batch_address: subject of a failure that pandera cannot give a row.
    """
    for record_type, frame in frames.items():
        unreadable = set(_unreadable_keys(dictionary, record_type, frame, cells))
        yield from _unreadable(dictionary, record_type, frame, cells)
        for failure in _contract_failures(dictionary, record_type, frame, batch_address):
            if (failure.subject_id, failure.field) not in unreadable:
                yield failure
        yield from _uncertain(dictionary, record_type, frame, cells)


def _unreadable_keys(
    dictionary: Dictionary, record_type: str, frame: pd.DataFrame, cells: Cells
) -> Iterator[tuple[str, str]]:
    for record_id in frame.index:
        for field in dictionary.records[record_type].fields:
            cell = cells.get((record_id, field))
            if cell is not None and cell.problem is not None:
                yield record_id, field


def _unreadable(dictionary: Dictionary, record_type: str, frame: pd.DataFrame, cells: Cells) -> Iterator[Failure]:
    for record_id, field in _unreadable_keys(dictionary, record_type, frame, cells):
        cell = cells[record_id, field]
        base = dictionary.value_type(record_type, field).type
        reasons = dictionary.records[record_type].fields[field].reasons
        code = reasons.of_rule("pattern") if cell.problem == "FORMAT" else cell.problem
        yield Failure(
            "record", record_id, READABLE, str(code), cell.raw, f"{base}: {cell.detail or 'readable text'}", field
        )


def _contract_failures(
    dictionary: Dictionary, record_type: str, frame: pd.DataFrame, batch_address: str
) -> Iterator[Failure]:
    if frame.empty:
        return
    fields = dictionary.records[record_type].fields
    try:
        record_contract(dictionary, record_type).validate(frame[list(fields)], lazy=True)
    except pandera.errors.SchemaErrors as problem:
        for case in problem.failure_cases.to_dict("records"):
            field, rule = str(case["column"]), rule_of(case["check"])
            if case["index"] is None or pd.isna(case["index"]) or field not in fields:
                yield Failure(
                    subject_kind="batch",
                    subject_id=batch_address,
                    rule=CONTRACT,
                    reason_code="FORMAT",
                    observed=str(case["failure_case"]),
                    expected=rule,
                    field=f"{record_type}.{field}",
                )
                continue
            missing = rule == REQUIRED
            reasons = fields[field].reasons
            yield Failure(
                subject_kind="record",
                subject_id=str(case["index"]),
                rule=rule,
                reason_code=reasons.missing if missing else reasons.of_rule(rule),
                observed="nothing" if missing else str(case["failure_case"]),
                expected=_expectation(rule, dictionary.constraints(record_type, field)),
                field=field,
            )


def _expectation(rule: str, limits: Constraints) -> str:
    return "a value" if rule == REQUIRED else f"{rule} {getattr(limits, rule)}"


def _uncertain(dictionary: Dictionary, record_type: str, frame: pd.DataFrame, cells: Cells) -> Iterator[Failure]:
    for field, spec in dictionary.records[record_type].fields.items():
        threshold = dictionary.review.confidence[spec.criticality]
        for record_id in frame.index:
            cell = cells.get((record_id, field))
            if cell is not None and cell.problem is None and cell.confidence < threshold:
                yield Failure(
                    subject_kind="record",
                    subject_id=record_id,
                    rule=CONFIDENCE,
                    reason_code="LOW_CONFIDENCE",
                    observed=f"{cell.value} with confidence {cell.confidence:.4f}",
                    expected=f"confidence of at least {threshold}",
                    field=field,
                )

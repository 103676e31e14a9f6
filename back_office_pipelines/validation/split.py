"""Stage validation: records against their dictionary, exceptions brought up to date, one split with two outputs.

Order: ids → coerce cell by cell → pandera on the typed survivors → cross-field rules → reference tables → rules across
records → rules on the batch → gates on records that nothing else holds. Then each header record is in exactly one state
(`states.RECORDS`), and its children go with it; none is lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.intake.documents import COPY
from back_office_pipelines.ledger.claims import Ask
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.validation.approvals import Approvals
from back_office_pipelines.validation.automation import Automation
from back_office_pipelines.validation.batch_rules import control_total_failures
from back_office_pipelines.validation.cells import cell_failures
from back_office_pipelines.validation.cross_field import cross_field_failures
from back_office_pipelines.validation.cross_record import cross_record_failures
from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.gates import gate_failures, is_gate
from back_office_pipelines.validation.lifecycle import Lives, exceptions_now
from back_office_pipelines.validation.model import Decision, Failure, Row
from back_office_pipelines.validation.records import Cells, cells_in_force, header_ids, typed_frames, with_headers
from back_office_pipelines.validation.reference import Tables, reference_failures
from back_office_pipelines.validation.returns import Revision, Standing, returns_now, revision_now, standing
from back_office_pipelines.validation.states import RECORDS, handed_over, next_state


@dataclass(frozen=True)
class Released:
    """What was handed over, as it was validated then.

    Attributes:
        revisions: newest revision handed over, by header record.
        accepted: typed rows of accepted records by record type.
        values: rows of `accepted_values`, of every revision handed over.
    """

    revisions: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    values: Sequence[Row] = ()


@dataclass(frozen=True)
class ValidationInput:
    """Everything the stage depends on.

    Attributes:
        findings: rows of `findings` of intake and extraction.
        records: rows of `extracted_records`.
        field_values: rows of `field_values`.
        decisions: human acts at or before the as-of time, in the order in which they were recorded.
        previous_exceptions: rows of `exceptions` of the validation before.
        previous_states: rows of `record_states` of the validation before.
        reference: rows of the client's reference tables the batch is bound to.
        ask: claims keys of records and tells who was first; the same question always gets the same answer.
        previous_waits: rows of `client_waits` of the validation before.
        previous_approvals: rows of `approvals` of the validation before.
        gone: documents that the delivery in force did not bring, and that stay for their released records.
    """

    batch: Batch
    dictionary: Dictionary
    as_of: datetime
    findings: Sequence[Row]
    records: Sequence[Row]
    field_values: Sequence[Row]
    decisions: Sequence[Decision]
    previous_exceptions: Sequence[Row]
    previous_states: Sequence[Row]
    reference: Tables
    ask: Ask
    previous_waits: Sequence[Row] = ()
    previous_approvals: Sequence[Row] = ()
    released: Released = Released()
    gone: frozenset[str] = frozenset()

    @cached_property
    def standing(self) -> Standing:
        """Which records are with the client, and which came back since the validation before."""
        return standing(self.previous_states, self.released.revisions, self.decisions)

    @cached_property
    def revisions(self) -> Mapping[str, Revision]:
        """The revision in force of every header record."""
        before = {row["record_id"]: row for row in self.previous_states}
        headers = (row["record_id"] for row in self.records if row["parent_record_id"] is None)
        return {name: revision_now(name, before.get(name), self.standing) for name in headers}


@dataclass(frozen=True)
class Validated:
    """Tables of the stage; `accepted` holds the typed rows of accepted records by record type.

    `failing` is no table: the exceptions whose rule fails now, for the proof that none ended while it failed.
    """

    exceptions: list[Row]
    client_waits: list[Row]
    approvals: list[Row]
    warnings: list[Row]
    record_states: list[Row]
    accepted: dict[str, list[Row]]
    accepted_values: list[Row]
    failing: frozenset[str]


def validate(given: ValidationInput) -> Validated:
    """Validate one batch. Pure: the same input gives the same tables."""
    headers = header_ids(given.records)
    corrections = [one for one in given.decisions if one.action == "correct" and one.subject_id in headers]
    cells = cells_in_force(given.field_values, corrections)
    frames = typed_frames(given.dictionary, given.records, cells)
    failures, warned = _failures(given, frames, cells)
    decided = Decided.of(given.decisions, given.records, given.previous_exceptions)
    returns = returns_now(given.revisions, given.standing, decided)
    failures += returns.unanswered
    approvals = Approvals(given.dictionary, decided, given.previous_approvals, given.as_of)
    came = with_headers(returns.new, headers)
    lives = _lives(given, with_headers(failures, headers), decided, approvals, came, gates=False)
    waiting = _gate_failures(given, frames, cells, headers, lives, decided)
    lives = lives.joined(_lives(given, with_headers(waiting, headers), decided, approvals, gates=True))
    states = _record_states(given, lives.exceptions, decided)
    accepted_ids = {row["record_id"] for row in states if row["state"] == "accepted"}
    made = Validated(
        exceptions=lives.exceptions,
        client_waits=lives.waits,
        approvals=approvals.rows,
        warnings=[_warning(given.batch.key, one) for one in warned],
        record_states=states,
        accepted={name: _accepted_rows(given, name, frame, accepted_ids) for name, frame in frames.items()},
        accepted_values=_accepted_values(given, headers, cells, accepted_ids),
        failing=lives.failing,
    )
    return _with_released_unchanged(made, given) if given.released.revisions else made


def _lives(
    given: ValidationInput,
    failures: Sequence[Failure],
    decided: Decided,
    approvals: Approvals,
    returned: Sequence[Failure] = (),
    *,
    gates: bool,
) -> Lives:
    """Return the exceptions of gates, or all others, and their waits, moved on from where they were left."""
    return exceptions_now(
        failures,
        [row for row in given.previous_exceptions if is_gate(row["rule"]) is gates],
        given.previous_waits,
        decided,
        given.dictionary,
        given.batch.key,
        given.as_of,
        approvals,
        returned,
    )


def _gate_failures(
    given: ValidationInput,
    frames: Mapping[str, pd.DataFrame],
    cells: Cells,
    headers: Mapping[str, str],
    lives: Lives,
    decided: Decided,
) -> list[Failure]:
    if not given.dictionary.review.gates:
        return []
    unresolved = [row for row in lives.exceptions if row["state"] != "resolved"]
    held = {row["record_id"] for row in unresolved}
    documents = {row["subject_id"] for row in unresolved if row["subject_kind"] == "document"}
    ready = {
        row["record_id"]
        for row in given.records
        if row["record_id"] not in held
        and row["document_id"] not in documents
        and decided.rejection(row["record_id"]) is None
    }
    before = [row for row in given.previous_exceptions if is_gate(row["rule"])]
    return gate_failures(given.dictionary, frames[given.dictionary.header], cells, headers, ready, before)


def _with_released_unchanged(made: Validated, given: ValidationInput) -> Validated:
    """Put back everything about records that are with the client, and the values of every revision handed over."""
    kept, handed = given.standing.with_client, given.released.revisions

    def merged(now: Sequence[Row], before: Sequence[Row], column: str) -> list[Row]:
        return [row for row in now if row[column] not in kept] + [row for row in before if row[column] in kept]

    def header_column(record_type: str) -> str:
        return "record_id" if record_type == given.dictionary.header else "parent_record_id"

    exceptions = merged(made.exceptions, given.previous_exceptions, "record_id")
    return Validated(
        exceptions=exceptions,
        client_waits=merged(made.client_waits, given.previous_waits, "record_id"),
        approvals=merged(made.approvals, given.previous_approvals, "record_id"),
        warnings=made.warnings,
        record_states=merged(made.record_states, given.previous_states, "record_id"),
        accepted={
            name: merged(rows, given.released.accepted[name], header_column(name))
            for name, rows in made.accepted.items()
        },
        accepted_values=[
            *(row for row in made.accepted_values if row["header_record_id"] not in kept),
            *(row for row in given.released.values if row["revision"] <= handed.get(row["header_record_id"], 0)),
        ],
        failing=made.failing & {row["exception_id"] for row in exceptions},
    )


def _failures(
    given: ValidationInput, frames: Mapping[str, pd.DataFrame], cells: Cells
) -> tuple[list[Failure], list[Failure]]:
    """Return failures that hold a record, and those that only warn."""
    corrected = {(one.subject_id, one.field) for one in given.decisions if one.action == "correct"}
    failures = [
        Failure(**{name: row[name] for name in _FINDING_COLUMNS})
        for row in given.findings
        if (row["subject_id"], row["field"]) not in corrected
    ]
    failures += cell_failures(given.dictionary, frames, cells, given.batch.address, Automation.of(given.batch))
    copies = frozenset(row["subject_id"] for row in given.findings if row["rule"] == COPY)
    checked = [
        *cross_field_failures(given.dictionary, frames),
        *reference_failures(given.dictionary, frames, given.reference),
        *cross_record_failures(given.dictionary, frames, given.batch, given.ask, copies),
    ]
    failures += [failure for check, failure in checked if check.severity == "error"]
    failures += _declared_failures(given, frames[given.dictionary.header])
    return failures, [failure for check, failure in checked if check.severity == "warning"]


def _declared_failures(given: ValidationInput, header: pd.DataFrame) -> Iterator[Failure]:
    """Yield the failures of what the sender declared of the batch as a whole, documents that are gone left out."""
    if not given.batch.control_totals:
        return
    records = [row for row in given.records if row["parent_record_id"] is None]
    read = typed_frames(given.dictionary, records, cells_in_force(given.field_values, ()))[given.dictionary.header]
    kept = ~header["document_id"].isin(given.gone)
    yield from control_total_failures(header[kept], read[kept], given.batch.control_totals, given.batch.address)


_FINDING_COLUMNS = (
    "subject_kind", "subject_id", "rule", "reason_code", "observed", "expected", "field", "document_id",
)  # fmt: skip


def _record_states(given: ValidationInput, exceptions: Sequence[Row], decided: Decided) -> list[Row]:
    by_record: dict[str, list[Row]] = {}
    by_document: dict[str, list[Row]] = {}
    for row in exceptions:
        if row["record_id"] is not None:
            by_record.setdefault(row["record_id"], []).append(row)
        elif row["subject_kind"] == "document":
            by_document.setdefault(row["subject_id"], []).append(row)
    previous = {row["record_id"]: row for row in given.previous_states}
    return [
        _record_state(
            given,
            row,
            [*by_record.get(row["record_id"], []), *by_document.get(row["document_id"], [])],
            decided,
            previous.get(row["record_id"]),
        )
        for row in given.records
        if row["parent_record_id"] is None
    ]


def _record_state(
    given: ValidationInput, record: Row, exceptions: Sequence[Row], decided: Decided, previous: Row | None
) -> Row:
    record_id = record["record_id"]
    decisions = [one for one in decided.by_record.get(record_id, ()) if one.action != "qa_score"]
    corrections = sum(one.action == "correct" for one in decisions)
    unresolved = [row for row in exceptions if row["state"] != "resolved"]
    revision = given.revisions[record_id]
    before = previous["state"] if previous is not None else RECORDS.initial
    if previous is not None and record_id in given.standing.returned:
        before = next_state(RECORDS, handed_over(before, previous["revision"]), "return")
    rejected = decided.rejection(record_id) is not None
    gated = all(is_gate(row["rule"]) for row in unresolved)
    act = "reject" if rejected else "pass" if not unresolved else "gate" if gated else "fail"
    state = before if before in RECORDS.terminal else next_state(RECORDS, before, act)
    accepted_at = given.as_of
    if previous is not None and before == "accepted" and previous["corrections"] == corrections:
        accepted_at = previous["accepted_at"]
    return {
        "lane": given.batch.lane,
        "batch_id": given.batch.batch_id,
        "record_id": record_id,
        "document_id": record["document_id"],
        "record_type": record["record_type"],
        "revision": revision.number,
        "returned_at": revision.returned_at,
        "state": state,
        "route": "review" if exceptions else "auto",
        "exceptions": len(exceptions),
        "open_exceptions": len(unresolved),
        "fpy_exceptions": sum(row["counts_against_fpy"] for row in exceptions),
        "corrections": corrections,
        "human_decisions": len(decisions),
        "accepted_at": accepted_at if state == "accepted" else None,
    }


def _accepted_rows(given: ValidationInput, record_type: str, frame: pd.DataFrame, accepted_ids: set[str]) -> list[Row]:
    fields = list(given.dictionary.records[record_type].fields)
    child = given.dictionary.records[record_type].parent is not None
    accepted = frame[frame["header_id"].isin(accepted_ids)]
    rows: list[Row] = []
    for record_id, values in zip(accepted.index, accepted.to_dict("records"), strict=True):
        parent = {"parent_record_id": values["header_id"]} if child else {}
        rows.append(
            {
                "lane": given.batch.lane,
                "batch_id": given.batch.batch_id,
                "record_id": record_id,
                **parent,
                "revision": given.revisions[values["header_id"]].number,
                "document_id": values["document_id"],
                "dictionary_version": given.dictionary.version,
                **{field: _present(values[field]) for field in fields},
            }
        )
    return rows


def _present(value: Any) -> Any:
    return None if value is pd.NA or value is None else value


def _accepted_values(
    given: ValidationInput, headers: Mapping[str, str], cells: Cells, accepted_ids: set[str]
) -> list[Row]:
    types = {row["record_id"]: row["record_type"] for row in given.records}
    return [
        {
            "lane": given.batch.lane,
            "batch_id": given.batch.batch_id,
            "record_id": record_id,
            "header_record_id": headers[record_id],
            "record_type": types[record_id],
            "revision": given.revisions[headers[record_id]].number,
            "field": field,
            "value": cell.value,
        }
        for (record_id, field), cell in cells.items()
        if headers[record_id] in accepted_ids and cell.value is not None
    ]


def _warning(key: tuple[str, str], failure: Failure) -> Row:
    return {
        "lane": key[0],
        "batch_id": key[1],
        "record_id": failure.subject_id,
        "rule": failure.rule,
        "reason_code": failure.reason_code,
        "observed": failure.observed,
        "expected": failure.expected,
    }

"""What decisions can be about: every exception, record and batch there is, with what the checks need to know of it.

What belongs here: gathering the subjects. What does not: which decisions are legal and what they move (`moves`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Batch, BatchKey
from back_office_pipelines.validation.states import (
    EXCEPTIONS,
    FIRST_REVISION,
    RECORDS,
    Transitions,
    handed_over,
    position,
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """One thing a decision line can name.

    Attributes:
        existed_at: moment before which nobody can have decided about it.
        subject_id: record whose values are meant; None for a document or batch.
        record_id: its header record; None for a document or batch.
        document_id: document of the record, or that an exception is about; None for a batch.
        state: position of the exception, or state of the header record, in its transition table; '' for a batch.
        state_since: moment of the act that led there; None where nothing has moved it.
        observed, expected: of an exception: what it shows; None where no validation has seen it yet.
        observed_since: moment since which an exception observes what it does.
        revision: in force, of the header record.
        hands: of a header record: who corrected it or accepted something of it, as names are compared.
        changing: of a header record: a correction of it waits for its validation.
        approvers: of an exception: who gave the approvals that hold or wait for validation, as names are compared.
    """

    kind: str
    batch: BatchKey
    existed_at: datetime
    dictionary: Dictionary
    subject_id: str | None = None
    record_id: str | None = None
    record_type: str | None = None
    document_id: str | None = None
    exception_id: str | None = None
    field: str = ""
    rule: str = ""
    reason_code: str | None = None
    state: str = ""
    state_since: datetime | None = None
    observed: str | None = None
    expected: str | None = None
    observed_since: datetime | None = None
    revision: int = FIRST_REVISION
    hands: frozenset[str] = frozenset()
    changing: bool = False
    approvers: frozenset[str] = frozenset()

    @property
    def table(self) -> Transitions:
        """The transition table it moves in."""
        return EXCEPTIONS if self.kind == "exception" else RECORDS


Docket = Mapping[str, Subject]
"""Subjects by the id people name them with."""


def docket_of(snapshot: Snapshot, batch: Batch, dictionary: Dictionary) -> dict[str, Subject]:
    """Gather every subject of a batch as validation left it.

    Args:
        snapshot: state of the back office.
        batch: one of its batches.
        dictionary: contract of the batch.
    """
    extracted = snapshot.stage(batch.key, "extracted")
    return batch_docket(
        batch,
        dictionary,
        extracted.made.as_of if extracted else batch.registered_at,
        snapshot.rows(batch.key, "extracted", "extracted_records"),
        snapshot.rows(batch.key, "validated", "record_states"),
        snapshot.rows(batch.key, "validated", "exceptions"),
        snapshot.rows(batch.key, "released", "releases"),
    )


def batch_docket(
    batch: Batch,
    dictionary: Dictionary,
    extracted_at: datetime,
    records: Iterable[Row],
    states: Iterable[Row],
    exceptions: Iterable[Row],
    releases: Iterable[Row],
) -> dict[str, Subject]:
    """Gather the subjects of one batch.

    Args:
        batch: the registration.
        dictionary: contract of the batch.
        extracted_at: moment since which its records exist.
        records: rows of `extracted_records`.
        states: rows of `record_states`.
        exceptions: rows of `exceptions`.
        releases: rows of `releases`.
    """
    docket = {batch.address: Subject("batch", batch.key, batch.registered_at, dictionary)}
    released_at = {(row["record_id"], row["revision"]): row["released_at"] for row in releases}
    standing = {row["record_id"]: _standing(row, released_at) for row in states}
    first = (RECORDS.initial, None, FIRST_REVISION)
    for row in records:
        header = row["parent_record_id"] or row["record_id"]
        state, since, revision = standing.get(header, first)
        docket[row["record_id"]] = Subject(
            kind="record",
            batch=batch.key,
            existed_at=extracted_at,
            dictionary=dictionary,
            subject_id=row["record_id"],
            record_id=header,
            record_type=row["record_type"],
            document_id=row["document_id"],
            state=state,
            state_since=since,
            revision=revision,
        )
    for row in exceptions:
        docket[row["exception_id"]] = _exception(row, batch, dictionary, docket.get(row["subject_id"]))
    return docket


def _standing(row: Row, released_at: Mapping[tuple[str, int], datetime]) -> tuple[str, datetime | None, int]:
    """Return the state of a header record, since when nobody may have acted on it earlier, and its revision."""
    revision = int(row["revision"])
    handed = released_at.get((row["record_id"], revision))
    if handed is None:
        return row["state"], row["returned_at"], revision
    return handed_over(row["state"], revision), handed, revision


def _exception(row: Row, batch: Batch, dictionary: Dictionary, record: Subject | None) -> Subject:
    known = record if record is not None and record.kind == "record" else None
    return Subject(
        kind="exception",
        batch=batch.key,
        existed_at=row["opened_at"],
        dictionary=dictionary,
        subject_id=known.subject_id if known else None,
        record_id=row["record_id"],
        record_type=known.record_type if known else None,
        document_id=known.document_id if known else row["document_id"],
        exception_id=row["exception_id"],
        field=row["field"],
        rule=row["rule"],
        reason_code=row["reason_code"],
        state=position(row),
        state_since=row["state_since"],
        observed=row["observed"],
        expected=row["expected"],
        observed_since=row["observed_since"],
    )

"""What decisions can be about: every exception, record and batch there is, with what the checks need to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey


@dataclass(frozen=True)
class Subject:
    """One thing a decision line can name.

    Attributes:
        existed_at: moment before which nobody can have decided about it.
        subject_id: record whose values are meant; None for a document or batch.
        record_id: its header record; None for a document or batch.
        state: of the exception, else of the header record; '' for a batch.
        released: whether the header record has been handed to the client.
    """

    kind: str
    batch: BatchKey
    existed_at: datetime
    dictionary: Dictionary
    subject_id: str | None = None
    record_id: str | None = None
    record_type: str | None = None
    exception_id: str | None = None
    field: str = ""
    rule: str = ""
    reason_code: str | None = None
    state: str = ""
    released: bool = False


Docket = Mapping[str, Subject]
"""Subjects by the id people name them with."""


def open_docket(snapshot: Snapshot, dictionaries: Mapping[str, Dictionary]) -> dict[str, Subject]:
    """Gather every subject of every batch.

    Decisions that validation has not seen yet already count for what may be decided next.

    Args:
        snapshot: state of the back office.
        dictionaries: contracts by fingerprint.
    """
    docket: dict[str, Subject] = {}
    for key, batch in snapshot.batches.items():
        dictionary = dictionaries[batch.dictionary_fingerprint]
        docket[batch.address] = Subject("batch", key, batch.registered_at, dictionary)
        records = _records(snapshot, key, dictionary, batch.registered_at)
        docket |= records
        for row in snapshot.rows(key, "validated", "exceptions"):
            record = records.get(row["subject_id"])
            docket[row["exception_id"]] = Subject(
                kind="exception",
                batch=key,
                existed_at=row["opened_at"],
                dictionary=dictionary,
                subject_id=record.subject_id if record else None,
                record_id=row["record_id"],
                record_type=record.record_type if record else None,
                exception_id=row["exception_id"],
                field=row["field"],
                rule=row["rule"],
                reason_code=row["reason_code"],
                state=row["state"],
                released=record.released if record else False,
            )
    for key in snapshot.batches:
        for entry in snapshot.undecided(key):
            if entry.payload["target"] in docket:
                move(docket, entry.payload["action"], entry.payload["target"])
    return docket


def move(docket: dict[str, Subject], action: str, target: str) -> None:
    """Let a docket show what a decision leads to, before validation has acted on it."""
    subject = docket[target]
    if action == "triage":
        docket[target] = replace(subject, state="triaged")
    elif action == "override":
        docket[target] = replace(subject, state="resolved")
    elif action == "reject":
        for name, other in docket.items():
            same = other.record_id == subject.record_id if subject.record_id else name == target
            if same:
                docket[name] = replace(other, state="resolved" if other.kind == "exception" else "rejected")


def _records(snapshot: Snapshot, key: BatchKey, dictionary: Dictionary, at: datetime) -> dict[str, Subject]:
    states = {row["record_id"]: row["state"] for row in snapshot.rows(key, "validated", "record_states")}
    released = {row["record_id"] for row in snapshot.rows(key, "released", "releases")}
    extracted = snapshot.stage(key, "extracted")
    existed_at = extracted.made.as_of if extracted else at
    subjects: dict[str, Subject] = {}
    for row in snapshot.rows(key, "extracted", "extracted_records"):
        header = row["parent_record_id"] or row["record_id"]
        subjects[row["record_id"]] = Subject(
            kind="record",
            batch=key,
            existed_at=existed_at,
            dictionary=dictionary,
            subject_id=row["record_id"],
            record_id=header,
            record_type=row["record_type"],
            state=states.get(header, ""),
            released=header in released,
        )
    return subjects

"""What lies on people's desks: open exceptions of a batch put together with the truth about their documents.

What belongs here: reading one batch's tables. What does not: what people make of it (`deciding`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.review.worklist import document_of
from back_office_pipelines.samples.world.cases import Case, Open, Released
from back_office_pipelines.samples.world.score import Found, ordinal_of
from back_office_pipelines.samples.world.truth import DocumentTruth, Place, Truth
from back_office_pipelines.validation.decided import HANDS_ON
from back_office_pipelines.validation.gates import gate_of, is_gate
from back_office_pipelines.validation.states import FIRST_REVISION

Row = Mapping[str, Any]


def cases_of(
    snapshot: Snapshot,
    key: BatchKey,
    client: str,
    dictionary: Dictionary,
    truth: Truth,
    rounds: Mapping[str, int],
) -> Iterator[Case]:
    """Yield what is to be decided on a batch, one case a record, document or batch.

    A record waits until what is open about its document is decided: a rejected document takes its records along. What
    a gate holds comes to approvers when nothing else is open.

    Args:
        snapshot: with this batch.
        key: the batch.
        client: whose batch it is.
        dictionary: its contract.
        truth: of the world.
        rounds: how often people decided on a case before.
    """
    documents = _documents(snapshot, key, truth)
    values = _values(snapshot, key)
    hands = _hands(snapshot, key)
    groups: dict[str, list[Row]] = {}
    for row in snapshot.rows(key, "validated", "exceptions"):
        if row["state"] != "resolved":
            groups.setdefault(row["record_id"] or row["document_id"] or key[1], []).append(row)
    for name, rows in sorted(groups.items()):
        first = rows[0]
        document_id = document_of(first)
        if first["record_id"] is not None and document_id in groups:
            continue
        document = documents.get(document_id)
        yield Case(
            key=name,
            client=client,
            exceptions=tuple(_open(row, dictionary) for row in _decidable(rows)),
            truth=document,
            ordinal=ordinal_of(first["record_id"]),
            read=values.get(str(first["record_id"]), {}),
            round=rounds.get(name, 0),
            hands=frozenset(hands.get(name, ())),
        )


def _decidable(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the exceptions to be decided first: those of gates come last."""
    return [row for row in rows if not is_gate(row["rule"])] or rows


def _hands(snapshot: Snapshot, key: BatchKey) -> dict[str, list[str]]:
    """Return who corrected or accepted something, by header record."""
    hands: dict[str, list[str]] = {}
    for entry in snapshot.decisions_of(key):
        if entry.payload["action"] in HANDS_ON and entry.payload["record_id"] is not None:
            hands.setdefault(entry.payload["record_id"], []).append(entry.actor)
    return hands


def _open(row: Row, dictionary: Dictionary) -> Open:
    gate = gate_of(dictionary, row["rule"])
    return Open(
        exception_id=row["exception_id"],
        subject_id=row["subject_id"],
        record_id=row["record_id"],
        field=row["field"] or "",
        reason_code=row["reason_code"],
        owner=row["owner"],
        actions=tuple(dictionary.reasons[row["reason_code"]].actions),
        approvers=gate.approvers if gate else 0,
    )


def _documents(snapshot: Snapshot, key: BatchKey, truth: Truth) -> dict[str, DocumentTruth]:
    places: dict[str, Place] = {
        row["document_id"]: (key[1], row["path"], row["member"]) for row in snapshot.rows(key, "intake", "documents")
    }
    return {name: truth.documents[place] for name, place in places.items() if place in truth.documents}


def _values(snapshot: Snapshot, key: BatchKey) -> dict[str, dict[str, str]]:
    """Return the header fields of each record as read, with what people keyed since laid over them."""
    values: dict[str, dict[str, str]] = {}
    for row in snapshot.rows(key, "extracted", "field_values"):
        if row["value"] is not None:
            values.setdefault(row["record_id"], {})[row["field"]] = row["value"]
    for entry in snapshot.decisions_of(key):
        said = entry.payload
        if said["action"] == "correct" and said["record_id"] == said["subject_id"]:
            record = values.setdefault(said["record_id"], {})
            if said["value"] is None:
                record.pop(said["field"], None)
            else:
                record[said["field"]] = said["value"]
    return values


def released_of(snapshot: Snapshot, key: BatchKey, client: str, truth: Truth) -> list[Released]:
    """Return the released records of a batch, each as it was first released."""
    documents, values = _documents(snapshot, key, truth), _values(snapshot, key)
    back = {one.payload["record_id"] for one in snapshot.decisions_of(key) if one.payload["action"] == "return"}
    found = []
    for row in snapshot.rows(key, "released", "releases"):
        record_id = row["record_id"]
        if row["revision"] > FIRST_REVISION:
            continue
        document = documents.get(record_id.split("-", maxsplit=1)[0])
        if document is not None:
            ordinal = ordinal_of(record_id) or 1
            read, again = values.get(record_id, {}), record_id in back
            found.append(Released(record_id, client, row["released_at"], read, document, ordinal, again))
    return found


def found_in(snapshot: Snapshot, keys: Sequence[BatchKey]) -> tuple[list[Found], list[Place]]:
    """Return every exception of some batches and the documents taken in, as the score compares them."""
    found, taken = [], []
    for key in keys:
        documents = {row["document_id"]: row for row in snapshot.rows(key, "intake", "documents")}
        taken += [(key[1], one["path"], one["member"]) for one in documents.values() if one["role"] != "container"]
        for row in snapshot.rows(key, "validated", "exceptions"):
            one = documents.get(document_of(row))
            path, member = (one["path"], one["member"]) if one else (None, None)
            if row["counts_against_fpy"]:
                found.append(Found(key[1], path, member, ordinal_of(row["record_id"]), row["reason_code"]))
    return found, taken

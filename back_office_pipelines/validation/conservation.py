"""Conservation: nothing that came in is lost, nothing is in two places, nothing moved illegally. Pure sentences."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.validation.gates import is_gate
from back_office_pipelines.validation.states import (
    CLEARED,
    EXCEPTIONS,
    FIRST_REVISION,
    RECORDS,
    RESOLUTIONS,
    handed_over,
    position,
    reachable_at_once,
)

Row = Mapping[str, Any]
KEPT_UNREAD = frozenset({"container", "aside"})
"""Statuses of what gives no record by its nature: the parts of a container are documents of their own."""


def lost_documents(documents: Iterable[Row], extractions: Iterable[Row], findings: Iterable[Row]) -> list[str]:
    """Return one sentence for each document that left extraction neither with records nor with a reason."""
    outcomes = Counter(row["document_id"] for row in extractions)
    named = {row["subject_id"] for row in findings}
    named |= {row["document_id"] for row in extractions if row["status"] in KEPT_UNREAD}
    without = {row["document_id"] for row in extractions if row["records"] == 0 and row["document_id"] not in named}
    problems = [
        f"document {row['document_id']} ({row['path']}) has {outcomes[row['document_id']]} outcomes instead of one"
        for row in documents
        if outcomes[row["document_id"]] != 1
    ]
    return problems + [f"document {name} gave no records and no reason" for name in sorted(without)]


def lost_records(
    extracted: Sequence[Row],
    states: Sequence[Row],
    accepted: Mapping[str, Sequence[Row]],
    exceptions: Iterable[Row],
) -> list[str]:
    """Return one sentence for each record that the split lost, doubled, or let go without a reason.

    Args:
        extracted: rows of `extracted_records`.
        states: rows of `record_states`.
        accepted: rows of accepted records by record type.
        exceptions: rows of `exceptions`.
    """
    standing = _standing(extracted, states, exceptions)
    placed = Counter(row["record_id"] for rows in accepted.values() for row in rows)
    return [*_without_state(standing), *_against_exceptions(standing), *_misplaced(standing, placed)]


@dataclass(frozen=True)
class _Standing:
    """How the records of a batch stand, by their ids.

    Attributes:
        headers: header record of every extracted record; of a header itself.
        states: of header records; `times` says how often each has one.
        open_on: records with an open exception of their own or of their document; `gated_on` those that wait for
            approvals.
        unresolved: rows of the exceptions that are not resolved.
    """

    headers: Mapping[str, str]
    states: Mapping[str, str]
    times: Mapping[str, int]
    open_on: Collection[str]
    gated_on: Collection[str]
    unresolved: Sequence[Row]


def _standing(extracted: Sequence[Row], states: Sequence[Row], exceptions: Iterable[Row]) -> _Standing:
    unresolved = [row for row in exceptions if row["state"] != "resolved"]
    documents = {row["subject_id"] for row in unresolved if row["subject_kind"] == "document"}
    open_on = {row["record_id"] for row in unresolved if row["record_id"] is not None and not is_gate(row["rule"])}
    return _Standing(
        headers={row["record_id"]: row["parent_record_id"] or row["record_id"] for row in extracted},
        states={row["record_id"]: row["state"] for row in states},
        times=Counter(row["record_id"] for row in states),
        open_on=open_on | {row["record_id"] for row in extracted if row["document_id"] in documents},
        gated_on={row["record_id"] for row in unresolved if is_gate(row["rule"])},
        unresolved=unresolved,
    )


def _without_state(standing: _Standing) -> Iterator[str]:
    for name, header in standing.headers.items():
        if name == header and standing.times[name] != 1:
            yield f"record {name} has {standing.times[name]} states instead of one"
    for name, state in standing.states.items():
        if name not in standing.headers:
            yield f"record {name} was never extracted"
        if state not in RECORDS.states:
            yield f"record {name} has unknown state {state}"


def _against_exceptions(standing: _Standing) -> Iterator[str]:
    for name, state in standing.states.items():
        is_open, is_gated = name in standing.open_on, name in standing.gated_on
        if state in {"held", "returned"} and not is_open:
            yield f"record {name} is {state} without an open exception"
        if (state in {"accepted", "gated"} and is_open) or (state == "accepted" and is_gated):
            yield f"record {name} is {state} with an open exception"
        if state == "gated" and not is_gated:
            yield f"record {name} is gated and waits for no approval"
    for row in standing.unresolved:
        if standing.states.get(row["record_id"]) == "rejected":
            yield f"exception {row['exception_id']} is open on a rejected record"


def _misplaced(standing: _Standing, placed: Mapping[str, int]) -> Iterator[str]:
    for name, header in standing.headers.items():
        expected = 1 if standing.states.get(header) == "accepted" else 0
        if placed[name] != expected:
            yield f"record {name} is {placed[name]} times among the accepted instead of {expected}"


def illegal_moves(
    before: tuple[Sequence[Row], Sequence[Row]],
    after: tuple[Sequence[Row], Sequence[Row]],
    failing: Collection[str],
    released: Collection[str] = (),
    returned: Collection[str] = (),
) -> list[str]:
    """Return one sentence for each record and exception that a validation moved as no legal acts could have.

    Args:
        before: rows of `record_states` and of `exceptions` of the validation before.
        after: the same, as this validation made them.
        failing: exceptions whose rule fails now.
        released: records that are with the client; nothing about them may change.
        returned: records that came back; each begins its next revision.
    """
    return [
        *_records_moved(before[0], after[0], released, returned),
        *_exceptions_moved(before[1], after[1], failing, released),
    ]


def _records_moved(
    before: Sequence[Row], after: Sequence[Row], released: Collection[str], returned: Collection[str]
) -> Iterator[str]:
    known = {row["record_id"]: row for row in before}
    for row in after:
        name = row["record_id"]
        was, revision = RECORDS.initial, FIRST_REVISION
        if name in known:
            was, revision = known[name]["state"], known[name]["revision"]
        if name in returned:
            was, revision = handed_over(was, revision), revision + 1
        if name in released and row != known.get(name):
            yield f"record {name} is released and changed"
        elif row["revision"] != revision:
            yield f"record {name} has revision {row['revision']} instead of {revision}"
        elif not reachable_at_once(RECORDS, was, row["state"]):
            yield f"record {name} went from {was} to {row['state']}"


def _exceptions_moved(
    before: Sequence[Row], after: Sequence[Row], failing: Collection[str], released: Collection[str]
) -> Iterator[str]:
    known = {row["exception_id"]: row for row in before}
    for name in known.keys() - {row["exception_id"] for row in after}:
        yield f"exception {name} is gone"
    for row in after:
        name = row["exception_id"]
        problem = _wrong_move(known.get(name), row, fails=name in failing, released=row["record_id"] in released)
        if problem is not None:
            yield f"exception {name} {problem}"


def _wrong_move(old: Row | None, new: Row, *, fails: bool, released: bool) -> str | None:
    """Return what is wrong with what became of one exception, None where nothing is."""
    was, now = EXCEPTIONS.initial if old is None else position(old), position(new)
    faults = {
        f"went from {was} to {now}": not reachable_at_once(EXCEPTIONS, was, now),
        f"is {now} and still fails": fails and now in CLEARED,
    }
    if old is not None:
        ending = any(old[name] != new[name] for name in _ENDING)
        faults[f"was {was}, still passes, and lost its ending"] = was in RESOLUTIONS and not fails and ending
        faults["lost its opening time"] = new["opened_at"] != old["opened_at"]
        faults["lost an escalation"] = new["escalation"] < old["escalation"]
    if released:
        faults = {"belongs to a released record and changed": new != old}
    return next((fault for fault, there in faults.items() if there), None)


_ENDING = ("state", "resolution", "triaged_at", "resolved_at")

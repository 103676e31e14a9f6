"""Approving what a gate holds: who may, who may not because of what they did before, and when it is too early.

What belongs here: the segregation of duties, and what a docket remembers for it. What does not: the states (`moves`),
rights that every action needs (`decisions`), and whether an approval still holds later (`validation/approvals`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.entries import Draft, Entry
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.review.docket import Docket, Subject, docket_of
from back_office_pipelines.review.lines import Line
from back_office_pipelines.review.moves import RefusedError, move, moved_by
from back_office_pipelines.validation.approvals import APPROVE, person
from back_office_pipelines.validation.decided import HANDS_ON
from back_office_pipelines.validation.gates import gate_of


def open_docket(snapshot: Snapshot, dictionaries: Mapping[str, Dictionary]) -> dict[str, Subject]:
    """Gather every subject of every batch, with what was decided already."""
    docket: dict[str, Subject] = {}
    for key, batch in snapshot.batches.items():
        own = docket_of(snapshot, batch, dictionaries[batch.dictionary_fingerprint])
        approvals = snapshot.rows(key, "validated", "approvals")
        bring_up(own, approvals, snapshot.decisions_of(key), snapshot.undecided(key))
        docket |= own
    return docket


def bring_up(
    docket: dict[str, Subject],
    approvals: Iterable[Mapping[str, Any]],
    acts: Sequence[Entry | Draft],
    unseen: Iterable[Entry | Draft],
) -> None:
    """Let the docket of a batch show what was decided: who did what to each record, and what validation has not seen.

    Args:
        docket: as validation left it.
        approvals: rows of `approvals`.
        acts: every decision there is.
        unseen: those of them that validation has not seen; they count already for what may be decided next.
    """
    for row in approvals:
        if row["holds"] and row["exception_id"] in docket:
            _approved(docket, row["exception_id"], row["approver"])
    for act in acts:
        if act.payload["target"] in docket:
            note(docket, act.actor, act.payload["action"], act.payload["target"], seen=True)
    for act in unseen:
        action, target = act.payload["action"], act.payload["target"]
        if target in docket:
            note(docket, act.actor, action, target, seen=False)
            move(docket, action, target, act.as_of, act.payload["field"] or "")


def note(docket: dict[str, Subject], actor: str, action: str, target: str, *, seen: bool) -> None:
    """Let a docket remember who worked on a record, and who approved what no validation has seen."""
    if action in HANDS_ON:
        for name in list(_worked_on(docket, docket[target])):
            one = docket[name]
            changing = one.changing or (action == "correct" and not seen)
            docket[name] = replace(one, hands=one.hands | {person(actor)}, changing=changing)
    elif action == APPROVE and not seen:
        for name in moved_by(docket, action, target):
            _approved(docket, name, actor)


def _approved(docket: dict[str, Subject], exception: str, actor: str) -> None:
    one = docket[exception]
    docket[exception] = replace(one, approvers=one.approvers | {person(actor)})


def _worked_on(docket: Docket, subject: Subject) -> Iterator[str]:
    """Yield the header records that an act on a subject is work on: its own, or all of its document."""
    if subject.record_id is not None:
        yield from (name for name in (subject.record_id,) if name in docket)
    elif subject.document_id is not None:
        yield from (
            name
            for name, one in docket.items()
            if one.kind == "record" and one.record_id == name and one.document_id == subject.document_id
        )


def check_approval(docket: Docket, line: Line, at: datetime) -> None:
    """Refuse an approval by who may not give it, or of what cannot be approved now.

    Raises:
        RefusedError: with the reason.
    """
    subject = docket[line.target]
    record = docket.get(subject.record_id or "")
    waiting = [docket[name] for name in moved_by(docket, APPROVE, line.target)]
    if record is None or not waiting:
        raise RefusedError("nothing here waits for an approval")
    if record.state != "gated":
        raise RefusedError(f"the record is {record.state}; approvals come last, when nothing else holds it")
    if record.changing:
        raise RefusedError("a correction of the record waits for the next run; approve what it leads to")
    if person(line.actor) in record.hands:
        raise RefusedError(
            f"{line.actor} corrected or accepted something of the record; somebody else has to approve it"
        )
    for one in waiting:
        _check_waiting(one, line, at)


def _check_waiting(one: Subject, line: Line, at: datetime) -> None:
    gate = gate_of(one.dictionary, one.rule)
    if gate is None or not one.dictionary.may_approve(line.role, gate):
        who = " or ".join(gate.roles) if gate else "nobody any more"
        raise RefusedError(f"role {line.role} may not approve {one.rule}; that belongs to {who}")
    if person(line.actor) in one.approvers:
        raise RefusedError(f"{line.actor} has approved it already; another person has to")
    if one.observed_since is not None and at < one.observed_since:
        raise RefusedError(f"what is shown is observed since {iso(one.observed_since)} only; look at it again")

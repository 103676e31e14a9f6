"""What a decision moves: which subjects, whether their tables allow it, and how they stand afterwards.

What belongs here: the reach of an act, its legality and its time. What does not: rights and words (`decisions`), and
what validation makes of it later (`validation/lifecycle.py`), with which this agrees as far as people's acts go.
"""

from dataclasses import replace
from datetime import datetime

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Reason
from back_office_pipelines.intake.identity import exception_id
from back_office_pipelines.review.docket import Docket, Subject
from back_office_pipelines.validation.approvals import APPROVE
from back_office_pipelines.validation.cells import READABLE
from back_office_pipelines.validation.lifecycle import WAITING, WAITS, follows_record
from back_office_pipelines.validation.returns import CLIENT_RETURN, return_rule
from back_office_pipelines.validation.states import (
    EXCEPTIONS,
    FIRST_REVISION,
    RECORDS,
    RESOLUTIONS,
    WITH_CLIENT,
    can,
    next_state,
)

BY_ITS_OWNER = ("triage", "query_client", "client_answered", "withdraw", "escalate")
"""Acts that every reason allows to those who decide it; the others stand in its `actions`."""
OF_AN_EXCEPTION = frozenset({"triage", "override", "withdraw", "escalate"})
"""Acts that need an exception as their target."""
NOTHING_TO_MOVE = {
    "query_client": "no exception of the record is open",
    "client_answered": "no exception of the record waits for the client",
    "redeliver": "no return of the record is to be answered",
}
"""Why an act on a whole record is refused where it would move nothing."""
NAMING_A_RECORD = WAITS | {APPROVE}
"""Acts that move exceptions of a record when they name the record."""
AS_OBSERVED = frozenset({"override", "withdraw"})
"""Acts that end an exception as it is; they cover what was observed when they were made."""


class RefusedError(Exception):
    """Ends the judging of one line; its text is what the person reads."""


def allowed_acts(reason: Reason) -> tuple[str, ...]:
    """Return what a reason allows to those who decide it; what waits for approvals cannot be withdrawn past them."""
    own = (act for act in BY_ITS_OWNER if act != "withdraw" or APPROVE not in reason.actions)
    return (*reason.actions, *own)


def moved_by(docket: Docket, action: str, target: str) -> list[str]:
    """Return the names of everything a decision moves, its target first where that moves itself."""
    subject = docket[target]
    if action == "reject":
        sisters = (name for name, one in docket.items() if name != target and _falls_with(one, subject))
        return [target, *sisters]
    if action == "return":
        return [name for name, one in docket.items() if one.kind == "record" and one.record_id == subject.record_id]
    if action == "redeliver" and subject.kind == "record":
        return [name for name, one in docket.items() if _is_open_return(one) and one.record_id == subject.record_id]
    if subject.kind == "exception":
        return [target] if action in EXCEPTIONS.people else []
    if subject.record_id is None or action not in NAMING_A_RECORD:
        return []
    return [
        name
        for name, one in docket.items()
        if one.kind == "exception"
        and one.record_id == subject.record_id
        and follows_record(action, one.rule, one.reason_code)
        and can(EXCEPTIONS, one.state, action)
    ]


def _is_open_return(one: Subject) -> bool:
    return one.reason_code == CLIENT_RETURN and one.state not in RESOLUTIONS


def _falls_with(one: Subject, rejected: Subject) -> bool:
    """Tell whether a rejection takes a thing along: all of its record, or of its document where it names no record."""
    if rejected.record_id is not None:
        same = one.record_id == rejected.record_id
    else:
        same = rejected.document_id is not None and one.document_id == rejected.document_id
    return same and one.state not in (RESOLUTIONS if one.kind == "exception" else RECORDS.terminal)


def move(docket: dict[str, Subject], action: str, target: str, at: datetime, field: str = "") -> None:
    """Let a docket show what a decision leads to, before validation has acted on it.

    Args:
        docket: is changed.
        action: legal by the tables.
        target: as the decision names it.
        at: when it was decided.
        field: that the decision names.
    """
    for name in moved_by(docket, action, target):
        one = docket[name]
        if can(one.table, one.state, action):  # data may have cleared it since it was decided
            after = next_state(one.table, one.state, action)
            docket[name] = replace(one, state=after, state_since=one.state_since if after == one.state else at)
            if action == "return":
                docket[name] = replace(docket[name], revision=one.revision + 1)
    if action == "return":
        opened = _return_exception(docket[target], at, field)
        docket[str(opened.exception_id)] = opened


def _return_exception(record: Subject, at: datetime, field: str) -> Subject:
    """Return the exception that a return opens; validation will open the same."""
    rule = return_rule(record.revision)
    return replace(
        record,
        kind="exception",
        existed_at=at,
        exception_id=exception_id(str(record.subject_id), rule, field),
        field=field,
        rule=rule,
        reason_code=CLIENT_RETURN,
        state=EXCEPTIONS.initial,
        state_since=at,
        observed_since=at,
        revision=FIRST_REVISION,
        hands=frozenset(),
        changing=False,
    )


def check_move(docket: Docket, action: str, target: str, at: datetime) -> None:
    """Refuse a decision that the states do not allow.

    Raises:
        RefusedError: with the reason.
    """
    subject = docket[target]
    record = docket.get(subject.record_id or "")
    if action == "qa_score":
        if subject.kind != "record":
            raise RefusedError("qa_score needs a record id as its target")
        return
    if action != "return":
        _check_record(record, at)
    _check_kind(subject, action)
    if subject.kind == "exception":
        _check_exception(subject, action, at)
    if record is not None and record.state in RECORDS.terminal:
        raise RefusedError(f"the record is {record.state}")
    moved = moved_by(docket, action, target)
    if not moved and action in NOTHING_TO_MOVE:
        raise RefusedError(NOTHING_TO_MOVE[action])
    for name in moved:
        _check_moved(docket[name], action, at)


def _check_kind(subject: Subject, action: str) -> None:
    """Refuse an act on another kind of thing than it is for."""
    if action == "return" and subject.kind != "record":
        raise RefusedError("return needs a record id as its target")
    if action in OF_AN_EXCEPTION and subject.kind != "exception":
        raise RefusedError(f"{action} needs an exception id as its target")
    if subject.kind == "batch":
        raise RefusedError(f"{action} needs an exception or record id as its target")


def _check_record(record: Subject | None, at: datetime) -> None:
    if record is None:
        return
    if record.state in WITH_CLIENT:
        raise RefusedError(f"the record is {record.state} and a release is immutable; a return opens it again")
    if record.revision > FIRST_REVISION and record.state_since is not None and at < record.state_since:
        raise RefusedError(f"the record was returned at {iso(record.state_since)}, after decided_at; correct the time")


def _check_exception(subject: Subject, action: str, at: datetime) -> None:
    if subject.state in RESOLUTIONS:
        raise RefusedError(f"the exception is resolved ({subject.state})")
    if action in AS_OBSERVED and subject.rule == READABLE:
        raise RefusedError("a text that cannot be read cannot be accepted as it is; correct it, or reject the record")
    if action in AS_OBSERVED and subject.observed_since is not None and at < subject.observed_since:
        since = iso(subject.observed_since)
        raise RefusedError(
            f"what the exception shows is observed since {since} only, after decided_at; look at it again"
        )


def _check_moved(one: Subject, action: str, at: datetime) -> None:
    """Refuse an illegal act, and one older than the state it moves from: acts happen in the order of their times."""
    which = f"the {one.kind}" if one.exception_id is None else f"the exception {one.exception_id}"
    if not can(one.table, one.state, action):
        if one.state == WAITING:
            raise RefusedError(f"{which} waits for the client; record client_answered first")
        legal = ", ".join(act for act in one.table.moves[one.state] if act in one.table.people)
        raise RefusedError(f"{which} is {one.state}, where {action} is illegal; legal is {legal or 'nothing'}")
    if one.state_since is not None and at < one.state_since:
        raise RefusedError(f"{which} is {one.state} since {iso(one.state_since)}, after decided_at; correct the time")

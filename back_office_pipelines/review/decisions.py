"""Judging decision lines: each is recorded, already recorded, or refused with its reason. Nothing is half-taken.

What belongs here: the rules of DESIGN 7.4 on words and rights as small checks, each a sentence when it refuses. What
does not: states (`moves`), and what a decision does to a record; that is `validation/` at the batch's next run.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from back_office_pipelines.clock import iso, parse_moment
from back_office_pipelines.errors import UsageError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.review.approving import check_approval, note
from back_office_pipelines.review.docket import Docket, Subject
from back_office_pipelines.review.lines import Line
from back_office_pipelines.review.moves import (
    BY_ITS_OWNER,
    RefusedError,
    allowed_acts,
    check_move,
    move,
    moved_by,
)
from back_office_pipelines.review.shown import Recall, nothing_known, shown
from back_office_pipelines.routing.audits import ABSENT, ILLEGIBLE
from back_office_pipelines.validation.approvals import APPROVE
from back_office_pipelines.validation.reading import CellRef, RuleRef, reads
from back_office_pipelines.validation.returns import CLIENT_RETURN
from back_office_pipelines.validation.states import RESOLUTIONS

ACTIONS = (*BY_ITS_OWNER, "correct", "override", "reject", "approve", "return", "redeliver", "qa_score")
NOT_YET = frozenset({"adjudicate", "sign_off"})
"""Actions of DESIGN 7.4 that need sampling plans, which do not exist yet."""
NEED_A_REASON = frozenset({"override", "reject", "withdraw", "query_client", "return", "redeliver"})
QA_WORDS = frozenset({ABSENT, ILLEGIBLE})
CAUSE_PARTIES = frozenset({"", "provider", "client", "source", "system"})

Canonicalise = Callable[[Subject, str, str], str]
"""Canonical text of a keyed value for a subject's field; raises UsageError where it cannot be read."""


@dataclass
class Judgement:
    """What became of the lines of a file."""

    drafts: list[Draft] = field(default_factory=list)
    already: list[Line] = field(default_factory=list)
    refused: list[tuple[Line, str]] = field(default_factory=list)


def judge(
    lines: Sequence[Line],
    docket: Docket,
    recorded: Collection[str],
    as_of: datetime,
    submitter: str,
    canonicalise: Canonicalise,
    recall: Recall = nothing_known,
) -> Judgement:
    """Judge every line in order; a line sees the states that earlier lines of the file lead to.

    Args:
        lines: of one decisions file.
        docket: everything that can be decided on.
        recorded: ids of decisions the ledger has.
        as_of: time of this import; also the time of decisions that name none.
        submitter: the person who runs the import.
        canonicalise: reads keyed values.
        recall: finds what an exception showed before it showed what it does now.
    """
    judgement = Judgement()
    known = set(recorded)
    current = dict(docket)
    for line in lines:
        if line.decision_id in known:
            judgement.already.append(line)
            continue
        try:
            draft = _draft(line, current, as_of, submitter, canonicalise, recall)
        except RefusedError as refusal:
            judgement.refused.append((line, str(refusal)))
            continue
        judgement.drafts.append(draft)
        known.add(line.decision_id)
        note(current, line.actor, line.action, line.target, seen=False)
        move(current, line.action, line.target, draft.as_of, draft.payload["field"] or "")
    return judgement


def _draft(
    line: Line, docket: Docket, as_of: datetime, submitter: str, canonicalise: Canonicalise, recall: Recall
) -> Draft:
    subject = docket.get(line.target)
    if subject is None:
        raise RefusedError(f"unknown target {line.target!r}; copy it from the worklist")
    if line.action in NOT_YET:
        raise RefusedError(f"action {line.action!r} is not supported yet; nothing was recorded")
    if line.action not in ACTIONS:
        raise RefusedError(f"unknown action {line.action!r}; use one of {', '.join(ACTIONS)}")
    decided_at = _decided_at(line, subject, as_of)
    _check_words(line)
    _check_right(line, subject)
    touched = _touched(line, subject, docket)
    _check_rights_beyond(line, subject, touched)
    check_move(docket, line.action, line.target, decided_at)
    if line.action == APPROVE:
        check_approval(docket, line, decided_at)
    field_name, value = _field_and_value(line, subject, canonicalise)
    payload = {
        "decision_id": line.decision_id,
        "role": line.role,
        "action": line.action,
        "target": line.target,
        "record_id": subject.record_id,
        "subject_id": subject.subject_id,
        "exception_id": subject.exception_id,
        "field": field_name,
        "value": value,
        "reason_code": line.reason_code or None,
        "reason": line.reason or None,
        "cause_party": line.cause_party or None,
        "sample_id": line.sample_id or None,
        "submitter": submitter,
        "recorded_as_of": iso(as_of),
        "shown": shown([subject, *touched], decided_at, recall),
    }
    return Draft("decision", decided_at, line.actor, payload, *subject.batch)


def _decided_at(line: Line, subject: Subject, as_of: datetime) -> datetime:
    try:
        decided_at = parse_moment(line.decided_at, "decided_at") if line.decided_at else as_of
    except UsageError as problem:
        raise RefusedError(f"{problem.culprit}; {problem.remedy}") from None
    if decided_at > as_of:
        raise RefusedError(f"decided_at {iso(decided_at)} lies after the as-of time {iso(as_of)}; correct the time")
    if decided_at < subject.existed_at:
        since = iso(subject.existed_at)
        raise RefusedError(f"decided_at {iso(decided_at)} lies before the {subject.kind} existed ({since}); correct it")
    return decided_at


def _check_words(line: Line) -> None:
    if any("\x00" in str(text) for text in vars(line).values()):
        raise RefusedError("a cell holds a NUL character; type it again")
    if not line.actor:
        raise RefusedError("no actor; name the person who decided")
    if line.cause_party not in CAUSE_PARTIES:
        raise RefusedError(f"unknown cause_party {line.cause_party!r}; use provider, client, source or system")
    if line.action in NEED_A_REASON and not line.reason:
        raise RefusedError(f"{line.action} needs a reason; say why in column 'reason'")
    if line.action == "return" and not line.cause_party:
        raise RefusedError("return needs a cause_party; say who caused it: provider, client, source or system")
    if line.action == "override" and line.value:
        raise RefusedError("an override takes no value; use correct to key another one")
    if line.action == "correct" and not line.value and not line.reason:
        raise RefusedError("correct without a value says the field is not on the document; say so in column 'reason'")


def _check_right(line: Line, subject: Subject) -> None:
    dictionary = subject.dictionary
    if line.role not in dictionary.roles:
        raise RefusedError(f"unknown role {line.role!r}; use one of {', '.join(sorted(dictionary.roles))}")
    if line.action == "qa_score":
        if line.role != "qa_keyer":
            raise RefusedError(f"role {line.role} may not score; qa_score belongs to qa_keyer")
        return
    if line.role == "qa_keyer":
        raise RefusedError(f"role qa_keyer may not {line.action}; it reads independently and changes nothing")
    if line.action == "return" and not dictionary.may_decide(line.role, CLIENT_RETURN):
        owner = dictionary.reasons[CLIENT_RETURN].decide
        raise RefusedError(f"role {line.role} has no right to return a record; it belongs to {owner}")
    if subject.reason_code is None:
        return
    reason = dictionary.reasons[subject.reason_code]
    if not dictionary.may_decide(line.role, subject.reason_code):
        raise RefusedError(
            f"role {line.role} has no right to decide {subject.reason_code}; it belongs to {reason.decide}"
        )
    allowed = allowed_acts(reason)
    if line.action not in allowed:
        raise RefusedError(f"{line.action} is not allowed for {subject.reason_code}; use {', '.join(allowed)}")


def _touched(line: Line, subject: Subject, docket: Docket) -> list[Subject]:
    """Return the open exceptions that a line moves, or that read the cell it corrects."""
    return _read_by(line, subject, docket) if _corrects(line, subject) else _moved_open(line, docket)


def _corrects(line: Line, subject: Subject) -> bool:
    return line.action == "correct" and subject.record_id is not None


def _check_rights_beyond(line: Line, subject: Subject, touched: Sequence[Subject]) -> None:
    """Refuse a way round a decision right: through the record's id, another exception's target, or another field.

    A rejection or a query can move other open exceptions, and a correction can clear those that read its cell, so the
    role needs the right on each of them.
    """
    for other in touched:
        if other.reason_code is not None and not subject.dictionary.may_decide(line.role, other.reason_code):
            owner = subject.dictionary.reasons[other.reason_code].decide
            raise RefusedError(
                f"role {line.role} has no right to {line.action} this: it also decides {other.reason_code} "
                f"({other.exception_id}), which belongs to {owner}"
            )
    if _corrects(line, subject) and not touched and not subject.dictionary.may_decide(line.role, "FORMAT"):
        name = line.field or subject.field
        raise RefusedError(f"role {line.role} may not correct {name!r}, which has no exception of its own")


def _moved_open(line: Line, docket: Docket) -> list[Subject]:
    moved = (docket[name] for name in moved_by(docket, line.action, line.target))
    return [one for one in moved if one.kind == "exception" and one.state not in RESOLUTIONS]


def _read_by(line: Line, subject: Subject, docket: Docket) -> list[Subject]:
    """Return the open exceptions of the record whose rule reads the cell that a line corrects."""
    cell = CellRef(
        str(subject.subject_id), str(subject.record_id), str(subject.record_type), line.field or subject.field
    )
    return [
        other
        for other in docket.values()
        if other.kind == "exception"
        and other.record_id == subject.record_id
        and other.state not in RESOLUTIONS
        and reads(subject.dictionary, _rule(other), cell)
    ]


def _rule(exception: Subject) -> RuleRef:
    return RuleRef(str(exception.subject_id), exception.rule, str(exception.reason_code), exception.field)


def _field_and_value(line: Line, subject: Subject, canonicalise: Canonicalise) -> tuple[str | None, str | None]:
    disputes = line.action == "return" and line.field
    if not disputes and line.action not in {"correct", "qa_score"}:
        return (line.field or None), (line.value or None)
    name = _known_field(line, subject)
    if disputes:
        return name, None
    return name, _value(line, subject, name, canonicalise)


def _known_field(line: Line, subject: Subject) -> str:
    name = line.field or subject.field
    if subject.subject_id is None or subject.record_type is None:
        raise RefusedError(f"{line.action} needs a record; this {subject.kind} has none")
    if not name:
        raise RefusedError("no field; name the one that is meant in column 'field'")
    if name not in subject.dictionary.records[subject.record_type].fields:
        raise RefusedError(f"unknown field {name!r} of {subject.record_type}; name one in column 'field'")
    return name


def _value(line: Line, subject: Subject, name: str, canonicalise: Canonicalise) -> str | None:
    """Return the canonical text of what was keyed; None where a correction says that there is nothing."""
    if line.action == "qa_score" and line.value.lower() in QA_WORDS:
        return line.value.lower()
    if not line.value:
        if line.action == "correct":
            return None
        raise RefusedError("qa_score needs what was read in column 'value', or 'absent' or 'illegible'")
    try:
        return canonicalise(subject, name, line.value)
    except UsageError as problem:
        raise RefusedError(f"{problem.culprit}; {problem.remedy}") from None

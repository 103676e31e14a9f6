"""Client returns: which records came back, as which revision, and what of each return is still to be answered.

What belongs here: reading returns out of decisions. What does not: who may return a record (`review/`), and the life of
the exception that a return opens (`lifecycle`). A return opens revision n+1, held by an exception of its own rule, so
that every return has its own owner and clock. Source: DESIGN section 3, METRICS sections 0 ("Clock start") and 8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.model import Decision, Failure, Row
from back_office_pipelines.validation.states import FIRST_REVISION

CLIENT_RETURN = "CLIENT_RETURN"
"""Reason of the exception that a return opens."""


@dataclass(frozen=True)
class Standing:
    """Where records stand towards the client when a validation begins.

    Attributes:
        with_client: header records whose revision in force was handed over and not returned; they stay as they are.
        returned: header records that came back since the validation before, with the decision that says so.
    """

    with_client: frozenset[str]
    returned: Mapping[str, Decision]


@dataclass(frozen=True)
class Revision:
    """The revision of a record in force; `returned_at` is when the return that opened it was made."""

    number: int = FIRST_REVISION
    returned_at: datetime | None = None


def standing(states: Iterable[Row], handed_over: Mapping[str, int], decisions: Iterable[Decision]) -> Standing:
    """Return where records stand towards the client.

    Args:
        states: rows of `record_states` of the validation before.
        handed_over: newest revision handed over, by header record.
        decisions: in the order in which they were recorded.
    """
    there = {row["record_id"] for row in states if handed_over.get(row["record_id"]) == row["revision"]}
    returned = {
        str(one.record_id): one
        for one in decisions
        if one.action == "return" and not one.seen and one.record_id in there
    }
    return Standing(frozenset(there - returned.keys()), returned)


def revision_now(record_id: str, previous: Row | None, since: Standing) -> Revision:
    """Return the revision of a record in force.

    Args:
        record_id: of the header record.
        previous: its row of `record_states` of the validation before.
        since: where records stand.
    """
    if previous is None:
        return Revision()
    if record_id in since.returned:
        return Revision(previous["revision"] + 1, since.returned[record_id].decided_at)
    return Revision(previous["revision"], previous["returned_at"])


def return_rule(revision: int) -> str:
    """Return the rule of the exception that the return to a revision opens."""
    return f"client_return_{revision}"


@dataclass(frozen=True)
class Returns:
    """The returns that revisions in force answer.

    Attributes:
        new: those that came since the validation before.
        unanswered: those whose disputed field nobody has corrected since.
    """

    new: Sequence[Failure]
    unanswered: Sequence[Failure]


def returns_now(revisions: Mapping[str, Revision], since: Standing, decided: Decided) -> Returns:
    """Return the returns of records that are not with the client.

    Args:
        revisions: in force, by header record.
        since: where records stand.
        decided: decisions in force.
    """
    new, unanswered = [], []
    for record_id, revision in revisions.items():
        if revision.number == FIRST_REVISION or record_id in since.with_client:
            continue
        acts = decided.by_record[record_id]
        place = [at for at, one in enumerate(acts) if one.action == "return"][revision.number - FIRST_REVISION - 1]
        failure = _failure(record_id, revision, acts[place])
        if record_id in since.returned:
            new.append(failure)
        if not _answered(acts[place], acts[place + 1 :]):
            unanswered.append(failure)
    return Returns(new, unanswered)


def _failure(record_id: str, revision: Revision, returned: Decision) -> Failure:
    return Failure(
        subject_kind="record",
        subject_id=returned.subject_id or record_id,
        rule=return_rule(revision.number),
        reason_code=CLIENT_RETURN,
        observed=f"returned by the client, caused by {returned.cause_party}: {returned.reason}",
        expected="a corrected record, or the reason why it is right as it is",
        field=returned.field or "",
        since=returned.decided_at,
    )


def _answered(returned: Decision, later: Iterable[Decision]) -> bool:
    """Tell whether the disputed field was corrected since; a return that names none is answered by people's words."""
    cell = (returned.subject_id, returned.field)
    return bool(returned.field) and any(
        one.action == "correct" and (one.subject_id, one.field) == cell for one in later
    )

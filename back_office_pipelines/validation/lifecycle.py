"""The life of an exception in one validation: what people did, then what the rules find, then what a rejection ends.

What belongs here: the order of those acts, and what each stamps on the row. What does not: which acts are legal
(`states`). A validation moves exceptions on from where the one before left them, by the decisions that one had not
seen; so an ending is kept for as long as its rule passes, whatever is decided about other fields. An override or a
withdrawal is of what was observed then (ADR 005): another observation makes the exception fail again.
Pure functions over rows; the same inputs at the same as-of time give the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.intake.identity import exception_id
from back_office_pipelines.validation.approvals import APPROVE, Approvals
from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.gates import is_gate
from back_office_pipelines.validation.model import Decision, Failure, Row
from back_office_pipelines.validation.reading import RuleRef, reads
from back_office_pipelines.validation.returns import CLIENT_RETURN
from back_office_pipelines.validation.states import (
    CLEARED,
    EXCEPTIONS,
    RESOLUTIONS,
    TAKES_UP,
    can,
    next_state,
    position,
    shown,
)

WAITS = frozenset({"query_client", "client_answered"})
"""Acts that move every exception of a record when they name the record."""
WAITING = "waiting_client"
APPROVED = "approved"


@dataclass(frozen=True)
class Lives:
    """Exceptions after a validation.

    Attributes:
        exceptions: rows of `exceptions`, every exception the batch ever had.
        waits: rows of `client_waits`.
        failing: exceptions whose rule fails now, those a person accepted included.
    """

    exceptions: list[Row]
    waits: list[Row]
    failing: frozenset[str]

    def joined(self, other: "Lives") -> "Lives":
        """Return these and others, which are of other exceptions."""
        exceptions, waits = [*self.exceptions, *other.exceptions], [*self.waits, *other.waits]
        return Lives(exceptions, waits, self.failing | other.failing)


def exceptions_now(
    failures: Sequence[Failure],
    previous: Sequence[Row],
    waits: Sequence[Row],
    decided: Decided,
    dictionary: Dictionary,
    batch: tuple[str, str],
    as_of: datetime,
    approvals: Approvals,
    returned: Sequence[Failure] = (),
) -> Lives:
    """Return every exception the batch ever had, as it stands at the as-of time.

    Args:
        failures: what fails now.
        previous: rows of `exceptions` of the validation before, none for the first.
        waits: rows of `client_waits` of the validation before.
        decided: decisions in force.
        dictionary: gives owner, tier and weight of each reason.
        batch: lane and batch id.
        as_of: time of this validation.
        approvals: of what gates hold; judged here.
        returned: client returns that no validation has seen; each is an exception from the return on, answered or not.

    Raises:
        StateError: a decision in the ledger is no legal act where its exception stands.
    """
    failing = {exception_id(one.subject_id, one.rule, one.field): one for one in failures}
    before = {row["exception_id"]: row for row in previous}
    before |= {row["exception_id"]: row for row in (_returned(one, dictionary, batch) for one in returned)}
    waited: dict[str, list[Row]] = {}
    for wait in waits:
        waited.setdefault(wait["exception_id"], []).append(dict(wait))
    lives = []
    for key in dict.fromkeys([*failing, *before]):
        known, failure = before.get(key), failing.get(key)
        life = _Life(dict(known) if known else _opened(key, failing[key], batch, as_of), waited.get(key, []))
        if known is not None:
            _follow_people(life, decided)
        if failure is None:
            _pass(life, decided, dictionary, as_of)
        else:
            _fail(life, _observed(failure, dictionary), as_of)
        if is_gate(life.row["rule"]):
            _settle(life, known, approvals, as_of, fails=failure is not None)
        _end_with_record(life, decided)
        lives.append(life)
    return Lives([one.row for one in lives], [wait for one in lives for wait in one.waits], frozenset(failing))


def follows_record(action: str, rule: str, reason_code: str | None) -> bool:
    """Tell whether an act that names a record as a whole moves one of its exceptions."""
    if action == "redeliver":
        return reason_code == CLIENT_RETURN
    return action in WAITS or (action == APPROVE and is_gate(rule))


class _Life:
    """One exception on its way through a validation, and its waits for the client."""

    def __init__(self, row: Row, waits: list[Row]) -> None:
        self.row = row
        self.waits = waits

    @property
    def position(self) -> str:
        return position(self.row)

    def move(self, act: str, at: datetime) -> None:
        """Make a legal act and stamp what it leads to; no act is stamped before the state it moves from began."""
        before, after = self.position, next_state(EXCEPTIONS, self.position, act)
        at = max(at, self.row["state_since"])
        if act == "escalate":
            self.row["escalation"] += 1
        if act in TAKES_UP and self.row["triaged_at"] is None:
            self.row["triaged_at"] = at
        if after != before:
            self.row |= {**shown(after), "state_since": at, "resolved_at": at if after in RESOLUTIONS else None}
            self._wait(before, after, at)

    def _wait(self, before: str, after: str, at: datetime) -> None:
        """Keep when the exception began and ceased to wait; a new query at the moment of the answer goes on with it."""
        if before == WAITING:
            self.waits[-1]["until"] = at
        elif after == WAITING and self.waits and self.waits[-1]["until"] == at:
            self.waits[-1]["until"] = None
        elif after == WAITING:
            names = ("lane", "batch_id", "exception_id", "record_id")
            self.waits.append({**{name: self.row[name] for name in names}, "since": at, "until": None})


def _opened(key: str, failure: Failure, batch: tuple[str, str], as_of: datetime) -> Row:
    return {
        "lane": batch[0],
        "batch_id": batch[1],
        "exception_id": key,
        "subject_kind": failure.subject_kind,
        "subject_id": failure.subject_id,
        "document_id": failure.document_id,
        "record_id": failure.record_id,
        "rule": failure.rule,
        "field": failure.field,
        **shown(EXCEPTIONS.initial),
        "state_since": as_of,
        "escalation": 0,
        "opened_at": as_of,
        "triaged_at": None,
        "resolved_at": None,
    }


def _returned(failure: Failure, dictionary: Dictionary, batch: tuple[str, str]) -> Row:
    """Return an exception that a person's act opened: it stands since then, and people may have dealt with it."""
    assert failure.since is not None  # noqa: S101 - set by `returns_now`
    key = exception_id(failure.subject_id, failure.rule, failure.field)
    opened = _opened(key, failure, batch, failure.since)
    return {**opened, **_observed(failure, dictionary), "observed_since": failure.since}


def _observed(failure: Failure, dictionary: Dictionary) -> Row:
    reason = dictionary.reasons[failure.reason_code]
    return {
        "reason_code": failure.reason_code,
        "tier": reason.tier,
        "owner": reason.decide,
        "counts_against_fpy": reason.counts_against_fpy,
        "observed": failure.observed,
        "expected": failure.expected,
    }


def _follow_people(life: _Life, decided: Decided) -> None:
    """Make the acts of people that no validation has seen, in the order in which they were recorded."""
    for one in decided.new_on(life.row):
        if one.exception_id is not None:
            if life.position not in CLEARED:  # data cleared it after the decision; there is nothing left to move
                life.move(one.action, one.decided_at)
        elif follows_record(one.action, life.row["rule"], life.row["reason_code"]) and can(
            EXCEPTIONS, life.position, one.action
        ):
            life.move(one.action, one.decided_at)
    _end_with_record(life, decided)


def _fail(life: _Life, observed: Row, as_of: datetime) -> None:
    """Note what fails now; a resolved exception opens again where its ending does not cover that."""
    same = all(life.row.get(name) == observed[name] for name in ("observed", "expected"))
    life.row |= {**observed, "observed_since": life.row["observed_since"] if same else as_of}
    if life.position in CLEARED or (not same and can(EXCEPTIONS, life.position, "fail_again")):
        life.move("fail_again", as_of)
        if life.position == EXCEPTIONS.initial and life.row["triaged_at"] is not None:
            life.move("triage", as_of)  # who took it up before still has it


def _pass(life: _Life, decided: Decided, dictionary: Dictionary, as_of: datetime) -> None:
    """End an exception whose rule passes: by the correction that cleared it, else by the data."""
    if life.position in RESOLUTIONS:
        return
    correction = _clearing(life.row, decided, dictionary)
    if correction is None:
        life.move("supersede", as_of)
    else:
        life.move("clear", correction.decided_at)


def _settle(life: _Life, known: Row | None, approvals: Approvals, as_of: datetime, *, fails: bool) -> None:
    """Let approvals decide about what a gate holds: enough of them grant it, and it waits again when they end."""
    if not fails and life.position in CLEARED:
        approvals.lapse(life.row)
    if not fails:
        return
    since = approvals.enough_since(life.row, known)
    if since is not None and can(EXCEPTIONS, life.position, "grant"):
        life.move("grant", since)
    elif since is None and life.position == APPROVED:
        life.move("fail_again", as_of)


def _clearing(row: Row, decided: Decided, dictionary: Dictionary) -> Decision | None:
    """Return the newest correction, not seen before, of a cell that the exception's rule reads."""
    rule = RuleRef(row["subject_id"], row["rule"], row["reason_code"], row["field"])
    corrections = decided.new_corrections(row["record_id"])
    return next((one for one, cell in corrections if reads(dictionary, rule, cell)), None)


def _end_with_record(life: _Life, decided: Decided) -> None:
    """End what is still open on a record that was rejected, exceptions that opened only now included."""
    rejection = decided.rejection(life.row["record_id"])
    if rejection is not None and life.position not in RESOLUTIONS:
        life.move("reject", rejection.decided_at)

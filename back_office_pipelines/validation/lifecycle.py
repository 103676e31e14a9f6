"""The life of an exception: opened by a failure, moved by decisions, closed by a decision or by data.

An exception ends in exactly one of these ways, in this order of precedence:
    rejected    its record (or itself) was rejected;
    overridden  a person accepted what is still observed, as it is;
    corrected   the rule no longer fails, and a person corrected the record;
    superseded  the rule no longer fails, and nobody corrected anything.
A rule that fails again after `corrected` or `superseded` reopens its exception under its first opening time: the fault
was never gone. Pure functions over rows; the same inputs at the same as-of time give the same rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.intake.identity import exception_id
from back_office_pipelines.validation.model import Decision, Failure, Row

TAKES_UP = frozenset({"triage", "correct", "override", "reject"})
"""Actions that take an open exception up; all but `triage` imply it at the same moment."""


@dataclass(frozen=True)
class Decided:
    """Decisions of a batch, arranged by what they concern."""

    by_exception: Mapping[str, Sequence[Decision]]
    by_record: Mapping[str, Sequence[Decision]]

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> "Decided":
        """Arrange decisions, oldest first."""
        by_exception: dict[str, list[Decision]] = {}
        by_record: dict[str, list[Decision]] = {}
        for decision in sorted(decisions, key=lambda one: one.decided_at):
            if decision.exception_id is not None:
                by_exception.setdefault(decision.exception_id, []).append(decision)
            if decision.record_id is not None:
                by_record.setdefault(decision.record_id, []).append(decision)
        return cls(by_exception, by_record)

    def rejection(self, record_id: str | None) -> Decision | None:
        """Return the decision that rejected a record, if any. Rejecting one of its exceptions rejects the record."""
        if record_id is None:
            return None
        return next((one for one in self.by_record.get(record_id, ()) if one.action == "reject"), None)

    def last_correction(self, record_id: str | None) -> Decision | None:
        """Return the newest correction of a record or of its children."""
        if record_id is None:
            return None
        return next((one for one in reversed(self.by_record.get(record_id, ())) if one.action == "correct"), None)


def exceptions_now(
    failures: Sequence[Failure],
    previous: Sequence[Row],
    decided: Decided,
    dictionary: Dictionary,
    batch: tuple[str, str],
    as_of: datetime,
) -> list[Row]:
    """Return every exception the batch ever had, as it stands at the as-of time.

    Args:
        failures: what fails now.
        previous: rows of table `exceptions` of the validation before, none for the first.
        decided: decisions in force.
        dictionary: gives owner, tier and weight of each reason.
        batch: lane and batch id.
        as_of: time of this validation.
    """
    failing = {exception_id(one.subject_id, one.rule, one.field): one for one in failures}
    known = {row["exception_id"]: row for row in previous}
    rows = [
        _failing(known.get(key) or _opened(key, failure, batch, as_of), _reason(failure, dictionary), as_of)
        for key, failure in failing.items()
    ]
    rows += [row for key, row in known.items() if key not in failing]
    return [_moved(row, row["exception_id"] in failing, decided, as_of) for row in rows]


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
        "opened_at": as_of,
        "triaged_at": None,
        "resolved_at": None,
    }


def _failing(row: Row, now: Row, as_of: datetime) -> Row:
    """Return a row with what is observed now, and since when: an override is of what was observed then."""
    same = all(row.get(name) == now[name] for name in ("observed", "expected"))
    return {**row, **now, "observed_since": row["observed_since"] if same else as_of}


def _reason(failure: Failure, dictionary: Dictionary) -> Row:
    reason = dictionary.reasons[failure.reason_code]
    return {
        "reason_code": failure.reason_code,
        "tier": reason.tier,
        "owner": reason.decide,
        "counts_against_fpy": reason.counts_against_fpy,
        "observed": failure.observed,
        "expected": failure.expected,
    }


def _moved(row: Row, fails: bool, decided: Decided, as_of: datetime) -> Row:
    """Return a row with state, resolution and times as decisions and data have it now."""
    acts = decided.by_exception.get(row["exception_id"], ())
    resolution, resolved_at = _ending(row, fails, acts, decided, as_of)
    if resolved_at is not None:
        resolved_at = max(resolved_at, row["opened_at"])
    touched = [one.decided_at for one in acts if one.action in TAKES_UP]
    if resolution in {"corrected", "rejected"} and resolved_at is not None:
        touched.append(resolved_at)
    if row["triaged_at"] is not None:
        touched.append(row["triaged_at"])
    triaged_at = max(min(touched), row["opened_at"]) if touched else None
    state = "resolved" if resolution is not None else "triaged" if triaged_at is not None else "open"
    return {**row, "state": state, "resolution": resolution, "triaged_at": triaged_at, "resolved_at": resolved_at}


def _ending(
    row: Row, fails: bool, acts: Sequence[Decision], decided: Decided, as_of: datetime
) -> tuple[str | None, datetime | None]:
    rejection = decided.rejection(row["record_id"]) or _first(acts, "reject")
    override = _first(acts, "override")
    if override is not None and override.decided_at < row["observed_since"]:
        override = None  # what was accepted then is not what is observed now
    if override is not None and (rejection is None or override.decided_at <= rejection.decided_at):
        return "overridden", override.decided_at
    if rejection is not None and (fails or row["resolved_at"] is None):
        return "rejected", rejection.decided_at
    if fails:
        return None, None
    if row["resolved_at"] is not None:
        return row["resolution"], row["resolved_at"]
    correction = _first(acts, "correct") or decided.last_correction(row["record_id"])
    return ("superseded", as_of) if correction is None else ("corrected", correction.decided_at)


def _first(acts: Sequence[Decision], action: str) -> Decision | None:
    return next((one for one in acts if one.action == action), None)

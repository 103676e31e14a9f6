"""Approvals of what gates hold: which hold, which no longer do and why, and whether they are enough.

What belongs here: judging the approvals of an exception at one validation. What does not: who may approve
(`review/decisions`), and how the exception moves (`lifecycle`). An approval is of exactly the values that were shown
and of what the gate asked for then, as an override is of what was observed (ADR 005); one that has ended never holds
again. Nobody approves what they corrected or accepted themselves, whichever they did first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from back_office_pipelines.dictionary.gates import Gate
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.gates import gate_of
from back_office_pipelines.validation.model import Decision, Row

APPROVE = "approve"


def person(actor: str) -> str:
    """Return a name as it is compared: letter case and spaces make nobody another person."""
    return " ".join(actor.split()).casefold()


class Approvals:
    """The approvals of a batch in one validation; `rows` are those of table `approvals` once it is through."""

    def __init__(self, dictionary: Dictionary, decided: Decided, previous: Iterable[Row], as_of: datetime) -> None:
        self._dictionary = dictionary
        self._decided = decided
        self._as_of = as_of
        self._rows = {(row["exception_id"], row["decision_id"]): dict(row) for row in previous}

    @property
    def rows(self) -> list[Row]:
        """Rows of table `approvals`."""
        return list(self._rows.values())

    def enough_since(self, exception: Row, known: Row | None) -> datetime | None:
        """Judge the approvals of an exception whose gate is met, and return when the last one needed was given.

        Args:
            exception: as it is observed now.
            known: as the validation before left it; None where it opened just now.

        Returns:
            The moment, None while too few approvals hold or where the contract has no such gate.
        """
        gate = gate_of(self._dictionary, exception["rule"])
        if gate is None:
            return None
        given: dict[str, datetime] = {}
        for row in self._on(exception):
            self._end(row, self._why_not(row, exception, known, gate))
            if row["holds"]:
                name = person(row["approver"])
                given[name] = min(given.get(name, row["decided_at"]), row["decided_at"])
        return sorted(given.values())[gate.approvers - 1] if len(given) >= gate.approvers else None

    def lapse(self, exception: Row) -> None:
        """End the approvals of an exception whose record does not meet the gate any more, or is not there any more."""
        there = self._decided.has(exception["record_id"])
        because = "the record no longer meets the gate" if there else "a later delivery took the record's place"
        for row in self._on(exception):
            self._end(row, because)

    def _on(self, exception: Row) -> list[Row]:
        """Return the rows of an exception, approvals that no validation has seen included."""
        for one in self._decided.new_on(exception):
            key = (exception["exception_id"], one.decision_id)
            if one.action == APPROVE and key not in self._rows:
                self._rows[key] = _given(one, exception)
        return [row for (exception_id, _), row in self._rows.items() if exception_id == exception["exception_id"]]

    def _end(self, row: Row, because: str | None) -> None:
        if row["holds"] and because is not None:
            row |= {"holds": False, "ended_at": self._as_of, "ended_because": because}

    def _why_not(self, row: Row, exception: Row, known: Row | None, gate: Gate) -> str | None:
        """Return why an approval does not hold, None where it does."""
        if known is None or any(known[name] != exception[name] for name in ("observed", "expected")):
            return self._what_changed(exception, known)
        if row["decided_at"] < exception["observed_since"]:
            return "it was given before what is shown now was to be seen"
        if person(row["approver"]) in map(person, self._decided.hands(exception["record_id"])):
            return "who gave it also corrected or accepted something of the record"
        if not self._dictionary.may_approve(row["role"], gate):
            return f"role {row['role']} may not approve it"
        return None

    def _what_changed(self, exception: Row, known: Row | None) -> str:
        if known is not None and known["expected"] != exception["expected"]:
            return f"the gate asks for something else now; it asked for {known['expected']}"
        corrections = self._decided.new_corrections(exception["record_id"])
        told = dict.fromkeys(f"{one.actor} changed {cell.field}" for one, cell in reversed(corrections))
        return f"{', '.join(told)} after what was shown" if told else "values of the record are others now"


def _given(decision: Decision, exception: Row) -> Row:
    return {
        **{name: exception[name] for name in ("lane", "batch_id", "record_id", "exception_id", "rule")},
        "decision_id": decision.decision_id,
        "approver": decision.actor,
        "role": decision.role,
        "decided_at": decision.decided_at,
        "holds": True,
        "ended_at": None,
        "ended_because": None,
    }


def progress(approvals: Sequence[Mapping[str, Any]], gate: Gate) -> str:
    """Say how far the approvals of an exception are: how many of how many, by whom, and which no longer hold.

    Args:
        approvals: rows of `approvals` of one exception.
        gate: that asks for them.
    """
    people = {person(row["approver"]): row["approver"] for row in approvals if row["holds"]}
    given = f"{len(people)} of {gate.approvers}" + (f": {', '.join(people.values())}" if people else "")
    ended = [f"{row['approver']}'s no longer holds: {row['ended_because']}" for row in approvals if not row["holds"]]
    return "; ".join([given, *ended])

"""A back office of pure functions: decisions judged, validated and released as the steps do it, without any storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.release.release import newest_revisions, release
from back_office_pipelines.review.approving import bring_up
from back_office_pipelines.review.decisions import Judgement, judge
from back_office_pipelines.review.docket import Subject, batch_docket
from back_office_pipelines.review.lines import Line
from back_office_pipelines.validation.conservation import illegal_moves, lost_records
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Released, Validated, ValidationInput, validate
from back_office_pipelines.validation.states import EXCEPTIONS, handed_over, position
from tests.scenario import NOON, batch, dictionary, nobody_else

Rows = list[dict[str, Any]]
DECIDED = (
    "action", "record_id", "subject_id", "exception_id", "field", "value", "role", "decision_id", "reason",
    "cause_party",
)  # fmt: skip

MAY_BE = {
    "rejected": {"rejected"},
    "released": {"accepted"},
    "redelivered": {"accepted"},
    "returned": {"returned", "gated", "accepted"},
}
"""What validation can leave of a foreseen state, besides the usual."""


@dataclass
class House:
    """One batch, its ledger of decisions, and what its stages have made so far.

    Attributes:
        under: contract of the batch.
        seen: how many of the decisions the newest validation took into account.
    """

    records: Rows
    values: Rows
    findings: Rows
    decisions: list[Draft] = field(default_factory=list)
    seen: int = 0
    made: Validated | None = None
    releases: Rows = field(default_factory=list)
    deliveries: list[Mapping[str, str]] = field(default_factory=list)
    under: Dictionary = field(default_factory=dictionary)

    def docket(self) -> dict[str, Subject]:
        """What can be decided on, decisions that validation has not seen included."""
        made = self.made
        states, exceptions = (made.record_states, made.exceptions) if made else ([], [])
        docket = batch_docket(batch(), self.under, NOON, self.records, states, exceptions, self.releases)
        bring_up(docket, made.approvals if made else [], self.decisions, self._unseen())
        return docket

    def decide(self, lines: Sequence[Line], as_of: datetime) -> Judgement:
        """Judge lines and record what is not refused; refused lines leave no trace in what the others lead to."""
        known = {draft.payload["decision_id"] for draft in self.decisions}
        docket = self.docket()
        judgement = judge(lines, docket, known, as_of, "root", lambda _, __, text: text)
        assert docket == self.docket()
        refused = {line.number for line, _ in judgement.refused}
        others = [line for line in lines if line.number not in refused]
        assert judge(others, docket, known, as_of, "root", lambda _, __, text: text).drafts == judgement.drafts
        self.decisions += judgement.drafts
        return judgement

    def validate(self, as_of: datetime) -> Validated:
        """Validate, and hold what it made against conservation, the tables and the docket's prediction."""
        predicted, before = self.docket(), self.made
        given = ValidationInput(
            batch=batch(),
            dictionary=self.under,
            as_of=as_of,
            findings=self.findings,
            records=self.records,
            field_values=self.values,
            decisions=[_decision(draft, seen=at < self.seen) for at, draft in enumerate(self.decisions)],
            previous_exceptions=before.exceptions if before else [],
            previous_states=before.record_states if before else [],
            previous_waits=before.client_waits if before else [],
            previous_approvals=before.approvals if before else [],
            reference={},
            ask=nobody_else,
            released=Released(newest_revisions(self.releases), before.accepted, before.accepted_values)
            if before
            else Released(),
        )
        made = validate(given)
        assert lost_records(self.records, made.record_states, made.accepted, made.exceptions) == []
        earlier = (given.previous_states, given.previous_exceptions)
        stood = given.standing
        now = (made.record_states, made.exceptions)
        assert illegal_moves(earlier, now, made.failing, stood.with_client, stood.returned.keys()) == []
        for row in made.record_states:
            foreseen = predicted[row["record_id"]]
            assert row["revision"] == foreseen.revision
            assert row["state"] in MAY_BE.get(foreseen.state, {"held", "gated", "accepted"}), (foreseen, row)
        if before is not None:
            assert self._delivered(made) == self._delivered(before)
        assert_agrees(predicted, made.exceptions, made.failing)
        self._assert_approved(made)
        assert_waits(made.exceptions, made.client_waits)
        self.made, self.seen = made, len(self.decisions)
        return made

    def _assert_approved(self, made: Validated) -> None:
        """What meets a gate is accepted with enough approvals only, and none of them of who worked on the record."""
        for row in made.accepted[self.under.header]:
            mine = [one for one in self.decisions if one.payload["record_id"] == row["record_id"]]
            worked = {one.actor for one in mine if one.payload["action"] in {"correct", "override", "withdraw"}}
            for name, gate in self.under.review.gates.items():
                where = (row["record_id"], f"gate.{name}")
                given = {one["approver"] for one in made.approvals
                         if (one["record_id"], one["rule"]) == where and one["holds"]}  # fmt: skip
                if gate.amount_from.meets(row["gross_total"], row["currency"]):
                    assert len(given) >= gate.approvers
                    assert not given & worked

    def release(self, as_of: datetime) -> None:
        """Release what is accepted and not decided on since."""
        assert self.made is not None
        undecided = frozenset(str(draft.payload["record_id"]) for draft in self._unseen())
        states, accepted = self.made.record_states, self.made.accepted
        done = release(batch(), self.under, as_of, states, accepted, self.releases, undecided)
        assert done.releases[: len(self.releases)] == self.releases
        self.releases = done.releases
        self.deliveries.append(done.files)

    def states(self) -> dict[str, str]:
        """The one state of every header record."""
        assert self.made is not None
        found = {row["record_id"]: row["state"] for row in self.made.record_states}
        assert len(found) == len(self.made.record_states)
        handed = {(row["record_id"], row["revision"]) for row in self.releases}
        return found | {
            row["record_id"]: handed_over(row["state"], row["revision"])
            for row in self.made.record_states
            if (row["record_id"], row["revision"]) in handed
        }

    def _delivered(self, made: Validated) -> Rows:
        """Values of everything that was ever handed over: nothing changes them."""
        handed = newest_revisions(self.releases)
        rows = (row for row in made.accepted_values if row["revision"] <= handed.get(row["header_record_id"], 0))
        return sorted(rows, key=lambda row: (row["record_id"], row["revision"], row["field"]))

    def _unseen(self) -> list[Draft]:
        return [draft for draft in self.decisions[self.seen :] if draft.payload["action"] != "qa_score"]


def _decision(draft: Draft, *, seen: bool) -> Decision:
    said = {name: draft.payload[name] for name in DECIDED}
    return Decision(decided_at=draft.as_of, actor=draft.actor, seen=seen, **said)


def assert_agrees(predicted: Mapping[str, Subject], exceptions: Rows, failing: frozenset[str]) -> None:
    """What people's acts were predicted to lead to is what validation made, but for what it found itself."""
    for row in exceptions:
        if row["exception_id"] in predicted:
            foreseen, now = predicted[row["exception_id"]].state, position(row)
            fails = row["exception_id"] in failing
            assert now in _may_find(foreseen, predicted.get(row["record_id"]), fails=fails), (foreseen, now, fails)


def _may_find(foreseen: str, record: Subject | None, *, fails: bool) -> set[str]:
    finds = {"fail_again", "grant"} if fails else {"clear", "supersede"}
    after = {state for act, state in EXCEPTIONS.moves[foreseen].items() if act in finds}
    if foreseen == "superseded" and after:
        after.add("triaged")  # by whoever took it up before
    if record is not None and record.state == "rejected" and fails:
        after = {"rejected"} if after else set()
    ends_only = foreseen in {"open", "triaged", "waiting_client"} and not fails
    must_open = foreseen in {"corrected", "superseded"} and fails
    return after if ends_only or must_open else {*after, foreseen}


def assert_waits(exceptions: Rows, client_waits: Rows) -> None:
    """An exception waits exactly while its last wait is unanswered, and its waits follow each other."""
    for row in exceptions:
        waits = [wait for wait in client_waits if wait["exception_id"] == row["exception_id"]]
        assert (row["state"] == "waiting_client") == any(wait["until"] is None for wait in waits)
        moments = [wait[name] for wait in waits for name in ("since", "until") if wait[name] is not None]
        assert moments == sorted(moments)
        assert len({wait["since"] for wait in waits}) == len(waits)
        stamps = [row["opened_at"], row["triaged_at"], row["resolved_at"]]
        assert [at for at in stamps if at] == sorted(at for at in stamps if at)

"""Exceptions alone, without the cost of evaluating rules: many more walks through decisions and findings.

What fails is drawn instead of evaluated; `judge` and `exceptions_now` are the real ones.
"""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from back_office_pipelines.clock import iso
from back_office_pipelines.review.decisions import ACTIONS, judge
from back_office_pipelines.review.docket import Subject, batch_docket
from back_office_pipelines.review.lines import Line
from back_office_pipelines.review.moves import move
from back_office_pipelines.validation.approvals import Approvals
from back_office_pipelines.validation.conservation import illegal_moves
from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.lifecycle import exceptions_now
from back_office_pipelines.validation.model import Decision, Failure
from back_office_pipelines.validation.states import EXCEPTIONS
from tests.review.house import DECIDED, assert_agrees, assert_waits
from tests.scenario import HOUR, NOON, batch, dictionary, record_row

RECORD = record_row("d1")
ID = RECORD["record_id"]
RULES = [
    ("record", ID, "net_plus_tax", "TOTALS_DISAGREE", "", ID),
    ("record", ID, "due_after_issue", "DATE_ORDER", "", ID),
    ("record", ID, "extraction_1", "FORMAT", "", ID),
    ("document", "d1", "checksum", "CHECKSUM_MISMATCH", "", None),
    ("batch", "ap_invoices/b1", "control_total_EUR", "CONTROL_TOTAL", "gross_total", None),
]
CELLS = st.sampled_from([("gross_total", "1.00"), ("due_date", "2026-12-01"), ("seller_name", "x")])


class Lives(RuleBasedStateMachine):
    """One record, its document and its batch, with an exception for each of a few rules."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.rows: list[dict[str, Any]] = []
        self.waits: list[dict[str, Any]] = []
        self.decisions: list[Decision] = []
        self.known: set[str] = set()
        self.unseen: list[tuple[str, str, Any]] = []

    def docket(self) -> dict[str, Subject]:
        docket = batch_docket(batch(), dictionary(), NOON, [RECORD], self.states(), self.rows, ())
        for action, target, at in self.unseen:
            move(docket, action, target, at)
        return docket

    def states(self) -> list[dict[str, Any]]:
        rejected = Decided.of([one for one in self.decisions if one.seen], [RECORD], self.rows).rejection(ID)
        return [{"record_id": ID, "state": "rejected" if rejected else "held", "revision": 1, "returned_at": None}]

    @initialize(failing=st.sets(st.sampled_from(RULES), min_size=3))
    def open(self, failing: set[Any]) -> None:
        self.validate(failing, "one")

    @rule(at=st.integers(0, 4), act=st.integers(0, 30), cell=CELLS)
    def decide_legally(self, at: int, act: int, cell: tuple[str, str]) -> None:
        """One of the acts that the state of an exception allows; a rejection, which ends everything, is rare."""
        docket = self.docket()
        exceptions = sorted(name for name, one in docket.items() if one.kind == "exception")
        target = exceptions[at % len(exceptions)]
        legal = sorted(EXCEPTIONS.people & EXCEPTIONS.moves[docket[target].state].keys() - {"reject"})
        if legal:
            self.decide(legal[act % len(legal)] if act else "reject", target, cell)

    @rule(action=st.sampled_from(ACTIONS), at=st.integers(0, 20), cell=CELLS, minutes=st.sampled_from([0, -30, -90]))
    def decide_anything(self, action: str, at: int, cell: tuple[str, str], minutes: int) -> None:
        names = sorted(self.docket())
        self.decide(action, names[at % len(names)], cell, minutes)

    def decide(self, action: str, target: str, cell: tuple[str, str], minutes: int = 0) -> None:
        self.at += HOUR / 60
        decided_at = iso(self.at + minutes * HOUR / 60)
        field, value = cell if action == "correct" else ("", "")
        line = Line(1, decided_at, "ada", "supervisor", action, target, field, value, "", "because")
        for draft in judge([line], self.docket(), self.known, self.at, "root", lambda _, __, text: text).drafts:
            self.known.add(draft.payload["decision_id"])
            self.decisions.append(Decision(decided_at=draft.as_of, **{name: draft.payload[name] for name in DECIDED}))
            self.unseen.append((action, target, draft.as_of))

    @rule(failing=st.sets(st.sampled_from(RULES)), observed=st.sampled_from(["one", "another"]))
    def validate(self, failing: set[Any], observed: str) -> None:
        self.at += HOUR
        failures = [
            Failure(kind, subject, name, reason, observed, "right", field, "d1" if kind == "document" else None, record)
            for kind, subject, name, reason, field, record in sorted(failing, key=str)
        ]
        predicted, before, states = self.docket(), self.rows, self.states()
        decided = Decided.of(self.decisions, [RECORD], before)
        approvals = Approvals(dictionary(), decided, [], self.at)
        made = exceptions_now(failures, before, self.waits, decided, dictionary(), batch().key, self.at, approvals)
        assert illegal_moves((states, before), (states, made.exceptions), made.failing) == []
        assert_agrees(predicted, made.exceptions, made.failing)
        self.rows, self.waits, self.unseen = made.exceptions, made.waits, []
        self.decisions = [replace(one, seen=True) for one in self.decisions]

    @invariant()
    def waits_follow_states(self) -> None:
        assert_waits(self.rows, self.waits)


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=20)
test_lives = Lives.TestCase

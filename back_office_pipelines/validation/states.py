"""States of records and exceptions (DESIGN section 3) as data: which act leads from which state to which.

What belongs here: the two tables and questions about them. What does not: who may act and when (`review/`), what an act
stamps on a row (`lifecycle`, `split`). Everything that moves a record or an exception asks `next_state`.

An exception that is resolved stands in the table under its resolution, because some endings can fail again and one
cannot. Escalation is a level beside the state: `escalate` leaves the state as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.errors import StateError


@dataclass(frozen=True)
class Transitions:
    """One transition table.

    Attributes:
        thing: what is moved, for messages.
        initial: state in which a thing comes into being.
        moves: by state and act, the state the act leads to; an act that is not there is illegal.
        people: acts of people that one validation takes up, any number of them.
        machine: what validation itself finds; at most one of these a validation.
    """

    thing: str
    initial: str
    moves: Mapping[str, Mapping[str, str]]
    people: frozenset[str]
    machine: frozenset[str]

    @property
    def states(self) -> frozenset[str]:
        """Every state of the table."""
        return frozenset(self.moves)

    @property
    def acts(self) -> frozenset[str]:
        """Every act of the table."""
        return frozenset(act for acts in self.moves.values() for act in acts)

    @property
    def terminal(self) -> frozenset[str]:
        """States that nothing leads out of."""
        return frozenset(state for state, acts in self.moves.items() if not acts)


RECORDS = Transitions(
    thing="record",
    initial="held",  # it has passed nothing yet
    moves={
        "held": {"pass": "accepted", "fail": "held", "gate": "gated", "reject": "rejected"},
        "gated": {"pass": "accepted", "fail": "held", "gate": "gated", "reject": "rejected"},
        "accepted": {
            "pass": "accepted", "fail": "held", "gate": "gated", "reject": "rejected",
            "release": "released", "redeliver": "redelivered",
        },
        "released": {"return": "returned"},
        "returned": {"pass": "accepted", "fail": "returned", "gate": "gated", "reject": "rejected"},
        "redelivered": {"return": "returned"},
        "rejected": {},
    },
    people=frozenset({"reject", "return"}),
    machine=frozenset({"pass", "fail", "gate"}),
)  # fmt: skip
"""A header record; its children share its fate. `returned` begins a new revision, as `held` begins the first; the first
revision is handed over by `release`, every later one by `redeliver`, both outside validation. `gate`: nothing fails but
an approval is missing; what people approve is that exception, and the record passes with it."""

FIRST_REVISION = 1

WITH_CLIENT = frozenset({"released", "redelivered"})
"""States in which a revision is with the client and nothing about it may change."""

EXCEPTIONS = Transitions(
    thing="exception",
    initial="open",
    moves={
        "open": {
            "triage": "triaged", "correct": "triaged", "query_client": "waiting_client", "override": "overridden",
            "reject": "rejected", "withdraw": "withdrawn", "escalate": "open", "redeliver": "overridden",
            "approve": "triaged", "clear": "corrected", "supersede": "superseded",
        },
        "triaged": {
            "correct": "triaged", "query_client": "waiting_client", "override": "overridden", "reject": "rejected",
            "approve": "triaged", "grant": "approved", "redeliver": "overridden",
            "withdraw": "withdrawn", "escalate": "triaged", "clear": "corrected", "supersede": "superseded",
        },
        "waiting_client": {
            "client_answered": "triaged", "escalate": "waiting_client",
            "clear": "corrected", "supersede": "superseded",
        },
        "corrected": {"fail_again": "triaged"},
        "overridden": {"fail_again": "triaged"},
        "withdrawn": {"fail_again": "triaged"},
        "approved": {"fail_again": "triaged"},
        "superseded": {"fail_again": "open"},
        "rejected": {},
    },
    people=frozenset(
        {
            "triage", "correct", "query_client", "client_answered", "override", "reject", "withdraw", "escalate",
            "approve", "redeliver",
        }
    ),
    machine=frozenset({"clear", "supersede", "grant", "fail_again"}),
)  # fmt: skip
"""`clear`: the rule passes after a correction of what it reads; `supersede`: it passes without one; `fail_again`: the
rule fails after its exception was resolved, or fails in another way than a person accepted. A person who dealt with the
exception before still has it then. `grant`: as many people approved what a gate holds as it asks for, and all their
approvals still hold; they take it up one by one before."""

RESOLUTIONS = frozenset({"corrected", "overridden", "rejected", "withdrawn", "superseded", "approved"})
"""Positions of the table that rows show as state `resolved` with this resolution."""

CLEARED = frozenset({"corrected", "superseded"})
"""Of those, the ones that hold only for as long as the rule passes."""

TAKES_UP = frozenset(
    {"triage", "correct", "query_client", "override", "reject", "withdraw", "approve", "redeliver", "clear"}
)
"""Acts that triage an open exception at the same moment: a person has dealt with it."""


def handed_over(state: str, revision: int) -> str:
    """Return the state of a record whose revision in force was handed over.

    Args:
        state: in which validation left it.
        revision: in force.

    Raises:
        StateError: it was handed over without having been accepted.
    """
    return next_state(RECORDS, state, "release" if revision == FIRST_REVISION else "redeliver")


def next_state(table: Transitions, state: str, act: str) -> str:
    """Return the state an act leads to.

    Raises:
        StateError: the table has no such state, or the act is illegal in it.
    """
    if not can(table, state, act):
        legal = ", ".join(table.moves.get(state, ())) or "nothing"
        raise StateError(f"{table.thing} in state {state!r}", f"{act!r} is no legal act there", f"legal is {legal}")
    return table.moves[state][act]


def can(table: Transitions, state: str, act: str) -> bool:
    """Tell whether an act is legal in a state."""
    return act in table.moves.get(state, {})


def reachable_at_once(table: Transitions, before: str, after: str) -> bool:
    """Tell whether one validation can move a thing from one state to another.

    One validation takes up any number of people's acts, and makes at most one finding of its own.
    """
    seen: set[tuple[str, bool]] = set()
    ahead = [(before, False)]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += _onwards(table, *here)
    return any(state == after for state, _ in seen)


def _onwards(table: Transitions, state: str, found: bool) -> Iterator[tuple[str, bool]]:
    for act, after in table.moves.get(state, {}).items():
        if act in table.people:
            yield after, found
        elif act in table.machine and not found:
            yield after, True


def position(row: Mapping[str, Any]) -> str:
    """Return where a row of `exceptions` stands in the table: its resolution, else its state."""
    return str(row["resolution"] or row["state"])


def shown(place: str) -> dict[str, str | None]:
    """Return columns `state` and `resolution` of an exception at a position of the table."""
    return {"state": "resolved", "resolution": place} if place in RESOLUTIONS else {"state": place, "resolution": None}

"""What the people of the story decide on the exceptions of a case, and when.

What belongs here: decisions that follow from the truth. What does not: their right to make them; that is judged by
`decide` as for everybody else (`review/decisions`).
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from back_office_pipelines.samples.world.cases import CRITICAL, Case, Open, Said, right_values, same
from back_office_pipelines.samples.world.people import done_at, hours_in, people

SENT_BACK = frozenset({"same_file", "same_invoice", "similar_number", "hybrid_mismatch", "wrong_tax"})
"""Faults whose records are rejected."""
ASKED = frozenset({"bad_vat_id", "bad_iban", "wrong_gross", "missing_number", "ambiguous_date"})
"""Faults about which the client is asked first."""
UNSURE = frozenset({"unknown_vendor", "other_account", "wrong_line"})
"""Faults that end either way."""
APPROVER = "approver"
TURNED_AWAY = "corrected or accepted something"
"""What `decide` answers to who tries to approve a record of their own."""


def decide_on(case: Case, seed: int, now: datetime) -> list[Said]:
    """Return what people will say about a case that lies on their desks now, in order of time."""
    draw = random.Random(f"{seed}/{case.key}/{case.round}")  # noqa: S311 - an invented world, no secret
    if all(one.approvers for one in case.exceptions):
        return [said for one in case.exceptions for said in _approve(one, case, draw, now)]
    role = _role(case.exceptions)
    actor = draw.choice(people().roles[role].names)
    at = done_at(now, hours_in(people().roles[role].hours, draw), actor, case.client)
    said: list[Said] = []
    if case.kind in ASKED and case.round == 0 and case.ordinal is not None:
        target = str(case.exceptions[0].record_id)
        said.append(Said(at, actor, role, "query_client", target, reason="Which value is right?"))
        at = done_at(at, hours_in(people().client_answers, draw), "", case.client)
        said.append(Said(at, actor, role, "client_answered", target))
        at += timedelta(minutes=draw.randint(4, 40))
    said += [Said(at, actor, role, **words) for words in _words(case, draw)]
    return said


def _approve(one: Open, case: Case, draw: random.Random, now: datetime) -> list[Said]:
    """Let approvers look at what a gate holds, one after another until it has the approvals it waits for."""
    team = people().roles[APPROVER]
    wanted = right_values(case) if case.truth is not None and case.ordinal is not None else {}
    wrong = [name for name, value in wanted.items() if name in CRITICAL and not same(case.read.get(name), value)]
    refuses = draw.random() < float(people().refuses)
    said: list[Said] = []
    at = now
    for actor in draw.sample(team.names, len(team.names)):
        at = done_at(at, hours_in(team.hours, draw), actor, case.client)
        if wrong or refuses:
            reason = f"{wrong[0]} is not what the document says" if wrong else "not in the budget of the department"
            return [*said, Said(at, actor, APPROVER, "reject", one.exception_id, reason=reason)]
        own = actor in case.hands
        said.append(
            Said(
                at,
                actor,
                APPROVER,
                "approve",
                one.exception_id,
                reason="as ordered",
                refused=TURNED_AWAY if own else "",
            )
        )
        if sum(not each.refused for each in said) == one.approvers:
            break
    return said


def _role(exceptions: Sequence[Open]) -> str:
    owners = {one.owner for one in exceptions}
    return owners.pop() if len(owners) == 1 and owners <= people().roles.keys() else "supervisor"


Words = dict[str, str]


def _words(case: Case, draw: random.Random) -> list[Words]:
    if case.ordinal is None or case.truth is None:
        return [_whole(one, case) for one in case.exceptions]
    if case.kind in SENT_BACK or (case.kind in UNSURE and draw.random() < 0.5):
        return [_reject(case, f"{case.kind}: sent back to the seller")]
    if case.round > 2:
        return [_reject(case, "cannot be settled from the document; sent back")]
    if case.kind == "unknown_vendor":
        return [_override(one, "new vendor, confirmed by purchasing") for one in case.exceptions]
    return _settled(case, draw)


def _whole(one: Open, case: Case) -> Words:
    """Decide about a document or batch as such."""
    if "reject" in one.actions and case.truth is not None and "override" not in one.actions:
        return {"action": "reject", "target": one.exception_id, "reason": "sender asked for a new copy"}
    if case.kind == "same_file" and "reject" in one.actions:
        return {"action": "reject", "target": one.exception_id, "reason": "the same file came before"}
    return _override(one, "confirmed with the sender by phone")


def _override(one: Open, reason: str) -> Words:
    action = "override" if "override" in one.actions else "withdraw"
    return {"action": action, "target": one.exception_id, "reason": reason}


def _reject(case: Case, reason: str) -> Words:
    return {"action": "reject", "target": case.exceptions[0].exception_id, "reason": reason}


def _settled(case: Case, draw: random.Random) -> list[Words]:
    """Correct what was read or stated wrong, but for what was overlooked, and accept the rest as it is."""
    wanted = right_values(case)
    wrong = {name: value for name, value in wanted.items() if not same(case.read.get(name), value)}
    overlooked = _overlooked(case, wrong, draw)
    wrong = {name: value for name, value in wrong.items() if name not in overlooked}
    by_field = {one.field: one for one in case.exceptions if one.field and one.subject_id == one.record_id}
    said = [_correct(name, value, case, by_field.get(name)) for name, value in wrong.items()]
    for one in case.exceptions:
        if one.field in wrong and one.subject_id == one.record_id:
            continue
        if one.field not in wanted and one.field and one.subject_id == one.record_id and "correct" in one.actions:
            reason = "not on the document"
            said.append({"action": "correct", "target": one.exception_id, "field": one.field, "reason": reason})
        elif not wrong:
            said.append(_accepted(one, wanted))
    return said


def _overlooked(case: Case, wrong: Mapping[str, str], draw: random.Random) -> frozenset[str]:
    """Return what people do not see, now and then: a value that was read wrong and that nobody was asked about."""
    seen = sorted(name for name in wrong if name in CRITICAL and name in case.read)
    if case.kind in ASKED or not seen or draw.random() >= float(people().overlooked):
        return frozenset()
    return frozenset({draw.choice(seen)})


def _correct(name: str, value: str, case: Case, exception: Open | None) -> Words:
    target = exception.exception_id if exception else str(case.exceptions[0].record_id)
    return {"action": "correct", "target": target, "field": name, "value": value, "reason": "keyed from the document"}


def _accepted(one: Open, wanted: Mapping[str, str]) -> Words:
    if "override" in one.actions:
        return _override(one, "compared with the document; it is right")
    if one.field in wanted:
        reason = "read from the document"
        return {"action": "correct", "target": one.exception_id, "field": one.field, "value": wanted[one.field],
                "reason": reason}  # fmt: skip
    return {"action": "reject", "target": one.exception_id, "reason": "cannot be settled from the document"}

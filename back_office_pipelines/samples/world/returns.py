"""What clients send back, and what the house answers: returns and redeliveries that follow from the truth.

What belongs here: which released records a client returns, why, and the decisions that answer it. What does not: the
other work of people (`deciding`, `inspecting`), and their right to decide, which is judged by `decide` as for
everybody else.

A client finds most of the critical values that were delivered wrong: caused by the provider where the document says
otherwise, by the source where the document itself is wrong. Now and then it returns what is right, by its own mistake.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime

from back_office_pipelines.samples.world.cases import CRITICAL, Case, Released, Said, right_values, same
from back_office_pipelines.samples.world.people import done_at, people
from back_office_pipelines.validation.returns import CLIENT_RETURN

REDELIVERED = {True: "corrected with the document", False: "compared with the document again; it is right"}
"""Why a record goes out again, by whether something of it was corrected."""


def returned(records: Iterable[Released], seed: int) -> Iterator[Said]:
    """Yield the returns of some released records, as a supervisor records them when the client's message comes.

    Args:
        records: released; what was returned before is left alone.
        seed: of the world.
    """
    crew = people()
    for one in records:
        if one.returned:
            continue
        draw = random.Random(f"{seed}/return/{one.record_id}")  # noqa: S311 - an invented world, no secret
        field, cause, reason = _complaint(one)
        share = crew.returns.right if cause == "client" else crew.returns.wrong
        if draw.random() >= float(share):
            continue
        at = done_at(one.released_at, draw.uniform(*map(float, crew.returns.notice)), "", one.client)
        actor = draw.choice(crew.roles["supervisor"].names)
        yield Said(at, actor, "supervisor", "return", one.record_id, field, reason=reason, cause_party=cause)


def _complaint(one: Released) -> tuple[str, str, str]:
    """Return the field a client disputes, who caused it, and what it says."""
    case = Case(one.record_id, one.client, (), one.truth, one.ordinal, one.values)
    stated = one.truth.headers[one.ordinal - 1] if one.ordinal <= len(one.truth.headers) else {}
    right = right_values(case)
    for name in CRITICAL:
        if name in right and not same(one.values.get(name), right[name]):
            printed = stated.get(name)
            cause = "source" if printed is not None and same(one.values.get(name), printed) else "provider"
            return name, cause, f"{name} should be {right[name]}"
    return "", "client", "we cannot match it with what we ordered"


def is_returned(case: Case) -> bool:
    """Tell whether a case is about a record that a client returned."""
    return any(one.reason_code == CLIENT_RETURN for one in case.exceptions)


def answers_to(case: Case, seed: int, now: datetime) -> list[Said]:
    """Return what a supervisor will say about a returned record: what is wrong is corrected, then it goes out again.

    Args:
        case: with the return among its exceptions.
        seed: of the world.
        now: when it came to the desks.
    """
    crew = people()
    draw = random.Random(f"{seed}/answer/{case.key}/{case.round}")  # noqa: S311 - an invented world, no secret
    actor = draw.choice(crew.roles["supervisor"].names)
    at = done_at(now, draw.uniform(*map(float, crew.returns.answer)), actor, case.client)
    disputed = next(one for one in case.exceptions if one.reason_code == CLIENT_RETURN)
    wrong = {name: value for name, value in right_values(case).items() if not same(case.read.get(name), value)}
    said = [
        Said(at, actor, "supervisor", "correct", case.key, name, value, REDELIVERED[True])
        for name, value in wrong.items()
    ]
    if disputed.field not in wrong:
        said.append(Said(at, actor, "supervisor", "redeliver", case.key, reason=REDELIVERED[bool(wrong)]))
    return said

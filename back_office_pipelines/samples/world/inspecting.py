"""What the quality keyer of the story reads: released records, and records held while automation is off.

What belongs here: which records the draw falls on, and what is keyed of them. What does not: what becomes of the
scores (`routing/audits`).
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from back_office_pipelines.routing.audits import ABSENT, ILLEGIBLE
from back_office_pipelines.samples.world.cases import CRITICAL, Case, Released, Said, right_values
from back_office_pipelines.samples.world.people import done_at, people

HELD = "SAMPLING_HOLD"
"""Reason of records that wait for validation while automation is off."""


def inspected(records: Iterable[Released], seed: int) -> Iterator[Said]:
    """Yield what the QA keyer reads, the working day after release, in a share of the records."""
    crew = people()
    for one in records:
        draw = random.Random(f"{seed}/qa/{one.record_id}")  # noqa: S311 - an invented world, no secret
        if draw.random() >= float(crew.qa_share):
            continue
        at = done_at(one.released_at, draw.uniform(4, 14), crew.qa_name, one.client)
        case = Case(one.record_id, one.client, (), one.truth, one.ordinal, one.values)
        draw_id = f"qa-{at.isocalendar().year}-w{at.isocalendar().week:02}"
        for name, value in right_values(case).items():
            if name in CRITICAL:
                yield Said(at, crew.qa_name, "qa_keyer", "qa_score", one.record_id, name, value, sample_id=draw_id)


def piloted(case: Case, critical: Iterable[str], seed: int, now: datetime) -> Iterator[Said]:
    """Yield what the QA keyer reads of a record that is held for validation, where the draw falls on it.

    The keyer sees the document and not what the machine made of it, so a wrong total is read as it is printed.

    Args:
        case: of the record.
        critical: fields to be read.
        seed: of the world.
        now: when it came to the desks.
    """
    held = any(one.reason_code == HELD for one in case.exceptions)
    if not held or case.round or case.truth is None or case.ordinal is None:
        return
    if case.ordinal > len(case.truth.headers):
        return
    crew = people()
    draw = random.Random(f"{seed}/pilot/{case.key}")  # noqa: S311 - an invented world, no secret
    if draw.random() >= float(crew.pilot.share):
        return
    at = done_at(now, draw.uniform(2, 8), crew.qa_name, case.client)
    printed = case.truth.headers[case.ordinal - 1]
    for name in sorted(critical):
        value = _keyed(name, printed.get(name, ABSENT))
        yield Said(at, crew.qa_name, "qa_keyer", "qa_score", case.key, name, value, sample_id=f"pilot-{case.client}")


def _keyed(name: str, printed: str) -> str:
    """Return what a keyer writes: a printed day that does not exist, or that may be two, is none that can be keyed."""
    if not name.endswith("_date") or printed == ABSENT:
        return printed
    try:
        return date.fromisoformat(printed).isoformat()
    except ValueError:
        return ILLEGIBLE

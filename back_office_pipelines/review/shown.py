"""What exceptions showed the person who decided: kept with the decision, since they may show something else later.

What belongs here: which observation was to be seen at a moment, and its shape in a decision's entry. What does not:
which exceptions a decision concerns (`decisions`), and what earlier validations observed (`chain/observations`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from back_office_pipelines.review.docket import Subject


class Observation(NamedTuple):
    """What an exception shows: what was found, and what would have passed."""

    observed: str
    expected: str


Recall = Callable[[Subject, datetime], Observation | None]
"""What an exception showed at a moment before it showed what it does now; None where nothing is known of it."""


def nothing_known(exception: Subject, at: datetime) -> None:
    """Remember nothing: for those who have no earlier validations."""
    del exception, at


def shown(concerned: Iterable[Subject], at: datetime, recall: Recall) -> dict[str, dict[str, str]]:
    """Return what each exception showed at a moment, by exception id; those are left out of which nothing is known.

    Args:
        concerned: by a decision; what is no exception shows nothing, and what is named twice is looked at once.
        at: when it was made, which may be before an exception showed what it does now.
        recall: finds what it showed before.
    """
    exceptions = {one.exception_id: one for one in concerned if one.exception_id is not None}
    seen = {name: _seen(one, at, recall) for name, one in exceptions.items()}
    return {name: one._asdict() for name, one in seen.items() if one is not None}


def _seen(one: Subject, at: datetime, recall: Recall) -> Observation | None:
    if one.observed is None or one.expected is None:
        return None
    if one.observed_since is not None and at < one.observed_since:
        return recall(one, at)
    return Observation(one.observed, one.expected)

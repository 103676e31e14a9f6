"""The proof that documents may pass without a person: how sure the reader must be so that few enough are wrong.

What belongs here: statistics over audited documents. What does not: where audits come from (`audits`), and who
switches automation on (`chain/automation`).

Source: METRICS section 12. A document's confidence is that of its weakest critical field, and it is wrong when any
critical field is. The thresholds are tried from strict to loose, each by the one-sided Clopper-Pearson bound
(Biometrika 1934) of the error among the documents at or above it, up to the first that fails: a fixed sequence, so the
level needs no correction for the number of thresholds. A threshold with too few documents to pass even without an
error is passed over; that looks at how sure the reader was and never at the errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LEVEL = 0.95
"""Confidence of the bound, one-sided."""


@dataclass(frozen=True)
class Audited:
    """A document that somebody read independently, drawn at random.

    Attributes:
        record_id: its header record.
        confidence: of the weakest critical field, as the machine gave it.
        wrong: whether any critical field was read wrong.
    """

    record_id: str
    confidence: float
    wrong: bool


@dataclass(frozen=True)
class Step:
    """One threshold tried.

    Attributes:
        audited: documents at or above it.
        errors: wrong ones among them.
        bound: upper bound of the share of wrong documents at or above it.
    """

    threshold: Decimal
    audited: int
    errors: int
    bound: float

    @property
    def measured(self) -> str:
        """What was counted, in words."""
        return f"{self.errors} of {self.audited} wrong, bound {self.bound:.4f}"


@dataclass(frozen=True)
class Proof:
    """What the audits prove.

    Attributes:
        audited: documents looked at.
        target_error: share of wrong documents that the exhibit allows among those that pass without a person.
        steps: thresholds tried, strict to loose; the last may have failed.
        proved: the loosest step that stands; None where nothing is proved.
        missing: audited documents without an error that the nearest threshold still needs; 0 where one stands.
    """

    audited: int
    target_error: Decimal
    steps: tuple[Step, ...]
    proved: Step | None
    missing: int

    @property
    def refusal(self) -> str:
        """Why nothing is proved, and how far it is, in words."""
        tried = [
            f"{step.errors} of {step.audited} wrong from {step.threshold} on, bound {step.bound:.4f}"
            for step in self.steps
        ]
        return (
            f"{self.audited} audited documents do not prove at most {self.target_error} wrong "
            f"({'; '.join(tried) or 'too few for any threshold'}); {self.missing} more without an error are needed"
        )


def prove(audited: Sequence[Audited], thresholds: Sequence[Decimal], target_error: Decimal) -> Proof:
    """Return the loosest threshold that audited documents prove.

    Args:
        audited: documents drawn at random among all, whatever became of them; labels of routed ones are biased.
        thresholds: to be tried, fixed before the audits were looked at; any order.
        target_error: of the exhibit, between 0 and 1.
    """
    wanted = float(target_error)
    every = [_step(audited, threshold) for threshold in sorted(set(thresholds), reverse=True)]
    tried: list[Step] = []
    proved: Step | None = None
    for step in every:
        if step.audited < least_audited(0, wanted):
            continue
        tried.append(step)
        if step.bound > wanted:
            break
        proved = step
    nearest = tried[-1] if tried else every[-1]
    missing = 0 if proved else least_audited(nearest.errors, wanted) - nearest.audited
    return Proof(len(audited), target_error, tuple(tried), proved, missing)


def stands(audited: Sequence[Audited], threshold: Decimal, target_error: Decimal) -> Step | None:
    """Return how far the documents of today break a threshold that was proved before; None where it stands."""
    step = _step(audited, threshold)
    return step if step.bound > float(target_error) else None


def _step(audited: Sequence[Audited], threshold: Decimal) -> Step:
    above = [one for one in audited if one.confidence >= float(threshold)]
    errors = sum(one.wrong for one in above)
    return Step(threshold, len(above), errors, upper_bound(errors, len(above)))


def upper_bound(errors: int, n: int, level: float = LEVEL) -> float:
    """Return the one-sided Clopper-Pearson upper bound of a share; 1 where nothing or everything is wrong."""
    from scipy.special import betaincinv  # noqa: PLC0415 - takes a fifth of a second to import, and few commands need it

    return 1.0 if errors >= n else float(betaincinv(errors + 1, n - errors, level))


def least_audited(errors: int, target_error: float, level: float = LEVEL) -> int:
    """Return the fewest documents with so many errors whose bound meets a target."""
    enough = errors + 1
    while upper_bound(errors, enough, level) > target_error:
        enough *= 2
    short = errors
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if upper_bound(errors, middle, level) <= target_error else (middle, enough)
    return enough

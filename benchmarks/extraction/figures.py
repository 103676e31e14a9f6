"""Figures of a measurement: rates with intervals, how well confidences hold, and risk against coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

Z95 = 1.959964
BINS = 10


@dataclass(frozen=True)
class Rate:
    """A share of n with its Wilson interval of 95 %."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.n:
            return 0.0, 1.0
        square = Z95**2
        middle = (self.value + square / (2 * self.n)) / (1 + square / self.n)
        half = Z95 / (1 + square / self.n) * sqrt(self.value * (1 - self.value) / self.n + square / (4 * self.n**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] n={self.n}"


Judged = Sequence[tuple[float, bool]]
"""Confidence of each given value, and whether it was right."""


def reliability(judged: Judged) -> list[tuple[float, float, int]]:
    """Return mean confidence, share right and n of each tenth of the confidences that holds any value."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in judged:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [(sum(c for c, _ in one) / len(one), sum(r for _, r in one) / len(one), len(one)) for one in bins if one]


def expected_calibration_error(judged: Judged) -> float:
    """Return the mean distance of confidence and share right over the tenths, weighted by their values."""
    return sum(abs(mean - share) * n for mean, share, n in reliability(judged)) / max(len(judged), 1)


def chance_error(judged: Judged) -> float:
    """Return the calibration error that confidences which hold exactly would show on as many values, by chance alone.

    The mean distance of a tenth's share right from what it must be is that of a normal law with the same spread.
    """
    spreads: dict[int, float] = {}
    for confidence, _ in judged:
        tenth = min(int(confidence * BINS), BINS - 1)
        spreads[tenth] = spreads.get(tenth, 0.0) + confidence * (1 - confidence)
    return sum(sqrt(2 * spread / pi) for spread in spreads.values()) / max(len(judged), 1)


def brier(judged: Judged) -> float:
    """Return the mean squared distance of confidence and outcome."""
    return sum((confidence - right) ** 2 for confidence, right in judged) / max(len(judged), 1)


def risk_coverage(documents: Judged) -> list[tuple[float, float, float]]:
    """Return coverage, share wrong and threshold, from the surest document alone to all of them.

    Args:
        documents: confidence of each document's weakest critical field, and whether all it gives are right.
    """
    ranked = sorted(documents, key=lambda one: -one[0])
    curve, wrong = [], 0
    for count, (confidence, right) in enumerate(ranked, start=1):
        wrong += not right
        curve.append((count / len(ranked), wrong / count, confidence))
    return curve


def risk_at(documents: Judged, coverage: float) -> float:
    """Return the share wrong among the most confident documents up to a coverage."""
    within = [risk for share, risk, _ in risk_coverage(documents) if share <= coverage + 1e-9]
    return within[-1] if within else 0.0

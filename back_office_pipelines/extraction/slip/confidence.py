"""How sure a value of a slip is, by the kind of evidence it rests on and how well it was recognised: measured.

What belongs here: reading `confidence.yaml` and the rule from counts to a probability. What does not: the counts
themselves (`benchmarks/extraction/calibrate.py` writes them), and fields of invoices (`calibration`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from back_office_pipelines.dictionary.strict_yaml import load_mapping

FILE = Path(__file__).parent / "confidence.yaml"
UNKNOWN = 0.5
"""Probability of a value under evidence that was never counted."""
PRIOR = 4.0
"""Layouts that the rate of all evidence for a type counts as beside those of one kind of evidence."""
OPTIMISM = 2.0
"""Layouts that count as wrong beside those of a type: rules read best what they were made on."""
DOUBT = 0.5
"""Power of how doubtful a text's recognition is beside the usual one, by which the rate of errors grows."""
LEAST_DOUBT, USUAL_DOUBT = 0.002, 0.02
"""Doubt (1 less the score) below which recognition is as good as sure, and what it usually is."""
LESS, MORE = 0.3, 6.0
"""Least and most that recognition changes the rate of errors."""


class Measured(BaseModel):
    """What was counted for one kind of value under one class of evidence.

    Attributes:
        layouts: families of layouts it occurred in; each counts once, however many documents it has.
        right: sum over these families of the share of values that were right.
        doubt: mean doubt of the recognised texts: 1 less the mean probability of the characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    layouts: int
    right: str
    doubt: str

    @field_validator("right", "doubt")
    @classmethod
    def _is_number(cls, value: str) -> str:
        float(value)
        return value


class Table(BaseModel):
    """File `confidence.yaml`: "type/evidence" → what was measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    recognised: Mapping[str, Measured]


def confidence(type_name: str, evidence: str, score: float | None = None, table: Table | None = None) -> float:
    """Return the probability that a value of a type under a class of evidence is right.

    Args:
        type_name: type of the field in the dictionary.
        evidence: class of evidence.
        score: of a text recognised in a picture, the mean probability of its characters: text recognised worse than
            usual is wrong more often. None for a text layer.
        table: what was counted; the file of this package where left out.

    The rate of a class is drawn towards that of its type, as if four more layouts had been seen; that of the type is by
    Laplace's rule of succession with two more layouts wrong. So few layouts never give certainty. A class never
    measured is 0.5.
    """
    counted = (table or _table()).recognised
    measured = counted.get(f"{type_name}/{evidence}")
    if measured is None:
        rate, usual = UNKNOWN, USUAL_DOUBT
    else:
        same = [one for name, one in counted.items() if name.startswith(f"{type_name}/")]
        whole = (sum(float(one.right) for one in same) + 1) / (sum(one.layouts for one in same) + 2 + OPTIMISM)
        rate = (float(measured.right) + PRIOR * whole) / (measured.layouts + PRIOR)
        usual = max(float(measured.doubt), LEAST_DOUBT)
    if score is None:
        return round(rate, 3)
    share = float((max(1 - score, LEAST_DOUBT) / usual) ** DOUBT)
    least = 1.0 if measured is None else LESS  # clear print makes nothing sure that was never counted
    return round(max(1 - (1 - rate) * min(max(share, least), MORE), 0.0), 3)


@cache
def _table() -> Table:
    return Table.model_validate(load_mapping(FILE))

"""How sure a value of a slip is, by the kind of evidence it rests on: measured, never felt.

What belongs here: reading `confidence.yaml` and the rule from counts to a probability. What does not: the counts
themselves (`benchmarks/extraction/calibrate.py` writes them), and fields of invoices (`calibration`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from back_office_pipelines.dictionary.strict_yaml import load_mapping

FILE = Path(__file__).parent / "confidence.yaml"


class Measured(BaseModel):
    """What was counted for one kind of value under one class of evidence.

    Attributes:
        layouts: families of layouts it occurred in; each counts once, however many documents it has.
        right: sum over these families of the share of values that were right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    layouts: int
    right: str

    @field_validator("right")
    @classmethod
    def _is_number(cls, value: str) -> str:
        float(value)
        return value


class Table(BaseModel):
    """File `confidence.yaml`: "type/evidence" → what was measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    recognised: Mapping[str, Measured]


def confidence(type_name: str, evidence: str, score: float | None = None) -> float:
    """Return the probability that a value of a type under a class of evidence is right.

    Args:
        type_name: type of the field in the dictionary.
        evidence: class of evidence.
        score: of a text recognised in a picture, the mean probability of its characters; it lowers what was measured.
            None for a text layer.

    Laplace's rule of succession over layout families, (right + 1) / (layouts + 2): a class never measured is 0.5, and
    few layouts never give certainty.
    """
    measured = _table().recognised.get(f"{type_name}/{evidence}")
    rate = 0.5 if measured is None else (float(measured.right) + 1) / (measured.layouts + 2)
    return round(rate * (1.0 if score is None else score), 3)


@cache
def _table() -> Table:
    return Table.model_validate(load_mapping(FILE))

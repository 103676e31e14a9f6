"""How sure a field of an invoice is: the probability that its value is right, fitted to documents with known truths.

What belongs here: the features of a choice, and the formula over `calibration.yaml`. What does not: the weights
(`benchmarks/extraction/calibrate_invoices.py` writes them), and slips, whose evidence is counted (`confidence`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import exp
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.extraction.pdf.evidence import LEARNED, Choice

FILE = Path(__file__).parent / "calibration.yaml"
FEATURES = ("bias", "score", "margin", "held", "generic", "derived", "agreed")
"""What a probability rests on, in the order of the weights: 1, the score, the distance to the next best value, whether
other values confirm it, whether its label says little, whether other evidence than a label names it, and whether
something else yet says the same."""
MOST_SCORE, MOST_MARGIN = 2.0, 1.0
GROUPS: Mapping[str, str] = {
    "invoice_number": "number",
    "purchase_order": "order",
    "issue_date": "day",
    "due_date": "due_day",
    "net_total": "total",
    "tax_total": "total",
    "gross_total": "total",
    "amount_due": "due",
    "seller_vat_id": "identifier",
    "buyer_vat_id": "identifier",
    "seller_iban": "identifier",
    "seller_name": "seller",
    "buyer_name": "buyer",
    "currency": "currency",
}
"""Fields whose choices rest on the same kind of evidence; all others are `other`."""
LINE = "line"
"""Evidence, and group, of the values of a line; `held` says whether quantity times price is its amount, and `agreed`
whether all lines of the document lead to its net total."""


class Group(BaseModel):
    """Weights of one group of fields.

    Attributes:
        weights: of FEATURES, in their order.
        layouts: families of layouts that were counted on; few never give certainty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    weights: tuple[str, ...]
    layouts: int

    @field_validator("weights")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len([float(one) for one in value]) != len(FEATURES):
            raise ValueError(f"one weight each for {', '.join(FEATURES)}")
        return value


def group_of(choice: Choice) -> str:
    """Return the group of fields that a choice is calibrated with; all fields of lines are one."""
    return LINE if choice.evidence == LINE else GROUPS.get(choice.field, "other")


def features(choice: Choice) -> tuple[float, ...]:
    """Return what the probability of a choice rests on."""
    generic = choice.evidence.removesuffix("_closes").endswith(("generic", "weak"))
    derived = not generic and not choice.evidence.removesuffix("_closes").endswith(("specific", "label"))
    score, margin = min(choice.score, MOST_SCORE), max(0.0, min(choice.margin, MOST_MARGIN))
    return 1.0, score, margin, float(choice.held), float(generic), float(derived), float(choice.agreed)


def probability(weights: Sequence[float], values: Sequence[float], layouts: int) -> float:
    """Return the logistic function of weighted features, drawn in from certainty by how few layouts it was fitted to.

    As if one more layout had been seen, in which the value was right half the time (the prior of Jeffreys): the order
    of two values stays what it was.
    """
    power = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return (layouts / (1 + exp(-power)) + 0.5) / (layouts + 1)


def sureness(choice: Choice) -> float:
    """Return the probability that a choice is right; of recognised text, times the score of its letters.

    What a lesson says is as sure as the least sure kind of evidence with the same distance to the next best value.
    """
    group = _groups()[group_of(choice)]
    weights = [float(one) for one in group.weights]
    sure = min(probability(weights, values, group.layouts) for values in _as_measured(choice))
    return round(sure * (1.0 if choice.found.score is None else choice.found.score), 3)


def _as_measured(choice: Choice) -> list[tuple[float, ...]]:
    """Return the features of a choice; of a lesson's, which no fit has seen, those of every kind of evidence."""
    if choice.evidence != LEARNED:
        return [features(choice)]
    return [features(replace(choice, evidence=kind)) for kind in ("specific", "generic", "derived")]


@cache
def _groups() -> Mapping[str, Group]:
    return {name: Group.model_validate(group) for name, group in load_mapping(FILE).items()}

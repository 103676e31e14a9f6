"""How likely each name is the seller's and each the buyer's: weighted traits, and one choice of both roles.

What belongs here: the formula over `parties.yaml`. What does not: traits (`traits`, `nominees`), and fitting
(`benchmarks/extraction/rank_parties.py` writes the weights).

A role's power of a name is the sum of its weighted traits; that nobody has the role has a power of its own. The
probability of a pair of names is that of both roles, as in a multinomial logit (McFadden 1974), pairs of one name left
out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.pdf.parties.nominees import Nominee

FILE = Path(__file__).parent / "parties.yaml"
ROLES = ("seller_name", "buyer_name")
BIAS = "bias"
"""Trait that every name has."""
SHORTENED = frozenset(("part_of_longer", "other_is_formed"))
"""Traits of a sign that is part of a full name: whoever sells has one, and buyers are named in full."""
SCALE = 4.0
"""Log-odds that are worth 1 in a score."""
NOBODY = {"seller_name": -1.5, "buyer_name": 0.0}
"""Power of nobody's having a role: somebody sells, so that a name that may be either party's is the seller's."""
LIKELIEST = 8
"""Names of a role that are looked at in pairs: the others have next to no probability."""


class Weights(BaseModel):
    """File `parties.yaml`: what each trait is worth for each role, 0 where a trait is not in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    seller_name: Mapping[str, str]
    buyer_name: Mapping[str, str]

    @field_validator("seller_name", "buyer_name")
    @classmethod
    def _are_numbers(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for one in value.values():
            float(one)
        return value


Worth = Mapping[str, Mapping[str, float]]


def power(traits: Mapping[str, float], worth: Mapping[str, float]) -> float:
    """Return the sum of weighted traits."""
    return worth.get(BIAS, 0.0) + sum(worth.get(name, 0.0) * value for name, value in traits.items())


@dataclass(frozen=True)
class Likely:
    """The likeliest name of a role.

    Attributes:
        score: its log-odds in SCALE, 1 for even odds, from 0 to 2.
        margin: how much likelier it is than the next name, from 0 to 1.
        rival: the next name, where one is left.
    """

    nominee: Nominee
    score: float
    margin: float
    rival: Nominee | None


Apart = Callable[[Nominee, Nominee], bool]
Shares = dict[int | None, float]


def ranked(names: Sequence[Nominee], is_apart: Apart, worth: Worth | None = None) -> dict[str, Likely]:
    """Return the name of each role in the likeliest pair of them; no entry where that pair leaves the role to nobody.

    Args:
        names: of the document.
        is_apart: whether two names may be those of two parties.
        worth: by role and trait; the file of this package where left out.
    """
    worth = worth or fitted()
    sellers, buyers = [_best(names, worth[role], NOBODY[role]) for role in ROLES]
    pairs = {
        (seller, buyer): one + other
        for seller, one in sellers.items()
        for buyer, other in buyers.items()
        if buyer is None or not names[buyer].traits.keys() >= SHORTENED
        if seller is None or buyer is None or (seller != buyer and is_apart(names[seller], names[buyer]))
    }
    most = max(pairs.values())
    total = sum(exp(value - most) for value in pairs.values())
    chosen = max(pairs, key=lambda pair: pairs[pair])
    found: dict[str, Likely] = {}
    for at, role in enumerate(ROLES):
        shares: Shares = {}
        for pair, value in pairs.items():
            shares[pair[at]] = shares.get(pair[at], 0.0) + exp(value - most) / total
        if (name := chosen[at]) is not None:
            found[role] = _likely(names, name, shares, chosen[1 - at])
    return found


def _best(names: Sequence[Nominee], worth: Mapping[str, float], nobody: float) -> Shares:
    """Return the power of the names most likely to have a role, and of nobody's having it."""
    powers = sorted(((power(one.traits, worth), -at) for at, one in enumerate(names)), reverse=True)
    return {None: nobody, **{-at: value for value, at in powers[:LIKELIEST]}}


def _likely(names: Sequence[Nominee], name: int, shares: Shares, taken: int | None) -> Likely:
    """Return a name with its odds; the name of the other role is no rival to show, but counts as one."""
    share = min(max(shares[name], 1e-6), 1 - 1e-6)
    second = max((value for other, value in shares.items() if other != name), default=0.0)
    others = [other for other in shares if other not in (name, taken, None)]
    rival = max(others, key=lambda other: shares[other], default=None)
    score = min(max(1 + log(share / (1 - share)) / SCALE, 0.0), 2.0)
    return Likely(names[name], score, max(share - second, 0.0), None if rival is None else names[rival])


@cache
def fitted() -> Worth:
    """Return the weights of the file of this package, by role and trait."""
    weights = Weights.model_validate(load_texts(FILE))
    return {role: {name: float(one) for name, one in getattr(weights, role).items()} for role in ROLES}

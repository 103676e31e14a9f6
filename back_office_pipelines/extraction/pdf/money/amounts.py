"""Amounts as totals: which ones labels propose for each field, and which the page prints.

What belongs here: gathering them by value. What does not: which of them hold together (`solutions`, `totals`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row, number_of
from back_office_pipelines.values.style import Style

UNLABELLED = 0.25
"""Worth of an amount without a label that closes a sum of two others."""
AGAIN = 0.05
"""Worth of being proposed again."""
NAMED = 0.7
"""Worth from which on a label leaves no doubt."""
MOST_OPTIONS = 12
CENT = Decimal("0.011")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """A number as a total.

    Attributes:
        parts: the mentions whose sum it is; one, except for tax shown by rate only.
    """

    value: Decimal
    score: float
    parts: tuple[Mention, ...]
    evidence: str


Options = Mapping[Decimal, Amount]
Places = Mapping[Decimal, Mention]


def options_of(field: str, candidates: Sequence[Candidate], style: Style) -> dict[Decimal, Amount]:
    """Return the numbers that labels propose for a field; one proposed again counts a little more."""
    found: dict[Decimal, Amount] = {}
    for candidate in candidates:
        if candidate.field != field or (value := number_of(candidate.mention, style)) is None:
            continue
        known = found.get(value)
        if known is None or known.score < candidate.score:
            more = 0.0 if known is None else AGAIN
            found[value] = Amount(value, candidate.score + more, (candidate.mention,), candidate.evidence)
    return found


def printed_in(rows: Sequence[Row], style: Style) -> dict[Decimal, Mention]:
    """Return every amount of the document with where it stands last."""
    return {
        number: mention
        for row in rows
        for mention in row.of_kind("amount")
        if (number := number_of(mention, style)) is not None
    }


def best_of(options: Mapping[str, Options]) -> dict[str, Amount]:
    """Return the best labelled amount of each field that has any."""
    return {field: max(found.values(), key=score_of) for field, found in options.items() if found}


def score_of(amount: Amount) -> float:
    """Return what an amount is worth."""
    return amount.score


def best(options: Options) -> list[Amount]:
    """Return the amounts that are looked at, the best first."""
    return sorted(options.values(), key=lambda one: -one.score)[:MOST_OPTIONS]


def completed(value: Decimal, printed: Places) -> Amount:
    """Return a printed amount that no label names and a sum asks for."""
    return Amount(value, UNLABELLED, (printed[value],), "completes_sum")

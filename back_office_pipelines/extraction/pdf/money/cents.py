"""Amounts without cents on pages that print cents: numbers of customers, rooms and boxes beside words of money.

What belongs here: which candidates of totals are no amounts for that reason. What does not: labels (`pairing`), and
choosing among totals (`totals`).
"""

import re
from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.facts.candidate import WEAK, Candidate
from back_office_pipelines.extraction.pdf.money.amounts import NAMED
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS

BARE = re.compile(r"[\d.,'\u2019 \u00a0]+")
"""A number without a sign of a currency."""


def in_cents(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without the amounts that have no cents, where every total named beyond doubt has them.

    A whole number stays where a label names it beyond doubt, and with a currency beside a label of its own; so does a
    zero.

    Args:
        candidates: of all fields.
    """
    named = [one for one in candidates if one.mention.kind == "amount" and one.score >= NAMED]
    if not named or not all(WITH_CENTS.search(one.mention.found.text) for one in named):
        return list(candidates)
    return [one for one in candidates if one.mention.kind != "amount" or _is_money(one)]


def _is_money(one: Candidate) -> bool:
    text = one.mention.found.text
    if WITH_CENTS.search(text) or not text.strip("0 ,.-"):
        return True
    return BARE.fullmatch(text) is None and one.score >= WEAK

"""Amounts that are the sum of the others by their name: the last of a column, and the total of a bill in parts.

What belongs here: telling them by arithmetic. What does not: sums of several names in one row (`summaries`), and what a
total is (`totals`).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.money.summaries import EVIDENCE
from back_office_pipelines.extraction.pdf.page.rows import number_of
from back_office_pipelines.values.style import Style

COLUMN_SUM = 0.35
"""What it is worth that an amount under a label is the sum of the others there."""
FEWEST_PARTS = 2
"""Parts of a bill from which on their sum is none by accident."""
AS_GOOD = 0.97
"""Share of the best score of a name from which on an amount is named as well."""


def column_sums(candidates: Sequence[Candidate], style: Style) -> Iterator[Candidate]:
    """Yield the last amount under a label again, better, where it is the sum of those above it."""
    columns: dict[int, list[Candidate]] = {}
    for one in candidates:
        if one.label is not None and one.evidence.startswith("below"):
            columns.setdefault(id(one.label), []).append(one)
    for column in columns.values():
        numbers = [number_of(one.mention, style) for one in column if one.field == column[0].field]
        for last in range(2, len(numbers)):
            known = [number for number in numbers[:last] if number is not None]
            if len(known) == last and sum(known) == numbers[last]:
                yield from (
                    Candidate(one.field, one.mention, one.score + COLUMN_SUM, one.label, EVIDENCE)
                    for one in column
                    if one.mention is column[last].mention
                )


def wholes_of_parts(candidates: Sequence[Candidate], style: Style) -> set[Decimal]:
    """Return the totals that the others by the same name make up: a bill sums up its parts, each with a total.

    Such a bill names it twice by that name, before its parts and after them; a sum of some lines is named once.
    """
    named: dict[str, dict[int, Candidate]] = {}
    for one in candidates:
        if one.field == "gross_total" and one.label is not None and one.evidence.startswith("right"):
            rows = named.setdefault(one.label.key, {})
            rows[one.label.row] = max(one, rows.get(one.label.row, one), key=lambda other: other.score)
    wholes: set[Decimal] = set()
    for rows in named.values():
        least = AS_GOOD * max(one.score for one in rows.values())
        beside = (number_of(one.mention, style) for one in rows.values() if one.score >= least)
        values = [value for value in beside if value is not None]
        whole = max(values, default=Decimal(0))
        parts = [value for value in values if value != whole]
        if len(parts) >= FEWEST_PARTS and sum(parts) == whole and len(values) - len(parts) > 1:
            wholes.add(whole)
    return wholes

"""One value a field out of its candidates, or AMBIGUOUS: by arithmetic where amounts close, else by being alone.

What belongs here: the rules that settle candidates, each named as an evidence class whose confidence is measured
(`confidence.yaml`). What does not: finding candidates (`locate`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from back_office_pipelines.extraction.pdf.locate import Candidate
from back_office_pipelines.extraction.pdf.spans import Found
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style
from back_office_pipelines.values.text import compact_upper

TOTALS = ("net_total", "tax_total", "gross_total")
MOST_COMBINATIONS = 5_000


@dataclass(frozen=True)
class Choice:
    """A field's value and the class of evidence it rests on."""

    field: str
    found: Found
    evidence: str


@dataclass(frozen=True)
class Undecided:
    """A field whose candidates contradict each other."""

    field: str
    texts: tuple[str, ...]


def choose(candidates: Sequence[Candidate], style: Style) -> tuple[tuple[Choice, ...], tuple[Undecided, ...]]:
    """Settle every labelled field."""
    closing = closing_totals(candidates, style)
    chosen: list[Choice] = list(closing)
    undecided: list[Undecided] = []
    settled = {choice.field for choice in closing}
    for field in dict.fromkeys(candidate.field for candidate in candidates):
        if field in settled:
            continue
        best = _most_telling([candidate for candidate in candidates if candidate.field == field])
        texts = tuple(dict.fromkeys(compact_upper(candidate.found.text) for candidate in best))
        if len(texts) == 1:
            chosen.append(Choice(field, best[0].found, _evidence(best[0], len(best))))
        else:
            undecided.append(Undecided(field, tuple(candidate.found.text for candidate in best[:5])))
    return tuple(chosen), tuple(undecided)


def closing_totals(candidates: Sequence[Candidate], style: Style) -> tuple[Choice, ...]:
    """Return net, tax and gross where exactly one set of values among their candidates adds up."""
    groups = [_numbers([entry for entry in candidates if entry.field == field], style) for field in TOTALS]
    if not all(groups) or len(groups[0]) * len(groups[1]) * len(groups[2]) > MOST_COMBINATIONS:
        return ()
    sums = {
        tuple(number for number, _ in entry): tuple(found for _, found in entry)
        for entry in product(*groups)
        if entry[0][0] + entry[1][0] == entry[2][0] and entry[1][0]
    }
    if len(sums) != 1:
        return ()
    return tuple(Choice(field, found, "sum_closes") for field, found in zip(TOTALS, *sums.values(), strict=True))


def mark_open(chosen: Sequence[Choice], style: Style) -> tuple[Choice, ...]:
    """Mark net and tax as open where both are chosen and add up to neither the gross total nor the amount due."""
    numbers = {
        choice.field: number
        for choice in chosen
        if isinstance(number := parse_decimal(choice.found.text, style), Decimal)
    }
    totals = [numbers[field] for field in ("gross_total", "amount_due") if field in numbers]
    if not totals or not {"net_total", "tax_total"} <= numbers.keys():
        return tuple(chosen)
    if numbers["net_total"] + numbers["tax_total"] in totals:
        return tuple(chosen)
    return tuple(
        replace(choice, evidence=f"{choice.evidence}_open") if choice.field in ("net_total", "tax_total") else choice
        for choice in chosen
    )


def third_total(chosen: Sequence[Choice], printed: Sequence[Found], style: Style) -> Choice | None:
    """Return the missing one of net, tax and gross where two are chosen and the number that closes them is printed."""
    numbers = {
        choice.field: number
        for choice in chosen
        if choice.field in TOTALS and isinstance(number := parse_decimal(choice.found.text, style), Decimal)
    }
    missing = [field for field in TOTALS if field not in numbers]
    if len(missing) != 1:
        return None
    net, tax, gross = (numbers.get(field, Decimal(0)) for field in TOTALS)
    wanted = {"net_total": gross - tax, "tax_total": gross - net, "gross_total": net + tax}[missing[0]]
    if not wanted:
        return None
    found = next((entry for entry in printed if parse_decimal(entry.text, style) == wanted), None)
    return None if found is None else Choice(missing[0], found, "completes_sum")


def _numbers(candidates: Sequence[Candidate], style: Style) -> list[tuple[Decimal, Found]]:
    values: Iterator[tuple[Decimal, Found]] = (
        (number, candidate.found)
        for candidate in candidates
        if isinstance(number := parse_decimal(candidate.found.text, style), Decimal)
    )
    return list(dict(values).items())


def _most_telling(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates of specific labels where there are any, and of these the ones on the label's own line."""
    specific = [candidate for candidate in candidates if not candidate.generic] or list(candidates)
    return [candidate for candidate in specific if candidate.place == "right"] or specific


def _evidence(candidate: Candidate, times: int) -> str:
    label = "generic" if candidate.generic else "specific"
    return f"{candidate.place}_{label}{'_repeated' if times > 1 else ''}"

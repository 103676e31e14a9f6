"""Net, tax and gross that hold together: every solution with one gross total, and what it is worth.

What belongs here: arithmetic over amounts. What does not: which amounts there are (`amounts`), and which solution is
taken (`totals`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.money.amounts import (
    MOST_OPTIONS,
    UNLABELLED,
    ZERO,
    Amount,
    Options,
    Places,
    best,
    completed,
)
from back_office_pipelines.extraction.pdf.money.wholes import AS_GOOD

CLOSED, ZERO_TAX = 1.0, 0.5
"""What it is worth that net and tax make the gross, and that a net without tax is the gross."""
SIGN_LOST = 0.8
"""Worth left of an amount whose sign only arithmetic tells."""
HIGHEST_RATE = Decimal("0.35")
GROUPS = 3
"""Amounts named as well as one another from which on they are those of groups."""
MOST_ROUNDED = Decimal(1)


@dataclass(frozen=True)
class Totals:
    """The totals of a document by field, and how well they hold together.

    Attributes:
        closes: net and tax make the gross.
        rival: score of the best solution with another gross total.
        others: the amounts of that solution.
        left: what is due after balances of earlier bills and payments or without a commission, and what these are
            together; None where nothing of the kind stands between the gross total and what is due.
        commissioned: an agency's commission is what stands between them.
    """

    amounts: Mapping[str, Amount]
    score: float
    closes: bool
    rival: float = 0.0
    others: Mapping[str, Amount] = field(default_factory=dict)
    left: tuple[Amount, Decimal] | None = None
    commissioned: bool = False

    def net_by_gross(self) -> Decimal:
        """Return what is left of the gross total without the tax."""
        tax = self.amounts.get("tax_total")
        return self.amounts["gross_total"].value - (ZERO if tax is None else tax.value)

    def without_net(self) -> "Totals":
        """Return those that close by allowances or charges after what the page calls net: no net is printed."""
        kept = {name: amount for name, amount in self.amounts.items() if name != "net_total"}
        return replace(self, amounts=kept, closes=True)


@dataclass(frozen=True)
class Shown:
    """What a page shows beside its gross total.

    Attributes:
        nets, taxes, roundings: what labels propose.
        printed: every amount, with where it stands.
        rates: every rate, in percent.
    """

    nets: Options
    taxes: Options
    roundings: Options
    printed: Places
    rates: AbstractSet[Decimal]


def solutions(gross: Amount, shown: Shown, named: Collection[Decimal]) -> Iterator[Totals]:
    """Yield all solutions with one gross total.

    Args:
        gross: the total.
        shown: what may lead to it.
        named: the values that the page names as gross totals.
    """
    yield from _around(gross, shown)
    yield from _rounded(gross, shown, named)


def _around(gross: Amount, shown: Shown) -> Iterator[Totals]:
    """Yield the solutions with one gross total: closing ones, one without tax, and the labels alone."""
    nets, taxes, printed = shown.nets, shown.taxes, shown.printed
    for tax in (*best(taxes), *_by_rate(gross, nets, taxes, printed), *_negative(gross, taxes)):
        net = _completing(gross.value - tax.value, nets, printed)
        if tax.value and net is not None and _plausible(net.value, tax.value):
            yield _solution(gross, net, tax, CLOSED)
    for net in best(nets):
        rest = gross.value - net.value
        if rest in printed and rest not in taxes and net.value and is_rate(rest / net.value, shown.rates):
            yield _solution(gross, net, completed(rest, printed), CLOSED)
    if gross.value in nets and (ZERO in taxes or not taxes):
        yield _solution(gross, nets[gross.value], taxes.get(ZERO), ZERO_TAX)
    elif ZERO in taxes and not nets and not any(taxes.keys() - {ZERO}):
        yield _solution(gross, replace(gross, score=UNLABELLED, evidence="completes_sum"), taxes[ZERO], ZERO_TAX)
    yield _open(gross, nets, taxes)


def _rounded(gross: Amount, shown: Shown, named: Collection[Decimal]) -> Iterator[Totals]:
    """Yield the solutions in which a printed rounding stands between net and tax and their total.

    Where the page names what they add up to as a total, that is the total, and the rounding leads on to what is due.
    """
    nets, taxes = shown.nets, shown.taxes
    for change in shown.roundings:
        before = replace(gross, value=gross.value - change)
        if before.value in named:
            continue
        for tax in (*best(taxes), *_by_rate(before, nets, taxes, {})) if ZERO < abs(change) < MOST_ROUNDED else ():
            net = nets.get(before.value - tax.value)
            if net is not None and _plausible(net.value, tax.value):
                yield _solution(gross, net, tax, CLOSED)


def _open(gross: Amount, nets: Options, taxes: Options) -> Totals:
    """Return the labels' own proposals that are possible beside a gross total, whether or not they close."""
    below = [one for one in best(nets) if abs(one.value) <= abs(gross.value) and bool(one.value) == bool(gross.value)]
    tax = [one for one in best(taxes) if abs(one.value) < abs(gross.value) * HIGHEST_RATE or not one.value]
    found = {"gross_total": gross}
    for name, some in (("net_total", below), ("tax_total", tax)):
        if some and not _are_of_groups(some):
            found[name] = some[0]
    score = gross.score + sum(one.score for name, one in found.items() if name != "gross_total") / 4
    return Totals(found, score, closes=False)


def _are_of_groups(some: Sequence[Amount]) -> bool:
    """Tell whether several amounts are named as well as the best: they are sums of groups, or of one rate each."""
    return sum(one.score >= some[0].score * AS_GOOD for one in some) >= GROUPS


def _by_rate(gross: Amount, nets: Options, taxes: Options, printed: Places) -> Iterator[Amount]:
    """Yield the sum of the taxes of several rates, where it makes up the difference of a net and the gross.

    Of two equal halves the page may print the sum and what is left of the gross instead of calling that net.
    """
    parts = [one for one in taxes.values() if one.value]
    for one in parts:
        halves = one.value * 2 in printed and gross.value - one.value * 2 in printed  # "CGST" and "SGST" are two halves
        closing = any(one.value * 2 == gross.value - net.value for net in nets.values())
        if (closing or halves) and one.evidence != "column_sum":
            yield Amount(one.value * 2, one.score, one.parts * 2, "sum_of_rates")
    if 1 < len(parts) <= MOST_OPTIONS:
        for net in best(nets):
            chosen = None if gross.value - net.value in taxes else _subset(gross.value - net.value, parts)
            if chosen is not None:
                yield Amount(
                    gross.value - net.value,
                    min(one.score for one in chosen),
                    tuple(mention for one in chosen for mention in one.parts),
                    "sum_of_rates",
                )


def _negative(gross: Amount, taxes: Options) -> Iterator[Amount]:
    """Yield the taxes of a credit below zero whose minus is lost or stands apart."""
    if gross.value < 0:
        for tax in best(taxes):
            if tax.value > 0:
                yield Amount(-tax.value, tax.score * SIGN_LOST, tax.parts, tax.evidence)


def _subset(total: Decimal, parts: Sequence[Amount]) -> tuple[Amount, ...] | None:
    """Return two or three amounts that add up to a total."""
    for first, one in enumerate(parts):
        for second in range(first + 1, len(parts)):
            other = parts[second]
            if one.value + other.value == total:
                return one, other
            for third in parts[second + 1 :]:
                if one.value + other.value + third.value == total:
                    return one, other, third
    return None


def _completing(value: Decimal, nets: Options, printed: Places) -> Amount | None:
    if value in nets:
        return nets[value]
    if value in printed:
        return completed(value, printed)
    return None


def _plausible(net: Decimal, tax: Decimal) -> bool:
    return bool(net) and ZERO < tax / net <= HIGHEST_RATE


def is_rate(share: Decimal, rates: AbstractSet[Decimal]) -> bool:
    """Tell whether a share is a printed rate."""
    return any(abs(share * 100 - rate) < Decimal("0.02") for rate in rates if rate)


def _solution(gross: Amount, net: Amount, tax: Amount | None, bonus: float) -> Totals:
    found = {"gross_total": gross, "net_total": net}
    if tax is not None:
        found["tax_total"] = tax
    return Totals(found, bonus + sum(one.score for one in found.values()), closes=tax is not None)

"""Net, tax, gross and what is due, chosen together: labels propose, arithmetic decides.

What belongs here: which amounts of a document are its totals. What does not: labels (`pairing`), lines (`items`).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.pairing import Candidate
from back_office_pipelines.extraction.pdf.money.carried import balances, beside_day
from back_office_pipelines.extraction.pdf.money.commission import Commission, commission_of
from back_office_pipelines.extraction.pdf.money.deducted import is_kept_back
from back_office_pipelines.extraction.pdf.money.summaries import exempt_rows, row_sums
from back_office_pipelines.extraction.pdf.money.taxed_rows import by_taxed_rows
from back_office_pipelines.extraction.pdf.money.wholes import AS_GOOD, column_sums, wholes_of_parts
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row, number_of
from back_office_pipelines.values.style import Style

CLOSED, ZERO_TAX = 1.0, 0.5
"""What it is worth that net and tax make the gross, and that a net without tax is the gross."""
UNLABELLED = 0.25
"""Worth of an amount without a label that closes a sum of two others."""
DUE_AS_GROSS = 0.75
"""Worth of an amount due as the gross total, where nothing names one."""
LEADS_TO_DUE = 0.6
"""What it is worth that a gross total less a payment is an amount due."""
OF_PARTS = 0.6
"""What it is worth that a total is what the others by its name make up."""
SIGN_LOST = 0.8
"""Worth left of an amount whose sign only arithmetic tells."""
HIGHEST_RATE = Decimal("0.35")
HIGHEST_SALES_TAX = Decimal("0.12")
"""Rate above which a tax is one on value added; those on sales and gross receipts are lower."""
MOST_OPTIONS = 12
GROUPS = 3
"""Amounts named as well as one another from which on they are those of groups."""
NAMED = 0.7
"""Worth from which on a label leaves no doubt."""
MOST_ROUNDED = Decimal(1)
CENT = Decimal("0.011")
RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
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


Options = Mapping[Decimal, Amount]
Places = Mapping[Decimal, Mention]


def choose_totals(rows: Sequence[Row], candidates: Sequence[Candidate], style: Style) -> Totals:
    """Return the totals that labels and arithmetic together make most likely."""
    printed = printed_in(rows, style)
    numbers = {id(one): number_of(one, style) for row in rows for one in row.of_kind("amount")}
    rates = {Decimal(text.replace(",", ".")) for row in rows if "%" in row.text for text in RATE.findall(row.text)}
    candidates = [*candidates, *column_sums(candidates, style), *row_sums(rows, numbers, printed, rates)]
    candidates += exempt_rows(rows, numbers)
    candidates = by_taxed_rows(candidates, rows, numbers, printed)
    options = {field: options_of(field, candidates, style) for field in ("net_total", "tax_total", "gross_total")}
    due = options_of("amount_due", [*candidates, *beside_day(rows)], style)
    paid = options_of("prepaid_total", candidates, style)
    commission = commission_of(rows, printed, {*options["net_total"], *options["gross_total"], *due})
    if commission is not None and not _is_taxed(commission.left, options["tax_total"], printed):
        return _commissioned(commission, {**options, "amount_due": due, "prepaid_total": paid}, printed, rates)
    rounding = options_of("rounding_amount", candidates, style)
    gross = dict(options["gross_total"])
    carried = balances(rows, numbers, _places(gross), _places(due), paid)
    kept = [] if gross else _kept_back(rows, style, options["net_total"], due)
    if kept:
        return Totals({"net_total": kept[0]}, kept[0].score, closes=False)
    for value, amount in due.items():
        weaker = Amount(value, amount.score * DUE_AS_GROSS, amount.parts, amount.evidence)
        gross[value] = max(gross.get(value, weaker), weaker, key=lambda one: one.score)
    for whole in wholes_of_parts(candidates, style) & gross.keys():
        gross[whole] = replace(gross[whole], score=gross[whole].score + OF_PARTS)
    for value in {*_leading_to(due, gross, paid), *carried}:
        gross[value] = replace(gross[value], score=gross[value].score + LEADS_TO_DUE)
    named = frozenset(gross)
    _add_sums(gross, options, printed)
    if not gross and not any(options["tax_total"]):
        gross = _untaxed(options["net_total"])
    solutions: list[Totals] = [
        solution
        for amount in _best(gross)
        for solution in (
            *_around(amount, options["net_total"], options["tax_total"], printed, rates),
            *_rounded(amount, options["net_total"], options["tax_total"], rounding, named),
        )
    ]
    if not solutions:
        return Totals(best_of(options), 0.0, closes=False)
    best = max(solutions, key=lambda one: one.score)
    if (ahead := carried.get(best.amounts["gross_total"].value)) is not None:
        best = replace(best, left=(due[ahead[0]], ahead[1]))
    rivals = [one for one in solutions if one.amounts["gross_total"].value != best.amounts["gross_total"].value]
    if not rivals:
        return best
    rival = max(rivals, key=lambda one: one.score)
    return replace(best, rival=rival.score, others=rival.amounts)


def _kept_back(rows: Sequence[Row], style: Style, nets: Options, due: Options) -> list[Amount]:
    """Return what a page calls net beyond doubt, and of which what is due leaves out only what the buyer keeps back."""
    return [
        one
        for one in _best(nets)
        if one.score >= NAMED and any(is_kept_back(rows, style, one.parts[0], last.parts[0]) for last in due.values())
    ]


def _commissioned(one: Commission, options: Mapping[str, Options], printed: Places, rates: set[Decimal]) -> Totals:
    """Return the totals of a bill with an agency's commission: due is what is left, with tax and without payments."""
    named = {**options["net_total"], **options["gross_total"], **options["amount_due"]}
    found = {"gross_total": named.get(one.gross) or _completed(one.gross, printed)}
    asked = one.left
    for tax in (*_best(options["tax_total"]), *_up_to(options["amount_due"], asked, printed, rates)):
        if not tax.value or (asked + tax.value in printed and abs(tax.value) < abs(asked) * HIGHEST_RATE):
            found["tax_total"], asked = tax, asked + tax.value
            break
    added = asked - one.gross
    asked = next((asked - abs(paid) for paid in options["prepaid_total"] if paid and asked - abs(paid) in named), asked)
    left = named.get(asked) or _completed(asked, printed)
    score = CLOSED + found["gross_total"].score + left.score
    return Totals(found, score, closes=True, left=(left, added), commissioned=True)


def _is_taxed(left: Decimal, taxes: Options, printed: Places) -> bool:
    """Tell whether value added tax is on what is left: then a commission is an allowance (EN 16931, BT-107)."""
    rates = [tax / left for tax in taxes if left and left + tax in printed]
    return any(HIGHEST_SALES_TAX < rate <= HIGHEST_RATE for rate in rates)


def _up_to(due: Options, left: Decimal, printed: Places, rates: set[Decimal]) -> Iterator[Amount]:
    """Yield the printed amounts that lead, by a printed rate, to what is due: a tax by a name nobody listed."""
    for value in due:
        if left and value - left in printed and _is_rate((value - left) / left, rates):
            yield _completed(value - left, printed)


def _completed(value: Decimal, printed: Places) -> Amount:
    return Amount(value, UNLABELLED, (printed[value],), "completes_sum")


def without_net(totals: Totals) -> Totals:
    """Return totals that close by allowances or charges the page prints after what it calls net: no net is printed."""
    kept = {name: amount for name, amount in totals.amounts.items() if name != "net_total"}
    return replace(totals, amounts=kept, closes=True)


def _places(options: Options) -> dict[Decimal, Mention]:
    return {value: one.parts[0] for value, one in options.items()}


def _leading_to(due: Options, gross: Options, paid: Options) -> list[Decimal]:
    """Return the gross totals of which a payment leaves an amount due."""
    return [total for total in gross if any(value and total - abs(value) in due for value in paid)]


def _score(amount: Amount) -> float:
    return amount.score


def best_of(options: Mapping[str, Options]) -> dict[str, Amount]:
    """Return the best labelled amount of each field that has any."""
    return {field: max(found.values(), key=_score) for field, found in options.items() if found}


def options_of(field: str, candidates: Sequence[Candidate], style: Style) -> dict[Decimal, Amount]:
    """Return the numbers that labels propose for a field; one proposed again counts a little more."""
    found: dict[Decimal, Amount] = {}
    for candidate in candidates:
        if candidate.field != field or (value := number_of(candidate.mention, style)) is None:
            continue
        known = found.get(value)
        if known is None or known.score < candidate.score:
            more = 0.0 if known is None else 0.05
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


def _add_sums(gross: dict[Decimal, Amount], options: Mapping[str, Options], printed: Mapping[Decimal, Mention]) -> None:
    """Add the printed sums of a labelled net and a labelled tax as gross totals."""
    for net in _best(options["net_total"]):
        for tax in _best(options["tax_total"]):
            total = net.value + tax.value
            if tax.value and total in printed and total not in gross:
                gross[total] = Amount(total, UNLABELLED, (printed[total],), "completes_sum")


def _untaxed(nets: Options) -> dict[Decimal, Amount]:
    """Return what a page that names neither tax nor gross total calls net beyond doubt: it is what is asked for."""
    return {value: replace(one, score=one.score * DUE_AS_GROSS) for value, one in nets.items() if one.score >= NAMED}


def _best(options: Options) -> list[Amount]:
    return sorted(options.values(), key=lambda one: -one.score)[:MOST_OPTIONS]


def _around(
    gross: Amount, nets: Options, taxes: Options, printed: Mapping[Decimal, Mention], rates: set[Decimal]
) -> Iterator[Totals]:
    """Yield the solutions with one gross total: closing ones, one without tax, and the labels alone."""
    for tax in (*_best(taxes), *_by_rate(gross, nets, taxes, printed), *_negative(gross, taxes)):
        net = _completing(gross.value - tax.value, nets, printed)
        if tax.value and net is not None and _plausible(net.value, tax.value):
            yield _solution(gross, net, tax, CLOSED)
    for net in _best(nets):
        rest = gross.value - net.value
        if rest in printed and rest not in taxes and net.value and _is_rate(rest / net.value, rates):
            yield _solution(gross, net, Amount(rest, UNLABELLED, (printed[rest],), "completes_sum"), CLOSED)
    if gross.value in nets and (ZERO in taxes or not taxes):
        yield _solution(gross, nets[gross.value], taxes.get(ZERO), ZERO_TAX)
    elif ZERO in taxes and not nets and not any(taxes.keys() - {ZERO}):
        yield _solution(gross, replace(gross, score=UNLABELLED, evidence="completes_sum"), taxes[ZERO], ZERO_TAX)
    yield _open(gross, nets, taxes)


def _rounded(
    gross: Amount, nets: Options, taxes: Options, rounding: Options, named: Collection[Decimal]
) -> Iterator[Totals]:
    """Yield the solutions in which a printed rounding stands between net and tax and their total.

    Where the page names what they add up to as a total, that is the total, and the rounding leads on to what is due.
    """
    for change in rounding:
        before = replace(gross, value=gross.value - change)
        if before.value in named:
            continue
        for tax in (*_best(taxes), *_by_rate(before, nets, taxes, {})) if ZERO < abs(change) < MOST_ROUNDED else ():
            net = nets.get(before.value - tax.value)
            if net is not None and _plausible(net.value, tax.value):
                yield _solution(gross, net, tax, CLOSED)


def _open(gross: Amount, nets: Options, taxes: Options) -> Totals:
    """Return the labels' own proposals that are possible beside a gross total, whether or not they close."""
    below = [one for one in _best(nets) if abs(one.value) <= abs(gross.value) and bool(one.value) == bool(gross.value)]
    tax = [one for one in _best(taxes) if abs(one.value) < abs(gross.value) * HIGHEST_RATE or not one.value]
    found = {"gross_total": gross}
    for name, some in (("net_total", below), ("tax_total", tax)):
        if some and not _are_of_groups(some):
            found[name] = some[0]
    score = gross.score + sum(one.score for name, one in found.items() if name != "gross_total") / 4
    return Totals(found, score, closes=False)


def _are_of_groups(some: Sequence[Amount]) -> bool:
    """Tell whether several amounts are named as well as the best: they are sums of groups, or of one rate each."""
    return sum(one.score >= some[0].score * AS_GOOD for one in some) >= GROUPS


def _by_rate(gross: Amount, nets: Options, taxes: Options, printed: Mapping[Decimal, Mention]) -> Iterator[Amount]:
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
        for net in _best(nets):
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
        for tax in _best(taxes):
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


def _completing(value: Decimal, nets: Options, printed: Mapping[Decimal, Mention]) -> Amount | None:
    if value in nets:
        return nets[value]
    if value in printed:
        return _completed(value, printed)
    return None


def _plausible(net: Decimal, tax: Decimal) -> bool:
    return bool(net) and ZERO < tax / net <= HIGHEST_RATE


def _is_rate(share: Decimal, rates: set[Decimal]) -> bool:
    return any(abs(share * 100 - rate) < Decimal("0.02") for rate in rates if rate)


def _solution(gross: Amount, net: Amount, tax: Amount | None, bonus: float) -> Totals:
    found = {"gross_total": gross, "net_total": net}
    if tax is not None:
        found["tax_total"] = tax
    return Totals(found, bonus + sum(one.score for one in found.values()), closes=tax is not None)

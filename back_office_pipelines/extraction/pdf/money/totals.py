"""Net, tax, gross and what is due, chosen together: labels propose, arithmetic decides.

What belongs here: which amounts of a document are its totals. What does not: labels (`pairing`), lines (`items`), which
amounts there are (`amounts`), and which of them hold together (`solutions`).
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.money.amounts import (
    NAMED,
    Amount,
    Options,
    best,
    best_of,
    completed,
    options_of,
    printed_in,
    score_of,
)
from back_office_pipelines.extraction.pdf.money.carried import balances, beside_day
from back_office_pipelines.extraction.pdf.money.commission import Commission, commission_of
from back_office_pipelines.extraction.pdf.money.deducted import is_kept_back
from back_office_pipelines.extraction.pdf.money.solutions import (
    CLOSED,
    HIGHEST_RATE,
    Shown,
    Totals,
    is_rate,
    solutions,
)
from back_office_pipelines.extraction.pdf.money.summaries import exempt_rows, row_sums
from back_office_pipelines.extraction.pdf.money.taxed_rows import by_taxed_rows
from back_office_pipelines.extraction.pdf.money.wholes import column_sums, wholes_of_parts
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row, number_of
from back_office_pipelines.values.style import Style

DUE_AS_GROSS = 0.75
"""Worth of an amount due as the gross total, where nothing names one."""
LEADS_TO_DUE = 0.6
"""What it is worth that a gross total less a payment is an amount due."""
OF_PARTS = 0.6
"""What it is worth that a total is what the others by its name make up."""
HIGHEST_SALES_TAX = Decimal("0.12")
"""Rate above which a tax is one on value added; those on sales and gross receipts are lower."""
RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
NAMES = ("net_total", "tax_total", "gross_total", "prepaid_total", "rounding_amount")


def choose_totals(rows: Sequence[Row], candidates: Sequence[Candidate], style: Style) -> Totals:
    """Return the totals that labels and arithmetic together make most likely."""
    numbers = {id(one): number_of(one, style) for row in rows for one in row.of_kind("amount")}
    printed = printed_in(rows, style)
    rates = {Decimal(text.replace(",", ".")) for row in rows if "%" in row.text for text in RATE.findall(row.text)}
    candidates = [*candidates, *column_sums(candidates, style), *row_sums(rows, numbers, printed, rates)]
    candidates = by_taxed_rows([*candidates, *exempt_rows(rows, numbers)], rows, numbers, printed)
    options = {name: options_of(name, candidates, style) for name in NAMES}
    gross, due, paid = options["gross_total"], _due(rows, candidates, style), options["prepaid_total"]
    shown = Shown(options["net_total"], options["tax_total"], options["rounding_amount"], printed, rates)
    commission = commission_of(rows, printed, {*shown.nets, *gross, *due})
    if commission is not None and not _is_taxed(commission.left, shown):
        return _commissioned(commission, gross, due, paid, shown)
    if not gross and (kept := _kept_back(rows, style, shown.nets, due)):
        return Totals({"net_total": kept[0]}, kept[0].score, closes=False)
    carried = balances(rows, numbers, _places(gross), _places(due), paid)
    named = _supported(_with_due(gross, due), wholes_of_parts(candidates, style), due, paid, carried.keys())
    found = [one for amount in best(_with_unnamed(named, shown)) for one in solutions(amount, shown, named.keys())]
    if not found:
        return Totals(best_of({"net_total": shown.nets, "tax_total": shown.taxes}), 0.0, closes=False)
    chosen = _best_of(found)
    ahead = carried.get(chosen.amounts["gross_total"].value)
    return chosen if ahead is None else replace(chosen, left=(due[ahead[0]], ahead[1]))


def _due(rows: Sequence[Row], candidates: Sequence[Candidate], style: Style) -> Options:
    """Return the amounts due: those of labels, and those beside their day."""
    return options_of("amount_due", [*candidates, *beside_day(rows)], style)


def _best_of(found: Sequence[Totals]) -> Totals:
    """Return the best solution, with the best one of another gross total as its rival."""
    chosen = max(found, key=lambda one: one.score)
    others = [one for one in found if one.amounts["gross_total"].value != chosen.amounts["gross_total"].value]
    rival = max(others, key=lambda one: one.score, default=None)
    return chosen if rival is None else replace(chosen, rival=rival.score, others=rival.amounts)


def _with_due(gross: Options, due: Options) -> Options:
    """Return the gross totals and, worth less, the amounts due: one may be called no more than that."""
    found = dict(gross)
    for value, amount in due.items():
        weaker = replace(amount, score=amount.score * DUE_AS_GROSS)
        found[value] = max(gross.get(value, weaker), weaker, key=score_of)
    return found


def _supported(
    gross: Options, wholes: AbstractSet[Decimal], due: Options, paid: Options, carried: AbstractSet[Decimal]
) -> Options:
    """Return the gross totals, worth more where parts make them up, or a payment or balance leads to what is due.

    Args:
        gross: by value.
        wholes: values that others by their name make up.
        due: amounts due.
        paid: payments.
        carried: totals that balances lead from to an amount due.
    """
    leading = carried | _leading_to(due, gross, paid)
    return {
        value: replace(one, score=one.score + OF_PARTS * (value in wholes) + LEADS_TO_DUE * (value in leading))
        for value, one in gross.items()
    }


def _kept_back(rows: Sequence[Row], style: Style, nets: Options, due: Options) -> list[Amount]:
    """Return what a page calls net beyond doubt, and of which what is due leaves out only what the buyer keeps back."""
    return [
        one
        for one in best(nets)
        if one.score >= NAMED and any(is_kept_back(rows, style, one.parts[0], last.parts[0]) for last in due.values())
    ]


def _commissioned(one: Commission, gross: Options, due: Options, paid: Options, shown: Shown) -> Totals:
    """Return the totals of a bill with an agency's commission: due is what is left, with tax and without payments."""
    named = {**shown.nets, **gross, **due}
    found = {"gross_total": named.get(one.gross) or completed(one.gross, shown.printed)}
    asked = one.left
    for tax in (*best(shown.taxes), *_up_to(due, asked, shown)):
        if not tax.value or (asked + tax.value in shown.printed and abs(tax.value) < abs(asked) * HIGHEST_RATE):
            found["tax_total"], asked = tax, asked + tax.value
            break
    added = asked - one.gross
    asked = next((asked - abs(value) for value in paid if value and asked - abs(value) in named), asked)
    left = named.get(asked) or completed(asked, shown.printed)
    score = CLOSED + found["gross_total"].score + left.score
    return Totals(found, score, closes=True, left=(left, added), commissioned=True)


def _is_taxed(left: Decimal, shown: Shown) -> bool:
    """Tell whether value added tax is on what is left: then a commission is an allowance (EN 16931, BT-107)."""
    rates = [tax / left for tax in shown.taxes if left and left + tax in shown.printed]
    return any(HIGHEST_SALES_TAX < rate <= HIGHEST_RATE for rate in rates)


def _up_to(due: Options, left: Decimal, shown: Shown) -> Iterator[Amount]:
    """Yield the printed amounts that lead, by a printed rate, to what is due: a tax by a name nobody listed."""
    for value in due:
        if left and value - left in shown.printed and is_rate((value - left) / left, shown.rates):
            yield completed(value - left, shown.printed)


def _places(options: Options) -> dict[Decimal, Mention]:
    return {value: one.parts[0] for value, one in options.items()}


def _leading_to(due: Options, gross: Options, paid: Options) -> set[Decimal]:
    """Return the gross totals of which a payment leaves an amount due."""
    return {total for total in gross if any(value and total - abs(value) in due for value in paid)}


def _with_unnamed(gross: Options, shown: Shown) -> Options:
    """Return the gross totals and the printed sums of a labelled net and tax.

    Where there are none and no tax is named, what the page calls net beyond doubt is what is asked for.
    """
    found = dict(gross)
    for net in best(shown.nets):
        for tax in best(shown.taxes):
            if tax.value and net.value + tax.value in shown.printed:
                found.setdefault(net.value + tax.value, completed(net.value + tax.value, shown.printed))
    if found or any(shown.taxes):
        return found
    named = {value: one for value, one in shown.nets.items() if one.score >= NAMED}
    return {value: replace(one, score=one.score * DUE_AS_GROSS) for value, one in named.items()}

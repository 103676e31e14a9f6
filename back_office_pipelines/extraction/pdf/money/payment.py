"""What was paid before, roundings, and what is due, once the totals of a bill are chosen.

What belongs here: the way from the gross total to the amount due. What does not: net, tax and gross (`totals`), and
which rows between them are balances of earlier bills (`carried`).
"""

from collections.abc import Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.evidence import SAME_AS_GROSS
from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.money.amounts import (
    CENT,
    NAMED,
    ZERO,
    Amount,
    Options,
    best_of,
    options_of,
    printed_in,
)
from back_office_pipelines.extraction.pdf.money.deducted import paid_between
from back_office_pipelines.extraction.pdf.money.solutions import CLOSED, Totals
from back_office_pipelines.extraction.pdf.page.rows import Row, number_of
from back_office_pipelines.values.style import Style

WAY = 3
"""Amounts of the way from the gross total by a payment to what is due."""
NEXT_ROWS = 3
"""Lines after a payment within which what it leaves to pay is printed."""


def choose_payment(
    rows: Sequence[Row], totals: Totals, candidates: Sequence[Candidate], style: Style
) -> dict[str, Amount]:
    """Return what was paid before, roundings, and the amount due: where the page names none, the gross total.

    The printed total of a bill on which nothing was paid before is what is due, and readers of bills take it so.
    """
    dues = options_of("amount_due", candidates, style)
    left, earlier = totals.left or (None, ZERO)
    if left is not None:
        dues[left.value] = left
    gross = totals.amounts.get("gross_total")
    payments = _possible(options_of("prepaid_total", candidates, style), gross, dues)
    if gross is not None and not any(gross.value - abs(value) in dues for value in payments):
        payments = {**payments, **_unnamed(rows, style, gross, dues)}
    found = best_of({"prepaid_total": payments, "rounding_amount": options_of("rounding_amount", candidates, style)})
    prepaid = found.get("prepaid_total")
    wanted = {left.value} if left is not None else _expected_due(gross, prepaid, found.get("rounding_amount"))
    if dues:
        best = max(dues.values(), key=lambda one: one.score + (0.5 if one.value in wanted else 0.0))
        closes = best.value in wanted
        found["amount_due"] = Amount(
            best.value, best.score, best.parts, f"{best.evidence}{'_closes' if closes else ''}"
        )
    elif prepaid is not None and gross is not None and (rest := _rest(rows, style, gross, prepaid)) is not None:
        found["amount_due"] = rest
    elif gross is not None and (prepaid is None or not prepaid.value):
        found["amount_due"] = Amount(gross.value, gross.score, gross.parts, SAME_AS_GROSS)
    asked = found.get("amount_due")
    amounts = [one.value for one in (gross, prepaid, asked) if one is not None]
    if len(amounts) == WAY and abs(amounts[0] + earlier - abs(amounts[1]) - amounts[2]) > CENT:
        del found["prepaid_total"]
    if (change := found.get("rounding_amount")) is not None and _is_within(change, totals):
        del found["rounding_amount"]
    return {name: amount for name, amount in found.items() if name == "amount_due" or amount.value}


def _unnamed(rows: Sequence[Row], style: Style, gross: Amount, dues: Options) -> dict[Decimal, Amount]:
    """Return the payments between the gross total and an amount due that lead from one to the other."""
    for due in dues.values():
        parts = paid_between(rows, style, gross.parts[0], due.parts[0])
        whole = sum((abs(number_of(one, style) or ZERO) for one in parts), ZERO)
        if parts and gross.value - whole == due.value:
            return {whole: Amount(whole, CLOSED, parts, "between_closes")}
    return {}


def _rest(rows: Sequence[Row], style: Style, gross: Amount, prepaid: Amount) -> Amount | None:
    """Return what is left of the gross total after a payment, where the page prints it on the next lines."""
    left, at = gross.value - abs(prepaid.value), prepaid.parts[-1].row
    mention = printed_in(rows[at : at + 1 + NEXT_ROWS], style).get(left)
    return None if mention is None or not prepaid.value else Amount(left, NAMED, (mention,), "rest_closes")


def _is_within(change: Amount, totals: Totals) -> bool:
    """Tell whether a rounding leads from net and tax to the gross total, and not on from there to what is due."""
    parts = [totals.amounts.get(field) for field in ("net_total", "tax_total", "gross_total")]
    net, tax, gross = (ZERO if one is None else one.value for one in parts)
    return None not in parts and net + tax + change.value == gross


def _possible(payments: Options, gross: Amount | None, dues: Options) -> Options:
    """Return what may have been paid before: what leads to an amount due where something does, never more than all."""
    if gross is None:
        return payments
    closing = {value: one for value, one in payments.items() if value and gross.value - abs(value) in dues}
    return closing or {value: one for value, one in payments.items() if abs(value) <= abs(gross.value)}


def _expected_due(gross: Amount | None, prepaid: Amount | None, rounding: Amount | None) -> set[Decimal]:
    if gross is None:
        return set()
    paid = [ZERO] if prepaid is None else [ZERO, abs(prepaid.value)]
    rounded = [ZERO] if rounding is None else [ZERO, rounding.value]
    return {gross.value - one + other for one in paid for other in rounded}

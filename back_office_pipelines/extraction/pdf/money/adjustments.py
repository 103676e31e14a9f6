"""What is taken off the lines of an invoice and added to them on its way to the net total.

What belongs here: which amounts are allowances and charges of the document, by labels and by the sum of the lines. What
does not: labels (`pairing`), lines (`items`), net, tax and gross (`totals`).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import WEAK, Candidate
from back_office_pipelines.extraction.pdf.money.amounts import (
    CENT,
    UNLABELLED,
    ZERO,
    Amount,
    best_of,
    options_of,
)
from back_office_pipelines.extraction.pdf.money.solutions import Totals
from back_office_pipelines.extraction.pdf.page.rows import Mention
from back_office_pipelines.values.style import Style

FIELDS = ("allowance_total", "charge_total")
MOST = 6
"""Amounts of one kind that are looked at; sheets with more print their sum."""


def choose_adjustments(
    candidates: Sequence[Candidate],
    style: Style,
    lines: Decimal | None,
    net: Decimal | None,
    printed: Mapping[Decimal, Mention],
) -> dict[str, Amount]:
    """Return allowances and charges: those that lead from the lines to the net total, else the best labelled ones.

    Where the lines already add up to the net total nothing was taken off or added, whatever a page calls freight; and
    where all lines are known but no label leads on from them, such an amount is one of a line.

    Args:
        candidates: labelled values; amounts within lines are not among them.
        style: how the document writes numbers.
        lines: sum of the lines, None where they are not all known.
        net: net total, None where it is not known.
        printed: amounts between the lines and the net total: the one that makes up the difference needs no label.
    """
    options = {field: options_of(field, candidates, style) for field in FIELDS}
    if lines is not None and net is not None:
        if abs(net - lines) <= CENT:
            return {}
        charges = {value: one for value, one in options["charge_total"].items() if value * lines > 0}
        for taken in _ways(options["allowance_total"]):
            for added in _ways(charges):
                pairs = zip(FIELDS, (taken, added), strict=True)
                chosen = {field: _closing(amount) for field, amount in pairs if amount is not None}
                if leads_to(lines, chosen, net):
                    return chosen
        named = {id(one.mention) for one in candidates if one.field not in FIELDS}
        missing = _missing(net - lines, {value: one for value, one in printed.items() if id(one) not in named})
        if missing is not None:
            return missing
    if lines is not None:
        return {}
    return {field: amount for field, amount in best_of(options).items() if _is_likely(field, amount)}


def before_tax(totals: Totals, candidates: Sequence[Candidate], style: Style) -> dict[str, Amount]:
    """Return the labelled allowances and charges that lead, with the tax, from what is called net to the gross total.

    Then what is called net is the sum of the lines: "Subtotal 100.00, Discount -10.00, Tax 9.00, Total 99.00".
    """
    net, gross = totals.amounts.get("net_total"), totals.amounts.get("gross_total")
    if totals.closes or net is None or gross is None:
        return {}
    left = gross.value - _value(totals.amounts.get("tax_total"))
    options = [options_of(field, candidates, style) for field in FIELDS]
    for taken in _ways(options[0]):
        for added in _ways(options[1]):
            chosen = {
                field: _closing(one) for field, one in zip(FIELDS, (taken, added), strict=True) if one is not None
            }
            if chosen and leads_to(net.value, chosen, left):
                return chosen
    return {}


def _is_likely(field: str, amount: Amount) -> bool:
    """Tell whether a label alone makes an allowance or charge: right beside it, or as an amount that is taken off."""
    return bool(amount.value) and (amount.score >= WEAK or (field == "allowance_total" and amount.value < 0))


def _missing(difference: Decimal, printed: Mapping[Decimal, Mention]) -> dict[str, Amount] | None:
    """Return what makes up the difference of net total and lines, where the page prints it."""
    field = "charge_total" if difference > 0 else "allowance_total"
    mention = printed.get(difference) or printed.get(abs(difference))
    return None if mention is None else {field: Amount(abs(difference), UNLABELLED, (mention,), "missing_closes")}


def leads_to(lines: Decimal, adjustments: Mapping[str, Amount], net: Decimal) -> bool:
    """Tell whether the sum of the lines, less allowances and with charges, is the net total."""
    taken, added = (_value(adjustments.get(field)) for field in FIELDS)
    return abs(lines - abs(taken) + added - net) <= CENT


def _ways(options: Mapping[Decimal, Amount]) -> Iterator[Amount | None]:
    """Yield what of one kind may count: nothing, one amount, all of them together."""
    yield None
    some = sorted((one for one in options.values() if one.value), key=lambda one: -one.score)[:MOST]
    yield from some
    if len(some) > 1:
        parts = tuple(part for one in some for part in one.parts)
        yield Amount(sum((one.value for one in some), ZERO), min(one.score for one in some), parts, "sum_of_parts")


def _value(amount: Amount | None) -> Decimal:
    return ZERO if amount is None else amount.value


def _closing(amount: Amount) -> Amount:
    return Amount(amount.value, amount.score, amount.parts, f"{amount.evidence}_closes")

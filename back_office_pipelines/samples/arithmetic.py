"""The sums of an invoice, in exact decimals, as EN 16931 wants them (BR-CO-10 to BR-CO-17).

What belongs here: what follows from quantities, prices and rates. What does not: how an amount is written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from back_office_pipelines.samples.model import Adjustment, Invoice, Line

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class AdjustmentAmount:
    """An allowance or charge with the amount it comes to and the base it was taken from."""

    adjustment: Adjustment
    amount: Decimal
    base: Decimal


@dataclass(frozen=True)
class TaxGroup:
    """The part of an invoice at one tax rate."""

    rate: Decimal
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """All amounts of an invoice that are computed; the names are those of the field dictionary."""

    line_nets: tuple[Decimal, ...]
    allowances: tuple[AdjustmentAmount, ...]
    charges: tuple[AdjustmentAmount, ...]
    tax_groups: tuple[TaxGroup, ...]
    line_total: Decimal
    allowance_total: Decimal
    charge_total: Decimal
    net_total: Decimal
    tax_total: Decimal
    gross_total: Decimal
    prepaid_total: Decimal
    amount_due: Decimal


def cents(amount: Decimal) -> Decimal:
    """Round to two decimals, halves away from zero, as invoices do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line_net(line: Line) -> Decimal:
    """Net amount of a line: quantity times price, for a price of `base_quantity` units, less its discount."""
    full = line.quantity * line.unit_price / line.base_quantity
    return cents(full * (100 - (line.discount or ZERO)) / 100)


def totals_of(invoice: Invoice) -> Totals:
    """Compute all sums of an invoice."""
    allowances = tuple(_amount(adjustment, invoice.lines) for adjustment in invoice.allowances)
    charges = tuple(_amount(adjustment, invoice.lines) for adjustment in invoice.charges)
    groups = tuple(_tax_group(rate, invoice.lines, allowances, charges) for rate in _rates(invoice))
    net, tax = _total(groups, lambda group: group.basis), _total(groups, lambda group: group.tax)
    gross = net + tax
    return Totals(
        line_nets=tuple(line_net(line) for line in invoice.lines),
        allowances=allowances,
        charges=charges,
        tax_groups=groups,
        line_total=sum((line_net(line) for line in invoice.lines), ZERO),
        allowance_total=_total(allowances, lambda entry: entry.amount),
        charge_total=_total(charges, lambda entry: entry.amount),
        net_total=net,
        tax_total=tax,
        gross_total=gross,
        prepaid_total=cents(invoice.prepaid),
        amount_due=gross - cents(invoice.prepaid),
    )


def _total(entries: Iterable[Entry], amount: Callable[[Entry], Decimal]) -> Decimal:
    return sum((amount(entry) for entry in entries), ZERO)


def _rates(invoice: Invoice) -> list[Decimal]:
    adjustments = (*invoice.allowances, *invoice.charges)
    rates = {line.tax_rate for line in invoice.lines} | {entry.tax_rate for entry in adjustments}
    return sorted(rates, reverse=True)


def _lines_at(rate: Decimal, lines: Iterable[Line]) -> Decimal:
    return sum((line_net(line) for line in lines if line.tax_rate == rate), ZERO)


def _amount(adjustment: Adjustment, lines: Iterable[Line]) -> AdjustmentAmount:
    base = _lines_at(adjustment.tax_rate, lines)
    if adjustment.percent is not None:
        return AdjustmentAmount(adjustment, cents(base * adjustment.percent / 100), base)
    assert adjustment.amount is not None  # noqa: S101 - the story gives one of the two
    return AdjustmentAmount(adjustment, cents(adjustment.amount), base)


def _tax_group(
    rate: Decimal,
    lines: Iterable[Line],
    allowances: Iterable[AdjustmentAmount],
    charges: Iterable[AdjustmentAmount],
) -> TaxGroup:
    basis = _lines_at(rate, lines)
    basis -= sum((entry.amount for entry in allowances if entry.adjustment.tax_rate == rate), ZERO)
    basis += sum((entry.amount for entry in charges if entry.adjustment.tax_rate == rate), ZERO)
    return TaxGroup(rate, basis, cents(basis * rate / 100))

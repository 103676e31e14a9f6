"""The rate of lines that do not print one, where the document proves that all of them are taxed at the same.

What belongs here: that proof. What does not: rates printed on lines (`items`), and totals (`totals`). Many pages print
the rate once, at the tax. Only arithmetic says that it is the rate of every line: it must lead from what the lines, or
the net total, come to, to the very tax printed beside it. Documents of several rates prove none.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.coded import rate_in, rated_beside, rated_by_code
from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.numerals import Number, in_cents, numbers_of
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style

WITHIN = Decimal("0.02")
"""What tax rounded line by line may miss; a rate next to the right one misses by far more."""
FEWEST_TAXES, MOST_RATES = 3, 3
"""Different taxes on lines from which on they are none by accident, and rates that one document has."""
EXEMPT = Caseless(
    r"steuerfrei|steuerbefreit|innergemeinschaftlich|intra-?commun|intra-?com|exon[ée]r|autoliquidation|reverse charge"
    r"|exempt|zero[- ]rated|esent[ei]|exent[oa]|vrijgesteld|verlegd"
    r"|omvendt avgift|käännetty|fordított adóz|taxare invers|scutit|prenesenie daň|prijenos porezn|obrnjena davčn"
)
"""How pages say, beside a rate of nothing, why there is no tax."""
HEADED = 2
"""Rows above a tax in which the head of its table may stand."""


@dataclass(frozen=True)
class _Taxed:
    """A rate, with whether a tax beside it is all that the lines are taxed."""

    value: Decimal
    found: Found
    proved: bool


def with_rates(
    items: Sequence[ItemLine], rows: Sequence[Row], style: Style, net: Decimal | None
) -> tuple[ItemLine, ...]:
    """Return the lines with the rates that the document proves: by their codes, by taxes beside them, or one for all.

    Args:
        items: lines of the document.
        rows: of the document.
        style: how it writes numbers.
        net: its net total, None where unknown.
    """
    items = without_taxes(items, style)
    told = rated_beside(rated_by_code(items, rows, style), rows, style)
    coded = any("tax_rate" in one.values for one in told) and not any("tax_rate" in one.values for one in items)
    return told if coded else taxed_alike(told, rows, style, net)


def without_taxes(items: Sequence[ItemLine], style: Style) -> tuple[ItemLine, ...]:
    """Return the lines without what stands in their column of rates, where that is the tax on each: "VAT 4.08".

    Amounts of tax are a few rates of the amounts of the lines, to the cent, and hardly two of them alike.
    """
    bare = [one for one in items if "tax_rate" in one.values]
    numbers = [(one.amount, parse_decimal(one.values["tax_rate"].text, style)) for one in bare]
    taxes = [(amount, tax) for amount, tax in numbers if isinstance(tax, Decimal) and tax and amount]
    if len({tax for _, tax in taxes}) < FEWEST_TAXES:
        return tuple(items)
    rates = {(tax / amount * 200).quantize(Decimal(1)) / 2 for amount, tax in taxes}
    exact = all(any(abs(amount * rate / 100 - tax) <= WITHIN for rate in rates) for amount, tax in taxes)
    if not exact or len(rates) > MOST_RATES:
        return tuple(items)
    amounts = {id(one) for one in bare}
    return tuple(
        replace(one, values={name: found for name, found in one.values.items() if name != "tax_rate"})
        if id(one) in amounts
        else one
        for one in items
    )


def taxed_alike(
    items: Sequence[ItemLine], rows: Sequence[Row], style: Style, net: Decimal | None
) -> tuple[ItemLine, ...]:
    """Return the lines, those without a rate with the one that the tax of the document proves for all.

    Args:
        items: lines of the document.
        rows: of the document.
        style: how it writes numbers.
        net: its net total, None where unknown.
    """
    bases = [sum((item.amount for item in items), Decimal(0)), *([] if net is None else [net])]
    within = {item.row for item in items}
    printed = {number.value for row in rows for number in numbers_of(row, style)}
    taxed = [one for row in rows if row.number not in within for one in _taxed(row, rows, bases, printed, style)]
    proved = {one.value for one in taxed if one.proved}
    others = {one.value for one in taxed} - proved
    if len(proved) != 1 or (others and 0 in proved):
        return tuple(items)
    rate = next(one.found for one in taxed if one.proved)
    return tuple(
        item if "tax_rate" in item.values else replace(item, values={**item.values, "tax_rate": rate}) for item in items
    )


def _taxed(
    row: Row, rows: Sequence[Row], bases: Sequence[Decimal], printed: Set[Decimal], style: Style
) -> Iterator[_Taxed]:
    """Yield the rates of a row of a tax, each with whether it makes an amount of the row from one of the bases.

    The sum of both must be printed, too: where two taxes are levied on the same base, none of them is the whole. A
    number without a sign of percent is a rate where its base stands in the row as well.
    """
    numbers = numbers_of(row, style)
    if not numbers:
        return
    near = rows[max(row.number - HEADED, 0) : row.number + 1]
    exempt = EXEMPT.search(row.text) is not None
    if not exempt and not any("tax_total" in label.meaning.header for one in near for label in one.labels):
        return
    taxes = numbers if _has_amount(numbers) else _below(row, rows, style)
    if not _has_amount(taxes):
        return  # what has no amount beside it is no tax: "1 % off within 8 days"
    for rate in numbers:
        if 0 <= rate.value <= 100:
            makes = (base + one.value for base in bases if base for one in taxes if _makes(base, rate.value, one))
            proved = not printed.isdisjoint(makes)
            bare = proved and rate.value > 0 and any(one.value in bases for one in numbers)
            if rate.percent or bare:
                yield _Taxed(rate.value, rate_in(row, rate, style), proved)


def _has_amount(numbers: Sequence[Number]) -> bool:
    return any(in_cents(one.value) and not one.percent for one in numbers)


def _below(row: Row, rows: Sequence[Row], style: Style) -> Sequence[Number]:
    """Return the numbers under a line of captions, one of which tells a rate: "Net", "VAT @ 20 %", "Total"."""
    below = rows[row.number + 1 : row.number + 2]
    captions = len(row.line.segments) > 1 and bool(below) and below[0].page == row.page
    return numbers_of(below[0], style) if captions else ()


def _makes(base: Decimal, rate: Decimal, tax: Number) -> bool:
    return not tax.percent and in_cents(tax.value) and abs(base * rate / 100 - tax.value) <= WITHIN

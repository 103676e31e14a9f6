"""Which number of a row stands in which column of its table, and whether the line they make closes.

What belongs here: one row at a time. What does not: which rows are lines (`items`), and where columns are (`columns`).
"""

from collections.abc import Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.columns import Column, Head
from back_office_pipelines.extraction.pdf.lines.numerals import ROUNDING, Number, in_cents, numbers_of
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style

NUMBER_FIELDS = ("quantity", "unit_price", "line_net", "tax_rate")
HIGHEST_RATE = 40
"""Percent beyond which no value added or sales tax goes: shares of what is done are told in percent as well."""
LONGEST_CODE = 2
"""Letters of a code of taxes: "Z 0 %" is a rate with its code."""
FURTHEST = 70.0
"""Points by which a number may miss its column."""
TEXT_COLUMN = 25.0
"""Points by which a number fits a column of texts worse."""


def cells_of(row: Row, head: Head, style: Style) -> tuple[dict[str, Number], list[Number]]:
    """Return the numbers of a row by field, and all others: the assignment to columns in order that fits best."""
    numbers = numbers_of(row, style)
    if not numbers:
        return {}, []
    cells: dict[str, Number] = {}
    untitled: list[Number] = []
    for number, column in zip(numbers, _assigned(numbers, head.columns), strict=True):
        field = None if column is None else head.columns[column].field
        if column is None:
            untitled.append(number)
        if field in NUMBER_FIELDS and (field != "tax_rate" or abs(number.value) <= HIGHEST_RATE):
            cells[field] = number
    if "tax_rate" not in cells:
        rate = next((one for one in untitled if one.percent and not _in_text(row, one)), None)
        if rate is not None:
            cells["tax_rate"] = rate
    _leave_tax_out(numbers, cells)
    if head.has("tax_rate"):
        _take_rate_before_tax(numbers, cells)
    return cells, [one for one in numbers if one not in cells.values()]


def _in_text(row: Row, number: Number) -> bool:
    """Tell whether a number follows words in one text: "Overtime 50 %" is what was done, and no rate of tax."""
    first = max(at for at in row.first if at <= number.start)
    return any(word.text.isalpha() and len(word.text) > LONGEST_CODE for word in row.words[first : number.start])


def _leave_tax_out(numbers: Sequence[Number], cells: dict[str, Number]) -> None:
    """Take the amount without tax where a row ends in that, an amount of tax, and both together."""
    amounts = [one for one in numbers if not one.percent and in_cents(one.value)][-3:]
    if len(amounts) < 3 or cells.get("line_net") is not amounts[2]:
        return
    net, tax, gross = amounts
    counted = any(cells.get(name) in (net, tax) for name in ("quantity", "unit_price"))
    if not counted and net.value + tax.value == gross.value:
        cells["line_net"] = net
        if cells.get("tax_rate") is tax:
            del cells["tax_rate"]


def _take_rate_before_tax(numbers: Sequence[Number], cells: dict[str, Number]) -> None:
    """Take the rate where a row ends in its amount, a rate, and the tax that this rate makes of it."""
    if "line_net" not in cells or len(numbers) < 3 or numbers[-3] is not cells["line_net"]:
        return
    amount, rate, tax = numbers[-3:]
    makes = abs(amount.value * rate.value / 100 - tax.value) <= ROUNDING and in_cents(tax.value) and not tax.percent
    if makes and 0 < rate.value <= 100 and cells.get("tax_rate") in (None, tax):
        cells["tax_rate"] = rate
        for name in ("quantity", "unit_price"):
            if cells.get(name) in (rate, tax):
                del cells[name]


def _assigned(numbers: Sequence[Number], columns: Sequence[Column]) -> list[int | None]:
    """Return the column of each number: in order, no column twice, at the least sum of distances; None stays out."""
    width = len(columns) + 1
    costs = [[0.0] * width]
    fits = [_costs(number, columns) for number in numbers]
    for fit in fits:
        before, row = costs[-1], [costs[-1][0] + FURTHEST]
        for at, cost in enumerate(fit, start=1):
            row.append(min(before[at] + FURTHEST, row[at - 1], before[at - 1] + cost))
        costs.append(row)
    found: list[int | None] = []
    at = width - 1
    for index in range(len(numbers), 0, -1):
        while at and costs[index][at] == costs[index][at - 1]:
            at -= 1
        if at and costs[index][at] == costs[index - 1][at - 1] + fits[index - 1][at - 1]:
            found.append(at - 1)
            at -= 1
        else:
            found.append(None)
    return found[::-1]


def _costs(number: Number, columns: Sequence[Column]) -> list[float]:
    """Return how badly a number fits each column; a rate fits none but one of rates."""
    left, right = number.left, number.right
    costs = [
        column.distance(left, right) + TEXT_COLUMN if column.field == "description" else column.distance(left, right)
        for column in columns
    ]
    if number.percent:
        costs = [
            cost if column.field in ("tax_rate", None) else 4 * FURTHEST
            for cost, column in zip(costs, columns, strict=True)
        ]
    return costs


def pieces(head: Head, style: Style) -> Decimal:
    """Return for how many pieces the prices of a table are, as their title says."""
    per = next((one.per for one in head.of("unit_price") if one.per is not None), None)
    number = Decimal(1) if per is None else parse_decimal(per.text, style)
    return number if isinstance(number, Decimal) and number else Decimal(1)


def closes(cells: dict[str, Number], others: Sequence[Number], per: Decimal = Decimal(1)) -> bool:
    """Tell whether quantity times price is the amount, as printed and so up to the rounding of the price.

    Args:
        cells: numbers by field.
        others: further numbers of the row: one may be a discount, in percent or as an amount.
        per: for how many pieces the price is.
    """
    if not cells.keys() >= {"quantity", "unit_price", "line_net"}:
        return False
    quantity, price, amount = (cells[name].value for name in ("quantity", "unit_price", "line_net"))
    exponent = price.as_tuple().exponent
    slack = (
        abs(quantity / per) * Decimal(5).scaleb(int(exponent) - 1) if isinstance(exponent, int) and exponent < 0 else 0
    )
    discounts = [Decimal(0), *(abs(one.value) for one in others if one.start > cells["quantity"].start)]
    full = quantity * price / per  # credit notes print the amount alone with a minus
    return any(
        min(abs(less - amount), abs(less + amount)) <= ROUNDING + slack
        for discount in discounts
        for less in (full - discount, full * (1 - discount / 100))
    )

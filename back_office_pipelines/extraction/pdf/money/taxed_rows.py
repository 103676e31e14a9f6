"""Tables of tax by rate: rows of a base, its rate and the tax on it, told by arithmetic, and the row that sums them up.

What belongs here: finding such rows and their sums, whatever their heads say. What does not: sums beside a label
(`summaries`), and choosing among totals (`totals`).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.money.summaries import EVIDENCE, IN_ROW, IN_TWO
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS

RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
HIGHEST = Decimal(35)
WITHIN = Decimal("0.011")
MOST_AMOUNTS = 8
"""Amounts of a row beyond which it is none of a summary."""
APART = 3
"""Lines within which the next row of a table stands, and its sums."""
SAME_EDGE = 6.0
"""Points by which taxes of one column may differ at their right edge."""
FEWEST = 2
Numbers = Mapping[int, Decimal | None]
Printed = Mapping[Decimal, Mention]


class Taxed(NamedTuple):
    """A row of a base and the tax on it."""

    row: int
    base: Mention
    tax: Mention
    base_value: Decimal
    tax_value: Decimal


def taxed_rows(rows: Sequence[Row], numbers: Numbers) -> tuple[Taxed, ...]:
    """Return the rows in which a printed rate makes one amount the tax on another.

    Args:
        rows: of the document.
        numbers: the number of each amount, by the identity of its mention.
    """
    found = (_taxed(row, numbers) for row in rows if len(row.of_kind("amount")) > 1)
    return tuple(one for one in found if one is not None)


def by_taxed_rows(
    candidates: Sequence[Candidate], rows: Sequence[Row], numbers: Numbers, printed: Printed
) -> list[Candidate]:
    """Return the candidates of totals without those that such rows show to be none, and with the sums of the rows.

    A base is no tax. Where rows lead together to a total the page names, and neither their bases nor their taxes are
    summed up anywhere, no net total and no tax total is printed: what stands in one row is of one rate.
    """
    found = taxed_rows(rows, numbers)
    if not found:
        return list(candidates)
    bases = {id(one.base) for one in found}
    kept = [one for one in candidates if one.field != "tax_total" or id(one.mention) not in bases]
    for table in _tables(found):
        kept += _sums(table, rows, numbers, printed)
        kept = _without_parts(table, kept, numbers, printed)
    return kept


def _taxed(row: Row, numbers: Numbers) -> Taxed | None:
    amounts = [(one, numbers.get(id(one))) for one in row.of_kind("amount")]
    known = [(one, value) for one, value in amounts if value is not None]
    # Counts of things make rates of one another by chance, amounts in cents hardly ever.
    money = [(one, value) for one, value in known if WITH_CENTS.search(one.found.text)]
    if len(money) < FEWEST or not len(known) <= MOST_AMOUNTS:
        return None
    for rate, at in _rates(row, known):
        for base, whole in money:
            for tax, part in money:
                apart = base is not tax and base is not at and tax is not at
                if apart and whole and abs(whole * rate / 100 - part) <= WITHIN:
                    return Taxed(row.number, base, tax, whole, part)
    return None


def _rates(row: Row, known: Sequence[tuple[Mention, Decimal]]) -> list[tuple[Decimal, Mention | None]]:
    """Return the rates of a row: those with a percent sign, else the numbers that may be one, with where they stand."""
    if "%" in row.text and (rates := RATE.findall(row.text)):
        return [(Decimal(text.replace(",", ".")), None) for text in rates if text.strip("0.,")]
    return [(value, one) for one, value in known if 0 < value <= HIGHEST] if len(known) > FEWEST else []


def _tables(found: Sequence[Taxed]) -> Iterator[list[Taxed]]:
    """Yield the rows that stand under one another, two at least."""
    table: list[Taxed] = []
    for one in found:
        last = table[-1] if table else None
        if last is not None and not (
            one.row - last.row <= APART
            and one.tax.found.page == last.tax.found.page
            and abs(one.tax.box[2] - last.tax.box[2]) <= SAME_EDGE
        ):
            if len(table) >= FEWEST:
                yield table
            table = []
        table.append(one)
    if len(table) >= FEWEST:
        yield table


def _sums(table: Sequence[Taxed], rows: Sequence[Row], numbers: Numbers, printed: Printed) -> Iterator[Candidate]:
    """Yield net, tax and gross total of the row right under a table that has the sums of its bases and its taxes."""
    net, tax = _together(table)
    for row in rows[table[-1].row + 1 : table[-1].row + 1 + APART]:
        by_value = {numbers.get(id(one)): one for one in row.of_kind("amount")}
        if net in by_value and tax in by_value:
            yield Candidate("net_total", by_value[net], IN_ROW, None, EVIDENCE)
            yield Candidate("tax_total", by_value[tax], IN_ROW, None, EVIDENCE)
            if (gross := printed.get(net + tax)) is not None:
                yield Candidate("gross_total", gross, IN_TWO, None, EVIDENCE)
            return


def _without_parts(
    table: Sequence[Taxed], candidates: Sequence[Candidate], numbers: Numbers, printed: Collection[Decimal]
) -> list[Candidate]:
    """Return the candidates without the parts of a table that leads to a named total and is summed up nowhere."""
    net, tax = _together(table)
    named = {numbers.get(id(one.mention)) for one in candidates if one.field == "gross_total"}
    if net + tax not in named or net in printed or tax in printed:
        return list(candidates)
    parts = {id(mention) for one in table for mention in (one.base, one.tax)}
    wholes = {one.base_value + one.tax_value for one in table}
    return [
        one
        for one in candidates
        if id(one.mention) not in parts
        and (one.field not in ("net_total", "tax_total", "gross_total") or numbers.get(id(one.mention)) not in wholes)
    ]


def _together(table: Sequence[Taxed]) -> tuple[Decimal, Decimal]:
    return sum((one.base_value for one in table), Decimal(0)), sum((one.tax_value for one in table), Decimal(0))

"""Rows of a summary that hold several totals side by side: net, tax and gross under their heads, or net and tax alone.

What belongs here: reading such rows by their arithmetic. What does not: amounts with a label each (`pairing`), and
choosing among totals (`totals`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Label, Mention, Row

HIGHEST_RATE = Decimal("0.35")
NEARLY_RATE = Decimal("0.02")
"""Points of a rate by which a printed one and what the tax on a net total comes to may differ."""
IN_ROW = 1.0
"""Worth of three amounts beside "Total" of which the last is the sum of the others."""
IN_TWO = 0.9
"""Worth of two amounts beside "Total" whose sum the page prints elsewhere."""
EVIDENCE = "column_sum"
EXEMPT = Caseless(
    r"steuerfrei|umsatzsteuerfrei|(?:tax|vat)[ -](?:exempt|free)|zero[ -]rated|exempt(?:ed)? from (?:tax|vat)"
    r"|reverse charge|btw verlegd|verlegde btw|vrijgesteld|intracommunautaire|exonér|autoliquidation|esente"
    r"|non imponibile|inversione contabile|exent[oa]|inversión del sujeto"
)
"""Words that say why no tax is charged."""
IN_EXEMPT = 0.6
"""Worth as the tax of a zero beside such words."""
TOTALS = frozenset(("net_total", "gross_total"))


def row_sums(
    rows: Sequence[Row],
    numbers: Mapping[int, Decimal | None],
    printed: Mapping[Decimal, Mention],
    rates: Collection[Decimal],
) -> Iterator[Candidate]:
    """Yield net, tax and gross that stand side by side in a row which a label calls the total.

    Args:
        rows: of the document.
        numbers: number that each amount writes, by its identity.
        printed: every amount of the document.
        rates: every rate of the document, in percent.
    """
    for row in rows:
        label = next((one for one in row.labels if one.lead == 0 and TOTALS & set(one.meaning.header)), None)
        if label is not None:
            yield from _of_row(row, label, numbers, printed, rates)


def exempt_rows(rows: Sequence[Row], numbers: Mapping[int, Decimal | None]) -> Iterator[Candidate]:
    """Yield a zero at the end of a line that says why no tax is charged: it is the tax."""
    for row in rows:
        amounts = row.of_kind("amount")
        ends_in_zero = amounts and amounts[-1].end == len(row.words) and numbers.get(id(amounts[-1])) == 0
        if ends_in_zero and EXEMPT.search(row.text):
            yield Candidate("tax_total", amounts[-1], IN_EXEMPT, None, EVIDENCE)


def _of_row(
    row: Row,
    label: Label,
    numbers: Mapping[int, Decimal | None],
    printed: Mapping[Decimal, Mention],
    rates: Collection[Decimal],
) -> Iterator[Candidate]:
    again = min((one.start for one in row.labels if one.start >= label.end and one.lead == 0), default=len(row.words))
    amounts = [one for one in row.of_kind("amount") if label.end <= one.start < again]
    values = [numbers.get(id(one)) for one in amounts]
    known = [value for value in values if value is not None]
    if len(known) != len(amounts):
        return
    if len(known) > 3:
        amounts, known = _without_rate(amounts, known, rates)
    if not _is_taxed(known):
        return
    if len(known) == 3 and known[0] + known[1] == known[2]:
        parts = (*zip(("net_total", "tax_total", "gross_total"), amounts, strict=True),)
        yield from (Candidate(field, one, IN_ROW, label, EVIDENCE) for field, one in parts)
    elif len(known) == 2 and (gross := printed.get(sum(known, Decimal(0)))) is not None:
        pairs = (("net_total", amounts[0]), ("tax_total", amounts[1]), ("gross_total", gross))
        yield from (Candidate(field, one, IN_TWO, label, EVIDENCE) for field, one in pairs)


def _without_rate(
    amounts: list[Mention], values: list[Decimal], rates: Collection[Decimal]
) -> tuple[list[Mention], list[Decimal]]:
    """Return net, tax and gross of a row that has the rate between them, or taxes of nothing; else the row as it is.

    The rate in the row or on the page says that it is a tax: freight between goods and their total is none.
    """
    parts = [at for at in range(1, len(values) - 1) if values[at] and values[0] + values[at] == values[-1]]
    if len(parts) != 1:
        return amounts, values
    rate = values[parts[0]] / values[0] * 100
    others = [values[at] for at in range(1, len(values) - 1) if at != parts[0]]
    told = any(one and abs(one - rate) < NEARLY_RATE for one in (*others, *rates))
    if not told or not all(not one or abs(one - rate) < NEARLY_RATE for one in others):
        return amounts, values
    kept = (0, parts[0], len(values) - 1)
    return [amounts[at] for at in kept], [values[at] for at in kept]


def _is_taxed(values: Sequence[Decimal]) -> bool:
    """Tell whether the second number may be the tax on the first."""
    return len(values) > 1 and bool(values[0]) and Decimal(0) < values[1] / values[0] <= HIGHEST_RATE

"""From the total of a bill to what is to pay: balances of earlier bills and payments printed between the two.

What belongs here: which rows between a total and an amount due lead from one to the other, and amounts beside the day
they are due on. What does not: labels (`pairing`), and choosing the totals (`totals`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row

EARLIER = Caseless(
    r"\b(?:previous|prior|last|earlier|unpaid|outstanding|arrears|overdue|past due|(?:brought|carried) forward)\b"
    r"|\b(?:vortrag|rückst[aä]nd|altsaldo|vorsaldo|vormonat|vorperiode|offen(?:e[rn]?)? (?:aus|posten|rechnung))"
    r"|\b(?:openstaand|vorige?\b|achterstal)|\b(?:antérieure?s?|précédente?s?|impayée?s?|report)\b"
    r"|\b(?:anterior|pendientes?)\b|\b(?:precedente|arretrat[oi]|insolut[oi])\b"
    r"|\b(?:forrige saldo|tidligere saldo|edelli(?:nen|set)|előző|korábbi|predchádzajúc|prethodn|prejšnj)"
)
"""Words of what earlier bills left to pay."""
MOST_ROWS = 8
"""Rows between a total and what is due, at most."""
BESIDE_DAY = 0.7
"""Worth of the amount at the end of a line that begins with the day it is due on."""
Numbers = Mapping[int, Decimal | None]
Places = Mapping[Decimal, Mention]


def balances(
    rows: Sequence[Row], numbers: Numbers, gross: Places, due: Places, paid: Collection[Decimal]
) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Return for each total that leads to an amount due that amount, and what earlier bills add to it.

    Every amount between the two must be an earlier balance, by its words, or a payment, and all together must lead from
    one to the other to the cent: freight or tax between a net total and a gross one is neither.

    Args:
        rows: of the document.
        numbers: the number of each amount, by the identity of its mention.
        gross: where each possible total stands.
        due: where each possible amount due stands.
        paid: amounts that labels call payments.
    """
    found: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for total, first in gross.items():
        for left, last in due.items():
            between = rows[first.row + 1 : last.row]
            if len(between) <= MOST_ROWS and first.found.page == last.found.page:
                steps = [_step(row, numbers, paid) for row in between if row.of_kind("amount")]
                known = [step for step in steps if step is not None]
                earlier = sum((value for value, is_paid in known if not is_paid), Decimal(0))
                if len(known) == len(steps) and earlier and total + sum(value for value, _ in known) == left:
                    found[total] = left, earlier
    return found


def _step(row: Row, numbers: Numbers, paid: Collection[Decimal]) -> tuple[Decimal, bool] | None:
    """Return what a row adds, and whether it is a payment; None where it is neither that nor an earlier balance."""
    value = numbers.get(id(row.of_kind("amount")[-1]))
    if value is None:
        return None
    if value in paid:
        return -abs(value), True
    return (value, False) if EARLIER.search(row.text) else None


def beside_day(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the amount that ends a line of which the rest is the day it is due on: "To pay by 16 March  1,150.16"."""
    for row in rows:
        label = next((one for one in row.labels if "due_date" in one.meaning.header and one.lead == 0), None)
        days, amounts = row.of_kind("date"), row.of_kind("amount")
        if label is None or label.start or not days or not amounts:
            continue
        day, last = days[0], amounts[-1]
        if label.end <= day.start and day.end <= last.start and last.end == len(row.words) and len(days) == 1:
            yield Candidate("amount_due", last, BESIDE_DAY, label, "right_generic")

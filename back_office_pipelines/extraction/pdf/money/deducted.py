"""What stands between a total and what is due with a minus: payments made before, and what a buyer keeps back.

What belongs here: telling one from the other by the words of its row, and both by arithmetic. What does not: payments
that labels name (`payment`), balances of earlier bills (`carried`), agencies' commissions (`commission`).
"""

from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row, number_of
from back_office_pipelines.values.style import Style

PAID = Caseless(
    r"\bpaid\b|payment|deposit|retainer|prepa|advance|\bapplied|anzahl|abschl[aä]g|a-?konto|teilzahl|vorausza|gezahlt"
    r"|geleistet|acompte|vers[ée]|avance|arrhes|anticip|acconto|ricevut|señal|pagad|a cuenta|voorschot|aanbetal|betaald"
    r"|\baconto|forskud|zaliczk|záloh|adiantament|\bsinal\b"
)
"""Words of what was paid before."""
KEPT = Caseless(
    r"einbehalt|retenue|retention|retainage|withh[eo]ld|ritenut|retenci|\birpf\b|\btds\b|retenção|inhouding|skonto"
    r"|escompte|discount|\bsconto|korting|descuento"
)
"""Words of what a buyer keeps back until later, pays to somebody else, or need not pay."""
MOST_ROWS = 8
"""Rows between a total and what is due, at most."""


def paid_between(rows: Sequence[Row], style: Style, first: Mention, last: Mention) -> tuple[Mention, ...]:
    """Return the amounts between a total and what is due where all of them are payments; the caller adds them up."""
    steps = _steps(rows, first, last)
    paid = [one for row, one in steps if PAID.search(row.text) and not KEPT.search(row.text)]
    values = [number_of(one, style) for one in paid]
    return tuple(paid) if len(paid) == len(steps) and None not in values else ()


def is_kept_back(rows: Sequence[Row], style: Style, first: Mention, last: Mention) -> bool:
    """Tell whether what a buyer keeps back leads from one amount to another."""
    steps = _steps(rows, first, last)
    known = [value for _, one in steps if (value := number_of(one, style)) is not None]
    whole, left = number_of(first, style), number_of(last, style)
    if not steps or len(known) != len(steps) or whole is None or left is None:
        return False
    return any(KEPT.search(row.text) for row, _ in steps) and whole - sum(map(abs, known)) == left


def _steps(rows: Sequence[Row], first: Mention, last: Mention) -> list[tuple[Row, Mention]]:
    """Return the rows with amounts between two amounts of a page, each with its last amount."""
    between = rows[first.row + 1 : last.row]
    if len(between) > MOST_ROWS or first.found.page != last.found.page:
        return []
    return [(row, row.of_kind("amount")[-1]) for row in between if row.of_kind("amount")]

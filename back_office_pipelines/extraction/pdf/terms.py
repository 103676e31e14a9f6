"""Days that a sentence asks to pay by, without a label right before them.

What belongs here: how such sentences go on before and after the day. What does not: days that labels name (`pairing`),
and choosing among days (`days`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.caseless import Caseless
from back_office_pipelines.extraction.pdf.pairing import Candidate
from back_office_pipelines.extraction.pdf.rows import Mention, Row

ASKED = 0.8
"""Worth of a day that a sentence asks to pay by."""
PAYING = Caseless(
    r"überweis|zahl|begleich|entricht|ausgleich|\b(?:pay|paid\b)|settle|remit|régl|règl|payer|virement|paga|bonific"
    r"|betaal|betal|overma|voldoe|voldaan|abon|maks[aeu]|fizet|utal|pl[ăa]t[iăe]|achita|uhra[dď]|úhrad|zapla[tť]"
    r"|plati|plaća|plača|plačil|podmir"
)
"""What a sentence about paying has in it."""
UNTIL = Caseless(
    r"(?:\bbis(?: spätestens)?(?: zum| am)?(?: den)?|\bspätestens(?: am| zum)?|\b(?:on or )?before|\bno later than"
    r"|\bavant le|\bjusqu.au|\bau plus tard le|\bentro il|\bantes del|\buiterlijk(?: op)?"
    r"|\binnen(?: den)?|\bsenest(?: den)?|\bviimeistään"
    r"|\bpână la(?: data de)?|\bdo(?: dňa| dne)?|\bv[oó][oó]r)$"
)
"""Words right before a last day."""
IN_FULL = re.compile(
    r"^\W*(?:rein )?(?:netto\b|ohne (?:jeden )?abzug|net\b|sans escompte|zonder korting|senza sconto|sin descuento)",
    re.IGNORECASE,
)
"""Words right after the last day on which all is to be paid, without a discount."""
DISCOUNTS = r"skonto|escompte|discount|korting|sconto|descuento|kassa-?alennus"
DISCOUNT = re.compile(rf"{DISCOUNTS}|\d\s?%", re.IGNORECASE)
DISCOUNT_TAKEN = re.compile(rf"{DISCOUNTS}|rabat\b|kassarabatt|(?<!\d)[1-5](?:[.,]\d+)?\s?%", re.IGNORECASE)
CLAUSE = re.compile(r"[;]|,\s|\.\s|\b(?:oder|bzw|danach|or|ou|sinon|of|anders|oppure|o)\b", re.IGNORECASE)
"""What one way of paying ends with."""
TERMS = Caseless(r"skonto|zahlungs|valuta|bis\b|netto|escompte|korting|terms|payment")
"""Words of the terms of payment, beside which a day in full is one of paying."""


def asked_by(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the days that sentences ask to pay by, as candidates of the due day; those with a discount are none."""
    for row in rows:
        days = row.of_kind("date")
        edges = [0, *(day.end for day in days)], [*(day.start for day in days[1:]), len(row.words)]
        for day, start, end in zip(days, *edges, strict=False):
            if _is_asked(rows, row, day, (start, end)):
                yield Candidate("due_date", day, ASKED, None, "asked_by")


def _is_asked(rows: Sequence[Row], row: Row, day: Mention, reach: tuple[int, int]) -> bool:
    """Tell whether a sentence asks to pay by a day; the words between its neighbouring days are about it."""
    before, after = _text(row, 0, day.start), _text(row, day.end, reach[1])
    if IN_FULL.search(after):
        return TERMS.search(before) is not None
    above = _above(rows, row) if before[:1].islower() else ""
    if PAYING.search(f"{above} {before}") is None or UNTIL.search(before) is None:
        return False
    near = _text(row, reach[0], day.start) if reach[0] else f"{above} {before}"
    return DISCOUNT.search(near) is None and DISCOUNT.search(after) is None


def earns_discount(row: Row, day: Mention) -> bool:
    """Tell whether who pays by a day takes a discount, by the clause around it: there is another day for all of it."""
    days = row.of_kind("date")
    start = max((one.end for one in days if one.end <= day.start), default=0)
    end = min((one.start for one in days if one.start >= day.end), default=len(row.words))
    after = _text(row, day.end, end)
    if IN_FULL.search(after):
        return False
    before = CLAUSE.split(_text(row, start, day.start))[-1]
    closed = row.words[day.end - 1].text.endswith((".", ";"))
    after = "" if closed else CLAUSE.split(after)[0]
    return DISCOUNT_TAKEN.search(f"{before} {after}") is not None


def _text(row: Row, start: int, end: int) -> str:
    return " ".join(word.text for word in row.words[start:end])


def _above(rows: Sequence[Row], row: Row) -> str:
    """Return the line that one which begins with a small letter goes on from."""
    return next((one.text for one in rows[max(0, row.number - 1) : row.number] if one.page == row.page), "")

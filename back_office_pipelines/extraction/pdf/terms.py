"""Days that a sentence asks to pay by, without a label right before them.

What belongs here: how such sentences go on before and after the day. What does not: days that labels name (`pairing`),
and choosing among days (`days`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.pairing import Candidate
from back_office_pipelines.extraction.pdf.rows import Mention, Row

ASKED = 0.8
"""Worth of a day that a sentence asks to pay by."""
PAYING = re.compile(
    r"überweis|zahl|begleich|entricht|ausgleich|\bpay|\bpaid\b|settle|remit|régl|règl|payer|virement|paga|bonific"
    r"|betaal|betal|overma|voldoe|voldaan|abon",
    re.IGNORECASE,
)
"""What a sentence about paying has in it."""
UNTIL = re.compile(
    r"(?:\bbis(?: spätestens)?(?: zum| am)?(?: den)?|\bspätestens(?: am| zum)?|\b(?:on or )?before|\bno later than"
    r"|\bavant le|\bjusqu.au|\bau plus tard le|\bentro il|\bantes del|\buiterlijk(?: op)?|\bv[oó][oó]r)$",
    re.IGNORECASE,
)
"""Words right before a last day."""
IN_FULL = re.compile(
    r"^\W*(?:rein )?(?:netto\b|ohne (?:jeden )?abzug|net\b|sans escompte|zonder korting|senza sconto|sin descuento)",
    re.IGNORECASE,
)
"""Words right after the last day on which all is to be paid, without a discount."""
DISCOUNT = re.compile(r"skonto|escompte|discount|korting|sconto|descuento|\d\s?%", re.IGNORECASE)
TERMS = re.compile(r"skonto|zahlungs|valuta|bis\b|netto|escompte|korting|terms|payment", re.IGNORECASE)
"""Words of the terms of payment, beside which a day in full is one of paying."""


def asked_by(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the days that sentences ask to pay by, as candidates of the due day; those with a discount are none."""
    for row in rows:
        days = row.of_kind("date")
        for number, day in enumerate(days):
            end = days[number + 1].start if number + 1 < len(days) else len(row.words)
            if _is_asked(rows, row, day, end):
                yield Candidate("due_date", day, ASKED, None, "asked_by")


def _is_asked(rows: Sequence[Row], row: Row, day: Mention, end: int) -> bool:
    before = " ".join(word.text for word in row.words[: day.start])
    after = " ".join(word.text for word in row.words[day.end : end])
    if IN_FULL.search(after):
        return TERMS.search(before) is not None
    above = [one for one in rows[max(0, row.number - 1) : row.number] if one.page == row.page]
    sentence = " ".join([*(one.text for one in above), before])
    paying = PAYING.search(before) or (_goes_on(before) and PAYING.search(sentence))
    return bool(paying) and UNTIL.search(before) is not None and DISCOUNT.search(after) is None


def _goes_on(before: str) -> bool:
    """Tell whether a line goes on from the one above: it begins with a small letter."""
    return before[:1].islower()

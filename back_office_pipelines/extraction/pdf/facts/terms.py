"""Terms of payment around a day: by which of several all is to be paid, and which earn a discount.

What belongs here: the clause around one day. What does not: days that sentences ask for (`asking`), and choosing among
days (`days`).
"""

import re

from back_office_pipelines.extraction.pdf.page.rows import Mention, Row

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

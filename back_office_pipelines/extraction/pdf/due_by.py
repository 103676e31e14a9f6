"""Days that English texts ask to pay by: in the label of an amount, and in sentences.

What belongs here: "Total due by 03/29/16  $703.80", "Please remit the net amount by October 1, 2024". What does not:
other languages (`terms`), days that labels of their own name (`pairing`), and choosing among days (`days`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.caseless import Caseless
from back_office_pipelines.extraction.pdf.labels import fold
from back_office_pipelines.extraction.pdf.pairing import Candidate
from back_office_pipelines.extraction.pdf.rows import Row
from back_office_pipelines.extraction.pdf.terms import ASKED, DISCOUNT_TAKEN, earns_discount

IN_LABEL = 0.85
"""Worth of a day in the label of what is due."""
DUE = Caseless(
    r"(?:^|\b(?:total|net|amount|balance|gross|payment|invoice|payable|and|is|are|now|please pay) )"
    r"(?:now )?(?:due|payable)(?: in full)?(?:(?: on or)? (?:by|before|on))?:?$"
)
"""What stands before the day in the label of an amount."""
LAST = frozenset(("due", "payable", "full", "by", "before", "on", "than"))
"""The last word before such a day; most days of a page have none of these before them."""
PAYING = Caseless(r"\b(?:pay|paid|payment|payable|remit|remittance|settle|due|check|cheque)\b")
BY = Caseless(r"\b(?:by|on or before|not? later than)$")
SENTENCE = re.compile(r"(?<=[a-z)]{3})[.;!?] ")
WITHOUT_DUE = Caseless(r"\b(?:dispute|cancel|complain|object|claim|order|renew|ship|deliver|received|notify|report)")
"""What else is asked for by a day."""


def due_by(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the days that labels of amounts and sentences ask to pay by, as candidates of the due day."""
    for row in rows:
        for day in row.of_kind("date"):
            if not day.start or fold(row.words[day.start - 1].text) not in LAST:
                continue
            before = " ".join(word.text for word in row.words[: day.start])
            if earns_discount(row, day):
                continue
            if DUE.search(before) is not None:
                yield Candidate("due_date", day, IN_LABEL, None, "due_label")
            elif _asks(rows, row, before):
                yield Candidate("due_date", day, ASKED, None, "asked_by")


def _asks(rows: Sequence[Row], row: Row, before: str) -> bool:
    """Tell whether the sentence before a day asks to pay by that."""
    if BY.search(before) is None:
        return False
    above = rows[row.number - 1] if row.number and before[:1].islower() else None
    whole = before if above is None or above.page != row.page else f"{above.text} {before}"
    sentence = SENTENCE.split(whole)[-1]
    if DISCOUNT_TAKEN.search(sentence) is not None or WITHOUT_DUE.search(sentence) is not None:
        return False
    return PAYING.search(sentence) is not None

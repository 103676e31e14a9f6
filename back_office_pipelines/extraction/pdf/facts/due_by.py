"""Days in the label of what is due: "Total due by 03/29/16  $703.80", "NET DUE 12/10/2019".

What belongs here: English labels that a day ends. What does not: sentences (`asking`), days that labels of their own
name (`pairing`), and choosing among days (`days`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.facts.terms import earns_discount
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.labels import fold
from back_office_pipelines.extraction.pdf.page.rows import Row

IN_LABEL = 0.85
"""Worth of a day in the label of what is due."""
DUE = Caseless(
    r"(?:^|\b(?:total|net|amount|balance|gross|payment|invoice|payable|and|is|are|now|please pay) )"
    r"(?:now )?(?:due|payable)(?: in full)?(?:(?: on or)? (?:by|before|on))?:?$"
)
"""What stands before the day in the label of an amount."""
LAST = frozenset(("due", "payable", "full", "by", "before", "on", "than"))
"""The last word before such a day; most days of a page have none of these before them."""


def due_by(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the days that labels of amounts end in, as candidates of the due day."""
    for row in rows:
        for day in row.of_kind("date"):
            if not day.start or fold(row.words[day.start - 1].text) not in LAST or earns_discount(row, day):
                continue
            if DUE.search(" ".join(word.text for word in row.words[: day.start])) is not None:
                yield Candidate("due_date", day, IN_LABEL, None, "due_label")

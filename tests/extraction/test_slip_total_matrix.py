"""Totals of slips by the matrix: every digit of a slip misread, lost or read twice, one at a time.

Where anything else on the slip leads to the total, a misread one is never sure.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pytest

from back_office_pipelines.extraction.slip.amounts import entries_of
from back_office_pipelines.extraction.slip.till import words_of
from back_office_pipelines.extraction.slip.total import choose_total
from back_office_pipelines.values.style import Style
from tests.extraction.slips import RECEIPTS, lines

UNSURE = frozenset(("contradicted_total", "rivalled_total", "labelled_total"))
"""Evidence that was not counted, or a label that nothing else on the slip confirms, which is counted for itself."""
SLIPS = {
    "cash": ("9.80", ("Coffee    4.50", "Cake    5.30", "Total    9.80", "Cash    10.00", "Change    0.20")),
    "tax": ("29.80", ("Cup    29.80", "TOTAL EXCL.GST    28.11", "ADD GST@6%    1.69", "TOTAL INCL GST    29.80",
                      "CASH   50.00", "CHANGE   20.20")),
    "card": ("42.40", ("Pen    12.40", "Book    30.00", "Subtotal    42.40", "Total    42.40", "VISA    42.40")),
    "goods alone": ("42.40", ("Pen    12.40", "Book    30.00", "Total    42.40")),
    "service": ("29.15", ("Nasi    20.00", "Teh    5.00", "Subtotal    25.00", "Service Charge 10%    2.50",
                          "SST 6%    1.65", "Grand Total    29.15", "Cash    30.00", "Change    0.85")),
    "discount": ("80.00", ("Shirt    100.00", "Total    100.00", "Discount    20.00", "Net Total    80.00",
                           "VISA    80.00")),
}  # fmt: skip


class Told(NamedTuple):
    """What a slip's total reads as; None where none is given."""

    value: Decimal | None
    evidence: str


@cache
def told(*rows: str) -> Told:
    """Return the total of a slip with some rows."""
    style = Style(decimal=".")
    chosen = choose_total("total", entries_of(lines(*rows), words_of(RECEIPTS, "total"), style))
    return Told(None, "") if chosen is None else Told(Decimal(chosen[1]), chosen[0].evidence)


def _misread(row: str) -> Iterator[str]:
    """Yield a row with one digit of it taken for each other, left out, or read twice."""
    for place, character in enumerate(row):
        if character.isdigit():
            others = [digit for digit in "0123456789" if digit != character]
            for read_as in (*others, "", character * 2, f" {character}"):
                yield row[:place] + read_as + row[place + 1 :]


@pytest.mark.parametrize("name", SLIPS)
def test_a_misread_digit_never_makes_another_total_sure(name: str) -> None:
    total, rows = SLIPS[name]
    slips = [(*rows[:n], row, *rows[n + 1 :]) for n, whole in enumerate(rows) for row in _misread(whole)]
    wrong = [slip for slip in slips if told(*slip).value != Decimal(total) and told(*slip).evidence not in UNSURE]
    assert [slip for slip in wrong if told(*slip).value is not None] == []


@pytest.mark.parametrize("name", SLIPS)
def test_a_total_that_is_read_right_is_confirmed(name: str) -> None:
    total, rows = SLIPS[name]
    assert told(*rows) == Told(Decimal(total), told(*rows).evidence)
    assert told(*rows).evidence in ("labelled_total_closes", "labelled_total_paid")


def test_a_tender_that_does_not_lead_to_the_total_contradicts_it() -> None:
    rows = ("Cup    4.80", "Cake    5.00", "Total    1.80", "Cash    10.00", "Change    0.20")
    assert told(*rows).evidence == "contradicted_total"


def test_digits_called_balance_without_their_point_are_no_change() -> None:
    rows = (
        "Cup    180.10",
        "DISC    2.00",
        "TOTAL    180.10",
        "VISA    180.10",
        "CHANGE    0.00",
        "Prev Balance : 2651",
    )
    assert told(*rows).evidence == "labelled_total_paid"

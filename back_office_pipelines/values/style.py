"""How one document writes its numbers and dates, as far as its own evidence tells.

A `None` means that the document gave no evidence. A value that needs the missing knowledge is ambiguous, never guessed.
What belongs here: the shape and its two constants. What does not: how the evidence is weighed (`evidence`).
"""

from dataclasses import dataclass
from typing import Literal

DecimalMark = Literal[".", ","]
DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True)
class Style:
    """Number and date conventions of one document.

    Attributes:
        decimal: the decimal mark.
        date_order: order of day, month and year in numeric dates with separators.
        grouping: whether digits may be grouped; machine formats never do, so that "1,234" in one is no number.
    """

    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None
    grouping: bool = True


MACHINE = Style(decimal=".", date_order="ymd", grouping=False)
"""Style of machine formats (XML, EDI): decimal point, no grouping, ISO or compact dates."""

UNDECIDED = Style()
"""Style of a document that gave no evidence."""

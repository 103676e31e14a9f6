"""What was chosen for a field and what it rests on: the shapes that every way of choosing gives back.

What belongs here: the two shapes. What does not: choosing, and what evidence is worth (`calibration`, `confidence`).
"""

from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.page.spans import Found

SAME_AS_GROSS = "same_as_gross"
LEARNED = "learned"
"""Evidence of a value that a lesson names (`extraction/memory`)."""
"""Evidence of an amount due that a page does not print apart: it is the gross total, and alone contradicts nothing."""


@dataclass(frozen=True)
class Learned:
    """What a value rests on that people's corrections taught (`memory/`).

    Attributes:
        decisions: ids of the corrections.
        told: what they taught, in words.
        bound: most that can be claimed after so many of them.
        constant: the value does not stand on the page.
    """

    decisions: tuple[str, ...]
    told: str
    bound: float
    constant: bool = False


@dataclass(frozen=True)
class Choice:
    """A field's value and what it rests on.

    Attributes:
        evidence: class of evidence.
        score: how well it fits, on the scale of its field.
        margin: how far the next best other value is behind; the score itself where there is none.
        held: whether other values of the document confirm it (a sum that closes, an order of dates, check digits).
        agreed: whether something else yet says the same (the sum of the lines, a term of payment, a third sign).
        rival: the next best other value that `margin` is the distance to, where it stands on a page.
        learned: what people taught, where the value is theirs and not the rules'.
    """

    field: str
    found: Found
    evidence: str
    score: float = 1.0
    margin: float = 1.0
    held: bool = False
    agreed: bool = False
    rival: Found | None = None
    learned: Learned | None = None


@dataclass(frozen=True)
class Undecided:
    """A field whose candidates contradict each other."""

    field: str
    candidates: tuple[Found, ...]

"""What an agency keeps of a bill: gross, a commission of it, and the net that is to pay, found by their arithmetic.

What belongs here: which three printed amounts are these. What does not: labels (`pairing`), other ways from a total to
what is due (`carried`), totals with tax (`totals`).

Stations and publishers bill the gross price of what was sold and let the agency that bought it keep its commission,
nearly always 15 percent ("15/85"; American Association of Advertising Agencies, standard conditions 1933). The gross
total is the one before it, whatever the page calls the two; the net of a commission is no total without tax.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row

WORDS = Caseless(
    r"\bcom+is+ion|\bcomm\b|\bagency\b|\b15/85\b|\bcomisi[oó]n\b|\bcommissione\b|\bcomissão\b"
    r"|(?:agentur|mittler|ae|vermittlungs)-?(?:provision|rabatt|vergütung)"
    r"|\bprovision\b(?!\s+(?:re[cç]ues?|versées?|payées?|déjà|sur|pour|du|de)\b)"  # in French a payment made before
)
"""Words that tell of a commission. Those of one may stand far from its amount, at the head of a column."""
PARTS = ("com", "agency", "15/85", "provision", "rabatt", "vergütung")
"""Letters of which some are in each of these words: most rows have none, and need no search."""
OATHS = Caseless(r"commission expires|my commission")
"""Words of a notary, who has another kind of commission."""
USUAL = Decimal("0.15")
HIGHEST = Decimal("0.35")
CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")
MOST_ROUNDED, SHARE_ROUNDED = Decimal("0.10"), Decimal("0.0005")
"""Amount, and share of the gross, by which rounded commissions of several stations may miss that of their sum."""
NEAR = 1
"""Rows by which the words of a commission may stand above or below its amount."""
Places = Mapping[Decimal, Mention]


@dataclass(frozen=True)
class Commission:
    """What is billed and what is left of it.

    Attributes:
        gross, left: before and after the commission.
    """

    gross: Decimal
    left: Decimal

    @property
    def taken(self) -> Decimal:
        """The commission, with the sign of the gross."""
        return self.gross - self.left


def commission_of(rows: Sequence[Row], printed: Places, named: Collection[Decimal]) -> Commission | None:
    """Return the commission of a document; None where nothing tells of one or no three amounts show it.

    Of several (of each station, then of all) it is one whose parts labels name, then the largest.

    Args:
        rows: of the document.
        printed: each amount of the document with where it stands.
        named: amounts that labels call totals or due.
    """
    telling = {row.number for row in rows if _tells(row.text)}
    if not telling:
        return None
    sizes = sorted({abs(value) for value in printed})
    near = {row + step for row in telling for step in range(-NEAR, NEAR + 1)}
    beside = [value for value, mention in printed.items() if value and mention.row in near]
    found = [
        one for gross in printed for one in (*_usual(gross, printed, named, sizes), *_told(gross, printed, beside))
    ]
    return max(found, key=lambda one: (_named(one, named), abs(one.gross)), default=None)


def _tells(text: str) -> bool:
    lower = text.lower()
    if not any(part in lower for part in PARTS):
        return False
    return WORDS.search(text) is not None and OATHS.search(text) is None


def _named(one: Commission, named: Collection[Decimal]) -> bool:
    return one.gross in named or one.left in named


def _usual(
    gross: Decimal, printed: Places, named: Collection[Decimal], sizes: Sequence[Decimal]
) -> Iterator[Commission]:
    """Yield the usual commission of an amount where the page prints what is left, and it or labels of both.

    Args:
        gross: an amount.
        printed: all amounts.
        named: amounts that labels call totals or due.
        sizes: all amounts without their signs, in order.
    """
    exact = abs(gross) * USUAL
    usual = exact.quantize(CENT, ROUND_HALF_UP)
    slack = max(min(MOST_ROUNDED, abs(gross) * SHARE_ROUNDED), CENT)
    near = slice(bisect_left(sizes, usual - slack), bisect_right(sizes, usual + slack))
    shares = (usual, usual - CENT) if gross in named else ()
    for taken in (*sizes[near], *(one for one in shares if abs(exact - one) <= HALF_CENT)):
        one = Commission(gross, gross - taken.copy_sign(gross))
        if taken and one.left in printed and (taken in sizes[near] or one.left in named):
            yield one


def _told(gross: Decimal, printed: Places, beside: Sequence[Decimal]) -> Iterator[Commission]:
    """Yield any commission of an amount that its own row names, where the page prints what is left.

    All three are printed with cents, or none is: with cents beside it, a whole number is the code of a place.

    Args:
        gross: an amount.
        printed: all amounts.
        beside: those in or next to rows that tell of a commission.
    """
    decimals = gross.as_tuple().exponent
    for value in beside:
        if value.as_tuple().exponent == decimals and abs(value) <= HIGHEST * abs(gross):
            one = Commission(gross, gross - abs(value).copy_sign(gross))
            if one.left in printed:
                yield one

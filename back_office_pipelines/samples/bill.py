"""A bill: an invoice together with its parties and sums, as one document states it.

What belongs here: bringing together what every drawing needs, faults included. What does not: any drawing.
"""

from dataclasses import dataclass
from decimal import Decimal

from back_office_pipelines.samples.arithmetic import Totals
from back_office_pipelines.samples.model import Invoice, Party

STANDARD_RATED = "S"


@dataclass(frozen=True)
class Bill:
    """What a document states.

    Attributes:
        invoice: what is sold.
        seller: who asks for the money.
        buyer: who is to pay.
        totals: all sums, wrong ones where the document is wrong on purpose.
        omits: fields that are left out on purpose.
        written_date: the issue date as it is written on purpose, None for the sender's way.
    """

    invoice: Invoice
    seller: Party
    buyer: Party
    totals: Totals
    omits: frozenset[str] = frozenset()
    written_date: str | None = None

    @property
    def stated_seller(self) -> str | None:
        """Name of the seller as far as it is stated."""
        return self.seller.name if self.states("seller_name") else None

    def states(self, field: str) -> bool:
        """Tell whether a field was not left out on purpose."""
        return field not in self.omits

    def tax_category(self, rate: Decimal) -> str:
        """Return the category of UNTDID 5305 that goes with a tax rate of this invoice."""
        if rate > 0 or self.invoice.zero_rate is None:
            return STANDARD_RATED if rate > 0 else "Z"
        return self.invoice.zero_rate.category

    def exemption(self, rate: Decimal) -> str | None:
        """Return why there is no tax at this rate, None where there is tax."""
        return self.invoice.zero_rate.reason if rate == 0 and self.invoice.zero_rate else None

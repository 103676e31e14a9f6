"""Sellers that nobody knows: an honest bill under the name, numbers and account of a company outside the master."""

import random
from dataclasses import replace

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.world.companies import Company, party_of


def stranger(bill: Bill, seller: Company, draw: random.Random) -> Bill:
    """Return the bill as if a company that is in no vendor master had sent it."""
    mark = draw.randint(100, 999)
    party = party_of(
        bill.seller.country, f"x/stranger-{mark}", draw, seller.trade.tagline, f"{seller.trade.names[0]} {mark}"
    )
    return replace(bill, seller=party)

"""Draw text-layer invoices of invented sellers in all layout families: as many as wanted, no two alike.

What belongs here: documents for measurements. What does not: faults, people and time; those are of `sample`.
"""

from datetime import date, timedelta
from pathlib import Path

from back_office_pipelines.samples.pages.page import draw_in
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import cast_of

FIRST_DAY = date(2026, 9, 1)


def draw_invoices(folder: Path, count: int, seed: int = 1) -> int:
    """Write so many invoices as PDF files into a folder, in a fixed order of names; return their pages."""
    cast = cast_of(seed)
    pairs = [(entity, seller) for entity, groups in sorted(cast.sellers.items()) for seller in groups["pdf"]]
    folder.mkdir(parents=True, exist_ok=True)
    pages = 0
    for number in range(count):
        entity, seller = pairs[number % len(pairs)]
        issued = FIRST_DAY + timedelta(days=number % 60)
        bill = bill_of(seller, cast.buyers[entity], f"{seller.prefix}{number:06}", issued, None, f"{seed}/{number}")
        drawn = draw_in(bill, seller.style())
        (folder / f"{number:06}.pdf").write_bytes(drawn.pdf)
        pages += drawn.pages
    return pages

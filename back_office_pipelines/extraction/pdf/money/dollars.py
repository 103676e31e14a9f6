"""Whose dollar a page means: by taxes and registers that one country has, by addresses, by how dates are written.

What belongs here: that order, and what contradicts itself. What does not: signs and codes on the page (`currency`), and
finding the country of a document (`countries`).
"""

import re
from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.countries import STATE_AND_ZIP, Seat
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.values.style import Style

DOLLAR = "$"
TAXED = re.compile(
    r"\b(?:(?P<AU>ABN\b(?! AMRO)|A\.B\.N\.|BSB\b)"
    r"|(?P<CA>(?:HST|QST|TVQ|TPS)\b|PST\b ?[(@:]? ?\d{1,2}(?:\.\d+)? ?%|\d{5} ?\d{4} ?RT ?\d{4}\b)"
    r"|(?P<NZ>NZBN\b|IRD (?:[Nn]o|[Nn]umber))|(?P<SG>UEN\b)|(?P<US>[Ss]ales [Tt]ax\b|SALES TAX\b|F?EIN\b))"
)
"""Words of taxes and registers that one country of those whose money is a dollar has."""
GOODS_AND_SERVICES = re.compile(r"\bGST\b")
"""A tax that several of them have, and the United States have not."""
STATION = re.compile(r"(?<![\w-])[KW](?:[A-Z]{2,3}|\d\d[A-Z]{2})-(?:TV|DT|D|CD|CA|LD|LP|FM|AM)(?!\w)")
"""A call sign that only stations of the United States have (ITU Radio Regulations, appendix 42; 47 CFR 73.3550)."""
BOTH = 2


def country_of_dollar(rows: Sequence[Row], style: Style, seat: Seat | None) -> str | None:
    """Return the country whose dollar a page means, None where nothing tells or the evidence contradicts itself.

    Taxes and registers tell most; several of them, or one against the addresses, tell nothing. Without them the
    addresses decide, else dates written as Americans write them, where no tax is charged that Americans do not know.
    """
    taxed = {str(match.lastgroup) for row in rows for match in TAXED.finditer(row.text)}
    seated = {seat.code} if seat is not None and DOLLAR in seat.country.signs else set()
    if len(taxed | seated) > 1:
        return None
    if taxed or seated - {"US"}:
        return next(iter(taxed | seated))
    if any(GOODS_AND_SERVICES.search(row.text) for row in rows):
        return None
    return "US" if seated or style.date_order == "mdy" or _writes_month_first(rows) else None


def is_american_sale(rows: Sequence[Row], seat: Seat | None) -> bool:
    """Tell whether a page without any sign of money can only mean the dollar of the United States.

    Two different places with state and postal code, the seller's and the buyer's, and the sales tax that only American
    sellers charge; or a place and the call sign of an American station.
    """
    if seat is None or seat.code != "US":
        return False
    places = {match.group() for row in rows for match in STATE_AND_ZIP.finditer(row.text)}
    if places and any(STATION.search(row.text) for row in rows):
        return True
    return len(places) >= BOTH and any("sales tax" in row.text.casefold() for row in rows)


def _writes_month_first(rows: Sequence[Row]) -> bool:
    """Tell whether dates begin with the name of a month, as Americans write them: "Jan 31, 2026"."""
    return any(mention.found.text[:1].isalpha() for row in rows for mention in row.of_kind("date"))

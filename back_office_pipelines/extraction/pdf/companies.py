"""Names of companies by the legal form that ends them.

What belongs here: legal forms, and where a name begins. What does not: whose name it is (`parties`, `letterhead`).
"""

import re
from collections.abc import Iterator

from back_office_pipelines.extraction.pdf.spans import Found, span
from back_office_pipelines.extraction.pdf.words import Line

COMPANY = re.compile(
    r"(?<!\w)(?:GmbH(?: & Co\.? KGa?A?)?|AG|KG|UG|OHG|GbR|mbH|KGaA|a\.\s?G\.|e\.K\.|SE|SARL|SAS|SASU|EURL|SNC|S\.A\.|SA"
    r"|S\.L\.U\.|SLU|SL|S\.L\.|SpA|S\.p\.A\.|Srl|S\.r\.l\.|B\.V\.|b\.v\.|BV|BVBA|N\.V\.|NV|V\.O\.F\.|VOF|Ltd\.?|Limited"
    r"|(?i:s[db]n\.? ?bhd\.?|berhad|pt[ey]\.? ltd\.?)|S/B|BHD"
    r"|S\.n\.c\.|LLC|LLP|PLLC|Inc\.?|Corp\.?|PLC|plc|AB|A/S|ApS|AS|Oy)(?!\w)"
)
"""Legal forms that end a company's name."""
SEPARATOR = re.compile(r"\s[\u25cf\u2022\u00b7|\u2013\u2014-]\s|,\s|\s{2,}|\s\*\s")
LONGEST_NAME = 60


def companies(line: Line) -> Iterator[Found]:
    """Yield the names in a line that end in a legal form; a name begins after the last separator before it."""
    for segment in line.segments:
        text = segment.text
        for match in COMPANY.finditer(text):
            gaps = (gap.end() for gap in SEPARATOR.finditer(text[: match.start()]))
            start = max((end for end in gaps if end < match.start()), default=0)  # "Kupfer, Inc." is one name
            name = text[start : match.end()].strip()
            if " " in name and name[0].isalpha() and len(name) <= LONGEST_NAME and ":" not in name:
                yield span(segment.words, segment.page).piece(start, match.end())

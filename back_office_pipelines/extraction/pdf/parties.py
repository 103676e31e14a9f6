"""The seller's name where no label gives it: the company that a page names most, and values beside others.

What belongs here: evidence that is no label. What does not: labels (`labels`, `locate`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from back_office_pipelines.extraction.pdf.choose import Choice
from back_office_pipelines.extraction.pdf.shapes import currencies, dates
from back_office_pipelines.extraction.pdf.spans import Found, Span, span
from back_office_pipelines.extraction.pdf.words import Line
from back_office_pipelines.values.text import squash_spaces

COMPANY = re.compile(
    r"(?<!\w)(?:GmbH(?: & Co\.? KGa?A?)?|AG|KG|UG|e\.K\.|SE|SARL|SAS|SASU|S\.A\.|SA|SL|S\.L\.|SpA"
    r"|S\.p\.A\.|Srl|S\.r\.l\.|B\.V\.|BV|BVBA|N\.V\.|NV|Ltd\.?|Limited|"
    r"(?i:s[db]n\.? ?bhd\.?|berhad|pt[ey]\.? ltd\.?)|S/B|BHD|LLC|LLP|Inc\.?|Corp\.?|PLC|plc|AB|A/S|ApS|AS|Oy)(?!\w)"
)
"""Legal forms that end a company's name."""
SEPARATOR = re.compile(r"\s[\u25cf\u2022\u00b7|\u2013\u2014-]\s|,\s|\s{2,}|\s\*\s")
LONGEST_NAME = 60


def seller_by_company(lines: Sequence[Line]) -> Choice | None:
    """Return the company a document names most often, if no other is named as often.

    An invoice names its seller in letterhead, sender's line, bank details and footer, and its buyer once.
    """
    places: dict[str, list[Found]] = {}
    for line in lines:
        for segment in line.segments:
            for found in _companies(span(segment.words, segment.page)):
                places.setdefault(squash_spaces(found.text).casefold(), []).append(found)
    if not places:
        return None
    ranked = sorted(places.values(), key=len, reverse=True)
    if len(ranked) > 1 and len(ranked[0]) == len(ranked[1]):
        return None
    evidence = "only_company" if len(ranked) == 1 else "most_named_company"
    return Choice("seller_name", ranked[0][0], evidence)


def issue_date_beside(number: Choice, lines: Sequence[Line]) -> Choice | None:
    """Return the only date that stands on the line of the invoice number: "Invoice 42 of 31 January 2026"."""
    for line in lines:
        boxes = [segment.box for segment in line.segments]
        same = line.page == number.found.page and any(_touch(box, number.found.box) for box in boxes)
        found = [entry for segment in line.segments for entry in dates(span(segment.words, segment.page))]
        if same and len(found) == 1:
            return Choice("issue_date", found[0], "beside_number")
    return None


def currency_of(
    lines: Sequence[Line], amounts: Sequence[Choice], country: str | None
) -> tuple[Choice, str | None] | None:
    """Return the currency of the chosen amounts, else the only one of the document, and what its sign stands for.

    The dollar sign counts as USD where the document carries an address of the United States, else as nothing.
    """
    for evidence, texts in (("at_amounts", [choice.found for choice in amounts]), ("in_document", None)):
        found = _codes(lines) if texts is None else [entry for entry in texts if _currency_text(entry.text)]
        meanings = {_currency_text(entry.text) for entry in found}
        if len(meanings) == 1:
            code = meanings.pop()
            place = replace(found[0], text=code or "")
            if code != "$":
                return Choice("currency", place, evidence), None
            if country == "US":
                return Choice("currency", place, "dollar_in_us"), "USD"
            return None
        if meanings:
            return None
    return None


def _currency_text(text: str) -> str | None:
    """Return the sign or code inside an amount, None where it has none."""
    match = re.search(r"€|£|US\$|\$|zł|Kč|(?<![A-Za-z])RM(?![A-Za-z])|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", text)
    return match.group() if match else None


def _codes(lines: Sequence[Line]) -> list[Found]:
    """Return every currency sign or code of the document that stands at a number."""
    found: list[Found] = []
    for line in lines:
        for segment in line.segments:
            where = span(segment.words, segment.page)
            found.extend(entry for entry in currencies(where) if re.search(r"\d", where.text))
            found.extend(where.piece(*match.span()) for match in re.finditer(r"\$(?=\s?\d)", where.text))
    return found


def _companies(where: Span) -> list[Found]:
    """Return the names in a text that end in a legal form; a name begins after the last separator before it."""
    text = where.text
    found: list[Found] = []
    for match in COMPANY.finditer(text):
        start = max((gap.end() for gap in SEPARATOR.finditer(text[: match.start()])), default=0)
        name = text[start : match.end()].strip()
        if " " in name and name[0].isalpha() and len(name) <= LONGEST_NAME and ":" not in name:
            found.append(where.piece(start, match.end()))
    return found


def _touch(first: tuple[float, float, float, float], second: tuple[float, float, float, float]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]

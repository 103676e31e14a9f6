"""VAT identifiers as pages print them: where one stands in a text, of which country it is, and its canonical text.

What belongs here: shapes with and without the letters of a country. What does not: whose identifier one is (`vat_ids`),
and its check digits (`values.checksums`). Shapes: European Commission, VIES FAQ 11 (structure of VAT identification
numbers); sellers from outside the Union, EU and nine digits (Directive 2006/112/EC, art. 362); Swiss
UID (ESTV); Indian GSTIN (CGST Rules 2017, rule 10).
"""

import re
from collections.abc import Iterator, Mapping

from back_office_pipelines.extraction.pdf.page.caseless import Caseless

Reach = tuple[int, int]
_PART = r"(?=[0-9A-Z]*\d)[0-9A-Z]{1,14}"
COUNTRY = (
    "(?:AT|BE|BG|CH|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|GR|HR|HU|IE|IT|LI|LT|LU|LV|MC|MT|NL|NO|PL|PT|RO|RS|SE|SI|SK|SM|TR"
    "|XI)"
)
PREFIXED = re.compile(rf"(?<!\w){COUNTRY}[ .-]?{_PART}(?:[ .-]{_PART})*(?!\w)")
SWISS_TAX = frozenset(("", "MWST", "TVA", "IVA", "VAT"))
"""What ends a Swiss UID that is registered for value added tax: part of the number (MWSTG art. 66), kept as printed."""
SWISS = re.compile(r"(?<!\w)CHE[ -]?\d{3}[ .]?\d{3}[ .]?\d{3}(?:\s?(?:MWST|TVA|IVA|VAT))?(?!\w)")
DUTCH = re.compile(r"(?<!\w)NL[ .]?\d{4}[ .]?\d{2}[ .]?\d{3}[ .]?B[ .]?\d{2}(?!\w)")
"""With a mark around its letter, which no other identifier has."""
NORWEGIAN = re.compile(r"(?<!\w)(?:NO[ .-]?)?\d{3}[ .]?\d{3}[ .]?\d{3} ?MVA(?!\w)")
"""The number of a Norwegian organisation with what says that it is registered for value added tax: it is part of it."""
COMMUNITY_DIGITS = 8
"""First digits of a Hungarian tax number, which are its number in the European Union; kind of tax and county follow."""
INDIAN = re.compile(r"(?<!\w)\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z](?!\w)")
TWO_CAPITALS = re.compile(r"[A-Z][A-Z]")
MARKS = re.compile(r"[^0-9A-Z]")
LEAST = 8
"""Characters of the shortest VAT identifier with its country (Romania's may be shorter, and is then not found)."""
NATIONAL: Mapping[str, tuple[str, str]] = {
    "IT": (r"P(?:art(?:ita)?)?\.?\s?\.?I\.?\s?V\.?\s?A\.?", r"\d{11}"),
    "ES": (r"[NC]\.?\s?I\.?\s?F\.?", r"[A-HJ-NP-SUVW][-. ]?\d{7}[0-9A-J]|\d{8}[-. ]?[A-Z]|[XYZ][-. ]?\d{7}[-. ]?[A-Z]"),
    "PT": (r"(?:N\.?\s?I\.?\s?F\.?|NIPC|Contribuinte)", r"\d{3} ?\d{3} ?\d{3}"),
    "BE": (r"(?:T\.?V\.?A\.?|B\.?T\.?W\.?)", r"[01]\d{3}[. ]?\d{3}[. ]?\d{3}"),
    "NL": (r"(?:B\.?T\.?W\.?|OB)", r"\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?B[. ]?\d{2}"),
    "AT": (r"(?:UID|USt|ATU)", r"U ?\d{8}"),
    "DE": (r"(?:USt|Umsatzsteuer)[-. ]?Id\w*", r"\d{3} ?\d{3} ?\d{3}"),
    "GB": (r"V\.?A\.?T\.?", r"\d{3}[ .]?\d{4}[ .]?\d{2}"),
    "FI": (r"(?:Y-?tunnus|ALV)\w*", r"\d{7}-\d"),
    "HR": (r"(?:OIB|PDV)", r"\d{11}"),
    "HU": (r"ad[óo]sz[áa]m\w*", r"\d{8}-[1-5]-\d{2}"),
    "PL": (r"NIP", r"\d{3}[- ]?(?:\d{3}[- ]?\d{2}[- ]?\d{2}|\d{2}[- ]?\d{2}[- ]?\d{3})"),
}
"""By country: what announces a number printed without the country's letters, and its shape."""
PREFIXED_ONLY: Mapping[str, str] = {
    "CH": r"E\d{9}",
    "EU": r"\d{9}",
    "FI": r"\d{8}",
    "FR": r"[0-9A-HJ-NP-Z]{2}\d{9}",
    "HU": r"\d{8}",
    "IE": r"\d[0-9A-Z+*]\d{5}[A-W][A-I]?",
    "LU": r"\d{8}",
    "NO": r"\d{9}MVA",
    "RO": r"[1-9]\d{1,9}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
}
"""Shapes of the countries whose identifiers are printed with their letters."""
SURE = frozenset(("IT", "ES", "BE", "NL", "AT", "DE", "PL", "FI", "HR", "HU"))
"""Countries that word and shape together name; the others' numbers are theirs only on a page from there."""
BETWEEN = (
    r"(?:[-/ ]{0,3}(?:IVA|CIF|NIF|C\.?\s?F|Cod(?:ice)?|Fisc(?:ale)?|Id|Reg(?:istration)?|Nr|No|Number|Nummer|n°|nº|n"
    r"|e|and|und|et)\b\.?)*"
)
_ANNOUNCED = {
    country: Caseless(rf"(?<!\w){word}{BETWEEN}\s*[:.#°º]*\s*({shape})(?!\w)".lower())
    for country, (word, shape) in NATIONAL.items()
}
LETTERS: Mapping[str, tuple[str, ...]] = {
    "FI": ("tunnus", "alv"), "HR": ("oib", "pdv"), "HU": ("adósz", "adosz"), "PL": ("nip",),
}  # fmt: skip
"""Letters without which a text announces no number of a country: telling that takes less than the whole pattern."""
BEHIND_ITS_WORD = frozenset(("PL",))
"""Countries whose numbers look like any other and stand right behind their word."""
_SHAPES = {country: re.compile(shape) for country, (_, shape) in NATIONAL.items() if country not in BEHIND_ITS_WORD}
_DIGITS = re.compile(r"\d{6}|\d{3}[ .-]\d{2}")


def vat_id_spans(text: str) -> Iterator[Reach]:
    """Yield where VAT identifiers may stand: by the letters of a country, else by what announces them."""
    taken: list[Reach] = []
    if TWO_CAPITALS.search(text):
        taken += [match.span() for shape in (DUTCH, SWISS, INDIAN) for match in shape.finditer(text)]
        taken += [match.span() for match in NORWEGIAN.finditer(text)] if "MVA" in text else []
        others = [match for match in PREFIXED.finditer(text) if len(MARKS.sub("", match.group())) >= LEAST]
        taken += [match.span() for match in others if not _overlaps(match.span(), taken)]
    if _DIGITS.search(text):
        lower = text.lower()
        for country, pattern in _ANNOUNCED.items():
            if country in LETTERS and not any(letters in lower for letters in LETTERS[country]):
                continue
            taken += [match.span(1) for match in pattern.finditer(text) if not _overlaps(match.span(1), taken)]
        if not taken and any(shape.fullmatch(text) for shape in _SHAPES.values()):
            taken.append((0, len(text)))
    yield from sorted(set(taken))


def _overlaps(reach: Reach, taken: list[Reach]) -> bool:
    return any(first < reach[1] and reach[0] < last for first, last in taken)


def canonical(printed: str, before: str = "", country: str | None = None) -> str | None:
    """Return an identifier in capitals without spaces and marks, with its country; None where no country is told.

    Args:
        printed: as on the page: "BE 0718.820.478", "CHE-115.448.278 MWST", "03991820279".
        before: what stands before it on the page, or announces it above.
        country: of the document, ISO 3166; None where unknown.
    """
    bare = MARKS.sub("", printed.upper())
    if bare.startswith("CHE"):
        return bare if bare[3:12].isdigit() and bare[12:] in SWISS_TAX else None
    if NORWEGIAN.fullmatch(bare):
        return f"NO{bare.removeprefix('NO')}"
    if INDIAN.fullmatch(bare) or re.match(COUNTRY + r"(?=.*\d)", bare):
        return bare
    for code, (word, shape) in NATIONAL.items():
        told = re.search(rf"(?<!\w){word}", before, re.IGNORECASE) is not None
        if (re.fullmatch(shape, bare) or re.fullmatch(shape, printed)) and ((told and code in SURE) or code == country):
            return code + (bare[:COMMUNITY_DIGITS] if code == "HU" else bare)
    return None


def is_well_formed(text: str) -> bool:
    """Tell whether a canonical text has the shape that its country's identifiers have, where that is written here."""
    shape = PREFIXED_ONLY.get(text[:2]) or NATIONAL.get(text[:2], ("", ""))[1]
    return shape != "" and re.fullmatch(shape, text[2:]) is not None

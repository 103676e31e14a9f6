"""What the value of a field looks like on a page, by the field's type.

What belongs here: patterns that find candidates of a kind in a text. What does not: where to look (`locate`), and
whether a text is a valid value (`values/`, at normalisation).
"""

import re
from collections.abc import Callable, Iterator, Mapping

from back_office_pipelines.extraction.pdf.spans import Found, Span
from back_office_pipelines.values.currencies import CODES, SIGNS
from back_office_pipelines.values.months import MONTHS

Shape = Callable[[Span], Iterator[Found]]

_MONTH = "(?:" + "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True)) + ")"
_YEAR = r"(?:20\d{2}|19\d{2}(?!:\d)|\d{2})"
_DATE_END = r"(?:(?![\w/-])|(?=\d{1,2}:\d{2})|(?<=\d{4})(?=[A-Za-z]{2}))"
"""A date ends with its digits, or where recognised text has lost the space before a time or a word."""
_DATE = re.compile(
    rf"(?<![\w./-])(?:\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|\d{{1,2}}\s?([./-])\s?\d{{1,2}}\s?\1\s?{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er)?[. -]\s?(?:de )?{_MONTH}\.?,?[ -](?:de )?{_YEAR}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}){_DATE_END}",
    re.IGNORECASE,
)
_MONEY_SIGN = r"(?:[A-Z]{3}|RM|[A-Z]{0,2}\$|€|£|zł|Kč|Fr\.)"
_AMOUNT = re.compile(
    rf"(?<![\w.,%/-])(?:\(\s?)?(?:[-\u2212\u2013]\s?)?(?:{_MONEY_SIGN}\s?)?(?:[-\u2212\u2013]\s?)?"
    rf"\d{{1,3}}(?:(?:[.,'\u2019 ]\d{{3}}(?!\d))+|\d*)(?:[.,]\d{{1,4}})?(?:\s?\))?(?:\s?{_MONEY_SIGN}(?![\w]))?-?"
    r"(?!\s?%)(?![\w/]|\s?[.,:]\s?\d)"
)
_WITH_CENTS = re.compile(r"[.,]\d{2}(?!\d)")
_VAT_PART = r"(?=[0-9A-Z]*\d)[0-9A-Z]{1,14}"
_VAT = re.compile(rf"(?<!\w)[A-Z]{{2}}[ .-]?{_VAT_PART}(?:[ .-]{_VAT_PART})*(?!\w)")
_IBAN_START = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?=[ A-Z0-9])")
_REFERENCE = re.compile(r"(?<!\S)[(#]?(?=[^\s]*\d)[^\s:;,()#]*[\w](?:/\S*\w)?(?![^\s.,;:)])")
_CODE = re.compile(r"(?<![A-Za-z])(?<!SDN )(?<!SDN\. )[A-Z]{3}(?![A-Za-z])")
"""BHD is the dinar of Bahrain, and the end of "SDN BHD", a company in Malaysia."""

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip
"""Length of an IBAN by country (ISO 13616 registry)."""


def dates(where: Span) -> Iterator[Found]:
    """Yield what looks like a date."""
    return (where.piece(*match.span()) for match in _DATE.finditer(where.text))


def amounts(where: Span) -> Iterator[Found]:
    """Yield what looks like an amount: it has cents, a currency, or nothing after it and three digits or more."""
    for match in _AMOUNT.finditer(where.text):
        text = match.group()
        whole = len(re.sub(r"\D", "", text)) >= 3 and match.end() == len(where.text)
        if _WITH_CENTS.search(text) or re.search(r"[^\d\s.,'\u2019()\u2212\u2013-]", text) or whole:
            yield where.piece(*match.span())


def vat_ids(where: Span) -> Iterator[Found]:
    """Yield what looks like a VAT identifier: two letters and at least seven more characters, most of them digits."""
    for match in _VAT.finditer(where.text):
        if len(re.sub(r"[^0-9A-Z]", "", match.group())) >= 8:
            yield where.piece(*match.span())


def ibans(where: Span) -> Iterator[Found]:
    """Yield what looks like an IBAN: a country, two digits, and as many characters as that country's have."""
    text = where.text
    for match in _IBAN_START.finditer(text):
        end, count = match.start(), 0
        wanted = IBAN_LENGTHS.get(match.group()[:2], 0)
        while end < len(text) and count < wanted and (text[end].isalnum() or text[end] == " "):
            count += text[end] != " "
            end += 1
        if count == wanted and wanted and (end == len(text) or not text[end].isalnum()):
            yield where.piece(match.start(), end)


def references(where: Span) -> Iterator[Found]:
    """Yield words with a digit that are no date, without the marks around them."""
    text = where.text
    taken = [match.span() for match in _DATE.finditer(text)]
    for match in _REFERENCE.finditer(text):
        start = match.start() + (match.group()[0] in "#(")
        if not any(begin < match.end() and end > start for begin, end in taken):
            yield where.piece(start, match.end())


def currencies(where: Span) -> Iterator[Found]:
    """Yield ISO codes and signs that stand for one currency."""
    for match in _CODE.finditer(where.text):
        if match.group() in CODES:
            yield where.piece(*match.span())
    for sign in SIGNS:
        bounds = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if sign.isalpha() else ("", "")
        for found in re.finditer(re.escape(sign).join(bounds), where.text):
            yield where.piece(*found.span())


def names(where: Span) -> Iterator[Found]:
    """Yield the text as a whole where it is a name: it begins with a letter and is no label, code or address."""
    text = where.text.strip(" :-")
    words = text.split()
    numbers = any(word.strip(",.").isdecimal() for word in words) or (len(words) == 1 and re.search(r"\d", text))
    if text[:1].isalpha() and len(text) >= 2 and not numbers and not where.text.rstrip().endswith(":"):
        start = where.text.find(text)
        yield where.piece(start, start + len(text))


BY_FIELD: Mapping[str, Shape] = {"seller_iban": ibans, "seller_vat_id": vat_ids, "buyer_vat_id": vat_ids}
BY_TYPE: Mapping[str, Shape] = {
    "money": amounts,
    "date": dates,
    "reference": references,
    "currency": currencies,
    "text": names,
}


def shape_of(field: str, type_name: str) -> Shape | None:
    """Return what values of a field look like, None for kinds that are not read from pages."""
    return BY_FIELD.get(field) or BY_TYPE.get(type_name)

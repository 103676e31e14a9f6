"""What the value of a field looks like on a page, by the field's type.

What belongs here: patterns that find candidates of a kind in a text. What does not: where to look (`locate`), and
whether a text is a valid value (`values/`, at normalisation).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.registrations import vat_id_spans
from back_office_pipelines.extraction.pdf.page.spans import Found, Span
from back_office_pipelines.values.currencies import CODES, SIGNS
from back_office_pipelines.values.months import MONTHS

Shape = Callable[[Span], Iterator[Found]]
Reach = tuple[int, int]
"""First and last offset of a value in a text."""


def _one_of(names: Iterable[str]) -> str:
    """Return a pattern of some words, by their first letters: at most letters one look tells that none begins."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in by_first.items()) + ")"


_MONTH = _one_of(MONTHS)
_YEAR = r"(?:20\d{2}|19\d{2}(?!:\d)|\d{2})"
_DATE_END = r"(?:(?![\w/-])|(?=\d{1,2}:\d{2})|(?<=\d{4})(?=[a-z]{2}))"
"""A date ends with its digits, or where recognised text has lost the space before a time or a word."""
_DATE = Caseless(
    rf"(?<![\w./-])(?:\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|\d{{4}}\. (?:\d{{1,2}}\.|{_MONTH}) \d{{1,2}}"
    rf"|\d{{1,2}}\s?([./-])\s?\d{{1,2}}\s?\1\s?{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|[°ºª])?[. /-]\s?(?:de )?{_MONTH}(?:\.?,?[ /-]|\.)(?:de )?{_YEAR}"
    rf"|\d{{2}}{_MONTH}{_YEAR}|{_MONTH}-\d{{1,2}}-\d{{4}}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\s?,? \d{{4}}){_DATE_END}"
)
_NO_CODE = r"(?!(?:VAT|TVA|IVA|BTW|UST|TAX|GST|HST|PST|NET|TTC|DUE|SUM|FEE|QTY)\b)"
"""Words of three capitals beside amounts that are no currency."""
_MONEY_SIGN = rf"(?:{_NO_CODE}[A-Z]{{3}}|RM|Rs\.?|[A-Z]{{0,2}}\$|€|£|₹|zł|Kč|Ft|lei|kr\.?|Fr\.)"
_LAKHS = r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)"
"""Digits as India groups them: three at the end, then twos."""
_AMOUNT = re.compile(
    rf"(?<![\w.,%/-])(?:\(\s?)?(?:[-\u2212\u2013]\s?)?(?:{_MONEY_SIGN}\s?)?(?:[-\u2212\u2013]\s?)?"
    rf"(?:{_LAKHS}|\d{{1,3}}(?:(?:[.,'\u2019 ]\d{{3}}(?!\d))+|\d*)(?:[.,]\d{{1,4}})?)(?:\s?\))?"
    rf"(?:\s?{_MONEY_SIGN}(?![\w]))?-?"
    r"(?!\s?%)(?![\w/]|\s?[.,:]\s?\d)"
)
THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")
LEADING_ZERO = re.compile(r"\W*0\d")
"""A postal code or the number of something: no amount is written with zeros before it."""
WITH_CENTS = re.compile(r"[.,]\d{2}(?!\d)")
"""Two digits behind a mark, as of cents."""
_IBAN_START = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?=[ A-Z0-9])")
NAMED_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){8,30}(?!\w)")
"""What stands beside the word IBAN without having the length of one: a specimen, or a slip of the pen."""
_REFERENCE = re.compile(r"(?<!\S)[(#]?(?=[^\s]*\d)[^\s:;,()#]*[\w](?:/\S*\w)?(?![^\s.,;:)])")
_RANGE = re.compile(r"(?<![\w./-])(\d{1,2}([./])\d{1,2}\2\d{4})[-\u2013](\d{1,2}\2\d{1,2}\2\d{4})(?![\w/-])")
"""Two days with a stroke between them and no space."""
_NUMBERED = re.compile(
    r"(?<!\w)(?:(?:FV|FA|FS|FK|FZ|FVS|FVAT|FAK|KOR|INV|RG) \d+/\d{1,2}/\d{4}|\d+ / (?:20\d\d|[A-Z]{1,3}))(?![\w/])"
)
"""Numbers of documents that look like a day or like two numbers: "FV 1/05/2026", "12 / 2026"."""
_SIGN = re.compile(r"(?:č\.|n(?:\.?[°º]\.?|[ro]?\.))(?=[A-Z]{0,4}[-/]?\d)", re.IGNORECASE)
"""What says that a number follows, without a space before it: "N°F2024-07", "Nr.4711"."""
PLACE_AND_DAY = re.compile(
    r"([^\W\d_a-z][\w'.-]{2,}(?: [^\W\d_a-z][\w'.-]+)*),(?: (?:den|le|li|lì|a|am|de|il|on|the))? (?=\d)"
)
"""A place before the date of a letter: "St. Gallen, den 13.09.2021"."""
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


PLAIN = frozenset("0123456789 .,'\u2019()+-\u2212\u2013")
"""Characters of an amount that says nothing of its money."""
GROUPED = re.compile(r"\d[.,'\u2019 ]\d{3}(?!\d)")
"""Figures in groups of three."""


def date_spans(text: str) -> Iterator[Reach]:
    """Yield where dates stand in a text; every date has three digits at least."""
    return iter(_dates_in(text))


@lru_cache(maxsize=256)
def _dates_in(text: str) -> tuple[Reach, ...]:
    """Return where dates stand in a text: references ask again right after dates."""
    if THREE_DIGITS.search(text) is None:
        return ()
    found = [match.span() for match in _DATE.finditer(text)]
    if numbers := _numbers_like_dates(text):
        found = [one for one in found if not any(a < one[1] and one[0] < b for a, b in numbers)]
    if "-" in text or "\u2013" in text:
        found += [match.span(end) for match in _RANGE.finditer(text) for end in (1, 3)]
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def _numbers_like_dates(text: str) -> tuple[Reach, ...]:
    """Return where numbers of documents stand that look like a day, or like two numbers."""
    return tuple(match.span() for match in _NUMBERED.finditer(text)) if "/" in text else ()


def amount_spans(text: str) -> Iterator[Reach]:
    """Yield where amounts stand: with cents, with a currency, or three digits or more with nothing after them."""
    for match in _AMOUNT.finditer(text):
        found = match.group()
        if LEADING_ZERO.match(found):
            continue
        whole = len(re.sub(r"\D", "", found)) >= 3 and match.end() == len(text)
        if WITH_CENTS.search(found) or re.search(r"[^\d\s.,'\u2019()\u2212\u2013-]", found) or whole:
            yield match.span()


def is_priced(text: str) -> bool:
    """Tell whether a text has an amount with cents, with its money, or in groups of three."""
    found = (text[start:end] for start, end in amount_spans(text))
    return any(WITH_CENTS.search(one) or GROUPED.search(one) or not set(one) <= PLAIN for one in found)


def iban_spans(text: str) -> Iterator[Reach]:
    """Yield where IBANs may stand: a country, two digits, and as many characters as that country's have."""
    for match in _IBAN_START.finditer(text):
        end, count = match.start(), 0
        wanted = IBAN_LENGTHS.get(match.group()[:2], 0)
        while end < len(text) and count < wanted and (text[end].isalnum() or text[end] == " "):
            count += text[end] != " "
            end += 1
        if count == wanted and wanted and (end == len(text) or not text[end].isalnum()):
            yield match.start(), end


def reference_spans(text: str) -> Iterator[Reach]:
    """Yield words with a digit that are no date, without the marks around them."""
    whole = _numbers_like_dates(text)
    yield from whole
    taken = [*date_spans(text), *whole]
    for match in _REFERENCE.finditer(text):
        start = match.start() + (match.group()[0] in "#(")
        if (sign := _SIGN.match(text, start)) is not None:
            start = sign.end()
        if not any(begin < match.end() and end > start for begin, end in taken):
            yield start, match.end()


def currency_spans(text: str) -> Iterator[Reach]:
    """Yield where ISO codes and signs of one currency stand."""
    for match in _CODE.finditer(text):
        if match.group() in CODES:
            yield match.span()
    for sign in SIGNS:
        if sign in text:
            bounds = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if sign.isalpha() else ("", "")
            yield from (found.span() for found in re.finditer(re.escape(sign).join(bounds), text))


def dates(where: Span) -> Iterator[Found]:
    """Yield what looks like a date."""
    return (where.piece(*reach) for reach in date_spans(where.text))


def amounts(where: Span) -> Iterator[Found]:
    """Yield what looks like an amount."""
    return (where.piece(*reach) for reach in amount_spans(where.text))


def vat_ids(where: Span) -> Iterator[Found]:
    """Yield what looks like a VAT identifier."""
    return (where.piece(*reach) for reach in vat_id_spans(where.text))


def ibans(where: Span) -> Iterator[Found]:
    """Yield what looks like an IBAN."""
    return (where.piece(*reach) for reach in iban_spans(where.text))


def references(where: Span) -> Iterator[Found]:
    """Yield what looks like the number of a document or order."""
    return (where.piece(*reach) for reach in reference_spans(where.text))


def currencies(where: Span) -> Iterator[Found]:
    """Yield what looks like a currency."""
    return (where.piece(*reach) for reach in currency_spans(where.text))


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

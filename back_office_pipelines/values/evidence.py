"""The style of a document, decided from what the document itself shows. Pure.

What belongs here: weighing evidence for the decimal mark and the order of day and month. What does not: parsing one
value (`numbers`, `dates`).

Evidence, strongest first: values that can only be read one way; sums that close under one reading only; the country of
the addresses and the language, where their writers share one convention. Contradictory values leave the style
undecided, whatever else points where.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import DateOrder, DecimalMark, Style

CONTINENTAL = (
    "cs", "da", "de", "es", "fi", "fr", "hr", "hu", "it", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""Languages whose writers put a comma before the decimals."""

MARK_BY_LANGUAGE: dict[str, DecimalMark] = {"en": ".", **dict.fromkeys(CONTINENTAL, ",")}
"""Swiss German and Mexican Spanish write a point: their documents decide by their values, most of which have cents."""

ORDER_BY_LANGUAGE: dict[str, DateOrder] = {**dict.fromkeys(CONTINENTAL, "dmy"), "hu": "ymd"}
"""English is missing on purpose: its writers use both orders."""

ORDER_BY_COUNTRY: dict[str, DateOrder] = {
    "US": "mdy",
    "PH": "mdy",
    **dict.fromkeys(("AU", "GB", "HK", "IE", "IN", "MA", "MY", "NZ", "SG"), "dmy"),
}
"""Order of day and month that the writers of a country share (CLDR); Canada's do not."""

DAY_FIRST = frozenset({
    "AT", "BE", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HR", "IE", "IT", "LU", "LV",
    "MT", "NL", "NO", "PL", "PT", "RO", "SI", "SK",
})  # fmt: skip
"""Countries of tax and bank numbers whose holders never write the month first."""

Sum = tuple[str, str, str]


def decide_style(
    numbers: Iterable[str],
    dates: Iterable[str],
    language: str | None = None,
    country: str | None = None,
    sums: Iterable[Sum] = (),
    numbered: Iterable[str] = (),
) -> Style:
    """Return the conventions of a document.

    Args:
        numbers: raw texts that are numbers of the document.
        dates: raw texts that are dates of it.
        language: ISO 639-1, None where unknown.
        country: ISO 3166 code of the addresses, None where unknown.
        sums: raw texts (a, b, total) that should add up, such as net, tax and gross.
        numbered: countries of the tax and bank numbers of the document, as `decide_order` takes them.
    """
    numbers, sums = tuple(numbers), tuple(sums)
    commas = decide_decimal(numbers, None, sums) == ","
    order = decide_order(dates, language, country, numbered, commas=commas)
    return Style(decimal=decide_decimal(numbers, language, sums), date_order=order)


def decide_decimal(numbers: Iterable[str], language: str | None = None, sums: Iterable[Sum] = ()) -> DecimalMark | None:
    """Return the decimal mark, None where the evidence is missing or contradicts itself."""
    point, comma = Style(decimal="."), Style(decimal=",")
    proved = _proved(numbers, lambda raw: _only(parse_decimal(raw, point), parse_decimal(raw, comma), Decimal))
    if not proved:
        proved = {index for entry in sums if (index := _closing(entry)) is not None}
    if proved:
        return (".", ",")[proved.pop()] if len(proved) == 1 else None
    return MARK_BY_LANGUAGE.get(language or "")


def decide_order(
    dates: Iterable[str],
    language: str | None = None,
    country: str | None = None,
    numbered: Iterable[str] = (),
    *,
    commas: bool = False,
) -> DateOrder | None:
    """Return the order of day and month, None where the evidence is missing or contradicts itself.

    An address in the United States may be the reader's: where a tax or bank number of the page is of a country that
    writes the day first, the country decides nothing. Where nothing else tells the order, such a number does for dates
    with points: those who write the month first write strokes. Nor do they write a comma before decimals (CLDR: English
    of the United States and the Philippines, Spanish of Panama and Puerto Rico).

    Args:
        dates: raw texts that are dates of the document.
        language: ISO 639-1, None where unknown.
        country: ISO 3166 code of the addresses, None where unknown.
        numbered: codes of the countries whose tax and bank numbers stand on the page.
        commas: its numbers prove that it writes a comma before decimals.
    """
    dates = tuple(dates)
    day_first, month_first = Style(date_order="dmy"), Style(date_order="mdy")
    proved = _proved(dates, lambda raw: _only(parse_date(raw, day_first), parse_date(raw, month_first), date))
    if proved:
        orders: tuple[DateOrder, DateOrder] = ("dmy", "mdy")
        return orders[proved.pop()] if len(proved) == 1 else None
    order = ORDER_BY_COUNTRY.get(country or "") or ORDER_BY_LANGUAGE.get(language or "")
    told = not DAY_FIRST.isdisjoint(numbered)
    pointed = told and bool(dates) and not any("/" in text or "-" in text for text in dates)
    if order == "mdy" and (told or commas):
        return None
    return order or ("dmy" if pointed or commas else None)


def _proved(texts: Iterable[str], judge: Callable[[str], int | None]) -> set[int]:
    """Return the conventions (0 or 1) that at least one text proves."""
    return {index for raw in texts if (index := judge(raw)) is not None}


def _only(first: object, second: object, kind: type) -> int | None:
    """Return which of two readings is the only one that gives a value, None where both or neither do."""
    readable = (isinstance(first, kind), isinstance(second, kind))
    return None if readable[0] == readable[1] else readable.index(True)


def _closing(entry: Sum) -> int | None:
    """Return the reading under which a sum closes while it does not under the other."""
    closes = []
    for mark in (Style(decimal="."), Style(decimal=",")):
        numbers = [parse_decimal(raw, mark) for raw in entry]
        values = [number for number in numbers if isinstance(number, Decimal)]
        closes.append(len(values) == 3 and any(values) and values[0] + values[1] == values[2])
    return None if closes[0] == closes[1] else closes.index(True)

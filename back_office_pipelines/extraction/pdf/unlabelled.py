"""Values that no label decides, by other evidence on the page: what a field's `found_by` names in the dictionary.

What belongs here: one function a kind of evidence. What does not: labels (`labels`, `locate`), letterheads
(`letterhead`), and which field uses which evidence (the dictionary).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from back_office_pipelines.dictionary.model import Finder
from back_office_pipelines.extraction.pdf.countries import Seat
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.letterhead import address_of, name_of
from back_office_pipelines.extraction.pdf.locate import Candidate
from back_office_pipelines.extraction.pdf.shapes import dates
from back_office_pipelines.extraction.pdf.spans import Found, found_in, span
from back_office_pipelines.extraction.pdf.words import Line
from back_office_pipelines.values.currencies import CODES
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style

TIME = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
CODE_AT_AMOUNT = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
LARGER_PRINT = 1.25
"""Height of print, beside that of the others, that makes one total the total."""
ROUNDING = Decimal("0.05")
"""Largest change that rounding to coins makes (0.05 in most countries without small coins)."""
Derived = tuple[Choice, str | None]


@dataclass(frozen=True)
class Shown:
    """Everything a page shows that evidence can rest on.

    Attributes:
        printed: every amount of the document, in reading order.
        labelled: what labels alone decide, by field.
    """

    lines: Sequence[Line]
    candidates: Sequence[Candidate]
    printed: Sequence[Found]
    style: Style
    seat: Seat | None
    labelled: Mapping[str, Choice]


def find(finder: Finder, field: str, shown: Shown) -> Derived | None:
    """Return the value of a field by one kind of evidence, with the text it stands for where that is another."""
    return _FINDERS[finder](field, shown)


def printed_dates(lines: Sequence[Line]) -> list[tuple[Found, Line]]:
    """Return every date of a document with its line."""
    return [
        (entry, line) for line in lines for segment in line.segments for entry in dates(span(segment.words, line.page))
    ]


def _label(field: str, shown: Shown) -> Derived | None:
    return (shown.labelled[field], None) if field in shown.labelled else None


def _letterhead(field: str, shown: Shown) -> Derived | None:
    found = name_of(shown.lines)
    return None if found is None else (Choice(field, found.place, found.evidence), found.text)


def _address(field: str, shown: Shown) -> Derived | None:
    found = address_of(shown.lines)
    return None if found is None else (Choice(field, found.place, found.evidence), found.text)


def _only_date(field: str, shown: Shown) -> Derived | None:
    """Return the day of all labelled dates; else that of all dates, or of those beside a time of day."""
    labelled = [entry.found for entry in shown.candidates if entry.field == field]
    everywhere = printed_dates(shown.lines)
    timed = [entry for entry, line in everywhere if TIME.search(line.text.replace(entry.text, " "))]
    groups = (("labelled_date", labelled), ("only_date", [entry for entry, _ in everywhere]), ("timed_date", timed))
    for evidence, found in groups:
        days: dict[date, Found] = {}
        for entry in found:
            day = parse_date(entry.text, shown.style)
            if isinstance(day, date):
                days.setdefault(day, entry)
        if len(days) == 1:
            return Choice(field, next(iter(days.values())), evidence), None
    return None


def _amount_paid(field: str, shown: Shown) -> Derived | None:
    """Return one labelled amount: tendered less change, else the largest print, else the largest, coins rounded."""
    amounts: dict[Decimal, list[Found]] = {}
    printed = [parse_decimal(entry.text, shown.style) for entry in shown.printed]
    cents = sum(isinstance(number, Decimal) and _has_cents(number) for number in printed) > 1
    for entry in shown.candidates:
        number = parse_decimal(entry.found.text, shown.style)
        if entry.field == field and isinstance(number, Decimal) and number > 0 and (not cents or _has_cents(number)):
            amounts.setdefault(number, []).append(entry.found)
    if not amounts:
        return None
    if len(amounts) == 1:
        return Choice(field, next(iter(amounts.values()))[0], "only_total"), None
    tendered = [number for number, found in amounts.items() if _closes(number, found[-1], shown)]
    if len(tendered) == 1:
        return _largest_but(field, amounts, tendered[0], amounts[tendered[0]][0], "tender_closes"), None
    tallest = sorted(amounts, key=lambda number: -max(map(_height, amounts[number])))
    if _tallest(amounts[tallest[0]]) >= LARGER_PRINT * _tallest(amounts[tallest[1]]):
        return _largest_but(field, amounts, tallest[0], amounts[tallest[0]][0], "largest_print"), None
    largest = max(amounts)
    near = [number for number in amounts if largest - number <= ROUNDING]
    last = max(near, key=lambda number: max(_reading_order(found) for found in amounts[number]))
    return _largest_but(field, amounts, last, amounts[last][-1], "largest_total"), None


def _largest_but(
    field: str, amounts: Mapping[Decimal, Sequence[Found]], number: Decimal, found: Found, evidence: str
) -> Choice:
    """Return the choice of one amount, with the largest of the others as its rival."""
    rival = max(one for one in amounts if one != number)
    return Choice(field, found, evidence, rival=amounts[rival][0])


def _has_cents(number: Decimal) -> bool:
    """Tell whether a number was written with decimals: where others are, one without has lost its point."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0


def _closes(number: Decimal, found: Found, shown: Shown) -> bool:
    """Tell whether two amounts printed below a total differ by it, as what is tendered and the change do."""
    values = [
        value
        for entry in shown.printed
        if _reading_order(entry) > _reading_order(found)
        and isinstance(value := parse_decimal(entry.text, shown.style), Decimal)
        and value > 0
    ]
    pairs = pairwise(values)
    return any(first - second == number and first > number for first, second in pairs)


def _local_currency(field: str, shown: Shown) -> Derived | None:
    """Return the currency of the country the receipt was written in, unless an amount carries another's code."""
    if shown.seat is None:
        return None
    country = shown.seat.country
    codes = {code for found in shown.printed for code in CODE_AT_AMOUNT.findall(found.text) if code in CODES}
    if codes - {country.currency}:
        return None
    for line in shown.lines:
        for segment in line.segments:
            for word in segment.words:
                if any(_carries(word.text, sign) for sign in country.signs):
                    return Choice(field, found_in(word.text, line.page, [word]), "sign_in_country"), country.currency
    place = shown.seat.shown_by
    return Choice(field, found_in(place.text, place.page, place.words), "country"), country.currency


def _carries(text: str, sign: str) -> bool:
    """Tell whether a word is a currency's sign, alone, in parentheses or at a number."""
    return bool(
        re.fullmatch(rf"[(\[]?{re.escape(sign)}[)\].:]*|[(\[]?{re.escape(sign)}-?\d.*|-?\d\S*{re.escape(sign)}", text)
    )


def _height(found: Found) -> float:
    return found.box[3] - found.box[1]


def _tallest(found: Sequence[Found]) -> float:
    return max(map(_height, found))


def _reading_order(found: Found) -> tuple[int, float]:
    return found.page, found.box[1]


_FINDERS: Mapping[Finder, Callable[[str, Shown], Derived | None]] = {
    "label": _label,
    "letterhead": _letterhead,
    "address_below_letterhead": _address,
    "only_date": _only_date,
    "amount_paid": _amount_paid,
    "local_currency": _local_currency,
}

"""Values that no label decides, by other evidence on the page: what a field's `found_by` names in the dictionary.

What belongs here: one function a kind of evidence. What does not: labels (`labels`, `locate`), weighing totals, days
and merchants (`slip/`), and which field uses which evidence (the dictionary).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from back_office_pipelines.dictionary.model import Dictionary, Finder
from back_office_pipelines.extraction.pdf.countries import Seat, carries
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.address import address_of
from back_office_pipelines.extraction.slip.amounts import entries_of
from back_office_pipelines.extraction.slip.days import choose_day
from back_office_pipelines.extraction.slip.locate import Candidate
from back_office_pipelines.extraction.slip.merchant import merchant_of
from back_office_pipelines.extraction.slip.till import words_of
from back_office_pipelines.extraction.slip.total import choose_total
from back_office_pipelines.values.currencies import CODES
from back_office_pipelines.values.style import Style

CODE_AT_AMOUNT = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
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
    dictionary: Dictionary


def find(finder: Finder, field: str, shown: Shown) -> Derived | None:
    """Return the value of a field by one kind of evidence, with the text it stands for where that is another."""
    return _FINDERS[finder](field, shown)


def _label(field: str, shown: Shown) -> Derived | None:
    return (shown.labelled[field], None) if field in shown.labelled else None


def _letterhead(field: str, shown: Shown) -> Derived | None:
    found = merchant_of(shown.lines)
    return None if found is None else (Choice(field, found.place, found.evidence), found.text)


def _address(field: str, shown: Shown) -> Derived | None:
    found = address_of(shown.lines)
    return None if found is None else (Choice(field, found.place, found.evidence), found.text)


def _only_date(field: str, shown: Shown) -> Derived | None:
    """Return the day of the slip, by its labels, its times of day and what it prints most often."""
    return choose_day(field, shown.lines, shown.candidates, shown.style)


def _amount_paid(field: str, shown: Shown) -> Derived | None:
    """Return what was paid, by labels and the sums of the slip."""
    return choose_total(field, entries_of(shown.lines, words_of(shown.dictionary, field), shown.style))


def _local_currency(field: str, shown: Shown) -> Derived | None:
    """Return the currency of the country the receipt was written in, unless an amount carries another's code."""
    if shown.seat is None:
        return None
    country = shown.seat.country
    printed = [found.text for found in shown.printed if WITH_CENTS.search(found.text)]
    codes = {code for text in printed for code in CODE_AT_AMOUNT.findall(text) if code in CODES}
    if codes - {country.currency}:
        return None
    for line in shown.lines:
        for segment in line.segments:
            for word in segment.words:
                if any(carries(word.text, sign) for sign in country.signs):
                    return Choice(field, found_in(word.text, line.page, [word]), "sign_in_country"), country.currency
    place = shown.seat.shown_by
    return Choice(field, found_in(place.text, place.page, place.words), "country"), country.currency


_FINDERS: Mapping[Finder, Callable[[str, Shown], Derived | None]] = {
    "label": _label,
    "letterhead": _letterhead,
    "address_below_letterhead": _address,
    "only_date": _only_date,
    "amount_paid": _amount_paid,
    "local_currency": _local_currency,
}

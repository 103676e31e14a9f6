"""Whether the page of a hybrid PDF shows what its embedded XML says.

What belongs here: comparing the two readings of one document. What does not: either reading, and looking values up on
the page (`visible`). Two things make a difference a finding: the XML's value stands nowhere on the page in any form of
writing, and the page puts another value in its place. A value that the page merely does not show is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Extraction, FieldValue, Finding
from back_office_pipelines.extraction.pdf.evidence import SAME_AS_GROSS, Choice
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import Reading, read
from back_office_pipelines.extraction.pdf.visible import Visible, solid
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import MACHINE

TOTALS = ("net_total", "tax_total", "gross_total", "amount_due")
IDENTIFIERS = ("seller_vat_id", "seller_iban")
"""What tells a seller apart where names are written in many ways."""
NAMED = frozenset(("label", "company_again"))
"""Evidence of a name that says it is the seller's."""
FEW_AMOUNTS = 3
"""Amounts from which on a page is an account of the invoice, and not a cover sheet."""
Found = tuple[int, str]
"""Page and text of what the page shows instead."""


@dataclass(frozen=True)
class _Case:
    """One hybrid: what its XML says, what its pages show, and which value of a field was located on them."""

    values: Mapping[str, FieldValue]
    visible: Visible
    reading: Reading
    located: Mapping[str, Choice]
    files: Sequence[bytes]

    @cached_property
    def xml(self) -> str:
        """Letters and digits of the embedded files."""
        return solid(" ".join(one.decode("utf-8", "replace") for one in self.files))


def visible_mismatches(
    embedded: Extraction, lines: Sequence[Line], dictionary: Dictionary, xml: Sequence[bytes] = ()
) -> tuple[Finding, ...]:
    """Return a VISIBLE_XML_MISMATCH for each compared field in which page and XML contradict each other.

    Args:
        embedded: the extraction of the embedded XML, with one header record.
        lines: lines of all pages; none where there is no text layer to compare with.
        dictionary: the lane.
        xml: the embedded files themselves: an account that stands anywhere in them contradicts nothing.
    """
    headers = [record for record in embedded.records if record.record_type == dictionary.header]
    if not lines or len(headers) != 1:
        return ()
    reading = read(lines, dictionary)
    case = _Case(
        {value.name: value for value in headers[0].fields},
        Visible(tuple(lines)),
        reading,
        {choice.field: choice for choice, _ in reading.choices},
        xml,
    )
    return tuple(_finding(case.values[name], instead, dictionary) for name, instead in _contradictions(case))


def _contradictions(case: _Case) -> Iterator[tuple[str, Found]]:
    """Yield each field that is contradicted, with what the page shows instead."""
    judges = {
        "invoice_number": _number,
        "issue_date": _day,
        "currency": _currency,
        "seller_name": _seller,
        "seller_iban": _account,
        **dict.fromkeys(TOTALS, _total),
    }
    for name, judge in judges.items():
        value = case.values.get(name)
        if value is not None and value.text and (instead := judge(case, value)) is not None:
            yield name, instead


def _number(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by a number that a label clearly names, or by one that is built as the XML's is."""
    if case.visible.shows_code(value.text):
        return None
    choice = case.located.get(value.name)
    named = _located(case, value.name) if choice is not None and _is_strong(choice) else None
    return named or case.visible.like(value.text)


def _day(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by a page with days on it: an invoice that prints any prints its own."""
    said = parse_date(value.text, MACHINE)
    if not isinstance(said, date) or not case.visible.days or case.visible.shows_day(said):
        return None
    return _located(case, value.name) or (1, f"{min(case.visible.days)} and {len(case.visible.days) - 1} other days")


def _total(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by a located total; the gross total also by a page that accounts for other sums only."""
    said = parse_decimal(value.text, MACHINE)
    if not isinstance(said, Decimal) or case.visible.shows_amount(said):
        return None
    choice = case.located.get(value.name)
    if choice is not None and _is_strong(choice):
        return _located(case, value.name)
    printed = case.visible.amounts
    if value.name != "gross_total" or len(printed) < FEW_AMOUNTS:
        return None
    return printed[-1].page, f"{printed[-1].text} and {len(printed) - 1} other amounts"


def _currency(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by amounts in another currency, or by another one that a label names."""
    if case.visible.shows_currency(value.text.strip().upper()):
        return None
    others = sorted(case.visible.currencies)
    return _located(case, value.name) or ((1, ", ".join(others)) if others else None)


def _account(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by an account that the XML does not know, on a page that does not show the one it says."""
    if case.visible.shows_account(value.text):
        return None
    return next((entry for entry in case.visible.accounts if solid(entry[1]) not in case.xml), None)


def _seller(case: _Case, value: FieldValue) -> Found | None:
    """Contradicted by a name that is labelled or often named, where no identifier of the seller is shown either."""
    choice = case.located.get(value.name)
    known = [one.text for name in IDENTIFIERS if (one := case.values.get(name)) is not None]
    if choice is None or choice.evidence not in NAMED or case.visible.shows_name(value.text):
        return None
    if any(case.visible.shows_code(text) for text in known) or solid(choice.found.text) in case.xml:
        return None
    return _located(case, value.name)


def _located(case: _Case, name: str) -> Found | None:
    choice = case.located.get(name)
    return None if choice is None else (choice.found.page, choice.found.text)


def _is_strong(choice: Choice) -> bool:
    return "generic" not in choice.evidence and choice.evidence != SAME_AS_GROSS


def _finding(value: FieldValue, instead: Found, dictionary: Dictionary) -> Finding:
    page, text = instead
    detail = (
        f"the embedded XML says {value.text!r}, which stands nowhere on the page; page {page} shows {text!r}: "
        "ask the seller which of the two holds"
    )
    return Finding("VISIBLE_XML_MISMATCH", detail, dictionary.header, 1, value.name)

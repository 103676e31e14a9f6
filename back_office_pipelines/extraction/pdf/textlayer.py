"""The text layer of a PDF to one invoice: what the page shows, where, and how sure that is.

What belongs here: the order of the steps. What does not: any of them (`page`, `headings`; `invoice` and `calibration`
for invoices; `extraction/slip` for slips).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from back_office_pipelines.dictionary.model import Dictionary, FieldSpec
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.memory.recall import recalled
from back_office_pipelines.extraction.model import (
    ExtractedRecord,
    Extraction,
    FieldValue,
    Finding,
    Grounds,
    Method,
    Place,
)
from back_office_pipelines.extraction.pdf.calibration import LINE, sureness
from back_office_pipelines.extraction.pdf.countries import seat_of
from back_office_pipelines.extraction.pdf.evidence import Choice, Learned, Undecided
from back_office_pipelines.extraction.pdf.headings.deciding import deciding, first_page, is_attachment, is_of_other_lane
from back_office_pipelines.extraction.pdf.headings.heading import Heading
from back_office_pipelines.extraction.pdf.invoice import read_header
from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.page.shapes import is_priced
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.spoken import language_of, language_of_labels, words_of_languages
from back_office_pipelines.extraction.slip.confidence import confidence
from back_office_pipelines.extraction.slip.reading import is_slip, read_slip
from back_office_pipelines.extraction.slip.unlabelled import Derived
from back_office_pipelines.values.style import Style

SURELY_NAMED = 0.7
"""Score of an invoice number from which on its label alone says that it is one."""
SIGNS = 2
"""Signs of an invoice from which on it is one: its number, taxed totals, an amount due, its day, an account to pay."""
SELLER = frozenset(("seller_name", "seller_vat_id"))
"""Fields of which one says who asks for money."""
LONGEST_SHOWN = 120
"""Characters of a text that was not taken which are kept for those who look."""
TYPE_CODES = {"invoice": "380", "credit_note": "381"}


@dataclass(frozen=True)
class Reading:
    """Everything the text layer gave, with the evidence of each value; `calibrate.py` counts on this.

    Attributes:
        numbers: what each page calls the number of the document, as `identifiers.numbers_by_page`.
    """

    heading: Heading | None
    document_class: str | None
    language: str | None
    style: Style
    choices: tuple[tuple[Choice, str | None], ...]
    undecided: tuple[Undecided, ...]
    items: tuple[ItemLine, ...] = ()
    adds_up: bool = False
    numbers: Mapping[int, Mapping[str, float]] = field(default_factory=dict)

    def of_lines(self) -> Iterator[tuple[Choice, ...]]:
        """Yield the values of every line as choices."""
        for item in self.items:
            values = item.values.items()
            yield tuple(Choice(name, one, LINE, held=item.closes, agreed=self.adds_up) for name, one in values)


def read_text_layer(lines: Sequence[Line], pages: int, dictionary: Dictionary, memory: Memory = NOTHING) -> Extraction:
    """Return the invoice on the pages, or why there is none; the memory speaks once the rules have read it.

    A document whose largest heading names another class gives no record (NOT_THIS_LANE); one without a deciding
    heading is UNCLASSIFIED.
    """
    return read_under(deciding(lines, dictionary), lines, pages, dictionary, memory)


def read_under(
    heading: Heading | None, lines: Sequence[Line], pages: int, dictionary: Dictionary, memory: Memory = NOTHING
) -> Extraction:
    """Return what `read_text_layer` does, under the heading that decides."""
    if heading is not None and is_of_other_lane(heading, dictionary):
        language = language_of(words_of_languages(lines, dictionary))
        return _of_another_lane(heading.document_class, heading, language, pages, dictionary)
    return extraction_of(reading_under(heading, lines, dictionary), lines, pages, dictionary, memory)


def extraction_of(
    reading: Reading, lines: Sequence[Line], pages: int, dictionary: Dictionary, memory: Memory = NOTHING
) -> Extraction:
    """Return what a reading gives: one invoice, or why there is none.

    Args:
        reading: of all pages of the document.
        lines: what was read.
        pages: number of pages of the document.
        dictionary: the lane.
        memory: what people's corrections taught; it speaks once the rules have read the document.
    """
    name = reading.document_class
    if name is None:
        detail = "no heading of the first page says what the document is"
        return Extraction("unclassified", "UNCLASSIFIED", detail, language=reading.language, pages=pages)
    if not dictionary.keeps(name):
        return _of_another_lane(name, reading.heading, reading.language, pages, dictionary)
    choices = recalled(reading.choices, lines, dictionary, reading.style, memory)
    values = tuple(_value(choice, code, reading.style, dictionary) for choice, code in choices)
    header = ExtractedRecord(dictionary.header, 1, values)
    records = (header, *_lines(reading, dictionary))
    settled = {choice.field for choice, _ in choices}
    findings = tuple(_finding(entry, dictionary) for entry in reading.undecided if entry.field not in settled)
    return Extraction("ok", None, "", name, reading.language, pages, records, findings)


def _of_another_lane(
    name: str, heading: Heading | None, language: str | None, pages: int, dictionary: Dictionary
) -> Extraction:
    headed = heading.segment.text if heading is not None else ""
    detail = f"the page is headed {headed!r}: {dictionary.documents[name].title}"
    return Extraction("ok", "NOT_THIS_LANE", detail, name, language, pages)


def read(lines: Sequence[Line], dictionary: Dictionary) -> Reading:
    """Return what the text layer gives, whatever the document's class."""
    return reading_under(deciding(lines, dictionary), lines, dictionary)


def reading_under(heading: Heading | None, lines: Sequence[Line], dictionary: Dictionary) -> Reading:
    """Return what `read` does, under the heading that decides."""
    spoken = words_of_languages(lines, dictionary)
    language = language_of(spoken)
    slip = is_slip(dictionary)
    seat = seat_of(lines, money=slip)
    if slip:
        style, fields, undecided = read_slip(lines, dictionary, language, seat)
        items: tuple[ItemLine, ...] = ()
        adds_up = False
        numbers: Mapping[int, Mapping[str, float]] = {}
    else:
        header = read_header(lines, dictionary, language_of_labels(spoken, language), seat)
        style, fields, undecided = header.style, dict(header.fields), header.undecided
        items, adds_up, numbers = header.items, header.adds_up, header.numbers
    if heading is not None and heading.document_class in TYPE_CODES and "invoice_type" in _fields(dictionary):
        found = found_in(heading.segment.text, heading.segment.page, heading.segment.words)
        fields["invoice_type"] = Choice("invoice_type", found, "heading"), TYPE_CODES[heading.document_class]
    undecided = tuple(entry for entry in undecided if entry.field not in fields)
    if heading is not None and heading.mentions and not any(is_priced(line.text) for line in lines):
        heading = None  # "Invoice reference: 12-1187 (mailed separately)" on pages without amounts
    name = heading.document_class if heading is not None else _recognised(fields, dictionary)
    if name is None and _is_invoice(fields) and not is_attachment(first_page(lines), titled=True):
        name = "invoice"
    return Reading(heading, name, language, style, tuple(fields.values()), undecided, items, adds_up, numbers)


def _is_invoice(fields: Mapping[str, Derived]) -> bool:
    """Tell whether fields alone make an invoice: who asks for how much by what day, or a number and taxed totals."""
    choices = {name: choice for name, (choice, _) in fields.items()}
    if not choices.keys() >= {"gross_total", "currency"} or SELLER.isdisjoint(choices):
        return False
    numbered, *asked = (
        name in choices and choices[name].score >= SURELY_NAMED for name in ("invoice_number", "amount_due", "due_date")
    )
    taxed = choices["gross_total"].held and choices.keys() >= {"net_total", "tax_total"}
    signs = sum((numbered, *asked, taxed, "seller_iban" in choices))
    return signs >= SIGNS and (numbered or "issue_date" in choices or all(asked))


def _fields(dictionary: Dictionary) -> Mapping[str, FieldSpec]:
    return dictionary.records[dictionary.header].fields


def _recognised(fields: Mapping[str, object], dictionary: Dictionary) -> str | None:
    """Return the class whose telling fields are all there, for a document without a deciding heading."""
    for name, document in dictionary.documents.items():
        if document.recognised_by and fields.keys() >= set(document.recognised_by):
            return name
    return None


def _lines(reading: Reading, dictionary: Dictionary) -> Iterator[ExtractedRecord]:
    """Yield the lines as child records."""
    child = next(iter(dictionary.children), None)
    if child is None:
        return
    fields = dictionary.records[child].fields
    for ordinal, choices in enumerate(reading.of_lines(), start=1):
        known = (one for one in choices if one.field in fields)
        values = tuple(_field_value(one.field, one.found, sureness(one), reading.style) for one in known)
        yield ExtractedRecord(child, ordinal, values, parent=1)


def _value(choice: Choice, code: str | None, style: Style, dictionary: Dictionary) -> FieldValue:
    type_name = dictionary.records[dictionary.header].fields[choice.field].type
    slip = is_slip(dictionary)
    sure = confidence(type_name, choice.evidence, choice.found.score) if slip else sureness(choice)
    grounds = _grounds(choice, scored=not slip)
    if choice.learned is None:
        return _field_value(choice.field, choice.found, sure, style, code, grounds)
    return _learned_value(choice.learned, _field_value(choice.field, choice.found, sure, style, code, grounds))


def _learned_value(learned: Learned, value: FieldValue) -> FieldValue:
    """Return a value that people taught: no surer than what was measured of its kind, nor than their number allows."""
    grounds = None if value.grounds is None else replace(value.grounds, learned=learned.told)
    sure = round(min(value.confidence, learned.bound), 3)
    value = replace(value, confidence=sure, grounds=grounds, learned_from=learned.decisions)
    return replace(value, method="keyed", page=None, box=None) if learned.constant else value


def _field_value(
    name: str, found: Found, sure: float, style: Style, code: str | None = None, grounds: Grounds | None = None
) -> FieldValue:
    method: Method = "text_layer" if found.score is None else "ocr"
    return FieldValue(name, found.text, sure, method, found.page, found.box, style, code, grounds)


def _grounds(choice: Choice, *, scored: bool) -> Grounds:
    """Return why a value was taken; what a slip shows is not scored, so no distance is told."""
    if choice.rival is None:
        return Grounds(choice.evidence, choice.held)
    return Grounds(choice.evidence, choice.held, _place(choice.rival), choice.margin if scored else None)


def _place(found: Found) -> Place:
    return Place(found.text[:LONGEST_SHOWN], found.page, found.box)


def _finding(entry: Undecided, dictionary: Dictionary) -> Finding:
    detail = f"the page gives different values: {', '.join(one.text for one in entry.candidates)}"
    return Finding("AMBIGUOUS", detail, dictionary.header, 1, entry.field, tuple(map(_place, entry.candidates)))

"""Whether the page of a hybrid PDF shows what its embedded XML says.

What belongs here: comparing the two readings of one document. What does not: either reading. A difference is a finding
only where both sides speak: the page gives another value with a label or a sum behind it, and the XML's value stands
nowhere in the text. A value that the page merely does not show (a summary, a cover sheet) is none.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import Extraction, FieldValue, Finding
from back_office_pipelines.extraction.pdf.choose import Choice
from back_office_pipelines.extraction.pdf.shapes import amounts, dates
from back_office_pipelines.extraction.pdf.spans import Found, span
from back_office_pipelines.extraction.pdf.textlayer import Reading, read
from back_office_pipelines.extraction.pdf.words import Line
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import MACHINE, Style
from back_office_pipelines.values.text import compact_upper

COMPARED = ("invoice_number", "issue_date", "gross_total")
WEAK_EVIDENCE = ("generic", "_open")
Parser = Callable[[str, Style], object]


def visible_mismatches(embedded: Extraction, lines: Sequence[Line], dictionary: Dictionary) -> tuple[Finding, ...]:
    """Return a VISIBLE_XML_MISMATCH for each compared field in which page and XML contradict each other.

    Args:
        embedded: the extraction of the embedded XML, with one header record.
        lines: lines of all pages; none where there is no text layer to compare with.
        dictionary: the lane.
    """
    headers = [record for record in embedded.records if record.record_type == dictionary.header]
    if not lines or len(headers) != 1:
        return ()
    reading = read(lines, dictionary)
    shown = {choice.field: choice for choice, _ in reading.choices if _is_strong(choice)}
    return tuple(
        _finding(value, shown[value.name], dictionary)
        for value in headers[0].fields
        if value.name in COMPARED and value.name in shown and _contradicts(value, shown[value.name], reading, lines)
    )


def _is_strong(choice: Choice) -> bool:
    return not any(weak in choice.evidence for weak in WEAK_EVIDENCE)


def _contradicts(value: FieldValue, choice: Choice, reading: Reading, lines: Sequence[Line]) -> bool:
    if value.name == "invoice_number":
        text = compact_upper("".join(line.text for line in lines))
        return compact_upper(value.text) not in text
    parse: Parser = parse_date if value.name == "issue_date" else parse_decimal
    said = parse(value.text, MACHINE)
    visible = parse(choice.found.text, reading.style)
    if not isinstance(said, date | Decimal) or not isinstance(visible, date | Decimal) or said == visible:
        return False
    shape = dates if value.name == "issue_date" else amounts
    printed = (entry for line in lines for segment in line.segments for entry in shape(span(segment.words, line.page)))
    return not any(_may_mean(entry, said, parse) for entry in printed)


def _may_mean(entry: Found, said: object, parse: Parser) -> bool:
    """Tell whether a printed text is the XML's value under any convention."""
    styles = (Style(".", "mdy"), Style(",", "dmy"), Style(".", "ymd"))
    return any(parse(entry.text, style) == said for style in styles)


def _finding(value: FieldValue, choice: Choice, dictionary: Dictionary) -> Finding:
    detail = f"the embedded XML says {value.text!r}, page {choice.found.page} shows {choice.found.text!r}"
    return Finding("VISIBLE_XML_MISMATCH", detail, dictionary.header, 1, value.name)

"""Slips: the fields that their dictionary finds by evidence of its own.

What belongs here: from lines to chosen fields. What does not: the evidence (`extraction/slip`), and invoices
(`invoice`).
"""

from collections.abc import Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.countries import Seat
from back_office_pipelines.extraction.pdf.evidence import Undecided
from back_office_pipelines.extraction.pdf.page.labels import find_labels, vocabulary
from back_office_pipelines.extraction.pdf.page.shapes import amounts
from back_office_pipelines.extraction.pdf.page.spans import span
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.choose import choose
from back_office_pipelines.extraction.slip.days import days_of
from back_office_pipelines.extraction.slip.locate import Candidate, candidates
from back_office_pipelines.extraction.slip.unlabelled import Derived, Shown, find
from back_office_pipelines.values.evidence import decide_style
from back_office_pipelines.values.style import Style


def is_slip(dictionary: Dictionary) -> bool:
    """Tell whether a lane's fields name evidence of their own, as those of slips without labels do."""
    return any(spec.found_by != ("label",) for spec in dictionary.records[dictionary.header].fields.values())


def read_slip(
    lines: Sequence[Line], dictionary: Dictionary, language: str | None, seat: Seat | None
) -> tuple[Style, dict[str, Derived], tuple[Undecided, ...]]:
    """Return the fields of a slip, each by the evidence that the dictionary names for it."""
    country = seat.code if seat is not None else None
    found = candidates(lines, find_labels(lines, vocabulary(dictionary, language)), dictionary)
    style = _style(found, lines, language, country, dictionary)
    chosen, undecided = choose(found)
    printed = [
        entry for line in lines for segment in line.segments for entry in amounts(span(segment.words, line.page))
    ]
    labelled = {choice.field: choice for choice in chosen}
    return style, _found(Shown(lines, found, printed, style, seat, labelled, dictionary), dictionary), undecided


def _found(shown: Shown, dictionary: Dictionary) -> dict[str, Derived]:
    """Return what the evidence gives that the dictionary names for each field."""
    found: dict[str, Derived] = {}
    for name, spec in dictionary.records[dictionary.header].fields.items():
        values = (find(finder, name, shown) for finder in spec.found_by)
        if (value := next((one for one in values if one is not None), None)) is not None:
            found[name] = value
    return found


def _style(
    found: Sequence[Candidate], lines: Sequence[Line], language: str | None, country: str | None, dictionary: Dictionary
) -> Style:
    def texts(kind: str) -> list[str]:
        types = (dictionary.value_type(dictionary.header, entry.field).type for entry in found)
        return [entry.found.text for entry, type_name in zip(found, types, strict=True) if type_name == kind]

    fields = dictionary.records[dictionary.header].fields.values()
    loose = [entry.told for entry in days_of(lines)] if any("only_date" in one.found_by for one in fields) else []
    return decide_style(texts("decimal"), [*texts("date"), *loose], language, country)

"""A choice of the page's reader as the value the pipeline would make of it.

What belongs here: that step alone. What does not: whether the value is right (`compare`).
"""

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.textlayer import Reading
from back_office_pipelines.normalization.normalise import NormalisedValue, normalise_value


def as_value(choice: Choice, code: str | None, reading: Reading, dictionary: Dictionary) -> NormalisedValue:
    """Return what a header field's choice gives by its type, or the problem it has."""
    raw = FieldValue(choice.field, choice.found.text, 1.0, "text_layer", style=reading.style, reading=code)
    return normalise_value(raw, dictionary.value_type(dictionary.header, choice.field))

"""A choice of the page's reader as the value the pipeline would make of it.

What belongs here: that step alone. What does not: whether the value is right (`compare`).
"""

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.textlayer import Reading
from back_office_pipelines.normalization.normalise import NormalisedValue, normalise_value


def as_value(
    choice: Choice, code: str | None, reading: Reading, dictionary: Dictionary, record_type: str | None = None
) -> NormalisedValue:
    """Return what a choice gives by its field's type, or the problem it has; of the header unless told otherwise."""
    raw = FieldValue(choice.field, choice.found.text, 1.0, "text_layer", style=reading.style, reading=code)
    return normalise_value(raw, dictionary.value_type(record_type or dictionary.header, choice.field))

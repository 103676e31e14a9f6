"""Raw values to canonical ones, as the field dictionary types them. Pure: an extraction and a dictionary in, rows out.

What belongs here: running a type's normalisers and holding the result against the type itself (its base type, its
decimals and digits). What does not: the normalisers (`values/`), and limits a contract sets on a value, such as
patterns and minima (`validation/`). Raw text always stays beside the value.
"""

from dataclasses import dataclass
from decimal import Decimal

from back_office_pipelines.dictionary.model import Dictionary, ValueType
from back_office_pipelines.dictionary.types import BACKENDS
from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.extraction.model import Box, ExtractedRecord, Extraction, FieldValue, Method
from back_office_pipelines.values.normalisers import Typed, canonical_text, run_normalisers
from back_office_pipelines.values.problem import Problem


@dataclass(frozen=True)
class NormalisedValue:
    """One field of one record with its canonical text or its problem: exactly one of the two.

    Attributes:
        raw: text as it stands in the document.
        value: canonical text; None where the raw text cannot be read as the field's type.
        typed: the same value as a Python object.
        problem: why there is no value.
        confidence, method, page, box, learned_from: as in `FieldValue`.
    """

    name: str
    raw: str
    value: str | None
    typed: Typed | None
    problem: Problem | None
    confidence: float
    method: Method
    page: int | None = None
    box: Box | None = None
    learned_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class NormalisedRecord:
    """One record with typed values; identity and order as in `ExtractedRecord`."""

    record_type: str
    ordinal: int
    values: tuple[NormalisedValue, ...]
    parent: int | None = None
    row: int | None = None

    def value(self, name: str) -> str | None:
        """Return the canonical text of a field, None where it is absent or has a problem."""
        return next((entry.value for entry in self.values if entry.name == name), None)


def normalise(extraction: Extraction, dictionary: Dictionary) -> tuple[NormalisedRecord, ...]:
    """Return every record of a document with each of its values canonical or with its problem.

    Args:
        extraction: what a reader found; its records may only have fields of the dictionary.
        dictionary: the contract whose types apply.

    Raises:
        DictionaryError: the normalisers of a type do not give its base type.
    """
    return tuple(_normalise_record(record, dictionary) for record in extraction.records)


def normalise_value(value: FieldValue, value_type: ValueType) -> NormalisedValue:
    """Return one value as its type wants it; a text that becomes empty is a FORMAT problem."""
    result = run_normalisers(value.text, value_type.normalise, value.style)
    if not isinstance(result, Problem):
        result = _fits(result, value_type, value)
    typed, problem = (None, result) if isinstance(result, Problem) else (result, None)
    return NormalisedValue(
        name=value.name,
        raw=value.raw,
        value=None if typed is None else canonical_text(typed),
        typed=typed,
        problem=problem,
        confidence=value.confidence,
        method=value.method,
        page=value.page,
        box=value.box,
        learned_from=value.learned_from,
    )


def _normalise_record(record: ExtractedRecord, dictionary: Dictionary) -> NormalisedRecord:
    values = tuple(
        normalise_value(value, dictionary.value_type(record.record_type, value.name)) for value in record.fields
    )
    return NormalisedRecord(record.record_type, record.ordinal, values, record.parent, record.row)


def _fits(result: Typed, value_type: ValueType, value: FieldValue) -> Typed | Problem:
    """Hold a normalised value against its base type and storage precision."""
    expected = BACKENDS[value_type.type].python
    if type(result) is not expected:
        raise DictionaryError(
            f"type of field {value.name!r}",
            f"its normalisers give {type(result).__name__}, not {value_type.type}",
            "let the list under 'normalise' end with a normaliser of that type",
        )
    if isinstance(result, Decimal):
        return _fits_precision(result, value_type)
    if result == "":
        return Problem("FORMAT", "nothing is left of the text once spaces are removed")
    return result


def _fits_precision(number: Decimal, value_type: ValueType) -> Decimal | Problem:
    """Check digits and decimals; zeros at the end do not count, and nothing is ever rounded."""
    precision, scale = value_type.precision or 0, value_type.scale or 0
    shortest = number.normalize()
    exponent = shortest.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    whole = max(0, shortest.adjusted() + 1)
    if decimals > scale:
        return Problem("OUT_OF_RANGE", f"{number} has {decimals} decimals; {scale} are kept and nothing is rounded")
    if whole > precision - scale:
        return Problem("OUT_OF_RANGE", f"{number} has {whole} digits before the point; {precision - scale} are kept")
    return number

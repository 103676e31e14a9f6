"""Audited documents: what the machine read, held against what a keyer read who did not see it.

What belongs here: putting scores and readings together, one verdict a document. What does not: statistics (`proof`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary, FieldSpec
from back_office_pipelines.routing.proof import Audited
from back_office_pipelines.validation.automation import critical_fields
from back_office_pipelines.validation.records import CORRECTED
from back_office_pipelines.values.keys import fold_name

Row = Mapping[str, Any]
ABSENT, ILLEGIBLE = "absent", "illegible"
FOLDS: Mapping[str, Callable[[str], str]] = {"casefold": str.casefold, "name": fold_name}
"""What of a text counts, by how its field is compared."""


def audited_records(dictionary: Dictionary, field_values: Iterable[Row], scores: Iterable[Row]) -> Iterator[Audited]:
    """Yield the audited records of a batch.

    A record counts when every critical field that the machine gave, and every one that must be there, was scored and
    legible. A record whose critical values were all stated in data proves nothing about reading, and is left out.

    Args:
        dictionary: contract of the batch.
        field_values: rows of `field_values`, as extracted: before anybody corrected anything.
        scores: payloads of `qa_score` decisions that name a sample, in the order in which they were recorded.
    """
    keyed: dict[str, dict[str, str]] = {}
    for score in scores:
        keyed.setdefault(score["subject_id"], {})[score["field"]] = score["value"]
    given: dict[str, dict[str, Row]] = {}
    for row in field_values:
        if row["record_id"] in keyed:
            given.setdefault(row["record_id"], {})[row["field"]] = row
    critical = critical_fields(dictionary)
    for record_id, read in keyed.items():
        found = {name: row for name, row in given.get(record_id, {}).items() if name in critical}
        if _complete(dictionary, found, read) and (one := _audited(dictionary, record_id, found, read)) is not None:
            yield one


def _complete(dictionary: Dictionary, found: Mapping[str, Row], read: Mapping[str, str]) -> bool:
    due = found.keys() | _required(dictionary)
    return due <= read.keys() and all(read[name] != ILLEGIBLE for name in due)


def _required(dictionary: Dictionary) -> frozenset[str]:
    fields = dictionary.records[dictionary.header].fields
    return frozenset(name for name in critical_fields(dictionary) if fields[name].nullable == "never")


def _audited(
    dictionary: Dictionary, record_id: str, found: Mapping[str, Row], read: Mapping[str, str]
) -> Audited | None:
    weakest = min((row["confidence"] for row in found.values()), default=0.0)
    if _required(dictionary) - found.keys():
        weakest = 0.0  # what is missing never passes without a person
    if weakest >= CORRECTED:
        return None
    fields = dictionary.records[dictionary.header].fields
    wrong = [
        name
        for name in critical_fields(dictionary) & read.keys()
        if not _agree(fields[name], found[name]["value"] if name in found else None, read[name])
    ]
    return Audited(record_id, weakest, bool(wrong))


def _agree(spec: FieldSpec, given: str | None, read: str) -> bool:
    """Tell whether two canonical texts say the same, as measure `field_accuracy` compares them."""
    if given is None or read == ABSENT:
        return given is None and read == ABSENT
    if given == read or (spec.compare in FOLDS and FOLDS[spec.compare](given) == FOLDS[spec.compare](read)):
        return True
    try:
        return Decimal(given) == Decimal(read)
    except InvalidOperation:
        return False


def evidence(audited: Sequence[Audited]) -> list[list[Any]]:
    """Return audited documents as plain values in a fixed order, for hashing."""
    return [
        [one.record_id, round(one.confidence, 6), one.wrong] for one in sorted(audited, key=lambda one: one.record_id)
    ]

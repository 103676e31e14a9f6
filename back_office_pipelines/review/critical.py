"""The critical values of header records as people see them: what is in force, from which page, and what is absent.

What belongs here: which fields tell a record and pay for it, by the dictionary alone, so that it holds for every lane.
What does not: where they are shown (`worklist`, `reports/batch_page`), and what they are judged by (`validation/`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary, FieldSpec
from back_office_pipelines.validation.automation import critical_fields
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.records import Cell, cells_in_force

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CriticalValue:
    """One critical field of a header record.

    Attributes:
        name: of the field.
        title: of the field.
        personal: whether the dictionary calls it personal; what is handed on does not show it.
        text: canonical value in force, or the raw text where it has none; None where the record has no such value.
        page: it was read from; None where the medium has none, and where a person keyed it.
        corrected: whether a person keyed it.
    """

    name: str
    title: str
    personal: bool
    text: str | None
    page: int | None = None
    corrected: bool = False

    @property
    def told(self) -> str:
        """Return the value in words, by the name that a correction uses."""
        if self.text is None:
            return f"{self.name} not found"
        place = "corrected" if self.corrected else f"page {self.page}" if self.page is not None else ""
        return f"{self.name} {self.text}{f' ({place})' if place else ''}"


class CriticalValues:
    """The critical values of the records of a batch.

    Args:
        dictionary: contract of the batch.
        field_values: rows of `field_values`.
        decisions: on the batch; a correction takes the place of what was read.
    """

    def __init__(self, dictionary: Dictionary, field_values: Iterable[Row], decisions: Iterable[Decision]) -> None:
        critical = critical_fields(dictionary)
        fields = dictionary.records[dictionary.header].fields
        self._fields = {name: spec for name, spec in fields.items() if name in critical}
        rows = [dict(row) for row in field_values if row["field"] in critical]
        corrections = [one for one in decisions if one.action == "correct" and one.subject_id and one.field in critical]
        self._cells = cells_in_force(rows, corrections)
        self._read = {(row["record_id"], row["field"]): row for row in rows}
        self._corrected = {(one.subject_id, one.field) for one in corrections}

    def of(self, record_id: str) -> list[CriticalValue]:
        """Return those of a header record, in the order of the dictionary."""
        return list(self._of(record_id))

    def _of(self, record_id: str) -> Iterator[CriticalValue]:
        for name, spec in self._fields.items():
            cell, corrected = self._cells.get((record_id, name)), (record_id, name) in self._corrected
            read = {} if corrected else self._read.get((record_id, name), {})
            yield _critical(name, spec, cell, read.get("page"), corrected=corrected)


def _critical(name: str, spec: FieldSpec, cell: Cell | None, page: int | None, *, corrected: bool) -> CriticalValue:
    text = None if cell is None else cell.raw if cell.value is None else cell.value
    return CriticalValue(name, spec.title, spec.sensitivity == "personal", text, page, corrected)

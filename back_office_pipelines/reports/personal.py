"""What a lane's dictionary calls personal, and a page that is handed on does not show.

What belongs here: which texts are about such a field. What does not: where they stand (`batch_page`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary

NOT_SHOWN = "not shown: personal"
"""What stands in the place of a value that the dictionary calls personal."""


@dataclass(frozen=True)
class Personal:
    """The personal fields of a batch.

    Attributes:
        fields: their record types and names.
        types: record type by record id.
    """

    fields: frozenset[tuple[str, str]]
    types: Mapping[str, str]

    @classmethod
    def of(cls, dictionary: Dictionary, records: Iterable[Mapping[str, Any]]) -> "Personal":
        """Return those of a batch.

        Args:
            dictionary: its contract.
            records: rows of `extracted_records`.
        """
        fields = frozenset(
            (record_type, name)
            for record_type, record in dictionary.records.items()
            for name, spec in record.fields.items()
            if spec.sensitivity == "personal"
        )
        return cls(fields, {row["record_id"]: row["record_type"] for row in records})

    def shown(self, record_id: str | None, field: str | None, text: str | None) -> str | None:
        """Return a text about a field of a record, or that it is not shown."""
        private = (self.types.get(record_id or ""), field) in self.fields
        return NOT_SHOWN if private and text is not None else text

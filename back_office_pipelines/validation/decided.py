"""Decisions of a batch, arranged by what they concern.

What belongs here: finding the decisions on an exception, a record or a cell. What does not: what they lead to
(`lifecycle`, `split`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from back_office_pipelines.validation.model import Decision, Row
from back_office_pipelines.validation.reading import CellRef

Value = TypeVar("Value")
HANDS_ON = frozenset({"correct", "override", "withdraw", "redeliver"})
"""Acts by which a person answers for a record's content: who did one of them does not approve the record."""


@dataclass(frozen=True)
class Decided:
    """Decisions of a batch in the order in which they were recorded.

    Attributes:
        decisions: all of them, those that the validation before has seen included.
        records: rows of `extracted_records`.
        document_of: document that each exception on a document concerns.
    """

    decisions: Sequence[Decision]
    records: Sequence[Row]
    document_of: Mapping[str, str]

    @classmethod
    def of(cls, decisions: Sequence[Decision], records: Sequence[Row], previous: Iterable[Row]) -> "Decided":
        """Arrange the decisions of a batch.

        Args:
            decisions: in the order in which they were recorded.
            records: rows of `extracted_records`.
            previous: rows of `exceptions` of the validation before: what people could decide on.
        """
        documents = {row["exception_id"]: row["subject_id"] for row in previous if row["subject_kind"] == "document"}
        return cls(decisions, records, documents)

    @cached_property
    def by_record(self) -> Mapping[str, Sequence[Decision]]:
        """Decisions on a header record, its children or its exceptions."""
        return _grouped((one.record_id, one) for one in self.decisions)

    def new_on(self, exception: Row) -> list[Decision]:
        """Return the decisions not seen before that name an exception or, as a whole, its record; in their order."""
        named = self._new_by_exception.get(exception["exception_id"], [])
        found = [*named, *self._new_by_record.get(exception["record_id"], [])]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def rejection(self, record_id: str | None) -> Decision | None:
        """Return the decision that rejected a record: on itself, on one of its exceptions, or on its document."""
        if record_id is None:
            return None
        own = next((one for one in self.by_record.get(record_id, ()) if one.action == "reject"), None)
        if own is not None or not self._rejected_documents:
            return own
        return self._rejected_documents.get(self._documents.get(record_id, ""))

    def has(self, record_id: str) -> bool:
        """Tell whether extraction still finds a record."""
        return record_id in self._documents

    def hands(self, record_id: str) -> frozenset[str]:
        """Return who corrected a header record or accepted something of it or of its document."""
        document = self._hands_on_documents.get(self._documents.get(record_id, ""), ())
        own = (one.actor for one in self.by_record.get(record_id, ()) if one.action in HANDS_ON)
        return frozenset([*own, *document])

    @cached_property
    def _hands_on_documents(self) -> Mapping[str, Sequence[str]]:
        return _grouped(
            (self.document_of.get(one.exception_id or ""), one.actor)
            for one in self.decisions
            if one.action in HANDS_ON
        )

    def new_corrections(self, record_id: str | None) -> Sequence[tuple[Decision, CellRef]]:
        """Return the corrections not seen before and the cells they set, newest first: of a header record, or of all.

        Corrections of records that extraction no longer finds are left out.
        """
        return self._corrections if record_id is None else self._corrections_by_record.get(record_id, [])

    @cached_property
    def _corrections(self) -> list[tuple[Decision, CellRef]]:
        types = {row["record_id"]: row["record_type"] for row in self.records} if self._new else {}
        found = [
            (one, CellRef(one.subject_id, str(one.record_id), types[one.subject_id], str(one.field)))
            for _, one in self._new
            if one.action == "correct" and one.subject_id is not None and one.subject_id in types
        ]
        return sorted(found, key=lambda pair: pair[0].decided_at, reverse=True)

    @cached_property
    def _corrections_by_record(self) -> dict[str, list[tuple[Decision, CellRef]]]:
        return _grouped((pair[1].header_id, pair) for pair in self._corrections)

    @cached_property
    def _new(self) -> Sequence[tuple[int, Decision]]:
        return [(place, one) for place, one in enumerate(self.decisions) if not one.seen]

    @cached_property
    def _new_by_exception(self) -> dict[str, list[tuple[int, Decision]]]:
        return _grouped((pair[1].exception_id, pair) for pair in self._new)

    @cached_property
    def _new_by_record(self) -> dict[str, list[tuple[int, Decision]]]:
        return _grouped((pair[1].record_id, pair) for pair in self._new if pair[1].exception_id is None)

    @cached_property
    def _rejected_documents(self) -> Mapping[str, Decision]:
        return {
            self.document_of[one.exception_id]: one
            for one in self.decisions
            if one.action == "reject" and one.exception_id is not None and one.exception_id in self.document_of
        }

    @cached_property
    def _documents(self) -> Mapping[str, str]:
        return {row["record_id"]: row["document_id"] for row in self.records}


def _grouped(pairs: Iterable[tuple[str | None, Value]]) -> dict[str, list[Value]]:
    groups: dict[str, list[Value]] = {}
    for key, value in pairs:
        if key is not None:
            groups.setdefault(key, []).append(value)
    return groups

"""What automation means for one batch: from which confidence critical fields pass, and what a person validates.

What belongs here: the terms a batch was registered under, as validation obeys them. What does not: how they were
proved (`routing/proof`) and switched (`chain/automation`).

A value that a document states in data (XML, tables) has confidence 1; one that was read from a page never has. While
automation is off for a lane and client, every record with such a critical value is held for a person, whatever the
reader thinks of itself. Where it is on, the proved threshold takes the place of the dictionary's for critical fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.primitives import Criticality
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.validation.model import Failure
from back_office_pipelines.validation.records import CORRECTED, Cells

HOLD = "automation"
"""Rule of the exception that holds a record for validation."""


@dataclass(frozen=True)
class Automation:
    """The terms of a batch.

    Attributes:
        lane, client: they are for.
        threshold: proved confidence of the weakest critical field; None: automation is off.
        audited: number of documents that prove it.
    """

    lane: str
    client: str
    threshold: float | None
    audited: int = 0

    @classmethod
    def of(cls, batch: Batch) -> "Automation":
        """Return the terms a batch was registered under."""
        terms = batch.automation
        threshold = float(terms["threshold"]) if terms else None
        return cls(batch.lane, batch.client, threshold, int(terms.get("audited", 0)))

    def demanded(self, dictionary: Dictionary) -> dict[tuple[str, str], tuple[float, str]]:
        """Return the least confidence of every field, in words too, by record type and field."""
        return {
            (record_type, name): self._demand(dictionary, record_type, spec.criticality)
            for record_type, record in dictionary.records.items()
            for name, spec in record.fields.items()
        }

    def _demand(self, dictionary: Dictionary, record_type: str, criticality: Criticality) -> tuple[float, str]:
        if self.threshold is not None and criticality == "critical" and record_type == dictionary.header:
            return self.threshold, f"confidence of at least {self.threshold:.2f}, proved on {self.audited} documents"
        least = float(dictionary.review.confidence[criticality])
        return least, f"confidence of at least {least:.2f}"


def critical_fields(dictionary: Dictionary) -> frozenset[str]:
    """Return the critical fields of the header record."""
    fields = dictionary.records[dictionary.header].fields
    return frozenset(name for name, spec in fields.items() if spec.criticality == "critical")


def automation_holds(
    dictionary: Dictionary, automation: Automation, types: Mapping[str, str], cells: Cells
) -> Iterator[Failure]:
    """Yield a hold for each header record with a critical value that was read from a page, while automation is off.

    The words stay the same whatever is corrected, so an acceptance of the whole record covers it.
    """
    if automation.threshold is not None:
        return
    critical = critical_fields(dictionary)
    read = dict.fromkeys(
        record_id
        for (record_id, field), cell in cells.items()
        if types.get(record_id) == dictionary.header and field in critical and cell.confidence < CORRECTED
    )
    for record_id in read:
        yield Failure(
            subject_kind="record",
            subject_id=record_id,
            rule=HOLD,
            reason_code="SAMPLING_HOLD",
            observed="critical fields read from a page",
            expected=f"validation by a person: automation is off for {automation.client} in lane {automation.lane}",
        )

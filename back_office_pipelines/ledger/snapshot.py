"""One consistent look at the back office: what the ledger says is in force, and the lake's tables it names."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import (
    Batch,
    BatchKey,
    InForce,
    Materialization,
    Stage,
    batch_of,
    due_stages,
    in_force,
)
from back_office_pipelines.storage.lake import Lake
from back_office_pipelines.storage.tables import Table, fixed_tables


@dataclass(frozen=True)
class Snapshot:
    """The ledger's state at one moment, of the whole office or of one batch.

    Attributes:
        batches: registrations that the tables in force were made of; of a batch without tables its newest.
        made: materializations in force, by batch and stage.
        decisions: decision entries in order of sequence.
        lake: where the tables lie.
        newest: newest registration of each batch; ahead of `batches` while a redelivery waits for its intake.
    """

    batches: Mapping[BatchKey, Batch]
    made: Mapping[BatchKey, Mapping[Stage, InForce]]
    decisions: Sequence[Entry]
    lake: Lake
    newest: Mapping[BatchKey, Batch]

    def batch(self, lane: str, batch_id: str) -> Batch:
        """Return a registration.

        Raises:
            LedgerError: the batch was never registered.
        """
        if (lane, batch_id) not in self.batches:
            raise LedgerError(f"batch {lane}/{batch_id}", "is not registered", "run the pipeline on its inbox first")
        return self.batches[lane, batch_id]

    def decisions_of(self, key: BatchKey, until: datetime | None = None) -> list[Entry]:
        """Return the decisions on a batch, made at or before a moment."""
        return [entry for entry in self._decisions.get(key, ()) if until is None or entry.as_of <= until]

    @cached_property
    def _decisions(self) -> Mapping[tuple[str | None, str | None], Sequence[Entry]]:
        found: dict[tuple[str | None, str | None], list[Entry]] = {}
        for entry in self.decisions:
            found.setdefault((entry.lane, entry.batch_id), []).append(entry)
        return found

    def due(self, key: BatchKey, as_of: datetime | None) -> tuple[Stage, ...]:
        """Return the stages of a batch that have to run as of a moment; None for whatever moment ever comes."""
        undecided = bool(self.undecided(key, as_of))
        return due_stages(self.made.get(key, {}), undecided=undecided, delivery=self.newest[key].delivery)

    def undecided(self, key: BatchKey, as_of: datetime | None = None) -> list[Entry]:
        """Return decisions that can move records and that validation has not taken into account, up to a moment."""
        validated = self.stage(key, "validated")
        return undecided(self.decisions_of(key, as_of), validated.made if validated else None)

    def stage(self, key: BatchKey, stage: Stage) -> InForce | None:
        """Return a stage's materialization in force, None where it was never made."""
        return self.made.get(key, {}).get(stage)

    def rows(self, key: BatchKey, stage: Stage, table: str | Table) -> list[dict[str, Any]]:
        """Return the rows of a table as a stage wrote it; none where the stage was never made."""
        spec = fixed_tables()[table] if isinstance(table, str) else table
        current = self.stage(key, stage)
        if current is None or spec.name not in current.made.writes:
            return []
        return self.lake.read(spec, *key, current.made.writes[spec.name].hash)


def moves_records(entry: Entry) -> bool:
    """Whether a decision can change a record's fate; QA scoring only measures."""
    return bool(entry.payload["action"] != "qa_score")


def undecided(decisions: Iterable[Entry], validated: Materialization | None) -> list[Entry]:
    """Return the decisions that can move records and that a validation has not taken into account.

    Sequence alone does not tell: a decision recorded before a validation may have been made after its as-of time.

    Args:
        decisions: on one batch.
        validated: the validation in force; None before the first, which has taken none into account.
    """
    return [
        entry
        for entry in decisions
        if moves_records(entry)
        and (validated is None or entry.seq > validated.decisions_through or entry.as_of > validated.as_of)
    ]


def take_snapshot(ledger: Ledger, lake: Lake, keys: Collection[BatchKey] | None = None) -> Snapshot:
    """Read the ledger's state in one query.

    Args:
        ledger: where it is read.
        lake: where the tables lie that it names.
        keys: only these batches, whatever else the ledger holds; None for the whole office.
    """
    by_kind: dict[str, list[Entry]] = {kind: [] for kind in ("batch", "materialization", "decision")}
    for entry in ledger.present(keys):
        by_kind[entry.kind].append(entry)
    made = in_force(by_kind["materialization"])
    registrations = list(map(batch_of, by_kind["batch"]))
    return Snapshot(
        batches=_taken(registrations, made),
        made=made,
        decisions=by_kind["decision"],
        lake=lake,
        newest=newest_registrations(registrations),
    )


def newest_registrations(registrations: Iterable[Batch]) -> dict[BatchKey, Batch]:
    """Return the registration of the highest delivery of each batch."""
    newest: dict[BatchKey, Batch] = {}
    for batch in registrations:
        if batch.key not in newest or batch.delivery > newest[batch.key].delivery:
            newest[batch.key] = batch
    return newest


def _taken(registrations: Sequence[Batch], made: Mapping[BatchKey, Mapping[Stage, InForce]]) -> dict[BatchKey, Batch]:
    intakes = {key: stages["intake"].made.delivery for key, stages in made.items() if "intake" in stages}
    taken = (batch for batch in registrations if intakes.get(batch.key, batch.delivery) == batch.delivery)
    return newest_registrations(registrations) | newest_registrations(taken)

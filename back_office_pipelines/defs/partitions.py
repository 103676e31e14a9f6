"""Partition keys of batches in Dagster's storage: added when there is work or a batch is back, gone with retirement.

What belongs here: the keys. What does not: events and runs of a batch, which Dagster keeps until somebody deletes them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import dagster as dg

from back_office_pipelines.ledger.state import BatchKey


def partitions_of(lane: str) -> dg.DynamicPartitionsDefinition:
    """Return a lane's partitions: one key a batch, under the lane's name."""
    return dg.DynamicPartitionsDefinition(name=lane)


@dataclass(frozen=True)
class DagsterPartitions:
    """The keys of one instance."""

    instance: dg.DagsterInstance

    def known(self, lane: str) -> Collection[str]:
        """Return the batch ids of a lane that Dagster has a key for."""
        return self.instance.get_dynamic_partitions(lane)

    def add(self, batches: Iterable[BatchKey]) -> None:
        """Add the keys of some batches; one that is there stays."""
        wanted = sorted(batches)
        for lane in sorted({lane for lane, _ in wanted}):
            self.instance.add_dynamic_partitions(lane, [batch_id for of, batch_id in wanted if of == lane])

    def forget(self, lane: str, batch_ids: Sequence[str]) -> None:
        """Remove some keys; one that is gone already is no error."""
        for batch_id in batch_ids:
            self.instance.delete_dynamic_partition(lane, batch_id)

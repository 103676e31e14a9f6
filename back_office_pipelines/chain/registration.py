"""The chain's beginning: what lies in the inbox is registered in the ledger, once, and what is due is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from back_office_pipelines.chain.office import Office
from back_office_pipelines.intake.inbox import Arrival, list_inbox
from back_office_pipelines.intake.registration import plan_registrations
from back_office_pipelines.ledger.snapshot import Snapshot, moves_records
from back_office_pipelines.ledger.state import Batch, BatchKey, Stage, batch_of


@dataclass(frozen=True)
class Due:
    """A batch with work to do.

    Attributes:
        stages: stages to run, in walking order.
        basis: sequence of the newest decision that can move records, 0 for none; the same basis is the same work.
    """

    batch: Batch
    stages: tuple[Stage, ...]
    basis: int

    def without(self, skipped: frozenset[Stage]) -> "Due":
        """Return the same work without some stages."""
        return replace(self, stages=tuple(stage for stage in self.stages if stage not in skipped))


@dataclass(frozen=True)
class Registered:
    """What registering an inbox came to.

    Attributes:
        new: how many batches were registered now.
        refused: one message for each folder that could not be taken.
        waiting: addresses of batches whose manifest is not there yet.
        arrivals: complete folders by lane and batch id.
    """

    new: int
    refused: Sequence[str]
    waiting: Sequence[str]
    arrivals: Mapping[BatchKey, Arrival]


def register_inbox(
    office: Office, inbox: Path, as_of: datetime, actor: str, submitter: str | None = None
) -> Registered:
    """Register every complete batch of an inbox that is not registered yet.

    Args:
        office: the back office.
        inbox: folder of lanes and batches.
        as_of: time of the registration.
        actor: who it is done for.
        submitter: person at the keyboard; None for a machine.

    Raises:
        UsageError: the inbox is no folder.
    """
    listing = list_inbox(inbox, office.contracts.lanes)
    with office.ledger.lock("registration"):
        batches = {batch.key: batch for batch in map(batch_of, office.ledger.entries("batch"))}
        plan = plan_registrations(listing.arrivals, batches, office.contracts, as_of, office.reference.pin)
        known = frozenset(office.ledger.values("dictionary", "fingerprint"))
        office.ledger.append(plan.drafts(known, actor, submitter))
    return Registered(
        new=len(plan.batches),
        refused=[*listing.refused, *plan.refused],
        waiting=listing.waiting,
        arrivals={(arrival.lane, arrival.batch_id): arrival for arrival in listing.arrivals},
    )


def due_batches(snapshot: Snapshot, as_of: datetime, lanes: frozenset[str] | None = None) -> list[Due]:
    """Return the batches with work to do, in order of intake.

    Args:
        snapshot: state of the back office.
        as_of: decisions after this moment are not taken into account.
        lanes: only these; None for all.
    """
    batches = sorted(snapshot.batches.values(), key=lambda batch: batch.intake_sequence)
    due = (
        Due(batch, snapshot.due(batch.key, as_of), _basis(snapshot, batch))
        for batch in batches
        if (lanes is None or batch.lane in lanes) and batch.registered_at <= as_of
    )
    return [one for one in due if one.stages]


def _basis(snapshot: Snapshot, batch: Batch) -> int:
    """Return what made a batch due: its newest decision; 0 for its registration. Its own progress plays no part."""
    return max((entry.seq for entry in snapshot.decisions_of(batch.key) if moves_records(entry)), default=0)

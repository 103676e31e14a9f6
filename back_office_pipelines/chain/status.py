"""Where one batch stands, in the words of its sender: from the inbox, the ledger and the tables in force. Read-only.

The ends: `received` (in the inbox, not registered yet), `refused` (it cannot be registered; a person has it),
`registered`, `in_progress` (some stages made), `held` (every stage made, exceptions wait for people), `done`.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from back_office_pipelines.chain.office import Office
from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.snapshot import Snapshot, newest_registrations
from back_office_pipelines.ledger.state import BatchKey, batch_of
from back_office_pipelines.validation.states import handed_over

Standing = Literal["received", "refused", "registered", "in_progress", "held", "done"]


def batch_status(office: Office, inbox: Path, key: BatchKey, as_of: datetime) -> dict[str, Any] | None:
    """Return where a batch stands; None where there is no such batch.

    Args:
        office: the back office.
        inbox: where it may lie unregistered.
        key: lane and batch id.
        as_of: moment at which decisions are due.
    """
    snapshot = office.snapshot(key)
    if key in snapshot.newest:
        return _registered(snapshot, key, as_of)
    if not Arrival(*key, inbox.joinpath(*key)).manifest.is_file():
        return None
    refusals = _refusals(office, key)
    status: Standing = "refused" if refusals else "received"
    return {"batch": "/".join(key), "status": status, **({"reasons": refusals} if refusals else {})}


def declared_checksums(office: Office, key: BatchKey) -> Mapping[str, str] | None:
    """Return the checksums that the first delivery of a batch came with; None where it is not registered."""
    entries = office.ledger.entries("batch", *key)
    return batch_of(entries[0]).checksums if entries else None


def _registered(snapshot: Snapshot, key: BatchKey, as_of: datetime) -> dict[str, Any]:
    batch, made = snapshot.newest[key], snapshot.made.get(key, {})
    open_now = Counter(
        row["reason_code"] for row in snapshot.rows(key, "validated", "exceptions") if row["state"] != "resolved"
    )
    return {
        "batch": batch.address,
        "status": _standing(bool(made), bool(snapshot.due(key, as_of)), bool(open_now)),
        "delivery": batch.delivery,
        "received_at": iso(batch.received_at),
        "registered_at": iso(batch.registered_at),
        "stages": {
            stage: {"as_of": iso(current.made.as_of), "counts": dict(current.made.counts)}
            for stage, current in made.items()
        },
        "records": dict(sorted(_records(snapshot, key).items())),
        "open_exceptions": dict(sorted(open_now.items())),
    }


def _standing(made: bool, due: bool, exceptions: bool) -> Standing:
    if due:
        return "in_progress" if made else "registered"
    return "held" if exceptions else "done"


def _records(snapshot: Snapshot, key: BatchKey) -> Counter[str]:
    """Return how many records are in each state; what was released is no longer as validation left it."""
    released = {(row["record_id"], row["revision"]) for row in snapshot.rows(key, "released", "releases")}
    states = snapshot.rows(key, "validated", "record_states")
    return Counter(
        handed_over(row["state"], row["revision"]) if (row["record_id"], row["revision"]) in released else row["state"]
        for row in states
    )


def _refusals(office: Office, key: BatchKey) -> list[str]:
    """Return the reason codes for which a batch of the inbox cannot be registered."""
    place = f"{'/'.join(key)}: "
    seen = newest_registrations(map(batch_of, office.ledger.entries("batch", INTAKE_LANE)))
    problems = (problem for batch in seen.values() for problem in batch.problems)
    return sorted({problem["reason_code"] for problem in problems if problem["observed"].startswith(place)})

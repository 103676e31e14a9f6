"""A step: one stage of one batch, run and committed.

Each step takes the lock of its batch, looks at what is in force, computes its stage (`stages`), stores the tables in
the lake, and appends one ledger entry, which is the commit point. A step that dies leaves nothing in force that was
not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from back_office_pipelines import __version__
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.stages import compute
from back_office_pipelines.chain.view import Made, View, view_of, written
from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.documents import SourceFile, delivered_fingerprint, gather
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Batch, BatchKey, Materialization, Stage
from back_office_pipelines.release.release import delivery_folder
from back_office_pipelines.review.filled import keep_filled
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.files import SHARED, write_text


@dataclass(frozen=True)
class Step:
    """One invocation of a stage on a batch.

    Attributes:
        office: what it works on.
        lane: operating lane.
        batch_id: batch within the lane.
        as_of: time at which the machine acts.
        run_id: Dagster run, for the ledger only.
        actor: who launched it.
    """

    office: Office
    lane: str
    batch_id: str
    as_of: datetime
    run_id: str
    actor: str


def run_step(step: Step, stage: Stage, inbox_folder: Arrival | None = None) -> Materialization:
    """Run one stage on one batch and commit it; a stage that is not due any more is left as it is in force.

    Args:
        step: the invocation.
        stage: which stage.
        inbox_folder: the batch's folder; needed by intake only.

    Raises:
        LedgerError: the batch is not registered, or the stage lost or doubled something.
        UsageError: the as-of time lies before what is in force, or the inbox folder changed since registration.
    """
    with step.office.ledger.lock(batch_lock(step.lane, step.batch_id)):
        snapshot = step.office.snapshot((step.lane, step.batch_id))
        batch = snapshot.batch(step.lane, step.batch_id)
        if stage == "intake":
            batch = snapshot.newest[batch.key]  # later stages follow the delivery that intake took
        current = snapshot.stage(batch.key, stage)
        if current is not None and stage not in snapshot.due(batch.key, step.as_of):
            return current.made
        _refuse_going_back(step, snapshot, batch)
        files: Sequence[SourceFile] = ()
        if stage == "intake":
            files = _delivered(step.office, batch, inbox_folder)
        elif stage == "released":
            _recover(step.office, snapshot, batch)
        view = view_of(step.office, snapshot, batch, stage, step.as_of, files)
        return _commit(step, view, compute(view))


def batch_lock(lane: str, batch_id: str) -> str:
    """Return the name of the lock that whoever changes anything of a batch holds."""
    return f"batch {lane}/{batch_id}"


def worklist_file(settings: Settings, key: BatchKey) -> Path:
    """Return where the worklist of a batch lies."""
    lane, batch_id = key
    return settings.worklists / lane / f"{batch_id}.csv"


def page_file(settings: Settings, key: BatchKey) -> Path:
    """Return where the evidence page of a batch lies."""
    lane, batch_id = key
    return settings.evidence / lane / f"{batch_id}.html"


def _delivered(office: Office, batch: Batch, arrival: Arrival | None) -> list[SourceFile]:
    """Return what lies in the inbox folder, kept in the vault, where it is still what was registered."""
    if batch.lane == INTAKE_LANE:
        return []  # what is known of a problem stands in its registration
    if arrival is None or not arrival.folder.is_dir():
        raise UsageError(f"batch {batch.address}", "its inbox folder is gone", "restore it and run again")
    files = gather(arrival, office.vault.keep, office.extractor.open_parts)
    if delivered_fingerprint(arrival, files) != batch.folder_fingerprint:
        raise UsageError(
            f"batch {batch.address}", "its folder changed since registration", "restore what was delivered"
        )
    return files


def _refuse_going_back(step: Step, snapshot: Snapshot, batch: Batch) -> None:
    newest = max((current.made.as_of for current in snapshot.made.get(batch.key, {}).values()), default=None)
    latest = max(filter(None, (newest, batch.registered_at)))
    if step.as_of < latest:
        raise UsageError(
            f"batch {batch.address}",
            f"as-of time {iso(step.as_of)} lies before what is in force ({iso(latest)})",
            "use a later as-of time",
        )


def _commit(step: Step, view: View, made: Made) -> Materialization:
    office = step.office
    # Worklist and page are derived, so they may stand before the commit; after it, a crash would lose them.
    if made.worklist is not None:
        worklist = worklist_file(office.settings, view.batch.key)
        keep_filled(worklist, {entry.payload["decision_id"] for entry in view.decisions})
        write_text(worklist, made.worklist)
    if made.page is not None:
        write_text(page_file(office.settings, view.batch.key), made.page, SHARED)
    if made.delivery is not None:
        office.deliveries.prepare(made.delivery.folder, made.delivery.files)
    stored = [office.lake.put(table, *view.batch.key, rows) for table, rows in made.tables]
    materialization = Materialization(
        lane=step.lane,
        batch_id=step.batch_id,
        stage=view.stage,
        as_of=view.as_of,
        code_version=__version__,
        dictionary_fingerprint=view.batch.dictionary_fingerprint,
        reads=view.reads,
        writes={one.table: written(one, office.secret) for one in stored},
        counts=made.counts,
        run_id=step.run_id,
        decisions_through=made.decisions_through,
        delivery=view.batch.delivery,
        claims=office.ledger.sealed_claims(view.batch.key) if view.stage == "validated" else None,
        delivered=made.delivery.hashes if made.delivery is not None else {},
        pages=_page_hash(office.settings, view.batch.key, made.page) if made.page is not None else {},
    )
    office.ledger.append([materialization.draft(step.actor)])
    if made.delivery is not None:
        office.deliveries.hand_over(made.delivery.folder)
    return materialization


def _page_hash(settings: Settings, key: BatchKey, page: str) -> dict[str, str]:
    """Return the sha256 of a batch's evidence page, by path below the folder of these pages."""
    name = page_file(settings, key).relative_to(settings.evidence).as_posix()
    return {name: sha256(page.encode()).hexdigest()}


def recover_deliveries(office: Office) -> None:
    """Finish what a crash left between a release's ledger entry and its delivery."""
    for folder in sorted(office.deliveries.staged_batches()):
        _, lane, batch_id = folder.split("/")
        with office.ledger.lock(batch_lock(lane, batch_id)):
            snapshot = office.snapshot((lane, batch_id))
            _recover(office, snapshot, snapshot.batch(lane, batch_id))


def _recover(office: Office, snapshot: Snapshot, batch: Batch) -> None:
    committed = {str(Path(row["delivery_file"]).parent) for row in snapshot.rows(batch.key, "released", "releases")}
    office.deliveries.recover(delivery_folder(batch), committed)

"""The steps of a lane: intake, extracted, validated, released, worklist.

Each step takes the lock of its batch, reads the tables in force, calls one pure function, stores what it made in the
lake, and appends one ledger entry, which is the commit point. A step that dies leaves nothing in force that was not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from back_office_pipelines import __version__
from back_office_pipelines.chain.office import Office
from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.errors import LedgerError, UsageError
from back_office_pipelines.intake.documents import take_in
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Batch, Materialization, Stage, Written
from back_office_pipelines.normalization.stage import extract_batch
from back_office_pipelines.release.release import delivery_folder, release
from back_office_pipelines.review.worklist import as_csv, worklist_rows
from back_office_pipelines.storage.files import write_text
from back_office_pipelines.storage.tables import Table, fixed_tables
from back_office_pipelines.validation.conservation import illegal_moves, lost_documents, lost_records
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Released, ValidationInput, validate

Rows = Sequence[Mapping[str, Any]]


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


@dataclass(frozen=True)
class _Work:
    """A step with what it needs loaded."""

    step: Step
    snapshot: Snapshot
    batch: Batch
    dictionary: Dictionary

    def rows(self, stage: Stage, table: str | Table) -> list[dict[str, Any]]:
        return self.snapshot.rows(self.batch.key, stage, table)

    def accepted(self) -> dict[str, list[dict[str, Any]]]:
        return {name: self.rows("validated", record_table(self.dictionary, name)) for name in self.dictionary.records}


@dataclass(frozen=True)
class _Made:
    """What a stage made, before it is committed."""

    tables: Sequence[tuple[Table, Rows]]
    counts: Mapping[str, int]
    decisions_through: int = 0
    after_commit: Callable[[], None] = lambda: None


def run_step(step: Step, stage: Stage, inbox_folder: Arrival | None = None) -> Materialization:
    """Run one stage on one batch and commit it; a stage that is not due any more is left as it is in force.

    Args:
        step: the invocation.
        stage: which stage.
        inbox_folder: the batch's folder; needed by intake only.

    Raises:
        LedgerError: the batch is not registered, or a stage before this one was never made.
        UsageError: the as-of time lies before what is in force, or the inbox folder changed since registration.
    """
    with step.office.ledger.lock(f"batch {step.lane}/{step.batch_id}"):
        snapshot = step.office.snapshot()
        batch = snapshot.batch(step.lane, step.batch_id)
        work = _Work(step, snapshot, batch, step.office.bound_dictionary(batch.dictionary_fingerprint))
        current = snapshot.stage(batch.key, stage)
        if current is not None and stage not in snapshot.due(batch.key, step.as_of):
            return current.made
        _refuse_going_back(work)
        made = _intake(work, inbox_folder) if stage == "intake" else _STAGES[stage](work)
        return _commit(work, stage, made)


def _intake(work: _Work, arrival: Arrival | None) -> _Made:
    batch = work.batch
    if arrival is None or not arrival.folder.is_dir():
        raise UsageError(f"batch {batch.address}", "its inbox folder is gone", "restore it and run again")
    if arrival.fingerprint() != batch.folder_fingerprint:
        raise UsageError(
            f"batch {batch.address}", "its folder changed since registration", "restore what was delivered"
        )
    taken = take_in(batch, arrival, work.step.office.vault.keep)
    tables = fixed_tables()
    return _Made(
        [
            (tables["batches"], [taken.batch]),
            (tables["documents"], taken.documents),
            (tables["intake_findings"], taken.findings),
        ],
        {"documents": len(taken.documents), "findings": len(taken.findings)},
    )


def _extracted(work: _Work) -> _Made:
    documents = work.rows("intake", "documents")
    if work.rows("released", "releases"):
        raise UsageError(
            f"batch {work.batch.address}",
            "has released records, and a release is immutable",
            "leave its extraction as it is; corrections after release need a return",
        )
    made = extract_batch(documents, work.step.office.vault.read, work.dictionary)
    _refuse_loss(work, lost_documents(documents, made.extractions, made.findings))
    tables = fixed_tables()
    headers = [row for row in made.records if row["parent_record_id"] is None]
    return _Made(
        [
            (tables["extractions"], made.extractions),
            (tables["extracted_records"], made.records),
            (tables["field_values"], made.field_values),
            (tables["extraction_findings"], made.findings),
        ],
        {
            "documents": len(documents),
            "records": len(headers),
            "field_values": len(made.field_values),
            "findings": len(made.findings),
        },
    )


def _validated(work: _Work) -> _Made:
    decisions = work.snapshot.decisions_of(work.batch.key, work.step.as_of)
    new = {entry.seq for entry in work.snapshot.undecided(work.batch.key, work.step.as_of)}
    given = ValidationInput(
        batch=work.batch,
        dictionary=work.dictionary,
        as_of=work.step.as_of,
        findings=[*work.rows("intake", "intake_findings"), *work.rows("extracted", "extraction_findings")],
        records=work.rows("extracted", "extracted_records"),
        field_values=work.rows("extracted", "field_values"),
        decisions=[_decision(entry, seen=entry.seq not in new) for entry in decisions],
        previous_exceptions=work.rows("validated", "exceptions"),
        previous_states=work.rows("validated", "record_states"),
        previous_waits=work.rows("validated", "client_waits"),
        released=_released_before(work),
    )
    made = validate(given)
    _refuse_loss(work, lost_records(given.records, made.record_states, made.accepted, made.exceptions))
    before, after = (given.previous_states, given.previous_exceptions), (made.record_states, made.exceptions)
    _refuse_loss(work, illegal_moves(before, after, made.failing, given.released.record_ids))
    tables = fixed_tables()
    by_state = [row["state"] for row in made.record_states]
    return _Made(
        [
            (tables["exceptions"], made.exceptions),
            (tables["client_waits"], made.client_waits),
            (tables["warnings"], made.warnings),
            (tables["record_states"], made.record_states),
            (tables["accepted_values"], made.accepted_values),
            *((record_table(work.dictionary, name), rows) for name, rows in made.accepted.items()),
        ],
        {
            "records": len(by_state),
            "accepted": by_state.count("accepted"),
            "held": by_state.count("held"),
            "rejected": by_state.count("rejected"),
            "exceptions": len(made.exceptions),
            "open_exceptions": sum(row["state"] != "resolved" for row in made.exceptions),
            "warnings": len(made.warnings),
        },
        decisions_through=max((entry.seq for entry in decisions), default=0),
    )


def _released_before(work: _Work) -> Released:
    """Return what was handed over as it was validated then: nothing that happens later changes it."""
    ids = frozenset(row["record_id"] for row in work.rows("released", "releases"))
    if not ids:
        return Released()
    return Released(ids, work.accepted(), work.rows("validated", "accepted_values"))


def _refuse_loss(work: _Work, problems: Sequence[str]) -> None:
    """Refuse to commit tables that lost, doubled or wrongly moved something; the checks in Dagit show what is held."""
    if problems:
        raise LedgerError(f"batch {work.batch.address}", problems[0], "report it: nothing was committed")


def _released(work: _Work) -> _Made:
    deliveries = work.step.office.deliveries
    _recover(work.step.office, work.snapshot, work.batch)
    made = release(
        work.batch,
        work.dictionary,
        work.step.as_of,
        work.rows("validated", "record_states"),
        work.accepted(),
        work.rows("released", "releases"),
        undecided=frozenset(entry.payload["record_id"] for entry in work.snapshot.undecided(work.batch.key)),
    )
    if made.new:
        deliveries.prepare(made.delivery, made.files)
    return _Made(
        [(fixed_tables()["releases"], made.releases)],
        {"released": len(made.releases), "newly_released": made.new},
        after_commit=lambda: deliveries.hand_over(made.delivery) if made.new else None,
    )


def _worklist(work: _Work) -> _Made:
    rows = worklist_rows(
        work.rows("validated", "exceptions"),
        work.rows("intake", "documents"),
        work.rows("extracted", "field_values"),
        work.dictionary,
    )
    path = work.step.office.settings.worklists / work.batch.lane / f"{work.batch.batch_id}.csv"
    write_text(path, as_csv(rows))  # derived, so it may stand before its commit; after it, a crash would lose it
    return _Made([], {"open_exceptions": len(rows)})


_STAGES: Mapping[Stage, Callable[[_Work], _Made]] = {
    "extracted": _extracted,
    "validated": _validated,
    "released": _released,
    "worklist": _worklist,
}


def _commit(work: _Work, stage: Stage, made: _Made) -> Materialization:
    step, key = work.step, work.batch.key
    stored = [step.office.lake.put(table, *key, rows) for table, rows in made.tables]
    materialization = Materialization(
        lane=step.lane,
        batch_id=step.batch_id,
        stage=stage,
        as_of=step.as_of,
        code_version=__version__,
        dictionary_fingerprint=work.batch.dictionary_fingerprint,
        reads=_reads(work, stage),
        writes={one.table: Written(one.content_hash, one.rows) for one in stored},
        counts=made.counts,
        run_id=step.run_id,
        decisions_through=made.decisions_through,
    )
    step.office.ledger.append([materialization.draft(step.actor)])
    made.after_commit()
    return materialization


def _reads(work: _Work, stage: Stage) -> dict[str, str]:
    """Return the hashes of every table the stages before, and this stage's own last run, had in force."""
    return {
        f"{before}.{table}": written.hash
        for before, current in work.snapshot.made.get(work.batch.key, {}).items()
        if before in _READS[stage]
        for table, written in current.made.writes.items()
    }


_READS: Mapping[Stage, frozenset[Stage]] = {
    "intake": frozenset(),
    "extracted": frozenset({"intake"}),
    "validated": frozenset({"intake", "extracted", "validated"}),
    "released": frozenset({"validated", "released"}),
    "worklist": frozenset({"intake", "extracted", "validated"}),
}


def _refuse_going_back(work: _Work) -> None:
    newest = max((current.made.as_of for current in work.snapshot.made.get(work.batch.key, {}).values()), default=None)
    latest = max(filter(None, (newest, work.batch.registered_at)))
    if work.step.as_of < latest:
        raise UsageError(
            f"batch {work.batch.address}",
            f"as-of time {iso(work.step.as_of)} lies before what is in force ({iso(latest)})",
            "use a later as-of time",
        )


def _decision(entry: Entry, *, seen: bool) -> Decision:
    names = ("action", "record_id", "subject_id", "exception_id", "field", "value")
    return Decision(decided_at=entry.as_of, seen=seen, **{name: entry.payload[name] for name in names})


def recover_deliveries(office: Office) -> None:
    """Finish what a crash left between a release's ledger entry and its delivery."""
    for folder in sorted(office.deliveries.staged_batches()):
        _, lane, batch_id = folder.split("/")
        with office.ledger.lock(f"batch {lane}/{batch_id}"):
            snapshot = office.snapshot()
            _recover(office, snapshot, snapshot.batch(lane, batch_id))


def _recover(office: Office, snapshot: Snapshot, batch: Batch) -> None:
    committed = {str(Path(row["delivery_file"]).parent) for row in snapshot.rows(batch.key, "released", "releases")}
    office.deliveries.recover(delivery_folder(batch), committed)

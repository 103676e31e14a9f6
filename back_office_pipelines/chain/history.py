"""The history of a batch or record, told by the ledger alone: what was done, by whom, in the order it was recorded.

The lake is asked for one thing only: which batch a record came with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from back_office_pipelines.chain.office import Office
from back_office_pipelines.clock import iso
from back_office_pipelines.errors import UsageError
from back_office_pipelines.ledger.automation import switch_of
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.memory import remembered_of
from back_office_pipelines.ledger.runs import ended_run_of
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey, materialization_of

SHORT = 12
"""Characters of a hash or run id that tell it from others."""


def history(office: Office, subject: str) -> list[Entry]:
    """Return every entry that concerns a batch or record, in ledger order.

    Args:
        office: the back office.
        subject: lane/batch_id, a batch id that one lane only has, or a record id.

    Raises:
        LedgerError: the batch is not registered.
        UsageError: nothing has that name, or batches of several lanes have it.
    """
    key, record = subject_named(office, subject)
    batch = office.snapshot(key).batch(*key)
    own = office.ledger.entries(lane=batch.lane, batch_id=batch.batch_id)
    if record is not None:
        own = [entry for entry in own if entry.kind != "decision" or _decides_on(entry, record, batch.address)]
    contract = [
        entry
        for entry in office.ledger.entries("dictionary")
        if entry.payload["fingerprint"] == batch.dictionary_fingerprint
    ]
    shown = publications_showing(own, office.ledger.entries("publication"))
    return sorted([*contract, *own, *shown], key=lambda entry: entry.seq)


def subject_named(office: Office, subject: str) -> tuple[BatchKey, str | None]:
    """Return the batch that a name means, and the record where it means one. Arguments and errors as of `history`."""
    lane, slash, batch_id = subject.partition("/")
    if slash:
        if not (lane and batch_id) or "/" in batch_id:
            raise UsageError(f"batch {subject!r}", "is no address of a batch", "write it like ap_invoices/2026-11-20")
        return (lane, batch_id), None
    snapshot = office.snapshot()
    known = sorted(key for key in snapshot.batches if key[1] == subject)
    if len(known) == 1:
        return known[0], None
    if known:
        addresses = " and ".join("/".join(key) for key in known)
        raise UsageError(f"batch {subject}", f"is in several lanes: {addresses}", "write which one is meant")
    return _batch_of_record(office, snapshot, subject), subject


def publications_showing(entries: Iterable[Entry], publications: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the publications that were the first to show one of some entries."""
    numbers = {entry.seq for entry in entries}
    before = 0
    for publication in publications:
        through = int(publication.payload["through"])
        if any(before < number <= through for number in numbers):
            yield publication
        before = through


def _decides_on(entry: Entry, record_id: str, address: str) -> bool:
    payload = entry.payload
    return record_id in {payload["record_id"], payload["subject_id"]} or payload["target"] == address


def _batch_of_record(office: Office, snapshot: Snapshot, record_id: str) -> BatchKey:
    """Return the batch in whose extracted records a record stands."""
    table = "extracted_records"
    places = {
        office.lake.place(lane, table, batch_id, made["extracted"].made.writes[table].hash).path
        for (lane, batch_id), made in snapshot.made.items()
        if "extracted" in made
    }
    query = "SELECT DISTINCT lane, batch_id FROM read_parquet($paths) WHERE record_id = $record_id"
    present = sorted(str(path) for path in places if path.is_file())
    with duckdb.connect() as connection:
        given = {"paths": present, "record_id": record_id}
        found = connection.execute(query, given).fetchall() if present else []
    for lane, batch_id in found:  # an archive also holds what is no longer in force
        if any(row["record_id"] == record_id for row in snapshot.rows((lane, batch_id), "extracted", table)):
            return (lane, batch_id)
    raise UsageError(
        f"record or batch {record_id}",
        "nothing has that name",
        "copy a record id from the worklist, or write LANE/BATCH",
    )


def told(entry: Entry) -> str:
    """Return what an act did, in one line: counts, and hashes shortened."""
    return _TOLD[entry.kind](entry) if entry.kind in _TOLD else entry.kind


def as_json(entry: Entry) -> dict[str, Any]:
    """Return an entry with all its columns, so that its hash can be computed again, and what it did."""
    moments = {"as_of": entry.as_of.isoformat(), "recorded_at": entry.recorded_at.isoformat()}
    return {**vars(entry), **moments, "did": told(entry)}


def _dictionary(entry: Entry) -> str:
    payload = entry.payload
    return f"contract {payload['lane']} {payload['version']} kept, fingerprint {payload['fingerprint'][:SHORT]}"


def _batch(entry: Entry) -> str:
    payload = entry.payload
    return (
        f"registered as number {payload['intake_sequence']}: delivery {payload['delivery']} of {payload['client']}"
        f"/{payload['entity']} by {payload['channel']}, received {payload['received_at']}, "
        f"dictionary {payload['dictionary_version']}{_submitted(payload)}"
    )


def _materialization(entry: Entry) -> str:
    made = materialization_of(entry)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in made.counts.items())
    return f"{made.stage}: {counts}; output {made.output_hash[:SHORT]}; run {made.run_id[:SHORT]}"


def _decision(entry: Entry) -> str:
    payload = entry.payload
    keyed = f" {payload['field']} = {payload['value']}" if payload["value"] is not None else ""
    caused = f" caused by {payload['cause_party']}" if payload["cause_party"] else ""
    reason = f": {payload['reason']}" if payload["reason"] else ""
    return (
        f"{payload['action']} on {payload['target']}{keyed} as {payload['role']}{caused}{reason}{_submitted(payload)}"
    )


def _run(entry: Entry) -> str:
    run = ended_run_of(entry)
    failed = f", failed in {', '.join(run.steps_failed)}" if run.steps_failed else ""
    again = f" again after {run.parent_run_id[:SHORT]}" if run.parent_run_id else ""
    return (
        f"run {run.run_id[:SHORT]} of {run.job} by {run.launched_by}{again}: {run.status}{failed}"
        f"{_submitted(entry.payload)}"
    )


def _publication(entry: Entry) -> str:
    payload = entry.payload
    return f"published in version {payload['number']}, which shows entries through {payload['through']}"


def _submitted(payload: Mapping[str, Any]) -> str:
    submitter = payload.get("submitter")
    return f" (submitted by {submitter})" if submitter else ""


def _retired(entry: Entry) -> str:
    return f"retired after {entry.payload['quiet_days']} quiet days{_submitted(entry.payload)}"


def _reactivated(entry: Entry) -> str:
    return f"taken up again because of a new {entry.payload['because']}"


def _compacted(entry: Entry) -> str:
    archives = entry.payload["archives"]
    tables = sum(one["tables"] for one in archives)
    batches = entry.payload["batches"]
    return f"{batches} batches compacted: {tables} tables in {len(archives)} archives{_submitted(entry.payload)}"


def _automation(entry: Entry) -> str:
    switch = switch_of(entry)
    state = "off" if switch.threshold is None else f"on from confidence {switch.threshold}"
    return f"automation for {switch.client} {state}: {switch.reason}{_submitted(entry.payload)}"


def _memory(entry: Entry) -> str:
    one = remembered_of(entry)
    return f"memory of {one.client}, version {one.version}: {one.rows} corrections teach"


_TOLD: Mapping[str, Callable[[Entry], str]] = {
    "dictionary": _dictionary,
    "batch": _batch,
    "materialization": _materialization,
    "decision": _decision,
    "run": _run,
    "publication": _publication,
    "retired": _retired,
    "reactivated": _reactivated,
    "compacted": _compacted,
    "automation": _automation,
    "memory": _memory,
}


def as_lines(entries: list[Entry]) -> list[str]:
    """Return a table with a line an entry; what was done stands last, so that long lines break nothing."""
    rows = [("seq", "kind", "as_of", "recorded_at", "actor", "did")]
    rows += [(str(one.seq), one.kind, iso(one.as_of), iso(one.recorded_at), one.actor, told(one)) for one in entries]
    shown = [[_visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)][:-1]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]) for row in shown]


def _visible(text: str) -> str:
    """Return text that cannot steer a terminal: names and reasons are written by others."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)

"""Asset checks of a lane. Blocking ones stand apart from the split, so that a failure stops only the accepted branch.

A failing row is no failing check: it is routed. Checks fail for broken machinery: something lost, doubled, unowned.
"""

from collections.abc import Callable, Sequence

import dagster as dg

from back_office_pipelines.chain.office import Office
from back_office_pipelines.defs.lanes import partitions_of
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.errors import LakeError
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.validation.conservation import lost_documents, lost_records

SHOWN = 10
Problems = Callable[[Office, Snapshot, BatchKey], list[str]]


def build_checks(dictionary: Dictionary) -> list[dg.AssetChecksDefinition]:
    """Return the checks of a lane, each kept per batch."""
    lane = dictionary.lane
    return [
        _check(lane, "intake", "sources_kept", "Every document lies in the vault as it came.", _sources_kept),
        _check(lane, "extracted", "documents_conserved", "Every document gave records or a reason, once.",
               _documents_conserved, blocking=True),
        _check(lane, "accepted", "records_conserved", "Every record is accepted, gated, held or rejected, once.",
               _records_conserved, blocking=True),
        _check(lane, "exceptions", "exceptions_owned", "Every open exception has a reason, an owner and a tier.",
               _exceptions_owned),
        _check(lane, "released", "released_once", "Every release is of an accepted record, once a revision.",
               _released_once),
    ]  # fmt: skip


def _check(
    lane: str, asset: str, name: str, description: str, problems: Problems, *, blocking: bool = False
) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey([lane, asset]),
        name=name,
        description=description,
        blocking=blocking,
        partitions_def=partitions_of(lane),
    )
    def one_check(context: dg.AssetCheckExecutionContext, back_office: dg.ResourceParam[Office]) -> dg.AssetCheckResult:
        key = (lane, context.partition_key)
        found = problems(back_office, back_office.snapshot(key), key)
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"problems": len(found), "first": dg.MetadataValue.md(_listed(found))},
        )

    return one_check


def _listed(problems: Sequence[str]) -> str:
    return "\n".join(f"- {problem}" for problem in problems[:SHOWN]) or "None."


def _sources_kept(office: Office, snapshot: Snapshot, key: BatchKey) -> list[str]:
    problems = []
    for row in snapshot.rows(key, "intake", "documents"):
        try:
            office.vault.read(row["content_hash"])
        except LakeError as problem:
            problems.append(str(problem))
    return problems


def _documents_conserved(office: Office, snapshot: Snapshot, key: BatchKey) -> list[str]:
    del office
    return lost_documents(
        snapshot.rows(key, "intake", "documents"),
        snapshot.rows(key, "extracted", "extractions"),
        snapshot.rows(key, "extracted", "extraction_findings"),
    )


def _records_conserved(office: Office, snapshot: Snapshot, key: BatchKey) -> list[str]:
    dictionary = office.bound_dictionary(snapshot.batch(*key).dictionary_fingerprint)
    return lost_records(
        snapshot.rows(key, "extracted", "extracted_records"),
        snapshot.rows(key, "validated", "record_states"),
        {name: snapshot.rows(key, "validated", record_table(dictionary, name)) for name in dictionary.records},
        snapshot.rows(key, "validated", "exceptions"),
    )


def _exceptions_owned(office: Office, snapshot: Snapshot, key: BatchKey) -> list[str]:
    del office
    return [
        f"exception {row['exception_id']} lacks a reason, an owner or a tier"
        for row in snapshot.rows(key, "validated", "exceptions")
        if not (row["reason_code"] and row["owner"] and row["tier"])
    ]


def _released_once(office: Office, snapshot: Snapshot, key: BatchKey) -> list[str]:
    del office
    states = snapshot.rows(key, "validated", "record_states")
    accepted = {(row["record_id"], row["revision"]) for row in states if row["state"] == "accepted"}
    earlier = {(row["record_id"], before) for row in states for before in range(1, row["revision"])}
    revisions = [(row["record_id"], row["revision"]) for row in snapshot.rows(key, "released", "releases")]
    doubled = {name for name, revision in revisions if revisions.count((name, revision)) > 1}
    return [
        *(f"revision {one[1]} of record {one[0]} is released but not accepted"
          for one in revisions if one not in accepted | earlier),
        *(f"record {name} is released twice" for name in sorted(doubled)),
        *(f"revision {one[1]} of record {one[0]} was never released, and the next is there"
          for one in sorted(earlier.difference(revisions))),
    ]  # fmt: skip

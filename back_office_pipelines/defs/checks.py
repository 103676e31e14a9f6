"""Asset checks of a lane: for every batch, whether anything was lost, doubled or left to nobody.

A failing row is no failing check: it is routed. Checks fail for broken machinery. All but one are part of the step that
makes their asset (a step of their own costs Dagster as much as a stage); `records_conserved` stands apart, because a
blocking check within the split would stop the exceptions too.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg

from back_office_pipelines.chain.office import Office
from back_office_pipelines.defs.partitions import partitions_of
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.errors import LakeError
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.validation.conservation import lost_documents, lost_records

SHOWN = 10


def check_specs(lane: str, asset: str) -> list[dg.AssetCheckSpec]:
    """Return the checks that an asset's own step makes."""
    return [check.spec(lane) for check in WITHIN if check.asset == asset]


def check_results(asset: str, office: Office, snapshot: Snapshot, key: BatchKey) -> list[dg.AssetCheckResult]:
    """Return what these checks find in the state once the stage is committed."""
    return [check.result(office, snapshot, key) for check in WITHIN if check.asset == asset]


def check_apart(lane: str) -> dg.AssetChecksDefinition:
    """Return the check that is a step of its own."""

    @dg.multi_asset_check(name=f"{lane}_{APART.name}", specs=[APART.spec(lane)])
    def one_check(context: dg.AssetCheckExecutionContext, back_office: dg.ResourceParam[Office]) -> dg.AssetCheckResult:
        key = (lane, context.partition_key)
        return APART.result(back_office, back_office.snapshot(key), key)

    return one_check


def _listed(problems: Sequence[str]) -> str:
    return "\n".join(f"- {problem}" for problem in problems[:SHOWN])


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
    doubled = {name for (name, _), times in Counter(revisions).items() if times > 1}
    return [
        *(f"revision {one[1]} of record {one[0]} is released but not accepted"
          for one in revisions if one not in accepted | earlier),
        *(f"record {name} is released twice" for name in sorted(doubled)),
        *(f"revision {one[1]} of record {one[0]} was never released, and the next is there"
          for one in sorted(earlier.difference(revisions))),
    ]  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One check of every batch of a lane.

    Attributes:
        asset: name of its asset, behind the lane's.
        problems: one sentence for each thing that is wrong with a batch.
        blocking: whether what comes after the asset waits until it passes.
    """

    asset: str
    name: str
    description: str
    problems: Callable[[Office, Snapshot, BatchKey], list[str]]
    blocking: bool = False

    def spec(self, lane: str) -> dg.AssetCheckSpec:
        """Return what Dagster knows of it; its verdicts are kept per batch."""
        with warnings.catch_warnings():
            # Partitions of checks are a preview in Dagster 1.13, and taken knowingly (tests/test_upstream.py).
            warnings.simplefilter("ignore", dg.PreviewWarning)
            return dg.AssetCheckSpec(
                self.name,
                asset=dg.AssetKey([lane, self.asset]),
                description=self.description,
                blocking=self.blocking,
                partitions_def=partitions_of(lane),
            )

    def result(self, office: Office, snapshot: Snapshot, key: BatchKey) -> dg.AssetCheckResult:
        """Return its verdict on a batch."""
        found = self.problems(office, snapshot, key)
        return dg.AssetCheckResult(
            asset_key=dg.AssetKey([key[0], self.asset]),
            check_name=self.name,
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"problems": len(found), **({"first": dg.MetadataValue.md(_listed(found))} if found else {})},
        )


WITHIN = (
    Check("intake", "sources_kept", "Every document lies in the vault as it came.", _sources_kept),
    Check("extracted", "documents_conserved", "Every document gave records or a reason, once.", _documents_conserved,
          blocking=True),
    Check("exceptions", "exceptions_owned", "Every open exception has a reason, an owner and a tier.",
          _exceptions_owned),
    Check("released", "released_once", "Every release is of an accepted record, once a revision.", _released_once),
)  # fmt: skip
APART = Check(
    "accepted", "records_conserved", "Every record is accepted, gated, held or rejected, once.", _records_conserved,
    blocking=True,
)  # fmt: skip

"""Failed batches in one place: a check of the asset `ledger/runs`, with cause and remedy of each."""

import dagster as dg

from back_office_pipelines.chain.failures import Failures, failed_table
from back_office_pipelines.chain.office import Office
from back_office_pipelines.defs.alarms import DIGEST, RUNS, as_result, digest
from back_office_pipelines.ledger.ledger import Ledger

CHECK = "no_batch_left_failed"


def failures_check() -> dg.AssetChecksDefinition:
    """Return the check that lists failed batches; the sensor `ledger_mirror` reports it too."""

    @dg.asset_check(
        asset=RUNS,
        name=CHECK,
        description="No batch is left with a failed run; those that are stand here with the cause and the remedy.",
    )
    def no_batch_left_failed(back_office: dg.ResourceParam[Office]) -> dg.AssetCheckResult:
        return as_result(evaluation(read_failures(back_office.ledger, Failures())))

    return no_batch_left_failed


def read_failures(ledger: Ledger, failures: Failures) -> Failures:
    """Read on the ends of runs that the ledger gained."""
    failures.read_on(ledger.entries("run", after=failures.through))
    return failures


def evaluation(failures: Failures) -> dg.AssetCheckEvaluation:
    """Return the failures that stand as Dagit shows them."""
    standing = list(failures.standing.values())
    table = failed_table(standing)
    return dg.AssetCheckEvaluation(
        asset_key=RUNS,
        check_name=CHECK,
        passed=not standing,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(standing)} batches or jobs are left failed" if standing else "No batch is left failed.",
        metadata={
            "failed": len(standing),
            "what_failed": dg.MetadataValue.md(table),
            DIGEST: digest(table),
        },
    )

"""Alarms: checks of the external asset `ledger/runs` that a sensor reports whenever what they say changes.

What belongs here: the asset, and telling whether Dagit shows an evaluation already. What does not: what is said
(`mirror`, `failures`).
"""

import hashlib

import dagster as dg

RUNS = dg.AssetKey(["ledger", "runs"])
DIGEST = "digest"
"""Metadata by which the sensor sees that Dagit shows this evaluation already."""


def runs_asset() -> dg.AssetSpec:
    """Return the external asset that stands for the runs in the ledger."""
    return dg.AssetSpec(
        key=RUNS,
        group_name="ledger",
        description="Runs that have ended, kept in the ledger: who launched what. Dagster may forget them.",
        kinds={"postgres"},
        owners=["team:ap-operations"],
    )


def digest(said: str) -> str:
    """Return what tells one evaluation from another that says something else."""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def as_result(evaluation: dg.AssetCheckEvaluation) -> dg.AssetCheckResult:
    """Return an evaluation as the result of its check, for when a person runs it in Dagit."""
    return dg.AssetCheckResult(
        passed=evaluation.passed,
        severity=evaluation.severity,
        description=evaluation.description,
        metadata=evaluation.metadata,
    )


def is_shown(instance: dg.DagsterInstance, evaluation: dg.AssetCheckEvaluation) -> bool:
    """Whether the newest evaluation in Dagit says this very thing; it may have been wiped like everything there."""
    record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(RUNS, evaluation.check_name))
    if record is None or record.event is None or record.event.dagster_event is None:
        return False
    shown = record.event.dagster_event.event_specific_data
    return isinstance(shown, dg.AssetCheckEvaluation) and shown.metadata.get(DIGEST) == evaluation.metadata[DIGEST]

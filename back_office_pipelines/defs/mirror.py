"""Dagster's runs mirrored in the ledger, and an alarm where Dagster knows less or more than it.

`back-office run` records the runs of its own process; what Dagit and the sensors launch, and what is left of processes
that died, the sensor here catches up with. Dagster forgetting is no failure (WARN); claiming more than the ledger is
(ERROR).
"""

from collections.abc import Iterable, Set
from dataclasses import replace

import dagster as dg

from back_office_pipelines.chain.agreement import (
    DagsterAsset,
    Disagreement,
    LedgerView,
    lacking_in_dagster,
    lacking_in_ledger,
    listed,
)
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.runs import record_runs
from back_office_pipelines.defs.alarms import DIGEST, RUNS, as_result, digest
from back_office_pipelines.defs.lanes import ASSET_OF_STAGE
from back_office_pipelines.defs.runs import read_ended, read_runs
from back_office_pipelines.ledger.ledger import Ledger

CHECK = "dagster_agrees"


def mirror_check() -> dg.AssetChecksDefinition:
    """Return the check that compares Dagster with the ledger; the sensor reports it too."""

    @dg.asset_check(
        asset=RUNS,
        name=CHECK,
        description="Dagster shows neither less (WARN: deleted, wiped) nor more (ERROR) than the ledger holds.",
    )
    def dagster_agrees(
        context: dg.AssetCheckExecutionContext, back_office: dg.ResourceParam[Office]
    ) -> dg.AssetCheckResult:
        found = mirror(context.instance, back_office.ledger, LedgerView(), back_office.contracts.lanes)
        return as_result(evaluation(found))

    return dagster_agrees


def mirror(instance: dg.DagsterInstance, ledger: Ledger, view: LedgerView, lanes: Iterable[str]) -> Disagreement:
    """Record the ended runs that the ledger lacks, then compare."""
    view.read_on(ledger.entries(after=view.through))
    catch_up(instance, ledger, view.ended)
    return compare(instance, ledger, view, lanes)


def catch_up(instance: dg.DagsterInstance, ledger: Ledger, recorded: Set[tuple[str, str]]) -> int:
    """Record every run that has ended and whose end the ledger lacks; return how many there were.

    Args:
        instance: Dagster's.
        ledger: ours.
        recorded: run id and status of the ends it has.
    """
    missing = {run_id for run_id, _ in read_runs(instance).ended - recorded}
    return sum(record_runs(ledger, runs) for runs in read_ended(instance, sorted(missing)))


def compare(instance: dg.DagsterInstance, ledger: Ledger, view: LedgerView, lanes: Iterable[str]) -> Disagreement:
    """Return where Dagster and the ledger differ, and change neither.

    The order of reading keeps work under way from looking like a disagreement: see `chain/agreement.py`.

    Args:
        instance: Dagster's.
        ledger: ours.
        view: what was read of the ledger before.
        lanes: lanes in use; those of the ledger are compared as well.
    """
    view.read_on(ledger.entries(after=view.through))
    runs = read_runs(instance)
    assets = _assets(instance, {*lanes, *(lane for lane, _ in view.made)})
    less = lacking_in_dagster(view, runs, assets)
    view.read_on(ledger.entries(after=view.through))
    more = lacking_in_ledger(view, runs, assets)
    return replace(less, unrecorded=more.unrecorded, unbacked=more.unbacked)


def _assets(instance: dg.DagsterInstance, lanes: Iterable[str]) -> list[DagsterAsset]:
    return [
        DagsterAsset(lane, stage, name, frozenset(instance.get_materialized_partitions(dg.AssetKey([lane, name]))))
        for lane in sorted(lanes)
        for stage, names in ASSET_OF_STAGE.items()
        for name in names
    ]


def evaluation(found: Disagreement) -> dg.AssetCheckEvaluation:
    """Return a disagreement as Dagit shows it: how many of each kind, and the first few names."""
    return dg.AssetCheckEvaluation(
        asset_key=RUNS,
        check_name=CHECK,
        passed=not (found.knows_less or found.knows_more),
        severity=dg.AssetCheckSeverity.ERROR if found.knows_more else dg.AssetCheckSeverity.WARN,
        description="; ".join(found.sentences()) or "Dagster shows what the ledger holds.",
        metadata={
            **{name: len(names) for name, names in vars(found).items()},
            **{f"{name}_first": listed(names) for name, names in vars(found).items() if names},
            DIGEST: digest(repr(found)),
        },
    )

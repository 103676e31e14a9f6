"""The assets of a lane, built from its dictionary: intake → extracted → {accepted, exceptions} → released, worklist.

Every asset is one step of `chain/steps.py` on the batch of its partition. The split is one multi-asset, because two
assets would compute it twice and could disagree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import dagster as dg

from back_office_pipelines import __version__
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.steps import Step, page_file, run_step, worklist_file
from back_office_pipelines.defs.checks import check_results, check_specs
from back_office_pipelines.defs.metadata import batch_metadata, made_metadata, split_metadata, worklist_metadata
from back_office_pipelines.defs.partitions import partitions_of
from back_office_pipelines.defs.resources import Clock, Inbox
from back_office_pipelines.defs.runs import launch_of_run
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey, Materialization, Stage
from back_office_pipelines.review.worklist import COLUMNS as WORKLIST_COLUMNS
from back_office_pipelines.storage.tables import Table, fixed_tables

if TYPE_CHECKING:
    # Dagster does not export the type that define_asset_job returns.
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

Job: TypeAlias = "UnresolvedAssetJobDefinition"
ASSET_OF_STAGE: Mapping[Stage, tuple[str, ...]] = {
    "intake": ("intake",),
    "extracted": ("extracted",),
    "validated": ("accepted", "exceptions"),
    "released": ("released",),
    "worklist": ("worklist",),
}
"""Asset names of each stage, behind the lane's name."""

DECISIONS = dg.AssetKey(["ledger", "decisions"])


def asset_keys(lane: str, stages: tuple[Stage, ...]) -> list[dg.AssetKey]:
    """Return the asset keys of some stages of a lane."""
    return [dg.AssetKey([lane, name]) for stage in stages for name in ASSET_OF_STAGE[stage]]


def lane_job_name(lane: str) -> str:
    """Return the name of the job that walks a batch through its lane."""
    return f"{lane}_batch"


@dataclass(frozen=True)
class StageAsset:
    """What Dagit shows of a stage that is one asset."""

    stage: Stage
    after: str | None
    kinds: frozenset[str]
    table: str | None
    description: str


SINGLE: tuple[StageAsset, ...] = (
    StageAsset(
        "intake", None, frozenset({"python"}), "documents",
        "Files of the batch kept in the vault; count and checksums held against the manifest.",
    ),
    StageAsset(
        "extracted", "intake", frozenset({"pdf", "pandas"}), "field_values",
        "Documents read: every value with raw text, canonical value, confidence and place.",
    ),
    StageAsset(
        "released", "accepted", frozenset({"csv"}), "releases",
        "Accepted records handed to the client, once and for good, with a delivery file.",
    ),
    StageAsset(
        "worklist", "exceptions", frozenset({"csv"}), None,
        "Open exceptions of the batch as a file that people fill in.",
    ),
)  # fmt: skip


def build_lane(dictionary: Dictionary) -> list[dg.AssetsDefinition]:
    """Return the assets of a lane.

    Args:
        dictionary: newest version; batches keep the version they are bound to, this one only describes the assets.
    """
    return [*(_single(dictionary, shown) for shown in SINGLE), _split(dictionary)]


def lane_job(dictionary: Dictionary) -> Job:
    """Return the job that walks a batch through its lane."""
    return dg.define_asset_job(
        lane_job_name(dictionary.lane),
        selection=dg.AssetSelection.groups(dictionary.lane),
        description=f"{dictionary.identity.title}: one batch from inbox to release. Launched by the inbox sensor.",
        executor_def=dg.in_process_executor,
        tags={"lane": dictionary.lane},
    )


def _single(dictionary: Dictionary, shown: StageAsset) -> dg.AssetsDefinition:
    lane = dictionary.lane

    @dg.asset(
        key=dg.AssetKey([lane, shown.stage]),
        deps=[dg.AssetKey([lane, shown.after])] if shown.after else [],
        partitions_def=partitions_of(lane),
        group_name=lane,
        description=shown.description,
        kinds=set(shown.kinds),
        owners=[dictionary.identity.owner],
        tags={"lane": lane},
        code_version=_code_version(dictionary),
        metadata=_table_metadata(fixed_tables()[shown.table]) if shown.table else _worklist_columns(),
        check_specs=check_specs(lane, shown.stage),
    )
    def one_stage(
        context: dg.AssetExecutionContext, back_office: dg.ResourceParam[Office], clock: Clock, inbox: Inbox
    ) -> Iterator[dg.MaterializeResult[Any]]:
        made = _run(context, lane, shown.stage, back_office, clock, inbox)
        key = (lane, context.partition_key)
        snapshot = back_office.snapshot(key)
        own = _OWN_METADATA.get(shown.stage)
        metadata = made_metadata(made) | (own(back_office, snapshot, key) if own else {})
        yield dg.MaterializeResult(
            metadata=metadata,
            data_version=dg.DataVersion(made.output_hash),
            check_results=check_results(shown.stage, back_office, snapshot, key),
        )

    return one_stage


def _split(dictionary: Dictionary) -> dg.AssetsDefinition:
    lane = dictionary.lane

    def spec(name: str, description: str, table: Table, kinds: set[str]) -> dg.AssetSpec:
        return dg.AssetSpec(
            key=dg.AssetKey([lane, name]),
            deps=[dg.AssetKey([lane, "extracted"]), DECISIONS],
            group_name=lane,
            description=description,
            kinds=kinds,
            owners=[dictionary.identity.owner],
            tags={"lane": lane},
            code_version=_code_version(dictionary),
            metadata=_table_metadata(table),
        )

    @dg.multi_asset(
        name=f"{lane}_validated",
        partitions_def=partitions_of(lane),
        specs=[
            spec("accepted", "Records that passed every control, typed by the field dictionary.",
                 record_table(dictionary, dictionary.header), {"pandera", "parquet"}),
            spec("exceptions", "What failed: one row a subject, rule and field, with reason, owner, tier and state.",
                 fixed_tables()["exceptions"], {"pandera", "parquet"}),
        ],
        check_specs=[spec for name in ASSET_OF_STAGE["validated"] for spec in check_specs(lane, name)],
    )  # fmt: skip
    def validated(
        context: dg.AssetExecutionContext, back_office: dg.ResourceParam[Office], clock: Clock, inbox: Inbox
    ) -> Iterator[dg.MaterializeResult[Any]]:
        made = _run(context, lane, "validated", back_office, clock, inbox)
        key = (lane, context.partition_key)
        snapshot = back_office.snapshot(key)
        batch, exceptions = snapshot.batch(*key), snapshot.rows(key, "validated", "exceptions")
        for name in ASSET_OF_STAGE["validated"]:
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey([lane, name]),
                metadata=split_metadata(name, made, batch, exceptions),
                data_version=dg.DataVersion(made.output_hash),
                check_results=check_results(name, back_office, snapshot, key),
            )

    return validated


def _of_batch(office: Office, snapshot: Snapshot, key: BatchKey) -> dict[str, Any]:
    del office
    return batch_metadata(snapshot.batch(*key))


def _of_worklist(office: Office, snapshot: Snapshot, key: BatchKey) -> dict[str, Any]:
    del snapshot
    return worklist_metadata(worklist_file(office.settings, key), page_file(office.settings, key))


_OWN_METADATA: Mapping[Stage, Callable[[Office, Snapshot, BatchKey], dict[str, Any]]] = {
    "intake": _of_batch,
    "worklist": _of_worklist,
}
"""What Dagit shows of single stages beside what every materialization carries."""


def _run(
    context: dg.AssetExecutionContext, lane: str, stage: Stage, office: Office, clock: Clock, inbox: Inbox
) -> Materialization:
    batch_id = context.partition_key
    folder = Path(inbox.folder) if inbox.folder else office.settings.inbox
    step = Step(
        office=office,
        lane=lane,
        batch_id=batch_id,
        as_of=clock.moment,
        run_id=context.run.run_id,
        actor=launch_of_run(context.run).actor,
    )
    return run_step(step, stage, Arrival(lane, batch_id, folder / lane / batch_id))


def _code_version(dictionary: Dictionary) -> str:
    return f"{__version__}+{dictionary.fingerprint[:12]}"


def _worklist_columns() -> dict[str, Any]:
    return {"dagster/column_schema": dg.TableSchema([dg.TableColumn(name, "text") for name in WORKLIST_COLUMNS])}


def _table_metadata(table: Table) -> dict[str, Any]:
    columns = [dg.TableColumn(column.name, column.duckdb, description=column.comment) for column in table.columns]
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": table.name}

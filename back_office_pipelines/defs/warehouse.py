"""The warehouse: one step that publishes the next version, with an asset a measure so that each can be followed."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from back_office_pipelines import __version__
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import publish
from back_office_pipelines.defs.lanes import DECISIONS, Job
from back_office_pipelines.defs.metadata import measure_metadata
from back_office_pipelines.defs.resources import Clock
from back_office_pipelines.defs.runs import launch_of_run
from back_office_pipelines.measures.registry import Measure, measures

JOB_NAME = "publish_warehouse"
GROUP = "measures"
OWNER = "team:measures"


def measure_key(name: str) -> dg.AssetKey:
    """Return the asset key of a measure."""
    return dg.AssetKey([GROUP, name])


def build_warehouse(lanes: Sequence[str]) -> dg.AssetsDefinition:
    """Return the publishing step, with one asset a measure.

    Args:
        lanes: lanes whose released records and exceptions the measures read.
    """
    upstream = [dg.AssetKey([lane, name]) for lane in lanes for name in ("released", "exceptions")]

    @dg.multi_asset(
        name="warehouse",
        specs=[_spec(measure, [*upstream, DECISIONS]) for measure in measures().values()],
    )
    def publish_warehouse(
        context: dg.AssetExecutionContext, back_office: dg.ResourceParam[Office], clock: Clock
    ) -> Iterator[dg.MaterializeResult[Any]]:
        published = publish(back_office, clock.moment, context.run.run_id, launch_of_run(context.run).actor)
        warehouse, number = back_office.warehouse.published, published.number
        for name, rows in published.rows.items():
            yield dg.MaterializeResult(
                asset_key=measure_key(name),
                metadata=measure_metadata(warehouse, measures()[name], rows, number, clock.moment),
            )

    return publish_warehouse


def warehouse_job() -> Job:
    """Return the job that publishes."""
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.groups(GROUP),
        description="Publishes the next version of the DuckDB file that analysts open.",
        executor_def=dg.in_process_executor,
    )


def _spec(measure: Measure, upstream: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(column.name, column.duckdb, description=column.comment) for column in measure.table.columns
    ]
    return dg.AssetSpec(
        key=measure_key(measure.name),
        deps=upstream,
        group_name=GROUP,
        description=f"{measure.title}. {measure.description}",
        kinds={"duckdb", "sql"},
        owners=[OWNER],
        code_version=f"{__version__}+{measure.sql_hash[:12]}",
        metadata={
            "dagster/column_schema": dg.TableSchema(columns),
            "dagster/table_name": f"back_office.measures.{measure.name}",
            "definition_version": str(measure.definition_version),
        },
    )

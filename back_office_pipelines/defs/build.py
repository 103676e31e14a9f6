"""Putting the definitions together: every lane of the dictionaries folder, warehouse, sweep, sensors, resources."""

import dagster as dg

from back_office_pipelines.defs.alarms import runs_asset
from back_office_pipelines.defs.checks import check_apart
from back_office_pipelines.defs.failures import failures_check
from back_office_pipelines.defs.lanes import DECISIONS, build_lane, lane_job
from back_office_pipelines.defs.mirror import mirror_check
from back_office_pipelines.defs.resources import BackOffice, Clock, Inbox
from back_office_pipelines.defs.retire import retire_job, retire_schedule
from back_office_pipelines.defs.sensors import inbox_sensor, ledger_mirror, publish_sensor
from back_office_pipelines.defs.sweep import sweep_job, sweep_schedule
from back_office_pipelines.defs.warehouse import build_warehouse, warehouse_job
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.settings import load_settings


def build_definitions() -> dg.Definitions:
    """Return everything Dagit shows.

    Raises:
        DictionaryError: a dictionary or exhibit breaks its format; the code location then says which and where.
    """
    settings = load_settings()
    contracts = load_contracts(settings.dictionaries, settings.lanes)
    dictionaries = [*(versions[-1] for versions in contracts.lanes.values()), contracts.intake]
    jobs = [lane_job(dictionary) for dictionary in dictionaries]
    return dg.Definitions(
        assets=[
            _decisions(),
            runs_asset(),
            *(asset for dictionary in dictionaries for asset in build_lane(dictionary)),
            build_warehouse([dictionary.lane for dictionary in dictionaries]),
        ],
        asset_checks=[
            mirror_check(),
            failures_check(),
            *(check_apart(dictionary.lane) for dictionary in dictionaries),
        ],
        jobs=[*jobs, warehouse_job(), sweep_job(), retire_job()],
        schedules=[sweep_schedule(), retire_schedule()],
        sensors=[
            inbox_sensor(jobs, [dictionary.lane for dictionary in dictionaries]),
            publish_sensor(),
            ledger_mirror(),
        ],
        executor=dg.in_process_executor,
        resources={
            "back_office": BackOffice(postgres_url=dg.EnvVar("BACK_OFFICE_POSTGRES_URL")),
            "clock": Clock(),
            "inbox": Inbox(),
        },
    )


def _decisions() -> dg.AssetSpec:
    return dg.AssetSpec(
        key=DECISIONS,
        group_name="ledger",
        description="Decisions of people, recorded by `back-office decide`; validation reads those in force.",
        kinds={"postgres"},
        owners=["team:ap-operations"],
    )

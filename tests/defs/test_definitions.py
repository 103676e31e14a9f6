"""What Dagit loads: loadable as a whole, and spelled out by hand so that a lost asset or check is seen."""

import dagster as dg
import pytest

from back_office_pipelines.chain.registration import Due
from back_office_pipelines.definitions import defs
from back_office_pipelines.defs.metadata import totals_table, worst_reasons
from back_office_pipelines.defs.partitions import partitions_of
from back_office_pipelines.defs.sensors import run_request
from back_office_pipelines.reports.batch_page import control_totals
from tests.scenario import batch

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def test_the_code_location_loads_as_a_whole(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_assets_groups_owners_and_partitions(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    lane = {"intake", "extracted", "accepted", "exceptions", "released", "worklist"}
    names = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert {f"ap_invoices/{name}" for name in lane} | {"ledger/decisions", "ledger/runs"} <= names
    assert {
        f"measures/{name}"
        for name in ("first_pass_yield", "turnaround", "sla_variance", "exceptions", "critical_field_accuracy")
    } <= names
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.group_name == key.path[0]
        assert node.owners, key
        assert node.kinds, key
        assert node.description, key
        assert (node.partitions_def == partitions_of("ap_invoices")) == (key.path[0] == "ap_invoices")


def test_two_checks_block_and_the_one_of_the_split_stands_apart(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    specs = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    checks = {(spec.asset_key.path[-1], spec.name): spec.blocking for spec in specs}
    apart = {check.name for one in definitions.asset_checks or () for check in one.check_specs}
    assert apart == {"records_conserved", "dagster_agrees", "no_batch_left_failed"}
    assert checks == {
        ("intake", "sources_kept"): False,
        ("extracted", "documents_conserved"): True,
        ("accepted", "records_conserved"): True,
        ("exceptions", "exceptions_owned"): False,
        ("released", "released_once"): False,
        ("runs", "dagster_agrees"): False,
        ("runs", "no_batch_left_failed"): False,
    }


def test_jobs_sensors_and_schedules(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert {"ap_invoices_batch", "publish_warehouse", "sweep", "retire"} <= set(repository.job_names)
    schedules = {schedule.name: (schedule.job_name, schedule.default_status) for schedule in repository.schedule_defs}
    assert schedules == {
        "sweep_weekly": ("sweep", dg.DefaultScheduleStatus.STOPPED),
        "retire_weekly": ("retire", dg.DefaultScheduleStatus.STOPPED),
    }
    assert all(one.description for one in (*repository.schedule_defs, *repository.sensor_defs))
    sensors = {sensor.name: sensor.default_status for sensor in repository.sensor_defs}
    assert sensors == {
        "inbox": dg.DefaultSensorStatus.STOPPED,
        "publish_on_change": dg.DefaultSensorStatus.STOPPED,
        "ledger_mirror": dg.DefaultSensorStatus.STOPPED,
    }


def test_a_run_request_names_the_work_once() -> None:
    due = Due(batch(), ("validated", "released"), 7)
    request = run_request(due)
    assert request.run_key == "ap_invoices/b1/1/7"
    assert request.partition_key == "b1"
    assert [key.path[-1] for key in request.asset_selection or ()] == ["accepted", "exceptions", "released"]


def test_worst_reasons_are_the_open_ones_by_tier_and_then_by_number() -> None:
    def row(code: str, state: str) -> dict[str, str]:
        return {"reason_code": code, "tier": "high" if code == "H" else "low", "owner": "clerk", "state": state}

    rows = [row("A", "open"), row("B", "open"), row("B", "triaged"), row("C", "resolved"), row("H", "open")]
    assert worst_reasons(rows).splitlines()[2:] == [
        "| H | high | clerk | 1 |",
        "| B | low | clerk | 2 |",
        "| A | low | clerk | 1 |",
    ]
    assert worst_reasons([row("C", "resolved")]) == "No open exceptions."


def test_control_totals_are_shown_beside_what_the_records_add_up_to() -> None:
    declared = {"USD": {"gross_total": "12.00", "net_total": "10.00"}}
    failed = {
        "rule": "control_total_USD", "field": "gross_total", "reason_code": "CONTROL_TOTAL", "observed": "11.00 USD",
        "resolution": None,
    }  # fmt: skip
    assert totals_table(control_totals(declared, [failed])).splitlines()[2:] == [
        "| USD | gross_total | 12.00 | 11.00 USD |",
        "| USD | net_total | 10.00 | the same |",
    ]
    assert control_totals(declared, [failed | {"resolution": "superseded"}])[0].found is None
    assert totals_table([]) == "The manifest declares none."

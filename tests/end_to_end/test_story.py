"""One story through real Dagster, real Postgres and real DuckDB: deliver, run, decide, run, measure, look again."""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

import dagster as dg
import duckdb
import pytest

from back_office_pipelines.chain.history import as_json, history
from back_office_pipelines.cli.console import opened_office
from back_office_pipelines.cli.jobs import dagster_disagreements
from back_office_pipelines.review.lines import REQUIRED_COLUMNS
from back_office_pipelines.samples import Written
from back_office_pipelines.samples.world.truth import read_truth
from back_office_pipelines.settings import load_settings
from tests.end_to_end.office import Outside

pytestmark = pytest.mark.server
LATER = "2026-11-20T16:00:00Z"


def decide(office: Outside, lines: list[Mapping[str, str]], expect: int = 0) -> str:
    path = office.data / "decisions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*REQUIRED_COLUMNS, "sample_id"])
        writer.writeheader()
        writer.writerows({name: line.get(name, "") for name in (*REQUIRED_COLUMNS, "sample_id")} for line in lines)
    return office.call("decide", str(path), "--as-of", LATER, expect=expect)


def test_a_run_loses_nothing_and_says_what_the_warehouse_says(undisturbed: Outside, samples: Written) -> None:
    ((documents,),) = undisturbed.query("SELECT count(*) FROM controls.documents")
    assert documents == samples.documents
    ((records, released, held, gated),) = undisturbed.query(
        "SELECT count(*), count(*) FILTER (state = 'released'), count(*) FILTER (state = 'held'),"
        " count(*) FILTER (state = 'gated') FROM controls.records"
    )
    assert records == samples.records == released + held + gated
    again = undisturbed.run()
    counts = {"documents": documents, "records": records, "released": released, "held": held, "gated": gated}
    for name, count in counts.items():
        assert any(line.split() == [name, str(count)] for line in again.splitlines()), again
    assert "of the records released in 2026-11: " in again  # a figure names its month


def test_planted_faults_are_held_for_their_reasons(undisturbed: Outside, samples: Written) -> None:
    planted = [one for one in read_truth(samples.truth.parent).documents.values() if one.fault is not None]
    found = undisturbed.query(
        "SELECT path, exceptions.reason_code FROM controls.exceptions JOIN controls.record_states USING (record_id)"
        " JOIN controls.documents ON documents.document_id = record_states.document_id"
        " WHERE documents.batch_id = 'showcase-faulty' ORDER BY ALL"
    )
    assert found == sorted((one.path, code) for one in planted if one.fault for code in one.fault.codes)
    assert {code for _, code in found} == {"MISSING", "TOTALS_DISAGREE"}


def test_every_released_record_is_in_a_delivery_file_once(undisturbed: Outside) -> None:
    delivered = [
        row["record_id"]
        for path, content in undisturbed.deliveries().items()
        if path.endswith("invoice.csv")
        for row in csv.DictReader(content.decode().splitlines())
    ]
    released = [name for (name,) in undisturbed.query("SELECT record_id FROM controls.releases")]
    assert sorted(delivered) == sorted(released)
    assert undisturbed.query("SELECT count(*) FROM records.ap_invoices_invoice") == [(len(released),)]


def test_a_second_run_has_nothing_to_do(undisturbed: Outside) -> None:
    before = (undisturbed.lake_files(), undisturbed.warehouse_rows())
    assert "running" not in undisturbed.run()
    assert (undisturbed.lake_files(), undisturbed.warehouse_rows()) == before


def test_who_launched_what_is_published(undisturbed: Outside) -> None:
    runs = undisturbed.query(
        "SELECT job, launched_by, status, count(DISTINCT batch_id), count(*) FROM controls.runs"
        " WHERE actor = submitter AND as_of < started_at AND created_at <= started_at AND started_at <= ended_at"
        " GROUP BY ALL"
    )
    assert runs == [("ap_invoices_batch", "cli", "success", 3, 3)]
    assert undisturbed.runs_without_an_end() == []


def test_no_server_outlives_its_last_user(undisturbed: Outside) -> None:
    assert undisturbed.servers() == ""


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory, samples: Written) -> Iterator[Outside]:
    """A back office in which people decided on what was held, and QA read some records."""
    office = Outside(tmp_path_factory.mktemp("decided"), samples.inbox)
    office.run()
    reader = duckdb.connect(str(office.data / "warehouse" / "back_office.duckdb"), read_only=True)
    before = reader.execute("SELECT count(*) FROM controls.decisions").fetchall()
    wrong = {row["reason_code"]: row for row in office.worklist() if row["batch_id"] == "showcase-faulty"}
    accepted = office.query(
        "SELECT record_id, gross_total::VARCHAR FROM records.ap_invoices_invoice ORDER BY 1 LIMIT 4"
    )
    scored = [
        {"actor": "quinn", "role": "qa_keyer", "action": "qa_score", "target": record, "field": "gross_total",
         "value": gross if number else "1.00", "sample_id": "draw-1"}
        for number, (record, gross) in enumerate(accepted)
    ]  # fmt: skip
    output = decide(
        office,
        [
            {"actor": "ada", "role": "supervisor", "action": "override", "target": wrong["TOTALS_DISAGREE"]["target"],
             "reason": "seller confirmed the total"},
            {"decided_at": "2026-11-20T13:00:00Z", "actor": "bo", "role": "clerk", "action": "query_client",
             "target": wrong["MISSING"]["target"], "reason": "who is the seller?"},
            {"decided_at": "2026-11-20T15:00:00Z", "actor": "bo", "role": "clerk", "action": "client_answered",
             "target": wrong["MISSING"]["target"]},
            {"actor": "bo", "role": "clerk", "action": "correct", "target": wrong["MISSING"]["target"],
             "value": "Quarz & Bruder OHG"},
            {"actor": "bo", "role": "clerk", "action": "override", "target": wrong["TOTALS_DISAGREE"]["target"],
             "reason": "not mine to decide"},
            *scored,
        ],
        expect=1,
    )  # fmt: skip
    assert "8 recorded, 0 already recorded, 1 refused" in output
    assert "no right to decide TOTALS_DISAGREE" in output
    office.run(LATER)
    assert reader.execute("SELECT count(*) FROM controls.decisions").fetchall() == before == [(0,)]
    reader.close()
    return office


def test_decisions_release_what_they_cleared(decided: Outside) -> None:
    assert decided.query(
        "SELECT e.reason_code, e.resolution, r.state, r.first_pass, r.straight_through FROM controls.exceptions e"
        " JOIN controls.records r USING (record_id) WHERE resolution IS NOT NULL ORDER BY 1"
    ) == [
        ("MISSING", "corrected", "released", False, False),
        ("TOTALS_DISAGREE", "overridden", "released", False, False),
    ]
    assert decided.query(
        "SELECT date_diff('minute', since, until), date_diff('minute', opened_at, triaged_at)"
        " FROM controls.client_waits JOIN controls.exceptions USING (exception_id)"
    ) == [(120, 60)]
    assert decided.query(
        "SELECT count(*) FROM records.ap_invoices_invoice WHERE seller_name = 'Quarz & Bruder OHG'"
    ) == [(1,)]


def test_measures_measure_what_happened(decided: Outside) -> None:
    everything = "period = 'month' AND client = 'all' AND entity = 'all' AND lane = 'all' AND priority = 'all'"
    ((completed, first_pass, value),) = decided.query(
        f"SELECT completed, first_pass, first_pass_yield FROM measures.first_pass_yield WHERE {everything}"
    )
    assert first_pass == completed - 2
    assert value == pytest.approx(first_pass / completed)
    assert decided.query(
        f"SELECT inspected, correct, raw_accuracy FROM measures.critical_field_accuracy WHERE {everything}"
    ) == [(4, 3, 0.75)]
    ((opened, resolved, left),) = decided.query(
        f"SELECT opened, resolved, open_at_end FROM measures.exceptions WHERE {everything} AND opened > 0"
    )
    assert (resolved, left) == (2, opened - 2)
    terms = {term for (term,) in decided.query("SELECT DISTINCT sla_term FROM measures.sla_variance")}
    assert {"turnaround_median", "turnaround_p90", "first_pass_yield", "critical_field_accuracy"} <= terms
    assert decided.query("SELECT count(*) FROM measures.turnaround WHERE completed = 0") == [(0,)]


def test_a_version_is_whole_and_the_next_connect_sees_it(decided: Outside) -> None:
    link = decided.data / "warehouse" / "back_office.duckdb"
    assert link.is_symlink()
    assert decided.query("SELECT count(*) FROM controls.decisions") == [(8,)]


def test_the_same_decisions_again_are_already_recorded(decided: Outside) -> None:
    output = decided.call("decide", str(decided.data / "decisions.csv"), "--as-of", LATER, expect=1)
    assert "0 recorded, 8 already recorded, 1 refused" in output


def test_a_changed_folder_and_an_unusable_manifest_are_refused_and_the_rest_goes_on(
    tmp_path: Path, samples: Written
) -> None:
    inbox = tmp_path / "inbox"
    for name, manifest in (
        ("good", 'client: northwind\nreceived_at: "2026-11-20T05:00:00Z"\n'),
        ("bad", "client: [\n"),
    ):
        folder = inbox / "ap_invoices" / name
        folder.mkdir(parents=True)
        (folder / "nothing.xml").write_text("", encoding="utf-8")
        (folder / "manifest.yaml").write_text(manifest, encoding="utf-8")
    office = Outside(tmp_path / "data", inbox)
    output = office.run(expect=1)
    assert "bad" in output
    assert office.query("SELECT lane, client FROM controls.batches ORDER BY 1") == [
        ("_intake", "(none)"),
        ("ap_invoices", "northwind"),
    ]
    assert office.query("SELECT reason_code, subject_kind, owner FROM controls.exceptions ORDER BY 1") == [
        ("EMPTY_FILE", "document", "intake"),
        ("MANIFEST_INVALID", "batch", "intake"),
    ]
    assert office.query(
        "SELECT open_exceptions FROM measures.exception_aging WHERE lane = '_intake' AND client = '(none)'"
        " AND entity = '(none)' AND priority = 'standard' AND open_exceptions > 0"
    )
    assert "MANIFEST_INVALID" in {row["reason_code"] for row in office.worklist()}
    (inbox / "ap_invoices" / "good" / "more.xml").write_text("<a/>", encoding="utf-8")
    assert "the first content stays in force" in office.run(expect=1)
    assert office.query("SELECT count(*) FROM controls.documents") == [(1,)]


def test_an_as_of_time_before_what_is_in_force_is_refused(undisturbed: Outside) -> None:
    output = undisturbed.call("run", "--inbox", str(undisturbed.inbox), "--as-of", "2026-11-20", expect=2)
    assert "no offset" in output


def test_verification_finds_every_kind_of_tampering(decided: Outside) -> None:
    assert "0 problems" in decided.call("audit", "verify")
    lake_file = next(iter(sorted((decided.data / "lake").rglob("field_values/*/*.parquet"))))
    vault_file = next(path for path in sorted((decided.data / "vault").rglob("*")) if path.is_file())
    checkpoint = max((decided.data / "checkpoints").glob("*.json"))
    for path, change, problems in (
        (lake_file, b"x", 1),
        (vault_file, b"forged", 1),
        (checkpoint, b'{"entries": 9999, "head_hash": ""}', 2),  # what it says is wrong, what it should say is gone
    ):
        before = path.read_bytes()
        path.write_bytes(change)
        assert f"{problems} problems" in decided.call("audit", "verify", expect=1)
        path.write_bytes(before)
    lake_file.rename(lake_file.with_suffix(".gone"))
    assert str(lake_file) in decided.call("audit", "verify", expect=1).replace("\n", "")
    lake_file.with_suffix(".gone").rename(lake_file)


def test_what_dagster_forgets_stays_in_the_ledger(decided: Outside) -> None:
    ((record, batch_id),) = decided.query("SELECT record_id, batch_id FROM controls.decisions WHERE action = 'correct'")
    with mock.patch.dict(os.environ, decided.environment()), opened_office(load_settings()) as office:
        before = [[as_json(entry) for entry in history(office, name)] for name in (f"ap_invoices/{batch_id}", record)]
        assert dagster_disagreements(office) == []
        with dg.DagsterInstance.get() as instance:
            for run_id in instance.get_run_ids():
                instance.delete_run(run_id)
            instance.wipe_assets(list(instance.all_asset_keys()))
            assert instance.get_run_ids() == []
        runs, wiped = dagster_disagreements(office)
        assert [
            [as_json(entry) for entry in history(office, name)] for name in (f"ap_invoices/{batch_id}", record)
        ] == before
        whole = len(office.ledger.entries())
    assert "runs of the ledger that Dagster no longer has" in runs
    assert "materializations of the ledger that Dagster lacks" in wiped
    output = decided.call("audit", "verify")
    assert f"Notice: {runs}" in output
    assert f"{whole} ledger entries and the files they name: 0 problems." in output
    assert json.loads(decided.call("audit", "history", record, "--format", "json")) == before[1]
    kinds = [act["kind"] for act in before[1]]
    assert [kinds.count(kind) for kind in ("dictionary", "batch", "decision", "run", "publication")] == [1, 1, 3, 2, 2]
    assert kinds.count("materialization") == 8
    assert {act["seq"] for act in before[1]} < {act["seq"] for act in before[0]}

"""Who launched a run by its tags, which batch it was about, and that its end is recorded once, whoever is first."""

import threading

import pytest

from back_office_pipelines.chain.runs import SUBMITTER_TAG, as_of_of_run, batch_of_run, launch_of, record_runs, run_rows
from back_office_pipelines.ledger.ledger import Ledger
from tests.ledger.test_runs import entry, run
from tests.scenario import NOON

OURS = {"back_office/actor": "ada", SUBMITTER_TAG: "bo"}


@pytest.mark.parametrize(
    ("tags", "in_process", "expected"),
    [
        (OURS, True, ("ada", "bo", "cli")),
        ({}, True, ("dagster", None, "cli")),
        (OURS, False, ("ada", None, "dagit")),
        ({"user": "cy"}, False, ("cy", None, "dagit")),
        ({"back_office/actor": ""}, False, ("dagster", None, "dagit")),
        ({"back_office/actor": "inbox_sensor", "dagster/sensor_name": "inbox"}, False,
         ("inbox_sensor", None, "sensor inbox")),
        ({"dagster/schedule_name": "nightly"}, False, ("dagster", None, "schedule nightly")),
        ({"dagster/backfill": "abc"}, False, ("dagster", None, "backfill abc")),
        (OURS | {"dagster/parent_run_id": "r0", "user": "cy", "dagster/sensor_name": "inbox"}, False,
         ("dagster", None, "dagit")),
    ],
)  # fmt: skip
def test_who_launched_a_run(tags: dict[str, str], in_process: bool, expected: tuple[str, str | None, str]) -> None:
    launch = launch_of(tags, in_process=in_process)
    assert (launch.actor, launch.submitter, launch.launched_by) == expected


@pytest.mark.parametrize(
    ("tags", "assets", "expected"),
    [
        ({"lane": "l", "dagster/partition": "b"}, [], ("l", "b")),
        ({"dagster/partition": "b"}, [("l", "intake"), ("l", "extracted")], ("l", "b")),
        ({"dagster/partition": "b"}, [("l", "intake"), ("m", "intake")], (None, "b")),
        ({"dagster/partition": "b"}, [], (None, "b")),
        ({}, [("measures", "turnaround")], (None, None)),
    ],
)
def test_which_batch_a_run_was_about(
    tags: dict[str, str], assets: list[tuple[str, str]], expected: tuple[str | None, str | None]
) -> None:
    assert batch_of_run(tags, assets) == expected


def test_an_as_of_time_typed_wrongly_stops_nothing() -> None:
    assert as_of_of_run({"back_office/as_of": "2026-11-20T12:00:00Z"}) == NOON
    assert as_of_of_run({"back_office/as_of": "yesterday"}) is None
    assert as_of_of_run({}) is None


def test_published_rows_name_the_steps_that_failed() -> None:
    failed = run("r2", status="failure", steps_failed=("a", "b"), as_of=NOON)
    rows = run_rows([entry(run().draft()), entry(failed.draft())])
    assert [(row["run_id"], row["steps_failed"]) for row in rows] == [("r1", None), ("r2", "a, b")]
    assert rows[1]["as_of"] == NOON


@pytest.mark.server
def test_an_end_is_recorded_once_and_what_is_new_beside_it_is_kept(ledger: Ledger) -> None:
    assert record_runs(ledger, []) == 0
    assert record_runs(ledger, [run("r1"), run("r2")]) == 2
    assert record_runs(ledger, [run("r1")]) == 0
    assert record_runs(ledger, [run("r2"), run("r3"), run("r1"), run("r1", status="failure")]) == 2
    kept = [(one.payload["run_id"], one.payload["status"]) for one in ledger.entries("run")]
    assert kept == [("r1", "success"), ("r2", "success"), ("r1", "failure"), ("r3", "success")]
    assert ledger.verify() == []


@pytest.mark.server
def test_many_recording_the_same_ends_at_once_leave_one_of_each(ledger: Ledger) -> None:
    runs = [run(f"r{number}") for number in range(6)]
    new: list[int] = []
    threads = [threading.Thread(target=lambda n=n: new.append(record_runs(ledger, runs[n:]))) for n in (0, 0, 2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(new) == len(runs)
    assert sorted(one.payload["run_id"] for one in ledger.entries("run")) == [one.run_id for one in runs]
    assert ledger.verify() == []

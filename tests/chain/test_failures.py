"""Which failures stand: the newest end of a batch's runs decides, and a success makes good what failed before it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.chain.failures import NO_CAUSE, Failures, failed_table
from back_office_pipelines.chain.registration import left_failed
from back_office_pipelines.chain.runs import record_runs
from back_office_pipelines.chain.steps import Step, run_step, worklist_file
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.runs import RunStatus
from back_office_pipelines.ledger.state import STAGES
from back_office_pipelines.review.filled import filled_worklists
from tests.chain.office import INVOICES, KEY, SmallOffice, open_small_office
from tests.ledger.test_runs import entry, run
from tests.scenario import HOUR, NOON

ends = st.lists(st.tuples(st.sampled_from(["b1", "b2", None]), st.sampled_from(["success", "failure", "canceled"])))


@given(ends, st.integers(0, 20))
def test_what_stands_is_what_ended_last_and_badly(ended: list[tuple[str | None, RunStatus]], split: int) -> None:
    entries = [
        entry(run(run_id=f"r{number}", batch_id=batch_id, status=status).draft(), seq=number)
        for number, (batch_id, status) in enumerate(ended, start=1)
    ]
    failures = Failures()
    failures.read_on(entries[:split])
    failures.read_on(entries[split:])
    last = dict(ended)
    assert {one.batch_id for one in failures.standing.values()} == {
        batch_id for batch_id, status in last.items() if status != "success"
    }
    assert failures.through == len(entries)


def test_a_failure_is_told_with_cause_and_remedy_on_one_line() -> None:
    said = run(status="failure", cause="batch ap_invoices/b1: gone | lost;\nrestore it", steps_failed=("intake",))
    died = run(run_id="r2", batch_id=None, lane=None, job="publish_warehouse", status="failure")
    first, second = failed_table([said, died]).splitlines()[2:]
    assert "publish_warehouse" in first
    assert NO_CAUSE in first
    assert "gone / lost; restore it; then re-execute" in second
    assert first.count("|") == second.count("|") == 6
    assert failed_table([]) == "No batch is left failed."


@pytest.mark.server
def test_a_batch_whose_run_failed_after_its_commit_is_run_again_and_stays_as_it_is(
    new_database: Callable[[str], str], tmp_path: Path
) -> None:
    with closing(open_small_office(new_database("left_failed"), tmp_path).office) as office:
        small = SmallOffice(office, tmp_path / "inbox")
        small.deliver("b1", {"invoices.csv": INVOICES})
        small.register()
        small.run(NOON)
        assert left_failed(office, (), NOON) == []
        record_runs(
            office.ledger, [run(run_id="r1", status="failure"), run(run_id="r2", batch_id="gone", status="failure")]
        )
        (due,) = left_failed(office, (), NOON)
        assert (due.batch.key, due.stages) == (KEY, STAGES)
        assert left_failed(office, [due], NOON) == left_failed(office, (), NOON - HOUR) == []
        assert left_failed(office, (), NOON, frozenset({"expense_receipts"})) == []
        before = office.ledger.entries("materialization")
        for stage in due.stages:
            run_step(Step(office, *KEY, NOON + HOUR, "again", "ada"), stage, Arrival(*KEY, tmp_path / "moved away"))
        assert office.ledger.entries("materialization") == before
        record_runs(office.ledger, [run(run_id="r3", status="success")])
        assert left_failed(office, (), NOON) == []


@pytest.mark.server
def test_work_in_a_worklist_outlives_the_next_run(new_database: Callable[[str], str], tmp_path: Path) -> None:
    with closing(open_small_office(new_database("filled"), tmp_path).office) as office:
        small = SmallOffice(office, tmp_path / "inbox")
        small.deliver("b1", {"invoices.csv": INVOICES})
        small.register()
        small.run(NOON)
        path = worklist_file(office.settings, KEY)
        path.write_text(path.read_text().replace(",MISSING,,", ",MISSING,half an hour of my work,"), encoding="utf-8")
        filled = path.read_text()
        small.decide("reject", small.exception("R-3"), NOON + HOUR, recorded_at=NOON + HOUR, reason="sent back")
        small.run(NOON + 2 * HOUR)
        (kept,) = filled_worklists(office.settings.worklists)
        assert "my work" in filled
        assert kept.read_text() == filled
        assert "my work" not in path.read_text()

"""Which failures stand: the newest end of a batch's runs decides, and a success makes good what failed before it."""

from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.chain.failures import NO_CAUSE, Failures, failed_table
from back_office_pipelines.ledger.runs import RunStatus
from tests.ledger.test_runs import entry, run

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

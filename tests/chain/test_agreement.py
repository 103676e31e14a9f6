"""Comparing Dagster with the ledger: silent where they agree or work is under way, and each difference named once."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.chain.agreement import (
    SHOWN,
    DagsterAsset,
    DagsterRuns,
    Disagreement,
    LedgerView,
    lacking_in_dagster,
    lacking_in_ledger,
)
from back_office_pipelines.ledger.entries import Draft, Entry
from tests.ledger.test_due import made
from tests.ledger.test_runs import entry, run
from tests.scenario import NOON, batch

ASSETS = ("accepted", "exceptions")


def validation(run_id: str, batch_id: str) -> Draft:
    return replace(made("validated"), lane="l", batch_id=batch_id, run_id=run_id).draft("ada")


def chain(drafts: Sequence[Draft]) -> list[Entry]:
    return [entry(draft, seq) for seq, draft in enumerate(drafts, start=1)]


def view(*drafts: Draft) -> LedgerView:
    seen = LedgerView()
    seen.read_on(chain(drafts))
    return seen


def dagster(*ended: str, unfinished: Sequence[str] = ()) -> DagsterRuns:
    ends = frozenset((name, "success") for name in ended)
    return DagsterRuns(frozenset(unfinished), ends, frozenset([*ended, *unfinished]))


def assets(*batches: str) -> list[DagsterAsset]:
    return [DagsterAsset("l", "validated", name, frozenset(batches)) for name in ASSETS]


worlds = st.lists(st.tuples(st.sampled_from("rstuv"), st.sampled_from(["b1", "b2", "b3"])), max_size=12)


@given(worlds)
def test_an_exact_mirror_agrees(world: list[tuple[str, str]]) -> None:
    runs = {name for name, _ in world}
    seen = view(*(validation(*one) for one in world), *(run(name).draft() for name in sorted(runs)))
    shown = assets(*(batch_id for _, batch_id in world))
    assert lacking_in_dagster(seen, dagster(*runs), shown) == Disagreement()
    assert lacking_in_ledger(seen, dagster(*runs), shown) == Disagreement()


@given(worlds, st.integers(0, 12))
def test_reading_on_sees_what_reading_at_once_sees(world: list[tuple[str, str]], at: int) -> None:
    entries = chain([validation(*one) for one in world])
    stepwise, at_once = LedgerView(), LedgerView()
    stepwise.read_on(entries[:at])
    stepwise.read_on(entries[stepwise.through :])
    at_once.read_on(entries)
    assert stepwise == at_once


def test_entries_that_are_no_runs_work_are_passed_over() -> None:
    assert view(batch().draft("ada")) == LedgerView(through=1)


def test_deleted_runs_and_wiped_partitions_are_less() -> None:
    publication = Draft("publication", NOON, "ada", {"number": 1, "through": 0, "run_id": "p"})
    seen = view(validation("r", "b1"), run("r").draft(), publication)
    found = lacking_in_dagster(seen, dagster(), assets())
    assert found == Disagreement(forgotten=("p", "r"), wiped=("l/accepted of b1", "l/exceptions of b1"))
    assert found.knows_less
    assert not found.knows_more


def test_dagster_may_forget_what_was_made_before_a_batch_retired() -> None:
    retired = Draft("retired", NOON, "ada", {"quiet_days": 90}, "l", "b1")
    seen = view(validation("r", "b1"), run("r").draft(), validation("s", "b2"), retired)
    found = lacking_in_dagster(seen, dagster(), assets())
    assert found == Disagreement(forgotten=("s",), wiped=("l/accepted of b2", "l/exceptions of b2"))
    assert lacking_in_ledger(seen, dagster(), assets("b1", "b2")) == Disagreement()


def test_what_was_made_after_a_batch_came_back_counts_again() -> None:
    retired = Draft("retired", NOON, "ada", {"quiet_days": 90}, "l", "b1")
    back = Draft("reactivated", NOON, "ada", {"because": "decision"}, "l", "b1")
    seen = view(validation("r", "b1"), retired, back, validation("t", "b1"))
    found = lacking_in_dagster(seen, dagster(), assets())
    assert found == Disagreement(forgotten=("t",), wiped=("l/accepted of b1", "l/exceptions of b1"))


def test_what_an_unfinished_run_has_committed_is_not_missing_yet() -> None:
    seen = view(validation("r", "b1"))
    assert lacking_in_dagster(seen, dagster(unfinished=["r"]), assets()) == Disagreement()


def test_partitions_reported_by_hand_and_unrecorded_ends_are_more() -> None:
    seen = view(validation("r", "b1"))
    found = lacking_in_ledger(seen, dagster("r"), assets("b1", "b2"))
    assert found == Disagreement(unrecorded=("r",), unbacked=("l/accepted of b2", "l/exceptions of b2"))
    assert found.knows_more
    assert not found.knows_less


def test_a_run_that_ended_again_otherwise_is_unrecorded() -> None:
    seen = view(run("r", status="failure").draft())
    assert lacking_in_ledger(seen, dagster("r"), []).unrecorded == ("r",)


def test_sentences_count_everything_and_name_the_first() -> None:
    names = tuple(f"r{number:02d}" for number in range(SHOWN + 2))
    (said,) = Disagreement(forgotten=names).sentences()
    assert said.startswith(f"runs of the ledger that Dagster no longer has, {len(names)} in all: r00, ")
    assert names[SHOWN - 1] in said
    assert names[SHOWN] not in said
    assert said.endswith("…")
    assert Disagreement().sentences() == []

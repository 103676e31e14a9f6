"""What is due follows from what was made, in which order, and from newer decisions; from nothing else."""

import pytest

from back_office_pipelines.ledger.state import STAGES, InForce, Materialization, Stage, due_stages
from tests.scenario import NOON


def made(stage: Stage, decisions_through: int = 0) -> Materialization:
    return Materialization("l", "b", stage, NOON, "0", "f", {}, {}, {}, "run", decisions_through)


def in_order(*stages: Stage, decisions_through: int = 0) -> dict[Stage, InForce]:
    return {
        stage: InForce(number, made(stage, decisions_through if stage == "validated" else 0))
        for number, stage in enumerate(stages, start=1)
    }


@pytest.mark.parametrize("done", range(len(STAGES) + 1))
def test_what_was_never_made_is_due_with_all_that_follows_it(done: int) -> None:
    assert due_stages(in_order(*STAGES[:done]), undecided=False) == STAGES[done:]


def test_a_newer_decision_makes_validation_and_what_follows_due() -> None:
    complete = in_order(*STAGES)
    assert due_stages(complete, undecided=False) == ()
    assert due_stages(complete, undecided=True) == ("validated", "released", "worklist")


def test_a_stage_made_again_makes_those_after_it_due() -> None:
    complete = in_order(*STAGES)
    again = complete | {"extracted": InForce(99, made("extracted"))}
    assert due_stages(again, undecided=False) == ("validated", "released", "worklist")
    worklist_missing = {stage: one for stage, one in complete.items() if stage != "worklist"}
    assert due_stages(worklist_missing, undecided=False) == ("worklist",)

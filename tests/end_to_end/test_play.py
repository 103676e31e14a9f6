"""The sample world on stage: batches arrive, the pipeline runs, people decide, and the score says what was caught."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from back_office_pipelines.cli.play import FILED_AT, TIMES, steps_of, surprises
from back_office_pipelines.samples import showcase, write_world
from back_office_pipelines.samples.world.cases import Said
from back_office_pipelines.samples.world.deciding import TURNED_AWAY
from back_office_pipelines.samples.world.score import as_json, score_warehouse
from back_office_pipelines.samples.world.truth import BatchTruth, read_truth
from tests.end_to_end.office import Outside


@pytest.mark.server
def test_a_world_is_played_scored_and_played_on(tmp_path: Path) -> None:
    world = tmp_path / "world"
    whole = showcase(1, ("missing_seller", "same_file"))
    written = write_world(replace(whole, batches=whole.batches[1:]), world)
    office = Outside(tmp_path / "data", tmp_path / "data" / "inbox")
    output = office.call("sample", "play", str(world))
    assert "2 batches arrived" in output
    assert " 0 refused" in output
    result = score_warehouse(read_truth(world), office.data / "warehouse" / "back_office.duckdb")
    assert (result.caught.n, result.caught.hits) == (2, 2)
    assert result.held.n == written.records - 2
    assert as_json(result)["caught"] == {"n": 2, "hits": 2, "rate": 1.0, "others": {}}
    assert office.query("SELECT count(*) FROM controls.documents") == [(written.documents,)]
    assert office.query("SELECT state, count(*) FROM controls.records WHERE state = 'rejected' GROUP BY 1") == [
        ("rejected", 1)
    ]
    received = office.query("SELECT max(received_at) < min(registered_at) FROM controls.batches GROUP BY batch_id")
    assert received == [(True,)] * 2
    again = office.call("sample", "play", str(world))
    assert "0 batches arrived, 0 runs" in again

    (office.inbox / "stray.txt").write_text("seen today", encoding="utf-8")
    office.call("run", expect=1)
    write_world(whole, tmp_path / "more")
    refused = office.call("sample", "play", str(tmp_path / "more"), expect=2)
    assert "1 of its 3 batches never came, and this office already stands at " in " ".join(refused.split())
    assert "an office of its own" in refused


def test_time_steps_along_on_working_days_and_goes_on_after_the_last_arrival() -> None:
    friday, monday = datetime(2026, 10, 2, 9, tzinfo=UTC), datetime(2026, 10, 5, 9, tzinfo=UTC)
    arrivals = [BatchTruth(str(at), "northwind", at, ()) for at in (friday, monday)]
    steps = steps_of(arrivals)
    moments = [moment for moment, _ in steps]
    assert moments == sorted(moments)
    assert {moment.weekday() for moment in moments} == {4, 0, 1, 2}
    assert [moment for moment, last in steps if last] == [moment for moment in moments if moment.time() == TIMES[-1]]
    assert set(TIMES) >= FILED_AT


@pytest.mark.parametrize(
    ("refused", "surprise"),
    [
        ({2: f"mina {TURNED_AWAY} of the record"}, None),
        ({}, "line 2: was recorded, though mina may not approve that"),
        ({2: "unknown target"}, "line 2: unknown target"),
        ({2: TURNED_AWAY, 3: "too late"}, "line 3: too late"),
    ],
)
def test_a_line_judged_otherwise_than_the_story_wants_is_told(refused: dict[int, str], surprise: str | None) -> None:
    own = Said(datetime(2026, 10, 6, tzinfo=UTC), "mina", "approver", "approve", "e1", refused=TURNED_AWAY)
    assert list(surprises([own, replace(own, actor="otto", refused="")], refused)) == ([surprise] if surprise else [])

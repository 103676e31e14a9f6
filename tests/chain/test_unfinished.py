"""What is due is found from marks as from the whole ledger, whatever happened before and since."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from back_office_pipelines.chain import unfinished
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import due_batches
from back_office_pipelines.chain.unfinished import keep, look, mark_problems
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.marks import Mark
from back_office_pipelines.ledger.state import STAGES, BatchKey, Stage
from tests.chain.office import open_small_office
from tests.ledger.test_due import made
from tests.scenario import HOUR, NOON, batch

pytestmark = pytest.mark.server
BATCHES = ("b1", "b2", "b3")
LATER = NOON + 99 * HOUR

acts = st.lists(
    st.tuples(st.sampled_from(["deliver", "decide", "look", *STAGES]), st.sampled_from(BATCHES), st.integers(0, 3)),
    max_size=25,
)


@pytest.fixture(scope="module")
def office(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    small = open_small_office(new_database("unfinished"), tmp_path_factory.mktemp("unfinished"))
    yield small.office
    small.office.close()


def drafts(office: Office, act: str, key: BatchKey, hour: int) -> list[Draft]:
    """One act on a batch that is registered; stages are made of the newest delivery and know all decisions."""
    registered = office.ledger.entries("batch", *key)
    if not registered or act == "deliver":
        number = office.ledger.count() + 1
        new = replace(batch(lane=key[0], batch_id=key[1]), delivery=len(registered) + 1, intake_sequence=number)
        return [new.draft("ada")]
    at = NOON + hour * HOUR
    if act == "decide":
        payload = {"decision_id": f"{key}{office.ledger.count()}", "action": "triage"}
        return [Draft("decision", at, "ada", payload, *key)]
    stage: Stage = act  # type: ignore[assignment]
    through = max((entry.seq for entry in office.ledger.entries("decision", *key)), default=0)
    one = replace(made(stage, through), lane=key[0], batch_id=key[1], as_of=at, delivery=len(registered))
    return [one.draft("ada")]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts, every=st.integers(1, 6))
def test_a_look_finds_what_the_whole_ledger_says(
    office: Office, monkeypatch: pytest.MonkeyPatch, acts: list[tuple[str, str, int]], every: int
) -> None:
    monkeypatch.setattr(unfinished, "ENTRIES_A_MARK", every)
    lane = f"l{office.ledger.count()}"
    for act, batch_id, hour in acts:
        if act == "look":
            keep(office, look(office))
        else:
            office.ledger.append(drafts(office, act, (lane, batch_id), hour))
    for moment in (NOON, NOON + 2 * HOUR, LATER):
        assert due_batches(look(office).snapshot, moment) == due_batches(office.snapshot(), moment)
    assert mark_problems(office) == []


def test_finished_batches_are_not_read_again(office: Office) -> None:
    key = (f"l{office.ledger.count()}", "b1")
    for act in ("deliver", *STAGES):
        office.ledger.append(drafts(office, act, key, 1))
    office.ledger.keep_mark(look(office).mark)
    assert key not in look(office).snapshot.newest
    office.ledger.append(drafts(office, "decide", key, 3))
    found = look(office)
    assert found.snapshot.due(key, LATER) == ("validated", "released", "worklist")
    office.ledger.keep_mark(found.mark)
    assert found.mark == office.ledger.mark()
    assert key in look(office).snapshot.newest


def test_a_mark_that_hides_work_is_told_and_one_of_other_entries_counts_for_nothing(office: Office) -> None:
    key = (f"l{office.ledger.count()}", "b1")
    office.ledger.append(drafts(office, "deliver", key, 0))
    true, through = office.ledger.mark(), office.ledger.count()
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), office.ledger._cursor() as cursor:
        cursor.execute("UPDATE ledger.marks SET unfinished = '[]'")
    with office.ledger._cursor() as cursor:
        cursor.execute("INSERT INTO ledger.marks VALUES (%s, 'another', '1', '[]')", (through,))
    assert office.ledger.mark() == true
    office.ledger.keep_mark(Mark(through, frozenset()))
    (problem,) = (one for one in mark_problems(office) if f"{key[0]}/b1" in one)
    assert "b1 is not among the unfinished" in problem

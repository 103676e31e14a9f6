"""The end of a run as an entry: what goes in comes out, and its as-of time is the run's, else its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.ledger.chain import GENESIS, link, moment_text
from back_office_pipelines.ledger.entries import Draft, Entry
from back_office_pipelines.ledger.runs import EndedRun, ended_run_of
from tests.scenario import HOUR, NOON


def run(run_id: str = "r1", **changes: object) -> EndedRun:
    given = EndedRun(
        run_id=run_id,
        job="ap_invoices_batch",
        lane="ap_invoices",
        batch_id="b1",
        actor="ada",
        submitter="bo",
        launched_by="cli",
        parent_run_id=None,
        status="success",
        as_of=None,
        created_at=NOON,
        started_at=NOON + HOUR / 60,
        ended_at=NOON + HOUR,
        steps_failed=(),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def entry(draft: Draft, seq: int = 1) -> Entry:
    row = link(draft, seq, GENESIS, moment_text(NOON))
    return Entry(
        seq, draft.kind, draft.lane, draft.batch_id, draft.as_of, draft.actor, draft.payload, NOON, GENESIS, row.hash
    )


STORABLE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
moments = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(as_of=st.none() | moments, started=st.none() | moments, ended=moments, steps=st.lists(STORABLE).map(tuple))
def test_what_goes_in_comes_out(
    as_of: datetime | None, started: datetime | None, ended: datetime, steps: tuple[str, ...]
) -> None:
    one = run(as_of=as_of, started_at=started, ended_at=ended, steps_failed=steps)
    assert ended_run_of(entry(one.draft())) == one


@pytest.mark.parametrize("as_of", [None, NOON - timedelta(days=2)])
def test_an_entry_stands_with_its_batch_at_the_time_the_run_acted(as_of: datetime | None) -> None:
    draft = run(as_of=as_of).draft()
    assert (draft.lane, draft.batch_id, draft.actor) == ("ap_invoices", "b1", "ada")
    assert draft.as_of == (as_of or NOON + HOUR)
    assert (draft.payload["actor"], draft.payload["submitter"]) == ("ada", "bo")

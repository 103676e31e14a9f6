"""The chain: any edit, deletion, insertion or reordering shows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.chain import GENESIS, Link, breaks, canonical_json, link, moment_text
from back_office_pipelines.ledger.entries import Draft

AT = datetime(2026, 11, 22, tzinfo=UTC)


def chain(length: int) -> list[Link]:
    rows: list[Link] = []
    for number in range(length):
        before = rows[-1].hash if rows else GENESIS
        draft = Draft("decision", AT, "ada", {"n": number}, "lane", "b")
        rows.append(link(draft, number + 1, before, moment_text(AT)))
    return rows


def test_an_untouched_chain_has_no_breaks() -> None:
    assert list(breaks(chain(5))) == []
    tail = chain(5)[3:]
    assert list(breaks(tail, seq=3, prev_hash=chain(5)[2].hash)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "eve"},
        {"payload": '{"n":9}'},
        {"payload": '{"n": 1}'},
        {"lane": "x"},
        {"kind": "batch"},
        {"as_of": "2026-11-22 00:00:00.000001+00"},
        {"recorded_at": "2026-11-22 00:00:00.000001+00"},
        {"batch_id": None},
        {"lane": None, "batch_id": "lane"},
    ],
)
@given(position=st.integers(0, 4))
def test_every_edit_shows(change: dict[str, object], position: int) -> None:
    rows = chain(5)
    rows[position] = rows[position]._replace(**change)  # type: ignore[arg-type]
    assert any(f"entry {position + 1} was changed" in found for found in breaks(rows))


@given(position=st.integers(0, 3))
def test_every_deletion_but_the_last_shows(position: int) -> None:
    rows = chain(5)
    del rows[position]
    assert list(breaks(rows)) != []


@given(st.permutations(range(4)))
def test_every_reordering_shows(order: list[int]) -> None:
    rows = [chain(4)[index] for index in order]
    assert (list(breaks(rows)) == []) == (order == sorted(order))


@given(
    st.lists(st.tuples(st.text(), st.none() | st.text(), st.none() | st.text()), min_size=2, max_size=2, unique=True)
)
def test_no_two_headers_share_a_hash(headers: list[tuple[str, str | None, str | None]]) -> None:
    hashes = set()
    for actor, lane, batch_id in headers:
        if "\x00" not in f"{actor}{lane}{batch_id}":
            hashes.add(link(Draft("decision", AT, actor, {}, lane, batch_id), 1, GENESIS, moment_text(AT)).hash)
        else:
            hashes.add(actor + str(len(hashes)))
    assert len(hashes) == 2


@given(st.timedeltas(timedelta(days=-700_000), timedelta(days=2_900_000)))
def test_the_text_of_a_moment_is_exact_and_knows_no_zone(distance: timedelta) -> None:
    moment = AT + distance
    assert datetime.fromisoformat(moment_text(moment)) == moment
    assert moment_text(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))) == moment_text(moment)


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800"])
def test_what_postgres_cannot_keep_is_refused_in_a_sentence(text: str) -> None:
    for draft in (Draft("decision", AT, text, {}), Draft("decision", AT, "ada", {"reason": text})):
        with pytest.raises(LedgerError, match="remove that character"):
            link(draft, 1, GENESIS, moment_text(AT))
    assert link(Draft("decision", AT, "ada", {"reason": "C:\\u0000"}), 1, GENESIS, moment_text(AT)).payload


def test_json_is_the_same_however_it_was_ordered() -> None:
    assert canonical_json({"b": 1, "a": ["ü"]}) == canonical_json({"a": ["ü"], "b": 1}) == '{"a":["ü"],"b":1}'

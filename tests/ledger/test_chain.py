"""The chain: any edit, deletion, insertion or reordering shows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.ledger.chain import GENESIS, breaks, canonical_json, link
from back_office_pipelines.ledger.entries import Draft, Entry

AT = datetime(2026, 11, 22, tzinfo=UTC)


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(length):
        before = entries[-1].hash if entries else GENESIS
        entries.append(link(Draft("decision", AT, "ada", {"n": number}, "lane", "b"), number + 1, before, AT))
    return entries


def test_an_untouched_chain_has_no_breaks() -> None:
    assert list(breaks(chain(5))) == []
    tail = chain(5)[3:]
    assert list(breaks(tail, seq=3, prev_hash=chain(5)[2].hash)) == []


@pytest.mark.parametrize(
    "change",
    [{"actor": "eve"}, {"payload": {"n": 9}}, {"lane": "x"}, {"as_of": AT.replace(year=2025)}, {"batch_id": None}],
)
@given(position=st.integers(0, 4))
def test_every_edit_shows(change: dict[str, object], position: int) -> None:
    entries = chain(5)
    entries[position] = replace(entries[position], **change)  # type: ignore[arg-type]
    assert any(f"entry {position + 1} was changed" in found for found in breaks(entries))


@given(position=st.integers(0, 3))
def test_every_deletion_but_the_last_shows(position: int) -> None:
    entries = chain(5)
    del entries[position]
    assert list(breaks(entries)) != []


@given(st.permutations(range(4)))
def test_every_reordering_shows(order: list[int]) -> None:
    entries = [chain(4)[index] for index in order]
    assert (list(breaks(entries)) == []) == (order == sorted(order))


def test_json_is_the_same_however_it_was_ordered() -> None:
    assert canonical_json({"b": 1, "a": ["ü"]}) == canonical_json({"a": ["ü"], "b": 1}) == '{"a":["ü"],"b":1}'

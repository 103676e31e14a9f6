"""The first difference of two contents: found if and only if their hashes differ, and it names a real one."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.storage.difference import WHOLE_ROW, first_difference
from back_office_pipelines.storage.lake import arrange
from back_office_pipelines.storage.tables import Column, Table

TABLE = Table(
    "things",
    "Things.",
    ("name", "place"),
    (
        Column("name", "text", "Name."),
        Column("place", "integer", "Place."),
        Column("amount", "decimal", "Amount."),
        Column("share", "double", "Share."),
    ),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | st.sampled_from(["a", "b", "ab"]),
            "place": st.none() | st.integers(0, 2),
            "amount": st.none() | st.sampled_from([Decimal("1.5"), Decimal("1.50"), Decimal(2)]),
            "share": st.none() | st.sampled_from([0.0, 0.5, math.nan]),
        }
    ),
    max_size=4,
    unique_by=lambda row: (row["name"], row["place"]),
)


@given(ROWS, ROWS)
def test_a_difference_is_found_if_and_only_if_the_hashes_differ(
    one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    before, now = arrange(TABLE, one), arrange(TABLE, other)
    difference = first_difference(TABLE, before.content, now.content)
    assert (difference is None) == (before.stored.content_hash == now.stored.content_hash)
    if difference is None:
        return
    (at_before, at_now) = (
        [row for row in rows if all(row[name] == value for name, value in difference.key.items())]
        for rows in (before.content.to_pylist(), now.content.to_pylist())
    )
    if difference.column == WHOLE_ROW:
        assert (bool(at_before), bool(at_now)) == (difference.before, difference.now)
    else:
        assert repr(at_before[0][difference.column]) == repr(difference.before)
        assert repr(at_now[0][difference.column]) == repr(difference.now)


def row(name: str, share: float = 0.5) -> dict[str, Any]:
    return {"name": name, "place": 1, "amount": None, "share": share}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ([row("a"), row("c")], [row("b")], "name a, place 1: the row is missing now"),
        ([row("b")], [row("a"), row("b", 0.1)], "name a, place 1: the row was not there"),
        ([row("a"), row("b")], [row("a"), row("b", 0.1)], "name b, place 1: share was 0.5, is 0.1"),
    ],
)
def test_the_first_one_is_told(one: list[dict[str, Any]], other: list[dict[str, Any]], told: str) -> None:
    assert str(first_difference(TABLE, arrange(TABLE, one).content, arrange(TABLE, other).content)) == told

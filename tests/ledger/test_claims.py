"""Claims: the first wins for good, the others learn who, and no answer ever changes."""

import threading
from dataclasses import replace

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from back_office_pipelines.ledger.claims import NEAR, Claim, Held
from back_office_pipelines.ledger.ledger import Ledger

pytestmark = pytest.mark.server


def claim(subject: str, key: str, kind: str = "key:invoice", **changes: object) -> Claim:
    made = Claim(
        "ap_invoices", "northwind", kind, key, subject, f"batch of {subject}", f"d-{subject}", 1, f"R-{subject}"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def told(held: list[Held]) -> dict[tuple[str, str, str], list[str]]:
    return {
        (one.claim.subject_id, one.claim.kind, one.claim.key): [holder.subject_id for holder in one.holders]
        for one in held
    }


def test_the_first_to_claim_wins_and_a_later_one_learns_the_holder(ledger: Ledger) -> None:
    assert ledger.claim([claim("a", "k")]) == []
    ((held),) = ledger.claim([claim("b", "k"), claim("b", "other")])
    (holder,) = held.holders
    assert held.claim == claim("b", "k")
    assert (holder.subject_id, holder.batch_id, holder.document_id, holder.detail) == ("a", "batch of a", "d-a", "R-a")
    assert ledger.claim([claim("a", "k"), claim("b", "other")]) == []
    assert ledger.claim([]) == []


def test_lanes_clients_and_kinds_are_apart(ledger: Ledger) -> None:
    ledger.claim([claim("a", "k")])
    others = [
        claim("b", "k", lane="x"),
        claim("b", "k", client="y"),
        claim("b", "k", "document"),
        claim("b", "k", NEAR),
    ]
    assert ledger.claim(others) == []


def test_within_one_call_the_order_given_decides(ledger: Ledger) -> None:
    held = ledger.claim([claim("b", "k"), claim("a", "k"), claim("b", "n", NEAR), claim("a", "n", NEAR)])
    assert told(held) == {("a", "key:invoice", "k"): ["b"], ("a", NEAR, "n"): ["b"]}


def test_near_keys_show_those_before_oldest_first_and_never_those_after(ledger: Ledger) -> None:
    first = told(ledger.claim([claim(subject, "n", NEAR) for subject in "cab"]))
    assert first == {("a", NEAR, "n"): ["c"], ("b", NEAR, "n"): ["c", "a"]}
    ledger.claim([claim("d", "n", NEAR)])
    assert told(ledger.claim([claim(subject, "n", NEAR) for subject in "abc"])) == first


@pytest.mark.parametrize("key", ["", "x" * 10_000, "nul\x00", "half \ud800", "'\\\t\n", "sha256:" + "0" * 64])
def test_any_text_can_be_a_key(ledger: Ledger, key: str) -> None:
    assert ledger.claim([claim("a", key, detail="nul\x00")]) == []
    assert told(ledger.claim([claim("b", key), claim("b", key + "!")])) == {("b", "key:invoice", key): ["a"]}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from(["document", "key:k", NEAR])),
            max_size=6,
        ),
        max_size=6,
    ),
    st.uuids(),
)
def test_an_answer_once_given_never_changes(
    ledger: Ledger, calls: list[list[tuple[str, str, str]]], world: object
) -> None:
    first: dict[tuple[str, str, str], list[str]] = {}
    for call in calls:
        wanted = [claim(subject, key, kind, client=str(world)) for subject, key, kind in call]
        answer = told(ledger.claim(wanted))
        for subject, key, kind in call:
            given_now = answer.get((subject, kind, key), [])
            assert first.setdefault((subject, kind, key), given_now) == given_now
    for kind in ("document", "key:k"):
        for key in "xyz":
            winners = [s for (s, k, y), holders in first.items() if (k, y) == (kind, key) and not holders]
            assert len(winners) <= 1


def test_two_connections_at_once_have_one_winner_a_key(dsn: str) -> None:
    keys = [f"k{number}" for number in range(200)]
    answers: dict[str, list[Held]] = {}
    together = threading.Barrier(2)

    def work(subject: str, order: list[str]) -> None:
        with Ledger(dsn) as own:
            together.wait(10)
            answers[subject] = own.claim([claim(subject, key) for key in order])

    threads = [threading.Thread(target=work, args=("a", keys)), threading.Thread(target=work, args=("b", keys[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    lost = {subject: {held.claim.key for held in held_by_others} for subject, held_by_others in answers.items()}
    assert lost["a"] | lost["b"] == set(keys)
    assert not lost["a"] & lost["b"]


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger.claims SET subject_id = 'e'", "DELETE FROM ledger.claims", "TRUNCATE ledger.claims"]
)
def test_no_claim_can_be_changed_or_removed_even_by_the_owner(ledger: Ledger, dsn: str, statement: str) -> None:
    ledger.claim([claim("a", "k")])
    connection = psycopg2.connect(dsn)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
    assert told(ledger.claim([claim("b", "k")])) == {("b", "key:invoice", "k"): ["a"]}

"""Proofs of single rows: any redaction of a true one verifies, nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from back_office_pipelines.ledger.merkle import Cell, Proof, check, prove, redacted, revealed, table_root

SECRET = b"s" * 32
COLUMNS = ("record_id", "seller", "iban", "gross")


def rows(count: int) -> list[tuple[str, ...]]:
    return [(f"2:r{number}", f"5:Kupfer{number % 2}", "-", "6:119.00") for number in range(count)]


def root(count: int) -> str:
    return table_root("invoice", COLUMNS, rows(count), SECRET)


def proof_of(count: int, position: int, reveal: set[str]) -> Proof:
    return prove("invoice", COLUMNS, rows(count), SECRET, position, reveal)


places = st.integers(1, 20).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1)))
subsets = st.sets(st.sampled_from(COLUMNS))
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(places, subsets)
def test_any_subset_of_fields_verifies_and_shows_only_itself(place: tuple[int, int], reveal: set[str]) -> None:
    count, position = place
    proof = proof_of(count, position, reveal)
    assert check(proof, root(count))
    own = dict(zip(COLUMNS, rows(count)[position], strict=True))
    assert revealed(proof) == {name: own[name] for name in COLUMNS if name in reveal}


@given(places, subsets, subsets)
def test_redacting_changes_no_root_and_is_the_same_as_never_having_shown(
    place: tuple[int, int], first: set[str], second: set[str]
) -> None:
    less = redacted(proof_of(*place, first), second)
    assert check(less, root(place[0]))
    assert less == proof_of(*place, first & second)


@given(places, subsets, st.data())
def test_any_change_of_a_proof_fails(place: tuple[int, int], reveal: set[str], data: st.DataObject) -> None:
    count, position = place
    proof = proof_of(count, position, reveal)
    changed = data.draw(st.sampled_from(["cell", "position", "rows", "table", "column", "path"]))
    if changed == "cell":
        index = data.draw(st.integers(0, len(COLUMNS) - 1))
        cell = proof.cells[index]
        other: Cell | str = data.draw(hashes)
        if isinstance(cell, Cell):
            text = data.draw(st.text(st.characters(exclude_categories=["Cs"])))
            salt = data.draw(st.binary(min_size=16, max_size=16)).hex()
            other = data.draw(st.sampled_from([replace(cell, text=text), replace(cell, salt=salt), other]))
        forged = replace(proof, cells=(*proof.cells[:index], other, *proof.cells[index + 1 :]))
    elif changed == "position":
        forged = replace(proof, position=data.draw(st.integers(-1, count + 1)))
    elif changed == "rows":
        forged = replace(proof, rows=data.draw(st.integers(0, 40)))
    elif changed == "table":
        forged = replace(proof, table=data.draw(st.text(st.characters(exclude_categories=["Cs"]))))
    elif changed == "column":
        forged = replace(proof, columns=data.draw(st.permutations(COLUMNS).map(tuple)))
    else:
        path = data.draw(st.lists(st.sampled_from([*proof.path, "00" * 32]), max_size=6).map(tuple))
        forged = replace(proof, path=path)
    assume(forged != proof)
    assert not check(forged, root(count))


@given(places, st.data())
def test_a_proof_leads_to_no_other_root(place: tuple[int, int], data: st.DataObject) -> None:
    count, position = place
    proof = proof_of(count, position, set(COLUMNS))
    for other in (
        table_root("invoice", COLUMNS, rows(count), b"t" * 32),
        table_root("invoice", COLUMNS, [*rows(count), rows(count)[0]], SECRET),
        table_root("line", COLUMNS, rows(count), SECRET),
        table_root("invoice", COLUMNS[::-1], rows(count), SECRET),
        data.draw(hashes),
    ):
        assert not check(proof, other)


@pytest.mark.parametrize("field", ["", "zz", "00", "00" * 33])
def test_what_is_no_hash_or_salt_is_no_proof(field: str) -> None:
    proof = proof_of(3, 1, {"seller"})
    assert not check(replace(proof, cells=(field, *proof.cells[1:])), root(3))
    assert not check(replace(proof, path=(field, *proof.path[1:])), root(3))
    assert not check(replace(proof, cells=proof.cells[1:]), root(3))


def test_odd_nodes_move_up_and_are_never_doubled() -> None:
    doubled = [*rows(3), rows(3)[2]]
    assert table_root("invoice", COLUMNS, doubled, SECRET) != root(3)
    assert len(proof_of(3, 2, set()).path) == 1
    assert len(proof_of(5, 4, set()).path) == 1


def test_roots_repeat_and_salts_differ_by_column_row_and_version() -> None:
    assert root(7) == root(7)
    assert len(root(0)) == 64
    proof = proof_of(4, 2, set(COLUMNS))
    changed = [*rows(4)[:2], ("2:r2", "5:Kupfer0", "-", "6:120.00"), rows(4)[3]]
    later = prove("invoice", COLUMNS, changed, SECRET, 2, set(COLUMNS))
    salts = [
        cell.salt
        for one in (proof, later, proof_of(4, 3, set(COLUMNS)))
        for cell in one.cells
        if isinstance(cell, Cell)
    ]
    assert len(set(salts)) == 3 * len(COLUMNS)

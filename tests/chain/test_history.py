"""What a history says: every kind of act in one line, and the publications that first showed one of its entries."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from back_office_pipelines.chain.history import as_json, as_lines, publications_showing, subject_named, told
from back_office_pipelines.chain.office import Office
from back_office_pipelines.errors import UsageError
from back_office_pipelines.ledger.chain import Link, breaks, canonical_json, moment_text
from back_office_pipelines.ledger.entries import Draft, Entry
from tests.ledger.test_due import made
from tests.ledger.test_runs import entry, run
from tests.scenario import NOON, batch


def publication(seq: int, number: int, through: int) -> Entry:
    return entry(Draft("publication", NOON, "ada", {"number": number, "through": through, "run_id": "p"}), seq)


def decision(**changes: Any) -> Draft:
    payload = {"action": "correct", "target": "e1", "field": "currency", "value": "EUR", "role": "clerk",
               "reason": "on the paper", "cause_party": None, "submitter": "bo"}  # fmt: skip
    return Draft("decision", NOON, "ada", payload | changes, "ap_invoices", "b1")


def test_a_publication_belongs_to_a_history_when_it_first_shows_one_of_its_entries() -> None:
    publications = [publication(3, 1, 2), publication(4, 2, 3), publication(9, 3, 8)]
    own = [entry(run().draft(), seq) for seq in (2, 5, 6)]
    assert [one.payload["number"] for one in publications_showing(own, publications)] == [1, 3]
    assert list(publications_showing([], publications)) == []


def test_every_kind_of_act_is_told_in_one_line() -> None:
    contract = {"lane": "ap_invoices", "version": "1.0.0", "fingerprint": "f" * 64}
    failed = run("0123456789abcdef", status="failure", steps_failed=("s",), parent_run_id="r0")
    lines = [
        told(entry(draft))
        for draft in (
            Draft("dictionary", NOON, "ada", contract),
            batch().draft("ada", "bo"),
            made("intake").draft("ada"),
            decision(),
            decision(action="triage", value=None, reason=None),
            failed.draft(),
        )
    ] + [told(publication(9, 3, 8))]
    assert lines[0] == "contract ap_invoices 1.0.0 kept, fingerprint ffffffffffff"
    assert lines[1].startswith("registered as number 1: delivery 1 of northwind/northwind-us by email")
    assert lines[1].endswith("(submitted by bo)")
    assert lines[2].startswith("intake: ")
    assert lines[3] == "correct on e1 currency = EUR as clerk: on the paper (submitted by bo)"
    assert lines[4] == "triage on e1 as clerk (submitted by bo)"
    assert lines[5] == (
        "run 0123456789ab of ap_invoices_batch by cli again after r0: failure, failed in s (submitted by bo)"
    )
    assert lines[6] == "published in version 3, which shows entries through 8"


def test_the_json_of_an_entry_is_enough_to_verify_it() -> None:
    whole = entry(run().draft())
    read = as_json(whole)
    moments = {name: moment_text(datetime.fromisoformat(read[name])) for name in ("as_of", "recorded_at")}
    row = read | moments | {"payload": canonical_json(read["payload"])}
    assert list(breaks([Link(**{name: row[name] for name in Link._fields})])) == []


def test_a_table_keeps_control_characters_to_itself() -> None:
    head, line = as_lines([entry(Draft("decision", NOON, "e\nve", decision(reason="\x1b[2Jgone").payload))])
    assert head.split() == ["seq", "kind", "as_of", "recorded_at", "actor", "did"]
    assert "e\N{REPLACEMENT CHARACTER}ve" in line
    assert line.isprintable()


def test_a_batch_may_be_named_without_its_lane_where_one_lane_only_has_it() -> None:
    keys = {("ap_invoices", "mine"): None, ("ap_invoices", "b1"): None, ("freight", "b1"): None}
    office = cast(Office, SimpleNamespace(snapshot=lambda: SimpleNamespace(batches=keys, made={})))
    assert subject_named(office, "mine") == (("ap_invoices", "mine"), None)
    assert subject_named(office, "freight/b1") == (("freight", "b1"), None)
    with pytest.raises(UsageError, match="batch b1: is in several lanes: ap_invoices/b1 and freight/b1"):
        subject_named(office, "b1")
    with pytest.raises(UsageError, match="record or batch b2: nothing has that name"):
        subject_named(office, "b2")
    with pytest.raises(UsageError, match="is no address of a batch"):
        subject_named(office, "freight/b1/x")

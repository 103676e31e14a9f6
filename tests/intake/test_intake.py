"""Intake: complete batches only, each registered once, each file kept, each finding named."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from back_office_pipelines.errors import DictionaryError, LakeError, UsageError
from back_office_pipelines.intake.documents import gather, take_in
from back_office_pipelines.intake.identity import document_id
from back_office_pipelines.intake.inbox import Arrival, list_inbox
from back_office_pipelines.intake.registration import plan_registrations
from back_office_pipelines.intake.vault import Vault
from tests.scenario import HOUR, NOON, batch, contracts, nobody_else, nothing_bound

MANIFEST = 'client: northwind\nentity: northwind-us\nreceived_at: "2026-11-20T05:00:00-05:00"\n'


def deliver(inbox: Path, name: str, manifest: str | None = MANIFEST, files: dict[str, str] | None = None) -> Arrival:
    folder = inbox / "ap_invoices" / name
    folder.mkdir(parents=True)
    for path, text in (files or {"a.xml": "<a/>"}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    if manifest is not None:
        (folder / "manifest.yaml").write_text(manifest, encoding="utf-8")
    return Arrival("ap_invoices", name, folder)


def test_a_batch_without_a_manifest_waits_and_odd_folders_are_named(tmp_path: Path) -> None:
    deliver(tmp_path, "done")
    deliver(tmp_path, "half", manifest=None)
    deliver(tmp_path, "odd name")
    (tmp_path / "no_lane" / "b").mkdir(parents=True)
    listing = list_inbox(tmp_path, ["ap_invoices"], NOON)
    assert [arrival.address for arrival in listing.arrivals] == ["ap_invoices/done"]
    assert listing.waiting == ["ap_invoices/half"]
    assert {(one.place, one.reason_code) for one in listing.problems} == {
        ("ap_invoices/odd name", "MANIFEST_INVALID"),
        ("no_lane/b", "LANE_UNKNOWN"),
    }
    (tmp_path / "ap_invoices" / "loose.pdf").touch()
    (tmp_path / "ap_invoices" / "half" / "Manifest.yml").touch()
    listing = list_inbox(tmp_path, ["ap_invoices"], NOON)
    assert listing.waiting == ["ap_invoices/half (Manifest.yml is there; its name must be manifest.yaml)"]
    (loose,) = (one for one in listing.problems if one.place == "ap_invoices/loose.pdf")
    assert loose.reason_code == "BATCH_INCOMPLETE"
    assert "beside the batch folders" in str(loose)
    with pytest.raises(UsageError, match="is no folder"):
        list_inbox(tmp_path / "nowhere", ["ap_invoices"], NOON)


@pytest.mark.parametrize(
    ("manifest", "culprit"),
    [
        ("client: nobody\nreceived_at: '2026-11-20T05:00:00Z'\n", "has no exhibit"),
        ("client: northwind\n", "key 'received_at' is missing"),
        ("client: northwind\nreceived_at: '2026-11-20T05:00:00'\n", "no offset"),
        ("client: northwind\nreceived_at: 2026-11-20T05:00:00Z\n", "quote the time"),
        ("client: northwind\nreceived_at: '2026-12-20T05:00:00Z'\n", "after the as-of time"),
        (MANIFEST + "colour: red\n", "unknown key 'colour'"),
        (MANIFEST + "delivery: 0\n", "delivery: must be at least 1"),
        (MANIFEST + "control_totals: {EUR: {gross_total: 1.5}}\n", "must be quoted"),
        (MANIFEST + 'control_totals: {EUR: {gross_total: "12,50"}}\n', "is no number"),
        (MANIFEST.replace("2026-11-20T05:00:00-05:00", "0001-01-01T00:00:00+05:00"), "outside the calendar"),
        (MANIFEST.replace("northwind-us", "moon"), "not in the exhibit"),
        ("client: [\n", "manifest"),
    ],
)
def test_a_manifest_that_cannot_be_used_refuses_its_batch_alone(tmp_path: Path, manifest: str, culprit: str) -> None:
    arrivals = [deliver(tmp_path, "bad", manifest), deliver(tmp_path, "good")]
    plan = plan_registrations(arrivals, {}, contracts(), NOON, nothing_bound)
    assert [one.batch_id for one in plan.batches] == ["good"]
    (problem,) = plan.problems
    assert problem.reason_code == "MANIFEST_INVALID"
    assert culprit in problem.observed + problem.expected


def test_all_faults_of_a_manifest_are_told_at_once(tmp_path: Path) -> None:
    said = "received_at: 2026-11-20T05:00:00Z\ndelivery: 0\n" + "".join(f"colour{n}: red\n" for n in range(12))
    (problem,) = plan_registrations([deliver(tmp_path, "bad", said)], {}, contracts(), NOON, nothing_bound).problems
    told = problem.observed + problem.expected
    for fault in ("key 'client' is missing", "quote the time", "delivery: must be at least 1", "and 7 more"):
        assert fault in told


def test_a_broken_table_of_ours_is_not_blamed_on_the_sender(tmp_path: Path) -> None:
    def broken(*_: object) -> dict[str, object]:
        raise DictionaryError("vendors/2026-11-01.csv", "lacks column 'name'", "write it with all columns")

    plan = plan_registrations([deliver(tmp_path, "a")], {}, contracts(), NOON, replace(nothing_bound, pin=broken))
    (problem,) = plan.problems
    assert problem.reason_code == "REFERENCE_INVALID"
    assert problem.observed == "vendors/2026-11-01.csv: lacks column 'name'"


def test_what_was_received_after_the_as_of_time_is_told_apart(tmp_path: Path) -> None:
    arrivals = [deliver(tmp_path, "a", MANIFEST), deliver(tmp_path, "bad", "client: [\n")]
    plan = plan_registrations(arrivals, {}, contracts(), NOON - 4 * HOUR, nothing_bound)
    assert (plan.batches, len(plan.problems)) == ([], 2)
    assert plan.later == [(NOON - 2 * HOUR, "ap_invoices/a")]


def test_order_of_intake_is_by_receipt_and_a_known_batch_is_not_registered_again(tmp_path: Path) -> None:
    later = MANIFEST.replace("05:00:00", "06:30:00")
    arrivals = [deliver(tmp_path, "a", later), deliver(tmp_path, "b")]
    plan = plan_registrations(arrivals, {}, contracts(), NOON, nothing_bound)
    assert [(one.batch_id, one.intake_sequence) for one in plan.batches] == [("b", 1), ("a", 2)]
    known = {one.key: one for one in plan.batches}
    again = plan_registrations(arrivals, known, contracts(), NOON + HOUR, nothing_bound)
    assert (again.batches, again.problems) == ([], [])


def test_a_batch_that_changed_after_registration_is_refused(tmp_path: Path) -> None:
    arrival = deliver(tmp_path, "a")
    registered = {one.key: one for one in plan_registrations([arrival], {}, contracts(), NOON, nothing_bound).batches}
    (arrival.folder / "b.xml").write_text("<b/>", encoding="utf-8")
    plan = plan_registrations([arrival], registered, contracts(), NOON, nothing_bound)
    (problem,) = plan.problems
    assert (problem.reason_code, problem.client) == ("BATCH_CONFLICT", "northwind")
    assert "the first content stays in force" in problem.observed


def test_every_file_is_kept_under_its_own_identity(tmp_path: Path) -> None:
    arrival = deliver(tmp_path / "inbox", "b1", files={"a.xml": "<a/>", "sub/a.xml": "<a/>", "ü -.pdf": "x"})
    vault = Vault(tmp_path / "vault")
    taken = take_in(batch(declared_documents=3), gather(arrival, vault.keep), nobody_else)
    assert [row["path"] for row in taken.documents] == ["a.xml", "sub/a.xml", "ü -.pdf"]
    assert len({row["document_id"] for row in taken.documents}) == 3
    assert len({row["content_hash"] for row in taken.documents}) == 2
    assert [vault.read(row["content_hash"]) for row in taken.documents] == [b"<a/>", b"<a/>", b"x"]
    assert taken.findings == []


def test_counts_checksums_and_links_are_findings(tmp_path: Path) -> None:
    arrival = deliver(tmp_path / "inbox", "b1", files={"a.xml": "<a/>"})
    (arrival.folder / "link").symlink_to("/etc/hostname")
    declared = batch(declared_documents=5, checksums={"a.xml": "sha256:" + "0" * 64, "gone.pdf": "sha256:" + "1" * 64})
    taken = take_in(declared, gather(arrival, Vault(tmp_path / "vault").keep), nobody_else)
    assert [row["path"] for row in taken.documents] == ["a.xml"]
    assert sorted(row["reason_code"] for row in taken.findings) == [
        "CHECKSUM_MISMATCH", "CHECKSUM_MISMATCH", "DOCUMENT_COUNT", "UNREADABLE",
    ]  # fmt: skip


def test_identities_depend_on_where_not_on_what() -> None:
    assert document_id("l", "b", 1, "a.xml") == document_id("l", "b", 1, "a.xml")
    others = {
        document_id("l", "b", 2, "a.xml"),
        document_id("l", "b", 1, "a.xml", "m"),
        document_id("l", "c", 1, "a.xml"),
    }
    assert len(others | {document_id("l", "b", 1, "a.xml")}) == 4
    assert len(document_id("l", "b", 1, "a.xml")) == 16


def test_a_changed_vault_file_is_found(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    kept = vault.keep(b"paper")
    vault.path(kept).write_bytes(b"forged")
    with pytest.raises(LakeError, match="do not have the hash"):
        vault.read(kept)


def test_a_file_name_that_is_no_utf8_is_kept_and_shown(tmp_path: Path) -> None:
    arrival = deliver(tmp_path / "inbox", "b1")
    Path(os.fsdecode(os.fsencode(arrival.folder) + b"/M\xfcller.xml")).write_text("<a/>", encoding="utf-8")
    plan = plan_registrations([arrival], {}, contracts(), NOON, nothing_bound)
    taken = take_in(plan.batches[0], gather(arrival, Vault(tmp_path / "vault").keep), nobody_else)
    assert [row["path"] for row in taken.documents] == [r"M\xfcller.xml", "a.xml"]

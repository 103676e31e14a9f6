"""Limits of an inbox: odd names, links, nothing at all, no more room, names of problems."""

import errno
import os
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.errors import StorageError
from back_office_pipelines.intake.documents import delivered_fingerprint, gather, take_in
from back_office_pipelines.intake.inbox import PATIENCE, list_inbox
from back_office_pipelines.intake.manifest import BATCH_ID
from back_office_pipelines.intake.problems import Problem, plan_problems
from back_office_pipelines.intake.registration import plan_registrations
from back_office_pipelines.intake.vault import Vault
from tests.intake.test_intake import MANIFEST, deliver
from tests.scenario import HOUR, NOON, batch, contracts, nobody_else, nothing_bound

ODD_NAMES = (
    "two words.xml",
    "ünï\u0301.xml",
    "line\nbreak.xml",
    "-rf",
    "--",
    ".hidden.xml",
    "x" * 251 + ".xml",
    "a\x01b",
)


def test_files_of_any_name_are_documents_of_their_own(tmp_path: Path) -> None:
    arrival = deliver(tmp_path / "inbox", "b1", files={name: name for name in ODD_NAMES})
    for clash in (b"M\xfc.xml", rb"M\xfc.xml"):
        Path(os.fsdecode(os.fsencode(arrival.folder) + b"/" + clash)).write_text("x", encoding="utf-8")
    vault = Vault(tmp_path / "vault")
    files = gather(arrival, vault.keep)
    taken = take_in(batch(), files, nobody_else)
    assert {*ODD_NAMES, r"M\xfc.xml"} < {row["path"] for row in taken.documents}
    assert len({row["document_id"] for row in taken.documents}) == len(ODD_NAMES) + 2
    assert delivered_fingerprint(arrival, files) == arrival.fingerprint()


def test_links_and_what_is_no_file_are_findings_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.xml").write_text("<secret/>", encoding="utf-8")
    arrival = deliver(tmp_path / "inbox", "b1", files={"a.xml": "<a/>"})
    (arrival.folder / "folder").symlink_to(outside)
    (arrival.folder / "file").symlink_to(outside / "secret.xml")
    (arrival.folder / "loop").symlink_to(arrival.folder)
    os.mkfifo(arrival.folder / "pipe")
    taken = take_in(batch(), gather(arrival, Vault(tmp_path / "vault").keep), nobody_else)
    assert [row["path"] for row in taken.documents] == ["a.xml"]
    assert {(row["field"], row["reason_code"]) for row in taken.findings} == {
        (name, "UNREADABLE") for name in ("folder", "file", "loop", "pipe")
    }


def test_links_to_folders_manifests_and_lanes_are_problems(tmp_path: Path) -> None:
    real = deliver(tmp_path / "real", "b1").folder
    inbox = tmp_path / "inbox"
    linked = deliver(inbox, "b2", manifest=None).folder
    (linked / "manifest.yaml").symlink_to(real / "manifest.yaml")
    (inbox / "ap_invoices" / "b1").symlink_to(real)
    (inbox / "freight").symlink_to(tmp_path / "real")
    (inbox / "loose.pdf").write_text("x", encoding="utf-8")
    listing = list_inbox(inbox, ["ap_invoices"], NOON)
    plan = plan_registrations(listing.arrivals, {}, contracts(), NOON, nothing_bound)
    assert plan.batches == []
    found = {(one.place, one.reason_code) for one in [*listing.problems, *plan.problems]}
    assert found == {
        ("ap_invoices/b1", "MANIFEST_INVALID"),
        ("ap_invoices/b2", "MANIFEST_INVALID"),
        ("freight", "LANE_UNKNOWN"),
        ("loose.pdf", "LANE_UNKNOWN"),
    }


def test_a_manifest_alone_is_a_batch_and_an_empty_file_a_document(tmp_path: Path) -> None:
    alone = deliver(tmp_path, "alone", files={"a": ""})
    (alone.folder / "a").unlink()
    plan = plan_registrations([alone], {}, contracts(), NOON, nothing_bound)
    assert plan.problems == []
    assert (
        take_in(batch(declared_documents=0), gather(alone, Vault(tmp_path / "vault").keep), nobody_else).findings == []
    )
    empty = deliver(tmp_path, "empty", files={"a": "", "b": ""})
    taken = take_in(batch(), gather(empty, Vault(tmp_path / "vault").keep), nobody_else)
    assert [row["bytes"] for row in taken.documents] == [0, 0]


def test_a_folder_is_waited_for_until_a_day_after_its_newest_file(tmp_path: Path) -> None:
    half = deliver(tmp_path, "half", manifest=None).folder
    os.utime(half / "a.xml", (NOON.timestamp(),) * 2)
    assert list_inbox(tmp_path, ["ap_invoices"], NOON + PATIENCE).waiting == ["ap_invoices/half"]
    (late,) = list_inbox(tmp_path, ["ap_invoices"], NOON + PATIENCE + HOUR).problems
    assert late.reason_code == "BATCH_INCOMPLETE"
    (half / "b.xml").write_text("<b/>", encoding="utf-8")
    os.utime(half / "b.xml", ((NOON + PATIENCE).timestamp(),) * 2)
    assert list_inbox(tmp_path, ["ap_invoices"], NOON + PATIENCE + HOUR).problems == []
    (again,) = list_inbox(tmp_path, ["ap_invoices"], NOON + 3 * PATIENCE).problems
    assert again.batch_id != late.batch_id, "another file came, so it is another problem"


def test_an_inbox_without_anything_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "ap_invoices").mkdir()
    listing = list_inbox(tmp_path, ["ap_invoices"], NOON)
    assert (listing.arrivals, listing.waiting, listing.problems) == ([], [], [])
    assert plan_registrations([], {}, contracts(), NOON, nothing_bound).batches == []


def test_a_batch_whose_name_is_too_long_for_what_is_called_after_it_is_named(tmp_path: Path) -> None:
    deliver(tmp_path, "x" * 128)
    deliver(tmp_path, "x" * 129)
    listing = list_inbox(tmp_path, ["ap_invoices"], NOON)
    assert [len(one.batch_id) for one in listing.arrivals] == [128]
    (problem,) = listing.problems
    assert (problem.reason_code, "128" in problem.expected) == ("MANIFEST_INVALID", True)


@pytest.mark.parametrize(
    "manifest",
    [b"\xff\xfe", b"client: \x00\n", b'client: "a\\0b"\n', b'client: "\\ud800"\n', b"[" * 5000, b"x" * 1_100_000, b""],
)
def test_no_manifest_stops_the_others(tmp_path: Path, manifest: bytes) -> None:
    arrivals = [deliver(tmp_path, "bad"), deliver(tmp_path, "good")]
    arrivals[0].manifest.write_bytes(manifest)
    plan = plan_registrations(arrivals, {}, contracts(), NOON, nothing_bound)
    assert [one.batch_id for one in plan.batches] == ["good"]
    (problem,) = plan.problems
    assert problem.reason_code == "MANIFEST_INVALID"
    assert problem.finding["observed"].isprintable()


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    arrival = deliver(tmp_path / "inbox", "b1")
    vault = Vault(tmp_path / "vault")

    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    with mock.patch.object(Path, "write_bytes", full), pytest.raises(StorageError, match="No space left"):
        gather(arrival, vault.keep)
    assert [path for path in vault.folder.rglob("*") if path.is_file()] == []
    assert len(gather(arrival, vault.keep)) == 1


def test_a_redelivery_and_a_problem_as_of_an_earlier_time_are_not_taken(tmp_path: Path) -> None:
    arrival = deliver(tmp_path, "b1")
    plan = plan_registrations([arrival], {}, contracts(), NOON, nothing_bound)
    known = {one.key: one for one in plan.batches}
    arrival.manifest.write_text(MANIFEST + "delivery: 3\n", encoding="utf-8")
    early = plan_registrations([arrival], known, contracts(), NOON - HOUR, nothing_bound)
    assert (early.batches, early.problems[0].reason_code) == ([], "BATCH_CONFLICT")
    late = plan_registrations([arrival], known, contracts(), NOON + HOUR, nothing_bound, 2)
    assert [(one.delivery, one.intake_sequence) for one in late.batches] == [(3, 2)]
    problem = Problem("x/y", "lane", "LANE_UNKNOWN", "o", "e")
    made = plan_problems([problem], {}, contracts().intake, "inbox", 1, NOON)
    registered = {one.key: one for one in made}
    assert plan_problems([], registered, contracts().intake, "inbox", 2, NOON - HOUR) == []
    assert plan_problems([], registered, contracts().intake, "another inbox", 2, NOON + HOUR) == []
    (mended,) = plan_problems([], registered, contracts().intake, "inbox", 2, NOON + HOUR)
    assert (mended.delivery, mended.problems) == (2, ())


@given(st.text(min_size=1, max_size=300), st.text(max_size=20))
def test_every_problem_has_a_batch_id_that_can_be_a_folder(place: str, mark: str) -> None:
    problem = Problem(place, "lane", "LANE_UNKNOWN", "o", "e", mark)
    assert BATCH_ID.fullmatch(problem.batch_id)
    assert len(problem.batch_id) < 100
    assert str(problem).isprintable()

"""What lies in an inbox ends as records, exceptions or a named status; a redelivery doubles and loses nothing."""

import os
import shutil
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.chain.registration import register_inbox, registered_later
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.steps import Step, run_step
from back_office_pipelines.chain.unfinished import look
from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.inbox import Arrival
from tests.chain.office import HEADER, LANE, SmallOffice, open_small_office, rows
from tests.extraction.documents import archive
from tests.scenario import HOUR, NOON

pytestmark = pytest.mark.server
A = f"{HEADER}\nA-1,2026-11-02,EUR,Kupfer & Söhne,100.00,19.00,119.00\n"
B = f"{HEADER}\nB-1,2026-11-03,EUR,,200.00,38.00,238.00\n"
B_MENDED = B.replace("EUR,,", "EUR,Quarz OHG,")


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    opened = open_small_office(new_database(request.node.name[:60]), tmp_path)
    (opened.inbox / LANE).mkdir(parents=True)
    yield opened
    opened.office.close()


def see(small: SmallOffice, at: Any) -> list[str]:
    """Look into the inbox and run what is due; return what was refused."""
    refused = register_inbox(small.office, small.inbox, at, "ada").refused
    small.run(at)
    return list(refused)


def exceptions(small: SmallOffice) -> list[tuple[str, str, str | None]]:
    return sorted(
        (row["reason_code"], row["state"], row["resolution"]) for row in rows(small, "validated", "exceptions")
    )


def assert_replays(small: SmallOffice) -> None:
    for key in small.office.snapshot().batches:
        assert [(one.stage, one.differences, one.obstacle) for one in replay_batch(small.office, *key)
                if one.verdict != "same"] == []  # fmt: skip


def test_every_problem_is_an_exception_once_and_is_superseded_when_it_is_mended(small: SmallOffice) -> None:
    small.deliver("broken", {"a.csv": A}, colour="red")
    small.deliver("nobody", {"a.csv": A}, client="nobody")
    stale = small.deliver("stale", {"a.csv": A})
    (stale / "manifest.yaml").unlink()
    os.utime(stale / "a.csv", (NOON.timestamp() - 90_000,) * 2)
    (small.inbox / "no_lane" / "b9").mkdir(parents=True)
    small.deliver("good", {"a.csv": A})
    assert len(see(small, NOON)) == 4
    assert exceptions(small) == [
        ("BATCH_INCOMPLETE", "open", None),
        ("LANE_UNKNOWN", "open", None),
        ("MANIFEST_INVALID", "open", None),
        ("MANIFEST_INVALID", "open", None),
    ]
    found = rows(small, "validated", "exceptions")
    assert {(row["lane"], row["owner"], row["opened_at"]) for row in found} == {("_intake", "intake", NOON)}
    assert any("ap_invoices/nobody" in row["observed"] and "no exhibit" in row["observed"] for row in found)
    entries = small.office.ledger.count()
    assert len(see(small, NOON + HOUR)) == 4
    assert small.office.ledger.count() == entries, "the same problems seen again are nothing new"
    rejected = next(row["exception_id"] for row in found if row["reason_code"] == "LANE_UNKNOWN")
    small.decide("reject", rejected, NOON + HOUR, recorded_at=NOON + HOUR, reason="not ours")
    for name in ("broken", "nobody"):
        shutil.rmtree(small.inbox / LANE / name)
        small.deliver(name, {"a.csv": A})
    (stale / "manifest.yaml").write_text((small.inbox / LANE / "good" / "manifest.yaml").read_text(), encoding="utf-8")
    assert len(see(small, NOON + 2 * HOUR)) == 1, "the unknown lane is still there"
    resolved = [one for one in exceptions(small) if one[0] != "DUPLICATE_DOCUMENT"]
    assert resolved == [
        ("BATCH_INCOMPLETE", "resolved", "superseded"),
        ("LANE_UNKNOWN", "resolved", "rejected"),
        ("MANIFEST_INVALID", "resolved", "superseded"),
        ("MANIFEST_INVALID", "resolved", "superseded"),
    ]
    assert_replays(small)


def test_other_content_is_a_conflict_until_it_calls_itself_the_next_delivery(small: SmallOffice) -> None:
    folder = small.deliver("b1", {"a.csv": A})
    assert see(small, NOON) == []
    (folder / "a.csv").write_text(A.replace("119.00", "911.00"), encoding="utf-8")  # as many bytes as before
    (refused,) = see(small, NOON + HOUR)
    assert "BATCH_CONFLICT" in refused
    assert exceptions(small) == [("BATCH_CONFLICT", "open", None)]
    (folder / "a.csv").write_text(A, encoding="utf-8")
    assert see(small, NOON + 2 * HOUR) == []
    assert exceptions(small) == [("BATCH_CONFLICT", "resolved", "superseded")]


def redeliver(small: SmallOffice, delivery: int, files: dict[str, str], **manifest: object) -> None:
    shutil.rmtree(small.inbox / LANE / "b1")
    small.deliver("b1", files, delivery=delivery, **manifest)


def test_a_redelivery_mends_what_was_held_and_leaves_what_was_released(small: SmallOffice) -> None:
    small.deliver("b1", {"a.csv": A, "b.csv": B}, document_count=2)
    see(small, NOON)
    (first,) = rows(small, "released", "releases")
    assert exceptions(small) == [("MISSING", "open", None)]
    totals = '{EUR: {gross_total: "357.00"}}'
    redeliver(small, 2, {"a.csv": A, "b.csv": B_MENDED}, document_count=2, control_totals=totals)
    assert see(small, NOON + HOUR) == []
    assert exceptions(small) == [("MISSING", "resolved", "superseded")]
    releases = rows(small, "released", "releases")
    assert len(releases) == 2
    assert first in releases
    documents = rows(small, "intake", "documents")
    assert {(row["path"], row["delivery"], row["last_delivery"]) for row in documents} == {
        ("a.csv", 1, 2),
        ("b.csv", 2, 2),
    }
    assert len({row["record_id"] for row in rows(small, "validated", "record_states")}) == 2
    assert_replays(small)


def test_a_redelivery_is_no_duplicate_of_what_it_supersedes_but_its_twins_and_others_are(small: SmallOffice) -> None:
    small.deliver("b1", {"b.csv": B})
    see(small, NOON)
    redeliver(small, 2, {"b.csv": B, "copy.csv": B})
    see(small, NOON + HOUR)
    small.deliver("b2", {"b.csv": B})
    see(small, NOON + 2 * HOUR)
    found = [row for row in rows(small, "validated", "exceptions") if row["reason_code"] == "DUPLICATE_DOCUMENT"]
    paths = {row["document_id"]: (row["batch_id"], row["path"]) for row in rows(small, "intake", "documents")}
    assert sorted(paths[row["document_id"]] for row in found) == [("b1", "copy.csv"), ("b2", "b.csv")]
    redeliver(small, 3, {"b.csv": B_MENDED, "again.csv": B})
    see(small, NOON + 3 * HOUR)
    assert len(rows(small, "released", "releases")) == 1
    assert_replays(small)


def test_a_redelivery_that_touches_released_records_waits_for_a_person(small: SmallOffice) -> None:
    small.deliver("b1", {"a.csv": A, "c.csv": B_MENDED})
    see(small, NOON)
    assert len(rows(small, "released", "releases")) == 2
    redeliver(small, 2, {"a.csv": A.replace("A-1", "A-2")})
    see(small, NOON + HOUR)
    found = {(row["reason_code"], row["subject_kind"], row["state"]) for row in rows(small, "validated", "exceptions")}
    assert {("BATCH_CONFLICT", "document", "open"), ("BATCH_CONFLICT", "batch", "open")} <= found
    assert len(rows(small, "released", "releases")) == 2, "nothing is released a second time"
    assert_replays(small)


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Invoices"
    message.set_content("Please find our invoices attached.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_containers_become_documents_and_one_paper_by_three_ways_is_one_record(small: SmallOffice) -> None:
    folder = small.deliver("b1", {"a.csv": A}, document_count=3)
    (folder / "mail.eml").write_bytes(mail(("a.csv", A.encode()), ("inner.zip", archive({"c.csv": B_MENDED.encode()}))))
    (folder / "pack.zip").write_bytes(archive({"a.csv": A.encode(), "../evil.csv": B.encode()}))
    assert see(small, NOON) == []
    documents = {(row["path"], row["member"]): row["role"] for row in rows(small, "intake", "documents")}
    assert documents == {
        ("a.csv", None): "document",
        ("mail.eml", None): "container",
        ("mail.eml", "a.csv"): "document",
        ("mail.eml", "inner.zip"): "container",
        ("mail.eml", "inner.zip/c.csv"): "document",
        ("pack.zip", None): "container",
        ("pack.zip", "a.csv"): "document",
    }
    assert exceptions(small) == [
        ("DUPLICATE_DOCUMENT", "open", None),
        ("DUPLICATE_DOCUMENT", "open", None),
        ("UNREADABLE", "open", None),
    ]
    assert len(rows(small, "released", "releases")) == 2
    statuses = [row["status"] for row in rows(small, "extracted", "extractions")]
    assert sorted(statuses) == ["container"] * 3 + ["ok"] * 4
    assert_replays(small)


def test_a_clock_that_was_set_back_is_refused_and_changes_nothing(small: SmallOffice) -> None:
    small.deliver("b1", {"a.csv": A})
    small.register()
    step = Step(small.office, "ap_invoices", "b1", NOON - HOUR, "run", "ada")
    with pytest.raises(UsageError, match="lies before what is in force"):
        run_step(step, "intake", Arrival("ap_invoices", "b1", small.inbox / "ap_invoices" / "b1"))
    assert small.office.snapshot().made == {}
    assert registered_later(small.office.ledger, NOON - HOUR) == [(NOON, "ap_invoices/b1")]
    assert registered_later(small.office.ledger, NOON) == []
    small.run(NOON)
    assert set(small.office.snapshot().made) == {("ap_invoices", "b1")}
    small.office.ledger.keep_mark(look(small.office).mark)
    assert look(small.office).snapshot.newest == {}  # what is finished nobody looks at, and it came later all the same
    assert registered_later(small.office.ledger, NOON - HOUR) == [(NOON, "ap_invoices/b1")]

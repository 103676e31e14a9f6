"""Channels and the chain: one paper by four ways is one record, and a sender is told what became of a batch."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from back_office_pipelines.chain import collection
from back_office_pipelines.chain.collection import collect, collect_and_register, declared_channels
from back_office_pipelines.chain.replay import replay_batch
from back_office_pipelines.chain.status import batch_status
from back_office_pipelines.cli.serving import endpoint_of
from back_office_pipelines.clock import iso, now
from back_office_pipelines.defs.lanes import lane_job
from back_office_pipelines.defs.sensors import inbox_sensor
from back_office_pipelines.errors import UsageError
from tests.chain.office import HEADER, LANE, SmallOffice, open_small_office, rows
from tests.intake.channels.doors import LATER, TOKEN, mailbox
from tests.intake.channels.serving import PATH, serving
from tests.scenario import HOUR, ROOT

pytestmark = pytest.mark.server
A = f"{HEADER}\nA-1,2026-11-02,EUR,Kupfer & Söhne,100.00,19.00,119.00\n".encode()
HELD = A.replace(b"A-1", b"A-2").replace(b"Kupfer & S\xc3\xb6hne", b"")
CHANNELS = """
channels:
  mail: {kind: maildir, lane: ap_invoices, client: northwind, entity: northwind-us, folder: mail}
  sftp: {kind: drop, lane: ap_invoices, client: northwind, folder: drop}
  api: {kind: http, lane: ap_invoices, client: northwind, token_variable: NORTHWIND_TOKEN}
"""


@pytest.fixture
def small(new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallOffice]:
    dictionaries = tmp_path / "field_dictionaries"
    shutil.copytree(ROOT / "field_dictionaries", dictionaries)
    (dictionaries / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    opened = open_small_office(new_database(request.node.name[:60]), tmp_path, dictionaries)
    opened = replace(opened, inbox=opened.office.settings.inbox)
    mailbox(opened.data / "mail")
    (opened.data / "drop").mkdir()
    opened.inbox.mkdir(parents=True)
    yield opened
    opened.office.close()


def see(small: SmallOffice, at: Any = LATER) -> list[str]:
    """Collect, look into the inbox and run what is due; return what was refused."""
    refused = collect_and_register(small.office, small.inbox, at, "ada").refused
    small.run(at)
    return list(refused)


def post_mail(small: SmallOffice, content: bytes) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Invoice"
    message.set_content("Please find our invoice attached.")
    message.add_attachment(content, maintype="text", subtype="csv", filename="a.csv")
    (small.data / "mail" / "new" / "1.host").write_bytes(message.as_bytes())


def drop(small: SmallOffice, content: bytes, declared: bytes, name: str = "a.csv") -> None:
    (small.data / "drop" / name).write_bytes(content)
    digest = hashlib.sha256(declared).hexdigest()
    (small.data / "drop" / f"{name}.sha256").write_text(f"{digest}  {name}\n", encoding="utf-8")


def test_what_came_to_a_channel_after_the_as_of_time_is_told_with_its_moment(small: SmallOffice) -> None:
    post_mail(small, A)
    drop(small, HELD, HELD)
    early = collect_and_register(small.office, small.inbox, now() - HOUR, "ada")
    assert [place.partition("/")[0] for _, place in early.later] == ["channel mail", "channel sftp"]
    assert all(came <= now() for came, _ in early.later)
    assert (early.new, list(early.refused)) == (0, [])
    assert list(collect_and_register(small.office, small.inbox, LATER, "ada").later) == []


def test_one_document_by_four_channels_is_one_record_and_three_named_duplicates(small: SmallOffice) -> None:
    post_mail(small, A)
    drop(small, A, A)
    small.deliver("from-portal", {"a.csv": A.decode()}, channel="portal", received_at=f'"{iso(now() - HOUR)}"')
    with serving(endpoint_of(small.office, {"NORTHWIND_TOKEN": TOKEN})) as server:
        assert server.post(A, Content_Disposition='attachment; filename="a.csv"').status == 202
        assert see(small) == []
    batches = rows(small, "intake", "batches")
    assert sorted(row["channel"] for row in batches) == ["api", "email", "portal", "sftp"]
    found = rows(small, "validated", "exceptions")
    assert [(row["reason_code"], row["state"]) for row in found] == [("DUPLICATE_DOCUMENT", "open")] * 3
    assert all("batch from-portal" in row["observed"] for row in found), "the first is the one received first"
    assert {row["batch_id"].partition("-")[0] for row in found} == {"mail", "sftp", "api"}
    (released,) = rows(small, "released", "releases")
    assert released["batch_id"] == "from-portal"
    ends = sorted(row["state"] for row in rows(small, "validated", "record_states"))
    assert ends == ["accepted", "held", "held", "held"]
    assert see(small, LATER + HOUR) == []
    assert len(rows(small, "intake", "documents")) == 5, "four papers and the e-mail around one of them"
    for key in small.office.snapshot().batches:
        assert {one.verdict for one in replay_batch(small.office, *key)} == {"same"}


def test_a_bad_checksum_is_an_exception_on_its_document_and_a_missing_one_in_the_lane_of_problems(
    small: SmallOffice,
) -> None:
    drop(small, A, b"what was sent")
    drop(small, HELD, HELD, "late.csv")
    (small.data / "drop" / "late.csv.sha256").unlink()
    assert see(small, now()) == [], "both may still be on their way"
    (refused,) = see(small)
    assert "channel sftp/late.csv" in refused
    found = {(row["lane"], row["reason_code"], row["subject_kind"]) for row in rows(small, "validated", "exceptions")}
    assert found == {(LANE, "CHECKSUM_MISMATCH", "document"), ("_intake", "BATCH_INCOMPLETE", "batch")}
    assert rows(small, "released", "releases") == []
    entries = small.office.ledger.count()
    assert len(see(small, LATER + HOUR)) == 1
    assert small.office.ledger.count() == entries, "the same problem seen again is nothing new"
    drop(small, HELD, HELD, "late.csv")
    assert see(small, LATER + 2 * HOUR) == []
    (problem,) = [row for row in rows(small, "validated", "exceptions") if row["lane"] == "_intake"]
    assert (problem["state"], problem["resolution"], problem["owner"]) == ("resolved", "superseded", "intake")


def test_the_status_address_tells_where_a_batch_stands_until_it_is_done(small: SmallOffice) -> None:
    with serving(endpoint_of(small.office, {"NORTHWIND_TOKEN": TOKEN})) as server:
        name = 'attachment; filename="a.csv"'
        held = str(server.post(HELD, Content_Disposition=name).headers["Location"])
        done = str(server.post(A, key="k2", Content_Disposition=name).headers["Location"])

        def standing(address: str) -> dict[str, Any]:
            answer = server.call("GET", address)
            assert answer.status == 200
            return answer.content

        assert standing(held)["status"] == "received"
        collect_and_register(small.office, small.inbox, LATER, "ada")
        assert standing(held)["status"] == "registered"
        small.run(LATER)
        told = standing(held)
        assert (told["status"], told["records"], told["open_exceptions"]) == ("held", {"held": 1}, {"MISSING": 1})
        assert set(told["stages"]) == {"intake", "extracted", "validated", "released", "worklist"}
        told = standing(done)
        assert (told["status"], told["records"], told["open_exceptions"]) == ("done", {"released": 1}, {})
        assert told["stages"]["intake"]["counts"]["documents"] == 1
        (missing,) = rows(small, "validated", "exceptions")
        small.decide("correct", missing["exception_id"], LATER, recorded_at=LATER, value="Quarz OHG")
        decided = batch_status(small.office, small.inbox, (LANE, held.rpartition("/")[2]), LATER)
        assert decided is not None
        assert decided["status"] == "in_progress"
        small.run(LATER + HOUR)
        assert standing(held)["status"] == "done"
        shutil.rmtree(small.inbox)
        assert standing(held)["status"] == "done"
        again = server.post(HELD, Content_Disposition=name)
        assert (again.status, again.headers["Location"]) == (202, held)
        assert list((small.inbox / LANE).iterdir()) == []
        assert server.call("GET", f"{PATH}/api-0123456789abcdef").status == 404


def test_a_batch_that_cannot_be_registered_is_told_as_refused(small: SmallOffice) -> None:
    with serving(endpoint_of(small.office, {"NORTHWIND_TOKEN": TOKEN})) as server:
        address = str(server.post(A).headers["Location"])
        key = (LANE, address.rpartition("/")[2])
        reference = small.office.settings.reference / "northwind" / "no_such_table"
        reference.mkdir(parents=True)
        assert len(collect_and_register(small.office, small.inbox, LATER, "ada").refused) == 1
        told = batch_status(small.office, small.inbox, key, LATER)
        assert told == {"batch": "/".join(key), "status": "refused", "reasons": ["REFERENCE_INVALID"]}
        reference.rmdir()
        see(small)
        assert server.call("GET", address).content["status"] == "done"


@pytest.mark.filterwarnings("ignore")
def test_the_sensor_collects_before_it_looks(small: SmallOffice) -> None:
    post_mail(small, A)
    sensor = inbox_sensor([lane_job(small.office.contracts.latest(LANE))], [LANE])
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, resources={"back_office": small.office})
        result = sensor(context)
    (request,) = result.run_requests  # type: ignore[union-attr]
    assert str(request.partition_key).startswith("mail-")
    assert (small.data / "mail" / "cur" / "1.host:2,S").is_file()


def test_what_was_taken_stays_taken_when_its_folder_leaves_the_inbox(small: SmallOffice) -> None:
    post_mail(small, A)
    see(small)
    shutil.rmtree(small.inbox / LANE)
    seen = small.data / "mail" / "cur" / "1.host:2,S"
    seen.rename(small.data / "mail" / "new" / "1.host")  # somebody marks it as unread
    assert see(small, LATER + HOUR) == []
    assert seen.is_file()
    assert not list(small.inbox.glob(f"{LANE}/*"))


def test_another_inbox_collects_nothing_and_a_lane_not_in_use_rests(
    small: SmallOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_mail(small, A)
    other = tmp_path / "other"
    other.mkdir()
    collect_and_register(small.office, other, LATER, "ada")
    rest = replace(small.office, contracts=replace(small.office.contracts, lanes={}))
    assert collect(rest, declared_channels(rest.settings, rest.contracts), LATER).taken == []
    monkeypatch.setattr(collection, "FILE_NAME", "nowhere.yaml")
    assert declared_channels(small.office.settings, small.office.contracts) == ()
    with pytest.raises(UsageError, match="no channel of kind http"):
        endpoint_of(small.office, {"NORTHWIND_TOKEN": TOKEN})
    monkeypatch.undo()
    assert (small.data / "mail" / "new" / "1.host").is_file()
    assert (
        len(
            collect(
                small.office,
                declared_channels(small.office.settings, small.office.contracts),
                LATER + timedelta(days=1),
            ).taken
        )
        == 1
    )

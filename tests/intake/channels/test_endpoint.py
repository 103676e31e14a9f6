"""The HTTP endpoint on a real server: who may come in, what is taken, what a repeat gets, what is refused unread."""

import base64
import fcntl
import hashlib
import io
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.intake.channels import endpoint
from back_office_pipelines.intake.channels.endpoint import Endpoint
from back_office_pipelines.intake.channels.tokens import open_doors
from tests.intake.channels.doors import API, LANE, OTHER_VARIABLE, TOKEN, arrivals, channel, only
from tests.intake.channels.serving import PATH, Answer, Served, serving
from tests.scenario import NOON

PDF = b"%PDF-1.7 one invoice"
OTHER_TOKEN = "o" * 40
OTHER = channel("other", "http", lane="expense_receipts", token_variable=OTHER_VARIABLE)
LARGEST = API.terms.largest


class Ledger:
    """What the endpoint asks: registered batches, and where each stands."""

    def __init__(self) -> None:
        self.checksums: dict[tuple[str, str], Mapping[str, str]] = {}
        self.away = False

    def declared(self, lane: str, batch_id: str) -> Mapping[str, str] | None:
        if self.away:
            raise DatabaseError("operational database", "secret place", "start it")
        return self.checksums.get((lane, batch_id))

    def status(self, lane: str, batch_id: str) -> dict[str, Any] | None:
        return {"batch": f"{lane}/{batch_id}", "status": "received"}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "inbox"


@pytest.fixture(scope="module")
def server(ledger: Ledger, inbox: Path) -> Iterator[Served]:
    doors = open_doors([API, OTHER], {"TOKEN": TOKEN, OTHER_VARIABLE: OTHER_TOKEN}, inbox)
    with serving(Endpoint(doors, inbox, ledger.declared, ledger.status, lambda: NOON)) as served:
        yield served


@pytest.fixture(autouse=True)
def empty(inbox: Path, ledger: Ledger) -> Iterator[None]:
    yield
    if (inbox / LANE).is_dir():
        lane = os.open(inbox / LANE, os.O_RDONLY)
        fcntl.flock(lane, fcntl.LOCK_EX)  # whoever stages has come to its end
        assert not list((inbox / LANE).glob(".*")), "nothing half written stays"
        os.close(lane)
    for arrival in arrivals(inbox):
        for path in [*arrival.files(), arrival.manifest]:
            path.unlink()
        arrival.folder.rmdir()
    ledger.checksums.clear()


def test_a_document_becomes_a_batch_and_is_answered_with_its_status_address(server: Served, inbox: Path) -> None:
    digest = hashlib.sha256(PDF).digest()
    declared = f"sha-256=:{base64.b64encode(digest).decode()}:"
    name = "attachment; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf"
    answer = server.post(PDF, Content_Disposition=name, Content_Digest=declared, Content_Type="application/pdf")
    assert answer.status == 202
    assert answer.headers["Location"] == answer.content["status_address"] == f"{PATH}/{API.batch_id('k1')}"
    assert answer.content["sha256"] == digest.hex()
    manifest, files = only(inbox)
    assert files == {"Résumé.pdf": PDF}
    assert (manifest.channel, manifest.received_at) == ("api", NOON)
    assert manifest.checksums == {"Résumé.pdf": f"sha256:{digest.hex()}"}
    status = server.call("GET", answer.headers["Location"])
    assert (status.status, status.content["status"]) == (200, "received")
    assert status.headers["Cache-Control"] == "no-store"


def test_the_same_key_is_the_same_batch_for_good(server: Served, inbox: Path, ledger: Ledger) -> None:
    first = server.post(PDF)
    again = server.post(PDF, key='"k1"')
    assert (again.status, again.content, again.headers["Location"]) == (202, first.content, first.headers["Location"])
    for other in (server.post(b"another"), server.post(PDF, Content_Disposition='attachment; filename="b.pdf"')):
        assert (other.status, other.content["status"]) == (422, 422)
    manifest, files = only(inbox)
    assert files == {"document": PDF}
    (arrival,) = arrivals(inbox)
    ledger.checksums[LANE, arrival.batch_id] = dict(manifest.checksums)
    for path in [*arrival.files(), arrival.manifest]:
        path.unlink()
    arrival.folder.rmdir()
    assert server.post(PDF).status == 202
    assert server.post(b"another").status == 422
    assert arrivals(inbox) == [], "what was registered is not written again when its folder has left the inbox"


def test_equal_requests_at_one_time_are_one_batch(server: Served, inbox: Path) -> None:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(server.post(PDF * 20_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [202] * 4
    assert len(arrivals(inbox)) == 1


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "t", "ü" * 40])
def test_without_a_valid_token_nothing_is_told_and_nothing_read(server: Served, token: str | None) -> None:
    headers = {"Authorization": None if token is None else f"Bearer {token}"}
    for method, path in (("POST", PATH), ("POST", "/v1/batches/nowhere"), ("GET", f"{PATH}/{API.batch_id('k1')}")):
        answer = server.call(method, path, b"x" if method == "POST" else None, **headers)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_opens_its_own_lane_only_and_shows_its_own_batches_only(server: Served) -> None:
    assert server.post(PDF, token=OTHER_TOKEN).status == 403
    assert server.post(PDF, path="/v1/batches/nowhere").status == 404
    assert server.call("GET", f"{PATH}/{API.batch_id('k1')}", token=OTHER_TOKEN).status == 403
    assert server.call("GET", f"{PATH}/somebody-elses-0123456789abcdef").status == 404
    assert server.call("GET", f"{PATH}/..%2f..%2fsecrets").status == 404
    assert server.call("GET", "/v1").status == 404


def test_methods_and_media_that_are_not_taken(server: Served) -> None:
    assert server.call("GET", PATH).status == 405
    assert server.call("DELETE", f"{PATH}/{API.batch_id('k1')}").headers["Allow"].split(", ") in (
        ["GET", "HEAD"],
        ["HEAD", "GET"],
    )
    refused = server.post(PDF, Content_Type="multipart/form-data; boundary=b")
    assert (refused.status, refused.headers["Content-Type"]) == (415, "application/problem+json")
    assert refused.content["title"] == "Not a document"
    assert server.post(PDF, key="").status == 400
    assert server.post(b"").status == 400
    assert server.post(io.BytesIO(b""), Transfer_Encoding="chunked").status == 400


def test_a_digest_that_is_not_the_bodys_is_refused(server: Served, inbox: Path) -> None:
    wrong = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    assert server.post(PDF, Content_Digest=f"sha-256=:{wrong}:").status == 400
    assert arrivals(inbox) == []


def head(*lines: str) -> bytes:
    given = (f"POST {PATH} HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}", "Idempotency-Key: k1", *lines)
    return "\r\n".join((*given, "", "")).encode()


def answer_of(received: bytes) -> int:
    return int(received.split(maxsplit=2)[1])


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(server: Served) -> None:
    with server.connected() as bare:
        bare.sendall(head(f"Content-Length: {LARGEST + 1}"))
        received = b"".join(iter(lambda: bare.recv(4096), b""))  # to its end: the server hangs up
    assert answer_of(received) == 413


def test_a_body_in_chunks_is_refused_at_the_first_byte_too_many(server: Served, inbox: Path) -> None:
    """The sender never says that it has finished: an endpoint that first collected the body would not answer."""
    with server.connected() as bare:
        bare.sendall(head("Transfer-Encoding: chunked") + f"{LARGEST + 1:x}\r\n".encode() + b"x" * (LARGEST + 1))
        assert answer_of(bare.recv(4096)) == 413
    assert arrivals(inbox) == []
    assert server.post(io.BytesIO(b"x" * LARGEST), Transfer_Encoding="chunked").status == 202


def test_a_body_without_a_length_is_refused(server: Served) -> None:
    with server.connected() as bare:
        bare.sendall(head())
        assert answer_of(bare.recv(4096)) == 411


def test_a_sender_that_goes_away_leaves_nothing(server: Served, inbox: Path) -> None:
    with server.connected() as bare:
        bare.sendall(head("Content-Length: 100", "Expect: 100-continue"))
        assert answer_of(bare.recv(4096)) == 100
        bare.sendall(b"half")
    assert server.post(PDF, key="k2").status == 202
    assert [arrival.batch_id for arrival in arrivals(inbox)] == [API.batch_id("k2")]


def test_a_sender_that_trickles_is_told_so(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "SECONDS", 0)
    with server.connected() as bare:
        bare.sendall(head("Content-Length: 100") + b"x")
        assert answer_of(bare.recv(4096)) == 408


def test_a_database_that_is_away_is_said_without_its_secrets(server: Served, ledger: Ledger, inbox: Path) -> None:
    ledger.away = True
    try:
        answer = server.post(PDF)
    finally:
        ledger.away = False
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "secret" not in str(answer.content)
    assert arrivals(inbox) == []
    assert server.post(PDF).status == 202

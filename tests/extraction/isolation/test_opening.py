"""E-mails and archives opened by workers: the same parts as in this process, and a hostile one hurts itself alone."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.containers.limits import LIMITS
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.isolation import work
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.fate import NO_ANSWER
from back_office_pipelines.extraction.isolation.messages import BrokenAnswerError, pack_part
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.isolation.work import Opening
from back_office_pipelines.extraction.media import may_hold_parts, media_type
from back_office_pipelines.intake.documents import gather
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.intake.parts import Part
from back_office_pipelines.intake.vault import Vault
from tests.extraction.documents import archive
from tests.extraction.isolation.hostile import OPENER, READER, TELL
from tests.extraction.test_containers import PICTURE, mail
from tests.extraction.test_fuzz import ORIGINALS

TIGHT = Limits(memory=150_000_000, cpu_seconds=1, wall_seconds=60.0, documents=50)
EXPECTED = "a file that opens, or its parts sent one by one"
GOOD = {
    **ORIGINALS,
    "plain.eml": mail(PICTURE).as_bytes(),
    "nested.eml": mail(
        attached={"x.zip": archive({"a.csv": b"a;b\n", "../b": b"", "c.eml": b"To: x\nFrom: y\n\n"})}
    ).as_bytes(),
    "names.eml": mail(attached={"x.csv": b"a", "y/x.csv": b"", "ü ä.csv": b""})
    .as_bytes()
    .replace(b"x.csv", b"\xff.csv"),
    "empty.zip": archive({}),
    "damaged.zip": archive({"a.csv": b"a;b\n" * 99})[:-30],
    "wide.eml": b"\xff\xfe" + "\n\nFrom: a\nTo: b\n\ntext".encode("utf-16-le"),
    "empty": b"",
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(READER, TIGHT, most=1, opener=OPENER)) as pool:
        yield pool


def told(parts: Iterator[Part]) -> list[tuple[object, ...]]:
    return [(part.member, part.content, part.role, part.refusals) for part in parts]


@pytest.mark.parametrize("name", GOOD)
def test_parts_are_those_of_this_process(workers: Workers, name: str) -> None:
    assert told(workers.open_parts(GOOD[name])) == told(open_parts(GOOD[name]))


@pytest.mark.parametrize(
    ("deed", "reason_code", "observed"),
    [
        ("compute", "LIMIT_EXCEEDED", "opening it takes longer than a file may take"),
        ("eat 500", "LIMIT_EXCEEDED", "opening it takes more memory than a file may take"),
        ("segfault", "UNREADABLE", "the process that opens it dies of it (signal SIGSEGV)"),
        ("leave", "UNREADABLE", "the process that opens it dies of it (exit code 3)"),
        ("fail", "UNREADABLE", "opening it fails: KeyError in hostile.py, fail"),
        ("lie twice", "UNREADABLE", "the process that opens it gives no usable answer"),
        ("lie surrogate", "UNREADABLE", "the process that opens it gives no usable answer"),
        ("lie newline", "UNREADABLE", "the process that opens it gives no usable answer"),
        ("lie role", "UNREADABLE", "the process that opens it gives no usable answer"),
    ],
)
def test_a_container_that_hurts_its_opener_is_its_own_exception(
    workers: Workers, tmp_path: Path, deed: str, reason_code: str, observed: str
) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    good = {"a.eml": GOOD["mail.eml"], "c.csv": GOOD["table.csv"], "d.zip": GOOD["archive.zip"]}
    for name, content in {**good, "b.eml": TELL + deed.encode()}.items():
        (folder / name).write_bytes(content)
    vault = Vault(tmp_path / "vault")
    arrival = Arrival("ap_invoices", "b1", folder)
    files = gather(arrival, vault.keep, workers.open_parts)
    (hurt,) = [one for one in files if one.path == "b.eml"]
    assert (hurt.member, hurt.role) == (None, "container"), "no part of it is taken, however far the worker came"
    ((refusal),) = hurt.refusals
    assert (refusal.reason_code, refusal.observed, refusal.expected) == (reason_code, observed, EXPECTED)
    (folder / "b.eml").unlink()
    assert [one for one in files if one is not hurt] == gather(arrival, vault.keep, open_parts)


def test_one_that_waits_for_ever_is_stopped() -> None:
    with closing(Workers(READER, Limits(wall_seconds=0.0), most=1, opener=OPENER)) as pool:
        (hurt,) = pool.open_parts(TELL + b"wait")
        assert (hurt.refusals[0].reason_code, pool.deaths) == ("LIMIT_EXCEEDED", 1)


def test_one_whose_worker_somebody_else_kills_is_opened_again(workers: Workers, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    marker.touch()
    first, whole = workers.open_parts(TELL + f"killed {marker}".encode())
    assert (first.member, whole.refusals) == ("first.csv", ()), "and no part of the first try is there twice"


def test_a_batch_without_containers_starts_no_worker() -> None:
    with closing(Workers(READER, TIGHT, opener="no.such:opener")) as pool:
        for name in ("ubl.xml", "table.csv", "page.pdf", "page.html", "table-wide.csv", "picture.png", "empty"):
            assert told(pool.open_parts(GOOD[name])) == [(None, GOOD[name], "document", ())]
        assert pool.processes() == ()


@given(
    st.binary(max_size=40),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    st.sampled_from(["From", "X-a", "delivered-TO", "content-type"]),
    st.text(" \n\t\u2003\u3000\u00a0", max_size=9),
)
def test_what_begins_like_no_container_is_none(noise: bytes, encoding: str, header: str, blanks: str) -> None:
    for content in (noise, (blanks + f"{header}: ä\nTo: b\n\nbody").encode(encoding), b"PK\3\4" + noise):
        if media_type(content) in {"zip", "email", "msg"}:
            assert may_hold_parts(content)


def test_a_worker_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Opening(b"")
    monkeypatch.setattr(work, "MOST_SPOOLED", 10)
    assert opening.take(pack_part(Part("a", b"")), bytes(10)) is None
    with pytest.raises(BrokenAnswerError):
        opening.take(pack_part(Part("b", b"")), b"x")
    monkeypatch.setattr(work, "MOST_PARTS", 1)
    with pytest.raises(BrokenAnswerError):
        opening.take(pack_part(Part("c", b"")), b"")
    assert opening.end(NO_ANSWER).inside == []


def test_a_file_larger_than_anything_taken_out_of_one_is_not_opened() -> None:
    with closing(Workers(READER, TIGHT, opener="no.such:opener")) as pool:
        content = b"PK\3\4" + bytes(LIMITS.total_bytes)
        (whole,) = pool.open_parts(content)
        assert (whole.content is content, whole.role) == (True, "document"), "its reader will say that it is too large"


def test_a_file_of_a_batch_is_described_the_same_whoever_opens_it(workers: Workers, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    for name, content in GOOD.items():
        (folder / name).write_bytes(content)
    arrival = Arrival("ap_invoices", "b1", folder)
    vault = Vault(tmp_path / "vault")
    files = gather(arrival, vault.keep, workers.open_parts)
    assert files == gather(arrival, vault.keep, open_parts)
    assert sum(one.member is not None for one in files) >= 10

"""Workers: the document that hurts its reader has a named outcome, and every other one is as if it were not there."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from back_office_pipelines.errors import LakeError, WorkerError
from back_office_pipelines.extraction.extractor import InProcess, Source
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.limits import MOST_BYTES
from back_office_pipelines.extraction.model import Extraction
from tests.extraction.documents import AGREEING_PAGE, INVOICE_PAGE, UBL, cii, hybrid, pdf
from tests.extraction.isolation.hostile import READER, read
from tests.scenario import ROOT, dictionary

TIGHT = Limits(memory=150_000_000, cpu_seconds=1, wall_seconds=60.0, documents=20)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(READER, TIGHT, most=2)) as pool:
        yield pool


def sources(*texts: str) -> list[Source]:
    return [Source(f"{number}.txt", text.encode) for number, text in enumerate(texts)]


def outcomes(workers: Workers, *texts: str) -> list[Extraction]:
    return list(workers.extract(sources(*texts), dictionary()))


def assert_read(extraction: Extraction, name: str) -> None:
    assert extraction == read(name, int(extraction.findings[0].detail)), "exactly what the reader gave"


@pytest.mark.parametrize(
    ("deed", "reason_code", "detail"),
    [
        (
            "compute",
            "LIMIT_EXCEEDED",
            "reading the document takes longer than a document may take; have it sent in parts",
        ),
        (
            "eat 500",
            "LIMIT_EXCEEDED",
            "reading the document takes more memory than a document may take; have it sent in parts",
        ),
        ("abort", "UNREADABLE", "the process that reads the document dies of it (signal SIGABRT)"),
        ("segfault", "UNREADABLE", "the process that reads the document dies of it (signal SIGSEGV)"),
        ("leave", "UNREADABLE", "the process that reads the document dies of it (exit code 3)"),
        ("nest", "LIMIT_EXCEEDED", "the document is nested deeper than a reader goes; have it sent in another form"),
        ("fail", "UNREADABLE", "the reader fails on it: KeyError in hostile.py, fail"),
    ],
)
def test_what_a_document_does_to_its_reader_is_its_own_outcome(
    workers: Workers, deed: str, reason_code: str, detail: str
) -> None:
    before, hurt, after = outcomes(workers, "ok a", deed, "ok b")
    assert (hurt.status, hurt.reason_code, hurt.detail) == ("unreadable", reason_code, detail)
    assert_read(before, "a")
    assert_read(after, "b")


def test_a_reader_that_waits_for_ever_is_stopped() -> None:
    with closing(Workers(READER, Limits(wall_seconds=0.0), most=1)) as pool:
        hurt, after = outcomes(pool, "wait", "nest")
    assert (hurt.reason_code, pool.deaths) == ("LIMIT_EXCEEDED", 2), "no document gets any time here"
    assert after == hurt


def test_one_that_is_killed_by_somebody_else_is_read_again(workers: Workers, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    marker.touch()
    deaths = workers.deaths
    first, second = outcomes(workers, f"killed {marker}", "ok b")
    assert_read(first, str(marker))
    assert_read(second, "b")
    assert workers.deaths == deaths + 1


def test_memory_that_earlier_documents_left_behind_is_held_against_nobody(workers: Workers) -> None:
    extractions = outcomes(workers, *["eat 60"] * 6)
    assert [extraction.status for extraction in extractions] == ["ok"] * 6


def test_order_is_that_of_the_documents_whoever_reads_them(workers: Workers) -> None:
    extractions = outcomes(workers, "slow 0", *(f"ok {number}" for number in range(1, 24)))
    assert [one.records[0].fields[0].raw for one in extractions] == [str(number) for number in range(24)]
    assert len({one.findings[0].detail for one in extractions}) > 1, "no worker reads more documents than it may"


def test_a_caller_that_stops_in_the_middle_leaves_a_pool_that_works(workers: Workers) -> None:
    begun = workers.extract(sources("ok a", "wait", "wait"), dictionary())
    assert_read(next(begun), "a")
    begun.close()
    assert_read(outcomes(workers, "ok b")[0], "b")


def test_an_error_of_the_vault_is_nobodys_outcome_and_a_file_that_cannot_be_opened_is(workers: Workers) -> None:
    def lost() -> bytes:
        raise LakeError("vault file x", "is gone", "restore it")

    def forbidden() -> bytes:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(LakeError):
        list(workers.extract([*sources("ok a"), Source("x", lost)], dictionary()))
    first, second = workers.extract([Source("x", forbidden), *sources("ok a")], dictionary())
    assert (first.reason_code, first.detail) == ("UNREADABLE", "the file cannot be opened: Permission denied")
    assert_read(second, "a")


def test_a_document_above_the_limit_of_size_reaches_no_worker() -> None:
    with closing(Workers(READER, TIGHT)) as pool:
        (extraction,) = pool.extract([Source("x", lambda: bytes(MOST_BYTES + 1))], dictionary())
        assert (extraction.reason_code, pool.processes()) == ("LIMIT_EXCEEDED", ())


def test_nothing_to_read_starts_nothing_and_a_closed_pool_has_no_processes() -> None:
    pool = Workers(READER, TIGHT)
    assert list(pool.extract([], dictionary())) == []
    assert pool.processes() == ()
    outcomes(pool, "ok a")
    (process,) = pool.processes()
    pool.close()
    assert not Path(f"/proc/{process}").exists()


def test_a_reader_that_cannot_be_loaded_stops_the_run_with_one_sentence() -> None:
    with closing(Workers("no.such:reader")) as pool, pytest.raises(WorkerError, match="No module named 'no'"):
        outcomes(pool, "ok a")


def test_real_documents_are_read_as_in_this_process() -> None:
    contents = [UBL.encode(), hybrid(AGREEING_PAGE, {"factur-x.xml": cii()}), pdf(INVOICE_PAGE), b"", b"a;b\n1;2\n"]
    documents = [Source(f"{number}", partial(bytes, content)) for number, content in enumerate(contents)]
    with closing(Workers()) as pool:
        isolated = list(pool.extract(documents, dictionary()))
        pages = list(pool.extract(documents, dictionary(), ignore_embedded_xml=True))
    assert isolated == list(InProcess().extract(documents, dictionary()))
    assert pages == list(InProcess().extract(documents, dictionary(), ignore_embedded_xml=True))
    assert isolated != pages


ORPHAN = """
import signal
from back_office_pipelines.extraction.extractor import Source
from back_office_pipelines.extraction.isolation.pool import Workers
from tests.extraction.isolation.hostile import READER
from tests.scenario import dictionary
workers = Workers(READER, most=1)
begun = workers.extract([Source("a", b"ok a".strip), Source("b", b"compute".strip)], dictionary())
print(next(begun).findings[0].detail, flush=True)
next(begun)
"""


def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        descriptor = os.pidfd_open(worker)
        parent.send_signal(signal.SIGKILL)
    with os.fdopen(descriptor, "rb"):
        assert select.select([descriptor], [], [], 60)[0], "the worker ends in the middle of its computing"

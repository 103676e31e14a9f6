"""A full disk and a database that goes away: one sentence, nothing half in force, and the next run completes."""

import errno
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from back_office_pipelines.chain import publication
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import DatabaseError, StorageError
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.storage.server import libpq_url
from tests.chain.office import INVOICES, KEY, SmallOffice, open_small_office
from tests.scenario import NOON

pytestmark = pytest.mark.server


def in_force(small: SmallOffice) -> dict[str, dict[str, str]]:
    """Hash of every table in force by stage: the same wherever the same documents went the same way."""
    made = small.office.snapshot().made.get(KEY, {})
    return {stage: {name: one.hash for name, one in current.made.writes.items()} for stage, current in made.items()}


@pytest.fixture(scope="module")
def undisturbed(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, str]]:
    small = delivered(new_database("undisturbed"), tmp_path_factory.mktemp("undisturbed"))
    small.run(NOON)
    with closing(small.office):
        return in_force(small)


def delivered(url: str, folder: Path) -> SmallOffice:
    small = open_small_office(url, folder)
    small.deliver(KEY[1], {"invoices.csv": INVOICES})
    small.register()
    return small


def test_a_disk_that_fills_up_at_any_write_stops_the_run_and_the_next_one_goes_on(
    new_database: Callable[[str], str],
    tmp_path: Path,
    undisturbed: dict[str, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each run gets room for three more writes than the one before it had."""
    small, sync, left, room = delivered(new_database("full"), tmp_path), os.fsync, [0], 0
    sentences: list[tuple[str, int]] = []

    def into_what_is_left(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    def refused(act: Callable[[], object]) -> bool:
        left[0] = room
        try:
            act()
        except StorageError as problem:
            sentences.append((str(problem), problem.exit_code))
            return True
        return False

    monkeypatch.setattr(os, "fsync", into_what_is_left)
    refusals = 0
    while refused(lambda: small.run(NOON)):
        assert in_force(small).items() <= undisturbed.items(), "what is in force is whole"
        refusals, room = refusals + 1, room + 3
    assert refusals > 2
    assert list(small.data.rglob("*.part")) == []
    assert in_force(small) == undisturbed
    room = 1
    assert refused(lambda: publication.publish(small.office, NOON, "run", "ada"))
    room = 1000
    assert not refused(lambda: publication.publish(small.office, NOON, "run", "ada"))
    assert len(sentences) == refusals + 1
    assert all("cannot be written (No space left on device); make room" in text for text, _ in sentences)
    assert {code for _, code in sentences} == {3}
    small.office.close()


def test_a_database_that_goes_away_in_a_step_leaves_the_batch_due(
    new_database: Callable[[str], str], postgres_url: str, tmp_path: Path, undisturbed: dict[str, dict[str, str]]
) -> None:
    small = delivered(new_database("gone"), tmp_path)

    def say(*statements: str) -> None:
        with closing(psycopg2.connect(libpq_url(postgres_url))) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            for statement in statements:
                cursor.execute(statement)

    def reading_as_it_goes_away(content: bytes, name: str, dictionary: Dictionary, **how: bool) -> Extraction:
        say(
            "ALTER DATABASE gone ALLOW_CONNECTIONS false",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gone'",
        )
        return extract_document(content, name, dictionary, **how)

    gone = replace(small, office=replace(small.office, extractor=InProcess(reading_as_it_goes_away)))
    with pytest.raises(DatabaseError, match=r"operational database: .*; check"):
        gone.run(NOON)
    say("ALTER DATABASE gone ALLOW_CONNECTIONS true")
    assert in_force(small).keys() == {"intake"}
    small.run(NOON)
    assert in_force(small) == undisturbed
    small.office.close()

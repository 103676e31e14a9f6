"""Schema steps are applied once each, and a database whose steps are not ours is refused."""

from contextlib import closing

import psycopg2
import pytest

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.ledger import upgrade as upgrades
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.marks import Mark
from back_office_pipelines.ledger.upgrade import missing_steps, role_of, upgrade
from back_office_pipelines.storage.server import libpq_url
from tests.scenario import NOON, batch

pytestmark = pytest.mark.server


def execute(dsn: str, statement: str) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_upgrading_twice_changes_nothing(dsn: str) -> None:
    assert upgrade(dsn) == missing_steps(dsn) == []


def test_a_database_without_our_schema_lacks_every_step(dsn: str) -> None:
    execute(dsn, "DROP SCHEMA ledger CASCADE")
    missing = missing_steps(dsn)
    assert missing[0] == "001_ledger.sql"
    assert upgrade(dsn) == missing
    assert missing_steps(dsn) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE ledger.schema_steps SET sha256 = md5(name) WHERE name LIKE '001%'", "001_ledger.sql was applied in"),
        ("UPDATE ledger.schema_steps SET sha256 = NULL", "applied in another form"),
        ("INSERT INTO ledger.schema_steps VALUES ('999_later.sql', 'x')", "has step 999_later.sql"),
    ],
)
def test_steps_that_are_not_ours_are_refused(dsn: str, change: str, message: str) -> None:
    execute(dsn, change)
    for look in (upgrade, missing_steps):
        with pytest.raises(DatabaseError, match=message):
            look(dsn)


def test_a_database_from_before_steps_had_hashes_is_refused_and_left_as_it_was(dsn: str) -> None:
    execute(dsn, "ALTER TABLE ledger.schema_steps DROP COLUMN sha256")
    for _ in range(2):
        with pytest.raises(DatabaseError, match="another form"):
            upgrade(dsn)


def test_an_older_ledger_learns_to_retire_and_keeps_what_it_holds(
    dsn: str, application_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(dsn, "DROP SCHEMA ledger CASCADE")
    own, every = libpq_url(application_url), upgrades._steps()
    retired = Draft("retired", NOON, "ada", {"quiet_days": 90}, "l", "b")
    with monkeypatch.context() as older:
        older.setattr(upgrades, "_steps", lambda: {name: every[name] for name in sorted(every)[:2]})
        rights = [line for line in upgrades._GRANTS.splitlines() if "marks" not in line]
        older.setattr(upgrades, "_GRANTS", "\n".join(rights))
        upgrade(dsn, role_of(own))
    with Ledger(own) as ledger:
        ledger.append([batch().draft("ada")])
        with pytest.raises(psycopg2.errors.CheckViolation):
            ledger.append([retired])
        later = ["003_retirement.sql", "004_automation.sql", "005_memory.sql"]
        assert missing_steps(own) == upgrade(dsn, role_of(own)) == later
        ledger.append([retired])
        ledger.keep_mark(Mark(2, frozenset({("l", "b")})))
        assert ledger.mark() == Mark(2, frozenset({("l", "b")}))
        assert ledger.retired() == {("l", "b")}
        assert ledger.verify() == ledger.unguarded() == []

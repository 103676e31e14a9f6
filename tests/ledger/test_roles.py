"""Roles on a real server: the application reads and appends; everything else is refused, to the owner as well."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.marks import Mark
from back_office_pipelines.ledger.upgrade import may_change_entries, missing_steps, role_of, upgrade
from back_office_pipelines.storage.server import libpq_url
from tests.ledger.test_claims import claim
from tests.scenario import NOON

pytestmark = pytest.mark.server
CHANGES = ["UPDATE ledger.{0} SET {1} = {1}", "DELETE FROM ledger.{0}", "TRUNCATE ledger.{0}"]
DEFINITIONS = [
    "DROP TABLE ledger.{0}",
    "ALTER TABLE ledger.{0} DISABLE TRIGGER ALL",
    "ALTER TABLE ledger.{0} DISABLE TRIGGER {0}_are_final",
    "DROP TRIGGER {0}_stay ON ledger.{0}",
    "ALTER TABLE ledger.{0} ADD COLUMN x int",
    "ALTER TABLE ledger.{0} OWNER TO CURRENT_USER",
    "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER quiet BEFORE INSERT ON ledger.{0} FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()",
    "CREATE RULE quiet AS ON INSERT TO ledger.{0} DO INSTEAD NOTHING",
    "CREATE TABLE ledger.own (x int)",
    "DROP SCHEMA ledger CASCADE",
    "SET session_replication_role = replica",
    "GRANT DELETE ON ledger.{0} TO PUBLIC",
    "UPDATE ledger.schema_steps SET sha256 = NULL",
    "INSERT INTO ledger.schema_steps VALUES ('x', 'y')",
    "INSERT INTO ledger.claims (claim_seq, lane) OVERRIDING SYSTEM VALUE VALUES (0, 'x')",
]
TABLES = {"entries": "actor", "claims": "detail", "marks": "rule"}


@pytest.fixture
def application(dsn: str, application_url: str) -> str:
    """The application's role on a ledger with an entry and a claim."""
    own = libpq_url(application_url)
    upgrade(dsn, role_of(own))
    with Ledger(own) as ledger:
        ledger.append([Draft("decision", NOON, "ada", {"decision_id": "one", "action": "triage"})])
        ledger.claim([claim("a", "k")])
        ledger.keep_mark(Mark(1, frozenset()))
    return own


def refusal(dsn: str, statement: str) -> str:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except psycopg2.errors.InsufficientPrivilege as problem:
            return str(problem)
        effective = cursor.statusmessage or ""
    return "" if not effective.startswith("GRANT") else _granted(dsn, statement)


def _granted(dsn: str, statement: str) -> str:
    """A role without rights to give is only warned by Postgres: nothing is granted."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return "".join(connection.notices)


@pytest.mark.parametrize("table", TABLES)
def test_the_application_is_refused_every_change(application: str, table: str) -> None:
    for statement in [*CHANGES, *DEFINITIONS]:
        said = refusal(application, statement.format(table, TABLES[table]))
        assert any(word in said for word in ("permission denied", "must be owner", "no privileges")), (statement, said)
    with Ledger(application) as ledger:
        assert ledger.count() == 1
        assert ledger.verify() == []


@pytest.mark.parametrize("table", TABLES)
def test_triggers_refuse_the_owner_as_well(application: str, dsn: str, table: str) -> None:
    for statement in CHANGES:
        assert "append-only" in refusal(dsn, statement.format(table, TABLES[table]))


def test_the_application_cannot_change_the_schema_and_says_who_can(application: str, dsn: str) -> None:
    assert not may_change_entries(application)
    assert may_change_entries(dsn)
    assert missing_steps(application) == []
    with pytest.raises(DatabaseError, match="BACK_OFFICE_POSTGRES_ADMIN_URL"):
        upgrade(application)


@pytest.fixture
def external(postgres_url: str) -> Iterator[tuple[str, str]]:
    """An empty database as somebody else would set it up: an administrator who owns it, and an application's role."""
    name = f"external_{uuid4().hex[:8]}"
    admin, application = f"{name}_admin", f"{name}_app"
    with closing(psycopg2.connect(libpq_url(postgres_url))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"CREATE ROLE {admin} LOGIN")
        cursor.execute(f"CREATE ROLE {application} LOGIN")
        cursor.execute(f"CREATE DATABASE {name} OWNER {admin}")
    place = libpq_url(postgres_url).partition("@")[2].partition("?")[2]
    yield f"postgresql://{admin}@/{name}?{place}", f"postgresql://{application}@/{name}?{place}"
    with closing(psycopg2.connect(libpq_url(postgres_url))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"DROP DATABASE {name}")
        cursor.execute(f"DROP ROLE {admin}, {application}")


def test_two_ordinary_roles_on_an_empty_external_database(external: tuple[str, str]) -> None:
    admin, application = external
    assert missing_steps(application) == upgrade(admin, role_of(application))
    assert missing_steps(application) == []
    with Ledger(application) as ledger:
        ledger.append([Draft("decision", NOON, "ada", {"decision_id": "one"})])
        assert ledger.claim([claim("a", "k")]) == []
        assert ledger.verify() == []
    assert "permission denied" in refusal(application, "DELETE FROM ledger.entries")
    assert "append-only" in refusal(admin, "DELETE FROM ledger.entries")
    with closing(psycopg2.connect(application)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE dagster.runs (id int)")

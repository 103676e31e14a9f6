"""Bringing the operational database's schema up to date: `back-office db upgrade`.

The steps are the SQL files of `schema/`, applied once each in order of their number by the role that then owns the
tables. The application's role may read and append, no more. Dagster keeps its own tables in schema `dagster`, which the
application's role fills, and upgrades them itself.
"""

import hashlib
from contextlib import closing
from importlib import resources

import psycopg2
from psycopg2 import extensions, sql

from back_office_pipelines.errors import DatabaseError

_UPGRADE_LOCK = 0x75_70_67_72_61_64_65  # "upgrade" in ASCII
_DONE = "SELECT name, sha256 FROM ledger.schema_steps"
_CLAIMED = "lane, client, kind, key, subject_id, batch_id, document_id, intake_sequence, detail"
_GRANTS = f"""
GRANT USAGE, CREATE ON SCHEMA dagster TO {{role}};
GRANT USAGE ON SCHEMA ledger TO {{role}};
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO {{role}};
GRANT INSERT ON ledger.entries TO {{role}};
GRANT INSERT ({_CLAIMED}) ON ledger.claims TO {{role}};
GRANT INSERT (through, hash, rule, unfinished) ON ledger.marks TO {{role}};
"""


def upgrade(dsn: str, application: str | None = None) -> list[str]:
    """Apply the schema steps that are missing and return their names.

    Args:
        dsn: database and role that owns the schema, the administrator's.
        application: role that may then read and append; None for no other role.

    Raises:
        DatabaseError: the database refused a step, or holds a step that is not ours; nothing of this call remains.
    """
    with closing(_connected(dsn)) as connection:
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
                cursor.execute("CREATE SCHEMA IF NOT EXISTS dagster")
                cursor.execute("CREATE SCHEMA IF NOT EXISTS ledger")
                cursor.execute("CREATE TABLE IF NOT EXISTS ledger.schema_steps (name text PRIMARY KEY)")
                cursor.execute("ALTER TABLE ledger.schema_steps ADD COLUMN IF NOT EXISTS sha256 text")
                cursor.execute(_DONE)
                missing = _missing(dict(cursor.fetchall()))
                for name, step in missing.items():
                    cursor.execute(step)
                    cursor.execute("INSERT INTO ledger.schema_steps VALUES (%s, %s)", (name, _hash(step)))
                if application not in {None, connection.info.user}:
                    cursor.execute(sql.SQL(_GRANTS).format(role=sql.Identifier(application)))
        except psycopg2.Error as problem:
            raise DatabaseError(
                "schema upgrade",
                " ".join(str(problem).split()),
                "use a role that may create schemas (BACK_OFFICE_POSTGRES_ADMIN_URL)",
            ) from None
    return list(missing)


def missing_steps(dsn: str) -> list[str]:
    """Return the names of the steps that a database lacks, as far as a role may see; nothing is changed.

    Raises:
        DatabaseError: the database cannot be reached, or holds a step that is not ours.
    """
    with closing(_connected(dsn)) as connection, connection, connection.cursor() as cursor:
        try:
            cursor.execute(_DONE)
        except (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn, psycopg2.errors.InsufficientPrivilege):
            return list(_steps())
        return list(_missing(dict(cursor.fetchall())))


def role_of(dsn: str) -> str:
    """Return the role that a connection string logs in as."""
    with closing(_connected(dsn)) as connection:
        return str(connection.info.user)


def may_change_entries(dsn: str) -> bool:
    """Whether a role could take the triggers off the entries, as their owner or with an owner's rights."""
    with closing(_connected(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'ledger.entries'::regclass")
        return bool((cursor.fetchone() or (False,))[0])


def _connected(dsn: str) -> extensions.connection:
    try:
        return psycopg2.connect(dsn, application_name="back-office schema")
    except psycopg2.OperationalError as problem:
        raise DatabaseError(
            "operational database", " ".join(str(problem).split()), "check the URL and the server"
        ) from None


def _missing(done: dict[str, str | None]) -> dict[str, str]:
    """Return the steps not done yet.

    Raises:
        DatabaseError: a step was done in another form, or is none of ours.
    """
    steps = _steps()
    for name, applied in sorted(done.items()):
        if name not in steps:
            raise DatabaseError(
                "operational database", f"its schema has step {name}, which this version does not know",
                "use the version of the back office that upgraded it, or a newer one",
            )  # fmt: skip
        if applied != _hash(steps[name]):
            raise DatabaseError(
                "operational database", f"its schema step {name} was applied in another form than this version has",
                "use the version that made it, or start with an empty database or data folder",
            )  # fmt: skip
    return {name: step for name, step in steps.items() if name not in done}


def _steps() -> dict[str, str]:
    folder = resources.files(__package__).joinpath("schema")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _hash(step: str) -> str:
    return hashlib.sha256(step.encode()).hexdigest()

"""Bringing the operational database's schema up to date: `back-office db upgrade`.

The steps are the SQL files of `schema/`, applied once each in order of their number. Dagster keeps its own tables in
schema `dagster` and upgrades them itself.
"""

from importlib import resources

import psycopg2

from back_office_pipelines.errors import DatabaseError

_UPGRADE_LOCK = 0x75_70_67_72_61_64_65  # "upgrade" in ASCII


def upgrade(dsn: str) -> list[str]:
    """Apply the schema steps that are missing and return their names.

    Raises:
        DatabaseError: the database refused a step; nothing of that step remains.
    """
    try:
        connection = psycopg2.connect(dsn, application_name="back-office db upgrade")
    except psycopg2.OperationalError as problem:
        raise DatabaseError("operational database", str(problem).strip(), "check the URL and the server") from None
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
            cursor.execute("CREATE SCHEMA IF NOT EXISTS dagster")
            cursor.execute("CREATE SCHEMA IF NOT EXISTS ledger")
            cursor.execute("CREATE TABLE IF NOT EXISTS ledger.schema_steps (name text PRIMARY KEY)")
            cursor.execute("SELECT name FROM ledger.schema_steps")
            done = {name for (name,) in cursor.fetchall()}
            missing = [(name, sql) for name, sql in _steps() if name not in done]
            for name, sql in missing:
                cursor.execute(sql)
                cursor.execute("INSERT INTO ledger.schema_steps VALUES (%s)", (name,))
    except psycopg2.Error as problem:
        raise DatabaseError(
            "schema upgrade",
            str(problem).strip(),
            "use a role that may create schemas (BACK_OFFICE_POSTGRES_ADMIN_URL)",
        ) from None
    finally:
        connection.close()
    return [name for name, _ in missing]


def _steps() -> list[tuple[str, str]]:
    folder = resources.files(__package__).joinpath("schema")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [(file.name, file.read_text(encoding="utf-8")) for file in files]

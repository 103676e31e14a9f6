"""The operational database as its users see it: a URL, good for as long as they need it.

What belongs here: choosing between an external server and the embedded one, the URLs of the application and of the
administrator, their forms. What does not: the embedded server's folder and leases (`lease`), running it (`supervisor`),
tables and rights (`ledger/upgrade.py`).
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

import psycopg2

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.lease import (
    VARIABLE,
    ServerFolder,
    announced,
    make_private,
    running,
    take_lease,
    wait_for_the_end,
)

SCHEME = "postgresql+psycopg2://"
ADMIN_VARIABLE = "BACK_OFFICE_POSTGRES_ADMIN_URL"


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the SQLAlchemy URL of the operational database, which answers until the block ends.

    An external server is only checked. The embedded one is started by its first user and stopped after its
    last, also when that one was killed; a block inside another, here or in a child process, is simply one
    more user.

    Raises:
        DatabaseError: the external server cannot be reached, or the embedded one cannot be started.
    """
    if settings.postgres_url is not None:
        yield _checked(normalised(settings.postgres_url))
        return
    folder = ServerFolder(settings.postgres.resolve())
    with _explained(folder):
        make_private(folder.root)
        lease = take_lease(folder)
    try:
        with _explained(folder):
            url = running(folder)
        yield url
    finally:
        # Closed, not unlocked: a forked child may hold a copy of the lease, and that copy must count.
        os.close(lease)
        with suppress(OSError):
            wait_for_the_end(folder)


def administrator(settings: Settings, url: str) -> str:
    """Return the SQLAlchemy URL of the role that owns the schema, within `database(settings)`.

    Args:
        settings: of this back office.
        url: the application's, as `database` yields it; an external server without an administrator has no other.

    Raises:
        DatabaseError: the setting is no Postgres URL.
    """
    if settings.postgres_url is not None:
        return normalised(settings.admin_postgres_url, ADMIN_VARIABLE) if settings.admin_postgres_url else url
    return announced(ServerFolder(settings.postgres.resolve()), "admin_url") or url


def normalised(url: str, variable: str = VARIABLE) -> str:
    """Return the URL with its driver named: SQLAlchemy 2.1 takes another one for a plain `postgresql://`."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg2"}:
        # The URL may hold a password, so it is not quoted.
        raise DatabaseError(variable, "it is no Postgres URL", "write it like postgresql://user:password@host/database")
    return SCHEME + rest


def libpq_url(url: str) -> str:
    """Return the URL as `psycopg2.connect` and psql take it: without SQLAlchemy's driver."""
    return "postgresql://" + url.removeprefix(SCHEME) if url.startswith(SCHEME) else url


def with_search_path(url: str, schema: str) -> str:
    """Return the URL with `schema` as search path, keeping its other parameters and session options.

    Args:
        url: in SQLAlchemy's or libpq's form.
        schema: a schema, or several with commas.
    """
    base, _, query = url.partition("?")
    escaped = re.sub(r"([\\\s])", r"\\\1", schema)  # libpq splits options at white space
    option = quote(f"-csearch_path={escaped}", safe="")
    parameters = [part for part in query.split("&") if part]
    earlier = next((part for part in parameters if part.startswith("options=")), None)
    if earlier is None:
        return f"{base}?{'&'.join([*parameters, f'options={option}'])}"
    joined = f"{earlier}%20{option}" if earlier != "options=" else earlier + option
    return f"{base}?{'&'.join(joined if part is earlier else part for part in parameters)}"


def _checked(url: str) -> str:
    try:
        psycopg2.connect(libpq_url(url), connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        culprit = " ".join(str(error).split())
    except psycopg2.Error:  # the driver quotes a URL it cannot parse, password and all
        culprit = "the driver cannot read it"
    else:
        return url
    raise DatabaseError(
        VARIABLE,
        culprit,
        "start that server or correct the URL; without the variable an embedded server is used",
    )


@contextmanager
def _explained(folder: ServerFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseError(
            folder.thing,
            f"{error.strerror or error} ({error.filename or folder.root})",
            f"set BACK_OFFICE_DATA to a folder on a local disk that you may write, or {VARIABLE} to a server",
        ) from error

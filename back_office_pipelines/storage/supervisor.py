"""The supervisor: the detached parent of the embedded Postgres, which ends it with its last user.

What belongs here: the place of the socket, how long Postgres runs, what is announced of it. What does not: the data
cluster and Postgres's options (`cluster`), taking a lease (`lease`), changing user as root (`privileges`).

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
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.storage.cluster import (
    APPLICATION,
    NAME,
    PORT,
    Start,
    initialise,
    installed_programs,
    postgres,
    refuse_other_version,
    wait_until_ready,
)
from back_office_pipelines.storage.lease import START_SECONDS, ServerFolder, try_lock
from back_office_pipelines.storage.privileges import hand_over, server_account

POLL_SECONDS = 0.1
SOCKET_PATH_LIMIT = 107


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
        start = Start(folder, programs[version], server_account(), lock, deadline, folder.log.stat().st_size)
        initialise(start)
        with _socket_folder(start) as sockets, postgres(start, sockets) as server:
            wait_until_ready(start, server, sockets)
            announcement = _announce(folder, sockets, server.pid, version)
            _report(None)
            try:
                while server.poll() is None and not try_lock(users, fcntl.LOCK_EX):
                    time.sleep(POLL_SECONDS)
            finally:  # the lock on `users` stays with us until we are gone: whoever comes now waits
                folder.ready.unlink(missing_ok=True)
                os.close(announcement)


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


@contextmanager
def _socket_folder(start: Start) -> Iterator[Path]:
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


def _announce(folder: ServerFolder, sockets: Path, pid: int, version: int) -> int:
    """Publish both roles' URLs; return the descriptor whose lock makes the file current."""
    place = f"@/{NAME}?host={quote(str(sockets))}&port={PORT}"
    urls = {"url": f"postgresql+psycopg2://{APPLICATION}{place}", "admin_url": f"postgresql+psycopg2://{NAME}{place}"}
    content = {**urls, "supervisor": os.getpid(), "postgres": pid, "version": version}
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

"""A user's side of the embedded server: taking a lease on it, starting it when nobody has, waiting for its end.

What belongs here: the layout of the server's folder, leases, starting a supervisor, what that announces. What does not:
running Postgres and the reasons of the locks (`supervisor`), external servers and the forms of URLs (`server`).
"""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import DatabaseError

VARIABLE = "BACK_OFFICE_POSTGRES_URL"
POLL_SECONDS = 0.01
START_SECONDS = 60.0
LEAVE_SECONDS = 10.0
LOG_LINES = 5
LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class ServerFolder:
    """Where the parts of one embedded server lie."""

    root: Path

    @property
    def thing(self) -> str:
        """How error messages name this server."""
        return f"embedded database {self.root}"

    @property
    def users_lock(self) -> Path:
        """Locked shared by every user."""
        return self.root / "users.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Locked by the one supervisor."""
        return self.root / "supervisor.lock"

    @property
    def cluster_lock(self) -> Path:
        """Locked while any Postgres process of this folder lives."""
        return self.root / "cluster.lock"

    @property
    def ready(self) -> Path:
        """URL and process ids of the running server; current while locked."""
        return self.root / "server.json"

    @property
    def cluster(self) -> Path:
        """Postgres's data directory."""
        return self.root / "cluster"

    @property
    def log(self) -> Path:
        """What Postgres, initdb and the supervisor write."""
        return self.root / "postgres.log"


def make_private(root: Path) -> None:
    """Make the server's folder, for us alone; one of somebody else's is refused."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = root.stat()
    if status.st_uid != os.geteuid():
        raise DatabaseError(
            f"embedded database {root}",
            f"the folder belongs to user {status.st_uid}, we are user {os.geteuid()}",
            f"run as its owner, or set BACK_OFFICE_DATA to a folder of your own or {VARIABLE} to a server",
        )
    if status.st_mode & 0o777 != 0o700:
        root.chmod(0o700)


def take_lease(folder: ServerFolder) -> int:
    """Become a user: from now on no supervisor stops. One that is stopping at this moment is waited for."""
    descriptor = os.open(folder.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + START_SECONDS
    try:
        while not try_lock(descriptor, fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                raise _late(folder, "an earlier server does not end")
            time.sleep(POLL_SECONDS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def running(folder: ServerFolder) -> str:
    """Return the URL of the running server; whoever gets the supervisor's lock starts it, the others wait."""
    deadline = time.monotonic() + START_SECONDS + LEAVE_SECONDS
    while time.monotonic() < deadline:
        url = announced(folder)
        if url is not None:
            return url
        lock = os.open(folder.supervisor_lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if try_lock(lock, fcntl.LOCK_EX):
                _start(folder, lock, deadline)
                continue
        finally:
            os.close(lock)
        time.sleep(POLL_SECONDS)
    raise _late(folder, "the server does not get ready")


def announced(folder: ServerFolder, name: str = "url") -> str | None:
    """Return what a running server announces under a name, None where none runs."""
    try:
        descriptor = os.open(folder.ready, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor) as file:
        if try_lock(descriptor, fcntl.LOCK_SH):  # nobody keeps it current
            return None
        value = json.load(file).get(name)
        return None if value is None else str(value)


def _start(folder: ServerFolder, lock: int, deadline: float) -> None:
    """Start a supervisor, handing it the lock, and wait until it is ready or says why not."""
    if folder.log.exists() and folder.log.stat().st_size > LOG_BYTES:
        folder.log.replace(folder.log.with_suffix(".log.1"))
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as report:
        with os.fdopen(writer, "wb") as pipe, folder.log.open("ab") as log:
            log_start = log.tell()
            subprocess.run(  # noqa: S603 (our own module)
                [sys.executable, "-P", "-m", "back_office_pipelines.storage.supervisor", str(folder.root)],
                stdin=lock,
                stdout=pipe,
                stderr=log,
                env=_environment(),
                start_new_session=True,
                check=False,
            )
        answered, _, _ = select.select([report], [], [], max(0.0, deadline - time.monotonic()))
        if not answered:
            raise _late(folder, "the server does not get ready")
        failure = report.read()
    if failure:
        raise DatabaseError(*json.loads(failure))
    if announced(folder) is None:
        raise _late(folder, f"its supervisor ended without a reason: {tail(folder.log, log_start)}")


def _environment() -> dict[str, str]:
    """Return our environment for the supervisor: it finds this package as we do, and no settings of libpq."""
    found = str(Path(__file__).resolve().parents[2])
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"PYTHONPATH": os.pathsep.join(filter(None, [found, os.environ.get("PYTHONPATH")]))}


def wait_for_the_end(folder: ServerFolder) -> None:
    """If we were the last user, wait until the server is gone, so that an ended command leaves nothing."""
    deadline = time.monotonic() + LEAVE_SECONDS
    sightings = 0
    while time.monotonic() < deadline and not _lockable(folder.supervisor_lock, fcntl.LOCK_EX):
        stopping = not _lockable(folder.users_lock, fcntl.LOCK_SH)
        alone = _lockable(folder.users_lock, fcntl.LOCK_EX)
        # Twice in a row: another user that leaves and looks at this very moment looks like one that stays.
        sightings = 0 if stopping or alone else sightings + 1
        if sightings == 2:
            return
        time.sleep(POLL_SECONDS)


def _lockable(path: Path, kind: int) -> bool:
    """Whether a lock could be had just now; unlocked at once, also for a child forked in between."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        free = try_lock(descriptor, kind)
        if free:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        return free
    finally:
        os.close(descriptor)


def _late(folder: ServerFolder, culprit: str) -> DatabaseError:
    return DatabaseError(folder.thing, culprit, f"read {folder.log} and end what is left of it")


def tail(log: Path, start: int) -> str:
    """Return the last lines a log got after its first `start` bytes, as one line."""
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    return " / ".join(" ".join(line.split()) for line in lines[-LOG_LINES:] if line.strip()) or "no word in its log"


def try_lock(descriptor: int, kind: int) -> bool:
    """Lock a file without waiting (`LOCK_SH` or `LOCK_EX`); False when somebody else's lock forbids it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

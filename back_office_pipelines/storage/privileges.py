"""Running Postgres when the back office itself runs as root, and making it die with its supervisor.

What belongs here: the account Postgres gets instead of root, and what a child process does between fork and
exec. What does not: which programs are started and where (`supervisor`).

Postgres refuses to run as root. Becoming `nobody` alone is not enough: the data folder or the Python
environment may lie below a folder that only root may traverse (a 0700 home), and we never change a permission
above our own folder. So the child keeps one *ambient* capability, the one to traverse and read, which lives
on through exec.

The steps are a preexec function rather than a launcher program. A launcher would start Python once more at
every start, and would have to be importable for whoever it becomes. The known danger of a preexec function, a
lock that another thread holds while forking, does not exist in the supervisor: it has one thread.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import DatabaseError

ACCOUNT = "nobody"
ORDINARY_USER = "run the back office as an ordinary user, or set BACK_OFFICE_POSTGRES_URL to a Postgres server"
SETUP_FAILED = 126
STOP_SECONDS = 30.0
Process = subprocess.Popen[bytes]

# Numbers of <linux/prctl.h> and <linux/capability.h>; they are part of the kernel's stable interface.
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_GET_SECUREBITS = 27
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySet(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@dataclass(frozen=True)
class Account:
    """Whom Postgres runs as when we are root.

    Attributes:
        capability: the one kept so that Postgres reaches its files, or None where the machine grants us none.
    """

    uid: int
    gid: int
    capability: int | None


def server_account() -> Account | None:
    """Return the account for Postgres, or None when we are an ordinary user and Postgres simply runs as us.

    Raises:
        DatabaseError: we are root and the machine has no user `nobody`.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise DatabaseError(
            "embedded database",
            f"Postgres refuses to run as root and there is no user {ACCOUNT!r}",
            ORDINARY_USER,
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, _capability_to_keep())


def hand_over(folder: Path, account: Account | None) -> None:
    """Give a folder of ours to Postgres's account; nothing to do when Postgres runs as us."""
    if account is None:
        return
    try:
        os.chown(folder, account.uid, account.gid)
    except OSError as error:
        raise DatabaseError(
            "embedded database",
            f"root cannot give {folder} to user {ACCOUNT!r}: {error.strerror}",
            ORDINARY_USER,
        ) from error


@contextmanager
def program(
    command: list[str], account: Account | None, end: signal.Signals, log: Path, lock: int
) -> Iterator[Process]:
    """Run a program of Postgres; it is ended with the block, and by the kernel should we be killed.

    Args:
        command: the program and its arguments.
        account: whom to run it as, or None for ourselves.
        end: the signal that ends it in good order.
        log: where its output is appended.
        lock: descriptor of a lock that it and its children hold as long as they live.
    """
    with (
        log.open("ab") as output,
        subprocess.Popen(  # noqa: S603 (a program of the wheel)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(lock,),
            preexec_fn=_child_setup(account, end),  # noqa: PLW1509 (we have one thread)
            # Nothing of the caller's environment: PGPORT, PGDATESTYLE or LC_ALL would change the server.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        ) as process,
    ):
        try:
            yield process
        finally:
            for number in (end, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                    break


def _child_setup(account: Account | None, death_signal: signal.Signals) -> Callable[[], None]:
    """Return the preexec function of a child that runs as `account` and gets `death_signal` when we die.

    The signal is asked for last, because a change of credentials clears it. It is tied to the *thread* that
    forks, so the caller must be the main thread. Outside Linux there is no such signal and the child outlives
    a killed parent.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def setup() -> None:
        try:
            if account is not None:
                _become(libc, account)
            if sys.platform == "linux":
                _prctl(libc, PR_SET_PDEATHSIG, int(death_signal))
                if os.getppid() != parent:  # the parent died before the kernel knew that we care
                    os._exit(SETUP_FAILED)
        except OSError as error:  # subprocess would hide the reason; standard error is the server's log
            os.write(2, f"cannot become user {ACCOUNT!r}: {error}\n".encode())
            os._exit(SETUP_FAILED)

    return setup


def _become(libc: ctypes.CDLL, account: Account) -> None:
    if account.capability is not None:
        _prctl(libc, PR_SET_KEEPCAPS, 1)
        # access(2), by which Postgres finds its programs, ignores the capabilities of ordinary users without this
        # bit. Setting it needs a capability that some containers withhold; then the programs must be reachable.
        with suppress(OSError):
            bits = _prctl(libc, PR_GET_SECUREBITS)
            _prctl(libc, PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if account.capability is not None:
        try:
            _keep(libc, account.capability)
        except OSError as error:  # go on without it: the folder may be reachable anyway
            os.write(2, f"cannot keep capability {account.capability}: {error}\n".encode())


def _keep(libc: ctypes.CDLL, capability: int) -> None:
    """Reduce our capabilities to one and make that one survive exec."""
    bit = 1 << capability
    sets = (_CapabilitySet * 2)(_CapabilitySet(bit, bit, bit), _CapabilitySet(0, 0, 0))
    if libc.capset(ctypes.byref(_CapabilityHeader(CAPABILITY_VERSION_3, 0)), sets) != 0:
        raise OSError(ctypes.get_errno(), "capset refused")
    _prctl(libc, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(libc: ctypes.CDLL, option: int, *values: int) -> int:
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    answer = int(libc.prctl(option, *padded))
    if answer < 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} refused")
    return answer


def _capability_to_keep() -> int | None:
    """Return the weakest capability that opens folders and that we hold and may pass on."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    usable = int(fields.get("CapPrm", "0"), 16) & int(fields.get("CapBnd", "0"), 16)
    return next((number for number in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if usable & 1 << number), None)

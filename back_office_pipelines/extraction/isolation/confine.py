"""What a worker process may use: memory, time, files; and that it never outlives its parent. Linux only.

What belongs here: limits the operating system holds this process to. What does not: what they mean for a document
(`fate`).
"""

import ctypes
import os
import resource
import signal
import time
from dataclasses import dataclass

MB = 1_000_000
PR_SET_PDEATHSIG = 1
MOST_OPEN_FILES = 256
LARGEST_WRITTEN_FILE = 1 * MB
"""A worker writes nothing but its own error output."""


@dataclass(frozen=True)
class Limits:
    """Limits of a worker.

    Attributes:
        memory: bytes of its own (RLIMIT_DATA): heap and anonymous mappings, not the libraries' code.
        cpu_seconds: computing time of one document; the same on an idle and on a busy machine.
        wall_seconds: time of one document on the clock, for readers that wait for ever without computing.
        documents: documents after which a worker is replaced by a new one, so that leaks stay small.
    """

    memory: int = 800 * MB
    cpu_seconds: int = 240
    wall_seconds: float = 900.0
    documents: int = 200


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process as soon as its parent is gone, even in the middle of native code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt in the terminal is the parent's to handle
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def confine(memory: int) -> None:
    """Limit this process from now on: memory, open files, size of written files, no memory dumps."""
    _lower(resource.RLIMIT_DATA, memory)
    _lower(resource.RLIMIT_FSIZE, LARGEST_WRITTEN_FILE)
    _lower(resource.RLIMIT_NOFILE, MOST_OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)


def allow_computing(seconds: int) -> None:
    """Give this process some more seconds of computing; the kernel ends it by SIGXCPU when they are used up."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _lower(what: int, limit: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (lowest, lowest))

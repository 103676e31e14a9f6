"""One worker as its parent sees it: started, given documents, asked for answers, ended.

What belongs here: the life of one process. What does not: which document goes where (`pool`).

A fresh interpreter is started instead of forking: a fork would carry along open database connections, locks held by
other threads and everything the parent ever imported, and multiprocessing's spawn imports the parent's main module
again. The worker gets a short environment: no passwords or keys for whoever takes it over.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import IO, Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import WorkerError
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.messages import (
    MOST_ANSWERED,
    pack_dictionary,
    pack_memory,
    receive,
    send,
)
from back_office_pipelines.extraction.memory.lessons import Memory

MODULE = "back_office_pipelines.extraction.isolation.worker"
INHERITED = re.compile("PATH|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH")
"""Variables of the environment that a worker gets."""
MEMORY_GIVEN_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
"""What makes glibc return large blocks at once: recognising a page of A4 then peaks at 380 MB instead of 540."""
TRANSFER_SECONDS = 120.0
"""How long one message may take on its way; a side that does not listen for so long is as good as dead."""


@dataclass
class Worker:
    """One worker process.

    Attributes:
        served: documents and files it was given.
        ready: whether it said that it has started.
        known: fingerprints of the dictionaries it was taught.
        reminded: key of the memory it has.
    """

    process: subprocess.Popen[bytes]
    channel: socket.socket
    errors: IO[bytes]
    served: int = 0
    ready: bool = False
    known: set[str] = field(default_factory=set)
    reminded: str = ""

    @classmethod
    def start(cls, reader: str, opener: str, limits: Limits) -> "Worker":
        """Start a worker; it answers `ready` as soon as it can read and open."""
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        arguments = map(str, (theirs.fileno(), os.getpid(), reader, opener, limits.memory, limits.cpu_seconds))
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", MODULE, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
            )
        ours.settimeout(TRANSFER_SECONDS)
        return cls(process, ours, errors)

    def fileno(self) -> int:
        """Return what `select` waits for."""
        return self.channel.fileno()

    @property
    def lives(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def teach(self, dictionary: Dictionary) -> None:
        """Hand over a dictionary, once."""
        if dictionary.fingerprint not in self.known:
            self._send({"give": "dictionary", "fingerprint": dictionary.fingerprint}, pack_dictionary(dictionary))
            self.known.add(dictionary.fingerprint)

    def remind(self, memory: Memory) -> None:
        """Hand over a memory that holds anything, where it is another than the last; a worker keeps one."""
        if memory.lessons and memory.key != self.reminded:
            self._send({"give": "memory", "name": memory.key}, pack_memory(memory))
            self.reminded = memory.key

    def ask(self, header: dict[str, Any], body: bytes) -> None:
        """Hand over one request. A worker that is gone is noticed when its answer is waited for."""
        self.served += 1
        self._send(header, body)

    def _send(self, header: dict[str, Any], body: bytes) -> None:
        try:
            send(self.channel, header, body)
        except OSError:
            self.process.kill()

    def answer(self) -> tuple[dict[str, Any], bytes]:
        """Receive one message. Errors as of `messages.receive`."""
        return receive(self.channel, MOST_ANSWERED)

    def ended(self) -> int:
        """Wait for a process that hung up, kill one that does not end, and return its exit code."""
        try:
            return self.process.wait(timeout=TRANSFER_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def refuse_start(self) -> WorkerError:
        """Return the error of a worker that ended before it was ready."""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        cause = lines[-1] if lines else "it says nothing"
        return WorkerError(
            "worker process of extraction",
            f"ends with exit code {self.ended()} before it can read ({cause})",
            "check that this installation is complete and the machine has memory left",
        )

    def end(self) -> None:
        """Kill the process and give everything back."""
        self.process.kill()
        self.process.wait()
        self.channel.close()
        self.errors.close()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if INHERITED.fullmatch(name)}
    # The same modules as here, wherever they were found; the processes are the parallelism, not their threads.
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    return kept | own | MEMORY_GIVEN_BACK

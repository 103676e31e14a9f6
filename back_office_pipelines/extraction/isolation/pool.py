"""The pool: a few workers kept for the life of this process, each document or file to one of them, outcomes in order.

What belongs here: who reads what, and whose fault it is when a worker does not come back. What does not: one process
(`process`), what it may use (`confine`), what its end is called (`fate`).

A document whose worker dies though nobody killed it, or runs out of memory after other documents, is tried once more in
a new worker: only what a document does alone and from the start is held against it. Then it is that document's
outcome, and the pool goes on with a new worker.
"""

import atexit
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.containers.limits import LIMITS
from back_office_pipelines.extraction.explain.sheets import Sheet
from back_office_pipelines.extraction.extractor import Source
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.fate import NO_ANSWER, TOO_LONG, TOO_MUCH_MEMORY, Fate, fate_of
from back_office_pipelines.extraction.isolation.messages import BrokenAnswerError
from back_office_pipelines.extraction.isolation.process import Worker
from back_office_pipelines.extraction.isolation.work import Drawing, Drawn, Observing, Opening, Outcome, Reading, Work
from back_office_pipelines.extraction.media import may_hold_parts
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.memory.teaching import Observed
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Part

READER = "back_office_pipelines.extraction.document:extract_document"
OPENER = "back_office_pipelines.extraction.containers.parts:open_parts"
MOST_WORKERS = 2
"""Twice the memory of a worker beside the process that runs the pipeline stays below 1.5 GB."""
WORTH_A_WORKER = 8
"""Documents from which on another worker saves more time than its start takes."""
SLOW_SECONDS = 2.0
"""A document that takes longer tells that another worker is worth its start, however few documents there are."""
AHEAD = 64
"""Extractions that may wait for an earlier, slower document."""


@dataclass
class _Task(Generic[Outcome]):
    """One document or file on its way."""

    number: int
    work: Work[Outcome]
    tried: int = 0
    fresh: bool = False
    deadline: float = float("inf")


@dataclass
class _Call(Generic[Outcome]):
    """One call: what waits, what is being worked on, what is done."""

    works: Iterator[tuple[int, Work[Outcome]]]
    again: deque[_Task[Outcome]] = field(default_factory=deque)
    begun: dict[int, tuple[Worker, _Task[Outcome]]] = field(default_factory=dict)
    done: dict[int, Outcome] = field(default_factory=dict)
    slow: bool = False

    def next_task(self, yielded: int) -> _Task[Outcome] | None:
        """Return the next work for a worker; None where there is none, or too many wait for an earlier one."""
        if self.again:
            return self.again.popleft()
        while len(self.done) < AHEAD:
            entry = next(self.works, None)
            if entry is None:
                return None
            number, work = entry
            known = work.known()
            if known is None:
                return _Task(number, work)
            self.done[number] = known
            if number == yielded:
                return None  # it can be handed on at once
        return None


class Workers:
    """Opens files and reads documents in worker processes, started when there is something to open or read.

    Args:
        reader: `package.module:function` of the reader.
        opener: the same of what opens a file.
        limits: what a worker may use.
        most: number of workers at most.
    """

    def __init__(
        self, reader: str = READER, limits: Limits | None = None, most: int | None = None, opener: str = OPENER
    ) -> None:
        self.reader = reader
        self.opener = opener
        self.limits = limits or Limits()
        self.most = most or min(MOST_WORKERS, len(os.sched_getaffinity(0)))
        self.deaths = 0
        """Workers that ended by themselves or had to be killed."""
        self._seen = 0
        self._idle: list[Worker] = []
        self._owner = os.getpid()
        self._one_call = threading.Lock()

    def extract(
        self,
        documents: Iterable[Source],
        dictionary: Dictionary,
        *,
        ignore_embedded_xml: bool = False,
        memory: Memory = NOTHING,
    ) -> Iterator[Extraction]:
        """Yield one extraction a document, in their order, whatever a document does to its reader.

        Raises:
            WorkerError: no worker can be started.
        """
        sources = list(documents)
        self._seen += len(sources)
        works = (Reading(source, dictionary, ignore_embedded_xml, memory) for source in sources)
        yield from self._outcomes(works, len(sources))

    def open_parts(self, content: bytes) -> Iterator[Part]:
        """Yield the parts of a file, itself last; where opening it takes a worker along, itself alone with the reason.

        Only what begins like a container reaches a worker, and no file of more bytes than are ever taken out of one.

        Raises:
            WorkerError: no worker can be started.
        """
        if len(content) > LIMITS.total_bytes or not may_hold_parts(content):
            yield Part(None, content)
            return
        (opened,) = self._outcomes(iter([Opening(content)]), 1)
        yield from opened.parts()

    def observe(self, content: bytes, keyed: Mapping[str, str], dictionary: Dictionary) -> Observed:
        """Return what a document shows of values that people keyed for it; nothing where it kills its reader.

        Raises:
            WorkerError: no worker can be started.
        """
        (observed,) = self._outcomes(iter([Observing(content, keyed, dictionary)]), 1)
        return observed

    def draw(self, content: bytes, sheets: Sequence[Sheet]) -> Iterator[Drawn]:
        """Yield pages of a document as pictures, whatever the document does to who draws it.

        Raises:
            WorkerError: no worker can be started.
        """
        return self._outcomes((Drawing(content, sheet) for sheet in sheets), len(sheets))

    def _outcomes(self, works: Iterator[Work[Outcome]], number_of_works: int) -> Iterator[Outcome]:
        """Yield the outcome of each work, in their order."""
        self._forget_if_forked()
        with self._one_call:
            call = _Call(enumerate(works))
            try:
                for number in range(number_of_works):
                    while number not in call.done:
                        self._hand_out(call, number)
                        if number not in call.done:
                            self._collect(call)
                    yield call.done.pop(number)
            finally:
                for worker, _ in call.begun.values():  # only where the caller stopped before the end
                    worker.end()

    def close(self) -> None:
        """End the workers; the next call starts new ones."""
        self._forget_if_forked()
        for worker in self._idle:
            worker.end()
        self._idle.clear()

    def processes(self) -> tuple[int, ...]:
        """Return the process ids of workers that wait for documents."""
        return tuple(worker.process.pid for worker in self._idle)

    def _forget_if_forked(self) -> None:
        """Leave the workers to the process that started them; a forked child needs its own."""
        if self._owner != os.getpid():
            self._idle, self._owner, self._one_call = [], os.getpid(), threading.Lock()

    def _hand_out(self, call: _Call[Outcome], yielded: int) -> None:
        wanted = self.most if call.slow else min(self.most, 1 + self._seen // WORTH_A_WORKER)
        while len(call.begun) < wanted and (task := call.next_task(yielded)) is not None:
            worker = self._worker(new=task.tried > 0)
            task.tried += 1
            task.fresh = worker.served == 0
            task.deadline = time.monotonic() + self.limits.wall_seconds
            call.begun[worker.fileno()] = (worker, task)
            task.work.give(worker)

    def _worker(self, *, new: bool) -> Worker:
        """Return a worker that waits, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if not new and worker.lives and worker.served < self.limits.documents:
                return worker
            worker.end()
        return Worker.start(self.reader, self.opener, self.limits)

    def _collect(self, call: _Call[Outcome]) -> None:
        """Wait until a worker says something, ends, or has had its time."""
        with selectors.DefaultSelector() as selector:
            for descriptor in call.begun:
                selector.register(descriptor, selectors.EVENT_READ)
            nearest = min(task.deadline for _, task in call.begun.values())
            patience = max(0.0, nearest - time.monotonic())
            heard = [key.fd for key, _ in selector.select(patience if call.slow else min(patience, SLOW_SECONDS))]
        call.slow = call.slow or not heard
        for descriptor in heard:
            self._hear(call, *call.begun[descriptor])
        now = time.monotonic()
        late = [entry for number, entry in call.begun.items() if number not in heard and entry[1].deadline <= now]
        for worker, task in late:
            self._bury(call, worker, task, TOO_LONG)

    def _hear(self, call: _Call[Outcome], worker: Worker, task: _Task[Outcome]) -> None:
        try:
            header, body = worker.answer()
        except BrokenAnswerError:
            self._bury(call, worker, task, NO_ANSWER)
        except (EOFError, OSError):
            if not worker.ready:
                raise self._cannot_start(call, worker) from None
            fate = fate_of(worker.ended())
            self._retry_or_bury(call, worker, task, fate, again=task.tried == 1 and fate is not TOO_LONG)
        else:
            self._understand(call, worker, task, header, body)

    def _understand(
        self, call: _Call[Outcome], worker: Worker, task: _Task[Outcome], header: dict[str, Any], body: bytes
    ) -> None:
        if header.get("answer") == "ready":
            worker.ready = True
            return
        if header.get("answer") == "memory":
            self._retry_or_bury(call, worker, task, TOO_MUCH_MEMORY, again=not task.fresh)
            return
        try:
            outcome = task.work.take(header, body)
        except BrokenAnswerError:
            self._bury(call, worker, task, NO_ANSWER)
            return
        if outcome is not None:
            call.done[task.number] = outcome
            del call.begun[worker.fileno()]
            self._idle.append(worker)

    def _retry_or_bury(
        self, call: _Call[Outcome], worker: Worker, task: _Task[Outcome], fate: Fate, *, again: bool
    ) -> None:
        self._bury(call, worker, task, fate)
        if again:
            del call.done[task.number]
            call.again.append(task)

    def _bury(self, call: _Call[Outcome], worker: Worker, task: _Task[Outcome], fate: Fate) -> None:
        """End a worker and give its work an outcome."""
        self.deaths += 1
        del call.begun[worker.fileno()]
        worker.end()
        call.done[task.number] = task.work.end(fate)

    def _cannot_start(self, call: _Call[Outcome], worker: Worker) -> Exception:
        del call.begun[worker.fileno()]
        try:
            return worker.refuse_start()
        finally:
            worker.end()


@cache
def process_workers() -> Workers:
    """Return the pool of this process: one for all its batches, whichever back office they belong to."""
    workers = Workers()
    atexit.register(workers.close)
    return workers

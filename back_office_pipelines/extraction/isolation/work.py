"""What a worker is asked for: to read a document, to look at a corrected one, to open a file, or to draw a page.

Each knows its request, its answers and its fate.

What belongs here: requests and what becomes of their answers. What does not: who works on what (`pool`), the wire
(`messages`), what the worker does (`worker`).

The parts of a file come one message each and wait in a temporary file, not in memory, until the last one is there:
either the whole file is opened or, where its worker dies on the way, nothing of it is, however far the worker came.
"""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any, Generic, TypeVar

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.containers.limits import LIMITS
from back_office_pipelines.extraction.explain.sheets import Sheet
from back_office_pipelines.extraction.extractor import Source, content_of
from back_office_pipelines.extraction.isolation.fate import Fate, failure
from back_office_pipelines.extraction.isolation.messages import (
    BrokenAnswerError,
    pack_sheet,
    unpack_extraction,
    unpack_observed,
    unpack_part,
)
from back_office_pipelines.extraction.isolation.process import Worker
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.memory.teaching import Observed
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Part

Outcome = TypeVar("Outcome")
PNG = b"\x89PNG\r\n\x1a\n"
MOST_PARTS = 2 * LIMITS.members
MOST_SPOOLED = 3 * LIMITS.total_bytes
"""What no opener within its limits goes beyond: every member, and the texts that messages become beside them."""


class Work(ABC, Generic[Outcome]):
    """One request to a worker."""

    def known(self) -> Outcome | None:
        """Return the outcome where no worker is needed for it. Asked once, first of all."""
        return None

    @abstractmethod
    def give(self, worker: Worker) -> None:
        """Hand the request over. It may be given again, to another worker, when the first did not come back."""

    @abstractmethod
    def take(self, header: dict[str, Any], body: bytes) -> Outcome | None:
        """Take one answer and return the outcome; None where more answers follow.

        Raises:
            BrokenAnswerError: it is no answer to this request.
        """

    @abstractmethod
    def end(self, fate: Fate) -> Outcome:
        """Return the outcome where the worker does not come back with one."""


@dataclass
class Reading(Work[Extraction]):
    """Read one document."""

    source: Source
    dictionary: Dictionary
    ignore_embedded_xml: bool
    memory: Memory = NOTHING
    _content: bytes = b""

    def known(self) -> Extraction | None:
        """Fetch the document; one that cannot be had, or is too large, reaches no worker."""
        content = content_of(self.source)
        if isinstance(content, Extraction):
            return content
        self._content = content
        return None

    def give(self, worker: Worker) -> None:
        """Hand the document over."""
        worker.teach(self.dictionary)
        worker.remind(self.memory)
        header = {"give": "document", "name": self.source.name, "fingerprint": self.dictionary.fingerprint}
        told = {"ignore_embedded_xml": self.ignore_embedded_xml, "memory": self.memory.key}
        worker.ask({**header, **told}, self._content)

    def take(self, header: dict[str, Any], body: bytes) -> Extraction | None:
        """Take the extraction."""
        _must_be("read", header)
        return unpack_extraction(body)

    def end(self, fate: Fate) -> Extraction:
        """Return what is said of the document."""
        return fate.extraction()


@dataclass
class Observing(Work[Observed]):
    """Look at a document for values that people keyed."""

    content: bytes
    keyed: Mapping[str, str]
    dictionary: Dictionary

    def give(self, worker: Worker) -> None:
        """Hand the document over."""
        worker.teach(self.dictionary)
        header = {"give": "corrected", "fingerprint": self.dictionary.fingerprint, "keyed": dict(self.keyed)}
        worker.ask(header, self.content)

    def take(self, header: dict[str, Any], body: bytes) -> Observed | None:
        """Take what it shows, or that it failed."""
        _must_be("observed", header)
        return Observed() if "failed" in header else unpack_observed(body)

    def end(self, fate: Fate) -> Observed:  # noqa: ARG002 - whatever became of it, a document nobody can read teaches nothing
        """Return that it shows nothing."""
        return Observed()


@dataclass
class Opened:
    """The parts of a file, in order, their bytes in a temporary file.

    Attributes:
        whole: the file itself, which comes last.
    """

    whole: Part
    inside: list[tuple[Part, int]] = field(default_factory=list)
    spool: IO[bytes] | None = None

    def parts(self) -> Iterator[Part]:
        """Yield every part with its bytes, once; the temporary file is gone afterwards."""
        if self.spool is not None:
            with self.spool as spool:
                spool.seek(0)
                for part, size in self.inside:
                    yield replace(part, content=spool.read(size))
        yield self.whole


class Opening(Work[Opened]):
    """Open one file.

    Args:
        content: its bytes.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._opened = Opened(Part(None, content))
        self._size = 0

    def give(self, worker: Worker) -> None:
        """Hand the file over; what an earlier worker made of it is forgotten."""
        self._forget()
        worker.ask({"give": "file"}, self._content)

    def take(self, header: dict[str, Any], body: bytes) -> Opened | None:
        """Take one part, or the file itself, with which the answer is complete."""
        _must_be("part", header)
        if "failed" in header:
            return self.end(failure(str(header["failed"])))
        part = unpack_part(header)
        if part.member is None:
            self._opened.whole = replace(part, content=self._content)
            return self._opened
        self._keep(part, body)
        return None

    def end(self, fate: Fate) -> Opened:
        """Return the file alone, with the reason why it was not opened."""
        self._forget()
        self._opened.whole = Part(None, self._content, "container", (fate.refusal(),))
        return self._opened

    def _keep(self, part: Part, body: bytes) -> None:
        opened = self._opened
        self._size += len(body)
        if any(part.member == one.member for one, _ in opened.inside):
            raise BrokenAnswerError("two parts of one name")
        if len(opened.inside) == MOST_PARTS or self._size > MOST_SPOOLED:
            raise BrokenAnswerError("more parts than are opened")
        if opened.spool is None:
            opened.spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives until the parts are handed on
        opened.spool.write(body)
        opened.inside.append((part, len(body)))

    def _forget(self) -> None:
        if self._opened.spool is not None:
            self._opened.spool.close()
        self._opened, self._size = Opened(Part(None, self._content)), 0


@dataclass(frozen=True)
class Drawn:
    """A page as PNG, or why there is none."""

    picture: bytes = b""
    failure: str = ""


@dataclass
class Drawing(Work[Drawn]):
    """Draw one page of a document with what is told of it."""

    content: bytes
    sheet: Sheet

    def give(self, worker: Worker) -> None:
        """Hand the document over."""
        worker.ask(pack_sheet(self.sheet), self.content)

    def take(self, header: dict[str, Any], body: bytes) -> Drawn | None:
        """Take the picture, or what drawing it failed with."""
        _must_be("drawn", header)
        if "failed" in header:
            return self.end(failure(str(header["failed"])))
        if not body.startswith(PNG):
            raise BrokenAnswerError("no picture")
        return Drawn(body)

    def end(self, fate: Fate) -> Drawn:
        """Return that there is no picture."""
        return Drawn(failure=fate.drawing)


def _must_be(answer: str, header: dict[str, Any]) -> None:
    if header.get("answer") != answer:
        raise BrokenAnswerError(f"not an answer of {answer}")

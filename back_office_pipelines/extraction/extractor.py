"""What opens the files and reads the documents of a batch for whoever needs it: in worker processes, or in this one.

What belongs here: the shape both share, and the one that reads in this process (tests, and the scorer). What does not:
worker processes (`isolation/`), opening (`containers/`) and reading itself (`document`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.guard import Reader, guarded
from back_office_pipelines.extraction.limits import too_large
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.memory.teaching import Observed, observe
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Part, Unpack


@dataclass(frozen=True)
class Source:
    """One document to be read.

    Attributes:
        name: name of the file, for details only.
        read: returns its bytes, when its turn comes; an OSError is an outcome of this document, any other error stops
            the extraction.
    """

    name: str
    read: Callable[[], bytes]


class Extractor(Protocol):
    """Opens files and reads documents."""

    def extract(
        self,
        documents: Iterable[Source],
        dictionary: Dictionary,
        *,
        ignore_embedded_xml: bool = False,
        memory: Memory = NOTHING,
    ) -> Iterator[Extraction]:
        """Yield one extraction a document, in their order; no document raises."""
        ...

    def observe(self, content: bytes, keyed: Mapping[str, str], dictionary: Dictionary) -> Observed:
        """Return what a document shows of values that people keyed for it; nothing where it cannot be read."""
        ...

    def open_parts(self, content: bytes) -> Iterable[Part]:
        """Return the parts of a file, itself last; one that cannot be opened is itself alone, with the reason."""
        ...


def content_of(document: Source) -> bytes | Extraction:
    """Return the bytes of a document, or why it is not handed to a reader."""
    try:
        content = document.read()
    except OSError as problem:
        return Extraction("unreadable", "UNREADABLE", f"the file cannot be opened: {problem.strerror}")
    return too_large(len(content)) or content


@dataclass(frozen=True)
class InProcess:
    """Reads in this process, without limits on memory and time: for documents that are known."""

    reader: Reader = extract_document
    opener: Unpack = open_parts

    def extract(
        self,
        documents: Iterable[Source],
        dictionary: Dictionary,
        *,
        ignore_embedded_xml: bool = False,
        memory: Memory = NOTHING,
    ) -> Iterator[Extraction]:
        """Yield one extraction a document, in their order."""
        for document in documents:
            content = content_of(document)
            if isinstance(content, Extraction):
                yield content
            else:
                yield guarded(
                    self.reader,
                    content,
                    document.name,
                    dictionary,
                    ignore_embedded_xml=ignore_embedded_xml,
                    memory=memory,
                )

    def observe(self, content: bytes, keyed: Mapping[str, str], dictionary: Dictionary) -> Observed:
        """Return what a document shows of values that people keyed for it."""
        return observe(content, keyed, dictionary)

    def open_parts(self, content: bytes) -> Iterable[Part]:
        """Return the parts of a file."""
        return self.opener(content)

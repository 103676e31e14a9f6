"""Option `--debug` of command `extract`: pictures of the pages that values were taken from, in a folder.

What belongs here: which document is drawn, names of files, and the sentence about what was not drawn. What does not:
drawing (`extraction/explain`). Pages are drawn by workers of their own, from what the reading gave: a page that hurts
its worker changes nothing in what was read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from back_office_pipelines.extraction.explain.sheets import sheets, why_none
from back_office_pipelines.extraction.isolation.confine import Limits
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.normalization.normalise import NormalisedRecord

LIMITS = Limits(cpu_seconds=30, wall_seconds=120.0)
"""What one page may take; the largest that are read take two seconds."""
UNSAFE = re.compile(r"[^\w.-]+")
LONGEST_NAME = 180
"""Bytes of a document's name that its pictures carry; file systems take 255 of the whole name."""
MOST_NAMED = 5
"""Documents that one sentence names."""
NOT_READ = frozenset(("container", "aside"))
"""What has nothing of its own to be read, and is no loss."""


@dataclass(frozen=True)
class Document:
    """One document, or part of a file, as it was read.

    Attributes:
        member: path of the part inside its file, None of the file itself.
        read: returns its bytes.
        critical: fields of its lane's header records that are missed where they are absent.
    """

    path: Path
    member: str | None
    read: Callable[[], bytes]
    extraction: Extraction
    records: Sequence[NormalisedRecord]
    critical: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        name = self.path.name if self.member is None else f"{self.path.name}#{self.member}"
        return name.encode("utf-8", "replace").decode("utf-8")


@dataclass
class Pictures:
    """A folder of pictures.

    Args:
        folder: made when there is something to draw.
    """

    folder: Path
    drawn: int = 0
    _workers: Workers = field(default_factory=lambda: Workers(limits=LIMITS, most=1))
    _names: set[str] = field(default_factory=set)
    _nothing: dict[str, list[str]] = field(default_factory=dict)
    _failed: list[str] = field(default_factory=list)

    def draw(self, document: Document) -> None:
        """Draw the pages of a document that was read from its pages; note what cannot be drawn, and why."""
        extraction = document.extraction
        if (reason := why_none(extraction)) is not None:
            if extraction.status not in NOT_READ:
                self._nothing.setdefault(reason, []).append(document.name)
            return
        canonical = {
            (record.record_type, record.ordinal, value.name): value.value
            for record in document.records
            for value in record.values
        }
        pages = sheets(document.name, extraction, canonical, document.critical)
        stem = self._free_name(document)
        self.folder.mkdir(parents=True, exist_ok=True)
        for sheet, one in zip(pages, self._workers.draw(document.read(), pages), strict=True):
            if one.failure:
                self._failed.append(f"page {sheet.page} of {document.name} ({one.failure})")
            else:
                (self.folder / f"{stem}-p{sheet.page}.png").write_bytes(one.picture)
                self.drawn += 1

    def told(self) -> list[str]:
        """Return what was drawn and what was not, one sentence each."""
        sentences = [f"{self.drawn} pages drawn in {self.folder}"]
        if self._nothing:
            reasons = "; ".join(f"{reason}: {_named(names)}" for reason, names in sorted(self._nothing.items()))
            number = sum(map(len, self._nothing.values()))
            sentences.append(f"Nothing to draw for {number} documents without a page that values come from ({reasons})")
        if self._failed:
            sentences.append(f"{len(self._failed)} pages could not be drawn: {_named(self._failed)}")
        return sentences

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def _free_name(self, document: Document) -> str:
        """Return a name for a document's pictures that no other document of this run has, and no folder in it."""
        name = document.path.name if document.member is None else f"{document.path.name}-{document.member}"
        safe = UNSAFE.sub("_", name).strip("._").encode("utf-8")[:LONGEST_NAME]
        stem = safe.decode("utf-8", "ignore") or "document"
        free, number = stem, 1
        while free.casefold() in self._names:
            number += 1
            free = f"{stem}-{number}"
        self._names.add(free.casefold())
        return free


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more

"""What the end of a worker means for the document it was reading, the file it was opening, or the page it was drawing.

What belongs here: sentences and reason codes for deaths. What does not: noticing them (`pool`). No sentence has a time,
an id or an address in it: the same document gets the same sentence in every run.
"""

import signal
from dataclasses import dataclass

from back_office_pipelines.extraction.guard import FAILED
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Refusal


@dataclass(frozen=True)
class Fate:
    """Why a worker did not give what it was asked for.

    Attributes:
        reason_code: of the taxonomy.
        reading: what is said of a document that was read.
        opening: what is said of a file that was opened.
        drawing: what is said of a page that was drawn.
    """

    reason_code: str
    reading: str
    opening: str
    drawing: str

    def extraction(self) -> Extraction:
        """Return the extraction of the document that was read."""
        return Extraction("unreadable", self.reason_code, self.reading)

    def refusal(self) -> Refusal:
        """Return the refusal of the file that was opened: none of its parts is taken."""
        return Refusal("", self.reason_code, self.opening, "a file that opens, or its parts sent one by one")


_TOO_MUCH_DRAWING = "drawing it takes more time or memory than a page may take"
_DIES_DRAWING = "the process that draws it dies of it"
TOO_LONG = Fate(
    "LIMIT_EXCEEDED",
    "reading the document takes longer than a document may take; have it sent in parts",
    "opening it takes longer than a file may take",
    _TOO_MUCH_DRAWING,
)
TOO_MUCH_MEMORY = Fate(
    "LIMIT_EXCEEDED",
    "reading the document takes more memory than a document may take; have it sent in parts",
    "opening it takes more memory than a file may take",
    _TOO_MUCH_DRAWING,
)
NO_ANSWER = Fate(
    "UNREADABLE",
    "the reader gives no usable answer on the document",
    "the process that opens it gives no usable answer",
    _DIES_DRAWING,
)


def fate_of(returncode: int) -> Fate:
    """Return the fate of a document or file whose worker ended by itself.

    Args:
        returncode: as of `subprocess`: negative for a signal.
    """
    if returncode == -signal.SIGXCPU:
        return TOO_LONG
    how = f"signal {signal.Signals(-returncode).name}" if returncode < 0 else f"exit code {returncode}"
    return Fate(
        "UNREADABLE",
        f"the process that reads the document dies of it ({how})",
        f"the process that opens it dies of it ({how})",
        _DIES_DRAWING,
    )


def failure(what: str) -> Fate:
    """Return the fate of what a worker itself failed at: it has a reason, and the worker a fault."""
    return Fate("UNREADABLE", f"{FAILED}: {what}", f"opening it fails: {what}", f"drawing it fails: {what}")

"""What the end of a worker means for the document it was reading, or the file it was opening.

What belongs here: sentences and reason codes for deaths. What does not: noticing them (`pool`). No sentence has a time,
an id or an address in it: the same document gets the same sentence in every run.
"""

import signal
from dataclasses import dataclass

from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Refusal


@dataclass(frozen=True)
class Fate:
    """Why a worker did not give what it was asked for.

    Attributes:
        reason_code: of the taxonomy.
        reading: what is said of a document that was read.
        opening: what is said of a file that was opened.
    """

    reason_code: str
    reading: str
    opening: str

    def extraction(self) -> Extraction:
        """Return the extraction of the document that was read."""
        return Extraction("unreadable", self.reason_code, self.reading)

    def refusal(self) -> Refusal:
        """Return the refusal of the file that was opened: none of its parts is taken."""
        return Refusal("", self.reason_code, self.opening, "a file that opens, or its parts sent one by one")


TOO_LONG = Fate(
    "LIMIT_EXCEEDED",
    "reading the document takes longer than a document may take; have it sent in parts",
    "opening it takes longer than a file may take",
)
TOO_MUCH_MEMORY = Fate(
    "LIMIT_EXCEEDED",
    "reading the document takes more memory than a document may take; have it sent in parts",
    "opening it takes more memory than a file may take",
)
NO_ANSWER = Fate(
    "UNREADABLE",
    "the reader gives no usable answer on the document",
    "the process that opens it gives no usable answer",
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
    )


def failure(what: str) -> Fate:
    """Return the fate of a file at which the opener itself failed: it has a reason, and the opener a fault."""
    return Fate("UNREADABLE", f"the reader fails on it: {what}", f"opening it fails: {what}")

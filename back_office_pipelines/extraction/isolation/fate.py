"""What the end of a worker means for the document it was reading.

What belongs here: sentences and reason codes for deaths. What does not: noticing them (`pool`). No sentence has a time,
an id or an address in it: the same document gets the same sentence in every run.
"""

import signal

from back_office_pipelines.extraction.limits import exceeded
from back_office_pipelines.extraction.model import Extraction

TOO_LONG = exceeded("reading the document takes longer than a document may take; have it sent in parts")
TOO_MUCH_MEMORY = exceeded("reading the document takes more memory than a document may take; have it sent in parts")
NO_ANSWER = Extraction("unreadable", "UNREADABLE", "the reader gives no usable answer on the document")


def fate_of(returncode: int) -> Extraction:
    """Return the extraction of a document whose worker ended by itself.

    Args:
        returncode: as of `subprocess`: negative for a signal.
    """
    if returncode == -signal.SIGXCPU:
        return TOO_LONG
    how = f"signal {signal.Signals(-returncode).name}" if returncode < 0 else f"exit code {returncode}"
    return Extraction("unreadable", "UNREADABLE", f"the process that reads the document dies of it ({how})")

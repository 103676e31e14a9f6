"""The last line around a reader: whatever it does with a document, an extraction comes out.

What belongs here: naming what a reader failed with. What does not: failures that a reader expects and names itself, and
the death of a whole process (`isolation/`). Details are the same on every machine: no addresses, no times.
"""

import traceback
from pathlib import Path
from typing import Any, Protocol

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import exceeded, within_limits
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction

FAILED = "the reader fails on it"
"""Start of the detail where a reader raised what it should not: the document has a reason, and the reader a fault."""


class Reader(Protocol):
    """Reads one document; `extract_document` is the one of the product."""

    def __call__(
        self, content: bytes, name: str, dictionary: Dictionary, *, ignore_embedded_xml: bool = False
    ) -> Extraction:
        """Return what a document gives; one that is handed a memory takes it as `memory`."""
        ...


def guarded(
    reader: Reader,
    content: bytes,
    name: str,
    dictionary: Dictionary,
    *,
    ignore_embedded_xml: bool = False,
    memory: Memory = NOTHING,
) -> Extraction:
    """Return what a reader makes of a document, within the limits of output, whatever the reader raises.

    A memory is handed on where there is anything in it.

    Raises:
        MemoryError: there was not enough; only the process that reads knows what that means.
    """
    told: dict[str, Any] = {"ignore_embedded_xml": ignore_embedded_xml}
    if memory.lessons:
        told["memory"] = memory
    try:
        return within_limits(reader(content, name, dictionary, **told))
    except MemoryError:
        raise
    except RecursionError:
        return exceeded("the document is nested deeper than a reader goes; have it sent in another form")
    except Exception as problem:  # noqa: BLE001 - one document's trouble must never be the batch's
        return Extraction("unreadable", "UNREADABLE", f"{FAILED}: {trouble_of(problem)}")


def trouble_of(problem: Exception) -> str:
    """Return what was raised in which file and function, without a line number: those change with every edit."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {Path(frame.filename).name}, {frame.name}"

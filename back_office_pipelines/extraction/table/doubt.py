"""What becomes of text whose encoding was mistaken, or is not proved: a file that is refused, or values in doubt.

What belongs here: the refusal and the findings, in words for the person who decides. What does not: which letters are
proved (`codepage`).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from back_office_pipelines.extraction.model import Extraction, Finding
from back_office_pipelines.extraction.table.codepage import garbled, is_foreign, unproved
from back_office_pipelines.extraction.table.encoding import is_proved


def why_foreign(content: bytes, text: str) -> str | None:
    """Return why a text is not taken for Windows-1252, None where its encoding is proved or its words speak for it."""
    if is_proved(content) or not is_foreign(text):
        return None
    place, word = next(unproved(text))
    line = text.count("\n", 0, place) + 1
    return (
        f"it is no UTF-8, and read as Windows-1252 it has words that another code page may mean, the first {word!r} "
        f"in line {line}; save it as UTF-8"
    )


def with_doubts(extraction: Extraction, *, proved: bool) -> Extraction:
    """Return what a text gave, with a finding for each value that its encoding leaves in doubt.

    The value is kept: whoever compares it with the sender's may find it right, and withdraw the exception.

    Args:
        extraction: what was read.
        proved: whether the encoding is proved, so that only what was garbled before is in doubt.
    """
    return replace(extraction, findings=(*extraction.findings, *_doubts(extraction, proved=proved)))


def _doubts(extraction: Extraction, *, proved: bool) -> Iterator[Finding]:
    for record in extraction.records:
        for value in record.fields:
            if (detail := _doubt(value.raw, proved=proved)) is not None:
                yield Finding("AMBIGUOUS", detail, record.record_type, record.ordinal, value.name)


@lru_cache(maxsize=10_000)
def _doubt(raw: str, *, proved: bool) -> str | None:
    if (word := garbled(raw)) is not None:
        return f"{word!r} was garbled before the file was written; have it exported again as UTF-8, or correct it"
    if proved or (doubtful := next(unproved(raw), None)) is None:
        return None
    return f"{doubtful[1]!r} means something else in another code page; compare it, or have the file saved as UTF-8"

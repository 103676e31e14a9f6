"""A corrected document read again: what its corrections say about its layout.

What belongs here: a document and keyed values in, what they teach out. What does not: which decisions are in force
(`chain/memory`), and what several of them have in common (`lessons`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.media import media_type
from back_office_pipelines.extraction.memory.layouts import Fixed, fixed_texts, marks
from back_office_pipelines.extraction.memory.lessons import shape_of
from back_office_pipelines.extraction.memory.places import Place, Reads, Text
from back_office_pipelines.extraction.memory.recall import reads_of
from back_office_pipelines.extraction.pdf.opening import PdfRefusedError, open_pdf
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.reader import Pages
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.values.text import compact_upper


@dataclass(frozen=True)
class Shown:
    """Where a keyed value stands on its document; nowhere without places.

    Attributes:
        value: canonical text that was keyed; who keys may space a number otherwise than it is printed.
        shape: kinds of characters of the value as printed.
    """

    value: str
    shape: str = ""
    places: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Observed:
    """What a document shows of its layout and of the values that were keyed for it.

    Attributes:
        values: by field.
    """

    fixed: frozenset[Fixed] = frozenset()
    marks: frozenset[str] = frozenset()
    values: Mapping[str, Shown] | None = None


def observe(content: bytes, keyed: Mapping[str, str], dictionary: Dictionary) -> Observed:
    """Return what a document shows; nothing where it is no PDF with pages.

    Args:
        content: the bytes of the file.
        keyed: canonical values of fields of its header.
        dictionary: the lane.
    """
    if media_type(content) != "pdf":
        return Observed()
    try:
        with open_pdf(content) as document:
            pages = Pages.of(document, dictionary)
            return observed([*pages.lines(0), *pages.following()], keyed, dictionary)
    except (PdfRefusedError, pdfium.PdfiumError):
        return Observed()


def observed(lines: Sequence[Line], keyed: Mapping[str, str], dictionary: Dictionary) -> Observed:
    """Return what the lines of a document show."""
    reading = read(lines, dictionary)
    buyer = [choice.found.text for choice, _ in reading.choices if choice.field == "buyer_vat_id"]
    buyer += [keyed["buyer_vat_id"]] if "buyer_vat_id" in keyed else []
    text = Text(lines)
    values = {}
    for field, value in sorted(keyed.items()):
        reads = _loosely(reads_of(dictionary, field, reading.style))
        places = text.places_of(compact_upper(value), reads)
        shapes = sorted({shape_of(found.text) for one in places if (found := text.at(one, reads)) is not None})
        values[field] = Shown(value, shapes[0] if shapes else "", places)
    return Observed(fixed_texts(lines), marks(lines, buyer), values)


def _loosely(reads: Reads) -> Reads:
    """Return what reads texts the same whatever their spaces and letter case."""

    def loose(raw: str) -> str | None:
        value = reads(raw)
        return None if value is None else compact_upper(value)

    return loose

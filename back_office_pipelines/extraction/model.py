"""What a reader gives back: records of raw values, each with its confidence, place and method.

What belongs here: the shapes shared by all readers. What does not: how a medium is read (`document`), and canonical
values (`normalization/`). A reader never decides what a value means; it says how sure it is of having found it.
"""

from dataclasses import dataclass, field
from typing import Literal

from back_office_pipelines.values.style import MACHINE, Style

Method = Literal["text_layer", "ocr", "embedded_xml", "xml", "edi", "spreadsheet", "keyed"]
Status = Literal["ok", "unreadable", "encrypted", "unclassified", "empty", "container", "aside"]
"""`container` and `aside` are told of what is kept and never read (`intake/documents`); `aside` also of the text of an
e-mail that only covers its attachments."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where a text stands that was looked at and not taken.

    Attributes:
        text: as it stands there, its beginning only where it is long.
        page: page from 1.
        box: as of `FieldValue`.
    """

    text: str
    page: int
    box: Box


@dataclass(frozen=True)
class Grounds:
    """Why a value of a page was taken; for people who look, and no part of any record.

    Attributes:
        evidence: class of evidence.
        held: whether other values of the document confirm it.
        runner_up: the next best other text, None where there was none.
        behind: by how much its score is lower, on the scale of the field.
        learned: what people's corrections taught, in words; None where the rules alone chose.
    """

    evidence: str
    held: bool = False
    runner_up: Place | None = None
    behind: float | None = None
    learned: str | None = None


@dataclass(frozen=True)
class FieldValue:
    """One value as found.

    Attributes:
        name: field name of the dictionary.
        raw: text exactly as it stands in the document; several places of one value are joined by " + ".
        confidence: probability, from 0 to 1, that this text is the field's value.
        method: how it was read.
        page: page from 1, None where the medium has no pages.
        box: x0, top, x1, bottom in points from the top left of the page.
        style: how numbers and dates of this document are written, as far as its evidence tells.
        reading: what the medium's own standard says the raw text means, where that is another text (FatturaPA's
            "TD01" is type 380; several parts of a sum are their total); None where the raw text speaks for itself.
        grounds: why it was taken, where the reader chose between candidates.
        learned_from: ids of the decisions that taught where it stands, where a memory of them chose it.
    """

    name: str
    raw: str
    confidence: float
    method: Method
    page: int | None = None
    box: Box | None = None
    style: Style = MACHINE
    reading: str | None = None
    grounds: Grounds | None = None
    learned_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that normalisation starts from."""
        return self.raw if self.reading is None else self.reading


@dataclass(frozen=True)
class ExtractedRecord:
    """One record of a document.

    Attributes:
        record_type: name in the dictionary.
        ordinal: position among the records of this type in the document, from 1.
        parent: ordinal of the parent record, None for the header type.
        row: row of a spreadsheet or line number in its table, from 1, where the medium has one.
    """

    record_type: str
    ordinal: int
    fields: tuple[FieldValue, ...]
    parent: int | None = None
    row: int | None = None


@dataclass(frozen=True)
class Finding:
    """Something a reader could not settle; it becomes an exception. Without a record it concerns the document.

    Attributes:
        places: where the texts stand that contradict each other, where they are known.
    """

    reason_code: str
    detail: str
    record_type: str | None = None
    ordinal: int | None = None
    field: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Extraction:
    """All that one document gave.

    Attributes:
        status: `ok`, or why it gave no records.
        reason_code: code of the exception on the document where it gave none, else None.
        detail: what a person needs to know about that reason.
        document_class: class named in the dictionary, None where unclassified.
        language: ISO 639-1, None where the document does not tell.
        pages: number of pages, 0 where the medium has none.
    """

    status: Status
    reason_code: str | None = None
    detail: str = ""
    document_class: str | None = None
    language: str | None = None
    pages: int = 0
    records: tuple[ExtractedRecord, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

"""What shall be drawn on each page of a document: an extraction, page by page, in words and boxes.

What belongs here: which value, candidate and finding is told on which page. What does not: pictures (`pages`,
`drawing`), and judging: every place and confidence is the reading's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from back_office_pipelines.extraction.model import Box, ExtractedRecord, Extraction, FieldValue, Finding, Place
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED
from back_office_pipelines.extraction.pdf.page.pages import MOST_PAGES

Canonical = Mapping[tuple[str, int, str], str | None]
"""Canonical text by record type, ordinal and field; None where the raw text has none."""
LONGEST, LONGEST_REMARK = 120, 400
"""Characters of a text, and of a remark, that are shown."""


@dataclass(frozen=True)
class Outline:
    """A box round a value that was taken."""

    box: Box
    confidence: float


@dataclass(frozen=True)
class Entry:
    """One entry of a page's margin, with the boxes it points to.

    Attributes:
        title: the field, or what else is told.
        text: its value.
        confidence: of the value, or of the weakest of several; None where nothing was taken.
        note: kind of evidence, or another remark.
        other: what came next and was not taken, in words.
        taken: boxes of what was taken, on this page.
        passed_over: boxes of what was not, on this page.
    """

    title: str
    text: str = ""
    confidence: float | None = None
    note: str = ""
    other: str = ""
    taken: tuple[Outline, ...] = ()
    passed_over: tuple[Box, ...] = ()

    @property
    def lead(self) -> Box | None:
        """The box nearest to the margin, from which a line leads to the entry."""
        boxes = [one.box for one in self.taken] or list(self.passed_over)
        return max(boxes, key=lambda box: box[2], default=None)


@dataclass(frozen=True)
class Sheet:
    """One page to be drawn.

    Attributes:
        heading: lines that say what document this is and what was made of it.
    """

    page: int
    heading: tuple[str, ...]
    entries: tuple[Entry, ...] = field(default=())


def sheets(name: str, extraction: Extraction, canonical: Canonical, critical: Sequence[str] = ()) -> tuple[Sheet, ...]:
    """Return the pages of a document that was read from its pages; none of any other document.

    Args:
        name: of the document.
        extraction: what its reader gave.
        canonical: the values as they are told.
        critical: fields of header records of which it is told that they were not found.
    """
    if why_none(extraction) is not None:
        return ()
    pages: dict[int, list[Entry]] = {page: [] for page in range(1, _last_page(extraction) + 1)}
    for page, entry in (*_absent(extraction, critical), *_entries(extraction, canonical)):
        pages.setdefault(page, []).append(entry)
    known = (extraction.reason_code or extraction.status, extraction.document_class, extraction.language)
    about = ", ".join(one for one in known if one is not None)
    return tuple(
        Sheet(page, (name, f"page {page} of {extraction.pages}: {about}"), tuple(entries))
        for page, entries in sorted(pages.items())
    )


def why_none(extraction: Extraction) -> str | None:
    """Return why a document has no page to be drawn; None where it has."""
    methods = sorted({value.method for record in extraction.records for value in record.fields})
    if extraction.status not in ("ok", "unclassified"):
        return f"not read: {extraction.reason_code or extraction.status}"
    if extraction.pages == 0 or methods == ["embedded_xml"]:
        return f"read from {' and '.join(methods).replace('_', ' ') or 'no page'}"
    return None


def _last_page(extraction: Extraction) -> int:
    """Return the last page that was looked at: beyond a number of pages, only those are drawn that gave a value."""
    scanned = any(value.method == "ocr" for record in extraction.records for value in record.fields)
    return min(extraction.pages, MOST_SCANNED if scanned else MOST_PAGES)


def _entries(extraction: Extraction, canonical: Canonical) -> Iterator[tuple[int, Entry]]:
    if extraction.reason_code is not None:
        yield 1, Entry(extraction.reason_code, note=_cut(extraction.detail, LONGEST_REMARK))
    for record in extraction.records:
        if record.parent is None:
            for value in record.fields:
                yield from _of_value(record, value, canonical)
        else:
            yield from _of_line(record, canonical)
    for finding in extraction.findings:
        yield from _of_finding(finding)


def _absent(extraction: Extraction, critical: Sequence[str]) -> Iterator[tuple[int, Entry]]:
    """Yield, a header record, its critical fields without a value, on its first page; findings tell their own."""
    doubted = {(one.record_type, one.ordinal, one.field) for one in extraction.findings}
    for record in extraction.records:
        if record.parent is not None:
            continue
        known = {value.name for value in record.fields}
        known |= {name for name in critical if (record.record_type, record.ordinal, name) in doubted}
        absent = [name for name in critical if name not in known]
        if absent:
            page = min((value.page for value in record.fields if value.page is not None), default=1)
            title = f"{record.record_type} {record.ordinal}: not found"
            yield page, Entry(title, note=f"critical, and no place for it on the pages: {', '.join(absent)}")


def _of_value(record: ExtractedRecord, value: FieldValue, canonical: Canonical) -> Iterator[tuple[int, Entry]]:
    """Yield a header field where it stands, and its runner-up again where that stands on another page."""
    page = value.page or 1
    runner_up = None if value.grounds is None else value.grounds.runner_up
    beside = runner_up is not None and runner_up.page == page
    yield (
        page,
        Entry(
            value.name,
            _shown(record, value, canonical),
            value.confidence,
            _note(value),
            _next(value, page),
            () if value.box is None else (Outline(value.box, value.confidence),),
            (runner_up.box,) if beside and runner_up is not None else (),
        ),
    )
    if runner_up is not None and not beside:
        yield (
            runner_up.page,
            Entry(value.name, other=f"not taken: {_cut(runner_up.text)}", passed_over=(runner_up.box,)),
        )


def _of_line(record: ExtractedRecord, canonical: Canonical) -> Iterator[tuple[int, Entry]]:
    """Yield all values of a line as one entry, on the page of its first."""
    placed = [value for value in record.fields if value.box is not None]
    if not placed:
        return
    page = placed[0].page or 1
    here = tuple(Outline(one.box, one.confidence) for one in placed if one.page == page and one.box is not None)
    told = ", ".join(
        f"{one.name} {_shown(record, one, canonical)}" for one in record.fields if one.name != "line_number"
    )
    weakest = min(value.confidence for value in record.fields)
    yield page, Entry(f"{record.record_type} {record.ordinal}", "", weakest, _cut(told, LONGEST_REMARK), taken=here)


def _of_finding(finding: Finding) -> Iterator[tuple[int, Entry]]:
    """Yield a finding on each page with one of its places, else on the first."""
    title = f"{finding.field or 'document'}: {finding.reason_code}"
    for page in sorted({place.page for place in finding.places}) or [1]:
        here = tuple(place.box for place in finding.places if place.page == page)
        yield page, Entry(title, note=_cut(finding.detail, LONGEST_REMARK), passed_over=here)


def _shown(record: ExtractedRecord, value: FieldValue, canonical: Canonical) -> str:
    text = canonical.get((record.record_type, record.ordinal, value.name))
    return f"no value in {_cut(value.raw)!r}" if text is None else _cut(text)


def _note(value: FieldValue) -> str:
    grounds = value.grounds
    evidence = "" if grounds is None else f", {grounds.evidence.replace('_', ' ')}{', confirmed' * grounds.held}"
    return f"{value.method.replace('_', ' ')} {_cut(value.raw)!r}{evidence}"


def _next(value: FieldValue, page: int) -> str:
    if value.grounds is None or value.grounds.runner_up is None:
        return ""
    place, behind = value.grounds.runner_up, value.grounds.behind
    how_far = "" if behind is None else f", {behind:.2f} behind" if behind >= 0 else f", {-behind:.2f} better alone"
    return f"next: {_cut(place.text)}{how_far}{_elsewhere(place, page)}"


def _elsewhere(place: Place, page: int) -> str:
    return "" if place.page == page else f", on page {place.page}"


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."

"""The invoices of one file: each part of its pages read for itself, and held against how the pages were divided.

What belongs here: reading parts, joining or doubting them, and one extraction of all. What does not: the signs by
which pages are divided (`boundaries`), and reading one document (`textlayer`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, Finding
from back_office_pipelines.extraction.pdf.boundaries import ALL_SIGNS, Part, parts_of, signs_of
from back_office_pipelines.extraction.pdf.headings.deciding import is_of_other_lane
from back_office_pipelines.extraction.pdf.headings.heading import Heading
from back_office_pipelines.extraction.pdf.page.shapes import amount_spans
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.repaging import moved_back, on_page
from back_office_pipelines.extraction.pdf.textlayer import extraction_of, read, read_under, reading_under
from back_office_pipelines.extraction.slip.reading import is_slip
from back_office_pipelines.values.text import compact_upper

NUMBER = "invoice_number"
SURE = 0.8
"""Confidence of a gross total from which on a page says how much: sums of a page are named no better than by chance."""
MOST_DOUBTS = 24
"""Pages of a part that may begin another invoice up to which both sides of each are read, all pages every time."""
SAME = ("issue_date", "gross_total")
"""What a copy of an invoice has in common with it, beside the number."""


@dataclass(frozen=True)
class _Read:
    """A part with what it gives.

    Attributes:
        texts: header values for comparison, whether or not the part has a class.
    """

    part: Part
    extraction: Extraction
    texts: Mapping[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether it is an invoice by itself: it says how much, and has a number or a day."""
        return "gross_total" in self.texts and not self.texts.keys().isdisjoint((NUMBER, "issue_date", "due_date"))

    @property
    def says_how_much(self) -> bool:
        """Whether its gross total is sure."""
        values = (value for record in self.extraction.records for value in record.fields)
        return any(value.name == "gross_total" and value.confidence >= SURE for value in values)


@dataclass(frozen=True)
class _Pages:
    """The lines of a file by page."""

    lines: Mapping[int, tuple[Line, ...]]
    dictionary: Dictionary
    memory: Memory
    known: dict[tuple[int, ...], _Read] = field(default_factory=dict)

    def read(self, part: Part, pages: Sequence[int]) -> _Read:
        """Return what some pages give that are a part, or belong to one, read once; places are those in the file."""
        if tuple(pages) not in self.known:
            self.known[tuple(pages)] = self._read(part, pages)
        return replace(self.known[tuple(pages)], part=part)

    def _read(self, part: Part, pages: Sequence[int]) -> _Read:
        moved = [on_page(line, number) for number, page in enumerate(pages, start=1) for line in self.lines[page]]
        reading = read(moved, self.dictionary)
        texts = {choice.field: compact_upper(choice.found.text) for choice, _ in reading.choices}
        extraction = extraction_of(reading, moved, len(pages), self.dictionary, self.memory)
        return _Read(part, moved_back(extraction, pages), texts)

    def show_money(self, pages: Sequence[int]) -> bool:
        """Tell whether some pages show an amount."""
        return any(any(amount_spans(line.text)) for page in pages for line in self.lines[page])

    def joined(self, one: Part, other: Part) -> _Read:
        """Return what two parts give that are one document."""
        both = Part([*one.pages, *other.pages], one.signs, numbers=one.numbers)
        return self.read(both, both.pages)


def read_documents(
    lines: Sequence[Line], heading: Heading | None, pages: int, dictionary: Dictionary, memory: Memory = NOTHING
) -> Extraction:
    """Return the invoices on the pages of a file, or why there is none.

    Args:
        lines: of all pages.
        heading: the one of the first page that decides, None where none does.
        pages: number of pages of the file.
        dictionary: the lane; slips are one a file.
        memory: what people's corrections taught.
    """
    if lines[0].page == lines[-1].page or is_slip(dictionary) or is_of_other_lane(heading, dictionary):
        return read_under(heading, lines, pages, dictionary, memory)
    reading = reading_under(heading, lines, dictionary)
    parts = parts_of(signs_of(lines, reading, dictionary))
    if len(parts) == 1 and not (parts[0].doubtful or parts[0].attached or parts[0].again):
        return extraction_of(reading, lines, pages, dictionary, memory)
    by_page = {page: tuple(group) for page, group in groupby(lines, key=lambda line: line.page)}
    file = _Pages(by_page, dictionary, memory)
    return _joined(_settle(parts, file), pages, dictionary)


@dataclass
class _Settled:
    """The invoices of a file.

    Attributes:
        doubts: why each may be more than one; None where nothing says so.
        covers: pages before the first invoice that show amounts and are of no class.
    """

    found: list[_Read] = field(default_factory=list)
    doubts: list[str | None] = field(default_factory=list)
    covers: list[int] = field(default_factory=list)

    def add(self, one: _Read) -> None:
        """Add an invoice of its own."""
        self.found.append(one)
        self.doubts.append(None)

    def join(self, both: _Read, later: _Read, doubt: str) -> None:
        """Put one reading in the place of the last invoice and a later part; where it gives nothing, both stay."""
        if both.extraction.records or not later.extraction.records:
            self.found[-1], self.doubts[-1] = both, doubt
        else:
            self.add(later)
            self.doubts[-1] = doubt


def _settle(parts: Sequence[Part], file: _Pages) -> _Settled:
    """Return the parts that stay when they are held against what they give."""
    settled = _Settled()
    for part in parts:
        one = _without_attachments(part, file)
        before = settled.found[-1] if settled.found else None
        if before is None or _stands_alone(before, one):
            settled.add(one)
        elif one.is_whole and not before.extraction.records:
            settled.found[-1] = one  # what comes before the first invoice is its cover
            settled.covers += before.part.pages if file.show_money(before.part.pages) else []
        else:
            settled.join(file.joined(before.part, part), one, _may_begin(part.pages[0], next(iter(part.numbers), None)))
            continue
        settled.doubts[-1] = _doubt(settled.found[-1], file)
        _add_repeated(settled, file)
    return settled


def _without_attachments(part: Part, file: _Pages) -> _Read:
    """Return what a part gives without the pages that go with it; with them where it is no whole invoice else."""
    alone = file.read(part, part.pages)
    if not part.attached or (alone.extraction.records and alone.is_whole):
        return alone
    return file.read(part, sorted([*part.pages, *part.attached]))


def _stands_alone(before: _Read, one: _Read) -> bool:
    """Tell whether a part is an invoice of its own: all signs say so, or it and the one before are whole."""
    if not one.extraction.records or not before.extraction.records:
        return False
    return one.part.signs == ALL_SIGNS or (before.is_whole and one.is_whole)


def _doubt(one: _Read, file: _Pages) -> str | None:
    """Return why a part may be two invoices: a page may begin another, and both sides of it are whole."""
    pages, doubtful = one.part.pages, _telling(one, file)
    for page in doubtful[:MOST_DOUBTS]:
        at = pages.index(page)
        before, after = file.read(one.part, pages[:at]), file.read(one.part, pages[at:])
        if before.extraction.records and after.is_whole and _differ(before, after) and _may_be_two(before, after):
            return _may_begin(page, after.texts.get(NUMBER))
    if len(doubtful) > MOST_DOUBTS:
        return f"any of {len(doubtful)} pages may begin another invoice: read the pages and have each sent as a file"
    return None


def _telling(one: _Read, file: _Pages) -> list[int]:
    """Return the doubtful pages of a part: of very many, those that name another number or follow a total.

    All pages of a long invoice may repeat its head, and none of them begins another one.
    """
    pages, doubtful = one.part.pages, one.part.doubtful
    if len(doubtful) <= MOST_DOUBTS:
        return doubtful
    alone = {page: file.read(one.part, [page]) for page in pages}
    after_total = {page for before, page in pairwise(pages) if alone[before].says_how_much}
    own = one.texts.get(NUMBER)
    return [page for page in doubtful if page in after_total or alone[page].texts.get(NUMBER) not in (None, own)]


def _differ(one: _Read, other: _Read) -> bool:
    return any(one.texts.get(name) != other.texts.get(name) for name in (NUMBER, *SAME))


def _may_be_two(before: _Read, after: _Read) -> bool:
    """Tell whether parts may be two invoices: their numbers differ, or both say for sure how much, as a copy would."""
    return before.texts.get(NUMBER) != after.texts.get(NUMBER) or (before.says_how_much and after.says_how_much)


def _may_begin(page: int, number: str | None) -> str:
    named = f", since it names {number!r}" if number else ""
    return f"page {page} may begin another invoice{named}: read the pages and have each invoice sent as a file"


def _add_repeated(settled: _Settled, file: _Pages) -> None:
    """Hold what gives the last invoice once more against it: a copy says the same, another seller's is an invoice."""
    one = settled.found[-1]
    for pages in one.part.again:
        other = file.read(Part(pages), pages)
        if other.extraction.records and other.is_whole and _is_of_other(one, other):
            settled.add(other)
        elif any(other.texts.get(name) not in (None, one.texts.get(name)) for name in SAME):
            told = f"page {pages[0]} gives invoice {one.texts.get(NUMBER)} once more, with another date or total"
            settled.doubts[settled.found.index(one)] = f"{told}: ask the seller which holds"


def _is_of_other(one: _Read, other: _Read) -> bool:
    """Tell whether two invoices of one number come from two sellers: their VAT ids differ, else their names."""
    for name in ("seller_vat_id", "seller_name"):
        first, second = one.texts.get(name), other.texts.get(name)
        if first is not None and second is not None:
            return key(first) != key(second)
    return False


def _joined(settled: _Settled, pages: int, dictionary: Dictionary) -> Extraction:
    """Return one extraction of all invoices: ordinals go on, the class is that of the first."""
    records: list[ExtractedRecord] = []
    findings: list[Finding] = []
    lines = 0
    for ordinal, (one, doubt) in enumerate(zip(settled.found, settled.doubts, strict=True), start=1):
        own = one.extraction.records
        records += [_renumbered(record, ordinal, lines, dictionary) for record in own]
        findings += [
            replace(entry, ordinal=ordinal) if entry.record_type == dictionary.header else entry
            for entry in one.extraction.findings
            if doubt is None or entry.field != NUMBER
        ]
        if doubt is not None:
            record = (dictionary.header, ordinal, NUMBER) if own else ()
            findings.append(Finding("AMBIGUOUS", doubt, *record))
        lines += sum(record.record_type != dictionary.header for record in own)
    if settled.covers:
        detail = f"page {settled.covers[0]} comes before the first invoice, shows amounts, and says not what it is"
        findings.append(Finding("UNCLASSIFIED", f"{detail}: read it and have what is missing sent apart"))
    first = next((one for one in settled.found if one.extraction.records), settled.found[0]).extraction
    return replace(first, pages=pages, records=tuple(records), findings=tuple(findings))


def _renumbered(record: ExtractedRecord, ordinal: int, lines: int, dictionary: Dictionary) -> ExtractedRecord:
    if record.record_type == dictionary.header:
        return replace(record, ordinal=ordinal)
    return replace(record, ordinal=lines + record.ordinal, parent=ordinal)

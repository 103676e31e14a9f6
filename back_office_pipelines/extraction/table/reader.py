"""A delimited text file to records: one invoice a row, or consecutive rows of one number as an invoice with lines.

What belongs here: grouping rows and making values of cells. What does not: encoding, delimiter and column mapping.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.limits import exceeded
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, FieldValue, Finding, Status
from back_office_pipelines.extraction.table.columns import KEY_FIELDS, Column, header_row, map_columns, names_records
from back_office_pipelines.extraction.table.delimited import (
    MOST_COLUMNS,
    PREAMBLE,
    BrokenTableError,
    fitting_delimiters,
    read_rows,
)
from back_office_pipelines.extraction.table.doubt import why_foreign, with_doubts
from back_office_pipelines.extraction.table.encoding import decode_text, is_proved, why_no_text
from back_office_pipelines.extraction.table.sheet import WorkbookRefusedError
from back_office_pipelines.extraction.table.styles import column_styles, header_language
from back_office_pipelines.extraction.table.uneven import uneven_table
from back_office_pipelines.values.style import MACHINE, Style
from back_office_pipelines.values.text import squash_spaces

CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
LEAST_NAMED = 2
"""Fields that the header of any table of ours names; below, uneven rows may have hidden which delimiter is right."""
LONGEST_LINE = 1_000_000
"""Characters of one line; a row of a thousand columns has fewer."""
Row = tuple[int, list[str]]


@dataclass
class Table:
    """A table on its way to records.

    Attributes:
        header, lines: columns of the header record type and of its child.
        key: index of the column whose equal values hold an invoice's rows together, None without one.
        styles: how the numbers and dates of each column are written.
    """

    dictionary: Dictionary
    header: tuple[Column, ...]
    lines: tuple[Column, ...]
    key: int | None
    styles: Mapping[Column, Style]
    findings: list[Finding]
    records: list[ExtractedRecord] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def next_ordinal(self, record_type: str) -> int:
        """Return the position of the next record of a type."""
        self.counts[record_type] += 1
        return self.counts[record_type]


def read_table(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return the records of a delimited text file.

    Numbers and dates are read in the style that each column's own values prove. A row that is not as wide as the header
    gives a record without values and a finding; empty cells beyond the header are nothing. Where the encoding is not
    proved, values must prove themselves.
    """
    text = decode_text(content)
    problem = why_no_text(content) if text is None else why_foreign(content, text)
    if text is None or problem is not None:
        return _unreadable(f"the table cannot be read: {problem}")
    if len(text) > LONGEST_LINE and "\n" not in text and "\r" not in text:
        return exceeded(f"the table is one line of {len(text):,} characters; have it exported with one row a line")
    try:
        found = _best_table(text, dictionary)
    except BrokenTableError as broken:
        return _unreadable(f"the table breaks off: {broken}; have it exported again")
    if found is None:
        return _unreadable("the file is no table: its delimiter cannot be told; save it as CSV with one delimiter")
    delimiter, rows = found
    width = len(rows[0][1])
    if width > MOST_COLUMNS:
        detail = f"the table has {width:,} columns, more than the {MOST_COLUMNS:,} that are read; leave out the others"
        return exceeded(detail)
    extraction = _read([rows[0], *(_cut(row, width) for row in rows[1:])], dictionary, delimiter, ())
    return with_doubts(extraction, proved=is_proved(content))


def _best_table(text: str, dictionary: Dictionary) -> tuple[str, list[Row]] | None:
    """Return the delimiter under which a header row names the most fields, and the rows from that header on.

    Rows need not be even under a header that names the lane's records.

    Raises:
        BrokenTableError: the text cannot be split into rows.
    """
    best: tuple[tuple[int, int], str, list[Row]] | None = None
    for delimiter, width in fitting_delimiters(text).items():
        rows = read_rows(text, delimiter)
        if len(rows[0][1]) > MOST_COLUMNS:
            return delimiter, rows
        named, start = header_row([cells[:MOST_COLUMNS] for _, cells in rows[: PREAMBLE + 1]], dictionary)
        if best is None or (named, width) > best[0]:
            best = (named, width), delimiter, rows[start:]
    if best is None or best[0][0] < LEAST_NAMED:
        return uneven_table(text, dictionary) or (best and best[1:])
    return best[1:]


def _cut(row: Row, width: int) -> Row:
    """Return a row without the empty cells beyond the header's width."""
    line, cells = row
    return row if any(cells[width:]) else (line, cells[:width])


def _unreadable(detail: str) -> Extraction:
    return Extraction("unreadable", "UNREADABLE", detail)


def read_workbook(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return the records of a spreadsheet file; its cells are typed, so that nothing about their style is guessed."""
    from back_office_pipelines.extraction.table.workbook import sheet_of_lane  # noqa: PLC0415  loads two libraries

    try:
        sheet, findings = sheet_of_lane(content, dictionary)
    except WorkbookRefusedError as refusal:
        status: Status = "unclassified" if refusal.reason_code == "UNCLASSIFIED" else "unreadable"
        status = "encrypted" if refusal.reason_code == "ENCRYPTED" else status
        return Extraction(status=status, reason_code=refusal.reason_code, detail=refusal.detail)
    return with_doubts(_read(sheet.rows, dictionary, None, findings), proved=True)


def _read(rows: Sequence[Row], dictionary: Dictionary, delimiter: str | None, unread: Sequence[Finding]) -> Extraction:
    """Return the records of rows under a header; without a delimiter, the cells are typed and need no evidence."""
    (_, header), *body = rows
    columns, findings = map_columns(header, dictionary)
    table = _table(columns, (*unread, *findings), dictionary)
    if not names_records(columns, dictionary):
        detail = f"the header row does not name the fields of record {dictionary.header}: {', '.join(header)[:200]}"
        return Extraction(status="unclassified", reason_code="UNCLASSIFIED", detail=detail)
    if not body:
        return Extraction("empty", "EMPTY_FILE", "the table has a header and no rows below it; have it exported again")
    if delimiter is not None:
        whole = [cells for _, cells in body if len(cells) == len(header)]
        language = header_language(header, columns, dictionary)
        table.styles = column_styles(columns, whole, dictionary, language, delimiter)
    for _, group in groupby(body, key=lambda row: _group_key(row, table)):
        _add_record(list(group), table, len(header))
    return Extraction(
        status="ok",
        document_class=_document_class(table),
        records=tuple(table.records),
        findings=tuple(table.findings),
    )


def _table(columns: tuple[Column, ...], findings: tuple[Finding, ...], dictionary: Dictionary) -> Table:
    header = tuple(column for column in columns if column.record_type == dictionary.header)
    lines = tuple(column for column in columns if column.record_type != dictionary.header)
    key = next((column.index for column in header if column.field in KEY_FIELDS), None)
    return Table(dictionary, header, lines, key, dict.fromkeys(columns, MACHINE), list(findings))


def _group_key(row: Row, table: Table) -> tuple[str, int]:
    """Rows of one invoice share a key: its number where the table has lines, else each row stands alone."""
    line, cells = row
    number = squash_spaces(cells[table.key]) if table.key is not None and table.key < len(cells) else ""
    return (number, 0) if table.lines and number else ("", line)


def _add_record(group: list[Row], table: Table, width: int) -> None:
    """Add the header record of a group of rows and, where the table has line columns, one line a row."""
    record_type = table.dictionary.header
    ordinal = table.next_ordinal(record_type)
    whole = [row for row in group if len(row[1]) == width]
    for line, cells in group:
        if len(cells) != width:
            detail = f"row {line} has {len(cells)} cells where the header has {width}"
            table.findings.append(Finding("FORMAT", detail, record_type, ordinal))
    values = tuple(_header_values(whole, table, ordinal))
    table.records.append(ExtractedRecord(record_type, ordinal, values, row=group[0][0]))
    child = next(iter(table.dictionary.children), None)
    if child is None or not table.lines:
        return
    for line, cells in whole:
        fields = tuple(_value(column, cells[column.index], table) for column in table.lines if cells[column.index])
        if fields:
            number = table.next_ordinal(child)
            table.records.append(ExtractedRecord(child, number, fields, parent=ordinal, row=line))


def _header_values(group: list[Row], table: Table, ordinal: int) -> Iterator[FieldValue]:
    """Yield one value a header field; rows of one invoice that differ in it are AMBIGUOUS."""
    for column in table.header:
        texts = list(dict.fromkeys(text for _, cells in group if (text := cells[column.index])))
        if len(texts) > 1:
            detail = f"the rows of one invoice give {len(texts)} different values: {', '.join(texts[:5])}"
            table.findings.append(Finding("AMBIGUOUS", detail, column.record_type, ordinal, column.field))
        elif texts:
            yield _value(column, texts[0], table)


def _value(column: Column, raw: str, table: Table) -> FieldValue:
    return FieldValue(column.field, raw, column.confidence, "spreadsheet", style=table.styles[column])


def _document_class(table: Table) -> str:
    """Return `credit_note` where every row says so by its type code, else the lane's first class."""
    codes = {value.text for record in table.records for value in record.fields if value.name == "invoice_type"}
    return "credit_note" if codes and codes <= CREDIT_NOTE_CODES else next(iter(table.dictionary.documents))

"""A delimited text file to records: one invoice a row, or consecutive rows of one number as an invoice with lines.

What belongs here: grouping rows and making values of cells. What does not: encoding, delimiter and column mapping.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, FieldValue, Finding, Status
from back_office_pipelines.extraction.table.columns import Column, map_columns
from back_office_pipelines.extraction.table.delimited import find_delimiter, read_rows
from back_office_pipelines.extraction.table.encoding import decode_text
from back_office_pipelines.values.evidence import decide_style
from back_office_pipelines.values.style import MACHINE, Style
from back_office_pipelines.values.text import squash_spaces

KEY_FIELDS = ("invoice_number",)
"""Fields that number a record: a table of such records has the column, and its equal values hold rows together."""
CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
Row = tuple[int, list[str]]


@dataclass
class Table:
    """A table on its way to records.

    Attributes:
        header, lines: columns of the header record type and of its child.
        key: index of the column whose equal values hold an invoice's rows together, None without one.
    """

    dictionary: Dictionary
    header: tuple[Column, ...]
    lines: tuple[Column, ...]
    key: int | None
    style: Style
    findings: list[Finding]
    records: list[ExtractedRecord] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def next_ordinal(self, record_type: str) -> int:
        """Return the position of the next record of a type."""
        self.counts[record_type] += 1
        return self.counts[record_type]


def read_table(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return the records of a delimited text file.

    Numbers and dates are read in the style the file's own values prove. A row that is not as wide as the header gives
    a record without values and a finding.
    """
    rows = _rows(content)
    if isinstance(rows, str):
        return Extraction(status="unreadable", reason_code="UNREADABLE", detail=rows)
    return _read(rows, dictionary, None, ())


def read_workbook(content: bytes, dictionary: Dictionary) -> Extraction:
    """Return the records of a spreadsheet file; its cells are typed, so that nothing about their style is guessed."""
    from back_office_pipelines.extraction.table.workbook import WorkbookRefusedError, sheet_of_lane  # noqa: PLC0415

    try:
        sheet, findings = sheet_of_lane(content, dictionary)
    except WorkbookRefusedError as refusal:
        status: Status = "unclassified" if refusal.reason_code == "UNCLASSIFIED" else "unreadable"
        status = "encrypted" if refusal.reason_code == "ENCRYPTED" else status
        return Extraction(status=status, reason_code=refusal.reason_code, detail=refusal.detail)
    return _read(sheet.rows, dictionary, MACHINE, findings)


def _read(rows: Sequence[Row], dictionary: Dictionary, style: Style | None, unread: Sequence[Finding]) -> Extraction:
    """Return the records of rows under a header; without a style, the values' own evidence decides it."""
    (_, header), *body = rows
    columns, findings = map_columns(header, dictionary)
    table = _table(columns, (*unread, *findings), body, len(header), dictionary)
    table.style = style or table.style
    if not _is_of_lane(table):
        detail = f"the header row does not name the fields of a {dictionary.header}: {', '.join(header)[:200]}"
        return Extraction(status="unclassified", reason_code="UNCLASSIFIED", detail=detail)
    for _, group in groupby(body, key=lambda row: _group_key(row, table)):
        _add_record(list(group), table, len(header))
    return Extraction(
        status="ok",
        document_class=_document_class(table),
        records=tuple(table.records),
        findings=tuple(table.findings),
    )


def _is_of_lane(table: Table) -> bool:
    """Tell whether the columns are the lane's: the numbering field and another, else two that records cannot lack."""
    fields = table.dictionary.records[table.dictionary.header].fields
    mapped = {column.field for column in table.header}
    keys = set(KEY_FIELDS) & fields.keys()
    required = {name for name, spec in fields.items() if spec.nullable == "never"}
    return bool(mapped & keys) and len(mapped) > 1 if keys else len(mapped & required) > 1


def _rows(content: bytes) -> list[Row] | str:
    """Return the rows, or why there are none."""
    text = decode_text(content)
    delimiter = find_delimiter(text) if text is not None else None
    if text is None or delimiter is None:
        return "the file is no table: its encoding or its delimiter cannot be told"
    try:
        return read_rows(text, delimiter)
    except csv.Error as problem:
        return f"the table breaks off: {problem}"


def _table(
    columns: tuple[Column, ...],
    findings: tuple[Finding, ...],
    body: Sequence[Row],
    width: int,
    dictionary: Dictionary,
) -> Table:
    header = tuple(column for column in columns if column.record_type == dictionary.header)
    lines = tuple(column for column in columns if column.record_type != dictionary.header)
    key = next((column.index for column in header if column.field in KEY_FIELDS), None)
    whole = [row for row in body if len(row[1]) == width]
    numbers = _cells(whole, columns, dictionary, "decimal")
    dates = _cells(whole, columns, dictionary, "date")
    return Table(dictionary, header, lines, key, decide_style(numbers, dates), list(findings))


def _cells(rows: Sequence[Row], columns: Sequence[Column], dictionary: Dictionary, kind: str) -> list[str]:
    wanted = [c.index for c in columns if dictionary.value_type(c.record_type, c.field).type == kind]
    return [cells[index] for _, cells in rows for index in wanted if cells[index]]


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
    return FieldValue(column.field, raw, column.confidence, "spreadsheet", style=table.style)


def _document_class(table: Table) -> str:
    """Return `credit_note` where every row says so by its type code, else the lane's first class."""
    codes = {value.text for record in table.records for value in record.fields if value.name == "invoice_type"}
    return "credit_note" if codes and codes <= CREDIT_NOTE_CODES else next(iter(table.dictionary.documents))

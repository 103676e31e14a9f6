"""The one walker of XML field maps: a parsed document and its map to records.

What belongs here: evaluating the paths of a map and settling several hits by the map's own rule. What does not: paths
and codes (data in `maps/`), parsing (`parse`), canonical values (`normalization/`).
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import cast

from lxml import etree

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, FieldValue, Finding, Method
from back_office_pipelines.extraction.xml.maps import (
    FieldMap,
    PathEntry,
    RecordMap,
    SyntaxMap,
    foreign_document,
    map_for,
)
from back_office_pipelines.extraction.xml.parse import Broken, drop_namespaces, parse_xml
from back_office_pipelines.values.numbers import canonical_decimal, parse_decimal
from back_office_pipelines.values.style import MACHINE
from back_office_pipelines.values.text import squash_spaces

ENVELOPE_DEPTH = 3


@dataclass(frozen=True)
class Place:
    """One record while its values are read.

    Attributes:
        node: element that the record's paths start from.
        currency: the document's currency, `$currency` in paths.
        findings: where what stays open is noted.
    """

    record_type: str
    ordinal: int
    node: etree._Element
    method: Method
    currency: str
    findings: list[Finding]

    def leave_open(self, reason_code: str, detail: str, field: str) -> None:
        """Note that a field of this record could not be settled."""
        self.findings.append(Finding(reason_code, detail, self.record_type, self.ordinal, field))


def read_xml(content: bytes, dictionary: Dictionary, method: Method = "xml") -> Extraction:
    """Return the records of an XML document: one per invoice in it, each with its lines.

    Args:
        content: the bytes of the document.
        dictionary: the lane; fields of a map that it does not have are left out.
        method: `xml`, or `embedded_xml` for one found inside a PDF.
    """
    root = parse_xml(content)
    if isinstance(root, Broken):
        return Extraction(status="unreadable", reason_code=root.reason_code, detail=root.detail)
    found = _syntax_of(root)
    if found is None:
        return _other_document(root, dictionary)
    document, syntax = found
    if syntax.header.record_type not in dictionary.records:
        detail = f"{syntax.title} gives {syntax.header.record_type} records, which lane {dictionary.lane} has not"
        return Extraction(status="ok", reason_code="NOT_THIS_LANE", detail=detail)
    drop_namespaces(document)
    return _read(document, syntax, dictionary, method)


def is_known_invoice(content: bytes) -> bool:
    """Tell whether bytes are an XML document that a map reads."""
    root = parse_xml(content)
    return not isinstance(root, Broken) and _syntax_of(root) is not None


def _syntax_of(root: etree._Element) -> tuple[etree._Element, SyntaxMap] | None:
    """Find the invoice: the root itself, or the one document inside an envelope (for example a PEPPOL SBDH)."""
    level = [root]
    for _ in range(ENVELOPE_DEPTH):
        found = [(element, syntax) for element in level if (syntax := map_for(element)) is not None]
        if found:
            return found[0] if len(found) == 1 else None
        level = [child for element in level for child in element]
    return None


def _other_document(root: etree._Element, dictionary: Dictionary) -> Extraction:
    foreign = foreign_document(root)
    if foreign is None:
        detail = f"the XML document element {etree.QName(root).localname!r} is of no syntax we read"
        return Extraction(status="unclassified", reason_code="UNCLASSIFIED", detail=detail)
    known = foreign.document_class if foreign.document_class in dictionary.documents else None
    detail = f"{foreign.title} is no invoice"
    return Extraction(status="ok", reason_code="NOT_THIS_LANE", detail=detail, document_class=known)


def _read(document: etree._Element, syntax: SyntaxMap, dictionary: Dictionary, method: Method) -> Extraction:
    records: list[ExtractedRecord] = []
    findings: list[Finding] = []
    lines = 0
    for ordinal, node in enumerate(_nodes(document, syntax.header.nodes), start=1):
        currency = _currency(node, syntax.header)
        place = Place(syntax.header.record_type, ordinal, node, method, currency, findings)
        records.append(ExtractedRecord(place.record_type, ordinal, _fields(place, syntax.header, dictionary)))
        for row, child in enumerate(_nodes(node, syntax.child.nodes), start=1):
            line = Place(syntax.child.record_type, lines + 1, child, method, currency, findings)
            values = _fields(line, syntax.child, dictionary)
            if values:  # a line of ZUGFeRD 1 can be a note alone
                lines += 1
                records.append(ExtractedRecord(line.record_type, lines, values, parent=ordinal, row=row))
    return Extraction(
        status="ok",
        document_class=_document_class(records, syntax),
        records=tuple(records),
        findings=tuple(findings),
    )


def _document_class(records: list[ExtractedRecord], syntax: SyntaxMap) -> str:
    """Class of the document by the type code of its first record, else by its syntax."""
    codes = {value.text for value in records[0].fields if value.name == "invoice_type"} if records else set()
    for name, members in syntax.classes.by_type.items():
        if codes & set(members):
            return name
    return syntax.classes.default


def _currency(node: etree._Element, header: RecordMap) -> str:
    """Return the document's currency, which says which of several tax totals is meant; empty where it has none."""
    entries = header.fields["currency"].paths if "currency" in header.fields else ()
    return next((texts[0].strip() for entry in entries if (texts := _texts(node, entry, ""))), "")


def _fields(place: Place, record: RecordMap, dictionary: Dictionary) -> tuple[FieldValue, ...]:
    known = dictionary.records[record.record_type].fields
    values = (_value(name, field, place) for name, field in record.fields.items() if name in known)
    return tuple(value for value in values if value is not None)


def _value(name: str, field: FieldMap, place: Place) -> FieldValue | None:
    for entry in field.paths:
        texts = _texts(place.node, entry, place.currency)
        if texts:
            return _settle(name, field, entry, texts, place)
    return None


def _settle(name: str, field: FieldMap, entry: PathEntry, texts: tuple[str, ...], place: Place) -> FieldValue | None:
    """Make one value of the texts found at a path, or a finding where the map's rule leaves it open."""
    different = tuple(dict.fromkeys(squash_spaces(text) for text in texts))
    raw, reading = texts[0], None
    if entry.several == "sum" and len(texts) > 1:
        raw, reading = " + ".join(texts), _total(texts)
    elif entry.several == "only" and len(different) > 1:
        detail = f"the document gives {len(different)} different values: {', '.join(different[:5])}"
        place.leave_open("AMBIGUOUS", detail, name)
        return None
    if field.codes:
        reading = field.codes.get(different[0])
        if reading is None:
            place.leave_open("CODE_UNKNOWN", f"{different[0]!r} is no code of {field.source}", name)
            return None
    return FieldValue(name, raw, 1.0, place.method, style=MACHINE, reading=reading)


def _total(texts: tuple[str, ...]) -> str | None:
    """Return the sum of amounts, or None where one of them is no number: the joined raw text then tells."""
    amounts = [parse_decimal(text, MACHINE) for text in texts]
    numbers = [amount for amount in amounts if isinstance(amount, Decimal)]
    return canonical_decimal(sum(numbers, Decimal(0))) if len(numbers) == len(amounts) else None


def _texts(node: etree._Element, entry: PathEntry, currency: str) -> tuple[str, ...]:
    """Return the texts at a path in document order, empty ones left out."""
    found = _xpath(entry.path)(node, currency=currency)
    items = found if isinstance(found, list) else [found]
    texts = [item.text if isinstance(item, etree._Element) else str(item) for item in items]
    return tuple(text for text in texts if text and text.strip())


def _nodes(node: etree._Element, path: str) -> list[etree._Element]:
    return cast("list[etree._Element]", _xpath(path)(node))


@cache
def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path)

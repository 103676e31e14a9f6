"""Stage extraction and normalization of a batch: documents in, one outcome each, and rows for the lake.

What belongs here: identities and the shape of the tables. What does not: how a document is read (`extraction/`) and how
a value becomes canonical (`normalise`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.extractor import Extractor, Source
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.model import Extraction, Finding
from back_office_pipelines.intake.identity import record_id
from back_office_pipelines.intake.redelivery import shown_path
from back_office_pipelines.normalization.normalise import NormalisedRecord, NormalisedValue, normalise

Row = dict[str, Any]


@dataclass
class ExtractedBatch:
    """Tables of the stage; grain and columns as in `storage/tables.yaml`."""

    extractions: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    field_values: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def extract_batch(
    documents: Sequence[Mapping[str, Any]],
    read: Callable[[str], bytes],
    dictionary: Dictionary,
    extractor: Extractor,
    memory: Memory = NOTHING,
) -> ExtractedBatch:
    """Read every document of a batch.

    Args:
        documents: rows of `documents`.
        read: returns the bytes kept under a content hash.
        dictionary: contract of the batch.
        extractor: what reads them: worker processes, or this one.
        memory: what people's corrections taught, as the batch is bound to it.
    """
    made = ExtractedBatch()
    sources = [Source(shown_path(document), partial(read, document["content_hash"])) for document in documents]
    extractions = extractor.extract(sources, dictionary, memory=memory)
    for document, extraction in zip(documents, extractions, strict=True):
        _add_document(made, document, extraction, normalise(extraction, dictionary), dictionary)
    return made


def _add_document(
    made: ExtractedBatch,
    document: Mapping[str, Any],
    extraction: Extraction,
    records: tuple[NormalisedRecord, ...],
    dictionary: Dictionary,
) -> None:
    where = {name: document[name] for name in ("lane", "batch_id", "document_id")}
    made.extractions.append(
        {
            **where,
            "status": extraction.status,
            "reason_code": extraction.reason_code,
            "document_class": extraction.document_class,
            "language": extraction.language,
            "pages": extraction.pages,
            "records": sum(record.record_type == dictionary.header for record in records),
        }
    )
    for record in records:
        made.records.append(_record_row(where, record, dictionary))
        made.field_values.extend(_value_row(where, record, value) for value in record.values)
    if extraction.reason_code is not None:
        outcome = Finding(extraction.reason_code, extraction.detail)
        made.findings.append(_finding_row(where, outcome, "outcome"))
    for number, finding in enumerate(extraction.findings, start=1):
        made.findings.append(_finding_row(where, finding, f"extraction_{number}"))


def _record_row(where: Mapping[str, Any], record: NormalisedRecord, dictionary: Dictionary) -> Row:
    parent = None
    if record.parent is not None:
        parent = record_id(where["document_id"], str(dictionary.records[record.record_type].parent), record.parent)
    return {
        **where,
        "record_id": record_id(where["document_id"], record.record_type, record.ordinal),
        "record_type": record.record_type,
        "parent_record_id": parent,
        "ordinal": record.ordinal,
        "source_row": record.row,
    }


def _value_row(where: Mapping[str, Any], record: NormalisedRecord, value: NormalisedValue) -> Row:
    x0, top, x1, bottom = value.box or (None, None, None, None)
    return {
        **where,
        "record_id": record_id(where["document_id"], record.record_type, record.ordinal),
        "record_type": record.record_type,
        "field": value.name,
        "raw": value.raw,
        "value": value.value,
        "problem": value.problem.reason_code if value.problem else None,
        "detail": value.problem.detail if value.problem else None,
        "confidence": value.confidence,
        "page": value.page,
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        "method": value.method,
        "learned_from": " ".join(value.learned_from) or None,
    }


def _finding_row(where: Mapping[str, Any], finding: Finding, rule: str) -> Row:
    on_record = finding.record_type is not None and finding.ordinal is not None
    subject = where["document_id"]
    if finding.record_type is not None and finding.ordinal is not None:
        subject = record_id(where["document_id"], finding.record_type, finding.ordinal)
    return {
        **where,
        "subject_kind": "record" if on_record else "document",
        "subject_id": subject,
        "rule": rule,
        "field": finding.field or "",
        "reason_code": finding.reason_code,
        "observed": finding.detail,
        "expected": "a readable document of this lane" if rule == "outcome" else "one reading",
    }

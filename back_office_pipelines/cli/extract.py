"""Command `extract`: documents to JSON lines, with no Dagster and no database.

What belongs here: walking folders, the shape of one JSON object (DESIGN 7.3), and the command's arguments. What does
not: extraction and normalisation themselves.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.errors import UsageError
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.model import Extraction, Finding, Status
from back_office_pipelines.intake.documents import Part
from back_office_pipelines.normalization.normalise import NormalisedRecord, NormalisedValue, normalise
from back_office_pipelines.settings import Settings, load_settings

TRUTH_SUFFIX = ".truth.json"
MANIFEST = "manifest.yaml"


def extract(
    lane: Annotated[str, typer.Argument(help="Lane whose records are looked for, for example ap_invoices.")],
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders to walk.")],
    out: Annotated[Path, typer.Option("--out", help="File to write, one JSON object a document.")],
    ignore_embedded_xml: Annotated[
        bool, typer.Option("--ignore-embedded-xml", help="Read the visible page of hybrid PDFs.")
    ] = False,
) -> None:
    """Extract documents and write their canonical values, with no Dagster and no database."""
    counts = extract_paths(lane, paths, out, ignore_embedded_xml, load_settings())
    parts = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    typer.echo(f"{counts.total()} documents ({parts or 'none found'}) written to {out}", err=True)


def extract_paths(
    lane: str, paths: Sequence[Path], out: Path, ignore_embedded_xml: bool, settings: Settings
) -> Counter[str]:
    """Extract every document under some paths by the newest dictionary of a lane.

    The file appears under its name only when it is complete.

    Returns:
        Number of documents by status.

    Raises:
        UsageError: a path does not exist, or there is no such lane.
        DictionaryError: a dictionary breaks its format.
    """
    dictionary = load_contracts(settings.dictionaries).latest(lane)
    documents = list(find_documents(paths))
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.part")
    counts: Counter[str] = Counter()
    with unfinished.open("w", encoding="utf-8", newline="\n") as stream:
        for path in documents:
            for entry in extract_file(path, dictionary, ignore_embedded_xml=ignore_embedded_xml):
                stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
                counts[entry["status"]] += 1
    unfinished.replace(out)
    return counts


def find_documents(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the documents among some paths: files as named, folders walked in sorted order.

    In a folder, `manifest.yaml`, `*.truth.json`, `README*` and everything hidden are no documents.

    Raises:
        UsageError: a path does not exist.
    """
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            found = (file for file in path.rglob("*") if file.is_file())
            yield from sorted(file for file in found if _is_document(file.relative_to(path)))
        else:
            raise UsageError("command extract", f"{path} does not exist", "name a file or a folder")


def extract_file(path: Path, dictionary: Dictionary, *, ignore_embedded_xml: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of a file, after those of the parts inside it where it is an e-mail or archive."""
    for part in open_parts(path.read_bytes()):
        extraction = _unread(part)
        if part.role == "document":
            name = path.name if part.member is None else part.member
            extraction = extract_document(part.content, name, dictionary, ignore_embedded_xml=ignore_embedded_xml)
        yield as_json(path.as_posix(), extraction, normalise(extraction, dictionary), part.member)


def _unread(part: Part) -> Extraction:
    """Return what is told of a part that is not read: what in it could not be taken."""
    status: Status = "container" if part.role == "container" else "aside"
    told = tuple(Finding(one.reason_code, f"{one.member}: {one.observed}".lstrip(": ")) for one in part.refusals)
    return Extraction(status=status, findings=told)


def as_json(
    file: str, extraction: Extraction, records: Sequence[NormalisedRecord], member: str | None = None
) -> dict[str, Any]:
    """Return the object of DESIGN 7.3.

    A field whose text has no canonical value is kept with value null beside its exception. Record ids are made of the
    file, the record type and the ordinal: unique in the whole output as long as no file is named twice.
    """
    shown = file.encode("utf-8", "replace").decode("utf-8")
    name = shown if member is None else f"{shown}#{member}"
    parents = {(record.record_type, record.ordinal): record for record in records if record.parent is None}
    header = next(iter(parents), ("", 0))[0]
    return {
        "file": shown,
        "member": member,
        "status": extraction.status,
        "reason_code": extraction.reason_code,
        "document_class": extraction.document_class,
        "language": extraction.language,
        "pages": extraction.pages,
        "records": [_record_json(name, header, record) for record in records],
        "exceptions": [*_document_exceptions(extraction), *_exceptions(name, extraction, records)],
    }


def _is_document(relative: Path) -> bool:
    hidden = any(part.startswith(".") for part in relative.parts)
    name = relative.name
    return not (hidden or name == MANIFEST or name.endswith(TRUTH_SUFFIX) or name.upper().startswith("README"))


def _record_id(name: str, record_type: str, ordinal: int) -> str:
    return f"{name}#{record_type}-{ordinal}"


def _record_json(name: str, header: str, record: NormalisedRecord) -> dict[str, Any]:
    return {
        "id": _record_id(name, record.record_type, record.ordinal),
        "parent": None if record.parent is None else _record_id(name, header, record.parent),
        "record_type": record.record_type,
        "row": record.row,
        "fields": {value.name: _field_json(value) for value in record.values},
    }


def _field_json(value: NormalisedValue) -> dict[str, Any]:
    return {
        "value": value.value,
        "raw": value.raw,
        "confidence": value.confidence,
        "page": value.page,
        "bbox": None if value.box is None else [round(edge, 2) for edge in value.box],
        "method": value.method,
    }


def _document_exceptions(extraction: Extraction) -> Iterator[dict[str, Any]]:
    if extraction.reason_code is not None:
        yield {"record": None, "field": None, "reason_code": extraction.reason_code, "detail": extraction.detail}


def _exceptions(name: str, extraction: Extraction, records: Sequence[NormalisedRecord]) -> Iterator[dict[str, Any]]:
    """Yield what the reader could not settle, then every value without a canonical text."""
    for finding in extraction.findings:
        known = finding.record_type is not None and finding.ordinal is not None
        record = _record_id(name, finding.record_type or "", finding.ordinal or 0) if known else None
        yield {
            "record": record,
            "field": finding.field,
            "reason_code": finding.reason_code,
            "detail": finding.detail,
        }
    for entry in records:
        for value in entry.values:
            if value.problem is not None:
                yield {
                    "record": _record_id(name, entry.record_type, entry.ordinal),
                    "field": value.name,
                    "reason_code": value.problem.reason_code,
                    "detail": value.problem.detail,
                }

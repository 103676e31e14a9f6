"""Command `extract`: documents to JSON lines, with no Dagster and no database.

What belongs here: walking folders, the shape of one JSON object (DESIGN 7.3), and the command's arguments. What does
not: extraction and normalisation themselves.
"""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from back_office_pipelines.cli.pictures import Document, Pictures
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.errors import UsageError
from back_office_pipelines.extraction.extractor import Extractor, InProcess, Source
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.limits import MOST_BYTES
from back_office_pipelines.extraction.model import Extraction, Finding, Status
from back_office_pipelines.intake.parts import Part
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
    debug: Annotated[
        Path | None,
        typer.Option("--debug", help="Folder for pictures of the pages: what was taken from where, and why."),
    ] = None,
) -> None:
    """Extract documents and write their canonical values, with no Dagster and no database."""
    settings = load_settings()
    if debug is None:
        counts = extract_paths(lane, paths, out, ignore_embedded_xml, settings)
    else:
        with closing(Pictures(debug)) as pictures:
            counts = extract_paths(lane, paths, out, ignore_embedded_xml, settings, pictures.draw)
        typer.echo("\n".join(pictures.told()), err=True)
    parts = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    typer.echo(f"{counts.total()} documents ({parts or 'none found'}) written to {out}", err=True)


def extract_paths(
    lane: str,
    paths: Sequence[Path],
    out: Path,
    ignore_embedded_xml: bool,
    settings: Settings,
    look: Callable[[Document], None] | None = None,
) -> Counter[str]:
    """Extract every document under some paths by the newest dictionary of a lane.

    The file appears under its name only when it is complete.

    Args:
        lane: whose records are looked for.
        paths: files, or folders to walk.
        out: file to write.
        ignore_embedded_xml: read the visible page of hybrid PDFs.
        settings: where the dictionaries are.
        look: shown every document once it is written.

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
    with (
        closing(Workers()) as workers,
        unfinished.open("w", encoding="utf-8", newline="\n") as stream,
    ):
        for one in read_files(documents, dictionary, workers, ignore_embedded_xml=ignore_embedded_xml):
            stream.write(json.dumps(_entry(one), ensure_ascii=False) + "\n")
            counts[one.extraction.status] += 1
            if look is not None:
                look(one)
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


def read_files(
    paths: Sequence[Path], dictionary: Dictionary, extractor: Extractor, *, ignore_embedded_xml: bool = False
) -> Iterator[Document]:
    """Yield each file as it was read, in order, after the parts inside it (an e-mail or archive)."""
    waiting: deque[_Waiting] = deque()
    sources = _sources(paths, extractor, waiting)
    fields = dictionary.records[dictionary.header].fields
    critical = [name for name, spec in fields.items() if spec.criticality == "critical"]
    for extraction in extractor.extract(sources, dictionary, ignore_embedded_xml=ignore_embedded_xml):
        yield from _unread_before(waiting)
        one = waiting.popleft()
        yield Document(one.path, one.member, one.read, extraction, normalise(extraction, dictionary), critical)
    yield from _unread_before(waiting)


@dataclass(frozen=True)
class _Waiting:
    """A part whose turn to be written comes; one that is not read brings its outcome along, and no bytes."""

    path: Path
    member: str | None
    read: Callable[[], bytes]
    unread: Extraction | None = None


def _sources(paths: Sequence[Path], extractor: Extractor, waiting: deque[_Waiting]) -> Iterator[Source]:
    """Yield what is read of every file, noting each part in its order."""
    for path in paths:
        try:
            content = _content(path)
        except OSError:
            read = partial(_content, path)
            waiting.append(_Waiting(path, None, read))
            yield Source(path.name, read)  # fails again, as the outcome of this document
            continue
        for part in extractor.open_parts(content) if len(content) <= MOST_BYTES else [Part(None, content)]:
            if part.role == "document":
                read = partial(_bytes, part)
                waiting.append(_Waiting(path, part.member, read))
                yield Source(part.member or path.name, read)
            else:
                waiting.append(_Waiting(path, part.member, bytes, _unread(part)))


def _bytes(part: Part) -> bytes:
    return part.content


def _unread_before(waiting: deque[_Waiting]) -> Iterator[Document]:
    """Yield the parts that are not read and come next."""
    while waiting and (extraction := waiting[0].unread) is not None:
        one = waiting.popleft()
        yield Document(one.path, one.member, one.read, extraction, ())


def _entry(one: Document) -> dict[str, Any]:
    return as_json(one.path.as_posix(), one.extraction, one.records, one.member)


def extract_file(path: Path, dictionary: Dictionary, *, ignore_embedded_xml: bool = False) -> dict[str, Any]:
    """Return the JSON object of one document that is known: it is read in this process, without limits."""
    *_, one = read_files([path], dictionary, InProcess(), ignore_embedded_xml=ignore_embedded_xml)
    return _entry(one)


def _content(path: Path) -> bytes:
    """Return the bytes of a file, of a huge one only as many as show that it is too large."""
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


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

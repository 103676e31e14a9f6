"""Stage intake: the files of a registered batch into the vault, and one row a document.

What belongs here: what can be told without opening a document (count, checksums, bytes), and what a redelivery leaves
of the documents before it (`redelivery`). What does not: reading a document; `Unpack` is given by who can.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from back_office_pipelines.intake.identity import document_id
from back_office_pipelines.intake.inbox import Arrival, fingerprint, oddity
from back_office_pipelines.intake.parts import Part, Refusal, Role, Unpack
from back_office_pipelines.intake.redelivery import NOTHING, Before, carried, conflicts, same_document, shown_path
from back_office_pipelines.ledger.claims import DOCUMENT, Ask, succeeding
from back_office_pipelines.ledger.state import Batch

Row = dict[str, Any]
KeepFile = Callable[[bytes], str]
"""Keeps bytes in the vault and returns their sha256."""


@dataclass(frozen=True)
class SourceFile:
    """One file as it was delivered, or one part of such a file.

    Attributes:
        path: below the batch folder, as text that can be stored.
        size: in bytes; 0 where it is no file.
        content_hash: sha256 of the bytes, which names the copy in the vault; None where it is no file.
        member: path inside the file; None for the file itself.
        odd: what it is instead of a file (a link, which is never followed), None for a file.
    """

    path: str
    size: int
    content_hash: str | None
    member: str | None = None
    role: Role = "document"
    refusals: tuple[Refusal, ...] = ()
    odd: str | None = None


@dataclass(frozen=True)
class Intake:
    """Tables of the stage: `batches` (one row), `documents`, `findings`."""

    batch: Row
    documents: list[Row]
    findings: list[Row]


def as_it_is(content: bytes) -> Iterable[Part]:
    """Open nothing: a file is one document."""
    return [Part(None, content)]


def gather(arrival: Arrival, keep: KeepFile, unpack: Unpack = as_it_is) -> list[SourceFile]:
    """Keep every file of a batch folder and every part of it, in order of path.

    Args:
        arrival: the folder.
        keep: puts bytes into the vault and returns their hash.
        unpack: opens containers.

    Raises:
        OSError: a file cannot be read or kept; the stage fails as a whole and can be run again.
    """
    return [one for name, path in arrival.named_files() for one in _parts(name, path, keep, unpack)]


def _parts(name: str, path: Path, keep: KeepFile, unpack: Unpack) -> Iterable[SourceFile]:
    odd = oddity(path)
    if odd is not None:
        yield SourceFile(name, 0, None, odd=odd)
        return
    for part in unpack(path.read_bytes()):
        yield SourceFile(name, len(part.content), keep(part.content), part.member, part.role, part.refusals)


def delivered_fingerprint(arrival: Arrival, files: Iterable[SourceFile]) -> str:
    """Return what `Arrival.fingerprint` gives, of what was kept."""
    whole = [(one.path, one.content_hash or str(one.odd)) for one in files if one.member is None]
    return fingerprint(arrival.manifest.read_bytes(), whole)


def take_in(batch: Batch, files: Sequence[SourceFile], ask: Ask, before: Before = NOTHING) -> Intake:
    """Describe what was delivered. Pure: the same files and answers give the same tables.

    Args:
        batch: the registration.
        files: everything beside the manifest.
        ask: claims the bytes of documents and returns those that came before.
        before: what an earlier delivery left.
    """
    found = [file for file in files if file.content_hash is not None]
    kept = carried(before, batch, {(one.path, one.member): one.content_hash for one in found})
    new = [_document(batch, file) for file in found if not same_document(kept, batch, file.path, file.member)]
    documents = [*kept, *new]
    whole = [file for file in files if file.member is None]
    findings = [
        *(_finding(batch, one["rule"], "", one["reason_code"], one["observed"], one["expected"])
          for one in batch.problems),
        *(_finding(batch, LINK, file.path, "UNREADABLE", str(file.odd), "a file") for file in whole if file.odd),
        *_count_finding(batch, len(whole)),
        *_checksum_findings(batch, documents),
        *_container_findings(batch, files, documents),
        *_copy_findings(batch, documents, succeeding(ask, batch.batch_id, {row["document_id"] for row in documents})),
        *(_about(_finding(batch, CHANGED, field, "BATCH_CONFLICT", observed, expected), subject)
          for subject, field, observed, expected in conflicts(kept, new, batch)),
    ]  # fmt: skip
    return Intake(_batch_row(batch, len(whole)), documents, findings)


COPY = "same_bytes"
"""Rule that a document breaks whose bytes came before."""

LINK = "link"
"""Rule that a symbolic link breaks; the finding's field is its path."""

CONTAINER = "container"
"""Rule that a container breaks of which something could not be taken; the finding's field is the member."""

CHANGED = "redelivered_after_release"
"""Rule that a redelivered document breaks whose records were released before."""


def _document(batch: Batch, file: SourceFile) -> Row:
    return {
        "lane": batch.lane,
        "batch_id": batch.batch_id,
        "document_id": document_id(batch.lane, batch.batch_id, batch.delivery, file.path, file.member),
        "path": file.path,
        "member": file.member,
        "role": file.role,
        "bytes": file.size,
        "content_hash": file.content_hash,
        "delivery": batch.delivery,
        "last_delivery": batch.delivery,
        "received_at": batch.received_at,
    }


def _batch_row(batch: Batch, documents: int) -> Row:
    names = (
        "lane", "batch_id", "delivery", "client", "entity", "channel", "priority", "received_at", "registered_at",
        "intake_sequence", "declared_documents", "dictionary_version", "dictionary_fingerprint",
    )  # fmt: skip
    return {name: getattr(batch, name) for name in names} | {"documents": documents}


def _count_finding(batch: Batch, found: int) -> list[Row]:
    declared = batch.declared_documents
    if declared is None or declared == found:
        return []
    return [_finding(batch, "document_count", "", "DOCUMENT_COUNT", f"{found} files", f"{declared} files")]


def _checksum_findings(batch: Batch, documents: list[Row]) -> list[Row]:
    """Return a finding on each document that is not the one declared, and on the batch for each that is not there."""
    present = (row for row in documents if row["member"] is None and row["last_delivery"] == batch.delivery)
    by_path = {row["path"]: row for row in present}
    findings = []
    for path, declared in sorted(batch.checksums.items()):
        document = by_path.get(path)
        if document is None:
            findings.append(_finding(batch, "checksum", path, "CHECKSUM_MISMATCH", "no such file", declared))
        elif (found := f"sha256:{document['content_hash']}") != declared:
            finding = _finding(batch, "checksum", path, "CHECKSUM_MISMATCH", found, declared)
            findings.append(_about(finding, document["document_id"]) | {"field": ""})
    return findings


def _container_findings(batch: Batch, files: Sequence[SourceFile], documents: list[Row]) -> list[Row]:
    """Return a finding on each container for everything in it that could not be taken."""
    ids = {(row["path"], row["member"]): row["document_id"] for row in documents}
    return [
        _about(
            _finding(batch, CONTAINER, one.member, one.reason_code, one.observed, one.expected),
            ids[file.path, file.member],
        )
        for file in files
        for one in file.refusals
    ]


def _copy_findings(batch: Batch, documents: list[Row], ask: Ask) -> list[Row]:
    """Return a finding on each document whose bytes came before, in this batch or another of the same client."""
    claims = [
        batch.claim(DOCUMENT, row["content_hash"], row["document_id"], row["document_id"], shown_path(row))
        for row in documents
        if row["role"] == "document" and row["bytes"]  # all empty files are alike, and each has its own exception
    ]
    findings = []
    for held in ask(claims):
        first = held.holders[0]
        observed = f"the bytes of {held.claim.detail} are those of {first.detail} in batch {first.batch_id}"
        finding = _finding(batch, COPY, "", "DUPLICATE_DOCUMENT", observed, "a file that did not come before")
        findings.append(_about(finding, held.claim.document_id))
    return findings


def _finding(batch: Batch, rule: str, field: str, reason_code: str, observed: str, expected: str) -> Row:
    return {
        "lane": batch.lane,
        "batch_id": batch.batch_id,
        "subject_kind": "batch",
        "subject_id": batch.address,
        "document_id": None,
        "rule": rule,
        "field": field,
        "reason_code": reason_code,
        "observed": observed,
        "expected": expected,
    }


def _about(finding: Row, document: str | None) -> Row:
    """Return a finding as one on a document; on the batch where there is none."""
    if document is None:
        return finding
    return finding | {"subject_kind": "document", "subject_id": document, "document_id": document}

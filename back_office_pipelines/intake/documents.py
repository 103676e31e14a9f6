"""Stage intake: the files of a registered batch into the vault, and one row a document.

What belongs here: what can be told without opening a document (count, checksums, bytes). What does not: reading it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.intake.identity import document_id
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.intake.registration import KeepFile
from back_office_pipelines.ledger.claims import DOCUMENT, Ask, Claim
from back_office_pipelines.ledger.state import Batch

Row = dict[str, Any]


@dataclass(frozen=True)
class SourceFile:
    """One file as it was delivered.

    Attributes:
        path: below the batch folder, as text that can be stored.
        size: in bytes; 0 for a symbolic link.
        content_hash: sha256 of the bytes, which names the copy in the vault; None for a link, which is never followed.
    """

    path: str
    size: int
    content_hash: str | None


@dataclass(frozen=True)
class Intake:
    """Tables of the stage: `batches` (one row), `documents`, `findings`."""

    batch: Row
    documents: list[Row]
    findings: list[Row]


def gather(arrival: Arrival, keep: KeepFile) -> list[SourceFile]:
    """Keep every file of a batch folder, in order of path.

    Args:
        arrival: the folder.
        keep: puts bytes into the vault and returns their hash.

    Raises:
        OSError: a file cannot be read or kept; the stage fails as a whole and can be run again.
    """
    files = []
    for path in arrival.files():
        name = shown_name(path.relative_to(arrival.folder).as_posix())
        if path.is_symlink():
            files.append(SourceFile(name, 0, None))
        else:
            content = path.read_bytes()
            files.append(SourceFile(name, len(content), keep(content)))
    return files


def take_in(batch: Batch, files: Sequence[SourceFile], ask: Ask) -> Intake:
    """Describe what was delivered. Pure: the same files and answers give the same tables.

    Args:
        batch: the registration.
        files: everything beside the manifest.
        ask: claims the bytes of documents and returns those that came before.
    """
    documents = [_document(batch, file, file.content_hash) for file in files if file.content_hash is not None]
    findings = [
        *(
            _finding(batch, LINK, file.path, "UNREADABLE", "a symbolic link", "a file")
            for file in files
            if file.content_hash is None
        ),
        *_count_finding(batch, len(files)),
        *_checksum_findings(batch, documents),
        *_copy_findings(batch, documents, ask),
    ]
    return Intake(_batch_row(batch, len(files)), documents, findings)


COPY = "same_bytes"
"""Rule that a document breaks whose bytes came before."""

LINK = "link"
"""Rule that a symbolic link breaks; the finding's field is its path."""


def _document(batch: Batch, file: SourceFile, content_hash: str) -> Row:
    return {
        "lane": batch.lane,
        "batch_id": batch.batch_id,
        "document_id": document_id(batch.lane, batch.batch_id, batch.delivery, file.path),
        "path": file.path,
        "member": None,
        "bytes": file.size,
        "content_hash": content_hash,
    }


def shown_name(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are no UTF-8 are written as escapes."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


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
    by_path = {row["path"]: row for row in documents}
    findings = []
    for path, declared in sorted(batch.checksums.items()):
        document = by_path.get(path)
        if document is None:
            findings.append(_finding(batch, "checksum", path, "CHECKSUM_MISMATCH", "no such file", declared))
        elif (found := f"sha256:{document['content_hash']}") != declared:
            subject = {
                "subject_kind": "document",
                "subject_id": document["document_id"],
                "document_id": document["document_id"],
                "field": "",
            }
            findings.append(_finding(batch, "checksum", path, "CHECKSUM_MISMATCH", found, declared) | subject)
    return findings


def _copy_findings(batch: Batch, documents: list[Row], ask: Ask) -> list[Row]:
    """Return a finding on each document whose bytes came before, in this batch or another of the same client."""
    claims = [
        Claim(
            lane=batch.lane,
            client=batch.client,
            kind=DOCUMENT,
            key=row["content_hash"],
            subject_id=row["document_id"],
            batch_id=batch.batch_id,
            document_id=row["document_id"],
            intake_sequence=batch.intake_sequence,
            detail=row["path"],
        )
        for row in documents
        if row["bytes"]  # all empty files are alike, and each has its own exception
    ]
    findings = []
    for held in ask(claims):
        first = held.holders[0]
        subject = held.claim.document_id
        observed = f"the bytes of {held.claim.detail} are those of {first.detail} in batch {first.batch_id}"
        finding = _finding(batch, COPY, "", "DUPLICATE_DOCUMENT", observed, "a file that did not come before")
        findings.append(finding | {"subject_kind": "document", "subject_id": subject, "document_id": subject})
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

"""Stage intake: the files of a registered batch into the vault, and one row a document.

What belongs here: what can be told without opening a document (count, checksums, bytes). What does not: reading it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from back_office_pipelines.intake.identity import document_id
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.intake.registration import KeepFile
from back_office_pipelines.ledger.state import Batch

Row = dict[str, Any]


@dataclass(frozen=True)
class Intake:
    """Tables of the stage: `batches` (one row), `documents`, `findings`."""

    batch: Row
    documents: list[Row]
    findings: list[Row]


def take_in(batch: Batch, arrival: Arrival, keep: KeepFile) -> Intake:
    """Keep every file of a batch and describe it.

    Args:
        batch: the registration.
        arrival: its folder.
        keep: puts bytes into the vault and returns their hash.

    Raises:
        OSError: a file cannot be read or kept; the stage fails as a whole and can be run again.
    """
    files = arrival.files()
    documents = [_document(batch, arrival, path, keep) for path in files if not path.is_symlink()]
    findings = [
        *(
            _finding(
                batch,
                "link",
                shown_name(str(path.relative_to(arrival.folder))),
                "UNREADABLE",
                "a symbolic link",
                "a file",
            )
            for path in files
            if path.is_symlink()
        ),
        *_count_finding(batch, len(files)),
        *_checksum_findings(batch, documents),
    ]
    return Intake(_batch_row(batch, len(files)), documents, findings)


def _document(batch: Batch, arrival: Arrival, path: Path, keep: KeepFile) -> Row:
    relative = shown_name(path.relative_to(arrival.folder).as_posix())
    content = path.read_bytes()
    return {
        "lane": batch.lane,
        "batch_id": batch.batch_id,
        "document_id": document_id(batch.lane, batch.batch_id, batch.delivery, relative),
        "path": relative,
        "member": None,
        "bytes": len(content),
        "content_hash": keep(content),
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

"""Identities of documents, records and exceptions (DESIGN 7.1): pure, stable, the same in every re-run."""

import hashlib

SEPARATOR = "\x1f"


def document_id(lane: str, batch_id: str, delivery: int, path: str, member: str | None = None) -> str:
    """Return 16 hex digits of the hash of where a document came from; its content plays no part."""
    return short_hash(lane, batch_id, str(delivery), path, member or "")


def record_id(document: str, record_type: str, ordinal: int) -> str:
    """Return the id of a record: its document, type and position in the document (from 1)."""
    return f"{document}-{record_type}-{ordinal}"


def exception_id(subject_id: str, rule: str, field: str) -> str:
    """Return 16 hex digits of the hash of what failed which rule on which field ('' for the whole subject)."""
    return short_hash(subject_id, rule, field)


def short_hash(*parts: str) -> str:
    """Return 16 hex digits of the sha256 of parts that no other parts share."""
    return hashlib.sha256(SEPARATOR.join(parts).encode(errors="surrogateescape")).hexdigest()[:16]

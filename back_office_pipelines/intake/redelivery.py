"""A batch that comes again: what the earlier delivery leaves behind, and what of the new one nobody may take unseen.

A document with released records stays, under its own id: what was handed over is immutable. All other documents of the
earlier delivery are superseded, with their records and exceptions. A file that came again unchanged is that same
document; a file that changed after its records were released, or is gone, is a conflict for a person, because it would
be a correction of something the client has. Pure functions over rows of `documents`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from back_office_pipelines.ledger.state import Batch

Row = dict[str, Any]
Place = tuple[str, str | None]
"""Path and member."""


@dataclass(frozen=True)
class Before:
    """What stands of the deliveries before.

    Attributes:
        documents: rows of `documents`.
        released: released header records.
    """

    documents: Sequence[Mapping[str, Any]] = ()
    released: Collection[str] = field(default_factory=frozenset)


NOTHING = Before()


def shown_path(document: Mapping[str, Any]) -> str:
    """Return where a document lies, for people: its file, and the member inside it."""
    path, member = str(document["path"]), document["member"]
    return path if member is None else f"{path} » {member}"


def document_of(record_id: str) -> str:
    """Return the id of the document a record was found in (`identity.record_id`)."""
    return record_id.partition("-")[0]


def carried(before: Before, batch: Batch, found: Mapping[Place, str | None]) -> list[Row]:
    """Return the documents that stay although a new delivery came.

    Args:
        before: what stands.
        batch: the new delivery.
        found: content hash of what came, by place.
    """
    released = {document_of(record) for record in before.released}
    staying = [row for row in before.documents if row["document_id"] in released]
    opened = {(row["path"], row["delivery"]) for row in staying if row["member"] is not None}
    staying += [
        row for row in before.documents if row["role"] == "container" and (row["path"], row["delivery"]) in opened
    ]
    return [
        {**row, "last_delivery": batch.delivery}
        if found.get((row["path"], row["member"])) == row["content_hash"]
        else dict(row)
        for row in staying
    ]


def same_document(kept: Sequence[Row], batch: Batch, path: str, member: str | None) -> bool:
    """Whether what came at a place is a document that stays."""
    return any((row["path"], row["member"], row["last_delivery"]) == (path, member, batch.delivery) for row in kept)


def conflicts(kept: Sequence[Row], new: Sequence[Row], batch: Batch) -> Iterator[tuple[str | None, str, str, str]]:
    """Yield document (None for the batch), field, observed and expected of every conflict with what was released.

    Args:
        kept: documents that stay.
        new: documents that came.
        batch: the new delivery.
    """
    came = {(row["path"], row["member"]): row for row in new}
    for row in kept:
        if row["last_delivery"] == batch.delivery or row["role"] != "document":
            continue
        place = shown_path(row)
        what = f"records of {place} of delivery {row['delivery']} were released"
        changed = came.get((row["path"], row["member"]))
        if changed is None:
            yield None, place, f"{what}, and delivery {batch.delivery} has no such file", "the file as it was"
        else:
            observed = f"{what}, and delivery {batch.delivery} has other content"
            yield changed["document_id"], "", observed, "the file as it was; what is released changes by a return"

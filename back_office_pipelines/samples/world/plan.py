"""What the plan of the world consists of: batches, files, and what is wrong with them on purpose.

What belongs here: the shapes. What does not: making them (`calendar`, `story`), drawing them (`draw`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.pages.style import Style

LANE = "ap_invoices"
Damage = Literal["truncated", "encrypted", "empty", "unsupported"]
Medium = Literal["pdf", "hybrid", "ubl", "cii", "fatturapa", "csv", "xlsx", "scan", "eml"]


@dataclass(frozen=True)
class Planted:
    """One thing that is wrong on purpose.

    Attributes:
        kind: name in `faults.yaml`, or of a batch's fault.
        codes: reason codes of which any is the right answer.
        says: what is wrong, in words.
        record: ordinal of the record meant; None where it is the document or the batch.
    """

    kind: str
    codes: tuple[str, ...]
    says: str
    record: int | None = None


@dataclass(frozen=True)
class Entry:
    """One bill of a file: as the file states it, and as it should be."""

    stated: Bill
    honest: Bill


@dataclass(frozen=True)
class FilePlan:
    """One file of a batch.

    Attributes:
        path: below the batch's folder; of a part of an e-mail, its name there.
        entries: its bills; several only in tables.
        style: of a page.
        damage: what was done to the finished file.
        members: parts of an e-mail.
        shown: what a hybrid's page shows instead of what its XML says.
        seed: decides noise that is no content.
    """

    path: str
    medium: Medium
    entries: tuple[Entry, ...] = ()
    style: Style | None = None
    planted: Planted | None = None
    damage: Damage | None = None
    members: tuple["FilePlan", ...] = ()
    shown: Bill | None = None
    seed: str = ""


@dataclass(frozen=True)
class BatchPlan:
    """One delivery.

    Attributes:
        received_at: in the time zone of its entity.
        declares: optional blocks of its manifest.
        planted: what is wrong with what it declares.
    """

    batch_id: str
    client: str
    entity: str
    channel: str
    priority: str
    received_at: datetime
    declares: frozenset[str]
    files: tuple[FilePlan, ...]
    planted: tuple[Planted, ...] = ()

    @property
    def address(self) -> str:
        """Lane and batch, as people name it."""
        return f"{LANE}/{self.batch_id}"


@dataclass(frozen=True)
class Reference:
    """One snapshot of a client's reference table, as the file's bytes."""

    client: str
    table: str
    as_of: str
    content: bytes


@dataclass(frozen=True)
class World:
    """Everything there is: batches in order of arrival, and the clients' tables."""

    seed: int
    batches: tuple[BatchPlan, ...]
    reference: tuple[Reference, ...]

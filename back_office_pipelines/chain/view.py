"""What a stage is given and what it gives back: everything it may look at, and everything that shall come of it.

A stage sees the outside through a `View` only, and asks for nothing to be done except by what it returns in `Made`. So
the same stage serves a run, which commits what it made, and a replay, which only compares it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from back_office_pipelines.chain.office import Office
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.extraction.extractor import Extractor
from back_office_pipelines.intake.documents import SourceFile
from back_office_pipelines.intake.reference import ReferenceRow, read_rows
from back_office_pipelines.ledger.claims import Ask
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.merkle import table_root
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import Batch, Materialization, Stage, Written
from back_office_pipelines.storage.lake import StoredTable
from back_office_pipelines.storage.tables import Table, fixed_tables

Rows = Sequence[Mapping[str, Any]]

READS: Mapping[Stage, frozenset[Stage]] = {
    "intake": frozenset({"intake", "released"}),
    "extracted": frozenset({"intake", "extracted", "released"}),
    "validated": frozenset({"intake", "extracted", "validated", "released"}),
    "released": frozenset({"intake", "extracted", "validated", "released"}),
    "worklist": frozenset({"intake", "extracted", "validated", "released"}),
}
"""Whose tables each stage may read; its own are those of its run before. The last two stand side by side, and each
writes the evidence page, so that it tells everything whichever comes last."""


@dataclass(frozen=True)
class View:
    """Everything a stage depends on.

    Attributes:
        stage: which stage looks.
        batch: the registration.
        dictionary: the contract the batch is bound to.
        as_of: time at which the machine acts.
        reads: content hashes of the tables in force, by `stage.table`; the ledger's entry keeps them.
        decisions: every decision on the batch there is, also those made after `as_of`, in order of sequence.
        validated: the validation in force; None before the first.
        read_table: rows of a table by lane, batch and content hash.
        read_source: bytes of a source file by content hash.
        extractor: reads the documents.
        ask: claims keys of documents and records, and tells who was first.
        files: what was delivered; for intake only.
    """

    stage: Stage
    batch: Batch
    dictionary: Dictionary
    as_of: datetime
    reads: Mapping[str, str]
    decisions: Sequence[Entry]
    validated: Materialization | None
    read_table: Callable[[Table, str, str, str], list[dict[str, Any]]]
    read_source: Callable[[str], bytes]
    extractor: Extractor
    ask: Ask
    files: Sequence[SourceFile] = ()

    def rows(self, stage: Stage, table: str | Table) -> list[dict[str, Any]]:
        """Return the rows of a table as a stage before left it; none where that stage was never made.

        Raises:
            LakeError: the table is missing or damaged.
        """
        assert stage in READS[self.stage], f"{self.stage} does not declare that it reads {stage}"  # noqa: S101
        spec = fixed_tables()[table] if isinstance(table, str) else table
        content_hash = self.reads.get(f"{stage}.{spec.name}")
        return [] if content_hash is None else self.read_table(spec, *self.batch.key, content_hash)

    def reference(self) -> dict[str, Sequence[ReferenceRow]]:
        """Return the client's reference tables the batch is bound to, as they were when it was registered."""
        return {
            name: read_rows(
                self.read_source(pinned["hash"]), self.dictionary.reference[name], f"reference table {name}"
            )
            for name, pinned in self.batch.reference.items()
        }

    def accepted(self) -> dict[str, list[dict[str, Any]]]:
        """Return the typed rows of accepted records by record type."""
        return {name: self.rows("validated", record_table(self.dictionary, name)) for name in self.dictionary.records}


@dataclass(frozen=True)
class Delivery:
    """Files for a client: prepared before the commit, handed over after it.

    Attributes:
        folder: below the deliveries folder.
        files: text by file name.
    """

    folder: str
    files: Mapping[str, str]

    @property
    def hashes(self) -> dict[str, str]:
        """Return the sha256 of every file, by path below the deliveries folder."""
        return {f"{self.folder}/{name}": sha256(text.encode()).hexdigest() for name, text in self.files.items()}


@dataclass(frozen=True)
class Made:
    """What a stage made, before anything of it is stored or done.

    Attributes:
        tables: declaration and rows of every table.
        counts: numbers worth showing, by name.
        decisions_through: sequence of the newest decision it took into account; 0 where there was none.
        delivery: what a client shall get; None where there is nothing new.
        worklist: text of the worklist file; None where the stage writes none.
        page: the evidence page of the batch; None where the stage writes none.
    """

    tables: Sequence[tuple[Table, Rows]]
    counts: Mapping[str, int]
    decisions_through: int = 0
    delivery: Delivery | None = None
    worklist: str | None = None
    page: str | None = None


def written(stored: StoredTable, secret: bytes | None) -> Written:
    """Return what a ledger entry says of a table; a commit and a replay say it with the same words.

    Args:
        stored: the table.
        secret: of the office; without it there is no root.
    """
    root = table_root(stored.table, stored.columns, stored.cells, secret) if secret is not None else None
    return Written(stored.content_hash, stored.rows, root)


def view_of(
    office: Office, snapshot: Snapshot, batch: Batch, stage: Stage, as_of: datetime, files: Sequence[SourceFile] = ()
) -> View:
    """Return what a stage sees of the state of a back office.

    Raises:
        LedgerError: the ledger kept no text of the batch's contract.
    """
    made = snapshot.made.get(batch.key, {})
    validated = made.get("validated")
    return View(
        stage=stage,
        batch=batch,
        dictionary=office.bound_dictionary(batch.dictionary_fingerprint),
        as_of=as_of,
        reads={
            f"{before}.{table}": written.hash
            for before, current in made.items()
            if before in READS[stage]
            for table, written in current.made.writes.items()
        },
        decisions=snapshot.decisions_of(batch.key),
        validated=validated.made if validated else None,
        read_table=office.lake.read,
        read_source=office.vault.read,
        extractor=office.extractor,
        ask=office.ledger.claim,
        files=files,
    )

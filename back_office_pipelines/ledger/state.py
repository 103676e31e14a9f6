"""What the ledger's entries say about the present: registered batches, tables in force, decisions, what is due.

Everything here is a pure reading of entries. "In force" is the newest materialization of a stage; an older one stays in
the ledger as history.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from back_office_pipelines.clock import iso, parse_moment
from back_office_pipelines.ledger.chain import canonical_json
from back_office_pipelines.ledger.claims import Claim, SealedClaims
from back_office_pipelines.ledger.entries import Draft, Entry

Stage = Literal["intake", "extracted", "validated", "released", "worklist"]
STAGES: tuple[Stage, ...] = ("intake", "extracted", "validated", "released", "worklist")
"""Stages of a lane in walking order; released and worklist both follow validated."""

BatchKey = tuple[str, str]
"""Lane and batch id."""


@dataclass(frozen=True)
class Batch:
    """A registered batch: what its manifest said and which contract it is bound to.

    Attributes:
        delivery: 1, or higher for a corrected redelivery of the same batch; the newest is worked on.
        folder_fingerprint: hash of the names and bytes of what was delivered, to notice a changed folder.
        control_totals: declared sums by currency and field, as exact text.
        reference: `as_of` and `hash` of the client's reference tables it is held against, by table.
        folder_look: hash of names, sizes and file times, which spares reading a folder again that nobody touched.
        inbox: of a batch of lane `_intake`: where its problem was seen.
        automation: `threshold`, `audited` and `entry` of the proof it was registered under; empty: automation is off.
        memory: `version`, `hash`, `decisions` and `entry` of the memory it was registered under; empty: it has none.
        problems: of a batch of lane `_intake`: rule, reason_code, observed and expected of what was seen.
    """

    lane: str
    batch_id: str
    delivery: int
    client: str
    entity: str
    channel: str
    priority: str
    received_at: datetime
    registered_at: datetime
    intake_sequence: int
    declared_documents: int | None
    control_totals: Mapping[str, Mapping[str, str]]
    checksums: Mapping[str, str]
    dictionary_version: str
    dictionary_fingerprint: str
    folder_fingerprint: str
    reference: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    folder_look: str = ""
    inbox: str = ""
    automation: Mapping[str, str] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Mapping[str, str]] = ()

    @property
    def key(self) -> BatchKey:
        """Lane and batch id."""
        return (self.lane, self.batch_id)

    @property
    def address(self) -> str:
        """How people name the batch: `lane/batch_id`."""
        return f"{self.lane}/{self.batch_id}"

    def claim(self, kind: str, key: str, subject_id: str, document_id: str, detail: str) -> Claim:
        """Return the claim of a document or record of this batch; arguments as of `Claim`."""
        return Claim(
            lane=self.lane,
            client=self.client,
            kind=kind,
            key=key,
            subject_id=subject_id,
            batch_id=self.batch_id,
            document_id=document_id,
            intake_sequence=self.intake_sequence,
            detail=detail,
        )

    def draft(self, actor: str, submitter: str | None = None) -> Draft:
        """Return the entry that registers this batch.

        Args:
            actor: who it is registered for.
            submitter: person at the keyboard; None for a machine.
        """
        payload = {name: value for name, value in vars(self).items() if name not in _COLUMNS_OF_ENTRY}
        return Draft(
            kind="batch",
            as_of=self.registered_at,
            actor=actor,
            lane=self.lane,
            batch_id=self.batch_id,
            payload=payload
            | {"problems": list(self.problems), "received_at": iso(self.received_at), "submitter": submitter},
        )


_COLUMNS_OF_ENTRY = frozenset({"lane", "batch_id", "registered_at"})


def batch_of(entry: Entry) -> Batch:
    """Read a registration."""
    assert entry.lane is not None  # noqa: S101 - written by Batch.draft
    assert entry.batch_id is not None  # noqa: S101
    payload = {name: value for name, value in entry.payload.items() if name != "submitter"}
    payload["problems"] = tuple(payload.get("problems", ()))
    received_at = parse_moment(payload.pop("received_at"), f"ledger entry {entry.seq}")
    return Batch(
        lane=entry.lane, batch_id=entry.batch_id, registered_at=entry.as_of, received_at=received_at, **payload
    )


@dataclass(frozen=True)
class Materialization:
    """What one stage made of one batch.

    Attributes:
        reads: content hashes of the tables it read, by table.
        writes: content hashes and row counts of the tables it wrote, by table.
        decisions_through: sequence of the newest decision it took into account; 0 where there was none.
        counts: numbers worth showing, by name.
        delivery: of the batch it was made for.
        claims: claims of the batch when it was committed; of validations only, None for others and older ones.
        delivered: sha256 of every file handed to the client, by path below the deliveries folder.
        pages: sha256 of the evidence page it wrote, by path below the folder of these pages.
    """

    lane: str
    batch_id: str
    stage: Stage
    as_of: datetime
    code_version: str
    dictionary_fingerprint: str
    reads: Mapping[str, str]
    writes: Mapping[str, "Written"]
    counts: Mapping[str, int]
    run_id: str
    decisions_through: int = 0
    delivery: int = 1
    claims: SealedClaims | None = None
    delivered: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def output_hash(self) -> str:
        """Return one hash over everything it wrote; a replay gives the same."""
        written = [(table, made.hash) for table, made in sorted(self.writes.items())]
        return hashlib.sha256(canonical_json([self.stage, written]).encode()).hexdigest()

    def draft(self, actor: str) -> Draft:
        """Return the entry that commits this materialization."""
        payload: dict[str, Any] = {
            "stage": self.stage,
            "code_version": self.code_version,
            "dictionary_fingerprint": self.dictionary_fingerprint,
            "reads": dict(self.reads),
            "writes": {table: dict(vars(made)) for table, made in self.writes.items()},
            "counts": dict(self.counts),
            "run_id": self.run_id,
            "decisions_through": self.decisions_through,
            "delivery": self.delivery,
        }
        if self.claims is not None:
            payload["claims"] = dict(vars(self.claims))
        if self.delivered:
            payload["delivered"] = dict(self.delivered)
        if self.pages:
            payload["pages"] = dict(self.pages)
        return Draft("materialization", self.as_of, actor, payload, self.lane, self.batch_id)


@dataclass(frozen=True)
class Written:
    """A table written.

    Attributes:
        hash: of its content.
        rows: number of rows.
        root: of the Merkle tree over its rows (`merkle`); None in entries that have none.
    """

    hash: str
    rows: int
    root: str | None = None


def materialization_of(entry: Entry) -> Materialization:
    """Read a materialization."""
    assert entry.lane is not None  # noqa: S101 - written by Materialization.draft
    assert entry.batch_id is not None  # noqa: S101
    payload = dict(entry.payload)
    payload["writes"] = {table: Written(**made) for table, made in payload["writes"].items()}
    if "claims" in payload:
        payload["claims"] = SealedClaims(**payload["claims"])
    return Materialization(lane=entry.lane, batch_id=entry.batch_id, as_of=entry.as_of, **payload)


@dataclass(frozen=True)
class InForce:
    """A materialization in force and its place in the ledger."""

    seq: int
    made: Materialization


def in_force(entries: Sequence[Entry]) -> dict[BatchKey, dict[Stage, InForce]]:
    """Return the newest materialization of every batch and stage.

    Args:
        entries: materializations in order of sequence.
    """
    found: dict[BatchKey, dict[Stage, InForce]] = {}
    for entry in entries:
        made = materialization_of(entry)
        found.setdefault((made.lane, made.batch_id), {})[made.stage] = InForce(entry.seq, made)
    return found


def due_stages(made: Mapping[Stage, InForce], *, undecided: bool, delivery: int = 1) -> tuple[Stage, ...]:
    """Return the stages of one registered batch that have to run, in walking order.

    A stage is due when it was never made, when a stage before it is due or was made after it, or, for intake, when it
    was made of an earlier delivery, for validation, when there are decisions it has not taken into account. New code or
    a new dictionary makes nothing due.

    Args:
        made: materializations in force.
        undecided: whether decisions wait for validation.
        delivery: newest one registered.
    """
    due: list[Stage] = []
    for stage, before in _FOLLOWS:
        current = made.get(stage)
        stale = current is None or (before is not None and (before in due or made[before].seq > current.seq))
        redelivered = stage == "intake" and current is not None and current.made.delivery != delivery
        if stale or redelivered or (stage == "validated" and undecided):
            due.append(stage)
    return tuple(due)


_FOLLOWS: tuple[tuple[Stage, Stage | None], ...] = (
    ("intake", None),
    ("extracted", "intake"),
    ("validated", "extracted"),
    ("released", "validated"),
    ("worklist", "validated"),
)

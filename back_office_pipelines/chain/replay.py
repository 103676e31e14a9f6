"""Replay: every materialization of a batch computed again from what it saw then, and held against its ledger entry.

What a stage sees is rebuilt from the ledger alone: the tables its entry says it read, the decisions it took into
account, the contract's text, the as-of time of that day; source files come from the vault, so the inbox may be long
gone. Nothing is written anywhere: the stages only compute, and the hash of rows needs no file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from back_office_pipelines import __version__
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.stages import compute
from back_office_pipelines.chain.view import Made, View, written
from back_office_pipelines.errors import DictionaryError, LakeError, LedgerError, UsageError
from back_office_pipelines.intake.documents import CONTAINER, LINK, SourceFile
from back_office_pipelines.intake.parts import Refusal
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.secret import known_secret
from back_office_pipelines.ledger.state import Batch, Materialization, Stage, Written, batch_of, materialization_of
from back_office_pipelines.storage.difference import first_difference
from back_office_pipelines.storage.lake import Arranged, arrange
from back_office_pipelines.storage.tables import Table, fixed_tables

NOTHING = "no such table"
NO_FILE = "no such file"


@dataclass(frozen=True)
class Difference:
    """One thing that came out otherwise.

    Attributes:
        thing: the table or count.
        expected: what the ledger entry says: hash of the table, or number.
        found: what was computed now.
        detail: first row and column that differ, or why those cannot be told; empty for a count.
    """

    thing: str
    expected: str
    found: str
    detail: str = ""


@dataclass(frozen=True)
class Replayed:
    """What replaying one materialization came to.

    Attributes:
        seq: its ledger entry.
        code_version: version of the code that made it.
        tables: how many tables its entry names.
        differences: what came out otherwise; none where everything is the same.
        obstacle: why it could not be replayed; None where it could.
    """

    seq: int
    stage: Stage
    as_of: datetime
    code_version: str
    tables: int
    differences: Sequence[Difference] = ()
    obstacle: str | None = None

    @property
    def verdict(self) -> str:
        """Return the outcome in words."""
        if self.obstacle is not None:
            return "cannot be replayed"
        return "differs" if self.differences else "same"

    @property
    def other_code(self) -> bool:
        """Whether another version of the code made it."""
        return self.code_version != __version__


def replay_batch(office: Office, lane: str, batch_id: str) -> list[Replayed]:
    """Replay every materialization of a batch, history included, in the order of the ledger.

    Raises:
        LedgerError: the batch is not registered.
    """
    registration = office.ledger.entries("batch", lane, batch_id)
    if not registration:
        raise LedgerError(f"batch {lane}/{batch_id}", "is not registered", "check the name with 'back-office run'")
    deliveries = {batch.delivery: batch for batch in map(batch_of, registration)}
    history = _History(office, deliveries, office.ledger.entries("decision", lane, batch_id))
    replayed = []
    validated: Materialization | None = None
    for entry in office.ledger.entries("materialization", lane, batch_id):
        made = materialization_of(entry)
        replayed.append(_replay(history, entry.seq, made, validated))
        if made.stage == "validated":
            validated = made
    return replayed


@dataclass(frozen=True)
class _History:
    """What the replays of one batch share."""

    office: Office
    deliveries: Mapping[int, Batch]
    decisions: Sequence[Entry]

    def view(self, made: Materialization, validated: Materialization | None) -> View:
        """Return what a materialization saw."""
        return View(
            stage=made.stage,
            batch=self.deliveries[made.delivery],
            dictionary=self.office.bound_dictionary(made.dictionary_fingerprint),
            as_of=made.as_of,
            reads=made.reads,
            # Exact: entries become visible in the order of their sequence, so what was there then and was taken into
            # account is all up to its newest; the stage itself leaves out what was decided after its as-of time. The
            # entry's own sequence would not do: a decision may be recorded between a stage's look and its entry.
            decisions=[entry for entry in self.decisions if entry.seq <= made.decisions_through],
            validated=validated,
            read_table=self.office.lake.read,
            read_source=self.office.vault.read,
            extractor=self.office.extractor,
            ask=self.office.ledger.held,
            files=self._delivered(made) if made.stage == "intake" else (),
        )

    def _delivered(self, made: Materialization) -> list[SourceFile]:
        """Return what was delivered: names as intake wrote them down, everything else from the vault's bytes."""
        tables, key = fixed_tables(), (made.lane, made.batch_id)
        documents = self.office.lake.read(tables["documents"], *key, made.writes["documents"].hash)
        findings = self.office.lake.read(tables["intake_findings"], *key, made.writes["intake_findings"].hash)
        came = (row for row in documents if row["last_delivery"] == made.delivery)
        return [
            *(self._source_file(row, findings) for row in came),
            *(SourceFile(row["field"], 0, None, odd=row["observed"]) for row in findings if row["rule"] == LINK),
        ]

    def _source_file(self, document: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> SourceFile:
        """Return one file or part as it was delivered; what it is and what was refused in it, its rows say."""
        refusals = [
            Refusal(row["field"], row["reason_code"], row["observed"], row["expected"])
            for row in findings
            if row["rule"] == CONTAINER and row["document_id"] == document["document_id"]
        ]
        content_hash = document["content_hash"]
        size = len(self.office.vault.read(content_hash))
        path, member, role = document["path"], document["member"], document["role"]
        return SourceFile(path, size, content_hash, member, role, tuple(refusals))


def _replay(history: _History, seq: int, made: Materialization, validated: Materialization | None) -> Replayed:
    outcome = Replayed(seq, made.stage, made.as_of, made.code_version, len(made.writes))
    try:
        now = compute(history.view(made, validated))
        arranged = [(table, arrange(table, rows)) for table, rows in now.tables]
    except _OBSTACLES as problem:
        return replace(outcome, obstacle=str(problem))
    differences = [
        *_table_differences(history.office, made, arranged),
        *_count_differences(made, now),
        *_delivery_differences(made, now),
    ]
    return replace(outcome, differences=differences)


_OBSTACLES = (LakeError, LedgerError, DictionaryError, UsageError)
"""What the data of a batch can stand in the way with; a database that cannot be reached stops the whole replay."""


def _table_differences(
    office: Office, made: Materialization, arranged: Sequence[tuple[Table, Arranged]]
) -> Iterator[Difference]:
    secret = known_secret(office.settings.secret)
    for name in sorted(made.writes.keys() - {table.name for table, _ in arranged}):
        yield Difference(f"table {name}", made.writes[name].hash, NOTHING)
    for table, now in arranged:
        expected, found = made.writes.get(table.name), written(now.stored, secret)
        if expected is None:
            yield Difference(f"table {table.name}", NOTHING, found.hash)
        elif unlike := _unlike(expected, found):
            said, says = (", ".join(f"{name} {getattr(one, name)}" for name in unlike) for one in (expected, found))
            yield Difference(f"table {table.name}", said, says, _first_difference(office, made, table, now))


def _unlike(expected: Written, found: Written) -> list[str]:
    """Return what an entry says of a table and did not come out again; what older entries do not say is left out."""
    said = [field.name for field in fields(Written) if getattr(expected, field.name) is not None]
    return [name for name in said if getattr(expected, name) != getattr(found, name)]


def _first_difference(office: Office, made: Materialization, table: Table, now: Arranged) -> str:
    try:
        rows = office.lake.read(table, made.lane, made.batch_id, made.writes[table.name].hash)
    except LakeError as problem:
        return f"rows cannot be compared: {problem}"
    difference = first_difference(table, arrange(table, rows).content, now.content)
    return "all rows are the same" if difference is None else str(difference)


def _delivery_differences(made: Materialization, now: Made) -> Iterator[Difference]:
    """Yield delivery files that came out otherwise; entries from before these had hashes say nothing of them."""
    found = now.delivery.hashes if now.delivery is not None else {}
    for name in sorted(made.delivered.keys() | (found.keys() if made.delivered else ())):
        if made.delivered.get(name) != found.get(name):
            yield Difference(f"delivery file {name}", made.delivered.get(name, NO_FILE), found.get(name, NO_FILE))


def _count_differences(made: Materialization, now: Made) -> Iterator[Difference]:
    """Yield what was counted otherwise; a name that only one version of the code counts is no difference."""
    for name in sorted(made.counts.keys() & now.counts.keys()):
        if made.counts[name] != now.counts[name]:
            yield Difference(f"count {name}", str(made.counts[name]), str(now.counts[name]))

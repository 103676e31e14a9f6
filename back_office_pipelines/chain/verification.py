"""Verification of the whole back office: chain, checkpoints, lake, vault, deliveries and pages against the ledger.

Finds edits, deletions, reorderings and truncations of checkpointed entries, checkpoints that are gone or badly signed,
and every lake or vault file that is missing or no longer has the content, or the Merkle root, that the ledger names.
Files are read and hashed again; nothing is taken on trust, not even that an entry makes sense.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from back_office_pipelines.chain.compaction import archive_problems
from back_office_pipelines.chain.memory import HOME, folder_of
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import OFFICE
from back_office_pipelines.chain.sealed import Sealed, claim_problems, delivery_problems, page_problems
from back_office_pipelines.chain.unfinished import mark_problems
from back_office_pipelines.errors import BackOfficeError, LakeError, LedgerError
from back_office_pipelines.ledger.checkpoints import (
    bad_signatures,
    disagreements,
    missing_checkpoints,
    read_checkpoints,
)
from back_office_pipelines.ledger.entries import Kind
from back_office_pipelines.ledger.merkle import table_root
from back_office_pipelines.ledger.secret import known_secret
from back_office_pipelines.ledger.signing import verifier
from back_office_pipelines.storage.lake import StoredTable

_NAMING: tuple[Kind, ...] = ("batch", "materialization", "publication", "compacted", "memory")
"""Entries that name files."""
_SENSELESS = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class _Named:
    """A table of the lake that an entry names."""

    lane: str
    batch_id: str
    table: str
    hash: str
    root: str | None


@dataclass
class _Seen:
    """What was read already: the same file is named by many entries.

    Attributes:
        secret: of the office; None where it is not there.
        tables: tables held against hash and root.
        sources: hashes of vault files.
        unproved: how many tables have a root that cannot be computed for want of the secret.
    """

    secret: bytes | None
    tables: set[_Named] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    unproved: int = 0


def verify_office(office: Office) -> list[str]:
    """Return one sentence for everything that is not as the ledger says; none for an intact back office.

    Raises:
        SettingsError: a key that checkpoints shall be checked with cannot be read.
    """
    return [
        *office.ledger.unguarded(),
        *_publication_problems(office),
        *_checkpoint_problems(office),
        *office.ledger.verify(),
        *_mark_problems(office),
        *_file_problems(office),
    ]


def _mark_problems(office: Office) -> list[str]:
    try:
        return mark_problems(office)
    except (*_SENSELESS, AssertionError, BackOfficeError) as problem:
        return [f"marks cannot be held against the entries, which make no sense: {problem!r}"]


def _publication_problems(office: Office) -> Iterator[str]:
    """Tell where people see a version that the ledger does not know: its newest entries were cut off."""
    try:
        last = office.ledger.last("publication")
        known = int(last.payload["number"]) if last else 0
    except _SENSELESS as problem:
        yield f"the newest publication cannot be held against the warehouse: its entry makes no sense: {problem!r}"
        return
    shown = office.warehouse.current()
    if shown is not None and shown > known:
        yield f"the warehouse shows version {shown}, and the ledger's last publication is {known}: it has lost entries"


def _checkpoint_problems(office: Office) -> Iterator[str]:
    keys = verifier(office.settings.verify_key, office.settings.signing_key)
    publications = list(_finished_publications(office))  # before the checkpoints: each was there when its entry counted
    try:
        checkpoints = read_checkpoints(office.settings.checkpoints)
    except LedgerError as problem:
        yield str(problem)
        return
    yield from disagreements(checkpoints, office.ledger.hashes(one.entries for one in checkpoints))
    yield from bad_signatures(checkpoints, keys)
    yield from missing_checkpoints(checkpoints, publications)


def _finished_publications(office: Office) -> Iterator[tuple[int, str | None]]:
    """Yield sequence and signing key of publications; the newest only once its version is the one people see."""
    found = list(office.ledger.payloads(["publication"]))
    for seq, _, _, _, payload in found:
        if isinstance(payload, dict) and (seq != found[-1][0] or payload.get("number") == office.warehouse.current()):
            yield seq, payload.get("signed_by")


def _file_problems(office: Office) -> Iterator[str]:
    try:
        seen = _Seen(known_secret(office.settings.secret))
    except LedgerError as problem:
        yield str(problem)
        seen = _Seen(None)
    sealed = Sealed()
    for seq, kind, lane, batch_id, payload in office.ledger.payloads(_NAMING):
        try:
            if kind == "batch":
                yield from _source_problems(office, [str(one["hash"]) for one in payload["reference"].values()], seen)
                continue
            if kind == "compacted":
                names = [(str(lane), str(one["table"]), str(one["file"])) for one in payload["archives"]]
                yield from archive_problems(office, names)
                continue
            named = list(_named(kind, lane, batch_id, payload))
            if kind == "materialization":
                sealed.take_in((str(lane), str(batch_id)), payload)
        except _SENSELESS as problem:
            yield f"entry {seq} names no tables that can be read: {problem!r}"
            continue
        for one in named:
            if one not in seen.tables:
                seen.tables.add(one)
                yield from _table_problems(office, one, seen)
    yield from claim_problems(office, sealed)
    yield from delivery_problems(office, sealed)
    yield from page_problems(office, sealed)
    if seen.unproved:
        yield f"the secret {office.settings.secret} is missing: roots of {seen.unproved} tables cannot be computed"


def _named(kind: str, lane: str | None, batch_id: str | None, payload: Any) -> Iterator[_Named]:
    if kind == "materialization":
        for table, written in payload["writes"].items():
            yield _Named(str(lane), str(batch_id), table, str(written["hash"]), _root(written))
    elif kind == "memory":
        yield _Named(HOME, folder_of((str(lane), str(payload["client"]))), "teachings", str(payload["hash"]), None)
    else:
        for name, kept in payload["measures"].items():
            yield _Named(OFFICE, str(payload["number"]), name, str(kept["hash"]), _root(kept))


def _root(written: Mapping[str, Any]) -> str | None:
    root = written.get("root")
    return None if root is None else str(root)


def _table_problems(office: Office, named: _Named, seen: _Seen) -> Iterator[str]:
    try:
        stored = office.lake.stored(named.table, named.lane, named.batch_id, named.hash)
    except LakeError as problem:
        yield str(problem)
        return
    if named.root is not None and seen.secret is None:
        seen.unproved += 1
    elif named.root is not None and not _leads_to(stored, named.root, seen.secret):
        yield (
            f"table {named.table} of {named.lane}/{named.batch_id} has another Merkle root than its entry says: "
            "the entry or the office's secret was replaced"
        )
    if named.table == "documents":
        yield from _vault_problems(office, stored, seen)


def _leads_to(stored: StoredTable, root: str, secret: bytes | None) -> bool:
    return secret is not None and table_root(stored.table, stored.columns, stored.cells, secret) == root


def _vault_problems(office: Office, documents: StoredTable, seen: _Seen) -> Iterator[str]:
    place = documents.columns.index("content_hash")
    yield from _source_problems(office, [row[place].partition(":")[2] for row in documents.cells], seen)


def _source_problems(office: Office, hashes: Iterable[str], seen: _Seen) -> Iterator[str]:
    for content_hash in hashes:
        if content_hash in seen.sources:
            continue
        seen.sources.add(content_hash)
        try:
            office.vault.read(content_hash)
        except LakeError as problem:
            yield str(problem)

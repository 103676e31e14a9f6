"""The sweep: files that a process left behind when it died before its ledger entry.

Only a step puts files of a batch, and it holds the batch's lock from before its first file until after its entry. So
whoever holds that lock sees no file on its way to an entry: what no entry names then, in force or history, is named by
none for ever, whatever its age. The same holds for the back office's own tables and the lock of the publication.

What belongs here: half-written files and unnamed tables of the lake, half-written worklists and checkpoints, archives
that no entry names, and small files of tables that lie in an archive which the ledger names (`compaction`). What does
not: staged deliveries (`steps.recover_deliveries` decides about them at every run), leftovers of the warehouse (its
next build sweeps them), and the vault, from which nothing is ever removed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from back_office_pipelines.chain.compaction import COMPACTION_LOCK, archived
from back_office_pipelines.chain.memory import HOME, MEMORY_LOCK, folder_of
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import OFFICE, PUBLICATION_LOCK
from back_office_pipelines.chain.steps import batch_lock
from back_office_pipelines.errors import LakeError, LedgerError
from back_office_pipelines.intake.manifest import BATCH_ID
from back_office_pipelines.ledger.checkpoints import disagreements, read_checkpoints
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.memory import remembered_of
from back_office_pipelines.ledger.state import BatchKey, materialization_of
from back_office_pipelines.storage.archive import Place
from back_office_pipelines.storage.files import PART_SUFFIX
from back_office_pipelines.storage.lake import checked, is_ours


@dataclass
class Swept:
    """What a sweep came to.

    Attributes:
        removed: bytes of every file removed, by path.
        left: one sentence for everything that was found and left alone.
    """

    removed: dict[Path, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def remove(self, paths: Iterable[Path]) -> None:
        """Remove files and keep account of them."""
        for path in paths:
            self.removed[path] = path.lstat().st_size
            path.unlink()


def sweep(office: Office) -> Swept:
    """Remove what no ledger entry names and nobody can be writing any more.

    A first look without a lock finds the batches that may have leftovers; what goes is decided under each one's lock.

    Raises:
        LedgerError: the ledger has lost entries that a checkpoint saw; unnamed files are then evidence, no leftovers.
    """
    _refuse_lost_entries(office)
    swept = Swept()
    named = set(_named(office, office.ledger.stream(["materialization"])))
    registered = {(entry.lane, entry.batch_id) for entry in office.ledger.entries("batch")}
    for key in sorted(_suspects(office, named)):
        if key in registered:
            _sweep_batch(office, key, swept)
        else:
            swept.left.append(f"files of batch {'/'.join(key)}: the ledger knows no such batch")
    _sweep_office(office, swept)
    _sweep_memory(office, swept)
    _sweep_archives(office, swept)
    return swept


def _refuse_lost_entries(office: Office) -> None:
    checkpoints = read_checkpoints(office.settings.checkpoints)  # first, so that no newer one can outrun the entries
    hashes = office.ledger.hashes(checkpoint.entries for checkpoint in checkpoints)
    for problem in disagreements(checkpoints, hashes):
        raise LedgerError("sweep", problem, "restore the ledger first; nothing was removed")


def _suspects(office: Office, named: set[Path]) -> set[BatchKey]:
    lake = {
        key
        for key in office.lake.batches()
        if key[0] not in {OFFICE, HOME} and any(path not in named for path in office.lake.files_of(*key))
    }
    return lake | {key for key, _ in _half_written_worklists(office)}


def _sweep_batch(office: Office, key: BatchKey, swept: Swept) -> None:
    with office.ledger.lock(batch_lock(*key)):
        _sweep_folders(office, key, set(_named(office, office.ledger.entries("materialization", *key))), swept)
        swept.remove(path for of, path in _half_written_worklists(office) if of == key)


def _sweep_office(office: Office, swept: Swept) -> None:
    """Remove what a publication that died left: tables and checkpoints. Only the next number can be one's own."""
    with office.ledger.lock(PUBLICATION_LOCK):
        publications = office.ledger.entries("publication")
        known = {entry.payload["number"] for entry in publications}
        named = {
            office.lake.path(OFFICE, name, str(entry.payload["number"]), kept["hash"])
            for entry in publications
            for name, kept in entry.payload["measures"].items()
        }
        ours = {str(number) for number in known | {max(known, default=0) + 1}}
        for key in office.lake.batches():
            if key[0] == OFFICE and key[1] in ours:
                _sweep_folders(office, key, named, swept)
            elif key[0] == OFFICE:
                swept.left.append(f"tables of publication {key[1]}: the ledger knows no such publication")
        swept.remove(office.settings.checkpoints.glob(f".*{PART_SUFFIX}"))


def _sweep_memory(office: Office, swept: Swept) -> None:
    """Remove tables of teachings that no entry came to name."""
    with office.ledger.lock(MEMORY_LOCK):
        known = map(remembered_of, office.ledger.entries("memory"))
        named = {office.lake.path(HOME, "teachings", folder_of(one.pair), one.hash) for one in known}
        for key in office.lake.batches():
            if key[0] == HOME:
                _sweep_folders(office, key, named, swept)


def _sweep_archives(office: Office, swept: Swept) -> None:
    """Remove archives that a compaction left which died before its entry, then the small files of all others."""
    with office.ledger.lock(COMPACTION_LOCK):
        named = {office.lake.archives.path(*one): one[:2] for one in sorted(archived(office))}
        unnamed = [path for path in office.lake.archives.files() if path not in named]
        swept.remove(path for path in unnamed if is_ours(path))
        swept.left += [f"file {path}: its name is none that archives get" for path in unnamed if not is_ours(path)]
    small: dict[BatchKey, list[tuple[Path, str, Place]]] = {}
    for path, (lane, table) in named.items():
        try:
            members = office.lake.archives.members(path)
        except LakeError as problem:
            swept.left.append(f"small files of {problem}")
            continue
        for member in members:
            own = office.lake.path(lane, table, member.batch_id, member.content_hash)
            if own.exists():
                small.setdefault((lane, member.batch_id), []).append((own, table, Place(path, member)))
    for key, files in sorted(small.items()):
        _sweep_compacted(office, key, files, swept)


def _sweep_compacted(office: Office, key: BatchKey, files: Iterable[tuple[Path, str, Place]], swept: Swept) -> None:
    """Remove small files whose rows an archive gives, hash and all, while neither a step nor a publication reads."""
    with office.ledger.lock(batch_lock(*key), PUBLICATION_LOCK):
        for own, table, place in files:
            try:
                checked(place, table, own.stem)
            except LakeError as problem:
                swept.left.append(f"file {own}: its archive cannot replace it: {problem}")
            else:
                swept.remove([own])
                _remove_empty(own.parent)


def _remove_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _sweep_folders(office: Office, key: BatchKey, named: set[Path], swept: Swept) -> None:
    unnamed = [path for path in office.lake.files_of(*key) if path not in named]
    swept.remove(path for path in unnamed if is_ours(path))
    swept.left += [f"file {path}: its name is none that the lake gives" for path in unnamed if not is_ours(path)]


def _named(office: Office, materializations: Iterable[Entry]) -> Iterator[Path]:
    for made in map(materialization_of, materializations):
        for table, written in made.writes.items():
            yield office.lake.path(made.lane, table, made.batch_id, written.hash)


def _half_written_worklists(office: Office) -> list[tuple[BatchKey, Path]]:
    """Return half-written worklists with their batch; a name too long to be told apart from others is left out."""
    found = ((path, _HALF_WORKLIST.fullmatch(path.name)) for path in office.settings.worklists.glob("*/.*"))
    return [((path.parent.name, match[1]), path) for path, match in found if match is not None]


_HALF_WORKLIST = re.compile(rf"\.({BATCH_ID.pattern})\.csv\.[^.]+{re.escape(PART_SUFFIX)}")

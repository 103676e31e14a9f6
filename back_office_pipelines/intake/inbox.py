"""Looking into the inbox: which batches are complete, which still come, and what nobody can take.

A batch folder is complete once it holds `manifest.yaml`, which senders write last. Nothing in the inbox is changed or
removed, and half-written batches are not touched. Names that begin with a dot are the senders' own work in progress,
down to the batch folders; inside a batch they are documents like all others. No symbolic link is ever followed.
"""

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from back_office_pipelines.clock import iso
from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.intake.manifest import BATCH_ID, FILE_NAME
from back_office_pipelines.intake.problems import Problem, shown_name

PATIENCE = timedelta(hours=24)
"""How long after its newest file a folder may still wait for its manifest."""
LOOKS_LIKE_ONE = re.compile(r"manifest(\.\w+)?", re.IGNORECASE)
"""Names that people give a manifest by mistake."""
LINK = "a symbolic link"
NO_FILE = "no regular file"
COMPLETE = "complete"
LANE = "lane"
MANIFEST = "manifest"
"""Rules that folders of an inbox break; `intake/registration` has those that need a contract."""


@dataclass(frozen=True)
class Arrival:
    """A complete batch folder."""

    lane: str
    batch_id: str
    folder: Path

    @property
    def address(self) -> str:
        """How people name the batch: `lane/batch_id`."""
        return f"{self.lane}/{self.batch_id}"

    @property
    def manifest(self) -> Path:
        """Where its manifest lies."""
        return self.folder / FILE_NAME

    def files(self) -> list[Path]:
        """Return everything beside the manifest that is no folder, also in sub-folders, in order of its path."""
        return sorted(path for path in _walk(self.folder) if path != self.manifest)

    def fingerprint(self) -> str:
        """Return a hash of the names and bytes of the manifest and of all files."""
        return fingerprint(self.manifest.read_bytes(), self.content())

    def content(self) -> list[tuple[str, str]]:
        """Return name, and sha256 or what it is instead of a file, of everything beside the manifest."""
        return [(name, _digest(path)) for name, path in self.named_files()]

    def look(self) -> str:
        """Return a hash of names, sizes and times of all files: where it is the same, nobody changed the content."""
        found = [("", self.manifest), *self.named_files()]
        return short_hash(*(f"{name}:{_dated(path)}" for name, path in found))

    def named_files(self) -> list[tuple[str, Path]]:
        """Return the files with their names below the batch folder as text that can be stored, no two the same."""
        named: dict[str, Path] = {}
        for path in self.files():
            name = shown_name(path.relative_to(self.folder).as_posix())
            while name in named:  # the escapes of one name are the letters of another
                name += "\N{PRIME}"
            named[name] = path
        return list(named.items())


def fingerprint(manifest: bytes, files: Iterable[tuple[str, str]]) -> str:
    """Return a hash of what was delivered.

    Args:
        manifest: its bytes.
        files: name, and sha256 or what it is instead of a file, of everything beside it.
    """
    return short_hash(hashlib.sha256(manifest).hexdigest(), *(part for file in files for part in file))


def oddity(path: Path) -> str | None:
    """Return what a path is instead of a file that can be read, None for a file."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return LINK
    return None if stat.S_ISREG(mode) else NO_FILE


def _digest(path: Path) -> str:
    odd = oddity(path)
    if odd is not None:
        return odd
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dated(path: Path) -> str:
    status = path.lstat()
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def _walk(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder but folders; a link to a folder is a link, and is not entered.

    Raises:
        OSError: a folder cannot be listed.
    """
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


@dataclass
class InboxListing:
    """What lies in an inbox.

    Attributes:
        arrivals: complete batches, by lane and batch id.
        problems: what nobody can take as it is.
        waiting: addresses of batches without a manifest yet, with what may be wrong with its name.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def list_inbox(inbox: Path, lanes: Collection[str], as_of: datetime) -> InboxListing:
    """List what lies in an inbox.

    Args:
        inbox: folder of lanes and batches.
        lanes: names of the lanes in use.
        as_of: moment at which the patience with folders that wait for their manifest is measured.

    Raises:
        UsageError: the inbox is no folder.
    """
    if not inbox.is_dir():
        raise UsageError(f"inbox {inbox}", "is no folder", "create it or name another with --inbox")
    listing = InboxListing()
    for path in _named(inbox):
        lane = shown_name(path.name)
        if path.name in lanes and oddity_of_folder(path) is None:
            for batch in _named(path):
                _list_batch(listing, lane, batch, as_of)
        else:
            listing.problems.extend(_of_no_lane(path, lane, lanes))
    return listing


def oddity_of_folder(path: Path) -> str | None:
    """Return what a path is instead of a folder, None for a folder."""
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return None
    return LINK if stat.S_ISLNK(mode) else "a file"


def _of_no_lane(path: Path, name: str, lanes: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for everything that lies in a folder which is no lane; an empty one holds nothing to lose."""
    remedy = f"a folder of one of the lanes {', '.join(sorted(lanes))}"
    odd = oddity_of_folder(path)
    if odd is not None:
        yield Problem(name, LANE, "LANE_UNKNOWN", f"{odd} beside the lanes", remedy)
        return
    for inner in _named(path):
        place = f"{name}/{shown_name(inner.name)}"
        yield Problem(place, LANE, "LANE_UNKNOWN", f"lies in {name}, which is no lane in use", remedy)


def _list_batch(listing: InboxListing, lane: str, path: Path, as_of: datetime) -> None:
    address = f"{lane}/{shown_name(path.name)}"
    odd = oddity_of_folder(path)
    arrival = Arrival(lane, path.name, path)
    if odd == LINK:
        what = "is a symbolic link, which is never followed"
        listing.problems.append(Problem(address, MANIFEST, "MANIFEST_INVALID", what, "a folder"))
    elif odd is not None:
        what = "is a file beside the batch folders, which no manifest can complete"
        wanted = f"a folder with the file and its {FILE_NAME}"
        listing.problems.append(Problem(address, COMPLETE, "BATCH_INCOMPLETE", what, wanted))
    elif os.path.lexists(arrival.manifest):
        if BATCH_ID.fullmatch(path.name) is None:
            what = "the name of its folder has other than letters, digits, - and _, or more than 128 of them"
            wanted = "a name of 1 to 128 letters, digits, - and _"
            listing.problems.append(Problem(address, MANIFEST, "MANIFEST_INVALID", what, wanted))
        else:
            listing.arrivals.append(arrival)
    else:
        _list_unfinished(listing, address, path, as_of)


def _list_unfinished(listing: InboxListing, address: str, path: Path, as_of: datetime) -> None:
    """Wait for the manifest of a folder; a day after its newest file that is a problem."""
    newest = _newest(path)
    alike = sorted(shown_name(one.name) for one in path.iterdir() if LOOKS_LIKE_ONE.fullmatch(one.name))
    hint = f" ({alike[0]} is there; its name must be {FILE_NAME})" if alike else ""
    if as_of - newest <= PATIENCE:
        listing.waiting.append(address + hint)
        return
    what = f"no manifest{hint}, and no new file since {iso(newest)}"
    wanted = "a manifest within 24 hours of the newest file"
    listing.problems.append(Problem(address, COMPLETE, "BATCH_INCOMPLETE", what, wanted, mark=iso(newest)))


def _newest(path: Path) -> datetime:
    """Return when the newest file of a folder was written; of a folder without files, when it was made itself."""
    times = [one.lstat().st_mtime for one in _walk(path)]
    return datetime.fromtimestamp(int(max(times, default=path.lstat().st_mtime)), UTC)


def _named(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if not path.name.startswith("."))

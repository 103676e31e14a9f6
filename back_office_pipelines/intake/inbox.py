"""Looking into the inbox: which batches are complete, and what could not be taken.

A batch folder is complete once it holds `manifest.yaml`, which senders write last. Nothing in the inbox is changed or
removed, and half-written batches are not touched.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.intake.manifest import BATCH_ID, FILE_NAME


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

    def files(self) -> list[Path]:
        """Return the files beside the manifest, also in sub-folders, in order of their path."""
        found = (path for path in self.folder.rglob("*") if path.is_symlink() or path.is_file())
        return sorted(path for path in found if path != self.folder / FILE_NAME)

    def fingerprint(self) -> str:
        """Return a hash of the manifest's bytes and of the names and sizes of all files."""
        manifest = (self.folder / FILE_NAME).read_text(encoding="utf-8", errors="replace")
        names = [f"{path.relative_to(self.folder)}:{path.lstat().st_size}" for path in self.files()]
        return short_hash(manifest, *names)


@dataclass(frozen=True)
class InboxListing:
    """What lies in an inbox.

    Attributes:
        arrivals: complete batches, by lane and batch id.
        refused: one message for every folder that cannot be taken as it is.
        waiting: addresses of batches without a manifest yet.
    """

    arrivals: tuple[Arrival, ...]
    refused: tuple[str, ...]
    waiting: tuple[str, ...]


def list_inbox(inbox: Path, lanes: Collection[str]) -> InboxListing:
    """List the batches of an inbox.

    Raises:
        UsageError: the inbox is no folder.
    """
    if not inbox.is_dir():
        raise UsageError(f"inbox {inbox}", "is no folder", "create it or name another with --inbox")
    arrivals: list[Arrival] = []
    refused: list[str] = []
    waiting: list[str] = []
    for lane_folder in _folders(inbox):
        if lane_folder.name not in lanes:
            known = ", ".join(sorted(lanes))
            refused.append(f"inbox folder {lane_folder.name}: is no lane in use; move it to one of: {known}.")
            continue
        for folder in _folders(lane_folder):
            arrival = Arrival(lane_folder.name, folder.name, folder)
            if not BATCH_ID.fullmatch(folder.name):
                refused.append(f"batch {arrival.address}: its id has other than letters, digits, - and _; rename it.")
            elif (folder / FILE_NAME).is_file():
                arrivals.append(arrival)
            else:
                waiting.append(arrival.address)
    return InboxListing(tuple(arrivals), tuple(refused), tuple(waiting))


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))

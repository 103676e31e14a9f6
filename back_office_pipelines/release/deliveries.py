"""Delivery files: prepared aside, committed by the ledger, then moved into place in one step.

A client never finds a delivery that the ledger does not know, and a crash between commit and move is repaired at the
next run from what was prepared, not by delivering a second time.
"""

import contextlib
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from back_office_pipelines.errors import LakeError, StorageError
from back_office_pipelines.storage.files import sync, write_text

STAGING = ".staging"


class Deliveries:
    """Folders of delivery files.

    Args:
        folder: the deliveries folder of a back office.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, delivery: str, files: Mapping[str, str]) -> None:
        """Write the files of one delivery aside, replacing an earlier attempt.

        Args:
            delivery: `<client>/<lane>/<batch>/<as-of>-<number>`, the folder clients will find.
            files: text by file name.
        """
        staged = self._staged(delivery)
        shutil.rmtree(staged, ignore_errors=True)
        for name, text in files.items():
            write_text(staged / name, text)

    def hand_over(self, delivery: str) -> None:
        """Move a prepared delivery to where the client finds it.

        Raises:
            LakeError: nothing was prepared, or something stands in its place already.
            StorageError: the folder of its batch cannot be made, or the disk refuses.
        """
        staged, final = self._staged(delivery), self.folder / delivery
        if final.exists() or not staged.is_dir():
            culprit = "it exists already" if final.exists() else "nothing was prepared for it"
            raise LakeError(f"delivery {final}", culprit, "compare it with the releases of its batch before going on")
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            staged.rename(final)
            sync(final.parent)
        except OSError as problem:
            what = f"cannot be put in its place ({problem.strerror}: {problem.filename})"
            raise StorageError(
                f"delivery {final}", what, "make room for it, then run again: it is kept aside"
            ) from problem
        with contextlib.suppress(OSError):  # another delivery of the batch is prepared there
            staged.parent.rmdir()

    def staged_batches(self) -> set[str]:
        """Return `<client>/<lane>/<batch>` of every delivery that was prepared and is not handed over."""
        staging = self.folder / STAGING
        return {path.parent.relative_to(staging).as_posix() for path in staging.glob("*/*/*/*")}

    def recover(self, batch: str, committed: Collection[str]) -> None:
        """Hand over what was committed before a crash, and drop what was prepared but never committed.

        The caller holds the lock of the batch, so nobody is preparing a delivery of it now.

        Args:
            batch: `<client>/<lane>/<batch>`.
            committed: deliveries that the ledger knows.
        """
        for staged in sorted((self.folder / STAGING / batch).glob("*")):
            delivery = f"{batch}/{staged.name}"
            if delivery in committed and not (self.folder / delivery).exists():
                self.hand_over(delivery)
            else:
                shutil.rmtree(staged)

    def _staged(self, delivery: str) -> Path:
        return self.folder / STAGING / delivery

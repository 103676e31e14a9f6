"""Delivery files: prepared aside, committed by the ledger, then moved into place in one step.

A client never finds a delivery that the ledger does not know, and a crash between commit and move is repaired at the
next run from what was prepared, not by delivering a second time.
"""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

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
            delivery: `<client>/<lane>/<batch>/<as-of>`, the folder clients will find.
            files: text by file name.
        """
        staged = self._staged(delivery)
        shutil.rmtree(staged, ignore_errors=True)
        for name, text in files.items():
            write_text(staged / name, text)

    def hand_over(self, delivery: str) -> None:
        """Move a prepared delivery to where the client finds it; nothing happens where that was done before."""
        staged, final = self._staged(delivery), self.folder / delivery
        if staged.is_dir() and not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            staged.rename(final)
            sync(final.parent)

    def recover(self, committed: Collection[str]) -> None:
        """Hand over what was committed before a crash, and drop what was prepared but never committed.

        Args:
            committed: deliveries that the ledger knows.
        """
        staging = self.folder / STAGING
        for staged in sorted(staging.glob("*/*/*/*")):
            delivery = staged.relative_to(staging).as_posix()
            if delivery in committed:
                self.hand_over(delivery)
            shutil.rmtree(staged, ignore_errors=True)

    def _staged(self, delivery: str) -> Path:
        return self.folder / STAGING / delivery

"""Channels of a test, the folders behind them, and a process that is killed in the middle of collecting."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from back_office_pipelines.clock import now
from back_office_pipelines.intake.channels.declaration import KINDS, Channel
from back_office_pipelines.intake.channels.delivery import Collected
from back_office_pipelines.intake.channels.drop import collect_drop
from back_office_pipelines.intake.channels.maildir import collect_maildir
from back_office_pipelines.intake.channels.staging import Destination
from back_office_pipelines.intake.inbox import Arrival, list_inbox
from back_office_pipelines.intake.manifest import Manifest, read_manifest

LANE = "ap_invoices"
AT_ONCE, LATER = now() + timedelta(minutes=50), now() + timedelta(hours=2)
"""Before and after the patience of a drop folder (an hour) is over, for what is written while all tests run."""
TOKEN = "t" * 40


def channel(name: str, kind: str, **terms: Any) -> Channel:
    content = {"kind": kind, "lane": LANE, "client": "northwind", **terms}
    return Channel(name, KINDS[kind].model_validate(content))


MAIL = channel("mail", "maildir", folder="mail", priority="priority")
DROP = channel("sftp", "drop", folder="drop", largest_mib=1)
OPTIONAL = channel("scans", "drop", folder="drop", checksums="optional", channel="scan", entity="northwind-us")
VARIABLE, OTHER_VARIABLE = "TOKEN", "OTHER"
API = channel("api", "http", token_variable=VARIABLE, largest_mib=1)


def mailbox(folder: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def from_mail(folder: Path, destination: Destination, as_of: Any = AT_ONCE) -> Collected:
    return collect_maildir(MAIL, MAIL.terms, folder, destination, as_of)  # type: ignore[arg-type]


def from_drop(folder: Path, destination: Destination, as_of: Any = AT_ONCE, of: Channel = DROP) -> Collected:
    return collect_drop(of, of.terms, folder, destination, as_of)  # type: ignore[arg-type]


def arrivals(inbox: Path) -> list[Arrival]:
    return list_inbox(inbox, [LANE], LATER).arrivals if inbox.is_dir() else []


def only(inbox: Path) -> tuple[Manifest, Mapping[str, bytes]]:
    """Manifest and files of the only batch."""
    (arrival,) = arrivals(inbox)
    manifest = read_manifest(arrival.manifest, arrival.address)
    return manifest, {name: path.read_bytes() for name, path in arrival.named_files()}


WRITES = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "open"}


def killed_after(act: Callable[[], object], changes: int) -> bool:
    """Do something in a process that dies before its change number `changes` of the disk; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = [changes]

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            if event in WRITES and not (event == "open" and not _writes(arguments)):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        sys.addaudithook(watch)
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _writes(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))

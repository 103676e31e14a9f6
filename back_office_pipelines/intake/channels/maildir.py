"""A mailbox in Maildir form: every message in `new` and `cur` becomes a batch that holds it raw, once.

Mail servers write to `tmp` and rename into `new`, so what lies there is whole. A mail program that looks into the
mailbox moves messages to `cur`; they are taken from there all the same, so that a look loses nothing. The unique part
of a message's file name stays the same through all of this and names the delivery; what was taken is known by the inbox
and the ledger. After that a message in `new` is moved to `cur` as seen. Nothing is ever removed.

`received_at` is the file's modification time, which mail servers treat as the moment of delivery and keep (Dovecot
shows it as INTERNALDATE). The topmost Received header would be text that a sender wrote where no server of ours did. A
time in the future is not believed: the last change of status, which nobody can set, comes first then.
"""

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from back_office_pipelines.errors import StorageError
from back_office_pipelines.intake.channels.copying import ChangedError, copied, opened
from back_office_pipelines.intake.channels.declaration import Channel, Maildir
from back_office_pipelines.intake.channels.delivery import Collected, manifest_of, moment_of, place_of
from back_office_pipelines.intake.channels.problems import conflict, too_large, unreadable
from back_office_pipelines.intake.channels.staging import Destination, Outcome, staged

NEW, CUR = "new", "cur"
SEEN = ":2,S"
"""What Maildir appends to the name of a message that was read."""


def collect_maildir(
    channel: Channel, terms: Maildir, folder: Path, destination: Destination, as_of: datetime
) -> Collected:
    """Take every message of a mailbox that was not taken before.

    Args:
        channel: the mailbox as it was declared.
        terms: of the channel.
        folder: the mailbox.
        destination: where batches go.
        as_of: messages delivered after this moment are left for later.

    Raises:
        StorageError: the disk of the inbox refused.
    """
    collected = Collected()
    if not (folder / NEW).is_dir() or not (folder / CUR).is_dir():
        collected.problems.append(unreadable(channel, "", f"{folder} is no mailbox", "a folder with new, cur and tmp"))
        return collected
    for path in _messages(folder):
        name = path.name.partition(":")[0]
        try:
            if _take(channel, terms, path, name, destination, as_of, collected) and path.parent.name == NEW:
                path.rename(folder / CUR / f"{name}{SEEN}")
        except FileNotFoundError:
            continue  # a mail program moved it; it is in `cur` by now, or will be
        except ChangedError:
            collected.waiting.append(place_of(channel, name))
        except StorageError:
            raise
        except OSError as problem:
            collected.problems.append(
                unreadable(channel, name, str(problem.strerror or problem), "a message to read and move")
            )
    return collected


def _messages(folder: Path) -> Iterator[Path]:
    """Yield the messages; what is moved from `new` to `cur` meanwhile is met twice rather than never."""
    for part in (NEW, CUR):
        yield from sorted(path for path in (folder / part).iterdir() if not path.name.startswith("."))


def received(status: os.stat_result) -> datetime:
    """Return when a message was delivered."""
    return moment_of(min(status.st_mtime, status.st_ctime))


def _take(
    channel: Channel,
    terms: Maildir,
    path: Path,
    name: str,
    destination: Destination,
    as_of: datetime,
    collected: Collected,
) -> bool:
    """Take a message unless it was taken; return whether it is in the inbox."""
    batch_id = channel.batch_id(name)
    if destination.has(terms.lane, batch_id):
        return True
    if not stat.S_ISREG(path.lstat().st_mode):
        collected.problems.append(unreadable(channel, name, "a link or folder, which is never followed", "a message"))
        return False
    with opened(path) as source:
        status = os.fstat(source.fileno())
        if status.st_size > terms.largest:
            collected.problems.append(too_large(channel, name, status.st_size))
            return False
        if received(status) > as_of:
            collected.later.append((received(status), place_of(channel, name)))
            return False
        with staged(destination, terms.lane, batch_id) as batch:
            copied(source, status, batch.place(f"{name}.eml"))
            outcome = batch.commit(manifest_of(channel, received(status)))
    if outcome is Outcome.OTHER_CONTENT:
        collected.problems.append(conflict(channel, name, batch_id))
        return False
    collected.taken.append(f"{terms.lane}/{batch_id}")
    return True

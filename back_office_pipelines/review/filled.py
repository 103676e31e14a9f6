"""Worklists that somebody has begun to fill in: a new one never takes their place before they were handed in.

What belongs here: telling such a file from a fresh one, and keeping it beside the new one. What does not: reading
decisions (`lines`) and taking them (`decisions`).
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from back_office_pipelines.errors import UsageError
from back_office_pipelines.review.lines import all_lines

MARK = ".filled-"


def keep_filled(path: Path, recorded: Collection[str]) -> Path | None:
    """Move a worklist aside that holds anything nobody handed in yet, and return where it lies now.

    Args:
        path: of the worklist that will be written anew; None is returned where there is none.
        recorded: ids of the decisions that the ledger has.
    """
    if not path.is_file() or not _holds_work(path, recorded):
        return None
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    stem = f"{path.stem}{MARK}{changed:%Y-%m-%dT%H%M%SZ}"
    names = (f"{stem}{f'-{number}' if number > 1 else ''}{path.suffix}" for number in count(1))
    aside = next(target for target in map(path.with_name, names) if not target.exists())
    return path.rename(aside)


def filled_worklists(folder: Path) -> Iterator[Path]:
    """Yield the files that were kept aside below the worklists folder, in order."""
    yield from sorted(folder.glob(f"*/*{MARK}*"))


def _holds_work(path: Path, recorded: Collection[str]) -> bool:
    try:
        lines = all_lines(path)
    except UsageError:
        return True  # we write readable ones, so somebody changed it
    return any(line.is_begun and line.decision_id not in recorded for line in lines)

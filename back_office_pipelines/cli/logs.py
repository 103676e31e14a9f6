"""What libraries log while a command works: kept in a file for whoever looks for a cause, never shown on the terminal.

What belongs here: where their records go. What does not: our own messages (`console`), and Dagit and the daemon, which
are processes of their own and log as they like.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO, cast

MOST_BYTES = 1_000_000
TROUBLE = "Exception while writing logger call to event log"
"""How Dagster begins what it says when its storage is gone; the command says the same as one sentence."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _LogFile(RotatingFileHandler):
    """A log file, made with its first record, its folder too."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as the library names it
        """Lose a record that cannot be written: on a full disk, the command itself says what is wrong."""


class _WithoutTrouble:
    """The terminal's error output without what Dagster writes there itself, which becomes a record of the log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, or log it where it is such trouble."""
        if text.startswith(TROUBLE):
            logging.getLogger("dagster").error(text.rstrip())
            return len(text)
        return self._stream.write(text)


@contextlib.contextmanager
def libraries_logged_to(path: Path) -> Iterator[None]:
    """Keep the warnings and errors that libraries log in a file instead of writing them to the terminal.

    Args:
        path: the file. It and the one before it have a megabyte each at most.
    """
    root = logging.getLogger()
    handler = _LogFile(path, maxBytes=MOST_BYTES, backupCount=1, delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter(FORMAT))
    root.addHandler(handler)  # a root logger without a handler writes to the terminal
    try:
        with contextlib.redirect_stderr(cast("TextIO", _WithoutTrouble(sys.stderr))):
            yield
    finally:
        root.removeHandler(handler)
        handler.close()

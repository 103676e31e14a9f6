"""Reading the guides as a person does: their blocks of commands, in order, and what stands above each."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.scenario import ROOT

GUIDES = ROOT / "docs" / "guides"
COMMAND = ".venv/bin/back-office "
NOT_TRIED = "Not tried by the tests"


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        language: first word after the fence.
        tried: whether a test runs it.
        above: the paragraph before it, without a heading.
    """

    language: str
    tried: bool
    text: str
    above: str

    def steps(self) -> Iterator[str]:
        """Yield calls of back-office one by one, and what stands between them as one piece of shell."""
        shell: list[str] = []
        for line in self.text.splitlines():
            if line.startswith(COMMAND):
                yield from ["\n".join(shell)] if shell else []
                yield line
                shell = []
            else:
                shell.append(line)
        yield from ["\n".join(shell)] if shell else []

    def calls(self) -> Iterator[list[str]]:
        """Yield the arguments of every call of back-office."""
        return (shlex.split(step)[1:] for step in self.steps() if step.startswith(COMMAND))


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    text, found, end = page.read_text(encoding="utf-8"), [], 0
    for match in re.finditer(r"^```(\w+)( elsewhere)?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        paragraph = text[end : match.start()].strip().split("\n\n")[-1]
        above = "\n".join(line for line in paragraph.splitlines() if not line.startswith("#"))
        found.append(Block(match[1], match[2] is None, match[3], above))
        end = match.end()
    return found


def shell(script: str, folder: Path) -> None:
    """Run a piece of shell in a folder; any command of it that fails, fails it."""
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, check=True)

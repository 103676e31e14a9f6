"""Reading YAML without surprises: duplicate keys, anchors and look-alike values are refused.

YAML 1.2 rules apply (a bare `NO` is text). Anchors, aliases and merge keys are refused because they hide where a value
came from; bare floats and dates are refused by the models, which want exact values quoted.
"""

import copy
import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent

from back_office_pipelines.errors import DictionaryError


def load_mapping(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Raises:
        DictionaryError: the file cannot be read, is no mapping, repeats a key, or uses anchors or aliases.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise DictionaryError(
            str(path), f"byte {problem.start} is no UTF-8", "restore the file as UTF-8 text"
        ) from None
    except OSError as problem:
        raise DictionaryError(str(path), str(problem), "restore the file as UTF-8 text") from None
    return copy.deepcopy(_parsed(_Source(text, str(path))))


def load_texts(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file of this package whose values are texts: every scalar as it is written.

    Every worker reads its words before its first document, so libyaml reads them, fifteen times as fast. Nothing is
    refused here: a test holds these files to `load_mapping`.
    """
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506  texts only
    return content


@dataclass(frozen=True)
class _Source:
    """A text and where it came from; two files of one text are parsed once."""

    text: str
    thing: str = field(compare=False)


@lru_cache(maxsize=256)
def _parsed(source: _Source) -> dict[str, Any]:
    """Parse a text once a process: a run opens the same contracts several times, and strict parsing is slow."""
    thing = source.thing
    strict = YAML(typ="safe", pure=True)
    strict.Composer = _StrictComposer
    try:
        content = strict.load(source.text)
    except _AnchorError as problem:
        raise DictionaryError(
            thing,
            f"line {problem.line} uses an anchor or alias",
            "write the value out where it is used, or name a type under 'types:'",
        ) from None
    except MarkedYAMLError as problem:
        where = f"line {problem.problem_mark.line + 1}: " if problem.problem_mark else ""
        raise DictionaryError(thing, f"{where}{problem.problem}", "correct the YAML") from None
    if not isinstance(content, dict):
        raise DictionaryError(thing, "its top level is no mapping", "write it as 'name: value' lines")
    return content


class _AnchorError(Exception):
    """An anchor or alias stands on a line."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


class _StrictComposer(Composer):
    """Refuses anchors and aliases while it reads, so that the text is walked once."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _AnchorError(event.start_mark.line + 1)
        return super().compose_node(parent, index)


def fingerprint(*contents: object) -> str:
    """Return the sha256 of parsed content, independent of key order, comments and layout."""
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()

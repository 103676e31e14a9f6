"""The worker process: `python -m …isolation.worker FD PARENT READER OPENER MEMORY CPU_SECONDS`, of `process`.

What belongs here: one loop that reads, opens or draws what it is given and answers. What does not: doing so, limits.
It imports the room of extraction and nothing above it, so that it starts fast and stays small.
"""

import gc
import importlib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.explain.drawing import draw_page
from back_office_pipelines.extraction.guard import Reader, guarded, trouble_of
from back_office_pipelines.extraction.isolation.confine import allow_computing, confine, die_with_parent
from back_office_pipelines.extraction.isolation.messages import (
    pack_extraction,
    pack_observed,
    pack_part,
    receive,
    send,
    unpack_dictionary,
    unpack_memory,
    unpack_sheet,
)
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory
from back_office_pipelines.extraction.memory.teaching import observe
from back_office_pipelines.intake.parts import Unpack

MOST_GIVEN = 1 << 40
"""The parent is trusted with lengths; the limit on memory holds in any case."""
NEW_OBJECTS = 20_000
"""Objects more than were freed before the next collection: a page makes thousands that live until it is read."""


def main(arguments: list[str]) -> None:
    """Serve the parent at the other end of a socket until it hangs up."""
    descriptor, parent, reader, opener, memory, cpu_seconds = arguments
    die_with_parent(int(parent))
    read, unpack = cast("Reader", named(reader)), cast("Unpack", named(opener))
    confine(int(memory))
    collect_seldom()
    with socket.socket(fileno=int(descriptor)) as channel:
        send(channel, {"answer": "ready"})
        _serve(channel, read, unpack, int(cpu_seconds))


def collect_seldom() -> None:
    """Spare the collector what is loaded by now, which stays, and most of its walks through half-read pages."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def named(name: str) -> Any:
    """Return the function that `package.module:function` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _serve(channel: socket.socket, read: Reader, unpack: Unpack, cpu_seconds: int) -> None:
    dictionaries: dict[str, Dictionary] = {}
    memories: dict[str, Memory] = {}
    while True:
        try:
            header, body = receive(channel, MOST_GIVEN)
        except (EOFError, OSError):
            return  # the parent is done with us
        if header["give"] == "dictionary":
            dictionaries[header["fingerprint"]] = unpack_dictionary(body)
            continue
        if header["give"] == "memory":
            memories = {header["name"]: unpack_memory(body)}
            continue
        allow_computing(cpu_seconds)
        try:
            if header["give"] == "file":
                _open(channel, unpack, body)
                continue
            if header["give"] == "sheet":
                _draw(channel, header, body)
                continue
            if header["give"] == "corrected":
                _observe(channel, header, body, dictionaries[header["fingerprint"]])
                continue
            extraction = guarded(
                read, body, header["name"], dictionaries[header["fingerprint"]],
                ignore_embedded_xml=header["ignore_embedded_xml"], memory=memories.get(header["memory"], NOTHING),
            )  # fmt: skip
            answer = pack_extraction(extraction)
        except MemoryError:
            send(channel, {"answer": "memory"})
            return  # who knows what is left of this process
        send(channel, {"answer": "read"}, answer)


def _open(channel: socket.socket, unpack: Unpack, content: bytes) -> None:
    """Send every part of a file as it comes, and last the file itself, whose bytes the parent has."""
    with _trouble_told(channel, "part"):
        for part in unpack(content):
            send(channel, pack_part(part), b"" if part.member is None else part.content)


def _observe(channel: socket.socket, header: dict[str, Any], content: bytes, dictionary: Dictionary) -> None:
    """Send what a corrected document shows of the values that people keyed."""
    with _trouble_told(channel, "observed"):
        send(channel, {"answer": "observed"}, pack_observed(observe(content, header["keyed"], dictionary)))


def _draw(channel: socket.socket, header: dict[str, Any], content: bytes) -> None:
    """Send one page as a picture."""
    with _trouble_told(channel, "drawn"):
        send(channel, {"answer": "drawn"}, draw_page(content, unpack_sheet(header)))


@contextmanager
def _trouble_told(channel: socket.socket, answer: str) -> Iterator[None]:
    """Answer with what a file or page did to its reader; a want of memory is the whole process's."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - the trouble of one must never be the others'
        send(channel, {"answer": answer, "failed": trouble_of(problem)})


if __name__ == "__main__":
    main(sys.argv[1:])

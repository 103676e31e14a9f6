"""The worker process: `python -m …isolation.worker FD PARENT READER MEMORY CPU_SECONDS`, started by `process` only.

What belongs here: one loop that reads what it is given and answers. What does not: reading, limits. It imports the room
of extraction and nothing above it, so that it starts fast and stays small.
"""

import gc
import importlib
import socket
import sys
from typing import cast

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.guard import Reader, guarded
from back_office_pipelines.extraction.isolation.confine import allow_computing, confine, die_with_parent
from back_office_pipelines.extraction.isolation.messages import pack_extraction, receive, send, unpack_dictionary

MOST_GIVEN = 1 << 40
"""The parent is trusted with lengths; the limit on memory holds in any case."""


def main(arguments: list[str]) -> None:
    """Serve the parent at the other end of a socket until it hangs up."""
    descriptor, parent, reader, memory, cpu_seconds = arguments
    die_with_parent(int(parent))
    read = load_reader(reader)
    confine(int(memory))
    gc.freeze()  # what is loaded by now stays: no collection has to walk through it for every few documents
    with socket.socket(fileno=int(descriptor)) as channel:
        send(channel, {"answer": "ready"})
        _serve(channel, read, int(cpu_seconds))


def load_reader(name: str) -> Reader:
    """Return the function that `package.module:function` names."""
    module, _, function = name.partition(":")
    return cast("Reader", getattr(importlib.import_module(module), function))


def _serve(channel: socket.socket, read: Reader, cpu_seconds: int) -> None:
    dictionaries: dict[str, Dictionary] = {}
    while True:
        try:
            header, body = receive(channel, MOST_GIVEN)
        except (EOFError, OSError):
            return  # the parent is done with us
        if header["give"] == "dictionary":
            dictionaries[header["fingerprint"]] = unpack_dictionary(body)
            continue
        allow_computing(cpu_seconds)
        try:
            extraction = guarded(
                read, body, header["name"], dictionaries[header["fingerprint"]],
                ignore_embedded_xml=header["ignore_embedded_xml"],
            )  # fmt: skip
            answer = pack_extraction(extraction)
        except MemoryError:
            send(channel, {"answer": "memory"})
            return  # who knows what is left of this process
        send(channel, {"answer": "read"}, answer)


if __name__ == "__main__":
    main(sys.argv[1:])

"""What parent and worker send each other over a socket: frames with their length in front.

What belongs here: the wire. What does not: when something is sent (`pool`, `worker`). The parent's pickles are trusted
by the worker; nothing that comes back is unpickled: a worker may have been taken over by the document it read, so its
answer is JSON that must have the shape of an extraction, or of a part of a file beside the part's bytes.
"""

import io
import json
import pickle
import socket
import struct
from typing import Any

from pydantic import TypeAdapter, ValidationError

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.explain.sheets import Sheet
from back_office_pipelines.extraction.memory.lessons import Memory
from back_office_pipelines.extraction.memory.teaching import Observed
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.intake.parts import Part

LENGTH = struct.Struct("!Q")
PIECE = 1 << 20
MOST_ANSWERED = 256_000_000
"""Bytes of one answer; what the limits of output let pass stays below."""
_EXTRACTION = TypeAdapter(Extraction)
_PART = TypeAdapter(Part)
_OBSERVED = TypeAdapter(Observed)
_SHEET = TypeAdapter(Sheet)


class BrokenAnswerError(Exception):
    """A worker answered with something that is no answer."""


def send(channel: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone, or does not listen in time.
    """
    head = json.dumps(header).encode("ascii")
    channel.sendall(LENGTH.pack(len(head)) + head + LENGTH.pack(len(body)))
    channel.sendall(body)


def receive(channel: socket.socket, most: int) -> tuple[dict[str, Any], bytes]:
    """Receive one message.

    Raises:
        EOFError: the other side is gone.
        OSError: it stopped in the middle.
        BrokenAnswerError: it is no message, or larger than allowed.
    """
    head, body = _frame(channel, most), _frame(channel, most)
    try:
        header = json.loads(head)
    except ValueError as problem:
        raise BrokenAnswerError(str(problem)) from None
    if not isinstance(header, dict):
        raise BrokenAnswerError("no header")
    return header, body


def pack_dictionary(dictionary: Dictionary) -> bytes:
    """Return a dictionary for a worker."""
    return pickle.dumps(dictionary, protocol=pickle.HIGHEST_PROTOCOL)


def unpack_dictionary(body: bytes) -> Dictionary:
    """Return a dictionary the parent sent."""
    dictionary = pickle.loads(body)  # noqa: S301 - the parent's own bytes, over a socket nobody else has
    assert isinstance(dictionary, Dictionary)  # noqa: S101 - same program on both ends
    return dictionary


def pack_memory(memory: Memory) -> bytes:
    """Return a memory for a worker."""
    return pickle.dumps(memory, protocol=pickle.HIGHEST_PROTOCOL)


def unpack_memory(body: bytes) -> Memory:
    """Return a memory the parent sent."""
    memory = pickle.loads(body)  # noqa: S301 - as of a dictionary
    assert isinstance(memory, Memory)  # noqa: S101 - same program on both ends
    return memory


def pack_observed(observed: Observed) -> bytes:
    """Return what a corrected document shows, for the parent."""
    return _OBSERVED.dump_json(observed)


def unpack_observed(body: bytes) -> Observed:
    """Return what a worker saw on a corrected document.

    Raises:
        BrokenAnswerError: it is nothing of the kind.
    """
    try:
        return _OBSERVED.validate_json(body)
    except ValueError as problem:
        raise BrokenAnswerError(type(problem).__name__) from None


def pack_extraction(extraction: Extraction) -> bytes:
    """Return an extraction for the parent: floats and texts exactly as they are, what is at its default left out."""
    return json.dumps(_EXTRACTION.dump_python(extraction, exclude_defaults=True), ensure_ascii=True).encode("ascii")


def unpack_extraction(body: bytes) -> Extraction:
    """Return the extraction a worker sent.

    Raises:
        BrokenAnswerError: it is none.
    """
    try:
        return _EXTRACTION.validate_python(json.loads(body))
    except (ValueError, RecursionError, ValidationError) as problem:
        raise BrokenAnswerError(type(problem).__name__) from None


def pack_part(part: Part) -> dict[str, Any]:
    """Return what is told of a part of a file; its bytes travel beside it."""
    refusals = [vars(one) for one in part.refusals]
    return {"answer": "part", "member": part.member, "role": part.role, "refusals": refusals}


def unpack_part(header: dict[str, Any]) -> Part:
    """Return the part a worker told of, without its bytes.

    Raises:
        BrokenAnswerError: it is none, or one that could not be stored.
    """
    try:
        told = {name: header[name] for name in ("member", "role", "refusals")}
        part = _PART.validate_python({**told, "content": b""})
        "".join(f"{one.member}{one.observed}{one.expected}" for one in part.refusals).encode()
    except (KeyError, ValueError) as problem:  # a lone surrogate is a ValueError too
        raise BrokenAnswerError(type(problem).__name__) from None
    if part.member is not None and not part.member.isprintable():
        raise BrokenAnswerError("a name that cannot be stored")
    return part


def pack_sheet(sheet: Sheet) -> dict[str, Any]:
    """Return what shall be drawn, for a worker; the document's bytes travel beside it."""
    return {"give": "sheet", "sheet": _SHEET.dump_python(sheet, mode="json")}


def unpack_sheet(header: dict[str, Any]) -> Sheet:
    """Return what the parent wants drawn."""
    return _SHEET.validate_python(header["sheet"])


def _frame(channel: socket.socket, most: int) -> bytes:
    (length,) = LENGTH.unpack(_exactly(channel, LENGTH.size))
    if length > most:
        raise BrokenAnswerError(f"{length} bytes")
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    received = io.BytesIO()  # gives its bytes away without copying them
    while (missing := length - received.tell()) > 0:
        piece = channel.recv(min(PIECE, missing))
        if not piece:
            raise EOFError
        received.write(piece)
    return received.getvalue()

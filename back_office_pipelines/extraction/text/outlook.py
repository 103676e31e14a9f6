"""An Outlook message (.msg, MS-OXMSG) as the internet message it stands for, so that one reader serves both.

What belongs here: texts, addresses, attachments and attached messages out of the compound file. What does not: the
compound file itself (olefile) and what becomes of the parts (`containers.mail`). The same bytes always give the same
message: no boundary and no date is made up.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from olefile import OleFileIO

ATTACHMENT = "__attach_version1.0_#"
PROPERTIES = "__properties_version1.0"
TEXT, BYTES_TEXT, BINARY, EMBEDDED = "001F", "001E", "0102", "000D"
"""Types of a property's stream: UTF-16, code page, bytes, a storage."""
SUBJECT, BODY, HTML, HEADERS, RTF = "0037", "1000", "1013", "007D", "1009"
SENDER, SENDER_ADDRESS = "0C1A", "0C1F"
MESSAGE_ID, DISPLAY_TO = "1035", "0E04"
DATA, LONG_NAME, SHORT_NAME, CONTENT_ID, MIME_TYPE = "3701", "3707", "3704", "3712", "370E"
HIDDEN = 0x7FFE
CODE_PAGES = (0x3FDE, 0x3FFD)
"""Properties that name the code page of the body and of other texts."""
DEEPEST = 5
MOST_BYTES = 300 << 20
"""Bytes of all attachments of one message together, attached messages included."""
_DAMAGE = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, OverflowError)
"""What olefile raises at damaged files; its own error is an OSError."""


class BrokenMessageError(Exception):
    """An Outlook message that cannot be read. Never leaves this room."""


@dataclass
class _Budget:
    left: int = field(default_factory=lambda: MOST_BYTES)

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise BrokenMessageError(f"the Outlook message holds more than the {MOST_BYTES:,} bytes that are read")


@dataclass(frozen=True)
class _Storage:
    """One message or attachment inside the compound file.

    Attributes:
        header: bytes before the entries of its table of properties.
    """

    ole: "OleFileIO[Any]"
    path: tuple[str, ...]
    header: int
    budget: _Budget

    def stream(self, name: str) -> bytes | None:
        """Return the bytes of a stream, None where there is none."""
        where = [*self.path, name]
        if not self.ole.exists(where) or self.ole.get_type(where) != 2:
            return None
        self.budget.take(self.ole.get_size(where))
        with self.ole.openstream(where) as stream:
            return stream.read()

    def text(self, tag: str) -> str:
        """Return a text property, empty where there is none."""
        wide = self.stream(f"__substg1.0_{tag}{TEXT}")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self.stream(f"__substg1.0_{tag}{BYTES_TEXT}")
        return "" if narrow is None else self.decoded(narrow)

    def decoded(self, content: bytes) -> str:
        """Return text bytes in the code page that the message names, else in the usual western one."""
        page = next((number for tag in CODE_PAGES if (number := self.number(tag))), 1252)
        for name in ("utf-8" if page == 65001 else f"cp{page}", "cp1252"):
            try:
                return content.decode(name, "replace").rstrip("\0")
            except LookupError:
                continue
        raise AssertionError("cp1252 is part of Python")

    def number(self, tag: int) -> int:
        """Return a number out of the table of properties, 0 where there is none."""
        table = self.stream(PROPERTIES) or b""
        for start in range(self.header, len(table) - 15, 16):
            if int.from_bytes(table[start + 2 : start + 4], "little") == tag:
                return int.from_bytes(table[start + 8 : start + 12], "little")
        return 0

    def inner(self, name: str, header: int) -> "_Storage":
        """Return a storage inside this one."""
        return _Storage(self.ole, (*self.path, name), header, self.budget)

    def attachments(self) -> Iterator["_Storage"]:
        """Yield the attachments in their order."""
        depth = len(self.path)
        found = {
            entry[depth]
            for entry in self.ole.listdir(streams=True, storages=True)
            if tuple(entry[:depth]) == self.path and len(entry) > depth and entry[depth].startswith(ATTACHMENT)
        }
        return (self.inner(name, 8) for name in sorted(found))


def outlook_message(content: bytes) -> EmailMessage:
    """Return the message that an Outlook file holds.

    Raises:
        BrokenMessageError: it is damaged, too large, nested too deep, or its only text is in a format nobody else has.
    """
    try:
        with closing(OleFileIO(io.BytesIO(content))) as ole:
            return _message(_Storage(ole, (), 32, _Budget()), 0)
    except _DAMAGE as problem:
        raise BrokenMessageError(f"the Outlook message is damaged: {problem}") from None


def _message(storage: _Storage, depth: int) -> EmailMessage:
    if depth > DEEPEST:
        raise BrokenMessageError(f"the Outlook message holds messages more than {DEEPEST} deep inside each other")
    message = EmailMessage(policy.default)
    _address(message, storage)
    html = storage.stream(f"__substg1.0_{HTML}{BINARY}")
    shown = storage.decoded(html) if html is not None else storage.text(HTML)
    plain = storage.text(BODY)
    attachments = list(storage.attachments())
    if not (plain.strip() or shown.strip() or attachments) and storage.stream(f"__substg1.0_{RTF}{BINARY}"):
        raise BrokenMessageError("the text of the Outlook message is in its own compressed RTF alone")
    if plain.strip() or not shown.strip():
        message.set_content(_clean(plain))
        if shown.strip():
            message.add_alternative(_clean(shown), subtype="html")
    else:
        message.set_content(_clean(shown), subtype="html")
    for number, attachment in enumerate(attachments):
        _attach(message, attachment, number, depth)
    _fix_boundaries(message, depth)
    return message


def _address(message: EmailMessage, storage: _Storage) -> None:
    """Write the headers that tell one message from another."""
    sender = " ".join(text for tag in (SENDER, SENDER_ADDRESS) if (text := storage.text(tag)))
    headers = {"X-From": sender, "X-To": storage.text(DISPLAY_TO), "Subject": storage.text(SUBJECT)}
    headers |= {"Message-ID": storage.text(MESSAGE_ID), "X-Sent": _sent(storage.text(HEADERS))}
    for name, text in headers.items():
        if (line := " ".join(_clean(text).split())) and (name != "Message-ID" or line.isascii()):
            message[name] = line


def _sent(headers: str) -> str:
    """Return the date line of the headers that the message travelled with."""
    return next((line[5:] for line in headers.splitlines() if line[:5].casefold() == "date:"), "")


def _attach(message: EmailMessage, storage: _Storage, number: int, depth: int) -> None:
    name = " ".join(_clean(storage.text(LONG_NAME) or storage.text(SHORT_NAME)).split()) or f"attachment-{number + 1}"
    data = storage.stream(f"__substg1.0_{DATA}{BINARY}")
    if data is None:
        inner = storage.inner(f"__substg1.0_{DATA}{EMBEDDED}", 24)
        if storage.ole.exists(list(inner.path)):
            message.add_attachment(_message(inner, depth + 1), filename=f"{name.removesuffix('.eml')}.eml")
            return
        data = b""
    main, _, sub = storage.text(MIME_TYPE).partition("/")
    known = main.isalpha() and sub.replace("-", "").replace(".", "").replace("+", "").isalnum() and main.isascii()
    kinds = (main, sub) if known and sub.isascii() and main not in ("message", "multipart", "text") else None
    content_id = _clean(storage.text(CONTENT_ID)).strip("<> ")
    message.add_attachment(
        data,
        maintype=kinds[0] if kinds else "application",
        subtype=kinds[1] if kinds else "octet-stream",
        filename=name,
        disposition="inline" if content_id or storage.number(HIDDEN) else "attachment",
        cid=f"<{content_id}>" if content_id and content_id.isascii() and not content_id.isspace() else None,
    )


def _clean(text: str) -> str:
    """Return text that a message can carry: half characters and control characters become marks."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(one if one.isprintable() or one in "\t\r\n" else "\ufffd" for one in whole)


def _fix_boundaries(message: EmailMessage, depth: int) -> None:
    """Name the boundaries by their places; the library would draw them at random."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_outlook-{depth}-{number}")

"""The text of an e-mail: its subject and what its body shows.

What belongs here: which part of a message is its text, decoding it, and whether it speaks of attachments. What does
not: attachments (`containers.mail`), and what the text gives (`reader`).
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

from back_office_pipelines.extraction.table.encoding import decode_text
from back_office_pipelines.extraction.text.html import html_rows
from back_office_pipelines.extraction.text.layout import Row, plain_rows

TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
LEFT_OUT = "X-Left-Out"
"""Header of a part that stands for an attachment: `rival` of one that may be the invoice, else `other`."""
SUBJECT_SIZE = 1.3
"""A subject is printed larger than the text below it: it names what the message is."""
REPLIES = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|tr|rv|sv|antw|rif|i|r)\s*:)+\s*", re.IGNORECASE)
ATTACHED = re.compile(
    r"\b(?:attach(?:ed|ments?)|enclos(?:ed|ures?)|anbei|anhang|angehängt\w*|anlagen?|beigefügt\w*|beiliegend\w*"
    r"|ci-joint\w*|pi[èe]ces? jointes?|jointe?s?|adjunt[oa]s?|allegat[oiae]|bijlagen?|bijgevoegd\w*|bijgaand\w*)\b",
    re.IGNORECASE,
)
"""How people speak of what they attach, in the languages of the dictionaries."""
AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)|[€$£]\s?\d|\d\s?(?:€|EUR|USD|GBP|CHF)\b")
LONGEST_HEADER = 4000
"""Characters of a header that is looked at; the time its parser takes grows with their square."""
_TAG = re.compile("<([^<>]*)>")
_NOT_SHOWN = frozenset({"style", "script", "head", "title"})


class LongHeaderError(Exception):
    """A header that says what a part is goes on for longer than is read."""


class _Bounded(EmailPolicy):
    """Parses no header without end, and the same one once."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        if hasattr(value, "name"):  # a header that was set here, and not read
            return value
        if len(value) > LONGEST_HEADER:
            raise LongHeaderError(f"header {name} has {len(value)} characters, more than {LONGEST_HEADER}")
        return _parsed(name, value)


_POLICY = _Bounded()


@lru_cache(maxsize=64)
def _parsed(name: str, value: str) -> Any:
    return EmailPolicy.header_fetch_parse(_POLICY, name, value)


def parse_message(content: bytes) -> Message:
    """Return the message that some bytes are; damage shows in its parts, never as an error.

    Raises:
        LongHeaderError: here, or later where a header is asked for.
    """
    return BytesParser(policy=_POLICY).parsebytes(content)


def is_encrypted(message: Message) -> bool:
    """Tell whether a message can be read by its addressee only."""
    return message.get_content_type() in ENCRYPTED and "signed-data" not in str(message.get("Content-Type", ""))


def leaves(message: Message) -> Iterator[Message]:
    """Yield the parts without parts; an attached message is one part, whatever is in it."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from leaves(part)


def is_body(part: Message, message: Message) -> bool:
    """Tell whether a part is text of the message itself."""
    return LEFT_OUT not in part and part.get_content_type() in TEXTS and (part is message or not is_attachment(part))


def is_attachment(part: Message) -> bool:
    """Tell whether a part is said to be a file."""
    return disposition(part) == "attachment" or filename(part) is not None


def disposition(part: Message) -> str | None:
    """Return how a part is to be shown; None where nothing readable says so."""
    try:
        return part.get_content_disposition()
    except (ValueError, LookupError, AttributeError):  # a header beyond what the library understands
        return None


def filename(part: Message) -> str | None:
    """Return the name a sender gave a part, None without one."""
    try:
        return part.get_filename() or None
    except (ValueError, LookupError, AttributeError, TypeError):
        return None


def bodies(message: Message) -> dict[str, str]:
    """Return the texts of a message by their type; several of one type follow each other."""
    found: dict[str, list[str]] = {}
    for part in leaves(message):
        if is_body(part, message) and (text := _text(part)).strip():
            found.setdefault(part.get_content_type(), []).append(text)
    return {kind: "\n".join(texts) for kind, texts in found.items()}


def message_rows(message: Message) -> tuple[Row, ...]:
    """Return text and subject as rows: the HTML form where it shows anything, since it alone has tables.

    The subject stands below, where nobody looks for a letterhead.

    Raises:
        TooMuchError: see `html_rows`.
    """
    texts = bodies(message)
    rows = html_rows(texts["text/html"]) if "text/html" in texts else ()
    if not any(row.text.strip() for row in rows):
        rows = tuple(row for kind, text in texts.items() if kind != "text/html" for row in plain_rows(text))
    if not any(row.text.strip() for row in rows):
        return ()
    return *rows, Row(""), Row(subject(message), SUBJECT_SIZE)


def subject(message: Message) -> str:
    """Return the subject without the marks of replies and forwards."""
    try:
        given = str(message.get("Subject", ""))
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):  # as in `disposition`
        return ""
    return REPLIES.sub("", " ".join(given.split()))


def rough_text(message: Message) -> str:
    """Return the words of a message without reading its HTML: enough to look for a word or an amount."""
    return " ".join(_without_tags(text) for text in bodies(message).values())


def _without_tags(text: str) -> str:
    """Return a text without tags and what they hide, in one pass however many of them are never closed."""
    shown: list[str] = []
    hidden, start = "", 0
    for tag in _TAG.finditer(text):
        if not hidden:
            shown.append(text[start : tag.start()])
        name, closes = tag[1].lstrip("/").partition(" ")[0].strip().lower(), tag[1].startswith("/")
        if hidden:
            hidden = "" if closes and name == hidden else hidden
        elif not closes and name in _NOT_SHOWN:
            hidden = name
        start = tag.end()
    return " ".join(shown if hidden else [*shown, text[start:]])


def _text(part: Message) -> str:
    """Return the text of a part, in the character set it names, else the one its bytes prove."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return ""
    if not isinstance(content, bytes):
        return ""
    named = part.get_content_charset()
    try:
        return content.decode(named) if named else _proved(content)
    except (LookupError, UnicodeDecodeError):
        return _proved(content)


def _proved(content: bytes) -> str:
    return decode_text(content) or content.decode("utf-8", "replace")

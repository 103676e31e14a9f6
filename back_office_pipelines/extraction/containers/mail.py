"""Attachments of an e-mail, and what else it carries.

What belongs here: which parts of a message are documents. What does not: what such a part is (`parts`). A part is a
document unless it is the text of the message itself, its signature, or a small picture shown inside its text.
"""

from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from back_office_pipelines.extraction.containers.limits import Budget, too_large
from back_office_pipelines.intake.documents import Part, Refusal

SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


def mail_parts(content: bytes, budget: Budget) -> Iterator[Part | Refusal]:
    """Yield every part of a message that is kept apart from it: attachments, and what stands aside.

    Raises:
        TooLargeError: the message holds more than is opened.
    """
    message = BytesParser(policy=policy.default).parsebytes(content)
    if message.get_content_type() in ENCRYPTED and "signed-data" not in str(message.get("Content-Type", "")):
        yield Refusal("", "ENCRYPTED", "an encrypted e-mail", "an e-mail that can be read")
        return
    for number, part in enumerate(_leaves(message), start=1):
        if part is message or (_is_text(part) and not _is_attachment(part)):
            continue
        yield _taken(part, number, budget)


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts without parts; an attached message is one part, whatever is in it."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _taken(part: Message, number: int, budget: Budget) -> Part | Refusal:
    name = _name(part, number)
    content = _content(part)
    if content is None:
        return Refusal(name, "UNREADABLE", "an attachment whose encoding cannot be undone", "a sound attachment")
    if len(content) > budget.room:
        raise too_large(f"an attachment of {len(content)} bytes", f"at most {budget.room} bytes", name)
    budget.take(len(content))
    if part.get_content_type() in SIGNATURES or _is_decoration(part, len(content), budget):
        return Part(name, content, "aside")
    return Part(name, content)


def _content(part: Message) -> bytes | None:
    """Return the bytes of a part, None where its transfer encoding is damaged beyond reading."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        whole = inner[0] if isinstance(inner, list) and inner else None
        return whole.as_bytes(policy=policy.default) if isinstance(whole, Message) else None
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, MessageError):
        return None
    return content if isinstance(content, bytes) else None


def _is_text(part: Message) -> bool:
    return part.get_content_type() in TEXTS


def _is_attachment(part: Message) -> bool:
    return _disposition(part) == "attachment" or _filename(part) is not None


def _is_decoration(part: Message, size: int, budget: Budget) -> bool:
    """Whether a picture belongs to the text: shown inside it, and small; a large one may be the document itself."""
    shown = _disposition(part) == "inline" or (_disposition(part) is None and part.get("Content-ID") is not None)
    return part.get_content_maintype() == "image" and shown and size <= budget.limits.picture_bytes


def _disposition(part: Message) -> str | None:
    try:
        return part.get_content_disposition()
    except (ValueError, LookupError, IndexError, AttributeError):  # a header beyond what the library understands
        return None


def _filename(part: Message) -> str | None:
    try:
        return part.get_filename() or None
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return None


def _name(part: Message, number: int) -> str:
    """Return the name a sender gave; a part without one is called after its place in the message."""
    given = _filename(part)
    if given is not None:
        return " ".join(given.replace("\\", "/").rpartition("/")[2].split()) or f"part-{number}"
    if part.get_content_type() == "message/rfc822":
        return f"part-{number}.eml"
    return f"part-{number}"

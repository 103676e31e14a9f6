"""Attachments of an e-mail, what else it carries, and its text where that is a document beside them.

What belongs here: which parts of a message are documents. What does not: what such a part is (`parts`) and what a text
says (`text.reader`). A part is a document unless it is the text of the message itself, its signature, or a picture that
belongs to its text.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from email import policy
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from itertools import islice

from back_office_pipelines.extraction.containers.limits import Budget, too_large
from back_office_pipelines.extraction.media import IMAGES, Media, media_type
from back_office_pipelines.extraction.text.message import (
    AMOUNT,
    ATTACHED,
    LEFT_OUT,
    bodies,
    disposition,
    filename,
    is_attachment,
    is_body,
    is_encrypted,
    leaves,
    parse_message,
    rough_text,
)
from back_office_pipelines.extraction.text.outlook import BrokenMessageError, outlook_message
from back_office_pipelines.intake.parts import Part, Refusal

SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
NO_INVOICE: frozenset[Media] = frozenset({"empty", "text", "binary", "docx", "office", "signed", "json", "archive"})
"""Media of attachments that leave the text of a message the likelier place of an invoice."""
TEXT_NAME = "message text.eml"
"""Name of the document that the text of a message becomes beside its attachments."""
PAGE_SIDE = 500
"""Pixels of the shorter side from which on a picture can be a page: logos and buttons are narrower."""
AS_SENT = policy.default.clone(refold_source="none")
"""Writes headers as they came: folding them anew would parse every one, however long."""
_UNWRITABLE = (UnicodeError, ValueError, LookupError, AttributeError, TypeError, MessageError)
"""What the library raises where it cannot write down a damaged message that it could read."""


@dataclass(frozen=True)
class TextPart(Part):
    """The text of a message beside its attachments: a document by itself, and never opened again."""


@dataclass(frozen=True)
class _Taken:
    """A part that was taken, and its place in the message."""

    source: Message
    part: Part


def mail_parts(content: bytes, budget: Budget) -> Iterator[Part | Refusal]:
    """Yield every part of an e-mail that is kept apart from it: attachments, and what stands aside.

    Raises:
        TooLargeError: the message holds more than is opened.
    """
    yield from _parts(parse_message(content), budget)


def outlook_parts(content: bytes, budget: Budget) -> Iterator[Part | Refusal]:
    """Yield the parts of an Outlook message, as `mail_parts`.

    Raises:
        TooLargeError: the message holds more than is opened.
    """
    if len(content) > budget.room:
        raise too_large(f"an Outlook message of {len(content)} bytes", f"at most {budget.room} bytes")
    try:
        message = outlook_message(content)
    except BrokenMessageError as problem:
        yield Refusal("", "UNREADABLE", str(problem), "a sound message, or the same one as .eml")
        return
    yield from _parts(message, budget)


def _parts(message: Message, budget: Budget) -> Iterator[Part | Refusal]:
    if is_encrypted(message):
        yield Refusal("", "ENCRYPTED", "an encrypted e-mail", "an e-mail that can be read")
        return
    taken: list[_Taken] = []
    if sum(1 for _ in islice(leaves(message), budget.limits.members + 1)) > budget.limits.members:
        raise too_large(f"more than {budget.limits.members} parts", f"at most {budget.limits.members}")
    for number, part in enumerate(leaves(message), start=1):
        if part is message or is_body(part, message):
            continue
        found = _taken(part, number, budget)
        if isinstance(found, Refusal):
            yield found
        else:
            taken.append(_Taken(part, found))
    taken = _without_decoration(taken, message)
    yield from (one.part for one in taken)
    yield from _text_beside(message, taken)


def _taken(part: Message, number: int, budget: Budget) -> Part | Refusal:
    name = _name(part, number)
    content = _content(part)
    if content is None:
        return Refusal(name, "UNREADABLE", "an attachment whose encoding cannot be undone", "a sound attachment")
    if len(content) > budget.room:
        raise too_large(f"an attachment of {len(content)} bytes", f"at most {budget.room} bytes", name)
    budget.take(len(content))
    small = len(content) <= budget.limits.picture_bytes
    if part.get_content_type() in SIGNATURES or (small and _is_shown(part) and media_type(content) in IMAGES):
        return Part(name, content, "aside")
    return Part(name, content)


def _without_decoration(taken: Sequence[_Taken], message: Message) -> list[_Taken]:
    """Put aside the pictures that the text itself shows; without any other document, a picture may be the document."""
    html = bodies(message).get("text/html", "")
    shown = [one for one in taken if one.part.role == "document" and _is_in_text(one, html)]
    others = any(one.part.role == "document" for one in taken if one not in shown)
    return [
        _Taken(one.source, replace(one.part, role="aside"))
        if one in shown and (others or not _may_be_page(one.part.content))
        else one
        for one in taken
    ]


def _is_in_text(one: _Taken, html: str) -> bool:
    """Tell whether a part is a picture that the HTML text of its message shows."""
    content_id = str(one.source.get("Content-ID", "")).strip().strip("<>")
    return bool(content_id) and f"cid:{content_id}" in html and media_type(one.part.content) in IMAGES


def _may_be_page(content: bytes) -> bool:
    """Tell whether a picture is large enough for a pasted scan; one whose size cannot be told may be."""
    from PIL import Image  # noqa: PLC0415  heavy: only messages that show large pictures load it

    try:
        with Image.open(io.BytesIO(content)) as picture:
            return min(picture.size) >= PAGE_SIDE
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, Image.DecompressionBombError):
        return True


def _text_beside(message: Message, taken: Sequence[_Taken]) -> Iterator[Part]:
    """Yield the text of a message with attachments where it names sums and does not merely cover what is attached."""
    attached = [one for one in taken if one.part.role == "document"]
    rivals = [one.source for one in attached if media_type(one.part.content) not in NO_INVOICE]
    text = rough_text(message)
    if not attached or AMOUNT.search(text) is None or (rivals and ATTACHED.search(text)):
        return
    others = [one.source for one in attached if one.source not in rivals]
    content = _written(message, rivals, others)
    if content is not None:
        yield TextPart(TEXT_NAME, content)


def _written(message: Message, rivals: Sequence[Message], others: Sequence[Message]) -> bytes | None:
    """Return a message with its text, and a mark for every attachment."""
    buffer = io.BytesIO()
    try:
        kept = _emptied(message, {id(one): "rival" for one in rivals} | {id(one): "other" for one in others})
        BytesGenerator(buffer, policy=policy.compat32).flatten(kept)
    except _UNWRITABLE:
        return None
    return buffer.getvalue()


def _emptied(part: Message, marks: Mapping[int, str]) -> Message:
    """Return a copy of a part in which attachments are marks, and what stands aside is left out."""
    if id(part) in marks:
        made = Message(policy.default)
        made[LEFT_OUT] = marks[id(part)]
        made.set_payload("")
        return made
    made = copy(part)
    if part.is_multipart():
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        kept = [one for one in inner if id(one) in marks or one.get_content_maintype() == "multipart" or _is_text(one)]
        made.set_payload([_emptied(one, marks) for one in kept])
    return made


def _is_text(part: Message) -> bool:
    return is_body(part, part) and not is_attachment(part)


def _content(part: Message) -> bytes | None:
    """Return the bytes of a part, None where its transfer encoding is damaged beyond reading."""
    try:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            whole = inner[0] if isinstance(inner, list) and inner else None
            return whole.as_bytes(policy=AS_SENT) if isinstance(whole, Message) else None
        content = part.get_payload(decode=True)
    except _UNWRITABLE:
        return None
    return content if isinstance(content, bytes) else None


def _is_shown(part: Message) -> bool:
    return disposition(part) == "inline" or (disposition(part) is None and part.get("Content-ID") is not None)


def _name(part: Message, number: int) -> str:
    """Return the name a sender gave; a part without one is called after its place in the message."""
    given = filename(part)
    if given is not None:
        return " ".join(given.replace("\\", "/").rpartition("/")[2].split()) or f"part-{number}"
    if part.get_content_type() == "message/rfc822":
        return f"part-{number}.eml"
    return f"part-{number}"

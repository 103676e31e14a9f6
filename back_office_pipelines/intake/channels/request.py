"""What the headers of a delivery by HTTP say. Pure: a header is understood, or the request is refused with a reason.

The body is the document itself, byte for byte; several documents come as a ZIP archive, which intake opens. There is no
form to parse: what a form would say stands in headers that exist for it.
"""

import base64
import binascii
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from starlette.exceptions import HTTPException

from back_office_pipelines.intake.channels.delivery import kept_name

LONGEST_KEY = 255
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BARE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([^:]*):", re.IGNORECASE)
_FORMS = ("multipart/", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Announced:
    """What the headers of a delivery announce.

    Attributes:
        key: idempotency key.
        name: of the document, safe as a file name.
        sha256: of the body in hex digits; None where the sender declares none.
    """

    key: str
    name: str
    sha256: str | None


def read_headers(headers: Mapping[str, str], largest: int) -> Announced:
    """Return what the headers of a delivery announce.

    Args:
        headers: by name in small letters.
        largest: bytes that the channel takes.

    Raises:
        HTTPException: 400, 411, 413 or 415, with the reason.
    """
    _check_media(headers)
    _check_length(headers, largest)
    return Announced(
        _key(headers.get("idempotency-key")),
        _name(headers.get("content-disposition")),
        _declared_sha256(headers.get("content-digest")),
    )


def bearer(header: str | None) -> str | None:
    """Return the token of an Authorization header (RFC 6750); None where there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def too_large(largest: int) -> HTTPException:
    """Return the refusal of a body that is larger than its channel takes; its rest is not read."""
    return HTTPException(413, f"a document has at most {largest} bytes here", {"Connection": "close"})


def _check_media(headers: Mapping[str, str]) -> None:
    media = headers.get("content-type", "").strip().lower()
    if media.startswith(_FORMS):
        raise HTTPException(415, "send the document itself as the body, not a form (curl: --data-binary @FILE)")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HTTPException(415, "send the document without Content-Encoding")


def _check_length(headers: Mapping[str, str], largest: int) -> None:
    length = headers.get("content-length")
    if length is None:
        if "chunked" not in headers.get("transfer-encoding", "").lower():
            raise HTTPException(411, "send Content-Length, or the body in chunks")
    elif not length.isdecimal() or int(length) == 0:
        raise HTTPException(400, "the body is empty")
    elif int(length) > largest:
        raise too_large(largest)


def _key(header: str | None) -> str:
    """Return the key; the draft writes it quoted (a structured field's string), many clients do not."""
    text = (header or "").strip()
    quoted = _QUOTED.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text if _BARE.fullmatch(text) else ""
    if not key or len(key) > LONGEST_KEY:
        what = f'a key of 1 to {LONGEST_KEY} characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"'
        raise HTTPException(400, f"header Idempotency-Key must hold {what}")
    return key


def _name(header: str | None) -> str:
    """Return the document's name (RFC 6266); without one it is called `document`, its medium is told by its bytes."""
    text = header or ""
    with contextlib.suppress(UnicodeError):  # servers read headers as Latin-1; programs that write UTF-8 mean it
        text = text.encode("latin-1").decode("utf-8")
    message = Message()
    message["Content-Disposition"] = "".join(one if one.isprintable() else " " for one in text)
    name = message.get_filename() or ""
    return kept_name(name.encode("utf-8", "replace").decode())


def _declared_sha256(header: str | None) -> str | None:
    """Return the sha256 of a Content-Digest header (RFC 9530) as hex digits; other algorithms are passed over."""
    found = _SHA256.search(header or "")
    if found is None:
        return None
    try:
        digest = base64.b64decode(found[1], validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        raise HTTPException(400, "header Content-Digest must hold the sha-256 of the body in base64 between colons")
    return digest.hex()

"""What kind of file a document is, told by its bytes; its name is never believed.

What belongs here: signatures and the order in which they are tried. What does not: reading any of these media.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Literal

from back_office_pipelines.extraction.table.delimited import looks_delimited
from back_office_pipelines.extraction.table.encoding import CONTROLS, decode_text

Media = Literal[
    "empty", "pdf", "xml", "html", "csv", "text", "email", "edifact", "x12", "xlsx", "docx", "zip", "archive",
    "office", "xls", "msg", "tnef", "json", "signed", "png", "jpeg", "tiff", "webp", "gif", "bmp", "heic", "torn",
    "binary",
]  # fmt: skip
"""`zip` and `xlsx` may be damaged: who opens them says so. `torn` is the rest of one whose first bytes are lost."""
IMAGES: frozenset[Media] = frozenset({"png", "jpeg", "tiff", "webp", "gif", "bmp", "heic"})

SIGNATURES: tuple[tuple[int, bytes, Media], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (8, b"WEBP", "webp"),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (4, b"ftyphei", "heic"),
    (4, b"ftyphev", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypmsf1", "heic"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"Rar!", "archive"),
    (0, b"{\\rtf", "office"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
)
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What the standard library raises at damaged or exotic archives; RuntimeError where a member wants a password."""
HEADER_BYTES = 64
"""Bytes that hold the longest name of a header, in any encoding."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Start of an OLE compound file, which old Office programs and Outlook share."""
STREAMS: tuple[tuple[str, Media], ...] = (("__substg1.0_", "msg"), ("Workbook", "xls"), ("Book", "xls"))
"""Names in the directory of a compound file that tell what wrote it, the surest first."""
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""DER of the object identifier 1.2.840.113549.1.7.2, PKCS #7 signedData (.p7m)."""

PDF_WINDOW = 1024
DAMAGED = 100_000
TEXT_SHARE = 0.7
"""First bytes of a damaged file that are looked at, and the share of them that is no control character in a text."""
SNIFFED = 10_000
"""Characters that the patterns of text formats look at."""
XML_STARTS = (b"<?xml", b"<\0?\0", b"\0<\0?")
"""Starts of XML whose bytes are no text of ours: a wrong encoding, padding, or UTF-16 without a byte order mark."""
UTF8_MARK = b"\xef\xbb\xbf"
WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
OFFICE_PARTS = frozenset({"word/document.xml", "ppt/presentation.xml"})
OPEN_DOCUMENT, MIMETYPE_AT = b"mimetypeapplication/vnd.oasis.opendocument", 30
"""First member of an OpenDocument file, and the byte where its name stands (OpenDocument 1.3 part 2, 3.3)."""
CONTENT_TYPES = "[Content_Types].xml"
"""A part of every office document of today, and of no archive that people make."""
ZIP_ENTRY, ZIP_END = b"PK\x01\x02", b"PK\x05\x06"
ZIP_TAIL = 66_000
"""Last bytes of a ZIP file in which its end record stands, the longest remark included."""
PROGRAM = b"MZ"
MOST_NAMES = 1000
"""Members that are looked at in an archive whose directory is lost."""
_XML = re.compile(r"<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_])")
_HTML = re.compile(
    r"(?:<\?xml[^>]*\?>\s*)?(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
"""Comments are taken once (`?>`): where nothing follows them, their number must not multiply the ways to try."""
_JSON = re.compile(r"\{\s*(?:\"|\})|\[\s*(?:[\[{\"\d\]-]|true|false|null)")
HEADERS = "From|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|Date|Subject|To|Content-Type"
"""Names that a message may begin with, beside those of `X-`."""
_EMAIL = re.compile(rf"(?:(?:{HEADERS}|X-[\w-]+): ?.*\n(?:[ \t].*\n)*){{2}}", re.IGNORECASE)
_LIKE_EMAIL = re.compile(rf"(?:(?:{HEADERS}):|X-)".encode(), re.IGNORECASE)
_LETTER = re.compile(rb"[A-Za-z]")
TEXT_STARTS: tuple[tuple[Media, re.Pattern[str]], ...] = (
    ("html", _HTML),
    ("xml", _XML),
    ("edifact", re.compile(r"UNA|UNB\+")),
    ("x12", re.compile(r"ISA[^A-Za-z0-9\s]")),
    ("email", _EMAIL),
)


ENDINGS: Mapping[str, frozenset[Media]] = {
    ".pdf": frozenset({"pdf"}),
    ".xlsx": frozenset({"xlsx"}),
    ".xls": frozenset({"xls", "xlsx", "csv", "text", "html"}),  # programs have called all of these so
    ".eml": frozenset({"email"}),
    ".xml": frozenset({"xml"}),
    ".png": IMAGES,
    ".jpg": IMAGES,
    ".jpeg": IMAGES,
    ".tif": IMAGES,
    ".tiff": IMAGES,
}
"""What files are whose names end so."""


def belied(name: str, media: Media) -> str:
    """Return what to tell a person where a name promises another kind of file than its bytes are; else nothing."""
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), None)
    if ending is None or media in ENDINGS[ending]:
        return ""
    return f"its name ends in {ending} and its bytes are no such file ({media}); have the sender look at it"


def may_hold_parts(content: bytes) -> bool:
    """Tell from the first bytes alone whether a file can be an e-mail or archive; what is certainly none, it says.

    It costs no memory and reads nothing: whoever must not be hurt by a file asks this before having it opened.
    """
    if content.startswith((*ZIP_STARTS, COMPOUND)):
        return True
    letter = _LETTER.search(content)
    if letter is None:
        return False
    # In UTF-16 and UTF-32 every letter of a header has zero bytes beside it.
    start = content[letter.start() : letter.start() + HEADER_BYTES].translate(None, b"\0")
    return _LIKE_EMAIL.match(start) is not None


def media_type(content: bytes) -> Media:
    """Return the media type of a document by its bytes; blank bytes alone are `empty`."""
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return "empty"
    if content.startswith(ZIP_STARTS):
        return _zip_type(content)
    if b"%PDF-" in content[:PDF_WINDOW] and not content.startswith(COMPOUND):  # which may begin with a stored PDF
        return "pdf"
    return _signed_type(content) or _text_type(content)


def _signed_type(content: bytes) -> Media | None:
    """Tell a format that begins with bytes of its own, None where none does."""
    if content.startswith(COMPOUND):
        return next((media for name, media in STREAMS if name.encode("utf-16-le") in content), "office")
    for offset, signature, media in SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return media
    if content[:1] == b"\x30" and SIGNED_DATA in content[:64]:
        return "signed"
    return None


def _zip_type(content: bytes) -> Media:
    """Tell an office document from an archive by the parts inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
        office = CONTENT_TYPES in names
    except ZIP_DAMAGE:
        names, office = _names_on_the_way(content), True
    if names & WORKBOOKS or (office and any(name.startswith("xl/") for name in names)):
        return "xlsx"
    if names & OFFICE_PARTS or (office and any(name.startswith(("word/", "ppt/")) for name in names)):
        return "docx"
    return "docx" if content.startswith(OPEN_DOCUMENT, MIMETYPE_AT) else "zip"


def _names_on_the_way(content: bytes) -> set[str]:
    """Return the names that stand before the members themselves, where the directory at the end cannot be used."""
    names: set[str] = set()
    at = content.find(ZIP_STARTS[0])
    while at >= 0 and len(names) < MOST_NAMES:
        length = int.from_bytes(content[at + 26 : at + 28], "little")
        names.add(content[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at = content.find(ZIP_STARTS[0], at + 4)
    return names


def _damaged_type(content: bytes) -> Media:
    """Tell what bytes that are no text were meant to be: their reader names the damage."""
    if content.removeprefix(UTF8_MARK).lstrip().startswith(XML_STARTS):
        return "xml"
    if ZIP_END in content[-ZIP_TAIL:] and ZIP_ENTRY in content and not content.startswith(PROGRAM):
        return "torn"
    bare = content[:DAMAGED].translate(None, CONTROLS)
    few = len(bare) >= TEXT_SHARE * len(content[:DAMAGED])
    return "csv" if few and looks_delimited(bare.decode("utf-8", "replace")) else "binary"


def _text_type(content: bytes) -> Media:
    text = decode_text(content)
    if text is None:
        return _damaged_type(content)
    start = text.lstrip()[:SNIFFED].replace("\r\n", "\n")
    media = next((media for media, pattern in TEXT_STARTS if pattern.match(start)), None)
    if media is None and _JSON.match(start) and text.rstrip()[-1:] in {"}", "]"}:
        return "json"
    return media or ("csv" if looks_delimited(text) else "text")

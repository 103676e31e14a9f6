"""From bytes to text by evidence: byte order marks, proof of UTF-16 or UTF-8, then the one common 8-bit code page.

What belongs here: which encoding a text has, and why some bytes are no text. What does not: what the text is, and
whether that code page is the right one (`codepage`).
"""

import codecs
import re

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
END_OF_FILE = "\x1a"
"""What programs of old put behind the last row."""
WIDE_SAMPLE = 4_000
WIDE_SHARE, NARROW_SHARE = 0.4, 0.02
"""Shares of zero bytes at every other place, and at the places between, in UTF-16 of our languages."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f")


def decode_text(content: bytes) -> str | None:
    """Return the text of a file, or None where the bytes are no text.

    A byte order mark decides; else zero bytes at every other place are UTF-16; else bytes that are valid UTF-8 are
    UTF-8; else Windows-1252, the superset of Latin-1 that offices of western Europe and America write, if all its bytes
    are defined and they are not UTF-8 with a few damaged places. Control characters mean no text. Whether Windows-1252
    is right, no byte proves: see `is_proved`.
    """
    text = _decoded(content)
    return None if text is None or _CONTROL.search(text) else text


def is_proved(content: bytes) -> bool:
    """Tell whether the bytes of a text prove its encoding; 8-bit code pages prove nothing."""
    return content.isascii() or _encoding(content) is not None or _as(content, "utf-8") is not None


def why_no_text(content: bytes) -> str:
    """Return the reason why `decode_text` gives none, for the person who has the file made again."""
    text = _decoded(content)
    if text is None:
        return "its bytes are no UTF-8, UTF-16 or Windows-1252, or a mixture of them; save it as UTF-8"
    found = _CONTROL.search(text)
    if found is None:
        return "it is text"
    line = text.count("\n", 0, found.start()) + 1
    name = "NUL" if found.group() == "\0" else f"control character {ord(found.group())}"
    number = len(_CONTROL.findall(text))
    return f"it has {number} control characters, the first a {name} in line {line}; have it exported again"


def _decoded(content: bytes) -> str | None:
    encoding = _encoding(content)
    text = _as(content, encoding or "utf-8")
    if text is None and encoding is None and not _is_damaged_utf8(content):
        text = _as(content, "cp1252")
    return None if text is None else text.rstrip(END_OF_FILE)


def _encoding(content: bytes) -> str | None:
    """Return the encoding that a mark or the places of zero bytes tell."""
    return next((name for mark, name in MARKS if content.startswith(mark)), None) or _wide(content)


def _as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(content: bytes) -> str | None:
    """Return which UTF-16 some bytes without a mark are, None where they are not."""
    even, odd = content[:WIDE_SAMPLE:2], content[1:WIDE_SAMPLE:2]
    if not odd:
        return None
    low, high = even.count(0) / len(even), odd.count(0) / len(odd)
    if high >= WIDE_SHARE and low <= NARROW_SHARE:
        return "utf-16-le"
    return "utf-16-be" if low >= WIDE_SHARE and high <= NARROW_SHARE else None


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell whether most bytes above ASCII stand in whole UTF-8 characters: another code page writes none by chance."""
    within = sum(len(match.group()) for match in _SEQUENCE.finditer(content))
    return 2 * within > len(_HIGH.findall(content))

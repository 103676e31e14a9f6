"""From bytes to text by evidence: byte order marks, then proof of UTF-8, then the one common 8-bit code page.

What belongs here: which encoding a text has. What does not: what the text is.
"""

import codecs
import unicodedata

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PLAIN_CONTROLS = "\t\n\r\f"


def decode_text(content: bytes) -> str | None:
    """Return the text of a file, or None where the bytes are no text.

    A byte order mark decides; else bytes that are valid UTF-8 are UTF-8; else Windows-1252, the superset of Latin-1
    that offices of western Europe and America write, if all its bytes are defined. Control characters mean no text.
    """
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        return text if _is_text(text) else None
    return None


def _is_text(text: str) -> bool:
    controls = (character for character in text[:100_000] if character < " " and character not in PLAIN_CONTROLS)
    return all(unicodedata.category(character) != "Cc" for character in controls)

"""Text and identifiers, as printed but without the accidents of typesetting.

What belongs here: spaces, invisible characters, letter case of codes. What does not: whether an identifier is valid
(check digits are a rule of `validation/`).
"""

import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
SPACES = re.compile(r"\s+")
ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped NUL in JSON, and no escaped backslash before the letters u0000."""


def squash_spaces(raw: str) -> str:
    """Return the text with every run of white space, of any width, as one space and none at its ends.

    Characters are composed (NFC) and invisible ones (soft hyphen, zero-width space, marks of direction) dropped, so
    that texts which look the same are the same.
    """
    if raw.isascii():
        return " ".join(raw.split())  # the same, for most texts there are
    return SPACES.sub(" ", unicodedata.normalize("NFC", raw).translate(INVISIBLE)).strip()


def holds_nul(json_text: str) -> bool:
    """Tell whether a text in JSON holds an escaped NUL, which Postgres cannot keep; the mere letters u0000 are none."""
    return "\\u0000" in json_text and ESCAPED_NUL.search(json_text) is not None


def compact_upper(raw: str) -> str:
    """Return a code in upper case without any spaces: VAT ids, IBANs and codes of lists."""
    return SPACES.sub("", squash_spaces(raw)).upper()

"""Characters that recognition takes for look-alikes, set right where their neighbours leave no doubt.

What belongs here: one text at a time, letter for letter, so that every place in it stays where it was. What does not:
which text is a value (`amounts`, `days`, `merchant`). The raw text of a value stays as it was recognised.
"""

import re
import unicodedata

_IN_NUMBERS = (
    (re.compile(r"(?<=\d)[OoQ](?=[\d.,:/-]|$|\s|[A-Z])|(?<=[.,/-])[Oo](?=[\dOo])|(?<=[.,/-]\d)[Oo](?!\w)"), "0"),
    (re.compile(r"(?<![^\W\d_])[OoQ](?=\d|[.,]\d)|(?<=RM)O(?=[.,]\d)"), "0"),
    (re.compile(r"(?<=\d)[lI|](?=[\d.,/-])|(?<![^\W\d_])[lI|](?=\d*[.,/-]\d)|(?<=[.,/-])[lI|](?=\d)"), "1"),
    (re.compile(r"(?<=\d)S(?=[.,/-]?\d)"), "5"),
    (re.compile(r"(?<=\d)B(?=[.,/-]?\d)"), "8"),
)
"""A letter among digits, marks of numbers or signs of money is the digit it looks like."""
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Letters, digits and marks as wide as Chinese characters, which recognition takes narrow ones for."""
_IN_WORDS = (
    (re.compile(r"(?<=\bS)[O0B](?=N\.? ?[B8]H[DO0]\b)", re.IGNORECASE), "D"),
    (re.compile(r"(?<=\bSDN )8(?=H[DO0]\b)|(?<=\bSDN\. )8(?=H[DO0]\b)|(?<=\bSDN)8(?=H[DO0]\b)", re.IGNORECASE), "B"),
    (re.compile(r"(?<=\bSDN BH)[O0]\b|(?<=\bSDN\. BH)[O0]\b|(?<=\bSDNBH)[O0]\b", re.IGNORECASE), "D"),
    (re.compile(r"(?<=[A-Z])0(?=[A-Z])|(?<=[A-Z]{2}-)0(?![\w-])|(?<![\w-])0(?=[A-Z]{2})|(?<=[A-Z]{3})0(?!\w)"), "O"),
    (re.compile(r"(?<=[a-z])0(?=[a-z])"), "o"),
    (re.compile(r"(?<=[A-Z])1(?=[A-Z]{2})|(?<=[A-Z]{2})1(?=[A-Z])"), "I"),
    (re.compile(r"(?<=[a-z])1(?=[a-z])|(?<=[A-Z])1(?=[a-z])"), "l"),
    (re.compile(r"(?<=[A-Z])5(?=[A-Z]{2})|(?<=[A-Z]{2})5(?=[A-Z])"), "S"),
    (re.compile(r"(?<=[A-Z])8(?=[A-Z]{2})|(?<=[A-Z]{2})8(?=[A-Z])"), "B"),
    (re.compile(r"(?<=[a-z])(?<!Mc)(?<!Mac)I(?=[a-z]|\b)"), "l"),
    (re.compile(r"(?<!\w)l(?=[bcdfghjkmnpqrstvwxz]{1,2}[aeiou])"), "I"),
)
"""The legal form of Malaysia; a digit inside a word is the letter it looks like, and so is a capital I after a small
letter, and a small l first."""
CAPITALS = 4
"""Letters of a word in capitals from which on one accent on it is a speck of the paper."""
_CAPITAL_WORD = re.compile(rf"[^\W\d_a-z]{{{CAPITALS},}}")


def mended_numbers(text: str) -> str:
    """Return a text with letters inside numbers as the digits they look like; no place in it moves."""
    text = text if text.isascii() else text.translate(_WIDE)
    for pattern, digit in _IN_NUMBERS:
        text = pattern.sub(digit, text)
    return text


def mended_words(text: str) -> str:
    """Return a text with digits inside words as the letters they look like; no place in it moves."""
    for pattern, letter in _IN_WORDS:
        text = pattern.sub(letter, text)
    return text if text.isascii() else _CAPITAL_WORD.sub(lambda match: _without_speck(match.group()), text)


def _without_speck(word: str) -> str:
    """Return a word in capitals without its accent where it is the only one: two accents are its writer's."""
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in word)
    changed = sum(one != other for one, other in zip(word, bare, strict=True))
    return bare if changed == 1 and bare.isascii() else word

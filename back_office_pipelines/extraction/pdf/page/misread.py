"""Words that recognition spelled wrong: which word of a label a misread one is, and which number.

What belongs here: one word at a time, and what is known of how letters are mistaken. What does not: which words of a
page are labels, and whether a page is recognised text at all (`mending`).

Letters that look alike are folded into one (Kukich, "Techniques for automatically correcting words in text", 1992).
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import SECOND_LANGUAGE
from back_office_pipelines.extraction.pdf.page.vocabulary import key, phrases

PAIRS = (("rn", "m"), ("ii", "u"), ("vv", "w"))
ALIKE = str.maketrans("0a1lj5s8hegqfmu", "ooiiissbbccctnn")
"""Letters by the one that stands for all that are taken for one another: 0 o a, 1 l i j, 5 s, 8 b h, c e g q, f t,
m n u."""
LEAST = 3
"""Letters of a word from which on what it folds into says enough."""
DIGITS = str.maketrans("OoQDIl|!SsBbZz", "00001111558622")
"""Letters by the digit that they are taken for."""
NUMBER = re.compile(r"[(\-]?\$?[\dOoQDIl|!SsBbZz.,/:;-]*\d[\dOoQDIl|!SsBbZz.,/:;-]*[)%]?")
LETTER = re.compile(r"[OoQDIl|!SsBbZz]")
SHAPE = re.compile(
    r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?:/(?:\d{2}|\d{4}))?"
    r"|(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d{2}|(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])"
    r"|(?:(?:[01]?\d|2[0-3])?:[0-5]\d)"
    r"|\d{1,2}(?:\.\d+)?%"
    r"|[(\-]?\$?-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}\)?"
)
"""A day, a time or length, a rate, an amount: numbers whose marks leave no doubt that all else in them is a digit."""
STROKE = re.compile(r"(?<=\d)[l|I](?=\d\d?/\d{2})|(?<=/\d\d)[l|I](?=\d{2})|(?<=/\d)[l|I](?=\d{2})")
"""A letter where a day has a stroke: "10l23/22"."""
PART_OF_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?|(?:19|20)\d{2}[.,]?")
"""The day of a month or a year."""
COMMA_FOR_POINT = re.compile(r"([(\-]?\$?-?\d{1,3}(?:,\d{3})*),(\d{2}\)?)")
WITH_POINT = re.compile(r"\d\.\d{2}(?!\d)")
COUNT = re.compile(r"(?=.*\d)(?=.*[lIOb])[1-9lI][\dlIOb]{1,2}")
"""A count of two or three digits, of which some look like letters."""
TRADE = (
    "agency commission", "agency comm", "less agency", "less agency commission", "agency discount", "gross billing",
    "broadcast month", "flight", "schedule", "spots", "total spots", "total units", "cust#", "estimate", "rep",
    "salesperson", "product", "length", "term", "terms", "zone", "zone total", "line total", "unit cost", "units",
    "station", "month", "week", "program", "day", "time", "copy", "summary", "total due by", "net due", "please pay",
)  # fmt: skip
"""Labels of stations' bills that name no field: they are set right as well, and tell that a page is misread."""


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """Return the key of a word with all letters that look alike as one."""
    text = key(word)
    for pair, one in PAIRS:
        text = text.replace(pair, one)
    return text.translate(ALIKE)


@dataclass(frozen=True)
class Spelling:
    """The words of labels and headings of a language.

    Attributes:
        labels: labels as their keys.
        words: the keys of their words.
        alike: words by what they fold into.
    """

    labels: frozenset[str]
    words: frozenset[str]
    alike: Mapping[str, tuple[str, ...]]

    def readings(self, text: str) -> tuple[str, ...]:
        """Return the words that one on a page may be: itself where it is known, else all that it looks like."""
        own = key(text)
        return (own,) if own in self.words else self.alike.get(folded(text), ())

    def misread(self, text: str) -> bool:
        """Tell whether a word is none that is known, but looks like one."""
        return key(text) not in self.words and folded(text) in self.alike


_built: dict[tuple[str, str], Spelling] = {}


def spelling_of(dictionary: Dictionary, language: str) -> Spelling:
    """Return the words of labels and headings of a language and of English. Kept by fingerprint."""
    wanted = (dictionary.fingerprint, language)
    if wanted not in _built:
        _built[wanted] = _build([*_texts(dictionary, {language, SECOND_LANGUAGE}), *TRADE])
    return _built[wanted]


def _texts(dictionary: Dictionary, spoken: Iterable[str]) -> Iterator[str]:
    for code in spoken:
        for record in dictionary.records.values():
            for spec in record.fields.values():
                yield from spec.labels.get(code, ())
                yield from spec.unlike.get(code, ())
        for document in dictionary.documents.values():
            yield from document.cues.get(code, ())
        if (known := phrases(code)) is not None:
            for table in (known.header, known.line):
                for texts in table.values():
                    yield from texts
            yield from known.unlike


def _build(texts: Iterable[str]) -> Spelling:
    parts = [[one for word in text.split() if (one := key(word))] for text in texts]
    words = frozenset(word for part in parts for word in part)
    alike: dict[str, set[str]] = {}
    for word in words:
        if len(word) >= LEAST or word == "to":
            alike.setdefault(folded(word), set()).add(word)
    return Spelling(
        frozenset("".join(part) for part in parts), words, {text: tuple(sorted(ones)) for text, ones in alike.items()}
    )


@lru_cache(maxsize=20_000)
def number_meant(text: str) -> str | None:
    """Return a day, time, rate or amount without the letters in it, None where it is none or has none."""
    bare = text.rstrip(".,;:")
    if LETTER.search(bare) is None or NUMBER.fullmatch(bare) is None:
        return None
    for one in (bare, STROKE.sub("/", bare)):
        meant = one.translate(DIGITS).replace(";", ":")
        if SHAPE.fullmatch(meant):
            return meant + text[len(bare) :]
    return None


@lru_cache(maxsize=20_000)
def month_meant(text: str) -> str | None:
    """Return a word that is the English name of a month, or looks like one, as that name; None for all others."""
    bare = text.rstrip(".,")
    names = _months()
    if bare.casefold() in names.values():
        return text
    name = names.get(folded(bare)) if len(bare) >= LEAST else None
    return None if name is None else name.capitalize() + text[len(bare) :]


@lru_cache(maxsize=20_000)
def part_of_day(text: str) -> str | None:
    """Return the day of a month or the year that a word is without the letters in it, None where it is neither."""
    if PART_OF_DAY.fullmatch(text):
        return text
    meant = text.translate(DIGITS)
    return meant if any(map(str.isdigit, text)) and PART_OF_DAY.fullmatch(meant) else None


@lru_cache(maxsize=1)
def _months() -> dict[str, str]:
    """Return the names and abbreviations of months by what they fold into."""
    english = (*calendar.month_name[1:], *calendar.month_abbr[1:])
    return {folded(name): name.casefold() for name in english}

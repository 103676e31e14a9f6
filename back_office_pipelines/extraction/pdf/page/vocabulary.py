"""The words beside values: labels of the dictionary, and what pages of invoices call the same things (`phrases/`).

What belongs here: reading `phrases/*.yaml` and one lookup from a folded label to what it may mean. What does not: where
labels stand on a page (`rows`), and which value one belongs to (`pairing`).
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain, product
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.pdf.page.labels import SECOND_LANGUAGE
from back_office_pipelines.extraction.pdf.page.labels import key as joined

CURRENCIES = ("", "eur", "chf")
"""What stands within the label of a total where amounts are printed bare."""
FOLDER = Path(__file__).parent / "phrases"


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """Return a label or word for comparison: lower case, without spaces, punctuation and accents."""
    found = joined(text)
    if found.isascii():
        return found
    return "".join(letter for letter in unicodedata.normalize("NFD", found) if not unicodedata.combining(letter))


class Totals(BaseModel):
    """Labels of totals that are made of parts: what is summed, then whether tax is in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sums: tuple[str, ...]
    without_tax: tuple[str, ...]
    with_tax: tuple[str, ...]


class Phrases(BaseModel):
    """One file of `phrases/`; its heading says what the keys mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    totals: Totals
    header: Mapping[str, tuple[str, ...]]
    line: Mapping[str, tuple[str, ...]]
    unlike: tuple[str, ...]
    weak: tuple[str, ...]
    attachment: tuple[str, ...]


WITHOUT = (
    "exc", "exk", "eks", "ex ", "ex. ", "ohne ", "sans ", "hors ", "senza ", "esclus", "sin ", "sem ", "bez ", "utan ",
    "uden ", "uten ", "zonder ", "ilman ", "fără ", "fara ", "brez ", "without ",
)  # fmt: skip
"""How words begin that say what a total leaves out; others of the kind say what is added to it or taken off."""


@dataclass(frozen=True)
class Meaning:
    """What a label may name.

    Attributes:
        header: field of the header record, None where it names none.
        line: field of a line, None where it names none.
        weak: the label says little ("total", "date").
        first: it is one only where nothing stands before it in its column: "excl. VAT", but not "Freight excl. VAT".
    """

    header: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    weak: bool = False
    first: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Labels of one language and of English by their keys.

    Attributes:
        starts: what labels begin with, from no letter to the whole: a text that is none of them grows into no label.
    """

    meanings: Mapping[str, Meaning]
    starts: frozenset[str]


@cache
def phrases(language: str) -> Phrases | None:
    """Return the words of a language, None where nobody wrote them down."""
    path = FOLDER / f"{language}.yaml"
    return Phrases.model_validate(load_texts(path)) if path.is_file() else None


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that words are known of."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def attachments() -> frozenset[tuple[str, ...]]:
    """Return the headings of pages that go with an invoice and are none, in all languages, as keys of their words."""
    known = (phrases(language) for language in languages())
    texts = (text for one in known if one is not None for text in one.attachment)
    return frozenset(tuple(map(key, text.split())) for text in texts)


_built: dict[tuple[str, str | None], Vocabulary] = {}


def vocabulary_of(dictionary: Dictionary, language: str | None) -> Vocabulary:
    """Return the labels of a language and of English; of all languages where it is unknown. Kept by fingerprint."""
    wanted = (dictionary.fingerprint, language)
    if wanted not in _built:
        spoken = languages() if language is None else (language, SECOND_LANGUAGE)
        _built[wanted] = _build(dictionary, spoken)
    return _built[wanted]


_told: dict[str, Mapping[str, str]] = {}


def captions_of_one_language(dictionary: Dictionary) -> Mapping[str, str]:
    """Return the language of each label that only one has and that names no class, by its key. Kept by fingerprint."""
    if dictionary.fingerprint not in _told:
        spoken = [(text, code) for code in languages() for text in _labels(dictionary, (code,)).keys]
        shared = Counter(text for text, _ in spoken)
        cues = (one for document in dictionary.documents.values() for texts in document.cues.values() for one in texts)
        classes = set(map(key, cues))
        _told[dictionary.fingerprint] = {
            text: code for text, code in spoken if shared[text] == 1 and text not in classes
        }
    return _told[dictionary.fingerprint]


@dataclass(frozen=True)
class _Labels:
    """The labels of some languages by their keys: the fields that they name, and the keys of those that say little.

    Attributes:
        others: labels that name nothing the lane keeps.
        tails: what totals are told to leave out, where that is a label of its own.
    """

    header: dict[str, set[str]]
    line: dict[str, set[str]]
    others: set[str]
    weak: set[str]
    tails: set[str]

    @property
    def keys(self) -> set[str]:
        return self.header.keys() | self.line.keys() | self.others


def _build(dictionary: Dictionary, spoken: tuple[str, ...]) -> Vocabulary:
    labels = _labels(dictionary, spoken)
    keys = labels.keys
    meanings = {
        text: Meaning(
            tuple(sorted(labels.header.get(text, ()))),
            tuple(sorted(labels.line.get(text, ()))),
            weak=text in labels.weak or text in labels.tails,
            first=text in labels.tails and text not in labels.line,
        )
        for text in keys
    }
    return Vocabulary(meanings, frozenset(chain([""], *map(accumulate, keys))))


def _labels(dictionary: Dictionary, spoken: tuple[str, ...]) -> _Labels:
    header: dict[str, set[str]] = {}
    line: dict[str, set[str]] = {}
    others: set[str] = set()
    weak: set[str] = set()
    tails: set[str] = set()
    for code in spoken:
        for record, found in ((dictionary.header, header), *((child, line) for child in dictionary.children)):
            for name, spec in dictionary.records[record].fields.items():
                _add(found, name, spec.labels.get(code, ()))
                others |= {key(text) for text in spec.unlike.get(code, ())}
        if (extra := phrases(code)) is not None:
            for table, found in ((extra.header, header), (extra.line, line)):
                for name, texts in table.items():
                    _add(found, name, texts)
            _add_totals(header, extra.totals)
            others |= set(map(key, extra.unlike))
            weak |= set(map(key, extra.weak))
            tails |= _add_tails(header, extra.totals)
    return _Labels(header, line, others, weak, tails)


def _add_totals(header: dict[str, set[str]], totals: Totals) -> None:
    """Add the labels of net and gross totals that a language makes of parts: "total" and "excl. vat"."""
    for name, tails in (("net_total", totals.without_tax), ("gross_total", totals.with_tax)):
        parts = map(key, totals.sums), CURRENCIES, map(key, tails)  # a key has no spaces: it is that of its parts
        for text in map("".join, product(*parts)):
            header.setdefault(text, set()).add(name)


def _add_tails(header: dict[str, set[str]], totals: Totals) -> set[str]:
    """Add what a language says of totals without tax as labels of their own, as captions have it; return the new."""
    tails = {key(tail) for tail in totals.without_tax if tail.startswith(WITHOUT)} - header.keys()
    header.update((tail, {"net_total"}) for tail in tails)
    return tails


def _add(found: dict[str, set[str]], name: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        found.setdefault(key(text), set()).add(name)

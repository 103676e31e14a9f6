"""What a title says a document is: the cues of classes at its start, at its end, or alone.

What belongs here: the words of one segment, and the class they name. What does not: which headings a page has and which
of them decides (`deciding`), and the cues themselves (the dictionary).

A cue begins a title ("Rechnung Nr. 4711"). Some end one and say more than its start ("Faktura VAT korekta"), some are
one only alone and in large print ("Credit"). A cue behind other words is a title where these only say which copy or
kind it is, or where it is printed large.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.vocabulary import attachments
from back_office_pipelines.extraction.pdf.page.vocabulary import key as without_accents

SUBJECT = re.compile(r"#?(?=(?:.*\d){3})[\w./-]{3,}[.,:;]?")
"""The number of what a letter is about."""
FILE = Path(__file__).parent / "title_words.yaml"
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "fi"})
"""Languages that write a cue as the end of a longer word: Handelsrechnung, verkoopfactuur, kundfaktura, osalasku."""
NO_COMPOUNDS = frozenset({"regning", "räkning", "rakning", "avregning", "declaratie", "opkrævning", "liquidation"})
"""Cues that also end words of reckoning and declaring ("Beregning", "Reisdeclaratie") and are not taken from them."""
NUMBER_WORDS = frozenset(("no", "nr", "number", "num", "numero", "nummer", "n", "n°", "nº", "№", "č", "#", "id", "ref"))
"""Words after which a title goes on with its number."""
NUMBER_OF = re.compile(r"(?P<what>[^\W\d_]{5,}?)(?:nummer|nr|numero)")
"""A word that is the caption of a number, and of what."""
MARKS = frozenset("-\u2013\u2014|\u00b7\u2022")
"""Marks between a name and a title."""
MOST_BEFORE = 4
"""Words that may stand before the cue of a title."""
Cue = tuple[tuple[str, ...], str]
"""The keys of its words, and the class it names."""


@dataclass(frozen=True)
class Title:
    """What a segment says.

    Attributes:
        words: of the segment, up to the end of its cue.
        behind: the cue stands behind words that nobody knows: it counts where no other title is there.
    """

    document_class: str
    words: int
    behind: bool = False


class TitleWords(BaseModel):
    """File `title_words.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    qualifying: tuple[str, ...]
    possessive: tuple[str, ...]
    connecting: tuple[str, ...]
    barring: tuple[str, ...]


@dataclass(frozen=True)
class Titles:
    """The cues of a dictionary.

    Attributes:
        starts: those that begin a title, by their first word.
        ends: all that may end one, by their last word; whether they say more than its start.
        alone: those that are a title alone.
        compounded: those that may end a longer word, the longest first; `lasts` without their classes.
        firsts: words that cues begin with.
        of_lane: the classes that the lane keeps.
    """

    starts: Mapping[str, tuple[Cue, ...]]
    ends: Mapping[str, tuple[tuple[Cue, bool], ...]]
    alone: Mapping[tuple[str, ...], str]
    compounded: tuple[tuple[str, str], ...]
    lasts: tuple[str, ...]
    firsts: frozenset[str]
    of_lane: frozenset[str]

    def title(self, words: Sequence[str], *, large: bool) -> Title | None:
        """Return what the words of a segment say, None where they are no title.

        Args:
            words: as printed.
            large: whether they are printed larger than the rest of the page.
        """
        if not self._may_be_title(words) or self._names_two(words[0]):
            return None
        keys = [key(word) for word in words]
        end = _end(words, keys)
        begun = max(self.beginning(keys), default=None) or self._before_stroke(words[0])
        if begun is not None:
            joined = [text for text in keys[: _end(words, keys, marks=True)] if text]
            said = max((one for one in self._ending(joined) if one[2]), default=None)
            if said is not None and begun[0] < len(joined) and begun[1] in self.of_lane:
                return Title(said[1], end)
            return Title(begun[1], begun[0])
        if large and tuple(keys[:end]) in self.alone:
            return Title(self.alone[tuple(keys[:end])], end, behind=True)
        return self._behind(keys[:end], large) or self._behind_mark(words, keys, large)

    def _behind_mark(self, words: Sequence[str], keys: Sequence[str], large: bool) -> Title | None:
        """Return what stands in large print behind a name and a mark: "SONNTAG GMBH - RECHNUNG", "Acme | Invoice"."""
        mark = next((at for at, word in enumerate(words) if word in MARKS), 0)
        before = {*keys[:mark]} & (_words_before()["barring"] | _heads_of_attachments())
        if not large or not 0 < mark < len(words) - 1 or before or self._names_other(keys[:mark], ""):
            return None
        said = self.title(words[mark + 1 :], large=True)
        if said is None or said.words != _end(words[mark + 1 :], keys[mark + 1 :]):
            return None
        return Title(said.document_class, said.words + mark + 1, behind=True)

    def _behind(self, keys: Sequence[str], large: bool) -> Title | None:
        """Return what a cue behind other words says, None where these may not stand before it."""
        cue = max(self._ending(keys), default=None)
        if cue is None:
            return None
        before, of_lane = keys[: len(keys) - cue[0]], cue[1] in self.of_lane
        known = None if self._names_other(before, cue[1]) else _may_stand_before(before, large, of_lane)
        return None if known is None else Title(cue[1], len(keys), behind=not known or not (of_lane or large))

    def _before_stroke(self, word: str) -> tuple[int, str] | None:
        """Return what words joined by a stroke say: the class of the lane that one names, else that of the first.

        "Invoice/Affidavit", "Statement/Invoice".
        """
        said = [max(found, default=None) for found in self._of_parts(word)]
        own = next((one for one in said if one is not None and one[1] in self.of_lane), None)
        return own or next(iter(said), None)

    def _names_two(self, word: str) -> bool:
        """Tell whether a stroke joins two classes of the lane: "Rechnung/Gutschrift" is the name of a form."""
        return len({name for found in self._of_parts(word) for _, name in found} & self.of_lane) > 1

    def _of_parts(self, word: str) -> list[list[tuple[int, str]]]:
        """Return what each of the words says that strokes join to one; nothing for a word without a stroke."""
        parts = map(key, word.split("/")) if "/" in word else ()
        return [list(self.beginning([part])) if part else [] for part in parts]

    def _names_other(self, words: Sequence[str], name: str) -> bool:
        """Tell whether words before a cue are one of another class: "Our contract invoice"."""
        return any(other != name for at in range(len(words)) for _, other in self.beginning(words[at:]))

    def _may_be_title(self, words: Sequence[str]) -> bool:
        """Tell whether the first word of a segment begins a title, or some word ends one: most cells do neither."""
        first = key(words[0])
        if first in self.firsts or first.endswith(self.lasts) or "/" in words[0]:
            return True
        return any(text in self.ends or text.endswith(self.lasts) for text in map(key, words[1:]))

    def beginning(self, keys: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield (number of words, class) of cues at the start of some words; the longest is the most specific.

        A word that is a cue itself is not taken apart: a "creditfactuur" is no "factuur".
        """
        whole = [(len(parts), name) for parts, name in self.starts.get(keys[0], ()) if (*keys[: len(parts)],) == parts]
        yield from whole
        if not whole and (name := self._compound(keys[0])) is not None:
            yield 1, name

    def captioned(self, word: str) -> str | None:
        """Return the class whose number a word in one calls so: "Factuurnummer", "Rechnungs-Nr."."""
        match = NUMBER_OF.fullmatch(key(word))
        if match is None:
            return None
        stems = (match["what"], match["what"].removesuffix("s"))
        return next((name for text in stems for parts, name in self.starts.get(text, ()) if parts == (text,)), None)

    def _ending(self, keys: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
        """Yield (number of words, class, whether it says more than a start) of cues at the end of some words."""
        if len(keys) < 2:
            return
        whole = False
        for (parts, name), more in self.ends.get(keys[-1], ()):
            if len(parts) < len(keys) and (*keys[-len(parts) :],) == parts:
                whole = True
                yield len(parts), name, more
        if not whole and (named := self._compound(keys[-1])) is not None:
            yield 1, named, False

    def _compound(self, word: str) -> str | None:
        """Return the class that the end of a word names, by its longest end: "verkoopcreditfactuur" is no "factuur"."""
        if not word.endswith(self.lasts):
            return None
        return next(name for last, name in self.compounded if word.endswith(last))


def _end(words: Sequence[str], keys: Sequence[str], *, marks: bool = False) -> int:
    """Return the number of words of a title before its number, a mark or a bracket; a colon ends it as well.

    With `marks`, a mark between words does not end it: "Faktura VAT - korekta".
    """
    for at, (word, text) in enumerate(zip(words, keys, strict=True)):
        if (not text and not marks) or text in NUMBER_WORDS or word.startswith("(") or any(map(str.isdigit, word)):
            return at
        if word.endswith(":"):
            return at + 1
    return len(words)


def _may_stand_before(keys: Sequence[str], large: bool, of_lane: bool) -> bool | None:
    """Tell whether words before the cue of a title all only qualify it; None where they may not stand there."""
    known = _words_before()
    if not 0 < len(keys) <= MOST_BEFORE or not known["barring"].isdisjoint(keys):
        return None
    owned = not known["possessive"].isdisjoint(keys)
    if owned and not of_lane:
        return None
    unknown = [one for one in keys if one not in known["qualifying"] and one not in known["possessive"]]
    if known["connecting"].issuperset(unknown):
        return (large or not owned) if len(unknown) < len(keys) else None
    return False if large and not owned and known["connecting"].isdisjoint(unknown) else None


@cache
def _words_before() -> Mapping[str, frozenset[str]]:
    """Return the kinds of words before a cue, as keys."""
    kinds = TitleWords.model_validate(load_texts(FILE))
    return {kind: _keys(texts) for kind, texts in kinds}


@cache
def _heads_of_attachments() -> frozenset[str]:
    """Return the first words of what goes with an invoice and is none."""
    return frozenset(parts[0] for parts in attachments())


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(form(word) for text in texts for word in text.split() for form in (key, without_accents))


_built: dict[str, Titles] = {}


def titles_of(dictionary: Dictionary) -> Titles:
    """Return the cues of a dictionary's classes. Kept by fingerprint."""
    if dictionary.fingerprint not in _built:
        _built[dictionary.fingerprint] = _build(dictionary)
    return _built[dictionary.fingerprint]


def _build(dictionary: Dictionary) -> Titles:
    starts: dict[str, list[Cue]] = {}
    ends: dict[str, list[tuple[Cue, bool]]] = {}
    alone: dict[tuple[str, ...], str] = {}
    compounded: dict[tuple[str, str], None] = {}
    for name, document in dictionary.documents.items():
        for spoken, cues in document.cues.items():
            for parts in _parts(cues):
                starts.setdefault(parts[0], []).append((parts, name))
                ends.setdefault(parts[-1], []).append(((parts, name), False))
                if spoken in COMPOUNDING and len(parts) == 1 and parts[0] not in NO_COMPOUNDS:
                    compounded[parts[0], name] = None
        for cues in document.ending_cues.values():
            for parts in _parts(cues):
                ends.setdefault(parts[-1], []).append(((parts, name), True))
        alone |= {parts: name for cues in document.lone_cues.values() for parts in _parts(cues)}
    return Titles(
        {first: tuple(ones) for first, ones in starts.items()},
        {last: tuple(ones) for last, ones in ends.items()},
        alone,
        tuple(sorted(compounded, key=lambda one: -len(one[0]))),
        tuple({last for last, _ in compounded}),
        frozenset((*starts, *(parts[0] for parts in alone))),
        frozenset(filter(dictionary.keeps, dictionary.documents)),
    )


def _parts(cues: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the keys of cues, with their accents and as capitals are printed without: "NOTE DE CREDIT"."""
    for cue in cues:
        yield from dict.fromkeys((tuple(map(key, cue.split())), tuple(map(without_accents, cue.split()))))

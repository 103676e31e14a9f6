"""The country a document was written in, by places, legal forms and tax words that only one country has.

What belongs here: reading `countries.yaml` and weighing what a page shows. What does not: what follows from a country
for dates (`values.evidence`) or money (`unlabelled`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word

FILE = Path(__file__).parent / "countries.yaml"
LONG_MARK = 6
"""Letters from which on a mark may stand inside a run of words that has lost its spaces."""
WORD_ENDS = re.compile(r"[\s,.]+")
STATE_AND_ZIP = re.compile(
    r"(?<=[A-Za-z,.] )(?<!  )"
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY])\s+\d{5}(?:-\d{4})?(?!\w)"
)
"""A state of the United States and its postal code."""
ZIP = re.compile(r"\s\d{5}")


class Country(BaseModel):
    """One country of `countries.yaml`; its file says what the keys mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    currency: str
    signs: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Seat:
    """A country and the segment that shows it."""

    code: str
    shown_by: Segment

    @property
    def country(self) -> Country:
        """What is known of the country."""
        return countries()[self.code]


@cache
def countries() -> Mapping[str, Country]:
    """Return the table of countries by ISO 3166 code."""
    return TypeAdapter(dict[str, Country]).validate_python(load_texts(FILE))


@cache
def _marks() -> tuple[Mapping[str, tuple[str, ...]], re.Pattern[str]]:
    """Return the codes of each mark, and a pattern of the marks that may stand inside a run of words."""
    found: dict[str, list[str]] = {}
    for code, country in countries().items():
        for mark in country.marks:
            found.setdefault(mark, []).append(code)
    long = sorted((mark for mark in found if len(mark) >= LONG_MARK), key=len, reverse=True)
    return {mark: tuple(codes) for mark, codes in found.items()}, re.compile("|".join(map(re.escape, long)))


@lru_cache(maxsize=20_000)
def _marks_in(text: str) -> frozenset[str]:
    """Return the marks that a text names; pages repeat many of their texts."""
    codes, long = _marks()
    named = codes.keys() & {key(word) for word in WORD_ENDS.split(text)}
    return frozenset(named.union(long.findall(key(text))))


def is_place(text: str) -> bool:
    """Tell whether a text is a country or another mark of one and nothing else."""
    return key(text) in _marks()[0]


def seat_of(lines: Sequence[Line], *, money: bool = False) -> Seat | None:
    """Return the country that more different marks of a document name than any other; None where two draw.

    Args:
        lines: of all pages.
        money: whether the sign of one country's money counts as a mark, at amounts on every line anew: slips are paid
            where they are written, and nothing tells the country of its money better.
    """
    codes = _marks()[0]
    found: dict[str, dict[str, Segment]] = {}
    for line in lines:
        for segment in line.segments:
            for mark in _marks_in(segment.text):
                for code in codes[mark]:
                    found.setdefault(code, {}).setdefault(mark, segment)
            for code, mark in _money_in(segment) if money else ():
                found.setdefault(code, {}).setdefault(mark, segment)
        zips = STATE_AND_ZIP.finditer(line.text) if ZIP.search(line.text) else ()
        for match in zips:  # tells more than a city's name: there are two Birminghams
            found.setdefault("US", {}).setdefault("state and zip", line.segments[0])
            found["US"].setdefault(match.group(), line.segments[0])
    ranked = sorted(found.items(), key=lambda entry: -len(entry[1]))
    if not ranked or (len(ranked) > 1 and len(ranked[0][1]) == len(ranked[1][1])):
        return None
    code, shown = ranked[0]
    return Seat(code, next(iter(shown.values())))


def carries(text: str, sign: str) -> bool:
    """Tell whether a word is a currency's sign, alone, in parentheses or at a number."""
    return bool(
        re.fullmatch(rf"[(\[]?{re.escape(sign)}[)\].:]*|[(\[]?{re.escape(sign)}-?\d.*|-?\d\S*{re.escape(sign)}", text)
    )


@cache
def _own_signs() -> Mapping[str, str]:
    """Return the country of each sign of money that only one writes; a single letter is no sign."""
    written = [(sign, code) for code, country in countries().items() for sign in country.signs]
    times = Counter(sign for sign, _ in written)
    return {sign: code for sign, code in written if times[sign] == 1 and not (len(sign) == 1 and sign.isalpha())}


def _money_in(segment: Segment) -> Iterator[tuple[str, str]]:
    """Yield (country, mark) for the signs of one country's money in a segment, and again for those at its amounts."""
    for sign, code in _own_signs().items():
        places = [place for place, word in enumerate(segment.words) if sign in word.text and carries(word.text, sign)]
        if places:
            yield code, sign
        if any(_has_digits(segment.words[max(place - 1, 0) : place + 2]) for place in places):
            yield code, f"{sign} in line {segment.line} of page {segment.page}"


def _has_digits(words: Sequence[Word]) -> bool:
    return any(map(str.isdigit, "".join(word.text for word in words)))

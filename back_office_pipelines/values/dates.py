"""Dates as people and machines write them, to calendar days.

What belongs here: the notations and the rule between several readings of one text (there is none: they are ambiguous).
What does not: month names (`months`), and the evidence a document gives for its order of day and month (`evidence`).

Two conventions hold, because nothing on a page could ever decide them: a two-digit year is a year of 2000 to 2099, and
it stands last unless the document's style says `ymd`.
"""

import re
from datetime import date
from functools import lru_cache

from back_office_pipelines.values.months import BEHIND_A_POINT, MONTHS
from back_office_pipelines.values.problem import Problem, shorten, unreadable
from back_office_pipelines.values.style import DateOrder, Style
from back_office_pipelines.values.text import squash_spaces

FIRST_YEAR, LAST_YEAR = 1900, 2099
LONGEST = 64
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_COMPACT = re.compile(r"(\d{8})(?:T?\d{4}(?:\d{2})?)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})\s?([./ -])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?", re.ASCII)
_NAMED = re.compile(r"(?:([0-9]{1,2}) )?([^\W\d_]+) (?:([0-9]{1,2}) )?([0-9]{4}|[0-9]{2})")
_YEAR_THEN_NAMED = re.compile(r"([0-9]{4}) ([^\W\d_]+) ([0-9]{1,2})")
_DAY_WITH_POINT = re.compile(r"(?<!\d)\d{1,2}\.")
_FIRST_WORD = re.compile(r"^([^\W\d_]{2,10})[.,]*\s+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|º|°|ª)\b|(?<=\d)[º°ª]", re.IGNORECASE)
_JOINT = re.compile(r"[.,/-]|(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")
"""What divides day, month and year: a mark, or that letters follow digits ("01MAR2026")."""
_FILLER = re.compile(r"\b(?:de|del|of|den|the|le)\b", re.IGNORECASE)
Parts = tuple[int, int, int]


@lru_cache(maxsize=20_000)
def parse_date(raw: str, style: Style) -> date | Problem:
    """Return the day that a text writes; a time of day and its zone are dropped, the day stays as written.

    ISO and compact notation (yyyymmdd, also with a time), numbers with separators in the order of the style, and month
    names in the languages of `months`. What is Croatian October to one and Polish November to another is AMBIGUOUS.

    Args:
        raw: text as found.
        style: the document's conventions. Without a date order in it, "03/04/26" is AMBIGUOUS, while "25/04/26" can
            only be a day of April.

    Returns:
        The day, or a problem: AMBIGUOUS, or FORMAT for what is no date, does not exist, or lies outside 1900 to 2099.
    """
    text = squash_spaces(raw)
    if not text or len(text) > LONGEST:
        return unreadable(raw, "date")
    candidates = _candidates(text, style.date_order)
    days = {day for parts in candidates if (day := _day(parts)) is not None}
    if len(days) > 1:
        return Problem("AMBIGUOUS", f"{shorten(raw)!r} can mean {' or '.join(str(day) for day in sorted(days))}")
    return days.pop() if days else unreadable(raw, "date")


def _candidates(text: str, order: DateOrder | None) -> list[Parts]:
    """Return every reading of a text as (year, month, day), existing days or not."""
    if match := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups() if part.isdecimal())
        return [(year, month, day)]
    if match := _COMPACT.fullmatch(text):
        return _compact(match[1], order)
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match[1], match[3], match[4], order)
    return _named(text)


def _compact(digits: str, order: DateOrder | None) -> list[Parts]:
    number = int
    readings: dict[DateOrder, Parts] = {
        "ymd": (number(digits[:4]), number(digits[4:6]), number(digits[6:])),
        "dmy": (number(digits[4:]), number(digits[2:4]), number(digits[:2])),
        "mdy": (number(digits[4:]), number(digits[:2]), number(digits[2:4])),
    }
    return [readings["ymd"], readings[order]] if order else list(readings.values())


def _numeric(first: str, second: str, last: str, order: DateOrder | None) -> list[Parts]:
    year = int(last) if len(last) == 4 else 2000 + int(last)
    readings: dict[DateOrder, Parts] = {"dmy": (year, int(second), int(first)), "mdy": (year, int(first), int(second))}
    if order == "ymd":
        return [(2000 + int(first), int(second), int(last))] if len(first) == len(last) == 2 else []
    return [readings[order]] if order else list(readings.values())


def _named(text: str) -> list[Parts]:
    """Read "5. März 2014", "March 5, 2014", "05-Mar-14", "3 de mayo de 2026", "2026. március 3."."""
    words = _FILLER.sub(" ", _ORDINAL.sub("", _without_weekday(text)))
    plain = squash_spaces(_JOINT.sub(" ", words)).casefold()
    if (year_first := _YEAR_THEN_NAMED.fullmatch(plain)) is not None and year_first[2] in MONTHS:
        return [(int(year_first[1]), MONTHS[year_first[2]], int(year_first[3]))]
    match = _NAMED.fullmatch(plain)
    if match is None or (match[1] is None) == (match[3] is None):
        return []
    month = MONTHS.get(match[2])
    if month is None:
        return []
    year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
    months = {month, BEHIND_A_POINT.get(match[2], month)} if _DAY_WITH_POINT.search(text) else {month}
    return [(year, one, int(match[1] or match[3])) for one in sorted(months)]


def _without_weekday(text: str) -> str:
    """Drop a first word that is no month: "Mittwoch, 5. März 2014"."""
    match = _FIRST_WORD.match(text)
    return text[match.end() :] if match and match[1].casefold() not in MONTHS else text


def _day(parts: Parts) -> date | None:
    try:
        day = date(*parts)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None

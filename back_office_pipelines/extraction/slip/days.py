"""The day of a till slip: its labelled date, the only one, or the one that most on the slip speaks for.

What belongs here: dates as recognition leaves them, and the choice between several. What does not: reading one date
(`values.dates`), and the order of day and month (`values.evidence`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.locate import Candidate
from back_office_pipelines.extraction.pdf.shapes import THREE_DIGITS, date_spans
from back_office_pipelines.extraction.pdf.spans import Found, span
from back_office_pipelines.extraction.pdf.words import Line
from back_office_pipelines.extraction.slip.mending import mended_numbers
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.months import MONTHS
from back_office_pipelines.values.style import Style

TIME = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_MONTH = "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
_NAMED = re.compile(
    rf"(?<![\w.])(\d{{1,2}})[ ./,'-]{{0,2}}({_MONTH})[ ./,'-]{{0,2}}(20\d{{2}}|\d{{2}})(?!\d|[./-]\d)", re.IGNORECASE
)
"""Tills write a month's name without a space or with any mark: "27MAR2018", "27/Mar/18", "27 Mar'18"."""
_DAMAGED = re.compile(
    r"(?<![\w.,:/-])\d{8}(?![\w.,:/-])"
    r"|(?<!\d)(?<!\d[./-])(\d{1,2})\s?[./~_-]\s?(\d{1,2})(?:\s?[./~_-]\s?|\s)(20[0-4]\d)(?!\d)"
)
"""A date that recognition has glued to a word or taken a mark from; looked for where no other stands."""
FIRST_YEAR, LAST_YEAR = 2000, 2049
"""Years between which eight digits are a date; a number of eight digits is one in a hundred times by chance."""


@dataclass(frozen=True)
class Shown:
    """One date that a slip prints.

    Attributes:
        told: the date as it reads once mended.
        timed: whether a time of day stands on its line.
    """

    found: Found
    told: str
    timed: bool


def days_of(lines: Sequence[Line]) -> tuple[Shown, ...]:
    """Return every date of a slip, top to bottom."""
    return tuple(shown for line in lines for shown in _in_line(line, _reaches))


def choose_day(
    field: str, lines: Sequence[Line], candidates: Sequence[Candidate], style: Style
) -> tuple[Choice, str] | None:
    """Return the day of a slip with the text it reads as, None where it shows none.

    The one labelled day; else the only one; else the only one beside a time of day; else what is printed most often,
    or first. Without any date, what is left of one.
    """
    labelled = [(one.found.page, one.found.box[1]) for one in candidates if one.field == field]
    shown = days_of(lines)
    groups: tuple[tuple[str, list[Shown]], ...] = (
        ("labelled_date", [one for one in shown if (one.found.page, one.found.box[1]) in labelled]),
        ("only_date", list(shown)),
        ("timed_date", [one for one in shown if one.timed]),
    )
    for evidence, group in groups:
        days = _by_day(group, style)
        if len(days) == 1:
            return _choice(field, next(iter(days.values())), evidence)
    days = _by_day(shown, style)
    if days:
        return _choice(field, _most_often(shown, days, style), "first_date")
    damaged = _by_day([one for line in lines for one in _in_line(line, _damaged_reaches)], style)
    near = [one for day, one in damaged.items() if FIRST_YEAR <= day.year <= LAST_YEAR]
    return _choice(field, near[0], "damaged_date") if len(near) == 1 else None


def _choice(field: str, shown: Shown, evidence: str) -> tuple[Choice, str]:
    return Choice(field, shown.found, evidence), shown.told


def _by_day(group: Sequence[Shown], style: Style) -> dict[date, Shown]:
    days: dict[date, Shown] = {}
    for one in group:
        day = parse_date(one.told, style)
        if isinstance(day, date):
            days.setdefault(day, one)
    return days


def _most_often(shown: Sequence[Shown], days: Mapping[date, Shown], style: Style) -> Shown:
    """Return the day printed most often, of equals the first beside a time of day, else the first."""
    times = Counter(day for one in shown if isinstance(day := parse_date(one.told, style), date))
    return max(days.items(), key=lambda entry: (times[entry[0]], entry[1].timed))[1]


def _in_line(line: Line, reaches: Callable[[str], Iterator[tuple[int, int, str]]]) -> Iterator[Shown]:
    for segment in line.segments:
        if not THREE_DIGITS.search(segment.text):
            continue
        where = span(segment.words, line.page)
        for start, end, told in reaches(mended_numbers(where.text)):
            found = where.piece(start, end)
            yield Shown(found, told, TIME.search(line.text.replace(found.text, " ")) is not None)


def _reaches(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where dates stand in a text, with what they read as."""
    taken = []
    for start, end in date_spans(text):
        taken.append((start, end))
        yield start, end, text[start:end]
    for match in _NAMED.finditer(text):
        if not any(start < match.end() and end > match.start() for start, end in taken):
            yield *match.span(), " ".join(match.groups())


def _damaged_reaches(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _DAMAGED.finditer(text):
        yield *match.span(), "/".join(match.groups()) if match[1] else match.group()

"""The day of a till slip: its labelled date, the only one, or the one that most on the slip speaks for.

What belongs here: dates as recognition leaves them, and the choice between several. What does not: reading one date
(`values.dates`), and the order of day and month (`values.evidence`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.locate import Candidate
from back_office_pipelines.extraction.pdf.page.shapes import THREE_DIGITS, date_spans
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.mending import mended_numbers
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.months import MONTHS
from back_office_pipelines.values.style import Style

TIME = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_MONTH = "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
_MARK = r"[ ./,'-]{0,2}"
_END = r"(?:(?!\d|[./-]\d)|(?=\d{1,2}:\d{2}))"
"""A date ends with its digits, or where recognition has lost the space before a time."""
_DAY, _YEAR = r"(?P<day>\d{1,2})", r"(?P<year>20\d{2})"
_PARTS = r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.]){_DAY}{_MARK}(?P<month>{_MONTH}){_MARK}(?P<year>20\d{{2}}|\d{{2}}){_END}",
        rf"(?<![^\W\d_])(?P<month>{_MONTH}){_MARK}{_DAY}(?:st|nd|rd|th)?[ ./,'-]{{1,2}}{_YEAR}{_END}",
        rf"(?<!\d){_YEAR}[ ./,'-]{{1,2}}(?P<month>{_MONTH})[ ./,'-]{{1,2}}{_DAY}(?!\d)",
        rf"(?<![\d./-]){_PARTS}(?P<year>20\s\d\s?\d|20\d\s\d|2\s0\d\s?\d)(?![\d:.])",
        rf"(?<=[A-Za-z]{{2}}){_PARTS}{_YEAR}(?!\d)",
        r"(?<!\d)(?P<year>20\d{2})(?P<mark>[./-])(?P<first>\d{2})(?P=mark)(?P<second>\d{2})(?=T\d)",
    )
)
"""How tills write days beside the usual ways: a month's name without a space or with any mark, before or behind its day
("27MAR2018", "27/Mar/18", "27 Mar'18", "OCT3,2016", "2016-Oct-03"), a year whose digits recognition has set apart
("25/12/20 17"), a day glued to the word before it ("Mon25/12/2017") or to a time ("2017-12-25T14:05")."""
_DAMAGED = re.compile(
    r"(?<![\w.,:/-])\d{8}(?![\w.,:/-])"
    r"|(?<!\d)(?<!\d[./-])(\d{1,2})\s?[./~_,-]\s?(\d{1,2})(?:\s?[./~_,-]\s?|\s)(20[0-4]\d)(?!\d)"
    r"|(?<![\d./-])(\d{1,2})[^\w./-](\d{1,2})[^\w./-](20[0-4]\d)(?!\d)"
)
"""A date that recognition has glued to a word, taken a mark from or put another in the place of; looked for where no
other stands."""
_MUTILATED = re.compile(
    r"(?<!\d)(\d{2})(?:1(?=\d{2}[/1])|/(?=\d{2}1))(\d{2})[1/](20[0-4]\d)(?!\d)"
    r"|(?<![\d./-])(\d{2})(?:/(\d{2})|(\d{2})/)(20[0-4]\d)(?!\d)"
    r"|(?<=[A-Za-z]{2})(\d{1,2})[./-](\d{1,2})[./-](\d{2})(?![\d./-])"
)
"""What may be a date whose strokes are lost or read as ones; looked for where nothing else is. It was never
counted how often that is right, and so a person decides."""
_NOT_THE_DAY = re.compile(
    r"(?<!\w)(?:exp(?:iry|ires?|ired)?|valid(?:ity)?|until|till|before|end(?:s|ing)?|due|warranty|birth|dob|deliver\w*"
    r"|effective|wef|since|from|to|promo\w*|renew\w*)\W*(?:date|on|from|until|till|to)?\W*$",
    re.IGNORECASE,
)
"""What introduces a day that is not the one of the purchase."""
Reach = tuple[int, int, str]
"""First and last offset of a date in a text, and what it reads as."""
FIRST_YEAR, LAST_YEAR = 2000, 2049
"""Years of slips; a number of eight digits is a day of them in one of a hundred cases by chance."""


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
    or first. Without any date, what is left of one, where that can be one day alone.
    """
    labelled = [one.found for one in candidates if one.field == field]
    shown = days_of(lines)
    groups: tuple[tuple[str, list[Shown]], ...] = (
        ("labelled_date", [one for one in shown if any(_same_place(one.found, other) for other in labelled)]),
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
    for evidence, pattern in (("damaged_date", _DAMAGED), ("mutilated_date", _MUTILATED)):
        days = _by_day([one for line in lines for one in _in_line(line, partial(_reaches_of, pattern))], style)
        if days:
            return _choice(field, next(iter(days.values())), evidence) if len(days) == 1 else None
    return None


def _choice(field: str, shown: Shown, evidence: str) -> tuple[Choice, str]:
    return Choice(field, shown.found, evidence), shown.told


def _by_day(group: Sequence[Shown], style: Style) -> dict[date, Shown]:
    days: dict[date, Shown] = {}
    for one in group:
        day = parse_date(one.told, style)
        if isinstance(day, date) and FIRST_YEAR <= day.year <= LAST_YEAR:
            days.setdefault(day, one)
    return days


def _most_often(shown: Sequence[Shown], days: Mapping[date, Shown], style: Style) -> Shown:
    """Return the day printed most often, of equals the first beside a time of day, else the first."""
    times = Counter(day for one in shown if isinstance(day := parse_date(one.told, style), date))
    return max(days.items(), key=lambda entry: (times[entry[0]], entry[1].timed))[1]


def _same_place(one: Found, other: Found) -> bool:
    """Tell whether two texts share words of a page."""
    (x0, top, x1, bottom), (left, above, right, below) = one.box, other.box
    return one.page == other.page and x0 < right and left < x1 and top < below and above < bottom


def _in_line(line: Line, reaches: Callable[[str], Iterator[Reach]]) -> Iterator[Shown]:
    """Yield the dates of a line but those that words before them say are of something else."""
    before = ""
    for segment in line.segments:
        if THREE_DIGITS.search(segment.text):
            where = span(segment.words, line.page)
            for start, end, told in reaches(mended_numbers(where.text)):
                if _NOT_THE_DAY.search(before + where.text[:start]):
                    continue
                found = where.piece(start, end)
                yield Shown(found, told, TIME.search(line.text.replace(found.text, " ")) is not None)
        before += segment.text + " "


def _reaches(text: str) -> Iterator[Reach]:
    """Yield where dates stand in a text, with what they read as: in the ways of tills first, which say more."""
    taken: list[tuple[int, int]] = []
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            if not _touches(match.span(), taken):
                taken.append(match.span())
                yield *match.span(), _told(match)
    for start, end in date_spans(text):
        if not _touches((start, end), taken):
            yield start, end, text[start:end]


def _touches(reach: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < reach[1] and end > reach[0] for start, end in taken)


def _told(match: re.Match[str]) -> str:
    """Return a date of one of the ways of tills as all others write it."""
    parts = match.groupdict()
    year = "".join(parts["year"].split())
    if "month" in parts:
        return f"{parts['day']} {parts['month']} {year}"
    first, second = parts["first"], parts["second"]
    day = (year, first, second) if match.start("year") < match.start("first") else (first, second, year)
    return parts["mark"].join(day)


def _reaches_of(pattern: re.Pattern[str], text: str) -> Iterator[Reach]:
    """Yield where a pattern of damage stands in a text, as a date with strokes."""
    for match in pattern.finditer(text):
        yield *match.span(), "/".join(filter(None, match.groups())) or match.group()

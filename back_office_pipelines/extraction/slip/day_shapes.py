"""Where dates stand in a line of a slip, as tills write them and as recognition leaves them.

What belongs here: patterns of dates whole, damaged and mutilated, and whether what stands around one leaves a doubt.
What does not: letters set right (`mending`), what a date is the day of (`occasions`), and the choice (`days`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.page.shapes import date_spans
from back_office_pipelines.values.months import MONTHS

_MONTH = "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
_MARK = r"[ ./,'-]{0,2}"
_END = r"(?:(?!\d|[./-]\d{1,2}(?!\d))|(?=\d{1,2}:\d{2}(?!\d)))"
_CLOSE = r"(?:(?!\d)|(?=\d{1,2}[:.]\d{2}(?!\d)))"
"""A date ends with its digits, or where recognition has lost the space before a time."""
_DAY, _YEAR = r"(?P<day>\d{1,2})", r"(?P<year>20\d{2})"
_SET_APART = r"20\s\d\s?\d|20\d\s\d|2\s0\d\s?\d"
"""A year whose digits recognition has set apart."""
_PARTS = r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)"
_GLUED = r"(?:(?<!\w)(?<!\d\.)|(?<=[^\W\d_]{2})|(?<=:\d\d))"
"""A date begins a word, or recognition has glued it to the word or the time before it."""


@dataclass(frozen=True)
class Reach:
    """One date in a text.

    Attributes:
        start, end: first and last offset.
        told: what it reads as, in a way that all read.
        doubtful: whether a digit of it may have been lost, or belong to something else.
    """

    start: int
    end: int
    told: str
    doubtful: bool = False


_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_GLUED}{_DAY}{_MARK}(?P<month>{_MONTH}){_MARK}(?P<year>{_SET_APART})(?!\s?\d|:)",
        rf"{_GLUED}{_DAY}{_MARK}(?P<month>{_MONTH}){_MARK}(?P<year>20\d{{2}}|\d{{2}}){_END}",
        rf"(?<![^\W\d_])(?P<month>{_MONTH}){_MARK}{_DAY}(?:st|nd|rd|th)?[ ./,'-]{{1,2}}{_YEAR}{_END}",
        rf"(?<![^\W\d_])(?P<month>{_MONTH}){_MARK}{_DAY}(?:st|nd|rd|th)?,? ?'(?P<year>\d{{2}}){_CLOSE}",
        rf"(?<!\d){_YEAR}[ ./,'-]{{1,2}}(?P<month>{_MONTH})[ ./,'-]{{1,2}}{_DAY}{_CLOSE}",
        rf"(?<![\d./-]){_PARTS}(?P<year>{_SET_APART})(?!\s?\d|[:.])",
        rf"(?<=[A-Za-z]{{2}}){_PARTS}{_YEAR}(?!\d)",
        rf"(?<=[A-Za-z]{{2}}){_YEAR}(?P<mark>[./-])(?P<first>\d{{2}})(?P=mark)(?P<second>\d{{2}})(?!\d|[./-]\d)",
        rf"(?<=date){_PARTS}(?P<year>\d{{2}})(?!\d|[./-]\d)",
        rf"(?<![\d./-]){_PARTS}'(?P<year>\d{{2}}){_CLOSE}",
        r"(?<!\d)(?P<year>20\d{2})(?P<mark>[./-])(?P<first>\d{2})(?P=mark)(?P<second>\d{2})(?=T\d)",
    )
)
"""How tills write days beside the usual ways: a month's name without a space or with any mark, before or behind its day
("27MAR2018", "27/Mar/18", "27 Mar'18", "OCT3,2016", "Dec 25'18", "2016-Oct-03"), a year whose digits recognition has
set apart ("25/12/20 17"), a day glued to the word before it ("Mon25/12/2017", "Date25-12-17") or to a time
("2017-12-25T14:05")."""
_FREE = r"(?:(?<!\d)|(?<=:\d\d))"
_TWO = r"(?P<first>\d{2})(?P<mark>[./-])(?P<second>\d{2})(?P=mark)"
_NEIGHBOURED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_FREE}{_TWO}(?P<year>20\d{{2}}){_CLOSE}",
        rf"{_FREE}(?P<year>20\d{{2}})(?P<mark>[./-])(?P<first>\d{{2}})(?P=mark)(?P<second>\d{{2}}){_CLOSE}",
        rf"{_FREE}{_TWO}(?P<year>\d{{2}}){_CLOSE}",
    )
)
"""Dates with all their zeros, whatever stands beside them: "T1/25.12.2018", "2018-12-25-R", "14:05/25-12-18"."""
_TIED_BEFORE = re.compile(r"[^\W_]([./-])$")
_TIED_BEHIND = re.compile(r"([./-])\d{1,2}(?![\d:])")
"""A number tied to a date by the date's own mark: the date may be another part of it."""
_AFTER_TIME = re.compile(r":\d\d\W$")
DAMAGED = re.compile(
    r"(?<![\w.,:/-])\d{8}(?![\w.:/-]|,\d)"
    r"|(?<!\d)(?<!\d[./-])(\d{1,2})\s?[./~_,:-]\s?(\d{1,2})(?:\s?[./~_,-]\s?|\s)(20[0-4]\d)"
    + _CLOSE
    + r"|(?<![\d./-])(\d{1,2})[^\w./-](\d{1,2})[^\w./-](20[0-4]\d)"
    + _CLOSE
    + r"|(?<![\d./-])(\d{1,2})[./-](\d\s\d)[./-](20[0-4]\d)(?!\d)"
    r"|(?<![\d./:-])(20[0-4]\d)\s?[ ./:,_-]\s?([01]\d)\s?[ ./:,_-]\s?([0-3]\d)(?![./-]|:\d)" + _CLOSE
)
"""A date that recognition has glued to a word, taken a mark from or put another in the place of; looked for where no
other stands."""
MUTILATED = re.compile(
    r"(?<!\d)(\d{2})(?:1(?=\d{2}[/1])|/(?=\d{2}1))(\d{2})[1/](20[0-4]\d)(?!\d)"
    r"|(?<![\d./-])(\d{2})(?:/(\d{2})|(\d{2})/)(20[0-4]\d)(?!\d)"
    r"|(?<=[A-Za-z]{2})(\d{1,2})[./-](\d{1,2})[./-](\d{2})(?![\d./-])"
    r"|(?<=\d{2})([0-3]\d)/([01]\d)/(20[0-4]\d)(?!\d{3})"
)
"""What may be a date whose strokes are lost or read as ones, or that is glued to the number before it; looked for where
nothing else is. It was never counted how often that is right, and so a person decides."""
SHORT = 2
"""Digits of a short year: a number beside it may be another date's."""
_PADDED = re.compile(r"(\d{1,4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,4})")
_BROKEN_OFF = re.compile(r"(?<!\d)(?:\d|20\d?)\s$")
"""A digit, or half a year, alone before a date may be the first of it."""
_GOES_ON = re.compile(r"\s\d(?![\d:])|[^\w\s:,.)\]}>-]\d|(?<=20)\s\d\d(?![\d:.])")
"""A digit alone behind a date, or behind a mark that none ends with, may be the last of its year; so may two behind
the twenty of one."""


def whole_dates(text: str) -> Iterator[Reach]:
    """Yield where dates stand in a text, letters set right: in the ways of tills first, which say more."""
    taken: list[tuple[int, int]] = []
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            if not _touches(match.span(), taken):
                taken.append(match.span())
                split = re.search(r"\s", match["year"]) is not None
                yield Reach(*match.span(), _told(match), split or _is_doubtful(text, match.span(), _told(match)))
    for start, end in date_spans(text):
        if not _touches((start, end), taken):
            taken.append((start, end))
            yield Reach(start, end, text[start:end], _is_doubtful(text, (start, end), text[start:end]))
    for pattern in _NEIGHBOURED:
        for match in pattern.finditer(text):
            if not _touches(match.span(), taken) and not _is_tied(text, match):
                taken.append(match.span())
                yield Reach(*match.span(), _told(match), doubtful=len(match["year"]) == SHORT)


def _is_tied(text: str, match: re.Match[str]) -> bool:
    """Tell whether a date is tied to a number by its own mark, so that it may be a part of something longer."""
    before, behind = _TIED_BEFORE.search(text[: match.start()]), _TIED_BEHIND.match(text, match.end())
    if before is not None and before[1] == match["mark"] and not _AFTER_TIME.search(text[: match.start()]):
        return True
    return behind is not None and behind[1] == match["mark"]


def dates_of(pattern: re.Pattern[str], text: str) -> Iterator[Reach]:
    """Yield where a pattern of damage stands in a text, as a date with strokes."""
    for match in pattern.finditer(text):
        parts = ("".join(part.split()) for part in match.groups() if part)
        yield Reach(*match.span(), "/".join(parts) or match.group())


def _is_doubtful(text: str, where: tuple[int, int], told: str) -> bool:
    """Tell whether a date may lack a digit: one stands alone beside it, or only one of its parts has lost its zero."""
    start, end = where
    year_last = not re.match(r"\d{4}", told)
    short_year = year_last and re.search(r"\d{4}$", told) is None
    if year_last and (broken := _BROKEN_OFF.search(text[:start])) is not None:
        whole_day = told[1:2].isdigit()
        if not whole_day or (short_year and broken.group().startswith("20")):
            return True
    if short_year and _GOES_ON.match(text, end):
        return True
    parts = _PADDED.fullmatch(told.strip(" ."))
    if parts is None:
        return False
    first, second = parts.group(1, 2) if year_last else parts.group(2, 3)
    if not year_last and "-" in told:
        return len(first) + len(second) == 3  # who writes so fills up with zeros
    return len(first) != len(second) and "0" in (first[0], second[0])


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

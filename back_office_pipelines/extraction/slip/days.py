"""The day of a till slip: its labelled date, the only one, or the one that most on the slip speaks for.

What belongs here: the choice between the dates of a slip. What does not: where dates stand (`day_shapes`) and what they
are of (`occasions`), reading one date (`values.dates`), and the order of day and month (`values.evidence`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise

from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.page.shapes import THREE_DIGITS
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.day_mending import mended_days
from back_office_pipelines.extraction.slip.day_shapes import DAMAGED, MUTILATED, Reach, dates_of, whole_dates
from back_office_pipelines.extraction.slip.locate import Candidate
from back_office_pipelines.extraction.slip.occasions import RANGE, Occasion, heads, occasion_of
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.style import Style

TIME = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
FIRST_YEAR, LAST_YEAR = 2000, 2049
"""Years of slips; a number of eight digits is a day of them in one of a hundred cases by chance."""
Reaches = Callable[[str], Iterator[Reach]]


@dataclass(frozen=True)
class Shown:
    """One date that a slip prints.

    Attributes:
        told: the date as it reads once mended.
        timed: whether a time of day stands on its line.
        occasion: what the words before it make it the day of.
        doubtful: whether it may lack a digit.
    """

    found: Found
    told: str
    timed: bool
    occasion: Occasion = "purchase"
    doubtful: bool = False


def days_of(lines: Sequence[Line]) -> tuple[Shown, ...]:
    """Return every date of a slip but those of something else, top to bottom."""
    return tuple(_shown(lines, whole_dates))


def choose_day(
    field: str, lines: Sequence[Line], candidates: Sequence[Candidate], style: Style
) -> tuple[Choice, str] | None:
    """Return the day of a slip with the text it reads as, None where it shows none.

    The one labelled day; else the only one; else the only one beside a time of day; else what is printed most often,
    or first: of the days of the purchase, else of those of a print, else of steps around the purchase. Without any
    date, what is left of one, where that can be one day alone.
    """
    labelled = [one.found for one in candidates if one.field == field]
    shown = days_of(lines)
    for occasion in _OCCASIONS:
        group = [one for one in shown if one.occasion == occasion]
        named = [one for one in group if any(_same_place(one.found, other) for other in labelled)]
        if (chosen := _of_group(group, named, style)) is not None:
            best, evidence = chosen
            return _choice(field, best, _doubted(best, evidence, shown, style))
    for evidence, pattern in (("damaged_date", DAMAGED), ("mutilated_date", MUTILATED)):
        days = _by_day(list(_shown(lines, partial(dates_of, pattern))), style)
        if days:
            return _choice(field, next(iter(days.values())), evidence) if len(days) == 1 else None
    return None


_OCCASIONS: tuple[Occasion, ...] = ("purchase", "printing", "handling")
"""What a day of a slip may be of, the best first."""


def _of_group(group: Sequence[Shown], named: Sequence[Shown], style: Style) -> tuple[Shown, str] | None:
    """Return the day among those of one occasion, and what speaks for it."""
    groups = (
        ("labelled_date", named),
        ("only_date", group),
        ("timed_date", [one for one in group if one.timed]),
    )
    for evidence, some in groups:
        days = _by_day(some, style)
        if len(days) == 1:
            return next(iter(days.values())), evidence
    days = _by_day(group, style)
    return (_most_often(group, days, style), "first_date") if days else None


def _doubted(best: Shown, evidence: str, shown: Sequence[Shown], style: Style) -> str:
    """Return the evidence for a day, or what speaks against it: evidence that was never counted makes nothing sure.

    A day may lack a digit, or be of a step around the purchase alone. Another date may be the same one read otherwise.
    A day that neither label nor time tells may be of something else where another day is printed too.
    """
    days = [(one, day) for one in shown if isinstance(day := parse_date(one.told, style), date)]
    chosen = parse_date(best.told, style)
    same = [one for one, day in days if day == chosen]
    if all(one.doubtful for one in same):
        return "doubtful_date"
    if best.occasion == "handling":
        return "handled_date"
    times = Counter(day for one, day in days if one.occasion != "handling")
    if isinstance(chosen, date) and any(
        _may_be_misread(chosen, day) and count >= times[chosen] for day, count in times.items()
    ):
        return "contradicted_date"
    if evidence == "only_date" and len(same) < len(days) and not any(one.timed for one in same):
        return "first_date"
    return evidence


def _may_be_misread(one: date, other: date) -> bool:
    """Tell whether two days are one but for a digit, and further apart than a night at the till."""
    differ = sum(first != second for first, second in zip(one.isoformat(), other.isoformat(), strict=True))
    return differ == 1 and abs((one - other).days) > 1


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


def _shown(lines: Sequence[Line], reaches: Reaches) -> Iterator[Shown]:
    """Yield the dates of a slip but those that words before them say are of something else."""
    above = ""
    for line in lines:
        yield from _in_line(line, above, reaches)
        above = line.text if len(line.segments) == 1 and heads(line.text) else ""


def _in_line(line: Line, above: str, reaches: Reaches) -> Iterator[Shown]:
    """Yield the dates of a line; where it holds nothing before a date, the line above says what it is of."""
    before = ""
    for segment in line.segments:
        if THREE_DIGITS.search(segment.text):
            where = span(segment.words, line.page)
            reached = list(reaches(mended_days(where.text)))
            period = _period(where.text, reached)
            for one in reached:
                words = before + where.text[: one.start]
                occasion = occasion_of(words if any(map(str.isalnum, words)) else above)
                if occasion == "other" or one in period:
                    continue
                found = where.piece(one.start, one.end)
                timed = TIME.search(line.text.replace(found.text, " ")) is not None
                yield Shown(found, one.told, timed, occasion, one.doubtful)
        before += segment.text + " "


def _period(text: str, reached: Sequence[Reach]) -> list[Reach]:
    """Return the first and last days of periods in a text: no purchase takes from one day to another."""
    ordered = sorted(reached, key=lambda one: one.start)
    ends = (
        pair
        for pair in pairwise(ordered)
        if RANGE.fullmatch(text[pair[0].end : pair[1].start]) and pair[0].told != pair[1].told
    )
    return [one for pair in ends for one in pair]

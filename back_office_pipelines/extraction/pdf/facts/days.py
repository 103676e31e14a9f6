"""The days of a document: when it was issued and when it is due, chosen together.

What belongs here: choosing among labelled dates, dates beside the number, and a date that stands alone. What does not:
labels (`pairing`), reading a date (`values.dates`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from back_office_pipelines.extraction.pdf.evidence import Choice, Undecided
from back_office_pipelines.extraction.pdf.facts.asking import asked_by, is_instalment, is_of_next
from back_office_pipelines.extraction.pdf.facts.candidate import FILLERS, Candidate
from back_office_pipelines.extraction.pdf.facts.due_by import due_by
from back_office_pipelines.extraction.pdf.facts.terms import earns_discount
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row
from back_office_pipelines.extraction.pdf.page.shapes import PLACE_AND_DAY
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.style import Style

SAME = 0.04
LEAST = 0.3
NAMED = 0.7
"""Worth from which on a label leaves no doubt."""
BESIDE_NUMBER, BESIDE_TITLE, OF_LETTER, ONLY, ALONE_ON_TOP = 0.9, 0.6, 0.6, 0.45, 0.4
"""Worth of the date on the line of the invoice number, of one alone on the line of the title, of one after the place
of a letter, of the only date, and of the first that stands by itself."""
IN_ORDER = 0.15
"""What it is worth that the due day is not before the day of issue."""
FOR_A_PART = 0.5
"""Worth left of a due day by which a part is to be paid, with a discount."""
AFTER_TERM = 0.85
"""Worth of a day that lies as many days after another one as the words before it say."""
REACH = 14
"""Heights of print that the label of a number may take: a line under it begins no further left."""
LONGEST_TERM = 370
TITLES = frozenset(("invoice_number", "issue_date"))
"""Labels of numbers: they are the title of many documents."""
MOST_DAYS = 6
TERM = re.compile(
    r"(?<=net )\d{1,3}(?!\d)|(?<![\d.,])\d{1,3}"
    r"(?=\s?(?:days?|tagen?|jours?|giorni|gg|d[ií]as|dagen|dage|dagar|dager|dni|dní|dnů|päivää|pv|zile|dana)\b)",
    re.IGNORECASE,
)
"""A term of payment: "net 30", "30 Tage"."""


@dataclass(frozen=True)
class _Day:
    """A day with the best place that shows it."""

    day: date | str
    score: float
    found: Found
    evidence: str


def choose_days(
    rows: Sequence[Row], candidates: Sequence[Candidate], number: Found | None, style: Style
) -> dict[str, Choice | Undecided]:
    """Return day of issue and due day."""
    issued = _days("issue_date", candidates, style)
    due = _days("due_date", [*_asked(rows, candidates, style), *due_by(rows)], style)
    for day in _unlabelled(rows, candidates, number, style):
        known = issued.get(day.day)
        if known is None or known.score < day.score:
            issued[day.day] = day
    best = _told_apart(*_pair(issued, due))
    term = _term(*best)
    agreed = term is not None and any(str(term) in TERM.findall(row.text) for row in rows if str(term) in row.text)
    chosen: dict[str, Choice | Undecided] = {}
    for field, options, chosen_day in (("issue_date", issued, best[0]), ("due_date", due, best[1])):
        if chosen_day is not None:
            chosen[field] = _settle(field, options, chosen_day, term is not None, agreed)
    return chosen


def _asked(rows: Sequence[Row], candidates: Sequence[Candidate], style: Style) -> list[Candidate]:
    """Return the candidates of the due day: those of labels and of sentences.

    One by which only a part is to be paid is worth less; one of several instalments, or of a payment after this one, is
    none.
    """
    found: list[Candidate] = []
    for one in (*candidates, *asked_by(rows), *_after_term(rows, style)):
        row = rows[one.mention.row]
        if one.field != "due_date" or is_instalment(row, one.mention) or is_of_next(rows, one.mention):
            continue
        part = earns_discount(row, one.mention)
        if part and one.label is None:
            continue
        found.append(replace(one, score=one.score * FOR_A_PART) if part else one)
    return found


def _after_term(rows: Sequence[Row], style: Style) -> Iterator[Candidate]:
    """Yield the days that a term leads to from another day of the page: "30 jours, soit le 22 octobre 2025"."""
    terms = [(row, [int(text) for text in TERM.findall(row.text)]) for row in rows if row.of_kind("date")]
    if not any(days for _, days in terms):
        return
    known = {parse_date(one.found.text, style) for row, _ in terms for one in row.of_kind("date")}
    for row, days in terms:
        for mention in row.of_kind("date") if days else ():
            day = parse_date(mention.found.text, style)
            said = TERM.findall(" ".join(word.text for word in row.words[: mention.start]))
            if isinstance(day, date) and any(int(term) and day - timedelta(int(term)) in known for term in said):
                yield Candidate("due_date", mention, AFTER_TERM, None, "after_term")


def _days(field: str, candidates: Sequence[Candidate], style: Style) -> dict[date | str, _Day]:
    """Return the days that labels propose; an ambiguous text is a day of its own, told apart by its text."""
    found: dict[date | str, _Day] = {}
    for one in candidates:
        if one.field != field or one.score < LEAST:
            continue
        read = parse_date(one.mention.found.text, style)
        day = read if isinstance(read, date) else one.mention.found.text
        known = found.get(day)
        score = one.score if known is None else max(known.score, one.score) + 0.03
        if known is None or one.score > known.score:
            found[day] = _Day(day, score, one.mention.found, one.evidence)
        else:
            found[day] = _Day(day, score, known.found, known.evidence)
    return found


def _unlabelled(rows: Sequence[Row], candidates: Sequence[Candidate], number: Found | None, style: Style) -> list[_Day]:
    """Return days of issue that no label names: beside the number, the only one, the first that stands by itself."""
    named = {id(one.mention) for one in candidates}
    asked = {id(one.mention) for one in candidates if one.field == "due_date" and one.score >= NAMED}
    mentions = [mention for row in rows for mention in row.of_kind("date")]
    letters = [one for one in mentions if rows[one.row].page == 1 and _is_of_letter(rows[one.row], one)]
    found: list[_Day] = []
    for mention in mentions:
        row = rows[mention.row]
        read = parse_date(mention.found.text, style)
        if not isinstance(read, date) or id(mention) in asked:
            continue
        if number is not None and _follows(row, mention, number):
            found.append(_Day(read, BESIDE_NUMBER, mention.found, "beside_number"))
        elif id(mention) not in named and _is_alone(row, mention) and _after_title(row, mention):
            found.append(_Day(read, BESIDE_TITLE, mention.found, "beside_title"))
        elif id(mention) not in named and not found and letters == [mention]:
            found.append(_Day(read, OF_LETTER, mention.found, "of_letter"))
        elif id(mention) not in named and _is_alone(row, mention) and not found and row.page == 1:
            found.append(_Day(read, ALONE_ON_TOP, mention.found, "alone"))
    days = {parse_date(mention.found.text, style) for mention in mentions if not _is_other(rows[mention.row], mention)}
    if len(days) == 1 and isinstance(day := next(iter(days)), date):
        place = next(one for one in mentions if parse_date(one.found.text, style) == day)
        found.append(_Day(day, ONLY, place.found, "only_date"))
    return found


def _is_alone(row: Row, mention: Mention) -> bool:
    """Tell whether a date is all that its segment holds."""
    return mention.lead == 0 and mention.end in row.first


def _is_of_letter(row: Row, mention: Mention) -> bool:
    """Tell whether a place stands before a date and nothing else in its segment: "St. Gallen, 13.09.2021"."""
    before = "".join(f"{word.text} " for word in row.words[mention.start - mention.lead : mention.start])
    match = PLACE_AND_DAY.match(before + mention.found.text)
    return mention.end in row.first and match is not None and match.end() == len(before)


def _after_title(row: Row, mention: Mention) -> bool:
    """Tell whether the line of a date begins with what the document is: "Invoice  24 January 2026"."""
    return any(
        label.lead == 0 and label.end <= mention.start and "invoice_number" in label.meaning.header
        for label in row.labels
    )


def _is_other(row: Row, mention: Mention) -> bool:
    """Tell whether a date has a label before it that names something else."""
    return any(label.end <= mention.start and TITLES.isdisjoint(label.meaning.header) for label in row.labels)


def _follows(row: Row, mention: Mention, number: Found) -> bool:
    """Tell whether a date follows the invoice number on its line with nothing but small words between."""
    if _starts_next_line(row, mention, number):
        return True
    if (
        row.page != number.page
        or abs((number.box[1] + number.box[3]) / 2 - (row.box[1] + row.box[3]) / 2) > row.height / 2
    ):
        return False
    between = [word for word in row.words[: mention.start] if word.box[0] >= number.box[2] - 0.5]
    before = any(word.box[2] <= number.box[2] + 0.5 for word in row.words[: mention.start])
    return before and all(word.text.strip("().,:/-").casefold() in FILLERS | {""} for word in between)


def _starts_next_line(row: Row, mention: Mention, number: Found) -> bool:
    """Tell whether the line under the number, or a column there, begins with a date: "of 31 October 2018"."""
    step = row.box[1] - number.box[1]
    if row.page != number.page or not 0 < step < 1.8 * row.height or mention.lead != 1:
        return False
    first = row.words[mention.start - 1]
    under = number.box[0] - REACH * row.height < first.box[0] < number.box[2]
    return (mention.start == 1 or under) and first.text.casefold().strip(":") in FILLERS


def _term(issued: _Day | None, due: _Day | None) -> int | None:
    if issued is None or due is None or not isinstance(issued.day, date) or not isinstance(due.day, date):
        return None
    days = (due.day - issued.day).days
    return days if 0 <= days <= LONGEST_TERM else None


def _best(days: Mapping[date | str, _Day]) -> list[_Day]:
    return sorted(days.values(), key=lambda one: -one.score)[:MOST_DAYS]


def _pair(issued: Mapping[date | str, _Day], due: Mapping[date | str, _Day]) -> tuple[_Day | None, _Day | None]:
    """Return the best pair of days, in order where that is possible."""
    firsts: list[_Day | None] = [*_best(issued)] or [None]
    lasts: list[_Day | None] = [*_best(due)] or [None]
    pairs = [(first, last) for first in firsts for last in lasts]
    return max(
        pairs,
        key=lambda pair: sum(one.score for one in pair if one is not None) + IN_ORDER * (_term(*pair) is not None),
    )


def _told_apart(first: _Day | None, last: _Day | None) -> tuple[_Day | None, _Day | None]:
    """Return both days; of one place that two labels name, the day of the surer label alone."""
    if first is None or last is None or first.found.box != last.found.box or min(first.score, last.score) >= NAMED:
        return first, last
    return (first, None) if first.score >= last.score else (None, last)


def _settle(field: str, options: Mapping[date | str, _Day], best: _Day, held: bool, agreed: bool) -> Choice | Undecided:
    others = [one for one in options.values() if one.day != best.day]
    second = max(others, key=lambda one: one.score, default=None)
    rival = 0.0 if second is None else second.score
    if best.score - rival < SAME and not (held and best.score >= rival):
        return Undecided(field, tuple(one.found for one in (best, *others)[:5]))
    other = None if second is None else second.found
    return Choice(field, best.found, best.evidence, best.score, best.score - rival, held, agreed, other)

"""Numbers of documents that are written in groups: "T 26 1180", "0447 1882 26C1", "FA 2023/77".

What belongs here: which words beside a number are parts of it. What does not: finding numbers (`shapes`), and which
label one belongs to (`pairing`).
"""

import re

from back_office_pipelines.extraction.pdf.page.rows import Label, Mention, Row
from back_office_pipelines.extraction.pdf.page.spans import found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.values.currencies import CODES

GROUP = re.compile(r"(?=[0-9A-Z]*\d)[0-9A-Z]{1,6}")
SERIES = re.compile(r"(?=[0-9A-Z]*[/.-]?[0-9A-Z]*\d)[0-9A-Z]+(?:[/.-][0-9A-Z]+)*")
"""What may follow the letters of a series: "FA 2023/77", "FT 2023A/1884", "CN 2024.11.007"."""
PREFIX = re.compile(r"[A-Z]{1,3}")
SIGNS = frozenset(("N", "NO", "NR", "NUM", "VOM", "DU", "OF"))
"""Capitals before a number that say it is one and are no part of it."""
MARKS = frozenset(("", "n", "no", "nr", "n°", "nº", "numero", "nummer", "number"))
"""Words between a label and the letters of a series that only say that a number follows."""
MOST_GROUPS = 4
DATED = frozenset(
    (
        "vom",
        "von",
        "van",
        "dd",
        "d.d",
        "du",
        "of",
        "dated",
        "date",
        "del",
        "de",
        "fra",
        "från",
        "z",
        "dnia",
        "ze",
        "dne",
    )
)
"""Words between a number and its day."""
EDGE = frozenset("|")
"""What closes a box that is drawn with characters."""


def whole_number(row: Row, label: Label, mention: Mention) -> Mention:
    """Return a number with the groups around it that are parts of it; the number itself where there are none.

    Groups count where they fill their segment up to its end: whatever else stands there is text, and a column under
    another label is a number of its own.

    Args:
        row: line of the number.
        label: what names the number, on this line or above.
        mention: one group of the number.
    """
    text = mention.found.text
    if not SERIES.fullmatch(text):
        return mention
    first = max(at for at in row.first if at <= mention.start)
    last = min(at for at in row.first if at > mention.start)
    start = _start(row, mention, max(first, label.end) if label.row == row.number else first)
    end = _end(row, mention, last) if GROUP.fullmatch(text) else mention.end
    if end > mention.end and label.row != row.number and _reaches_beyond(row, label, mention, end):
        end = mention.end
    if (start, end) == (mention.start, mention.end):
        return mention
    words = row.words[start:end]
    found = found_in(" ".join(word.text for word in words), row.page, words)
    return mention._replace(found=found, start=start, end=end, lead=start - first)


def _reaches_beyond(row: Row, label: Label, mention: Mention, end: int) -> bool:
    """Tell whether groups under a label reach into another column: they neither end with it nor begin with it."""
    begins = mention.start in row.first and abs(mention.box[0] - label.box[0]) < row.height
    return not begins and row.words[end - 1].box[2] > label.box[2] + 2 * row.height


def _start(row: Row, mention: Mention, first: int) -> int:
    """Return the capitals right before a number, where nothing else stands between them and what names it."""
    while first < mention.start and key(row.words[first].text) in MARKS:
        first += 1
    before = row.words[first : mention.start]
    alone = len(before) == 1 and PREFIX.fullmatch(before[0].text) and before[0].text not in SIGNS | CODES
    return first if alone else mention.start


def _end(row: Row, mention: Mention, last: int) -> int:
    """Return the end of the groups after a number, of the number itself where something else follows them.

    The day of the document may follow, with a word before it: "4500 118 772 03 vom 28.01.2026".
    """
    last, dated = _before_day(row, mention, last)
    rest = [word.text for word in row.words[mention.end : last]]
    while rest and rest[-1] in EDGE:
        rest.pop()
    labelled = any(mention.end <= label.start < last for label in row.labels)
    if not rest or len(rest) >= MOST_GROUPS or dated or labelled or not all(map(GROUP.fullmatch, rest)):
        return mention.end
    return mention.end + len(rest)


def _before_day(row: Row, mention: Mention, last: int) -> tuple[int, bool]:
    """Return where what may be groups ends, and whether a day is in it: only one that a small word leads to is not."""
    days = [other.start for other in row.of_kind("date") if other.start < last and other.end > mention.end]
    if not days:
        return last, False
    end = days[0]
    while end > mention.end and row.words[end - 1].text.casefold().strip(".") in DATED:
        end -= 1
    return (end, False) if mention.end < end < days[0] else (last, True)

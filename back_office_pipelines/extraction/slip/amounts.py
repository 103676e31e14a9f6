"""Every amount of a till slip with what the words before it say.

What belongs here: where amounts stand, as recognition leaves them ("53.00s", "RM5: 00", "RMO.28"), and their labels on
the same line or the one above. What does not: which of them is the total (`total`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from back_office_pipelines.extraction.pdf.page.shapes import amount_spans
from back_office_pipelines.extraction.pdf.page.spans import Found, Span, span
from back_office_pipelines.extraction.pdf.page.words import Line, Word
from back_office_pipelines.extraction.slip.mending import mended_numbers
from back_office_pipelines.extraction.slip.till import Label, Words, label_of
from back_office_pipelines.extraction.slip.wording import Role
from back_office_pipelines.values.numbers import canonical_decimal, parse_decimal
from back_office_pipelines.values.style import Style

_SIGN = r"(?:R[MHNW]|MYR|EUR|USD|SGD|GBP|CHF|Rs\.?|Rp\.?|[A-Z]{0,2}\$|[€£¥₹฿₱])"
_DIGITS = r"(?:\d{1,3}(?:[,.'\u2019 ]\d{3})+|\d{1,7})"
_BEFORE = r"(?:(?<![\w.,/%-])(?<!\d:)|(?<=[A-Za-z)])(?=RM\s?\d)|(?<=[A-Za-z]{4})(?=\d))"
"""An amount begins a word, or recognition has glued it to its label."""
_MONEY = re.compile(
    rf"{_BEFORE}(?P<minus>[(\u2212\u2013-]\s?)?(?:(?P<sign>{_SIGN})\s?[:.]?\s?)?[\u2212\u2013-]?(?<!\d)(?P<whole>{_DIGITS})"
    r"(?:[.,]|(?(sign)\s?[:.,]\s?|(?!)))(?P<cents>\d{2})(?!\d|\s?%|[.,:/-]\d|\s?[ap]\.?m\b|[A-Za-z]{3})",
    re.IGNORECASE,
)
"""An amount with cents; letters after it are the code of a tax rate, and behind a sign of money a colon is a point."""
_BARE = re.compile(r"(?<![\w.,/%:-])\d{3,7}(?![\w.,/%:-])")
"""Digits alone, whose point may be lost."""
_SPACED = re.compile(r"(?<![\w.,/%:-])(?P<whole>\d{1,4})(?:\s\.\s?|\.\s)(?P<cents>\d{2})(?=$|\s?[A-Z*]{0,2}$)")
"""An amount at the end of its line, with a space beside its point."""
_COUNTED = re.compile(
    r"[(\[]?(?<![\w.,])\d{1,3}\.?\s*(?:items?|qty|pcs|pieces|units?)(?!\w)(?:\(s\))?[)\]]?"
    r"|(?:total\s*|no\.?\s*of\s*)?(?:items?|qty|quantity|pcs|pieces)(?:\(s\))?\s*[:=]?\s*\d{1,3}(?![\w.,%])",
    re.IGNORECASE,
)
"""A number of things beside a label of its own, before another label."""
COLUMN = "\t"
"""Stands for the gap between two columns: digits on both sides of it are two numbers."""
LOST_POINT = Decimal(100)
BELOW = 2.2
"""How far below the words of a label its amount may stand, in heights of a letter."""
OVERLAP = 0.75
"""How far above or below a label's line its amount may stand and still belong to it, in heights of a letter."""


@dataclass(frozen=True)
class Entry:
    """One amount of a slip.

    Attributes:
        value: without its sign.
        told: the amount as it reads once mended, in the style of the slip.
        row: number of its line.
        label: what the words before it say, None where nothing known.
        lost: whether its point was lost: it says nothing alone, and confirms an amount of the same digits.
    """

    value: Decimal
    found: Found
    told: str
    row: int
    label: Label | None
    lost: bool = False

    @property
    def role(self) -> Role | None:
        """What the label makes of the amount."""
        return None if self.label is None else self.label.role

    @property
    def height(self) -> float:
        """Height of its print, in points."""
        return self.found.box[3] - self.found.box[1]


def entries_of(lines: Sequence[Line], words: Words, style: Style) -> tuple[Entry, ...]:
    """Return every amount of a slip, top to bottom; on a slip that prints no cents, whole amounts too.

    Args:
        lines: of all pages.
        words: labels by their letters.
        style: decides between point and comma.
    """
    found = [entry for row in range(len(lines)) for entry in _in_line(lines, row, words, style)]
    if any(not entry.lost for entry in found):
        return tuple(found)
    return tuple(entry for row in range(len(lines)) for entry in _whole(lines, row, words, style))


def _in_line(lines: Sequence[Line], row: int, words: Words, style: Style) -> Iterator[Entry]:
    """Yield the amounts with cents of one line, and bare digits behind a label that may have lost their point."""
    line = lines[row]
    where = span([word for segment in line.segments for word in segment.words], line.page)
    text = mended_numbers(COLUMN.join(segment.text for segment in line.segments))
    reaches = [(match.start(), match.end(), match["whole"], match["cents"]) for match in _MONEY.finditer(text)]
    start = 0
    for first, end, whole, cents in reaches:
        value = _number(whole, cents, style)
        if value is None:
            continue
        label = _label(lines, row, text[start:first], words)
        yield Entry(value, where.piece(first, end), _written(value, style), row, label)
        start = end
    if not reaches:
        yield from _damaged(lines, row, where, text, (words, style))


def _damaged(lines: Sequence[Line], row: int, where: Span, text: str, known: tuple[Words, Style]) -> Iterator[Entry]:
    """Yield what is left of an amount behind a label: spaces beside its point, or digits that may have lost it."""
    words, style = known
    spaced = _SPACED.search(text)
    match = spaced or _BARE.search(text)
    label = _label(lines, row, text[: match.start()], words) if match is not None else None
    if match is None or label is None:
        return
    value = Decimal(f"{spaced['whole']}.{spaced['cents']}") if spaced else Decimal(match.group()) / LOST_POINT
    yield Entry(value, where.piece(*match.span()), _written(value, style), row, label, lost=spaced is None)


def _whole(lines: Sequence[Line], row: int, words: Words, style: Style) -> Iterator[Entry]:
    """Yield what looks like an amount in any way, for slips without cents."""
    line = lines[row]
    where = span([word for segment in line.segments for word in segment.words], line.page)
    start = 0
    for first, end in amount_spans(where.text):
        value = parse_decimal(where.text[first:end], style)
        if isinstance(value, Decimal):
            label = _label(lines, row, where.text[start:first], words)
            yield Entry(abs(value), where.piece(first, end), where.text[first:end], row, label)
            start = end


def _number(whole: str, cents: str, style: Style) -> Decimal | None:
    """Return an amount of whole digits and cents, None where its groups are marked as its cents are."""
    mark = style.decimal or "."
    if mark in whole:
        return None
    digits = "".join(filter(str.isdigit, whole))
    return Decimal(f"{digits}.{cents}")


def _written(value: Decimal, style: Style) -> str:
    return canonical_decimal(value.quantize(Decimal("0.01"))).replace(".", style.decimal or ".")


def _label(lines: Sequence[Line], row: int, before: str, words: Words) -> Label | None:
    """Return what stands before an amount on its line; where nothing does, what the lines next to it say alone."""
    if any(map(str.isalpha, before)):
        label = _named(before, words)
        if label is not None:
            return label
    if any(len(word) > 2 and word.isalpha() for word in before.split()):
        return None
    for other in _beside(lines, row):
        if (label := _named(other.text, words)) is not None:
            return label
    above = lines[row - 1] if row else None
    if above is None or above.page != lines[row].page or any(map(str.isdigit, above.text)):
        return None
    return label_of(above.text.split(), words) if _distance(above, lines[row]) <= BELOW else None


def _named(text: str, words: Words) -> Label | None:
    """Return what a text says but for numbers of things in it."""
    others = _COUNTED.sub(" ", text)
    return label_of((others if any(map(str.isalpha, others)) else text).split(), words)


def _beside(lines: Sequence[Line], row: int) -> list[Line]:
    """Return the lines without an amount that overlap one, nearest first: on crumpled slips labels slip aside."""
    line = lines[row]
    near = (other for other in lines[max(row - 1, 0) : row + 2] if other is not line and other.page == line.page)
    found = [
        other
        for other in near
        if abs(_distance(other, line)) <= OVERLAP and _first(other).box[0] < _first(line).box[0]
        if not _MONEY.search(mended_numbers(other.text))
    ]
    return sorted(found, key=lambda other: abs(_distance(other, line)))


def _distance(above: Line, below: Line) -> float:
    """Return how far one line stands below another, in heights of a letter."""
    first, second = _first(above), _first(below)
    return (second.base - first.base) / max(first.height, second.height, 1.0)


def _first(line: Line) -> Word:
    return line.segments[0].words[0]

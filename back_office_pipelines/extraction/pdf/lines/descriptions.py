"""What a line is for: the text of its row in the column of descriptions, with what goes on of it above and below.

What belongs here: which words of a row and of its neighbours are the description, and where it ends. What does not:
columns (`columns`), and the numbers of a line (`items`). A text goes on where the row above was full: what would have
fitted there, or is printed smaller, is a remark of its own (a batch, a period), and no part of the name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from back_office_pipelines.extraction.pdf.lines.columns import Head
from back_office_pipelines.extraction.pdf.lines.numerals import Number
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.words import Word

PAIR = re.compile(r"^[^\W\d_][\w .()/%-]{1,34}\s?:(?:\s|$|\S*\d)|^\*|^\(\w+\)$|^\d{6,}$")
"""Texts below a line that say something about it and do not go on with its description."""
CODE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9./_-]{2,}|[A-Z]{1,6}(?:[-/][A-Z]{1,6})+")
"""A word that may be the number of an article."""
FRAME = frozenset("!|=@*\u00d7\u00b7\u2013\u2014-€$£")
"""Signs that frame texts, or stand between a number and its text."""
LONGEST_MARK = 2
"""Letters up to which what stands in one text with a rate is its code: "Z 0 %"."""
LETTER = re.compile(r"[^\W\d_]{2}")
BRACKETED = re.compile(r"\[[A-Z0-9][A-Z0-9./_-]*\]")
FEWEST = 2
"""Lines from which on a number that all of them begin with is none by accident."""
MOST_CONTINUED = 4
LONGEST_CAPITALS = 8
"""Letters up to which capitals below a text may be a code or a short name."""
GO_ON = 2.0
"""Distance of base lines, in heights of print, within which a description goes on."""
SAME_ROW = 0.8
"""Distance of base lines, in heights of print, within which two lines are one row whose numbers stand in its middle."""
CLEAR = 0.1
"""Share of the widest description that must have been left beside a text that would have fitted."""
SMALLER = 0.92
"""Share of the height of print below which a text is a remark."""


@dataclass(frozen=True)
class Texts:
    """The column of descriptions of one table.

    Attributes:
        ends: tells whether a row is a line or a total, so that no text goes on in it.
        widest: right edge of the widest description: up to there a row has room.
    """

    head: Head
    ends: Callable[[Row], bool]
    widest: float

    def described(self, row: Row, above: Row | None, below: Sequence[Row], cells: Mapping[str, Number]) -> Found | None:
        """Return the description of a line: it begins in its row, else right below its article number, else above.

        Args:
            row: of the line.
            above: row before it, None where that is the head.
            below: rows after it.
            cells: its numbers by field.
        """
        words = words_of(row, self.head, cells)
        if not words and (over := self._over(row, above, SAME_ROW)):
            both = [*over, *self._under(row, below, over)]
            return found_in(_joined(both), row.page, both)
        if not words or all(CODE.fullmatch(word.text) for word in words):
            under = next(((at, more) for at, more in enumerate(self._next(row, below, row.height)) if more), None)
            if under is not None:
                at, words = under
                return self._whole(below[at], below[at + 1 :], words)
        if words and not _tells(words, cells) and (over := self._over(row, above, GO_ON)):
            return found_in(_joined(over), row.page, over)
        return self._whole(row, below, words) if words else None

    def _next(self, row: Row, below: Sequence[Row], height: float) -> list[list[Word]]:
        """Return the words of the row below a line, where that may hold its name."""
        if not below or self.ends(below[0]) or not _near(row, below[0], GO_ON):
            return []
        more = words_of(below[0], self.head, {})
        told = bool(more) and more[0].height >= SMALLER * height and not PAIR.search(_joined(more))
        return [more if told else []]

    def _over(self, row: Row, above: Row | None, most: float) -> list[Word]:
        """Return the words of the row above a line without a text of its own, up to a distance in heights of print."""
        if above is None or self.ends(above) or not _near(above, row, most):
            return []
        words = words_of(above, self.head, {})
        return words if LETTER.search(_joined(words)) else []

    def _under(self, row: Row, below: Sequence[Row], over: Sequence[Word]) -> list[Word]:
        """Return the words right below a row whose numbers stand in the middle of a text that began above."""
        if not below or self.ends(below[0]) or not _near(row, below[0], SAME_ROW):
            return []
        more = words_of(below[0], self.head, {})
        return [] if not more or PAIR.search(_joined(more)) or self._is_remark(over, more) else more

    def _whole(self, row: Row, below: Sequence[Row], words: Sequence[Word]) -> Found:
        """Return a text with the rows below in which it goes on."""
        parts, last, edge = [_joined(words)], row, words[0].box[0]
        found = list(words)
        for other in below[:MOST_CONTINUED]:
            if self.ends(other) or not _near(last, other, GO_ON):
                break
            more = [word for word in words_of(other, self.head, {}) if word.box[0] > edge - 2 * row.height]
            if more and (PAIR.search(_joined(more)) or more[0].box[0] - edge > 3 * row.height):
                break
            if more and _heads_part(found, more):
                break
            if more and len(parts) == 1 and self._is_remark(found, more):
                break
            if more:
                parts.append(_joined(more))
                found, last = [*found, *more], other
        return found_in(" ".join(parts), row.page, found)

    def _is_remark(self, words: Sequence[Word], more: Sequence[Word]) -> bool:
        """Tell whether a text below another is one of its own: printed smaller, or with clear room beside the other."""
        left, _, right, _ = words[-1].box
        space = (right - left) / len(words[-1].text) + CLEAR * (self.widest - words[0].box[0])
        fits = right + space + more[0].box[2] - more[0].box[0] <= self.widest and not _is_open(_joined(words))
        return fits or more[0].height < SMALLER * words[0].height


def without_numbers(found: Sequence[Found]) -> list[Found]:
    """Return the descriptions of a table without what numbers each of them: "[AS1] Apples", or "01", "02", "03".

    Only what all lines have, and nothing that leaves one without a text. Their places stay those of the whole texts.
    """
    parts = [one.text.partition(" ") for one in found]
    first = [number for number, _, _ in parts]
    bracketed = all(BRACKETED.fullmatch(one) for one in first)
    counted = all(one.isdecimal() for one in first) and all(int(b) - int(a) == 1 for a, b in pairwise(first))
    if len(found) < FEWEST or not (bracketed or counted) or not all(LETTER.search(rest) for _, _, rest in parts):
        return list(found)
    return [one._replace(text=rest) for one, (_, _, rest) in zip(found, parts, strict=True)]


def words_of(row: Row, head: Head, cells: Mapping[str, Number]) -> list[Word]:
    """Return the words of a row that stand in the column of descriptions and are no number of another one."""
    edges = head.text_edges
    if edges is None:
        return []
    used = {at for number in cells.values() for at in range(number.start, number.end)}
    left, right = edges
    used |= _units(row, head, cells)
    rate = cells.get("tax_rate")
    title = next(iter(head.of("description")))
    coded = left > 0  # a column of codes or numbers stands before
    alone = not cells and len(row.first) == 2  # one text alone in its row may run on below the columns beside it
    segments: list[list[Word]] = []
    for start, end in zip(row.first, row.first[1:], strict=False):
        words = [row.words[at] for at in range(start, end) if at not in used]
        begun = words and right - row.height < words[0].box[0]  # a text of the next column, a little left of its title
        inside = [] if begun else [word for word in words if word.box[0] < right - 1 and word.box[2] > left - 1]
        if alone and inside and inside[0] is words[0]:
            inside = words
        while coded and inside and inside[0].box[2] < title.left + 1 and any(map(str.isdigit, inside[0].text)):
            inside = inside[1:]
        rated = rate is not None and start <= rate.start < end
        marks = rated and all(len(word.text) <= LONGEST_MARK for word in inside)
        if inside and not marks and any(map(str.isalpha, "".join(word.text for word in inside))):
            segments.append(inside)
    under = [one for one in segments if one[-1].box[2] > title.left - 2]
    return _bare([word for one in under or segments for word in one])


def _units(row: Row, head: Head, cells: Mapping[str, Number]) -> set[int]:
    """Return the word right behind a quantity that is its unit, where it stands left or right of the descriptions."""
    quantity = cells.get("quantity")
    if quantity is None or quantity.end >= len(row.words) or quantity.end in row.first:
        return set()
    word = row.words[quantity.end]
    if word.box[0] - quantity.right >= row.height or not word.text[:1].isalpha():
        return set()
    title = next(iter(head.of("description")))
    following = row.words[quantity.end + 1] if quantity.end + 1 < len(row.words) else word
    before = word.box[2] < title.left + 1 and abs(following.box[0] - title.left) < row.height
    last = min((one.start for one in cells.values() if one.start >= quantity.end), default=0)
    after = last == quantity.end + 1 and title.left < quantity.left
    return {quantity.end} if before or after else set()


def _bare(words: list[Word]) -> list[Word]:
    """Leave out what frames a text: lines of boxes drawn with characters, and signs between a number and its text."""
    found = [at for at, word in enumerate(words) if not FRAME.issuperset(word.text)]
    return words[found[0] : found[-1] + 1] if found else []


def _tells(words: Sequence[Word], cells: Mapping[str, Number]) -> bool:
    """Tell whether words say what a line is for: more than the unit between its quantity and its price."""
    if len(words) != 1 or not {"quantity", "unit_price"} <= cells.keys():
        return bool(words)
    return not cells["quantity"].right < words[0].box[0] < cells["unit_price"].left


def _near(one: Row, other: Row, most: float) -> bool:
    return one.page == other.page and abs(other.base - one.base) <= most * one.height


def _heads_part(words: Sequence[Word], more: Sequence[Word]) -> bool:
    """Tell whether a text in capitals below one that is not in capitals heads what follows."""
    text = _joined(more)
    letters = sum(map(str.isalpha, text))
    return text.isupper() and not _joined(words).isupper() and letters > LONGEST_CAPITALS and len(more) > 1


def _is_open(text: str) -> bool:
    """Tell whether a text says by its end that it goes on: a comma, a dash, a bracket that nothing closes."""
    return text.endswith((",", " \u2013", " -", " &", " +")) or text.count("(") > text.count(")")


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
